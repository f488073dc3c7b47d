"""Time of a rehearsal: from one thing that happens to the next, whether somebody writes or something comes due.

Mail received at an instant is read before anything due at that instant is done (R5.6).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from daemon.act import ShellWish, carry_out
from daemon.errors import Permanent
from daemon.model.case import CaseNumber
from daemon.model.due import Ticked
from daemon.receive import settle
from daemon.rules.commands.values import read_case
from daemon.rules.detained.digest import next_digest_at
from daemon.rules.sayings.saying import Fault
from daemon.rules.subjects import tag
from daemon.rules.weekly_report import next_report_at
from daemon.simulate.load_events import ASSIGNEE, AgentEvent, Line, LoadEvent, MailEvent
from daemon.simulate.postbox import written
from daemon.simulate.stage import Stage
from daemon.simulate.windows import next_window_at
from daemon.store.database import Connection, reading, transaction
from daemon.store.due import next_due_at
from daemon.store.rehearsal import assignee_of, keep_read
from daemon.tick import tick

PATIENCE = timedelta(hours=1)
"""After this long, what stays due though `tick` did all it could is looked at again."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is rehearsed; what is due at its very end is done."""

    first: datetime
    last: datetime


@dataclass(slots=True)
class Rehearsal:
    """A desk that lives through a load; `happenings` grows, in order of time."""

    stage: Stage
    now: datetime
    happenings: list[Line] = field(default_factory=list)
    began: datetime = field(init=False)
    _labels: dict[str, CaseNumber] = field(default_factory=dict)
    _mails: int = 0
    _looked_at: datetime | None = None
    _told_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Begin in UTC; what is due at the beginning is done then."""
        self.now = self.began = self._told_at = self.now.astimezone(UTC)

    def live(self, load: Iterable[LoadEvent], until: datetime) -> None:
        """Let all of `load` happen in order of time, and time pass until `until`.

        Instants are taken in UTC, as the daemon's clock gives them: on a wall clock an hour comes twice a year.
        """
        until = until.astimezone(UTC)
        in_utc = (replace(event, at=event.at.astimezone(UTC)) for event in load)
        for event in sorted(in_utc, key=lambda event: event.at):
            if self.now <= event.at <= until:
                self._pass_until(event.at, including=False)
                self.now = event.at
                self._happen(event)
        self._pass_until(until, including=True)
        self.now = until

    def _pass_until(self, end: datetime, *, including: bool) -> None:
        """Let `tick` run at each instant at which something is due."""
        while True:
            at = max(self._due(), self.now)
            at += PATIENCE if at == self._looked_at else timedelta(0)
            if at > end or (at == end and not including):
                return
            self.now = self._looked_at = at
            done = tick(self.stage.desk, now=at)
            self.happenings.extend(self._told(ticked) for ticked in done)

    def _due(self) -> datetime:
        """Return when something is due next: a digest, a weekly report or a window's notice is, at the latest."""
        with reading(self.stage.desk.engine) as connection:
            due = next_due_at(connection)
            if self._looked_at is not None and self._told_at <= self.now:
                self._told_at = self._next_told_at(connection)
        return min(due or self._told_at, self._told_at)

    def _next_told_at(self, connection: Connection) -> datetime:
        desk, now = self.stage.desk, self.now
        plan = desk.config.plan
        window = next_window_at(connection, desk, now)
        return min(filter(None, (next_report_at(now, plan), next_digest_at(now, plan), window)))

    def _told(self, ticked: Ticked) -> Line:
        return Line(self.now, ticked.action, self._tag(ticked.case), ticked.detail)

    def _happen(self, event: LoadEvent) -> None:
        try:
            self._write(event) if isinstance(event, MailEvent) else self._act(event)
        except Permanent as refusal:
            where = f"{event.place}: " if event.place else ""
            reason = "; ".join(str(refusal).splitlines())
            name = event.answers if isinstance(event, MailEvent) else event.case
            self.happenings.append(Line(event.at, "refused", self._tag(self._labels.get(name)), where + reason))

    def _write(self, event: MailEvent) -> None:
        """Let somebody write: the mail is decided in the instant in which it comes."""
        self._mails += 1
        desk, case = self.stage.desk, self._case(event.answers) if event.answers else None
        with transaction(desk.engine) as connection:
            arrival, mail = written(connection, desk, event, number=self._mails, case=case)
            kept = keep_read(connection, arrival, now=event.at)
            received = settle(connection, desk, kept, mail, now=event.at)
        if event.label and received.case:
            self._labels[event.label] = received.case
        detail = f"{event.sender}: {received.reason}"
        self.happenings.append(
            Line(event.at, received.outcome.value if received.outcome else "waiting", self._tag(received.case), detail)
        )

    def _act(self, event: AgentEvent) -> None:
        desk, case = self.stage.desk, self._case(event.case)
        agent = event.agent
        if agent == ASSIGNEE:
            with reading(desk.engine) as connection:
                agent = assignee_of(connection, case)
        carry_out(desk, case, ShellWish(agent, event.commands, event.text), now=event.at)
        done = ", ".join((*event.commands, *(("reply",) if event.text else ())))
        self.happenings.append(Line(event.at, "agent_acted", self._tag(case), f"{agent}: {done}"))

    def _case(self, name: str) -> CaseNumber:
        """Return the case that a label or a number names.

        Raises:
            Permanent: none was opened under this label.
        """
        if name in self._labels:
            return self._labels[name]
        try:
            return read_case(name, self.stage.desk.config.plan.provider.prefix)
        except Fault:
            raise Permanent(f"no case was opened under the label {name!r}") from None

    def _tag(self, case: CaseNumber | None) -> str:
        return tag(self.stage.desk.config.plan.provider.prefix, case) if case else ""
