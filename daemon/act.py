"""What agents do from the shell: the same rules as by mail, each call one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from daemon.apply import InHand, apply
from daemon.desk import Desk
from daemon.errors import Permanent, Unreadable
from daemon.gather import ASSIGNING, SHOWING, attachment_refs, cases_named, locked_loads, receipt_time, said_by_address
from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.case import Case, CaseNumber, Priority
from daemon.model.effect import Decision, Queue
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.notice import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.people import Agent, Customer, Mpoc
from daemon.posting import Posting
from daemon.receive import story
from daemon.rules import releasing
from daemon.rules.agent_mail import AgentText, decide_agent_text
from daemon.rules.command_text import CommandedText, read_command
from daemon.rules.holding import deciders
from daemon.rules.matching import root_of
from daemon.rules.opening import Request, acknowledge, tell_technician
from daemon.rules.opening import open_case as opening
from daemon.rules.subjects import tag
from daemon.store import inbox
from daemon.store.case_text import case_text
from daemon.store.cases import lock_cases
from daemon.store.database import Connection, transaction
from daemon.store.detained import lock_detained
from daemon.store.last_mail import last_mail


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A case that an agent opens after a call or a chat (R1.4)."""

    mpoc: str
    subject: str
    text: str
    priority: Priority
    actor: str  # agent id, or "command line"


def open_case(desk: Desk, call: CallRequest, *, now: datetime) -> CaseNumber:
    """Open a case on an MPOC's behalf (R1.4); the MPOC gets the acknowledgement.

    Raises:
        Permanent: nobody with that address is an MPOC.
    """
    customer, mpoc = _mpoc(desk, call.mpoc)
    request = Request(
        customer=customer,
        mpoc=mpoc,
        subject=call.subject,
        text=call.text,
        author=mpoc.email,
        author_name=mpoc.name,
        received_at=now,
        actor=call.actor,
        why="R1.4",
        priority=call.priority,
    )
    plan = desk.config.plan
    with transaction(desk.engine) as connection:
        facts = _facts(connection, desk, now)
        opened = opening(request, facts, desk.config.charter, policy=plan.mailboxes[0])
        effects = (
            *opened.effects,
            acknowledge(request, facts, plan, now=now),
            tell_technician(opened, request, facts, plan),
        )
        decision = Decision(
            outcome=Outcome.CASE_OPENED, effects=effects, reason=f"entered by {call.actor}", rules=("R1.4",)
        )
        return _opened(apply(connection, decision, Posting(desk, now, None), cases=()))


@dataclass(frozen=True, slots=True)
class ShellWish:
    """What an agent wants done on a case, from the shell."""

    agent: str  # id or address
    lines: tuple[str, ...]  # commands without their `#`, such as "status closed"
    text: str  # public text, or empty


def carry_out(desk: Desk, case: CaseNumber, wish: ShellWish, *, now: datetime) -> None:
    """Carry out an agent's commands and public text; all or nothing.

    Raises:
        Permanent: the case, the agent or a command is wrong; nothing was changed.  One line a fault.
    """
    by = _agent(desk, wish.agent)
    commanded = CommandedText(tuple(read_command(line) for line in wish.lines), wish.text.strip())
    if any(line.name == "for" for line in commanded.commands):
        raise Permanent("at the shell a case is opened with: supportd case open --for ADDRESS --subject TEXT")
    with transaction(desk.engine) as connection:
        named = cases_named([line.argument for line in commanded.commands], desk)
        cases = lock_cases(connection, {case} | named)
        on_case = next((found for found in cases if found.number == case), None)
        if on_case is None:
            raise Permanent(f"there is no case {tag(desk.config.plan.provider.prefix, case)}")
        facts = replace(_facts_asked(connection, desk, on_case, commanded, now=now), cases=cases)
        policy = desk.config.plan.mailboxes[0]
        wanted = AgentText(
            agent=by, case=on_case, commanded=commanded, facts=facts, policy=policy, subject=on_case.subject
        )
        decision = decide_agent_text(wanted, desk.config.charter)
        _refuse_faults(decision)
        apply(connection, _without_transcript(decision), Posting(desk, now, None), cases=cases)


