"""Help: every command explains itself, with an example that is right, and quickly."""

import io
import shlex
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from daemon.cli.commands import DeskCommand, DeskGroup
from daemon.cli.root import root
from tests.cli.conftest import call

SLOW = (
    "sqlalchemy",
    "alembic",
    "pydantic",
    "ruamel",
    "rich",
    "jinja2",
    "structlog",
    "mailparser",
    "imapclient",
    "lxml",
)


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command of the tree with its words."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from walk(inner, (*path, name))


TREE = dict(walk(root))
LEAVES = {path: command for path, command in TREE.items() if isinstance(command, DeskCommand)}


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    """Each level answers --help with its purpose and the global options, and exits 0."""
    answer = call(*path, "--help")

    assert answer.status == 0
    assert answer.err == ""
    assert (TREE[path].help or "").strip()
    for option in ("--config DIR", "--json", "--now ISO8601"):
        assert option in answer.out


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_commands_example_is_one_of_it(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The example in the help names this command, and its words are accepted."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"All works again.")))
    command = LEAVES[path]
    assert isinstance(command, DeskCommand)
    for line in command.example.splitlines():
        words = shlex.split(line.rpartition("|")[2] if "<" not in line else line)
        words = words[: words.index(">")] if ">" in words else words
        assert words[0] == "supportd"
        assert _resolved(words[1:]) == path
    assert command.example


def _resolved(words: list[str]) -> tuple[str, ...]:
    """Parse words level by level and return the commands they name; raises UsageError where they are wrong."""
    path: tuple[str, ...] = ()
    command: click.Command = root
    ctx: click.Context | None = None
    while isinstance(command, DeskGroup):
        ctx = command.make_context(command.name, words, parent=ctx)
        name, inner, words = command.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        assert name
        assert inner
        path, command = (*path, name), inner
    command.make_context(command.name, words, parent=ctx)
    return path


def test_every_option_is_explained() -> None:
    """No option stands in a help text without a word on what it does."""
    options = [(path, param) for path, command in TREE.items() for param in command.params]
    silent = [(path, o.name) for path, o in options if isinstance(o, click.Option) and not o.help]
    assert not silent


def test_help_loads_nothing_slow() -> None:
    """`supportd --help` answers in under 0.3 s: no slow library is loaded for it."""
    program = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print(sorted(set(sys.modules) & set({SLOW!r})), file=sys.stderr))\n"
        "sys.argv = ['supportd', '--help']\n"
        "from daemon.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == 0
    assert done.stdout.startswith("Usage: supportd")
    assert done.stderr.strip() == "[]"


def test_no_command_prints_the_help_and_fails() -> None:
    """`supportd` alone is wrong usage: the help goes to stderr, the status is 2."""
    answer = call()
    assert (answer.status, answer.out) == (2, "")
    assert "Usage:" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cse", "list"), "did you mean 'case'?"),
        (("case", "lst"), "did you mean 'list'?"),
        (("outbox", "xyzzy"), "one of list, show, retry, cancel"),
        (("case", "list", "--opne"), "--open"),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest(words: tuple[str, ...], said: str) -> None:
    """Wrong usage is one line that names the nearest right word; the status is 2."""
    answer = call(*words)
    assert answer.status == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
