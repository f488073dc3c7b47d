"""Bytes come in and are read.  Knows nothing of cases."""
