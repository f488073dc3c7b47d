"""Inserts that leave what is there: the same words on both databases."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT; its values are given when it is executed."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
