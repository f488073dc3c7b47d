"""Kept message → its one decision, in one transaction (S1.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from daemon.apply import InHand, apply
from daemon.credentials import read_message_id
from daemon.desk import Desk
from daemon.gather import gather, receipt_time
from daemon.gather.replies import with_replies
from daemon.ingest.agents_marks import marked_files
from daemon.ingest.bounce_reason import is_hard, status_of
from daemon.ingest.own_words import may_repeat_us, with_our_words_quoted
from daemon.model.case import Case
from daemon.model.case_effect import OpenCase
from daemon.model.effect import Decision, Detain, Queue
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.mail_effect import Mute, Postpone
from daemon.model.outcome import DetainedKind, Outcome
from daemon.model.readmission import PendingState
from daemon.posting import Posting
from daemon.rules.delivery_failure import Failure, delivery_failure
from daemon.rules.sighting import see
from daemon.rules.triage import decide
from daemon.store import answers, detained, inbox, pending
from daemon.store.cases import customer_of, lock_cases
from daemon.store.database import Connection, lock, transaction
from daemon.store.detained import DetainedMail
from daemon.store.inbox import KeptMail
from daemon.store.outbox_rows import sent_octets

log = structlog.get_logger()

WITHOUT_EFFECT = (Outcome.QUARANTINED, Outcome.CHALLENGED, Outcome.AUTO_REPLY, Outcome.BOUNCE, Outcome.LOOP)
"""A first copy that ended so stands in nobody's way: a copy that does more is decided, and the first marked (S1.3)."""


@dataclass(frozen=True, slots=True)
class Received:
    """How a message ended."""

    outcome: Outcome | None  # None: it is postponed (S3.7)
    case: int | None
    customer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in its reader's hands, about to be decided on."""

    kept: KeptMail
    mail: InboundMail  # the same, read
    now: datetime  # the instant of the decision


def receive(desk: Desk, messages: Iterable[Claimed], *, reader: str) -> list[Received | None]:
    """Decide on messages that `reader` has claimed, one after the other in one transaction: on all, or on none.

    Args:
        desk: the open desk.
        messages: each is asked for when the one before it is settled.
        reader: who claimed them.

    Returns:
        How each ended; None where the claim was lost and somebody else decides.

    Raises:
        Temporary: the database is away; nothing was decided.
    """
    with transaction(desk.engine) as connection:
        return [
            settle(connection, desk, each.kept, each.mail, now=each.now)
            if inbox.hold_claim(connection, each.kept.id, reader)
            else None
            for each in messages
        ]


def _with_our_words_quoted(connection: Connection, desk: Desk, mail: InboundMail) -> InboundMail:
    """Return an answer to a mail of ours without what it repeats of that, where nothing else in it tells the quote."""
    if not may_repeat_us(mail) or read_message_id(desk.keyring, mail.parent, sender=mail.originator.address) is None:
        return mail
    octets = sent_octets(connection, mail.parent.lower())
    return with_our_words_quoted(mail, octets) if octets else mail


def _with_marked_files(desk: Desk, facts: Facts, mail: InboundMail) -> Facts:
    """Return the facts with the files of an agent's mail that must not leave (S2.8); nobody else's are looked into."""
    if not mail.attachments or desk.config.directory.agent(mail.originator.address) is None:
        return facts
    return replace(facts, replies=replace(facts.replies, marked=marked_files(mail.attachments)))


def settle(connection: Connection, desk: Desk, kept: KeptMail, mail: InboundMail, *, now: datetime) -> Received:
    """Decide on a message that is the caller's alone, carry the decision out and write how the message ended."""
    reading = _reading(kept, mail)
    lock(connection, f"content {reading.content_key}")
    earlier = inbox.same_message(connection, reading, kept) if kept.readmitted is None else None
    if earlier is not None and earlier.outcome not in WITHOUT_EFFECT:
        return _end(connection, kept, _duplicate(earlier), reading, now=now)
    mail = _with_our_words_quoted(connection, desk, mail)
    facts = with_replies(connection, desk, gather(connection, desk, kept, mail, now=now), mail)
    facts = _with_marked_files(desk, facts, mail)
    decision = decide(see(mail, facts, desk.config.charter, mailbox=kept.arrival.mailbox, now=now))
    if earlier is not None and decision.outcome in WITHOUT_EFFECT:
        return _end(connection, kept, _duplicate(earlier), reading, now=now)
    held = DetainedMail(kept.id, mail.originator.address or "(ambiguous)", mail.subject, reading.received_at)
    octets = {part.sha256: part.octets for part in mail.attachments}
    posting = Posting(desk, now, kept.id)
    case = apply(connection, decision, posting, cases=facts.cases, mail=InHand(held, octets))
    _log_bounds(kept, decision)
    postpone = next((effect for effect in decision.effects if isinstance(effect, Postpone)), None)
    if postpone is not None:
        return _postponed(connection, kept, decision, reading, postpone)
    decision = replace(decision, case=case)
    _write_end(connection, kept, decision, reading, now=now)
    received = _received(connection, decision, cases=facts.cases)
    if earlier is not None:
        _mark_duplicate(connection, earlier, received, now=now)
    return received


