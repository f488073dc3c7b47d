"""When a mail that a server put off is tried again, and when it is given up (S3.6)."""

from datetime import datetime, timedelta

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
"""After the first try, the second …; the last pause repeats."""

SPREAD = 0.2
"""How much of a pause is chance: so many mails put off together do not come back together."""


def next_try(
    attempts: int, *, created_at: datetime, now: datetime, give_up: timedelta, chance: float
) -> datetime | None:
    """Return when to try again, or None when the mail is to be given up.

    A mail is given up once it is older than `give_up`, but never before it was tried as often as there are pauses: a
    mail that waited through an outage of our own still gets its tries.

    Args:
        attempts: tries so far, the one that just failed included.
        created_at: when the mail was queued.
        now: when the last try failed.
        give_up: how long a mail is tried (72 hours by default).
        chance: in [0, 1), the caller's: rules draw no random numbers.
    """
    if now - created_at >= give_up and attempts >= len(PAUSES):
        return None
    pause = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return now + pause * (1 - SPREAD / 2 + SPREAD * chance)
