"""Invented mails of every kind, to try templates with: nothing here is ever sent."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Final

from daemon.model.case import Macd, Status
from daemon.model.clocks import Breach, ClockName
from daemon.model.notice import CaseCard, Notice, OutgoingMail, Recipient
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.model.plan import Provider
from daemon.model.window import Impact
from daemon.outbound.sample_news import CHALLENGED, NEWS, OF_KINDS, PAGE, TEXTS
from daemon.outbound.sample_tables import ASKED, FIGURES, MACHINE, MENDED, TROUBLES, WAITING

PROVIDER: Final = Provider(
    name="Example Telecom Support",
    prefix="SUP",
    support_address="support@desk.example",
    phone="+1 555 0199",
    chat_url="https://chat.desk.example/",
    status_url=PAGE,
)
CARD: Final = CaseCard(
    number=1042,
    subject="Phones are down",
    status=Status.IN_PROGRESS,
    priority="P4",
    customer_name="Acme Corporation",
    requester="primary@acme.example",
    assignee_name="Agent One",
    opened_at="2026-12-01T15:30:00+00:00",
    escalation=("Acme Operations, ops@acme.example, +1 555 0101",),
    participants=2,
)
FACTS: Final = NEWS | {
    "about": "SUP-1042",
    "again_at": "2026-12-01T15:45:00+00:00",
    "approval": "yes",
    "asked": json.dumps(ASKED),
    "by_agent": "yes",
    "approvers": "Acme Primary\nAcme Second",
    "basis": "P2, contract of acme",
    "breach": Breach.RAN_OUT.value,
    "by": "Acme Second",
    "carrier_delay": "2026-12-14",
    "chat_open": "yes",
    "clock": ClockName.FIRST_RESPONSE.value,
    "closed_at": "2026-11-20T22:15:00+00:00",
    "complaint": "",
    "contacts": "Acme Primary\nAcme Second",
    "customer": "Acme Corporation",
    "day": "2026-12-01",
    "days": "14",
    "done": "status resolved: In Progress to Resolved\npriority 2: P4 to P2",
    "due": "2026-12-02T15:30:00+00:00",
    "ends_at": "2026-12-03T15:30:00+00:00",
    "etr": "2026-12-01T22:00:00+00:00",
    "event": "new",
    "fate": "held",
    "faults": "line 1: #statsu closed: no such command; did you mean #status?",
    "figures": json.dumps(FIGURES),
    "files": "plan.pdf\nphotograph.png",
    "first": "2026-11-23",
    "help": "#hold DATE: on hold until 08:00 of that day\n#help: sends this list",
    "host": "desk1.desk.example",
    "hints": "Password reset: https://portal.desk.example/password\nNew users: add and remove them in the portal",
    "items": json.dumps(WAITING),
    "lapses_at": "2026-12-15T15:30:00+00:00",
    "last": "2026-11-29",
    "leaks": "note: they have not paid since the summer\nname: Globex Industries\ncase: SUP-1077",
    "level": "2",
    "macd": Macd.EXPEDITED.value,
    "machine": json.dumps(MACHINE),
    "mark": "precedence: bulk",
    "may_join": "yes",
    "mended": json.dumps(MENDED),
    "many": "7",
    "more": "2",
    "more_asked": "1",
    "next_title": "Vice president",
    "no_response": "yes",
    "on_behalf_of": "user@acme.example",
    "original": "1001",
    "original_priority": "P1",
    "other": "Agent Two",
    "outside": "yes",
    "primary": "1002",
    "priority": "P2",
    "reason": "550 5.1.1 no such user",
    "reached": "Service Manager",
    "received_at": "2026-12-01T15:30:00+00:00",
    "recipient": "gone@acme.example",
    "reopen_until": "2026-12-08",
    "requester": "Acme User <user@acme.example>",
    "sent_to": "primary@acme.example\nuser@acme.example",
    "share": "50",
    "silence_paused": "yes",
    "status": Status.ON_HOLD.value,
    "subject": "Phones are down",
    "surcharge": "150.00 USD",
    "title": "Service manager",
    "troubles": json.dumps(TROUBLES),
    "unanswered": "Line Manager",
    "undecided": "user@acme.example",
    "until": "2026-12-24T15:30:00+00:00",
    "vendor": "Carrier A",
    "verdict": "approved",
    "waiting": "yes",
    "wish": "expedite",
    "word": "Please ask the help desk on your floor first.",
    "writer": "Acme Primary <primary@acme.example>",
}
"""A value for every fact of every kind."""

_OF_KINDS = OF_KINDS | {
    NoticeKind.CASE_ASSIGNED: {"undecided": "14"},
    NoticeKind.CHALLENGE_LATE: {"verdict": "lapsed"},
    NoticeKind.HELD_REQUEST: {"wish": "join"},
}
"""Values that a kind's sample has for itself."""

ON_NO_CASE: Final = frozenset(
    {
        NoticeKind.ALARM, NoticeKind.HELD_DECIDED, NoticeKind.HELD_MORE, NoticeKind.HELD_REQUEST,
        NoticeKind.QUARANTINE_DIGEST, NoticeKind.AGENT_UNPROVEN,
        NoticeKind.WEEKLY_REPORT, NoticeKind.MAINTENANCE_AHEAD, NoticeKind.MAINTENANCE_BEGUN,
        NoticeKind.MAINTENANCE_ENDED, NoticeKind.MAINTENANCE_CHANGED, NoticeKind.MAINTENANCE_CANCELLED,
        NoticeKind.MAINTENANCE_FOLLOW_UP, NoticeKind.WINDOW_ASKED, NoticeKind.WINDOW_KEPT, NoticeKind.STORM,
        NoticeKind.INVOICE, NoticeKind.INVOICES_REPORT,
    }
)  # fmt: skip
"""Kinds for contacts and our own people that are about no one case."""

