"""`supportd why`: a decision told: the checks in order, the facts, the rule that won; of a case each clock too."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from daemon.cli.arguments import spelt_as_case
from daemon.cli.commands import DeskCommand
from daemon.cli.opening import read_only
from daemon.cli.options import choices
from daemon.cli.printing import note, print_document, print_fields, print_table, shown

if TYPE_CHECKING:
    from daemon.model.plan import Plan
    from daemon.store.database import Connection
    from daemon.store.decision_views import CaseStory, ClockExplained, MailStory

Story = TypeVar("Story")
MAIL_MARK = "mail:"
ELAPSED = "24x7"
_INTERVALS = (
    ("from", "from_"),
    ("to", "to"),
    ("what", "why"),
    ("minutes", "counted_minutes"),
    ("left", "left_minutes"),
)
_EVENTS = (
    ("at", "at"),
    ("by", "actor"),
    ("event", "event"),
    ("rules", "rules"),
    ("mail", "mail"),
    ("detail", "detail"),
)


@click.command(
    cls=DeskCommand, example="supportd why SUP-1042\nsupportd why '<5f1c@mail.acme.example>'\nsupportd why mail:17"
)
@click.argument("name", metavar="CASE|MESSAGE")
def why(name: str) -> None:
    """Tell why a case or a message is where it is.

    A case is SUP-1042 or 1042.  A message is its id in `mail list` (mail:17 where a case has that number too), its
    Message-ID in angle brackets, or the start of its SHA-256.
    """
    with read_only() as (config, connection):
        prefix = config.plan.provider.prefix
        number = _case_named(connection, name, prefix)
        if number is None:
            _tell(_mail_story(connection, name.removeprefix(MAIL_MARK), prefix), _tell_mail)
        else:
            _tell(_case_story(connection, number, config.plan), _tell_case)


def _tell(story: Story, tell: Callable[[Story], None]) -> None:
    if choices().json:
        print_document(story)
    else:
        tell(story)


def _case_named(connection: "Connection", name: str, prefix: str) -> int | None:
    """Return the case that is meant: a tag always means one, a bare number where there is such a case."""
    from daemon.store.mail_views import mail_exists
    from daemon.store.views import case_exists

    number = spelt_as_case(name, prefix)
    if number is None or not name.isdecimal():
        return number
    if not case_exists(connection, number):
        return None
    if mail_exists(connection, number) and not choices().json:
        note(f"This is case {prefix}-{number}; for the message of that number say {MAIL_MARK}{number}.")
    return number


def _mail_story(connection: "Connection", name: str, prefix: str) -> "MailStory":
    from daemon.store.decision_views import mail_story
    from daemon.store.mail_views import find_mail

    return mail_story(find_mail(connection, name), prefix=prefix)


def _case_story(connection: "Connection", number: int, plan: "Plan") -> "CaseStory":
    from daemon.store.decision_views import case_story

    return case_story(connection, number, plan=plan, now=choices().clock()())


def _tell_case(story: "CaseStory") -> None:
    click.echo(f"{story.case}  {shown(story.subject)}  ({story.status})\n")
    print_table(_EVENTS, story.events, empty="Nothing is recorded.")
    for clock in story.clocks:
        click.echo("")
        _tell_clock(clock)
    for decision in story.decisions:
        click.echo("")
        _tell_mail(decision)


def _tell_clock(clock: "ClockExplained") -> None:
    """Tell what makes a clock's due time: minutes of its calendar, counted while it runs (R3.10)."""
    state = f"{clock.state} {clock.breach}" if clock.breach else clock.state
    click.echo(f"Clock {clock.name.replace('_', ' ')}: {state}")
    counts = "elapsed time" if clock.calendar == ELAPSED else f"the calendar {clock.calendar}"
    allowed = f"{clock.allowance}: {clock.allowed_minutes:g} minutes of {counts}"
    names = ("start", "due", "met_at", "stopped_at", "breached_at")
    print_fields([("by", clock.basis), ("allowed", allowed)])
    print_fields([(name.replace("_", " "), getattr(clock, name)) for name in names])
    print_table(_INTERVALS, clock.intervals, empty="")


def _tell_mail(story: "MailStory") -> None:
    click.echo(f"Message {story.id}: {shown(story.subject)}")
    names = (
        "sender",
        "authentication",
        "received_at",
        "decided_at",
        "source",
        "message_id",
        "state",
        "outcome",
        "case",
    )
    print_fields([(name.replace("_", " "), getattr(story, name)) for name in names])
    if story.reason:
        click.echo(f"because  {shown(story.reason)}" + (f"  [{', '.join(story.rules)}]" if story.rules else ""))
    if story.checks:
        click.echo("Checks, in order:")
    for asked in story.checks:
        click.echo(f"  {'yes' if asked.held else 'no ':<3}  {asked.check}")
    if story.facts:
        click.echo("Facts:")
    for name, value in story.facts.items():
        click.echo(f"  {name}: {shown(value)}")
