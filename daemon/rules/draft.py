"""What an agent's commands amount to, one after the other, before any of it holds (interface.md)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import Any

from daemon.model.case import Case, LinkType, Macd, Priority, Status
from daemon.model.case_effect import ChangeStatus, UnlinkCases
from daemon.model.charter import Charter
from daemon.model.effect import Effect
from daemon.model.facts import Facts
from daemon.model.people import Agent, Directory, Mpoc
from daemon.model.plan import Plan
from daemon.rules.business_time import local_date
from daemon.rules.case_after import case_after
from daemon.rules.reopening import last_day
from daemon.rules.sayings.saying import Fault, Saying, say
from daemon.rules.statuses import ALLOWED, may_become


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a mail's commands amount to so far."""

    agent: Agent
    facts: Facts
    charter: Charter
    case: Case | None
    effects: tuple[Effect, ...] = ()
    done: tuple[Saying, ...] = ()  # one line a command, for the transcript
    told: tuple[tuple[str, str], ...] = ()  # facts of the customer's notice
    is_note: bool = False
    wants_help: bool = False
    opens_for: Mpoc | None = None
    priority: Priority | None = None  # of the case that `#for` opens
    macd: Macd | None = None  # of the case that `#for` opens
    incident: str = ""  # title of the master that the mail opens: with `#for`, or on no case (R7.1)
    subject: str = ""  # of the mail
    resumes: Case | None = None  # a closed case that is taken up by a linked one
    new_assignee: Agent | None = None
    may_override: bool = False  # `#send-anyway` lets the guard pass this very text (S3.7)
    handed_back: str = ""  # the text of what `#stop` stopped
    settled: tuple[int, ...] = ()  # detained mail that the commands settle
    carried: frozenset[str] = frozenset()  # names of the commands so far

    @property
    def plan(self) -> Plan:
        """Return the plan's figures."""
        return self.charter.plan

    @property
    def directory(self) -> Directory:
        """Return whom the desk knows."""
        return self.charter.directory

    @property
    def at(self) -> datetime:
        """Return the instant at which the commands hold: that of receipt."""
        return self.facts.received_at

    @property
    def today(self) -> date:
        """Return the date of receipt on the plan's wall clock."""
        return local_date(self.at, self.plan.zone)

    def on_case(self) -> Case:
        """Return the case, or refuse."""
        if self.opens_for is not None:
            raise Fault("beside for")
        if self.case is None:
            raise Fault("on no case")
        return self.case

    def on_worked_case(self, command: str) -> Case:
        """Return the case if somebody works on it, or refuse: closed, a duplicate, resolved (R3.11)."""
        case = self.on_case()
        if case.status not in WORKED_ON:
            raise Fault("not worked on", command=command, status=STATUS_NAMES[case.status])
        return case

    def with_effect(self, effect: Effect, done: Saying, **told: str) -> "Draft":
        """Return the draft with one more effect on its case, its line of transcript, and what the customer is told."""
        return self.with_effects((effect,), done, **told)

    def with_effects(self, effects: tuple[Effect, ...], done: Saying, **told: str) -> "Draft":
        """Return the draft with what one command does to its case."""
        return replace(self.with_more(effects), done=(*self.done, done), told=self.told + tuple(told.items()))

    def with_more(self, effects: tuple[Effect, ...]) -> "Draft":
        """Return the draft with further effects of the last command."""
        return replace(self, effects=(*self.effects, *effects), case=reduce(case_after, effects, self.on_case()))

    def with_line(self, done: Saying, **fields: Any) -> "Draft":
        """Return the draft with a line of transcript and other fields."""
        return replace(self, done=(*self.done, done), **fields)

    def news(self) -> dict[str, str]:
        """Return what the customer is to be told: the last word on each thing."""
        return {name: value for name, value in dict(self.told).items() if value}


WORKED_ON = frozenset({Status.NEW, Status.IN_PROGRESS, Status.ON_HOLD, Status.SHIPPING, Status.REOPENED})
"""Statuses in which a promise can be made to the customer: in all others no clock of ours runs (R3.11)."""

STATUS_WORDS = {
    "in-progress": Status.IN_PROGRESS,
    "shipping": Status.SHIPPING,
    "resolved": Status.RESOLVED,
    "closed": Status.CLOSED,
    "closed-no-response": Status.CLOSED_NO_RESPONSE,
}
STATUS_NAMES = {status: word for word, status in STATUS_WORDS.items()} | {
    Status.NEW: "new",
    Status.ON_HOLD: "on-hold",
    Status.DUPLICATE: "duplicate",
    Status.REOPENED: "customer-reopened",
}


def change_status(draft: Draft, status: Status, *, until: datetime | None = None) -> Draft:
    """Move the draft's case along R4.9's table.

    Raises:
        Fault: the table does not allow it.
    """
    case = draft.on_case()
    if not may_become(case, status):
        allowed = ", ".join(sorted(STATUS_NAMES[s] for s in ALLOWED[case.status])) or say("nothing")
        raise Fault("not allowed", status=STATUS_NAMES[case.status], wanted=STATUS_NAMES[status], allowed=allowed)
    if case.status is Status.DUPLICATE:
        draft = _unlinked(draft, case)
    change = ChangeStatus(
        case=case.number, status=status, at=draft.at, actor=draft.agent.email, why="R4.9", until=until
    )
    told = {  # all of them each time: the last of several changes is what holds
        "status": status.value,
        "waiting": "",
        "vendor": "",
        "primary": "",
        "until": local_date(until, draft.plan.zone).isoformat() if until else "",
        "reopen_until": last_day(draft.at, draft.plan).isoformat() if status is Status.CLOSED else "",
    } | ({} if status in WORKED_ON else {"etr": ""})
    name = STATUS_NAMES[status]
    done = say("status until", status=name, until=told["until"]) if until else say("status", status=name)
    return draft.with_effect(change, done, **told)


def _unlinked(draft: Draft, case: Case) -> Draft:
    primary = case.primary()
    if primary is None:
        return draft
    actor = draft.agent.email
    cut = UnlinkCases(case=case.number, type=LinkType.DUPLICATE_OF, other=primary, at=draft.at, actor=actor)
    return replace(draft, effects=(*draft.effects, cut), case=case_after(case, cut))
