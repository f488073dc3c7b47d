"""R7.3: reminders of a global incident that nobody tells anything of grow louder, as a table."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.model.case import Priority
from daemon.model.charter import Charter
from daemon.model.clocks import Breach, Clock, ClockName, Pause, Terms
from daemon.model.due import Action
from daemon.model.people import Agent, EscalationLevel
from daemon.model.promise_effect import KeepClock
from daemon.model.promises import minutes
from daemon.rules.clocks.times import DUE
from daemon.rules.due.mark import retimed
from daemon.rules.due.steps import next_step
from tests.rules.making import DIRECTORY, PLAN, a_case, fact, mt, notices, only, told

AGENTS = tuple(Agent(name, name, f"{name}@desk.example") for name in ("boss", "vice", "chief"))
LEVELS = tuple(EscalationLevel(level, name, (name,)) for level, name in ((2, "boss"), (3, "vice"), (4, "chief")))
CHARTER = Charter(PLAN, replace(DIRECTORY, agents=(*DIRECTORY.agents, *AGENTS), escalation=LEVELS))
START = mt(2026, 11, 18, 10)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
P1G = Terms(minutes(60), "P1G")
MASTER = a_case(priority=Priority.P1G)
SHARES = ("50%", "80%")


def a_clock(terms: Terms = P1G, name: ClockName = ClockName.UPDATE, **fields: object) -> Clock:
    """Return the clock of a master's next communication, begun at START; what came before its end was told."""
    return retimed(Clock(id=7, name=name, started_at=START, terms=terms, told=SHARES, **fields), CHARTER)  # type: ignore[arg-type]


def lived(clock: Clock, quarters: int) -> tuple[list[tuple[str, tuple[str, ...]]], Clock]:
    """Let so many quarters of an hour pass after the clock ran out, with a tick at each; return who heard what."""
    heard = []
    for quarter in range(quarters + 1):
        now = START + HOUR + quarter * QUARTER
        while (step := next_step(MASTER, clock, CHARTER, now=now, history="")) is not None:
            names = tuple(address.partition("@")[0] for _, address in told(step.decision))
            heard.append((step.decision.reason.partition(":")[0], names))
            kept: KeepClock = only(step.decision, KeepClock)
            clock = kept.clock
    return heard, clock


def test_r7_3_ever_more_people_hear_of_it() -> None:
    """R7.3: agent and manager at once; on call, level 3 and level 4 with each quarter of an hour."""
    heard, _ = lived(a_clock(), 5)

    assert heard == [
        ("update ran out (P1G)", ("agent1", "boss")),
        ("update overdue for 15 minutes", ("agent1", "boss", "night")),
        ("update overdue for 30 minutes", ("agent1", "boss", "night", "vice")),
        ("update overdue for 45 minutes", ("agent1", "boss", "night", "vice", "chief")),
        ("update overdue for 60 minutes", ("agent1", "boss", "night", "vice", "chief")),
        ("update overdue for 75 minutes", ("agent1", "boss", "night", "vice", "chief")),
    ]


def test_r7_3_after_four_hours_nobody_is_reminded_any_more() -> None:
    """R7.3: sixteen times, and `tick` has nothing more to do with the clock."""
    heard, clock = lived(a_clock(), 20)

    assert len(heard) == 1 + 16
    assert clock.next_at is None


def test_r7_3_a_mail_says_for_how_long() -> None:
    """R7.3: minutes, and since when; it is a reminder on the record."""
    clock = a_clock(breached_at=START + HOUR, breach=Breach.RAN_OUT)
    step = next_step(MASTER, replace(clock, told=(*SHARES, DUE)), CHARTER, now=START + HOUR + QUARTER, history="")

    assert step is not None
    first = notices(step.decision, "clock_overdue")[0]
    assert (step.action, step.decision.rules) == (Action.REMINDED, ("R7.3",))
    assert (fact(first, "minutes"), fact(first, "clock")) == ("15", "update")
    assert fact(first, "due") == (START + HOUR).isoformat()


def test_r7_3_a_late_tick_tells_only_the_latest() -> None:
    """R3.3, R7.3: the breach however late, then once how long it has been; what lies between is said to be left out."""
    clock, now, reasons = a_clock(), START + HOUR + 3 * QUARTER, []
    while (step := next_step(MASTER, clock, CHARTER, now=now, history="")) is not None:
        reasons.append((step.action, step.decision.reason.partition(":")[0]))
        clock = only(step.decision, KeepClock).clock

    assert [reason for action, reason in reasons if action is not Action.SKIPPED] == [
        "update ran out (P1G)",
        "update overdue for 45 minutes",
    ]
    assert [action for action, _ in reasons].count(Action.SKIPPED) == 2


@pytest.mark.parametrize(
    ("terms", "name"),
    [
        pytest.param(Terms(minutes(60), "P1"), ClockName.UPDATE, id="a P1 has its breach alone"),
        pytest.param(P1G, ClockName.FIRST_RESPONSE, id="so has the first communication"),
        pytest.param(Terms(minutes(60), "P1G, contract of acme"), ClockName.UPDATE, id="a contract's P1G is loud"),
    ],
)
def test_r7_3_only_an_incidents_hourly_clock_is_loud(terms: Terms, name: ClockName) -> None:
    """R7.3: whatever a contract says of its length; other clocks are told once (R3.3)."""
    heard, _ = lived(a_clock(terms, name), 2)

    assert (len(heard) > 1) == (name is ClockName.UPDATE and terms.basis.startswith("P1G"))


def test_r7_3_a_pause_after_the_breach_keeps_quiet() -> None:
    """R3.4, R7.3: on hold nobody is reminded; afterwards the quarters go on where they stopped."""
    breached = START + HOUR
    held = Pause(breached + timedelta(minutes=5), breached + HOUR, "on hold")
    clock = a_clock(breached_at=breached, breach=Breach.RAN_OUT, pauses=(held,))
    clock = retimed(replace(clock, told=(*SHARES, DUE)), CHARTER)

    assert clock.next_at == breached + HOUR + timedelta(minutes=10)
    opened = replace(clock, pauses=(replace(held, end=None),))
    assert retimed(opened, CHARTER).next_at is None


def test_r7_3_an_update_ends_it() -> None:
    """R7.3: a clock that is met or stopped has nothing left."""
    breached, ended = START + HOUR, START + HOUR + QUARTER
    told_of = (*SHARES, DUE)
    met = a_clock(breached_at=breached, breach=Breach.RAN_OUT, met_at=ended)
    stopped = a_clock(breached_at=breached, breach=Breach.RAN_OUT, stopped_at=ended)

    assert [retimed(replace(clock, told=told_of), CHARTER).next_at for clock in (met, stopped)] == [None, None]
