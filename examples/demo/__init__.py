"""A desk's week, played on the real daemon by real mail: `make demo`, or `python -m examples.demo`."""
