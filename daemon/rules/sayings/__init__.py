"""What the daemon says of an agent's commands, in each language."""
