"""The facts that the rules on one incoming mail ask for, read under the decision's lock."""

from dataclasses import replace
from datetime import datetime

from daemon.credentials import read_address, read_bounce, read_message_id
from daemon.desk import Desk
from daemon.gather.challenge import with_challenges
from daemon.gather.contacts import with_asked_contacts
from daemon.gather.detained import asked_about, detained_facts, named_in
from daemon.gather.incidents import P1G, lock_with_children, with_incidents
from daemon.gather.storms import storm_answered
from daemon.gather.windows import window_facts
from daemon.model.case import Case, CaseNumber, Kind
from daemon.model.facts import AnswerCounts, Facts, Load, SentMail
from daemon.model.mail import InboundMail, Reference
from daemon.model.notice import AttachmentRef
from daemon.model.notice_kinds import NoticeKind
from daemon.rules.commands.text import CommandLine, read_commands
from daemon.rules.commands.values import read_case
from daemon.rules.customers.approval_words import orders_haste
from daemon.rules.customers.escalation_wish import asks_to_escalate
from daemon.rules.customers.reply_all import that_count
from daemon.rules.detained.insiders import UNREADABLE_WRITER
from daemon.rules.macd.approvers import may_approve
from daemon.rules.plus_words import ESCALATE, EXPEDITE, plus_words
from daemon.rules.sayings.saying import Fault
from daemon.rules.subjects import hinted_case
from daemon.store import addresses as addresses_known
from daemon.store import answers
from daemon.store.approvals import first_verdict
from daemon.store.case_text import case_text
from daemon.store.cases import agent_loads
from daemon.store.database import Connection, lock
from daemon.store.inbox import KeptMail
from daemon.store.last_mail import last_mail

MAX_REFERENCES = 50
MOST_CONTACTS = 200
ASSIGNING = frozenset({"assign", "for", "reopen", "macd", P1G})
"""Commands that may give a case to somebody else, or open one."""
SHOWING = frozenset({"assign", "macd", "billing"})
"""Commands that show the customer's last mail to somebody else."""

RELAYED_SOURCES = ("smtp", "lmtp")


def gather(connection: Connection, desk: Desk, kept: KeptMail, mail: InboundMail, *, now: datetime) -> Facts:
    """Read what the database knows about this mail; its cases stay locked until the transaction ends."""
    addresses = _addresses(desk, kept, mail)
    references = _references(desk, mail)
    hinted = hinted_case(mail.subject, desk.config.plan.provider.prefix)
    settles, names = asked_about(desk, mail, addresses), named_in(_commands(desk, mail))
    about = detained_facts(connection, kept, asked=settles, named=names)
    named = {reference.case for reference in addresses + references} | {hinted or 0} | _commanded(desk, mail)
    sent = _sent(connection, desk, kept, mail)
    masters = _told_on(desk, mail, {reference.case for reference in addresses + references} | {hinted or 0})
    storm = storm_answered(connection, desk, mail)
    named |= set(storm.cases) if storm else set()
    cases = lock_with_children(connection, named | about.cases() | {sent.case or 0 if sent else 0}, masters)
    sender = mail.originator.address
    proposed = next((reference.case for reference in addresses + references if reference.case), hinted or 0)
    facts = Facts(
        event=f"mail {kept.id}",
        received_at=receipt_time(kept, mail),
        now=now,
        over_limit=kept.arrival.unreadable,
        references=references,
        address_references=addresses,
        hinted=hinted,
        plus_words=said_by_address(desk, kept, mail),
        cases=cases,
        is_own=read_message_id(desk.keyring, mail.message_id, sender="") is not None,
        sent=sent,
        answers=_answers(connection, sender, cases, now=now, received_at=receipt_time(kept, mail)),
        attachments=attachment_refs(mail),
        readmitted=kept.readmitted,
        storm=storm,
    )
    facts = about.added_to(facts)
    facts = _with_sender_known(connection, desk, mail, facts, proposed)
    facts = with_asked_contacts(connection, desk, mail, facts)
    facts = _with_case_said(connection, desk, mail, facts, proposed)
    facts = _with_agents_matter(connection, desk, mail, facts, masters)
    facts = with_challenges(connection, desk, kept, mail, facts)
    return replace(facts, loads=_loads(connection, desk, kept, mail, facts=facts))


def _with_sender_known(
    connection: Connection, desk: Desk, mail: InboundMail, facts: Facts, proposed: CaseNumber
) -> Facts:
    """Add what is known of the sender from before: whether they are answered, and who was told of them."""
    sender, now = mail.originator.address, facts.now
    told = bool(proposed) and answers.told_of_sender(connection, proposed, sender or UNREADABLE_WRITER, now=now)
    return replace(
        facts,
        muted=addresses_known.is_muted(connection, sender, now=now),
        marked=_marked(connection, desk, sender),
        told_of_sender=told,
        answered_stranger=_answered_stranger(connection, desk, mail, now=now),
    )


