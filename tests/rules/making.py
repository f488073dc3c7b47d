"""A small desk for the tests of the rules: its charter, its cases, the mail it gets.

Two customers (acme and globex), two agents by day and one at any hour, two teams; the plan is the plan's own.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from daemon.model.case import Case, Kind, Link, LinkType, Participant, Priority, Status
from daemon.model.case_effect import ChangeStatus
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.facts import Facts
from daemon.model.hours import Span, WeeklyHours
from daemon.model.mail import Address, Authentication, InboundMail, MachineMarks, Originator, Purpose, Reference
from daemon.model.notice import Notice
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.model.people import Agent, Customer, Directory, Mpoc, Product, Role, Team
from daemon.model.plan import BusinessCalendar, MailboxPolicy, Plan, Provider, Unauthenticated
from daemon.model.readmission import DetainedRequest
from daemon.rules.agents.mail import decide_agent_text
from daemon.rules.agents.text import AgentText
from daemon.rules.commands.text import read_commands
from daemon.rules.sighting import Sighting, see
from daemon.rules.triage import decide

DENVER = ZoneInfo("America/Denver")
SUPPORT = "support@desk.example"
SECOND = "voice@desk.example"

PRIMARY = "primary@acme.example"
OTHER = "other@acme.example"
APPROVER = "approver@acme.example"
COLLEAGUE = "colleague@acme.example"
PARTNER = "partner@elsewhere.example"
STRANGER = "stranger@unknown.example"
FOREIGN = "primary@globex.example"
AGENT = "agent1@desk.example"
AGENT2 = "agent2@desk.example"


def mt(year: int, month: int, day: int, *clock: int) -> datetime:
    """Return the instant at which the wall clock in Denver shows this."""
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    return datetime.combine(date(year, month, day), time(hour, minute, second), tzinfo=DENVER).astimezone(UTC)


WEEKDAYS = WeeklyHours(tuple(Span(day, 8 * 60, 17 * 60) for day in range(5)))
CHAT = WeeklyHours(
    tuple(Span(day, 5 * 60, 24 * 60) for day in range(5)) + tuple(Span(day, 8 * 60, 17 * 60) for day in (5, 6))
)
HOLIDAYS = frozenset({date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1)})
NOW = mt(2026, 11, 18, 10)  # a Wednesday

ACME = Customer(
    id="acme",
    name="Acme Corporation",
    domains=("acme.example",),
    mpocs=(
        Mpoc("Acme Primary", PRIMARY, frozenset({Role.PRIMARY, Role.CASE}), timezone="America/New_York"),
        Mpoc("Acme Other", OTHER, frozenset({Role.SECONDARY}), language="fr"),
        Mpoc("Acme Approver", APPROVER, frozenset({Role.MACD})),
    ),
)
GLOBEX = Customer(
    id="globex",
    name="Globex",
    domains=("globex.example",),
    mpocs=(Mpoc("Globex Primary", FOREIGN, frozenset({Role.PRIMARY})),),
)
DIRECTORY = Directory(
    customers=(ACME, GLOBEX),
    agents=(
        Agent("agent1", "Robin One", AGENT, duty=WEEKDAYS),
        Agent("agent2", "Kim Two", AGENT2, duty=WEEKDAYS),
        Agent("night", "Noor Night", "night@desk.example"),
    ),
    teams=(
        Team("support", "Support", ("agent1", "agent2"), "night"),
        Team("voice", "Voice line", ("agent2",), "night", products=("voice",)),
    ),
    products=(
        Product("voice", "Voice", ("phone", "call quality", "sip-trunk")),
        Product("chat", "Chat", ("messenger",)),
    ),
    default_team="support",
)
MAILBOX = MailboxPolicy("support", SUPPORT, unauthenticated=Unauthenticated.QUARANTINE)
PLAN = Plan(
    zone=DENVER,
    business=BusinessCalendar(WEEKDAYS, HOLIDAYS),
    chat=CHAT,
    provider=Provider("Example Desk", "SUP", SUPPORT, "+1 555 0199"),
    mailboxes=(MAILBOX, MailboxPolicy("voice", SECOND, team="voice")),
    reply_delay=timedelta(0),
)
CHARTER = Charter(PLAN, DIRECTORY)


def charter_with(**plan: Any) -> Charter:
    """Return the charter with other figures in its plan."""
    return Charter(replace(PLAN, **plan), DIRECTORY)


def policy_with(**policy: Any) -> Charter:
    """Return the charter whose first mailbox is judged by another policy."""
    return charter_with(mailboxes=(replace(MAILBOX, **policy), PLAN.mailboxes[1]))


def a_case(number: int = 1042, status: Status = Status.IN_PROGRESS, **fields: Any) -> Case:
    """Return a case of acme; a closed one was closed at NOW."""
    closed = NOW if status in (Status.CLOSED, Status.CLOSED_NO_RESPONSE) else None
    known: dict[str, Any] = {
        "subject": "Phones are down",
        "kind": Kind.SUPPORT,
        "priority": Priority.P4,
        "customer": "acme",
        "requester": PRIMARY,
        "assignee": "agent1",
        "team": "support",
        "language": "en",
        "opened_at": mt(2026, 11, 2, 9),
        "closed_at": closed,
        "hold_until": NOW if status is Status.ON_HOLD else None,
    }
    return Case(number=number, status=status, **known | fields)


def with_participant(case: Case, address: str = PARTNER) -> Case:
    """Return the case with one more participant."""
    return replace(case, participants=(*case.participants, Participant(address)))


def duplicate_of(number: int, primary: int, **fields: Any) -> Case:
    """Return a case that is a duplicate of another."""
    return a_case(number, Status.DUPLICATE, links=(Link(LinkType.DUPLICATE_OF, primary),), **fields)


def a_mail(sender: str = PRIMARY, text: str = "The line is dead.", **fields: Any) -> InboundMail:
    """Return a mail of an authenticated sender to the support address."""
    known: dict[str, Any] = {
        "originator": Originator(sender, "Somebody") if sender else Originator(ambiguous="two addresses"),
        "subject": "Phones are down",
        "message_id": "<one@client.example>",
        "in_reply_to": (),
        "references": (),
        "to": (Address(SUPPORT),),
        "cc": (),
        "text": text,
        "reply_text": text,
        "opening_text": text,
        "attachments": (),
        "authentication": Authentication.PASS,
        "marks": MachineMarks(),
        "report": None,
        "content_key": "0" * 64,
        "relayed_at": None,
    }
    return InboundMail(**known | fields)


def a_reference(number: int = 1042, purpose: Purpose = Purpose.CUSTOMER, **fields: Any) -> Reference:
    """Return a signed reference to a case, or to what the purpose is about, made yesterday for whoever writes."""
    known: dict[str, Any] = {"issued_on": date(2026, 11, 17), "made_for_sender": True}
    return Reference(number, purpose, **known | fields)


def a_request(**fields: Any) -> DetainedRequest:
    """Return a colleague's request that is held for acme since NOW, number 5, kept as mail 7."""
    known: dict[str, Any] = {
        "id": 5,
        "mail": 7,
        "kind": DetainedKind.HELD,
        "state": DetainedState.OPEN,
        "customer": "acme",
        "sender": COLLEAGUE,
        "subject": "My phone",
        "received_at": NOW,
        "lapses_at": NOW + timedelta(days=14),
        "settled_by": "",
        "case": None,
    }
    return DetainedRequest(**known | fields)


