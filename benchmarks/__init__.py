"""Measurements; their figures are printed and never asserted.  `make bench`, or `python -m benchmarks`."""
