"""Held and quarantined mail that an agent settles from the shell (R2.3, R2.4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from daemon.act.starting import customer_of, facts_now, mpoc_at, opened_number
from daemon.apply import InHand, apply
from daemon.desk import Desk
from daemon.errors import Permanent, Unreadable
from daemon.gather import attachment_refs, receipt_time, said_by_address
from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.case import Case, CaseNumber
from daemon.model.effect import Decision
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.posting import Posting
from daemon.receive import story
from daemon.rules import releasing
from daemon.rules.holding import deciders
from daemon.rules.matching import root_of
from daemon.store import inbox
from daemon.store.cases import lock_cases
from daemon.store.database import Connection, transaction
from daemon.store.detained import lock_detained


def approve_held(desk: Desk, detained: int, *, actor: str, now: datetime) -> CaseNumber:
    """Open the held request as a case on the authority of the customer's case contact, or approver (R2.3, R10.2).

    Raises:
        Permanent: there is no such open request, or its customer is not configured any more.
    """
    with _detained(desk, detained, DetainedKind.HELD, now=now) as (connection, held):
        customer = customer_of(desk, held.customer)
        contact = deciders(customer, held.facts.plus_words)[0]
        return _release(connection, desk, held, releasing.Release(customer, contact, actor, now))


def decline_held(desk: Desk, detained: int, *, actor: str, word: str, now: datetime) -> None:
    """Decline a held request; its sender is told (R2.3).

    Raises:
        Permanent: there is no such open request.
    """
    with _detained(desk, detained, DetainedKind.HELD, now=now) as (connection, held):
        refusal = releasing.Refusal(actor, word, now)
        decision = releasing.decline(held, customer_of(desk, held.customer), refusal, desk.config.plan)
        _settle(connection, desk, held, decision, now=now)


def release_quarantined(desk: Desk, detained: int, *, mpoc: str, actor: str, now: datetime) -> CaseNumber:
    """Open a case for `mpoc` from a quarantined mail (R2.4).

    Raises:
        Permanent: there is no such open mail, or nobody with that address is an MPOC.
    """
    customer, contact = mpoc_at(desk, mpoc)
    with _detained(desk, detained, DetainedKind.QUARANTINED, now=now) as (connection, held):
        return _release(connection, desk, held, releasing.Release(customer, contact, actor, now))


def discard_quarantined(desk: Desk, detained: int, *, actor: str, now: datetime) -> None:
    """Put a quarantined mail aside for good; it stays stored.

    Raises:
        Permanent: there is no such open mail.
    """
    with transaction(desk.engine) as connection:
        row = _open_row(connection, detained, DetainedKind.QUARANTINED)
        decision = releasing.discard(row.id, actor=actor, now=now)
        case = apply(connection, decision, Posting(desk, now, row.inbox_id), cases=())
        inbox.finish(connection, row.inbox_id, _ended(decision, case, now=now))


def _open_row(connection: Connection, detained: int, kind: DetainedKind) -> Any:
    """Lock a detained mail that still waits."""
    row = lock_detained(connection, detained)
    if row is None or row.kind != kind.value:
        raise Permanent(f"there is no {kind.value} mail {detained}")
    if row.state != DetainedState.OPEN.value:
        raise Permanent(f"{kind.value} mail {detained} is {row.state} already")
    return row


def _read_again(desk: Desk, kept: inbox.KeptMail) -> InboundMail:
    settings = desk.config.settings
    try:
        return read_mail(kept.arrival.raw, kept.arrival.envelope, Trust(settings.authserv_ids, settings.trusted_relays))
    except Unreadable as reason:
        raise Permanent(f"no case can be opened from this mail: {reason}; discard it instead") from reason


@contextmanager
def _detained(
    desk: Desk, detained: int, kind: DetainedKind, *, now: datetime
) -> Iterator[tuple[Connection, releasing.Detained]]:
    """Give an open detained mail, read again, under lock."""
    with transaction(desk.engine) as connection:
        row = _open_row(connection, detained, kind)
        kept = inbox.load(connection, [row.inbox_id])[0]
        mail = _read_again(desk, kept)
        cases = lock_cases(connection, [row.case_number or 0])  # before the loads, as in every decision
        facts = replace(
            facts_now(connection, desk, now),
            cases=cases,
            event=f"mail {kept.id} released",
            received_at=receipt_time(kept, mail),
            plus_words=said_by_address(desk, kept, mail),
            attachments=attachment_refs(mail),
        )
        yield (
            connection,
            releasing.Detained(
                id=row.id,
                inbox_id=kept.id,
                mailbox=kept.arrival.mailbox,
                kind=kind,
                sender=row.sender,
                subject=row.subject,
                customer=row.customer,
                mail=mail,
                facts=facts,
                case=_asked_for(facts, row.case_number),
            ),
        )


def _asked_for(facts: Facts, number: CaseNumber | None) -> Case | None:
    """Return the case that a held mail asks to join, or the primary that it has become a duplicate of (R4.5)."""
    case = facts.case(number)
    return root_of(facts, case) if case else None


def _release(connection: Connection, desk: Desk, held: releasing.Detained, release: releasing.Release) -> CaseNumber:
    decision = releasing.release(held, release, desk.config.charter)
    return opened_number(_settle(connection, desk, held, decision, now=release.now))


def _settle(
    connection: Connection, desk: Desk, held: releasing.Detained, decision: Decision, *, now: datetime
) -> CaseNumber | None:
    """Carry out the decision on a detained mail, and write it as the mail's outcome (S1.2)."""
    octets = {part.sha256: part.octets for part in held.mail.attachments}
    case = apply(
        connection, decision, Posting(desk, now, held.inbox_id), cases=held.facts.cases, mail=InHand(octets=octets)
    )
    inbox.finish(connection, held.inbox_id, _ended(decision, case, now=now))
    return case


def _ended(decision: Decision, case: CaseNumber | None, *, now: datetime) -> dict[str, Any]:
    """Return how the mail stands to have ended."""
    return {
        "outcome": decision.outcome.value,
        "case_number": case,
        "reason": decision.reason,
        "decision": story(decision),
        "decided_at": now,
    }
