"""One case as a page for people: what it is, its clocks, its messages, its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.printing import print_fields, print_table, shown

if TYPE_CHECKING:
    from daemon.store.clock_views import ClockView
    from daemon.store.message_views import MessageView
    from daemon.store.views import CaseView

_FIELDS = (
    *(
        "status",
        "priority",
        "kind",
        "customer",
        "requester",
        "participants",
        "assignee",
        "waiting_on",
        "macd",
        "vendor",
    ),
    *("opened_at", "closed_at", "hold_until", "expected_delivery", "etr"),
)
_HISTORY = (("at", "at"), ("by", "actor"), ("event", "event"), ("detail", "detail"))
_CLOCKS = (
    ("clock", "name"),
    ("state", "state"),
    ("due", "due"),
    ("started", "start"),
    ("met", "met_at"),
    ("by", "basis"),
    ("paused", "paused"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClockLine:
    """A clock in the table: its newest, with why it last paused."""

    name: str
    state: str
    due: datetime | None
    start: datetime
    met_at: datetime | None
    basis: str
    paused: str


def print_case(case: "CaseView") -> None:
    """Print a case: its fields, its clocks, its messages in order, its history."""
    click.echo(f"{case.id}  {shown(case.subject)}\n")
    fields = [(name.replace("_", " "), getattr(case, name)) for name in _FIELDS]
    fields += [("minutes worked", case.minutes_worked or ""), ("escalation level", _raised(case.escalation_level))]
    print_fields([*fields, *((link.type.replace("_", " "), link.case) for link in case.links)])
    _print_clocks(case.clocks)
    for message in case.messages:
        _print_message(message)
    click.echo("\nHistory")
    print_table(_HISTORY, case.history, empty="")


def _raised(level: int) -> str:
    """Return the level that a case was escalated to; the first is where every case is (R9.1)."""
    return str(level) if level > 1 else ""


def _print_clocks(clocks: Mapping[str, "ClockView"]) -> None:
    if clocks:
        click.echo("\nClocks")
        print_table(_CLOCKS, [_clock_line(name, clock) for name, clock in clocks.items()], empty="")


def _clock_line(name: str, clock: "ClockView") -> _ClockLine:
    last = clock.pauses[-1] if clock.pauses else None
    return _ClockLine(
        name=name.replace("_", " "),
        state=f"{clock.state.value} {clock.breach.value}" if clock.breach else clock.state.value,
        due=clock.due,
        start=clock.start,
        met_at=clock.met_at,
        basis=clock.basis,
        paused=" until ".join(filter(None, (last.why, shown(last.to)))) if last else "",
    )


def _print_message(message: "MessageView") -> None:
    kind = "" if message.public else " (internal note)"
    arrow = "from" if message.direction == "in" else "answer of"
    click.echo(f"\n{shown(message.received_at)}  {arrow} {message.author}{kind}")
    for line in message.text.strip().splitlines():
        click.echo(f"  {line}")
    for file in message.attachments:
        click.echo(f"  [{shown(file.name)}, {file.content_type}, {file.size:,} octets, {file.sha256[:12]}]")
