"""Random months at a desk: whatever people do, and however late we come to it, the plan's table and clocks hold.

A few seconds of it belong to every run; `SUPPORTD_MONTHS=2000 pytest tests/scenarios/test_random_months.py` lives that
many lives of 60 steps each, others at every run.
"""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from daemon.receive import settle
from daemon.settings import load
from daemon.simulate import AgentEvent, LoadEvent, MailEvent, Rehearsal, set_stage
from daemon.simulate.postbox import written
from daemon.store.database import reading, transaction
from daemon.store.rehearsal import keep_read
from daemon.tick import tick
from tests.scenarios.months import assert_all_holds, rows_of

LIVES = int(os.environ.get("SUPPORTD_MONTHS", "0"))
CONFIG = load(Path(__file__).parents[2] / "config", {}, date(2026, 11, 16))
BEGIN = datetime(2026, 10, 26, 15, 0, tzinfo=UTC)  # the week before the clocks go back
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

MPOCS = tuple(mpoc.email for customer in CONFIG.directory.customers for mpoc in customer.mpocs)
OUTSIDERS = ("user@acme.example", "somebody@stranger.example")
WORDS = ("It works again.", "Thank you.", "It is down again.", "Any news?", "Yes, please.", "escalate")
COMMANDS = (
    (),
    ("status in-progress",),
    ("status resolved",),
    ("status closed",),
    ("status closed-no-response",),
    ("status shipping",),
    ("waiting",),
    ("hold 2026-12-01",),
    ("hold 2027-03-01",),
    ("priority 1",),
    ("priority 2",),
    ("priority 4",),
    ("macd standard",),
    ("macd expedited",),
    ("time 25m",),
    ("reopen",),
    ("escalate",),
    ("assign agent2",),
    ("note",),
    ("etr 2026-12-24 12:00",),
)
PAUSES = (MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY, 10 * DAY, 40 * DAY)


class Months(RuleBasedStateMachine):
    """A desk, and everything that people may do to it."""

    @initialize()
    def open_the_desk(self) -> None:
        self.rehearsal = Rehearsal(set_stage(CONFIG, now=BEGIN, copying=False), BEGIN)
        self.cases = 0
        self.mails = 100_000
        self.known: Counter[int] = Counter()

    def happens(self, event: LoadEvent) -> None:
        self.rehearsal.live((event,), event.at)

    @property
    def now(self) -> datetime:
        return self.rehearsal.now

    def label(self, number: int) -> str:
        return f"case {1 + number % self.cases}"

    @rule(
        sender=st.sampled_from(MPOCS),
        to_plus=st.sampled_from(("", "", "", "macd", "expedite")),
        after=st.sampled_from(PAUSES[:5]),
    )
    def somebody_asks(self, sender: str, to_plus: str, after: timedelta) -> None:
        if self.cases < 8:
            self.cases += 1
            label = f"case {self.cases}"
            at = self.now + after
            self.happens(MailEvent(at=at, sender=sender, subject="Phones", text="Down.", label=label, to_plus=to_plus))

    @precondition(lambda self: self.cases)
    @rule(
        number=st.integers(0, 7),
        sender=st.sampled_from((*MPOCS, *OUTSIDERS)),
        text=st.sampled_from(WORDS),
        to_plus=st.sampled_from(("", "", "", "confirm", "approve", "decline", "escalate")),
        is_automatic=st.sampled_from((False, False, False, True)),
    )
    def somebody_answers(self, number: int, sender: str, text: str, to_plus: str, is_automatic: bool) -> None:
        label, at = self.label(number), self.now + 7 * MINUTE
        self.happens(
            MailEvent(at=at, sender=sender, answers=label, text=text, to_plus=to_plus, is_automatic=is_automatic)
        )

    @precondition(lambda self: self.cases)
    @rule(number=st.integers(0, 7), text=st.sampled_from(WORDS), ago=st.sampled_from(PAUSES[:6]))
    def a_mail_is_read_late(self, number: int, text: str, ago: timedelta) -> None:
        """R5.6: it was received a while ago; what was done meanwhile may have been wrong."""
        desk, label = self.rehearsal.stage.desk, self.label(number)
        if label not in self.rehearsal._labels:
            return
        self.mails += 1
        received = max(BEGIN, self.now - ago)
        with transaction(desk.engine) as connection:
            case = self.rehearsal._labels[label]
            event = MailEvent(at=received, sender=MPOCS[number % len(MPOCS)], answers=label, text=text)
            arrival, mail = written(connection, desk, event, number=self.mails, case=case)
            settle(connection, desk, keep_read(connection, arrival, now=self.now), mail, now=self.now)

    @precondition(lambda self: self.cases)
    @rule(
        number=st.integers(0, 7),
        commands=st.sampled_from(COMMANDS),
        text=st.sampled_from(("", "We are at it.", "Done and tested.")),
        after=st.sampled_from(PAUSES[:4]),
    )
    def an_agent_works(self, number: int, commands: tuple[str, ...], text: str, after: timedelta) -> None:
        if commands or text:
            case, at = self.label(number), self.now + after
            self.happens(AgentEvent(at=at, agent="assignee", case=case, commands=commands, text=text))

    @precondition(lambda self: self.cases > 1)
    @rule(number=st.integers(0, 7), other=st.integers(0, 7))
    def two_are_one(self, number: int, other: int) -> None:
        primary = self.rehearsal._labels.get(self.label(other))
        if primary:
            commands = (f"duplicate {primary}",)
            self.happens(AgentEvent(at=self.now, agent="agent1", case=self.label(number), commands=commands))

    @rule(span=st.sampled_from(PAUSES))
    def time_passes(self, span: timedelta) -> None:
        self.rehearsal.live((), self.now + span)

    @rule(span=st.sampled_from(PAUSES[2:]))
    def the_daemon_was_down(self, span: timedelta) -> None:
        """R3.3: one late tick does what still makes sense, in order of due time, and leaves nothing due."""
        self.rehearsal.now = self.now + span
        done = tick(self.rehearsal.stage.desk, now=self.now)
        assert all(before.at <= after.at for before, after in pairwise(done)), done

    @invariant()
    def all_holds(self) -> None:
        if not hasattr(self, "rehearsal"):
            return
        tick(self.rehearsal.stage.desk, now=self.now)
        with reading(self.rehearsal.stage.desk.engine) as connection:
            assert_all_holds(rows_of(connection), self.now, self.known)

    def teardown(self) -> None:
        if hasattr(self, "rehearsal"):
            self.rehearsal.stage.desk.engine.dispose()


TestRandomMonths = Months.TestCase
TestRandomMonths.__doc__ = (
    "R4.9, R3.3, R3.4, R3.10, R4.4, R6.2: random months break no invariant of tests/scenarios/months.py."
)
TestRandomMonths.settings = settings(
    max_examples=LIVES or 20,
    stateful_step_count=60 if LIVES else 25,
    derandomize=not LIVES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