def quarantine_unread(desk: Desk, kept: KeptMail, *, reason: str, reader: str, now: datetime) -> Received | None:
    """Quarantine a message that cannot be read: it killed its readers, or is over a limit (S1.2)."""
    with transaction(desk.engine) as connection:
        if not inbox.hold_claim(connection, kept.id, reader):
            return None
        effect = Detain(kind=DetainedKind.QUARANTINED, reason=reason)
        decision = Decision(outcome=Outcome.QUARANTINED, effects=(effect,), reason=reason, rules=("S1.2",))
        held = DetainedMail(kept.id, "(not read)", "", kept.arrival.received_at)
        apply(connection, decision, Posting(desk, now, kept.id), cases=(), mail=InHand(held))
        return _end(connection, kept, decision, None, now=now)


def delivery_failed(desk: Desk, row_id: int, *, reason: str, now: datetime) -> None:
    """Record on its case that a mail of ours could not be delivered for good, and tell an agent (S3.6)."""
    with transaction(desk.engine) as connection:
        sent = answers.sent_row(connection, row_id)
        if sent is None:
            return
        cases = lock_cases(connection, [sent.case]) if sent.case else ()
        failure = Failure(sent, reason, now, is_dead=is_hard(status_of("", reason), reason))
        case = next((case for case in cases if case.number == sent.case), None)
        decision = delivery_failure(case, failure, desk.config.charter)
        apply(connection, decision, Posting(desk, now, None), cases=cases)


def _reading(kept: KeptMail, mail: InboundMail) -> inbox.Reading:
    return inbox.Reading(
        message_id=mail.message_id,
        sender=mail.originator.address,
        subject=mail.subject,
        content_key=mail.content_key,
        authentication=mail.authentication.value,
        received_at=receipt_time(kept, mail),
    )


def _duplicate(earlier: Any) -> Decision:
    reason = f"the same message as mail {earlier.id}"
    return Decision(
        outcome=Outcome.DUPLICATE_MESSAGE, effects=(), reason=reason, rules=("S1.3",), case=earlier.case_number
    )


def _mark_duplicate(connection: Connection, earlier: Any, received: Received, *, now: datetime) -> None:
    """Mark the first copy as the duplicate of the better one that was decided (S1.3)."""
    reason = "a better copy of the same message was decided"
    values = {"outcome": Outcome.DUPLICATE_MESSAGE.value, "reason": reason, "case_number": received.case}
    inbox.finish(connection, earlier.id, values)
    detained.discard_of(connection, earlier.id, at=now, by="daemon")


def _end(
    connection: Connection, kept: KeptMail, decision: Decision, reading: inbox.Reading | None, *, now: datetime
) -> Received:
    _write_end(connection, kept, decision, reading, now=now)
    return _received(connection, decision, cases=())


def _write_end(
    connection: Connection, kept: KeptMail, decision: Decision, reading: inbox.Reading | None, *, now: datetime
) -> None:
    noted = inbox.read_off(reading) if reading is not None else {}
    inbox.finish(connection, kept.id, noted | ended(decision, decision.case, now=now))


def _received(connection: Connection, decision: Decision, *, cases: tuple[Case, ...]) -> Received:
    """Say how a message ended; the customer of a case that was read for the decision is not asked for again."""
    number = decision.case
    known = next((case.customer for case in cases if case.number == number), "")
    customer = _customer(decision) or known or (customer_of(connection, number) if number else "")
    return Received(decision.outcome, number, customer, decision.reason)


def _postponed(
    connection: Connection, kept: KeptMail, decision: Decision, reading: inbox.Reading, postpone: Postpone
) -> Received:
    """Write what was read of a mail that is decided later; its state stands already."""
    inbox.note(connection, kept.id, reading)
    pending.explain(connection, kept.id, story(decision), text=postpone.text)
    if postpone.state is PendingState.HELD_BACK:
        log.warning("reply.held_back", mail=kept.id, case=postpone.case, until=postpone.until.isoformat())
    return Received(None, decision.case, "", decision.reason)


def _log_bounds(kept: KeptMail, decision: Decision) -> None:
    """Tell the log where a bound on automatic answers was met (S3.3)."""
    for effect in decision.effects:
        if isinstance(effect, Queue) and effect.cancelled:
            log.warning("answer.withheld", mail=kept.id, kind=effect.notice.kind.value, reason=effect.cancelled)
        elif isinstance(effect, Mute):
            log.warning("address.muted", mail=kept.id, until=effect.until.isoformat(), reason=effect.why)


def _customer(decision: Decision) -> str:
    return next((effect.customer for effect in decision.effects if isinstance(effect, OpenCase | Detain)), "")


def ended(decision: Decision, case: int | None, *, now: datetime) -> dict[str, Any]:
    """Return how a mail stands to have ended (columns of `inbox`)."""
    return {
        "outcome": decision.outcome.value,
        "case_number": case,
        "reason": decision.reason,
        "decision": story(decision),
        "decided_at": now,
    }


def story(decision: Decision) -> dict[str, Any]:
    """Return what `supportd why` tells of a decision, as JSON."""
    return {
        "rules": list(decision.rules),
        "reason": decision.reason,
        "checks": [[asked.check, asked.held] for asked in decision.checks],
        "facts": [list(fact) for fact in decision.facts],
    }
