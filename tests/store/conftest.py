"""A migrated, empty database on each of the two kinds."""

from collections.abc import Iterator

import pytest

from daemon.store.database import Engine, open_database
from tests.servers.migrated import migrate


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open database with the newest schema."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.dispose()
