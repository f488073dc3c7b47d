"""The part of the daemon that shows the page: a defect of ours leaves the last page where it is (R8.1, S1.6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from daemon.desk import Desk
from daemon.health import Health
from daemon.model.setup import Config, StatusPageSettings
from daemon.store.database import Engine, transaction
from daemon.supervisor.status_page import StatusPage
from tests.servers.neighbour import HOST, free_port
from tests.waiting import wait_for
from tests.web.open_desk import ShownDesk


@dataclass(slots=True)
class Shop:
    """A status page that runs as in the daemon, its configuration, and how it does."""

    shown: ShownDesk
    health: Health
    broken: list[str] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        """Return the database."""
        return self.shown.desk.desk.engine

    def desk(self) -> Desk:
        """Return the open desk."""
        return self.shown.desk.desk

    def config(self) -> Config:
        """Return the configuration in force; a broken one has no products to read."""
        config = self.shown.desk.desk.config
        nothing: Any = None
        return replace(config, directory=nothing) if self.broken else config

    def troubles(self) -> dict[str, str]:
        """Return what is wrong, by part."""
        return {part.part: part.trouble for part in self.health.parts()}


@pytest.fixture
def shop(shown: ShownDesk, tmp_path: Path) -> Iterator[Shop]:
    """A page that is served and written."""
    shown.port = free_port()
    place = StatusPageSettings(f"{HOST}:{shown.port}", tmp_path / "status")
    shown.desk.change(lambda config: replace(config, settings=replace(config.settings, status_page=place)))
    shop = Shop(shown, Health(lambda: shown.desk.now))
    page = StatusPage(shop, clock=lambda: shown.desk.now, health=shop.health)
    page.start()
    wait_for((tmp_path / "status/index.html").is_file, seconds=20, what="the copy")
    yield shop
    page.stop()
    page.join()


def test_s1_6_a_defect_leaves_the_last_page_served_and_is_shown(shop: Shop) -> None:
    """S1.6: the page answers on, the health page says what is wrong, and all is well once the cause is gone."""
    shop.broken.append("no products")

    wait_for(lambda: shop.troubles()["status page"], seconds=20, what="a trouble")

    assert "AttributeError" in shop.troubles()["status page"]
    assert shop.shown.asks("/en/").status == 200
    shop.broken.clear()
    shop.shown.opens_incident("No outgoing calls")
    wait_for(lambda: b"No outgoing calls" in shop.shown.asks("/en/").body, seconds=20, what="the page is renewed")


def test_r8_1_a_page_that_is_told_to_stop_is_closed(shop: Shop, shown: ShownDesk) -> None:
    """R8.1: a page that never started ends at once, one that runs gives its address back."""
    never = StatusPage(shop, clock=lambda: shown.desk.now, health=shop.health)
    never.stop()
    never.join()

    assert shop.troubles() == {"status page": "", "status page folder": ""}


def test_s1_6_a_page_that_cannot_be_renewed_is_shown(shop: Shop, shown: ShownDesk) -> None:
    """S1.6: the health page says so; the last page is served on, and nothing is written anew."""
    with transaction(shown.desk.desk.engine) as connection:
        connection.exec_driver_sql("alter table incidents rename to hidden")

    wait_for(lambda: shop.troubles()["status page"], seconds=20, what="a trouble")

    assert shop.troubles()["status page"].startswith("not renewed, the last page stays: database: ")
    assert shown.asks("/en/").status == 200
    with transaction(shown.desk.desk.engine) as connection:
        connection.exec_driver_sql("alter table hidden rename to incidents")
    wait_for(lambda: not shop.troubles()["status page"], seconds=20, what="no trouble")
