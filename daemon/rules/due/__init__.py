"""What is done when a clock says so: reminders, breaches, endings by silence, ends of holds (R3.3, R4, R6, R7.3)."""