def _told_on(desk: Desk, mail: InboundMail, named: set[CaseNumber]) -> set[CaseNumber]:
    """Return the cases on which something may be told: those that an agent's mail answers; nobody else's tells."""
    return named if desk.config.directory.agent(mail.originator.address) is not None else set()


def _with_agents_matter(
    connection: Connection, desk: Desk, mail: InboundMail, facts: Facts, masters: set[CaseNumber]
) -> Facts:
    """Add what only an agent's mail can be about: global incidents (R7), an unscheduled window (R11.6)."""
    if desk.config.directory.agent(mail.originator.address) is None:
        return facts
    opens = P1G in _command_names(desk, mail)
    facts = with_incidents(connection, desk, facts, masters=masters, opens=opens)
    commands = _commands(desk, mail)
    return replace(facts, window=window_facts(connection, desk, mail, facts=facts, commands=commands))


def _with_case_said(connection: Connection, desk: Desk, mail: InboundMail, facts: Facts, proposed: CaseNumber) -> Facts:
    """Add what was said on the case that a mail names, where a rule may ask for that."""
    asked = _asks_approver(desk, mail, facts.cases, proposed)
    escalates = bool(proposed) and _wants_escalation(desk, mail, facts.plus_words)
    if not (asked or escalates or _command_names(desk, mail) & SHOWING):
        return facts
    return replace(
        facts,
        last_mail=last_mail(connection, proposed) if asked or _command_names(desk, mail) & SHOWING else None,
        question=_question(connection, desk, mail) if asked else None,
        verdict=first_verdict(connection, proposed) if asked else None,
        history=case_text(connection, proposed) if escalates else "",
    )


def receipt_time(kept: KeptMail, mail: InboundMail) -> datetime:
    """Return when the mail reached the mailbox (R5.3): by SMTP and LMTP, when our trusted relay took it."""
    received_at = kept.arrival.received_at
    by_relay = kept.arrival.source.startswith(RELAYED_SOURCES) and mail.relayed_at is not None
    return min(mail.relayed_at, received_at) if by_relay and mail.relayed_at else received_at


def attachment_refs(mail: InboundMail) -> tuple[AttachmentRef, ...]:
    """Return a mail's attachments by hash."""
    return tuple(AttachmentRef(part.name, part.content_type, part.size, part.sha256) for part in mail.attachments)


def _references(desk: Desk, mail: InboundMail) -> tuple[Reference, ...]:
    """Return the verified Message-IDs: In-Reply-To first, then References from the newest to the oldest."""
    ids = (*mail.in_reply_to, *reversed(mail.references))[:MAX_REFERENCES]
    sender = mail.originator.address
    found = (read_message_id(desk.keyring, message_id, sender=sender) for message_id in dict.fromkeys(ids))
    return tuple(reference for reference in found if reference is not None)


def said_by_address(desk: Desk, kept: KeptMail, mail: InboundMail) -> frozenset[str]:
    """Return the plain words behind our own addresses that a mail was sent to: escalate, macd, expedite."""
    return plus_words(_extended(kept, mail), desk.config.plan)


def _extended(kept: KeptMail, mail: InboundMail) -> tuple[str, ...]:
    """Return the addresses with a plus that a mail was sent to, by its envelope and its header, each once."""
    named = (*kept.arrival.envelope.recipients, *(address.address for address in mail.to + mail.cc))
    return tuple(address for address in dict.fromkeys(named) if "+" in address)


def _delivered_to(kept: KeptMail, mail: InboundMail) -> tuple[str, ...]:
    """Return whom a report came to: by IMAP and from files, where no envelope is, whom its header names.

    Fields such as Delivered-To are asked of reports alone: nobody can prove who wrote them, and a report proves itself
    by its signed address.
    """
    in_header = (*mail.delivered_to, *(address.address for address in mail.to + mail.cc))
    return kept.arrival.envelope.recipients or in_header


def _addresses(desk: Desk, kept: KeptMail, mail: InboundMail) -> tuple[Reference, ...]:
    sender = mail.originator.address
    found = (read_address(desk.keyring, address, sender=sender) for address in _extended(kept, mail))
    return that_count(tuple(one for one in found if one is not None), mail, desk.config.plan)


def _commanded(desk: Desk, mail: InboundMail) -> set[CaseNumber]:
    """Return the cases that an agent's commands name: they are decided on too, so they are locked too."""
    return cases_named([line.argument for line in _commands(desk, mail)], desk)


