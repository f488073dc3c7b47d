"""Held and quarantined mail that an agent settles from the shell (R2.3, R2.4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from daemon.act.starting import customer_of, facts_now, mpoc_at, opened_number
from daemon.apply import InHand, apply
from daemon.desk import Desk
from daemon.errors import Permanent, Unreadable
from daemon.gather import attachment_refs, receipt_time, said_by_address
from daemon.gather.replies import MAX_TAGS
from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.case import Case, CaseNumber
from daemon.model.effect import Decision
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.model.readmission import DetainedRequest
from daemon.model.replies import ReplyFacts
from daemon.posting import Posting
from daemon.receive import ended
from daemon.rules.detained import releasing
from daemon.rules.detained.deciders import deciders
from daemon.rules.leak_guard import leaks, tags_in
from daemon.rules.matching import root_of
from daemon.rules.notices import belongs_elsewhere
from daemon.rules.secrets import secrets_of
from daemon.store import inbox
from daemon.store.cases import lock_cases
from daemon.store.database import Connection, transaction
from daemon.store.detained import lock_requests, lock_waiting_with
from daemon.store.replies import tagged_cases


def approve_held(desk: Desk, detained: int, *, actor: str, now: datetime, adds_writer: bool = False) -> CaseNumber:
    """Open the held request as a case on the authority of the customer's case contact, or approver (R2.3, R10.2).

    Args:
        desk: the open desk.
        detained: number of the held request.
        actor: who approves.
        now: the instant of the release.
        adds_writer: let its writer follow the case that it joins (R2.6); a new one they follow in any event.

    Raises:
        Permanent: there is no such open request, or its customer is not configured any more.
    """
    with _detained(desk, detained, DetainedKind.HELD, now=now) as (connection, request, held):
        customer = customer_of(desk, request.customer)
        contact = deciders(customer, is_macd=request.is_macd)[0]
        granted = releasing.Release(customer, contact, actor, now, adds_writer=adds_writer)
        return _release(connection, Posting(desk, now, request.mail), held, granted)


def decline_held(desk: Desk, detained: int, *, actor: str, word: str, now: datetime) -> None:
    """Decline a held request; its sender is told (R2.3).

    Raises:
        Permanent: there is no such open request, or the word may say what its sender must not read (S3.7).
    """
    with transaction(desk.engine) as connection:
        request = _open_request(connection, detained, DetainedKind.HELD)
        _look_at(connection, desk, word, customer=request.customer)
        refusal = releasing.Refusal(actor, word, now)
        decision = releasing.decline(request, customer_of(desk, request.customer), refusal, desk.config.plan)
        _settle(connection, Posting(desk, now, request.mail), decision, held=None)


def _look_at(connection: Connection, desk: Desk, word: str, *, customer: str) -> None:
    prefix, charter = desk.config.plan.provider.prefix, desk.config.charter
    said = ReplyFacts(tagged=tagged_cases(connection, tags_in(word, prefix)[:MAX_TAGS]))
    found = leaks(word, secrets_of(customer, said, charter), charter.directory, prefix=prefix)
    if found:
        raise Permanent(f"its sender must perhaps not read this ({'; '.join(map(str, found))}): change the word")


def release_quarantined(desk: Desk, detained: int, *, mpoc: str, actor: str, now: datetime) -> CaseNumber:
    """Let a quarantined mail through for `mpoc`: onto the case of theirs that it is about, or as a new one (R2.4).

    Raises:
        Permanent: there is no such open mail, nobody with that address is an MPOC, its sender is an agent (S3.7) or
            belongs to another customer (S2.6).
    """
    customer, contact = mpoc_at(desk, mpoc)
    with _detained(desk, detained, DetainedKind.QUARANTINED, now=now) as (connection, request, held):
        if desk.config.directory.agent(request.sender) is not None:
            raise Permanent(f"{request.sender} is an agent: they send it again, proven; this one can be discarded")
        if belongs_elsewhere(request.sender, desk.config.directory, customer.id):
            raise Permanent(f"{request.sender} belongs to another customer than {contact.email} (S2.6)")
        granted = releasing.Release(customer, contact, actor, now)
        return _release(connection, Posting(desk, now, request.mail), held, granted)


def discard_quarantined(desk: Desk, detained: int, *, actor: str, now: datetime) -> None:
    """Put a quarantined mail aside for good; it stays stored.

    Raises:
        Permanent: there is no such open mail.
    """
    with transaction(desk.engine) as connection:
        request = _open_request(connection, detained, DetainedKind.QUARANTINED)
        decision = releasing.discard(request, actor=actor, now=now)
        _settle(connection, Posting(desk, now, request.mail), decision, held=None)


def _open_request(connection: Connection, detained: int, kind: DetainedKind) -> DetainedRequest:
    """Lock a detained mail that still waits."""
    request = next(iter(lock_requests(connection, [detained])), None)
    if request is None or request.kind.for_agents is not kind:
        raise Permanent(f"there is no {kind.value} mail {detained}")
    if request.state is not DetainedState.OPEN:
        raise Permanent(f"{kind.value} mail {detained} is {request.state.value} already")
    return request


def _read_again(desk: Desk, kept: inbox.KeptMail) -> InboundMail:
    settings = desk.config.settings
    try:
        return read_mail(kept.arrival.raw, kept.arrival.envelope, Trust(settings.authserv_ids, settings.trusted_relays))
    except Unreadable as reason:
        raise Permanent(f"no case can be opened from this mail: {reason}; discard it instead") from reason


@contextmanager
def _detained(
    desk: Desk, detained: int, kind: DetainedKind, *, now: datetime
) -> Iterator[tuple[Connection, DetainedRequest, releasing.Detained]]:
    """Give an open detained mail, read again, under lock."""
    with transaction(desk.engine) as connection:
        request = _open_request(connection, detained, kind)
        kept = inbox.load(connection, [request.mail])[0]
        mail = _read_again(desk, kept)
        cases = lock_cases(connection, [request.case or 0])  # before the loads, as in every decision
        facts = replace(
            facts_now(connection, desk, now),
            cases=cases,
            event=f"mail {kept.id} released",
            received_at=receipt_time(kept, mail),
            plus_words=said_by_address(desk, kept, mail),
            attachments=attachment_refs(mail),
            waiting_with=lock_waiting_with(connection, request.id),
        )
        yield (
            connection,
            request,
            releasing.Detained(
                id=request.id,
                mailbox=kept.arrival.mailbox,
                kind=kind,
                sender=request.sender,
                subject=request.subject,
                mail=mail,
                facts=facts,
                case=_asked_for(facts, request.case),
            ),
        )


def _asked_for(facts: Facts, number: CaseNumber | None) -> Case | None:
    """Return the case that a held mail asks to join, or the primary that it has become a duplicate of (R4.5)."""
    case = facts.case(number)
    return root_of(facts, case) if case else None


def _release(
    connection: Connection, posting: Posting, held: releasing.Detained, granted: releasing.Release
) -> CaseNumber:
    decision = releasing.release(held, granted, posting.desk.config.charter)
    return opened_number(_settle(connection, posting, decision, held=held))


def _settle(
    connection: Connection, posting: Posting, decision: Decision, *, held: releasing.Detained | None
) -> CaseNumber | None:
    """Carry out the decision on a detained mail, and write it as the mail's outcome (S1.2)."""
    assert posting.inbox_id is not None, "what is settled is a mail"
    octets = {part.sha256: part.octets for part in held.mail.attachments} if held else {}
    cases = held.facts.cases if held else ()
    case = apply(connection, decision, posting, cases=cases, mail=InHand(octets=octets))
    inbox.finish(connection, posting.inbox_id, ended(decision, case, now=posting.now))
    return case
