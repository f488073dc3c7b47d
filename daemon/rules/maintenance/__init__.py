"""Maintenance windows: when they are, who is told what of them, how agents announce them (R11)."""