def cases_named(arguments: list[str], desk: Desk) -> set[CaseNumber]:
    """Return the cases that these arguments of commands could mean."""
    numbers = set()
    for argument in arguments:
        try:
            numbers.add(read_case(argument, desk.config.plan.provider.prefix))
        except Fault:
            continue
    return numbers


def _sent(connection: Connection, desk: Desk, kept: KeptMail, mail: InboundMail) -> SentMail | None:
    """Return the mail of ours that a signed reverse-path names, of a report or in a complaint (S3.4)."""
    complained = (mail.report.original_path,) if mail.report and mail.report.is_feedback else ()
    tokens = (read_bounce(desk.keyring, address) for address in (*_delivered_to(kept, mail), *complained))
    token = next((token for token in tokens if token), None)
    return answers.sent_mail(connection, token) if token else None


def _marked(connection: Connection, desk: Desk, sender: str) -> frozenset[str]:
    """Return whose mail bounces, or who complained: of the sender and their customer's contacts (S3.4)."""
    directory = desk.config.directory
    listed = directory.mpoc(sender)
    customer = listed[0] if listed else directory.customer_of_domain(sender.rpartition("@")[2])
    contacts = [mpoc.email for mpoc in customer.mpocs[:MOST_CONTACTS]] if customer else []
    return frozenset(found.address for found in addresses_known.bounced_among(connection, {sender, *contacts}))


def _answers(
    connection: Connection, sender: str, cases: tuple[Case, ...], *, now: datetime, received_at: datetime
) -> AnswerCounts:
    """Count what was answered of late, on every case that the mail may be about: its answer goes to one of them."""
    if not sender:
        return AnswerCounts()
    named = [case.number for case in cases]
    return answers.counts(connection, sender, named, now=now, received_at=received_at)


def _answered_stranger(connection: Connection, desk: Desk, mail: InboundMail, *, now: datetime) -> bool:
    domain = mail.originator.domain
    if not domain or desk.config.directory.customer_of_domain(domain) is not None:
        return False
    since = now - desk.config.plan.quarantine_pause
    return answers.got_since(connection, mail.originator.address, NoticeKind.QUARANTINE_ANSWER, since=since)


def _asks_approver(desk: Desk, mail: InboundMail, cases: tuple[Case, ...], proposed: CaseNumber) -> bool:
    """Tell whether an approver writes on a MACD request of their customer."""
    listed = desk.config.directory.mpoc(mail.originator.address)
    if listed is None or not may_approve(listed[1]):
        return False
    on = next((case for case in cases if case.number == proposed), None)
    return on is not None and on.kind is Kind.MACD and on.customer == listed[0].id


def _question(connection: Connection, desk: Desk, mail: InboundMail) -> SentMail | None:
    """Return the approvers' question that a mail answers directly, not somewhere down its thread (R10.2)."""
    reference = read_message_id(desk.keyring, mail.parent, sender=mail.originator.address)
    sent = answers.sent_mail(connection, reference.token) if reference else None
    return sent if sent and sent.kind == NoticeKind.APPROVAL_ASKED else None


def _loads(connection: Connection, desk: Desk, kept: KeptMail, mail: InboundMail, *, facts: Facts) -> tuple[Load, ...]:
    """Return the technicians' loads where the mail may open a case or give one away.

    It is asked last: from here on every other mail that may open a case waits, on whatever machine.
    """
    directory, sender = desk.config.directory, mail.originator.address
    if facts.released:
        return locked_loads(connection)
    listed = directory.mpoc(sender)
    if listed is not None:
        own = [case for case in facts.cases if case.customer == listed[0].id]
        goes_on = bool(own) and not any(case.is_closed() for case in own)
        hurries = orders_haste(mail.reply_text) or EXPEDITE in said_by_address(desk, kept, mail)
        return () if goes_on and not hurries else locked_loads(connection)
    return locked_loads(connection) if _command_names(desk, mail) & ASSIGNING else ()


def _wants_escalation(desk: Desk, mail: InboundMail, words: frozenset[str]) -> bool:
    """Tell whether an agent or a customer may want the case escalated: its history is read for the manager."""
    return ESCALATE in words or asks_to_escalate(mail.reply_text) or ESCALATE in _command_names(desk, mail)


def _commands(desk: Desk, mail: InboundMail) -> tuple[CommandLine, ...]:
    """Return an agent's commands; nobody else commands."""
    if desk.config.directory.agent(mail.originator.address) is None:
        return ()
    return read_commands(mail.opening_text).commands


def _command_names(desk: Desk, mail: InboundMail) -> frozenset[str]:
    return frozenset(line.name for line in _commands(desk, mail))


def locked_loads(connection: Connection) -> tuple[Load, ...]:
    """Return the technicians' loads; nobody else assigns until the transaction ends."""
    lock(connection, "assignment")
    return agent_loads(connection)
