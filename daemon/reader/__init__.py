"""Readers: stored octets are claimed, parsed and decided on, in processes that may die without harm (S1.2, S4.1)."""

from daemon.reader.oneshot import read_all, read_each

__all__ = ["read_all", "read_each"]
