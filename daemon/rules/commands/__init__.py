"""The commands of an agent's mail, a module a group (interface.md); `rules.commands.table` assembles them."""
