"""S1.6: a clock that was set back keeps nothing waiting, on both databases; ordinary pauses are left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from daemon.model.readmission import PendingState
from daemon.rules.retry import PAUSES
from daemon.store.database import Engine, transaction
from daemon.store.inbox_tables import inbox
from daemon.store.tables import outbox
from daemon.supervisor.waits import end_impossible_waits
from tests.rules.making import PLAN as MADE
from tests.store.making import HOUR, MINUTE, NOW, kept, queued

SECOND = timedelta(seconds=1)
PLAN = replace(MADE, reply_delay=MINUTE)


def waits_on(engine: Engine, *, tries: int, until: timedelta) -> bool:
    """Tell whether a mail that was tried so often and rests until then still rests after a look."""
    queued(engine)
    with transaction(engine) as connection:
        connection.execute(update(outbox).values(attempts=tries, not_before=NOW + until))
    end_impossible_waits(engine, PLAN, now=NOW)
    with transaction(engine) as connection:
        return bool(connection.execute(select(outbox.c.not_before)).scalar_one() > NOW)


@pytest.mark.parametrize("tries", range(10))
def test_s1_6_mail_put_off_before_the_clock_was_set_back_does_not_wait_for_the_old_time(
    engine: Engine, tries: int
) -> None:
    """S1.6: an hour back: what could rest for minutes is due now; what rests for hours, at most once more as long."""
    pause = PAUSES[max(tries, 1) - 1] if tries <= len(PAUSES) else PAUSES[-1]

    assert waits_on(engine, tries=tries, until=pause + HOUR) is (pause * 1.1 > pause + HOUR)


@pytest.mark.parametrize(
    ("tries", "until"), [(0, 5 * MINUTE), *((n + 1, pause * 1.1) for n, pause in enumerate(PAUSES))]
)
def test_s3_6_the_pauses_that_there_are_stay(engine: Engine, tries: int, until: timedelta) -> None:
    """S3.6: no mail is tried sooner than its pauses say, and none while the whole server is left alone."""
    assert waits_on(engine, tries=tries, until=until)


@pytest.mark.parametrize(
    ("state", "until", "rests"),
    [
        ("parked", HOUR, True),
        ("parked", HOUR + MINUTE, False),
        (PendingState.WAITING.value, PLAN.reply_delay, True),
        (PendingState.WAITING.value, PLAN.reply_delay + SECOND, False),
        (PendingState.HELD_BACK.value, 24 * HOUR, True),
        ("reading", 2 * HOUR, True),
    ],
)
def test_s1_6_kept_mail_rests_no_longer_than_it_can(engine: Engine, state: str, until: timedelta, rests: bool) -> None:
    """S1.6, S3.7: what is parked, and a reply in its short while, come on; who holds or reads a mail keeps it."""
    kept(engine, 1)
    with transaction(engine) as connection:
        connection.execute(update(inbox).values(state=state, lease_until=NOW + until))

    assert end_impossible_waits(engine, PLAN, now=NOW) == (not rests)

    with transaction(engine) as connection:
        assert (connection.execute(select(inbox.c.lease_until)).scalar_one() > NOW) is rests
