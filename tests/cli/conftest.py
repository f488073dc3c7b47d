"""A desk to command: the example company in a folder of its own, and its command line called in this process."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from daemon.cli.root import root
from daemon.model.setup import Config

EXAMPLE = Path(__file__).parents[2] / "config"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered."""

    status: int
    out: str
    err: str
    octets: bytes

    def document(self) -> Any:
        """Return the one JSON document on stdout."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """Return the JSON Lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Shell:
    """The command line, with a configuration folder."""

    folder: Path

    def __call__(self, *words: str, stdin: bytes = b"") -> Answer:
        return call("--config", str(self.folder), *words, stdin=stdin)

    def config(self) -> Config:
        """Load the configuration as a command would."""
        from datetime import date

        from daemon.settings import load

        return load(self.folder, {}, date(2026, 12, 18))


def call(*words: str, stdin: bytes = b"") -> Answer:
    """Run `supportd` with these words in this process."""
    result = CliRunner().invoke(root, list(words), input=stdin)
    return Answer(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return the command line of a fresh copy of the example company."""
    folder = tmp_path / "config"
    shutil.copytree(EXAMPLE, folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SUPPORTD_CONFIG", raising=False)
    return Shell(folder)


@pytest.fixture
def rows(shell: Shell) -> Iterator[Engine]:
    """Give the shell's database, made ready."""
    from daemon.store.database import open_database
    from daemon.store.readiness import make_ready

    engine = open_database(shell.config().settings.database_url)
    make_ready(engine)
    yield engine
    engine.dispose()