_ZONES = dict.fromkeys((kind for kind in NoticeKind if kind.startswith("maintenance_")), "America/New_York")
"""What shows two clocks goes to a reader who has another one (R11.2)."""
_WITH_CASES = (Audience.CUSTOMER, Audience.AGENT)
_NEVER_EMPTY = frozenset(
    {
        "basis", "breach", "by", "cases", "clock", "closed_at", "contacts", "customer", "day", "days", "description",
        "done", "due", "end", "ends_at", "event", "fate", "figures", "first", "host", "impact", "lapses_at", "last",
        "leaks", "level", "link", "mails", "manage", "many", "minutes", "month", "other", "reached", "reason",
        "received_at",
        "requester", "scopes", "sent", "sequence", "share", "since", "start", "state", "step", "title", "told", "uid",
        "unsubscribe", "verdict", "window", "writer",
    }
)  # fmt: skip
_EMPTY_TOO = {
    NoticeKind.COMMANDS_DONE: frozenset({"done"}),
    NoticeKind.DELIVERY_FAILED: frozenset({"reason"}),
    NoticeKind.HELD: frozenset({"days"}),
    NoticeKind.INCIDENT_RESOLVED: frozenset({"ends_at"}),
    NoticeKind.WINDOW_ASKED: frozenset({"window", "start", "end", "impact", "description", "reason"}),
}
"""What may be empty in these kinds, though in no other."""
_CODES = {
    "status": tuple(status.value for status in Status),
    "event": ("new", "follow_up", "reassigned"),
    "fate": ("held", "quarantined", "unproven", "agents"),
    "clock": tuple(name.value for name in ClockName),
    "breach": tuple(breach.value for breach in Breach),
    "macd": tuple(macd.value for macd in Macd),
    "verdict": ("approved", "declined", "lapsed", "discarded"),
    "again": ("yes", ""),
    "ours": ("challenge", "held_request", "quarantine_digest"),
    "mails": (json.dumps(CHALLENGED[:1]),),
    "impact": tuple(impact.value for impact in Impact),
    "done": ("announced", "changed", "cancelled", "followed_up"),
    **dict.fromkeys(("again", "late", "unaffected", "unscheduled"), ("yes", "")),
    "told": ("0", "1", "2"),
    "newcomers": ("1", "2", ""),
    "unused": ("Yes, please go ahead.", ""),
    "state": ("opened", "update", "resolved"),
    "step": ("ahead", "begun", "ended", "changed", "cancelled", "unaffected"),
    "minutes": ("0", "45", "60", "605"),
    "was_start": (NEWS["start"], NEWS["was_start"]),
    "was_end": (NEWS["was_end"],),
    "wish": ("expedite", "macd", "case", "join", "reopen"),
}


def sample(kind: NoticeKind, language: str) -> OutgoingMail:
    """Return a full mail of the kind: every fact set, text, author and a case where the kind may have one."""
    spec, values = NOTICES[kind], FACTS | _OF_KINDS.get(kind, {})
    notice = Notice(
        kind=kind,
        to=Recipient("primary@acme.example", "Acme Primary", language, _ZONES.get(kind, PROVIDER.timezone)),
        case=CARD.number if spec.audience in _WITH_CASES and kind not in ON_NO_CASE else None,
        key=f"sample-{kind}",
        facts=tuple((name, values[name]) for name in spec.facts),
        text=TEXTS.get(kind, "No telephone on our second floor rings.\n\nCan you help?"),
        author="Agent One",
        subject="Phones are down",
        about=14 if kind is NoticeKind.OUTSIDER_WROTE else None,
    )
    return OutgoingMail(
        id=1,
        notice=notice,
        card=CARD if notice.case else None,
        message_id="<sample@desk.example>",
        reply_to="support+sample@desk.example",
        note_to="support+sample-note@desk.example" if spec.audience is Audience.AGENT and notice.case else "",
        offers=tuple((purpose, f"support+sample-{purpose.name.lower()}@desk.example") for purpose in spec.offers),
        reverse_path="" if spec.null_path else "support+b.sample@desk.example",
        in_reply_to="",
        references=(),
        created_at="2026-12-01T15:31:00+00:00",
        octets=None,
        attempts=0,
    )


def samples(kind: NoticeKind, language: str) -> Iterator[OutgoingMail]:
    """Yield mails that between them walk through the branches of the kind's templates."""
    full = sample(kind, language)
    yield full
    yield _with_facts(_without_text(full), dict.fromkeys(_may_be_empty(kind), ""))
    for name in NOTICES[kind].facts:
        for code in _CODES.get(name, ()):
            yield _with_facts(full, {name: code})
            yield _with_facts(_without_text(full), {name: code})


def _may_be_empty(kind: NoticeKind) -> frozenset[str]:
    return (frozenset(NOTICES[kind].facts) - _NEVER_EMPTY) | _EMPTY_TOO.get(kind, frozenset())


def _without_text(mail: OutgoingMail) -> OutgoingMail:
    return dataclasses.replace(mail, notice=dataclasses.replace(mail.notice, text="", author="", subject=""))


def _with_facts(mail: OutgoingMail, changed: dict[str, str]) -> OutgoingMail:
    facts = tuple((name, changed.get(name, value)) for name, value in mail.notice.facts)
    return dataclasses.replace(mail, notice=dataclasses.replace(mail.notice, facts=facts))
