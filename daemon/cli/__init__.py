"""The command line: a module a command group; parses, calls one use case, prints."""
