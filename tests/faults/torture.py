"""One run: mails come, faults happen, all comes to rest, and the checker looks (`make torture`)."""

import itertools
import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes

from tests.faults.faults import KILLS, OTHERS, Fault
from tests.faults.invariants import Entry, Handed, Observations, Offer, Row, Violation, violations
from tests.faults.mails import KNOWN
from tests.faults.stage import Neighbours, Stage, staged
from tests.faults.traffic import Traffic
from tests.waiting import wait_for

PATIENCE_SECONDS = 240.0
"""So long at most nothing gets on."""
SWEEP_SECONDS = 900.0
"""Kept mail that could not be moved, because another client moved a part of it, is moved by the next full sweep."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    seed: int
    mails: int
    faults: tuple[Fault, ...]  # in order, spread over the mails
    variants: tuple[str, ...] = ()
    tell: Callable[[str], None] = lambda _line: None
    minutes: float = math.inf  # then no fault happens any more, and no mail is begun: the verdict is on what was


@dataclass
class Result:
    """What a run showed."""

    seen: Observations
    violations: tuple[Violation, ...]
    figures: dict[str, str]
    ready_seconds: list[float] = field(default_factory=list)


def torture(neighbours: Neighbours, plan: Plan) -> Result:
    """Play one run to its end, and judge it."""
    began = time.monotonic()
    with staged(neighbours, seed=plan.seed, variants=plan.variants) as stage:
        traffic = Traffic(stage, seed=plan.seed, mails=plan.mails)
        with traffic.flowing():
            _happen(stage, plan, traffic)
        flowing = time.monotonic() - began
        _come_to_rest(stage, plan.tell)
        exits = tuple(daemon.terminate() for daemon in stage.daemons)
        seen = replace(observe(stage, traffic.handed), exits=exits)
        figures = _figures(stage, seen, traffic) | {"until all was taken": f"{flowing:.0f} s"}
    figures["the whole run"] = f"{time.monotonic() - began:.0f} s"
    return Result(seen, violations(seen), figures, stage.ready_seconds)


def mixed(kills: int, *, others: int) -> tuple[Fault, ...]:
    """Return so many kills, at random times and at named steps, each after `others` faults of other kinds."""
    further = itertools.cycle(OTHERS)
    deadly = itertools.islice(itertools.cycle(KILLS), kills)
    return tuple(fault for kill in deadly for fault in (*itertools.islice(further, others), kill))


def _happen(stage: Stage, plan: Plan, traffic: Traffic) -> None:
    """Have the faults happen while mails flow, spread over them."""
    faults = [fault for fault in plan.faults if fault.is_possible(stage)]
    portion, end = max(1, plan.mails // (len(faults) + 1)), time.monotonic() + 60 * plan.minutes
    traffic.feed(portion)
    for number, fault in enumerate(faults):
        if time.monotonic() > end:
            plan.tell(f"the time is up after {number} of {len(faults)} faults")
            break
        wait_for(
            lambda: traffic.waiting <= portion // 2,
            seconds=PATIENCE_SECONDS,
            what=f"{portion // 2} mails wait at most",
        )
        traffic.feed(portion)
        _let_happen(stage, fault, plan, traffic)
    else:
        traffic.feed_rest()
    traffic.finish(seconds=PATIENCE_SECONDS + plan.mails / 5)


def _let_happen(stage: Stage, fault: Fault, plan: Plan, traffic: Traffic) -> None:
    began = time.monotonic()
    what = fault.happen(stage)
    stage.happened.append(fault.name)
    lasted = time.monotonic() - began
    plan.tell(f"{len(traffic.clients.taken):6} taken  {fault.name}: {what}  ({lasted:.1f} s)")


def _come_to_rest(stage: Stage, tell: Callable[[str], None]) -> None:
    """Wait until nothing waits, setting the clock ahead to what was put off; what is left is for the checker to say."""
    stage.sink.calm()
    before, end = (-1, -1, -1), 0.0
    while True:
        left = (*stage.waiting(), _in_folder(stage))
        if left != before:
            before, end = left, time.monotonic() + PATIENCE_SECONDS
        if left == (0, 0, 0) or time.monotonic() > end:
            return
        with suppress(TimeoutError):
            wait_for(lambda: sum(stage.waiting()) == 0, seconds=1, what="rest")
        ahead = SWEEP_SECONDS if left[:2] == (0, 0) else stage.rests_for()
        if ahead > 0 and left[:2] == stage.waiting():
            stage.set_clock_ahead(ahead + 1)
            tell(f"{left[0]} mails and {left[1]} rows rest: the clock is set {ahead:.0f} s ahead")


def _in_folder(stage: Stage) -> int:
    mailbox = stage.neighbours.mailbox
    return len(mailbox.subjects()) if mailbox else 0


def observe(stage: Stage, handed: tuple[Handed, ...]) -> Observations:
    """Look at everything once."""
    rows = stage.sites[0].rows
    outbox = rows("select message_id, recipient, kind, state, case_number, octets, inbox_id from outbox")
    return Observations(
        handed=handed,
        entries=_entries(stage),
        cases=tuple(row.number for row in rows("select number from cases order by number")),
        outbox=tuple(
            Row(
                r.message_id,
                r.recipient,
                r.kind,
                r.state,
                r.case_number,
                bytes(r.octets) if r.octets is not None else None,
                r.inbox_id,
            )
            for r in outbox
        ),
        offers=tuple(_offers(stage)),
        known=KNOWN,
        in_folder=_in_folder(stage),
    )


def _entries(stage: Stage) -> tuple[Entry, ...]:
    rows = stage.sites[0].rows
    of_cases = "select inbox_id, count(*) as n, min(case_number) as number from messages group by inbox_id"
    messages = {row.inbox_id: (row.n, row.number) for row in rows(of_cases)}
    of_history = "select inbox_id, count(*) as n from history where event = 'message_added' group by inbox_id"
    history = {row.inbox_id: row.n for row in rows(of_history)}
    entries = []
    for row in rows("select id, message_id, outcome, sha256 from inbox"):
        count, case = messages.get(row.id, (0, None))
        entries.append(Entry(row.id, row.message_id, row.outcome, row.sha256, count, history.get(row.id, 0), case))
    return tuple(entries)


def _offers(stage: Stage) -> list[Offer]:
    offered = (*stage.sink.mails, *stage.sink.turned_away)
    return [
        Offer(str(message_from_bytes(mail.octets)["Message-ID"]).strip(), to, mail.octets)
        for mail in offered
        for to in mail.recipients
    ]


def _figures(stage: Stage, seen: Observations, traffic: Traffic) -> dict[str, str]:
    folded = sum(entry.outcome == "duplicate_message" for entry in seen.entries)
    ready = sorted(stage.ready_seconds)
    return {
        "mails taken": f"{len(traffic.clients.taken)}, {traffic.people.written} of them answers",
        "outcomes": str(dict(sorted(Counter(str(entry.outcome) for entry in seen.entries).items()))),
        "entries": f"{len(seen.entries)}, {folded} of them folded copies",
        "answers other than 250": str(dict(sorted(traffic.clients.answers.items()))),
        "cases": str(len(seen.cases)),
        "outgoing mails": f"{len(seen.outbox)} rows, offered {len(seen.offers)} times",
        "faults": str(dict(Counter(stage.happened))),
        "defects logged": str(stage.defects() or "none"),
        "starts": f"{len(ready)}, ready in {ready[len(ready) // 2]:.1f} s (median), {ready[-1]:.1f} s (longest)",
    }
