"""Global incidents: masters, their children, and what everybody is told (R7)."""
