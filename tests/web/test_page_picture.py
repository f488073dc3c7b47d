"""What the status page shows of incidents and windows (R8.1)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from daemon.model.incident import Incident
from daemon.model.people import Product
from daemon.model.window import Impact, Window
from daemon.web.picture import MONTHS, Phase, Sources, State, picture_of
from tests.web.gallery import (
    DAY,
    DENVER,
    HOUR,
    NOW,
    PRODUCTS,
    a_window,
    an_incident,
    busy,
    over,
    picture,
    with_impact,
)

RUNNING = a_window(NOW - HOUR)
STATES: tuple[tuple[str, tuple[Incident, ...], tuple[Window, ...], tuple[State, State, State]], ...] = (
    ("nothing at all", (), (), (State.OPERATIONAL,) * 3),
    ("an open incident", (an_incident(),), (), (State.INCIDENT, State.OPERATIONAL, State.OPERATIONAL)),
    ("one that names no product concerns all", (an_incident(products=()),), (), (State.INCIDENT,) * 3),
    ("one that is over", (over(1, NOW - DAY),), (), (State.OPERATIONAL,) * 3),
    ("a product since removed", (an_incident(products=("fax",)),), (), (State.OPERATIONAL,) * 3),
    ("work that runs", (), (RUNNING,), (State.MAINTENANCE, State.MAINTENANCE, State.OPERATIONAL)),
    ("work that nobody feels (R11.5)", (), (with_impact(RUNNING, Impact.NONE),), (State.OPERATIONAL,) * 3),
    ("work that was cancelled", (), (a_window(NOW - HOUR, is_cancelled=True),), (State.OPERATIONAL,) * 3),
    ("work to come", (), (a_window(NOW + HOUR),), (State.OPERATIONAL,) * 3),
    ("an incident is worse than work", (an_incident(),), (RUNNING,), (State.INCIDENT, State.MAINTENANCE, State(0))),
)


@pytest.mark.parametrize(
    ("incidents", "windows", "states"), [row[1:] for row in STATES], ids=[row[0] for row in STATES]
)
def test_r8_1_each_platform_has_the_worst_of_its_states(
    incidents: tuple[Incident, ...], windows: tuple[Window, ...], states: tuple[State, ...]
) -> None:
    """R8.1: operational, maintenance or incident, by platform; the whole is as bad as the worst."""
    shown = picture(incidents, windows)

    assert tuple(platform.state for platform in shown.platforms) == states
    is_hit = any(incident.resolved_at is None for incident in incidents)
    assert shown.state is (State.INCIDENT if is_hit else max(states))


PHASES = (
    ("a week before", NOW + 7 * DAY, False, Phase.COMING),
    ("at the second of its start", NOW, False, Phase.RUNNING),
    ("a second before its end", NOW - 6 * HOUR + timedelta(seconds=1), False, Phase.RUNNING),
    ("at its end", NOW - 6 * HOUR, False, Phase.OVER),
    ("cancelled, and its hour is not over", NOW - HOUR, True, Phase.CANCELLED),
    ("cancelled, and its hour is over", NOW - 6 * HOUR, True, None),
    ("60 days before", NOW + 60 * DAY, False, Phase.COMING),
    ("more than 60 days before", NOW + 60 * DAY + HOUR, False, None),
)


@pytest.mark.parametrize(
    ("start", "is_cancelled", "phase"), [row[1:] for row in PHASES], ids=[row[0] for row in PHASES]
)
def test_r8_1_a_window_is_shown_from_60_days_before_it(
    start: datetime, is_cancelled: bool, phase: Phase | None
) -> None:
    """R8.1: planned and running maintenance; a cancelled one until it would have ended, then never more."""
    shown = picture(windows=(a_window(start, is_cancelled=is_cancelled),))

    assert tuple(window.phase for window in shown.windows) == ((phase,) if phase else ())


def test_r8_1_updates_stand_whole_the_newest_first() -> None:
    """R8.1: an incident shows all its updates; who wrote them is not even known to the page."""
    (shown,) = picture((an_incident(),)).incidents

    assert [update.at for update in shown.updates] == [NOW - HOUR / 2, NOW - HOUR]
    assert "agent" not in repr(shown)
    assert shown.changed_at == NOW - HOUR / 2


def test_r8_1_the_history_goes_by_months_of_the_plan_s_clock() -> None:
    """R8.1: what is over stands in the month in which it was in Denver, not in Greenwich."""
    late = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)  # 21:00 of the last of October in Denver
    months = {str(month): month for month in picture((over(7, late), an_incident()), (a_window(late),)).months}

    assert [incident.number for incident in months["2026-10"].incidents] == [7]
    assert [window.start for window in months["2026-10"].windows] == [late]
    assert [incident.resolved_at for incident in months["2026-11"].incidents] == [None]  # "none" would be false
    assert list(months) == ["2026-11", "2026-10", "2026-09", "2026-08"]  # since the desk's first public word


def test_r8_1_every_month_shows_what_fell_into_it() -> None:
    """R8.1: what lasted for months stands in each; work that ended at the midnight of the first in no new month."""
    long = over(7, datetime(2026, 9, 18, 12, tzinfo=UTC), products=("chat",))
    start, midnight = datetime(2026, 10, 31, 22, tzinfo=DENVER), datetime(2026, 11, 1, tzinfo=DENVER)
    night = a_window(start, end=midnight)
    shown = picture((replace(long, resolved_at=NOW), an_incident()), (night,))
    months = {str(month): month for month in shown.months}

    assert [name for name, month in months.items() if 7 in {one.number for one in month.incidents}] == [
        "2026-11",
        "2026-10",
        "2026-09",
    ]
    assert (len(months["2026-10"].windows), len(months["2026-11"].windows)) == (1, 0)
    assert [one.number for one in shown.of("chat").months[0].incidents] == [7]
    assert [len(month.windows) for month in shown.of("portal").months] == [0] * len(months)


def test_r8_1_a_new_desk_has_the_history_of_this_month() -> None:
    """R8.1: nothing was told yet, so nothing before today is shown."""
    sources = Sources(products=PRODUCTS, incidents=(), windows=(), since=NOW, zone=DENVER)

    assert [month.first for month in picture_of(sources, now=NOW).months] == [date(2026, 11, 1)]


def test_r8_1_the_history_is_bounded() -> None:
    """R8.1: sixty months are shown, however old the desk is."""
    sources = Sources(products=PRODUCTS, incidents=(), windows=(), since=NOW - 4000 * DAY, zone=DENVER)

    assert len(picture_of(sources, now=NOW).months) == MONTHS


CHANGES = (
    ("midnight on the plan's clock", (), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
    ("a window begins", (a_window(NOW + HOUR),), NOW + HOUR),
    ("a window ends", (RUNNING,), NOW + 5 * HOUR),
    ("one that is far is waited for by days", (a_window(NOW + 4 * DAY),), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
)


@pytest.mark.parametrize(("windows", "at"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_r8_1_the_picture_says_when_time_changes_it(windows: tuple[Window, ...], at: datetime) -> None:
    """R8.1: a window begins and ends by itself, and a day brings another within sight."""
    assert picture(windows=windows).changes_at == at


def test_r8_1_a_platform_s_picture_holds_what_concerns_it() -> None:
    """R8.1: per platform."""
    shown = busy().of("portal")

    assert [platform.name for platform in shown.platforms] == ["Portal"]
    assert [incident.number for incident in shown.incidents] == [907]  # that one concerned all
    assert shown.windows == ()


def test_r8_1_a_desk_without_platforms_still_shows_its_incidents() -> None:
    """R8.1: an open incident makes the whole page say so, though no product is configured."""
    none: tuple[Product, ...] = ()
    sources = Sources(products=none, incidents=(an_incident(),), windows=(), since=NOW, zone=DENVER)

    assert picture_of(sources, now=NOW).state is State.INCIDENT
