"""Hours of the week as they are written (R1.3, R3.1)."""

from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from daemon.model.hours import Span, WeeklyHours
from daemon.settings.weekly import read_hours

DAY = 24 * 60


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ({"monday": "08:00-17:00"}, [(0, 480, 1020)]),
        ({"monday": "8:00 - 17:00"}, [(0, 480, 1020)]),
        ({"Saturday-Monday": "00:00-24:00"}, [(0, 0, DAY), (5, 0, DAY), (6, 0, DAY)]),
        ({"monday, wednesday": "08:00-09:00"}, [(0, 480, 540), (2, 480, 540)]),
        ({"tuesday": ["08:00-12:00", "13:00-17:00"]}, [(1, 480, 720), (1, 780, 1020)]),
        ({"sunday": "22:00-04:00"}, [(0, 0, 240), (6, 1320, DAY)]),
        ({"friday": "22:00-04:00", "saturday": "03:00-06:00"}, [(4, 1320, DAY), (5, 0, 360)]),
        ({"friday": "22:00-00:00"}, [(4, 1320, DAY)]),
    ],
)
def test_written_hours(written: Any, spans: list[tuple[int, int, int]]) -> None:
    """Days, ranges and lists of days; ranges may cross midnight and are merged where they meet."""
    assert read_hours(written).spans == tuple(Span(*span) for span in spans)


def test_always_and_daily_around_the_clock_are_the_same() -> None:
    """`always` never closes."""
    assert read_hours("always") == read_hours({"daily": "00:00-24:00"}) == WeeklyHours.always()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("never", "must be `always`"),
        ({}, "must be `always`"),
        ({"monday": 8}, "write hours as"),
        ({"monday": "08:00"}, "write hours as"),
        ({"monday": "08:60-09:00"}, "no such time of day"),
        ({"monday": "24:00-25:00"}, "no such time of day"),
        ({"monday": "08:00-08:00"}, "same time"),
        ({"mondey": "08:00-09:00"}, "did you mean `monday`"),
        ({"monday-tuesday-friday": "08:00-09:00"}, "no day or range of days"),
    ],
)
def test_refused_hours(written: Any, words: str) -> None:
    """What is no span of the week is refused with what would be right."""
    with pytest.raises(PydanticCustomError, match=words):
        read_hours(written)
