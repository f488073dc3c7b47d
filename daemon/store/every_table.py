"""The metadata with all tables in it, for migrations and what compares them."""

from daemon.store import desk_tables, inbox_tables, tables
from daemon.store.metadata import metadata

DEFINED_IN = (inbox_tables, tables, desk_tables)
EVERY_TABLE = metadata
