"""A desk: every story is told on SQLite, and on PostgreSQL too where it is about locks or the order of rows.

What a rule decides is the same on both, and the store's own tests run on both.  `SUPPORTD_EVERY_DATABASE=1` tells every
story on both (`make stories`).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.desk import TestDesk, example_desk
from tests.servers.fixtures import DATABASES, new_database

EVERYWHERE = bool(os.environ.get("SUPPORTD_EVERY_DATABASE"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases of a story."""
    if "database_url" in metafunc.fixturenames:
        on_both = EVERYWHERE or metafunc.definition.get_closest_marker("both_databases") is not None
        metafunc.parametrize("database_url", DATABASES if on_both else DATABASES[:1], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database of the kind that was chosen for the story."""
    return new_database(request, tmp_path)


@pytest.fixture
def desk(database_url: str) -> Iterator[TestDesk]:
    """The example company's desk; it is Monday morning."""
    told = example_desk(database_url)
    yield told
    told.mails(after=told.looked_at)  # what nobody in the story read must hold too
    told.desk.engine.dispose()
