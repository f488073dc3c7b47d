"""A desk on either database: every story is told on both."""

from collections.abc import Iterator

import pytest

from tests.scenarios.desk import TestDesk, example_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[TestDesk]:
    """The example company's desk; it is Monday morning."""
    told = example_desk(database_url)
    yield told
    told.mails(after=told.looked_at)  # what nobody in the story read must hold too
    told.desk.engine.dispose()
