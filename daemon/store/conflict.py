"""Inserts that leave what is there: the same words on both databases."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert_into(dialect: str, table: Table) -> Insert:
    """Return an INSERT that knows ON CONFLICT; its values are given when it is executed.

    Callers make theirs once a dialect: making a statement takes longer than executing it.
    """
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
