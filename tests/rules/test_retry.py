"""S3.6: growing pauses for 72 hours."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.rules.retry import PAUSES, next_try

START = datetime(2026, 12, 1, tzinfo=UTC)
GIVE_UP = timedelta(hours=72)


def again(attempts: int, age: timedelta, chance: float = 0.5) -> timedelta | None:
    """Return the pause after so many tries of a mail of this age."""
    now = START + age
    at = next_try(attempts, created_at=START, now=now, give_up=GIVE_UP, chance=chance)
    return at - now if at else None


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (8, 240), (50, 240)]
)
def test_pauses_grow(attempts: int, minutes: int) -> None:
    """S3.6: 1, 5, 15, 30 minutes, 1, 2, then 4 hours each."""
    assert again(attempts, timedelta(hours=1)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("chance", "share"), [(0.0, 0.9), (0.5, 1.0), (0.999, 1.0998)])
def test_chance_spreads_what_was_put_off_together(chance: float, share: float) -> None:
    """A thousand mails that one refusal put off do not come back in one second."""
    assert again(7, timedelta(hours=9), chance) == timedelta(hours=4) * share


@pytest.mark.parametrize(
    ("attempts", "age", "ends"),
    [
        (20, GIVE_UP - timedelta(seconds=1), False),
        (20, GIVE_UP, True),
        (len(PAUSES), GIVE_UP, True),
        (len(PAUSES) - 1, timedelta(days=30), False),
        (1, timedelta(days=30), False),
    ],
)
def test_a_mail_is_given_up_after_72_hours(attempts: int, age: timedelta, ends: bool) -> None:
    """S3.6; a mail that waited through an outage of ours is first tried as often as there are pauses."""
    assert (again(attempts, age) is None) is ends


def test_the_whole_schedule_ends() -> None:
    """S3.6: played through, a mail that is always put off ends a little after 72 hours."""
    age, tries = timedelta(0), 0
    while tries < 1000:
        tries += 1
        pause = again(tries, age)
        if pause is None:
            break
        age += pause

    assert GIVE_UP <= age <= GIVE_UP + timedelta(hours=4)
    assert 20 <= tries <= 30
