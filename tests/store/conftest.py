"""A migrated, empty database on each of the two kinds."""

from collections.abc import Iterator

import pytest

from daemon.store import schema
from daemon.store.database import Engine, open_database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open database with the newest schema."""
    opened = open_database(database_url)
    schema.upgrade(opened)
    yield opened
    opened.dispose()
