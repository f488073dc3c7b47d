"""One case as a page for people: what it is, its messages, its history."""

from typing import TYPE_CHECKING

import click

from daemon.cli.printing import print_fields, print_table, shown

if TYPE_CHECKING:
    from daemon.store.message_views import MessageView
    from daemon.store.views import CaseView

_HISTORY = (("at", "at"), ("by", "actor"), ("event", "event"), ("detail", "detail"))


def print_case(case: "CaseView") -> None:
    """Print a case: its fields, its messages in order, its history."""
    click.echo(f"{case.id}  {shown(case.subject)}\n")
    names = ("status", "priority", "kind", "customer", "requester", "participants", "assignee", "waiting_on")
    dates = ("opened_at", "closed_at", "hold_until", "expected_delivery", "etr")
    print_fields([(name.replace("_", " "), getattr(case, name)) for name in names + dates])
    print_fields([(link.type.replace("_", " "), link.case) for link in case.links])
    for message in case.messages:
        _print_message(message)
    click.echo("\nHistory")
    print_table(_HISTORY, case.history, empty="")


def _print_message(message: "MessageView") -> None:
    kind = "" if message.public else " (internal note)"
    arrow = "from" if message.direction == "in" else "answer of"
    click.echo(f"\n{shown(message.received_at)}  {arrow} {message.author}{kind}")
    for line in message.text.strip().splitlines():
        click.echo(f"  {line}")
    for file in message.attachments:
        click.echo(f"  [{shown(file.name)}, {file.content_type}, {file.size:,} octets, {file.sha256[:12]}]")
