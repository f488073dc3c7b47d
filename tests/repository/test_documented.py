"""What people meet is explained: commands, configuration keys, log events, kinds of mail."""

import json
from collections.abc import Iterator
from typing import Any

import click

from daemon.cli.root import root
from daemon.log import EVENTS
from daemon.model.notice_kinds import NoticeKind
from tests.repository.sources import ROOT


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and all below it, with their full names."""
    yield name, command
    if isinstance(command, click.Group):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")


def test_every_command_has_help() -> None:
    """`--help` says of every command what it does, and of every option what it takes."""
    silent = [name for name, command in commands(root, "supportd") if not command.help]
    options = [
        f"{name} {option.opts[0]}"
        for name, command in commands(root, "supportd")
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert silent + options == []


def test_every_log_event_is_explained_to_operators() -> None:
    """An operator who reads a line of the log finds its name in docs/operations.md."""
    text = (ROOT / "docs/operations.md").read_text()

    assert [event for event in EVENTS if f"`{event}`" not in text] == []


def test_every_kind_of_mail_is_documented() -> None:
    """Whoever wants to change the words of a mail finds its kind in the documentation."""
    text = "".join(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))

    assert [kind.value for kind in NoticeKind if f"`{kind.value}`" not in text] == []


def test_every_configuration_key_is_documented() -> None:
    """docs/configuration.md names every key that the schemas allow."""
    text = (ROOT / "docs/configuration.md").read_text()
    schemas = (json.loads(path.read_text()) for path in sorted((ROOT / "config/schemas").glob("*.json")))
    known = {key for schema in schemas for key in keys(schema)}

    assert known
    assert sorted(key for key in known if key not in text) == []


def keys(schema: Any) -> Iterator[str]:
    """Yield every property name of a JSON Schema, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys(part)


def test_every_decision_has_a_number_of_its_own_and_is_listed() -> None:
    """Decisions are cited by number, and found by the list in docs/README.md."""
    listed = (ROOT / "docs/README.md").read_text()
    names = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))

    assert len({name[:4] for name in names}) == len(names)
    assert [name for name in names if f"(decisions/{name})" not in listed] == []