def the_facts(*cases: Case, **fields: Any) -> Facts:
    """Return the facts of a mail received at NOW that names these cases by a signed Message-ID, the first one first."""
    known: dict[str, Any] = {
        "event": "mail 7",
        "received_at": NOW,
        "now": NOW,
        "cases": cases,
        "references": tuple(a_reference(case.number) for case in cases[:1]),
    }
    return Facts(**known | fields)


def seen(mail: InboundMail, facts: Facts, charter: Charter = CHARTER, **fields: Any) -> Sighting:
    """Return the mail as triage looks at it, at the receipt time unless told otherwise."""
    return see(mail, facts, charter, mailbox=fields.get("mailbox", "support"), now=fields.get("now", facts.received_at))


def decided(mail: InboundMail, facts: Facts, charter: Charter = CHARTER, **fields: Any) -> Decision:
    """Return what triage decides."""
    return decide(seen(mail, facts, charter, **fields))


def commanded(text: str, *cases: Case, **fields: Any) -> Decision:
    """Return what agent1's text does to the first of the cases, at NOW."""
    charter = fields.pop("charter", CHARTER)
    facts = the_facts(*cases, **fields.pop("facts", {}))
    case = cases[0] if cases else None
    agent = charter.directory.agent("agent1")
    assert agent is not None
    wanted = AgentText(
        agent=agent, case=case, commanded=read_commands(text), facts=facts, policy=charter.plan.mailboxes[0], **fields
    )
    return decide_agent_text(wanted, charter)


def notices(decision: Decision, kind: str = "") -> tuple[Notice, ...]:
    """Return the notices of a decision, all or those of a kind."""
    queued = (effect.notice for effect in decision.effects if isinstance(effect, Queue))
    return tuple(notice for notice in queued if not kind or notice.kind == kind)


def told(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Return who is told what by a decision: kinds and addresses."""
    return tuple((notice.kind.value, notice.to.address) for notice in notices(decision))


def statuses(decision: Decision) -> tuple[Status, ...]:
    """Return the statuses that a decision gives, in their order."""
    return tuple(effect.status for effect in decision.effects if isinstance(effect, ChangeStatus))


def only(decision: Decision, kind: type[Effect]) -> Any:
    """Return the one effect of this kind."""
    found = [effect for effect in decision.effects if isinstance(effect, kind)]
    assert len(found) == 1, f"{len(found)} effects of {kind.__name__}: {decision.effects}"
    return found[0]


def names(decision: Decision) -> tuple[str, ...]:
    """Return the kinds of a decision's effects, in their order."""
    return tuple(type(effect).__name__ for effect in decision.effects)


def fact(notice: Notice, name: str) -> str:
    """Return a fact of a notice."""
    return dict(notice.facts)[name]
