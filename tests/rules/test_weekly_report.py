"""The weekly report to managers: which week, when, to whom."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.people import Agent, Directory, EscalationLevel
from daemon.model.report import Period
from daemon.rules.weekly_report import due_report, next_report_at, readers, send_report, tells_of_something
from tests.rules.making import CHARTER, DIRECTORY, PLAN, notices

DENVER = ZoneInfo("America/Denver")


def denver(text: str) -> datetime:
    """Return an instant of the plan's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=DENVER)


DUE = [  # now, the Monday of the week that is told, when it was due
    ("2026-11-16T08:00", "2026-11-09", "2026-11-16T08:00"),
    ("2026-11-16T07:59:59", "2026-11-02", "2026-11-09T08:00"),
    ("2026-11-22T23:59", "2026-11-09", "2026-11-16T08:00"),
    ("2027-01-18T12:00", "2027-01-04", "2027-01-11T08:00"),  # Martin Luther King day: nobody works
    ("2027-01-19T08:00", "2027-01-11", "2027-01-19T08:00"),  # so it is told on Tuesday
    ("2026-11-02T08:00", "2026-10-26", "2026-11-02T08:00"),  # summer ended in that week
    ("2027-03-15T08:00", "2027-03-08", "2027-03-15T08:00"),  # summer began in it
    ("2027-01-04T08:00", "2026-12-28", "2027-01-04T08:00"),  # a year ended in it
]


@pytest.mark.parametrize(("now", "first", "due"), DUE)
def test_the_week_before_is_due_when_the_first_business_day_opens(now: str, first: str, due: str) -> None:
    """R3.1, R3.3: the report on the past Monday to Sunday is due at the opening of the week's first business day."""
    holidays = frozenset({date(2027, 1, 18)})
    report = due_report(denver(now), replace(PLAN, business=replace(PLAN.business, holidays=holidays)))

    monday = date.fromisoformat(first)
    assert report.week == Period(monday, monday + timedelta(days=6))
    assert report.due == denver(due)


@given(st.integers(0, 4 * 366 * 24 * 60))
def test_what_is_due_next_is_what_was_due_last_by_then(minute: int) -> None:
    """R3.3: reports follow one another without a gap: at the instant that comes next, that very report is due."""
    instant = denver("2026-01-01T00:00").astimezone(UTC) + timedelta(minutes=minute)
    coming = next_report_at(instant, PLAN)

    assert coming > instant >= due_report(instant, PLAN).due
    assert due_report(coming, PLAN).due == coming
    assert due_report(coming, PLAN).week.first - due_report(instant, PLAN).week.first == timedelta(days=7)


@pytest.mark.parametrize(
    ("first_event", "told"),
    [(None, False), ("2026-11-15T23:59", True), ("2026-11-16T00:00", False), ("2020-01-01T00:00", True)],
)
def test_no_week_before_the_first_event_is_told(first_event: str | None, *, told: bool) -> None:
    """R3.3: a desk that was opened today has no last week to report on."""
    report = due_report(denver("2026-11-16T08:00"), PLAN)

    assert tells_of_something(report, denver(first_event) if first_event else None, DENVER) is told


def with_levels(*levels: EscalationLevel) -> Directory:
    """Return a directory with some managers and these escalation levels."""
    people = tuple(Agent(f"m{number}", f"Manager {number}", f"m{number}@desk.example") for number in range(1, 6))
    return replace(DIRECTORY, agents=(*DIRECTORY.agents, *people), escalation=levels)


def test_r9_1_every_manager_reads_it_once() -> None:
    """R9.1: the agents of the levels from the second on, whoever is on call and whoever has a product, each once."""
    directory = with_levels(
        EscalationLevel(1, "Support", ("agent1",)),
        EscalationLevel(2, "Manager", ("m1", "m2"), on_call="m3", products=(("voice", "m4"), ("chat", "m1"))),
        EscalationLevel(3, "Vice president", ("m5", "m2")),
    )

    assert [agent.id for agent in readers(directory)] == ["m1", "m2", "m3", "m4", "m5"]


def test_the_notice_carries_days_and_figures_and_a_key_of_its_own() -> None:
    """R3.3: the key names the week and the reader, so that no second report of it can be written."""
    report = due_report(denver("2026-11-16T08:00"), PLAN)
    charter = replace(CHARTER, directory=with_levels(EscalationLevel(2, "Manager", ("m1", "m2"))))

    sent = notices(send_report(report, "{}", charter))

    assert [notice.key for notice in sent] == ["report:2026-11-09:m1@desk.example", "report:2026-11-09:m2@desk.example"]
    assert sent[0].facts == (("first", "2026-11-09"), ("last", "2026-11-15"), ("figures", "{}"))
    assert sent[0].case is None
