"""The radar (R7) in invented months of a small desk, from its first day on: a short run of `benchmarks/radar.py`."""

from datetime import UTC, date, datetime

import pytest

from benchmarks import storms
from benchmarks.mail_pools import Topic
from benchmarks.radar import false_alarms, hear, is_during, recall
from benchmarks.storm_words import FAULTS
from benchmarks.storm_words_unseen import UNSEEN_FAULTS
from benchmarks.storms import Month
from daemon.rules.radar.words import ear_of

EAR = ear_of(storms.directory())
MONTHS = storms.ordinary(5, first=date(2026, 9, 1), days=61, a_day=60)
SIZES = (3, 4, 5, 6, 7, 8, 10, 20) * 3
"""So many customers from the eighth of October on, a storm a day."""


def test_r7_1_ordinary_months_are_quiet() -> None:
    """R7.1: two false alarms in the first month and one in the second, at most."""
    alarms = false_alarms(MONTHS, hear(MONTHS, EAR).alarms, EAR)
    by_month = [sum(at.month == month for at, _ in alarms) for month in (9, 10)]
    assert by_month[0] <= 2
    assert by_month[1] <= 1


@pytest.mark.parametrize(
    ("faults", "of_few"),
    [
        pytest.param(FAULTS, 0.5, id="faults that the limits were chosen with"),
        pytest.param(UNSEEN_FAULTS, 0.3, id="other faults"),
    ],
)
def test_r7_1_storms_are_heard(faults: tuple[Topic, ...], of_few: float) -> None:
    """R7.1: nine of ten of five customers and more, and so large a part of those of three or four."""
    month = Month(list(MONTHS.mails))
    for day, size in enumerate(SIZES, start=8):
        at = datetime(2026, 10, day, 10, tzinfo=UTC)
        storms.with_storm(month, day, at=at, customers=size, topics=faults)
    heard = recall(month, hear(month, EAR, wanted=is_during(month)).alarms)
    assert _share(heard["5 to 8"], heard["10 to 30"]) >= 0.9
    assert _share(heard["3"], heard["4"]) >= of_few


def _share(*classes: tuple[int, int]) -> float:
    return sum(right for right, _ in classes) / sum(many for _, many in classes)
