"""Moves, adds, changes, deletes (R10)."""
