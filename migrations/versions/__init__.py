"""One idea each, numbered."""
