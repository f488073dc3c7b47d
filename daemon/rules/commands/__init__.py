"""The commands of an agent's mail, a module a group (interface.md); `rules.command_table` assembles them."""
