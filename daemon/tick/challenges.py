"""Mail that waited behind a challenge: however that one ended, what came meanwhile is asked about next (S2.3)."""

from collections.abc import Collection
from datetime import datetime

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.due import Action, Ticked
from daemon.model.facts import Facts
from daemon.posting import Posting
from daemon.rules.detained.asking import MOST_ASKED, ask_in_turn
from daemon.rules.governor import withheld
from daemon.store.addresses import is_muted
from daemon.store.answers import counts
from daemon.store.challenges import first_unasked, is_challenged, lock_sender, lock_unasked
from daemon.store.database import Connection
from daemon.store.detained import read_requests
from daemon.store.due import Due
from daemon.tick.source import Source


def _first(connection: Connection, _desk: Desk, _now: datetime, aside: Collection[int]) -> Due | None:
    return first_unasked(connection, aside)


def _ask(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    """Ask, unless they are asked already, or may not be written to for now (S3.3): asked again under the lock."""
    sender = next(iter(read_requests(connection, [due.key]))).sender
    lock_sender(connection, sender)
    if is_challenged(connection, sender, now=now) or _withheld(connection, desk, sender, now):
        return None
    waiting = lock_unasked(connection, sender, most=MOST_ASKED)
    if not waiting.newest:
        return None
    decision = ask_in_turn(waiting.newest, waiting.more, desk.config.charter, now=now)
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Ticked(Action.NOTICE_QUEUED, None, due.at, decision.reason)


def _withheld(connection: Connection, desk: Desk, sender: str, now: datetime) -> str:
    answered = counts(connection, sender, (), now=now, received_at=now)
    facts = Facts(event="", received_at=now, now=now, answers=answered, muted=is_muted(connection, sender, now=now))
    return withheld(facts, desk.config.plan, on_case=False)


CHALLENGES = Source("challenges", _first, _ask)
