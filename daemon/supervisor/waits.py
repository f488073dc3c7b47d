"""The clock was set back: what was put off by the old time does not wait for it to come again (S1.6)."""

from datetime import datetime, timedelta

import structlog

from daemon.model.plan import Plan
from daemon.outbound.pause import LONGEST_REFUSED
from daemon.reader.reading import PAUSES as REST_PAUSES
from daemon.rules.retry import PAUSES, SPREAD
from daemon.store import waits
from daemon.store.database import Engine, transaction

OF_MAIL = tuple(max(LONGEST_REFUSED, pause * (1 + SPREAD / 2)) for pause in (timedelta(0), *PAUSES))
"""How long mail is put off at most, by its tries: for its own sake, or because the server takes no mail at all."""

log = structlog.get_logger()


def end_impossible_waits(engine: Engine, plan: Plan, *, now: datetime) -> int:
    """Have due now what rests for longer than any pause is; returns how many mails, in and out.

    Raises:
        Temporary: the database is away.
    """
    longest = waits.Longest(of_mail=OF_MAIL, parked=REST_PAUSES[-1], reply=plan.reply_delay)
    with transaction(engine) as connection:
        ended = waits.end_impossible_waits(connection, longest, now=now)
    if ended:
        log.warning("clock.set_back", mails=ended)
    return ended
