"""The migrations lead to the very tables that the code uses, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from daemon.store.database import open_database
from daemon.store.metadata import metadata
from daemon.store.schema import current, newest, upgrade


def test_migrations_give_the_tables_of_the_code(database_url: str) -> None:
    """A column added to store/tables.py without a migration, or the other way round, shows here."""
    engine = open_database(database_url)
    upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert current(engine) == newest()
    engine.dispose()