def _facts_asked(connection: Connection, desk: Desk, case: Case, commanded: CommandedText, *, now: datetime) -> Facts:
    """Return what the commands ask for, and no more: most ask for nothing."""
    names = frozenset(line.name for line in commanded.commands)
    return Facts(
        event=f"act {desk.new_token()}",
        received_at=now,
        now=now,
        loads=locked_loads(connection) if names & ASSIGNING else (),
        last_mail=last_mail(connection, case.number) if names & SHOWING else None,
        history=case_text(connection, case.number) if "escalate" in names else "",
    )


def _refuse_faults(decision: Decision) -> None:
    if decision.outcome is Outcome.COMMAND_FAILED:
        raise Permanent(decision.reason)


def _without_transcript(decision: Decision) -> Decision:
    """At a shell the answer is on the screen: no transcript by mail."""
    spoken = (NoticeKind.COMMANDS_DONE, NoticeKind.COMMAND_FAILED)
    kept = tuple(e for e in decision.effects if not (isinstance(e, Queue) and e.notice.kind in spoken))
    return replace(decision, effects=kept)


def approve_held(desk: Desk, detained: int, *, actor: str, now: datetime) -> CaseNumber:
    """Open the held request as a case on the authority of the customer's case contact, or approver (R2.3, R10.2).

    Raises:
        Permanent: there is no such open request, or its customer is not configured any more.
    """
    with _detained(desk, detained, DetainedKind.HELD, now=now) as (connection, held):
        customer = _customer(desk, held.customer)
        contact = deciders(customer, held.facts.plus_words)[0]
        return _release(connection, desk, held, releasing.Release(customer, contact, actor, now))


def decline_held(desk: Desk, detained: int, *, actor: str, word: str, now: datetime) -> None:
    """Decline a held request; its sender is told (R2.3).

    Raises:
        Permanent: there is no such open request.
    """
    with _detained(desk, detained, DetainedKind.HELD, now=now) as (connection, held):
        refusal = releasing.Refusal(actor, word, now)
        decision = releasing.decline(held, _customer(desk, held.customer), refusal, desk.config.plan)
        _settle(connection, desk, held, decision, now=now)


def release_quarantined(desk: Desk, detained: int, *, mpoc: str, actor: str, now: datetime) -> CaseNumber:
    """Open a case for `mpoc` from a quarantined mail (R2.4).

    Raises:
        Permanent: there is no such open mail, or nobody with that address is an MPOC.
    """
    customer, contact = _mpoc(desk, mpoc)
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
            _facts(connection, desk, now),
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
    return _opened(_settle(connection, desk, held, decision, now=release.now))


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


def _facts(connection: Connection, desk: Desk, now: datetime) -> Facts:
    return Facts(event=f"act {desk.new_token()}", received_at=now, now=now, loads=locked_loads(connection))


def _mpoc(desk: Desk, address: str) -> tuple[Customer, Mpoc]:
    listed = desk.config.directory.mpoc(address.strip().lower())
    if listed is None:
        raise Permanent(f"{address} is no MPOC of any customer: see the files in customers/")
    return listed


def _customer(desk: Desk, customer_id: str) -> Customer:
    customer = desk.config.directory.customer(customer_id)
    if customer is None:
        raise Permanent(f"customer {customer_id} is not configured any more")
    return customer


def _agent(desk: Desk, key: str) -> Agent:
    agent = desk.config.directory.agent(key.strip().lower()) or desk.config.directory.agent(key.strip())
    if agent is None:
        known = ", ".join(agent.id for agent in desk.config.directory.agents[:10])
        raise Permanent(f"{key} is no agent; there are: {known}")
    return agent


def _opened(case: CaseNumber | None) -> CaseNumber:
    assert case is not None, "the decision opened or named a case"
    return case
