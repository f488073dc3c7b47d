"""When an alarm is told: a table of what befalls the parts, minute by minute, and the mails that come of it (S1.6)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from daemon.health import Health
from daemon.supervisor.alarm_book import Episode, after, next_telling

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)

Event = tuple[float, str, str]
"""After so many minutes a part reports a trouble, or none."""


def told(events: list[Event], *, minutes: float) -> list[tuple[float, str, str]]:
    """Look every 30 seconds; return when what was told: minutes, the troubled parts, the mended parts."""
    now = START
    health = Health(lambda: now)
    episode: Episode | None = None
    found = []
    while now <= START + timedelta(minutes=minutes):
        for after_minutes, part, trouble in events:
            if START + timedelta(minutes=after_minutes) == now:
                health.report(part, trouble)
        telling = next_telling(episode, health.parts(), now=now)
        if telling:
            episode = after(episode, telling)
            troubles = " ".join(part.part for part in telling.troubles)
            mended = " ".join(part.part for part in telling.mended)
            found.append(((now - START) / timedelta(minutes=1), troubles, mended))
        now += STEP
    return found


@pytest.mark.parametrize(
    ("what", "events", "mails"),
    [
        ("a restart is no alarm", [(0, "db", "away"), (0.5, "db", "")], []),
        ("all well", [(0, "db", ""), (0, "disk", "")], []),
        ("at once, after the grace", [(0, "db", "away")], [(1, "db", ""), (16, "db", "")]),
        (
            "two in one mail, the younger one too",
            [(0, "db", "away"), (0.5, "mailbox", "refused")],
            [(1, "db mailbox", ""), (16, "db mailbox", "")],
        ),
        (
            "a new trouble is told at once, whatever is told already",
            [(0, "db", "away"), (5, "disk", "full")],
            [(1, "db", ""), (6, "db disk", "")],
        ),
        (
            "mended is told once, when it lasts",
            [(0, "db", "away"), (3, "db", "")],
            [(1, "db", ""), (5, "", "db")],
        ),
        (
            "what changes only its words is the same trouble",
            [(0, "db", "away"), (3, "db", "locked"), (6, "db", "away")],
            [(1, "db", ""), (16, "db", "")],
        ),
        (
            "what comes and goes is no news each time",
            [(0, "db", "away"), (2, "db", ""), (3, "db", "away"), (5, "db", ""), (6, "db", "away"), (9, "db", "")],
            [(1, "db", ""), (11, "", "db")],
        ),
        (
            "one of two is mended: it stands in the next mail",
            [(0, "db", "away"), (0, "disk", "full"), (4, "db", "")],
            [(1, "db disk", ""), (16, "disk", "db")],
        ),
        (
            "a short trouble elsewhere keeps nothing from being over",
            [(0, "db", "away"), (3, "db", ""), (4, "disk", "full"), (4.5, "disk", "")],
            [(1, "db", ""), (5, "", "db")],
        ),
    ],
)
def test_s1_6_what_is_told(what: str, events: list[Event], mails: list[tuple[float, str, str]]) -> None:
    """S1.6: at once after a grace, several troubles in one mail, a new one at once, and once when it is mended."""
    assert told(events, minutes=17) == mails, what


def test_s1_6_it_is_told_again_with_growing_pauses() -> None:
    """S1.6: after 15 minutes, an hour, four hours, then each day, until it is mended."""
    hours = [minute / 60 for minute, _, _ in told([(0, "db", "away"), (60 * 60, "db", "")], minutes=61 * 60)]

    pauses = [round(later - earlier, 2) for earlier, later in pairwise(hours)]
    assert pauses[:5] == [0.25, 1.0, 4.0, 24.0, 24.0]
    assert hours[-1] == 60 + 2 / 60


def test_s1_6_a_new_trouble_starts_the_pauses_anew() -> None:
    """S1.6: who has just been told of something else is reminded of both after 15 minutes."""
    found = [minute for minute, _, _ in told([(0, "db", "away"), (100, "disk", "full")], minutes=180)]

    assert found == [1, 16, 76, 101, 116, 176]


def test_s1_6_a_forgotten_part_ends_its_episode() -> None:
    """S1.6: a mailbox that is taken out of the configuration is told as no trouble any more."""
    health = Health(lambda: START)
    health.report("mailbox", "refused")
    telling = next_telling(None, health.parts(), now=START + timedelta(minutes=1))
    assert telling
    episode = after(None, telling)
    health.forget("mailbox")

    last = next_telling(episode, health.parts(), now=START + timedelta(minutes=9))

    assert last
    assert (last.troubles, last.mended, after(episode, last)) == ((), (), None)
