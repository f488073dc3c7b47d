"""However many daemons tick, and however often: each notice once; at rest one small query (R11.1)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from daemon.model.subscriber import Scope, ScopeKind
from daemon.model.window import Announcement, Change, Impact
from daemon.store import subscribers, windows
from daemon.store.database import open_database, reading, transaction
from daemon.tick import tick
from daemon.tick.maintenance import MAINTENANCE
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_maintenance import (
    ACME,
    EARLY,
    END,
    GLOBEX,
    INITECH,
    LEAD,
    MONTHLY,
    PLANNED,
    START,
    at,
    bounces,
    planning,
)

VOICE = Scope(ScopeKind.PLATFORM, "voice")
PORTAL = Scope(ScopeKind.PLATFORM, "portal")
READER, LECTRICE = "reader@elsewhere.example", "lectrice@ailleurs.example"
MONTHLY_DAY = datetime.fromisoformat(START).date()
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.fixture(autouse=True)
def _example_windows(desk: TestDesk) -> None:
    desk.change(planning(*PLANNED))
    at(desk, EARLY)


def statements(desk: TestDesk, now: str) -> int:
    """Return how many statements it takes to see whether anything is due of windows."""
    seen: list[str] = []
    with reading(desk.desk.engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _cu, statement, *_: seen.append(statement))
        MAINTENANCE.first(connection, desk.desk, datetime.fromisoformat(now), ())
    return len(seen)


@pytest.mark.both_databases
def test_r11_1_two_nodes_that_tick_at_once_tell_each_contact_once(desk: TestDesk) -> None:
    """R11.1: four daemons, each with connections of its own, at the very instant: one mail each, one step done."""
    desks = [replace(desk.desk, engine=open_database(desk.desk.config.settings.database_url)) for _ in range(4)]
    for number, instant in enumerate((LEAD, START, END), 1):
        together = threading.Barrier(len(desks))

        def ticks(node: int, instant: str = instant, together: threading.Barrier = together) -> int:
            together.wait(timeout=30)
            return sum("Monthly" in done.detail for done in tick(desks[node], now=datetime.fromisoformat(instant)))

        with ThreadPoolExecutor(len(desks)) as nodes:
            done = list(nodes.map(ticks, range(len(desks))))
        mails = [mail.to for mail in desk.mails() if mail.kind.startswith("maintenance")]

        assert sum(done) == 1
        assert sorted(mails) == sorted([ACME, GLOBEX, INITECH] * number)
    for node in desks:
        node.engine.dispose()


@pytest.mark.both_databases
def test_s3_4_two_nodes_tell_a_newcomer_once(desk: TestDesk) -> None:
    """R11.1, S3.4: a contact bounces; both nodes tick at the very instant: one mail to who is told instead."""
    at(desk, LEAD)
    bounces(desk, ACME)
    nodes = [replace(desk.desk, engine=open_database(desk.desk.config.settings.database_url)) for _ in range(2)]
    now = datetime.fromisoformat(LEAD) + HOUR
    with ThreadPoolExecutor(len(nodes)) as pool:
        list(pool.map(lambda node: tick(node, now=now), nodes))

    assert [mail.to for mail in desk.mails() if mail.kind.startswith("maintenance")][3:] == ["secondary@acme.example"]
    for node in nodes:
        node.engine.dispose()


def test_r11_1_at_rest_one_small_query_is_asked(desk: TestDesk) -> None:
    """R11.1: `tick` asks at every due thing: until the next step one statement says that there is nothing."""
    desk.it_is(EARLY)
    desk.ticks()

    assert statements(desk, "2026-12-05T12:00:15-07:00") == 1
    assert statements(desk, "2026-12-06T11:59:59-07:00") == 1
    assert statements(desk, "2026-12-06T12:00:00-07:00") > 1  # once a day it looks again
    assert statements(desk, LEAD) > 1


def test_r11_6_a_window_that_is_announced_is_seen_at_once(desk: TestDesk) -> None:
    """R11.6: a daemon at rest notices what another process wrote: its start and end come by time."""
    announced = Announcement(
        id=0,
        key="announced:1",
        name="Replacement of a switch",
        start=datetime.fromisoformat("2026-12-05T23:00:00-07:00"),
        end=datetime.fromisoformat("2026-12-06T01:00:00-07:00"),
        products=("voice",),
        impact=Impact.OUTAGE,
        description="A switch is replaced.",
        reason="It is broken.",
        announced_at=desk.now,
    )
    with transaction(desk.desk.engine) as connection:
        windows.keep_announcement(connection, announced)

    assert at(desk, "2026-12-05T22:59:59-07:00") == []
    assert [mail.to for mail in at(desk, "2026-12-05T23:00:00-07:00")] == [ACME, INITECH]
    assert [mail.kind for mail in at(desk, "2026-12-06T01:00:00-07:00")] == ["maintenance_ended"] * 2


def _told(desk: TestDesk) -> set[tuple[str, str, str]]:
    """Return what is remembered of having been told."""
    with reading(desk.desk.engine) as connection:
        known = windows.windows_told_since(connection, datetime(2026, 1, 1, tzinfo=UTC))
        return {(one.window, one.step, one.address) for one in windows.told_of(connection, known)}


@pytest.mark.parametrize("every", [3 * HOUR, WEEK], ids=["often", "once a week"])
def test_r11_1_a_quarter_in_large_and_in_small_steps(desk: TestDesk, every: timedelta) -> None:
    """R11.1: on rows, as the rules promise: nothing twice; each end and each notice of a week before in both."""
    now, last = datetime.fromisoformat(EARLY), datetime.fromisoformat("2027-03-27T12:00:00-06:00")
    while now <= last:
        tick(desk.desk, now=now)
        now += every
    told = _told(desk)
    months = {window for window, _, _ in told if window.startswith("monthly")}
    mails = [mail for mail in desk.mails() if mail.kind.startswith("maintenance")]

    assert len(mails) == len(told)
    assert sorted(months) == [f"monthly:{day}" for day in ("2026-12-18", "2027-01-15", "2027-02-19", "2027-03-19")]
    for step in ("1 week before", "end"):
        assert {(window, address) for window, name, address in told if name == step} == {
            (window, address) for window in months for address in (ACME, GLOBEX, INITECH)
        }
    assert any(name == "start" for _, name, _ in told) == (every < WEEK)


# --- the subscribers of the status page (R8.2) ----------------------------------------------------------------------


def subscribe(desk: TestDesk, address: str, language: str, *scopes: Scope) -> None:
    """Let somebody subscribe, and confirm it."""
    desk.change(lambda config: replace(config, plan=replace(config.plan, status_url="https://status.desk.example")))
    with transaction(desk.desk.engine) as connection:
        token = address.partition("@")[0].ljust(26, "a")[:26]
        known = subscribers.ask(connection, address, scopes, language=language, token=token, asked_at=desk.now)
        subscribers.confirm(connection, known.id, now=desk.now)


def test_r8_2_subscribers_of_a_platform_are_told_too(desk: TestDesk) -> None:
    """R8.2, R11.1: each in their language, with links to end it; those of another platform get nothing."""
    subscribe(desk, READER, "en", VOICE)
    subscribe(desk, LECTRICE, "fr", VOICE)
    subscribe(desk, "portal@elsewhere.example", "en", PORTAL)
    public = [mail for mail in at(desk, LEAD) if mail.kind == "status_maintenance"]

    assert [mail.to for mail in public] == [READER, LECTRICE]
    assert "22:00 MST" in public[0].text
    assert "22 h 00 (MST)" in public[1].text
    assert "https://status.desk.example/unsubscribe/" in public[0].octets.decode().replace("=\r\n", "")
    assert at(desk, LEAD) == []


def test_r8_2_subscribers_are_corrected_and_a_contact_is_told_once(desk: TestDesk) -> None:
    """R8.2, R11.7: who was told at all; somebody who is a contact too gets the contact's mail alone."""
    subscribe(desk, READER, "en", VOICE)
    subscribe(desk, ACME, "en", VOICE)
    first = at(desk, LEAD)
    moved = Change(day=MONTHLY_DAY, is_cancelled=True)
    desk.change(planning(replace(MONTHLY, changes=(moved,))))
    second = at(desk, "2026-12-14T09:00:00-07:00")

    for mails, kind in ((first, "maintenance_ahead"), (second, "maintenance_cancelled")):
        assert [(mail.kind, mail.to) for mail in mails if mail.to in (ACME, READER)] == [
            (kind, ACME),
            ("status_maintenance", READER),
        ]
    assert at(desk, START) == []
