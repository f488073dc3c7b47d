"""A desk with a status page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.desk import example_desk
from tests.web.open_desk import ShownDesk, serving, showing
from tests.web.reading import Visitor, with_page


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[ShownDesk]:
    """The example company's desk on SQLite; its page is not served."""
    desk = example_desk(f"sqlite:///{tmp_path / 'supportd.db'}")
    yield showing(desk)
    desk.desk.engine.dispose()


@pytest.fixture
def served(shown: ShownDesk) -> Iterator[ShownDesk]:
    """The same, served on a port of its own."""
    with serving(shown):
        yield shown


@pytest.fixture
def reader(shown: ShownDesk) -> Iterator[Visitor]:
    """Somebody who looks at a served page that takes subscriptions."""
    with_page(shown.desk)
    shown.showcase.renew()
    with serving(shown):
        yield Visitor(shown)
