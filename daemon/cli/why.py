"""`supportd why`: a decision told: the checks in order, the facts, the rule that won."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from daemon.cli.arguments import spelt_as_case
from daemon.cli.commands import DeskCommand
from daemon.cli.opening import read_only
from daemon.cli.options import choices
from daemon.cli.printing import note, print_document, print_fields, print_table, shown

if TYPE_CHECKING:
    from daemon.store.database import Connection
    from daemon.store.decision_views import CaseStory, MailStory

Story = TypeVar("Story")
MAIL_MARK = "mail:"
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
            _tell(_case_story(connection, number, prefix), _tell_case)


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


def _case_story(connection: "Connection", number: int, prefix: str) -> "CaseStory":
    from daemon.store.decision_views import case_story

    return case_story(connection, number, prefix=prefix)


def _tell_case(story: "CaseStory") -> None:
    click.echo(f"{story.case}  {shown(story.subject)}  ({story.status})\n")
    print_table(_EVENTS, story.events, empty="Nothing is recorded.")
    for decision in story.decisions:
        click.echo("")
        _tell_mail(decision)


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
