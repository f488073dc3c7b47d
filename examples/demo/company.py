"""A copy of the example company in a folder of its own, on ports that nobody uses."""

import json
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from daemon.clock import system_clock

HOST = "127.0.0.1"
SUPPORTD = (sys.executable, "-m", "daemon")
LONGEST_COMMAND_SECONDS = 60


class CommandFailed(Exception):
    """A `supportd` command did not exit with 0; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Company:
    """The folder of an example company, and the commands that work on it."""

    folder: Path
    smtp_port: int
    health_port: int
    page_port: int

    @property
    def config(self) -> Path:
        """Return the configuration folder."""
        return self.folder / "config"

    @property
    def outgoing(self) -> Path:
        """Return the Maildir in which outgoing mail is kept."""
        return self.folder / "var" / "outgoing"

    @property
    def log(self) -> Path:
        """Return the file that takes the daemon's log."""
        return self.folder / "daemon.log"

    def run(self, *words: str, text: str = "") -> str:
        """Run `supportd` with these words, give it `text` on standard input, and return what it printed.

        Raises:
            CommandFailed: with what it said.
        """
        done = subprocess.run(  # noqa: S603  # our own command, without a shell
            [*SUPPORTD, "--config", str(self.config), *words],
            input=text,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_COMMAND_SECONDS,
            check=False,
        )
        if done.returncode:
            raise CommandFailed(f"supportd {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def foresee(self, *, days: int) -> list[dict[str, Any]]:
        """Return what time alone would do in the next days, as `supportd simulate` tells it."""
        now = system_clock()
        span = ("--from", now.isoformat(), "--to", (now + timedelta(days=days)).isoformat())
        return [json.loads(line) for line in self.run("--json", "simulate", *span).splitlines()]

    def ask(self, *words: str, text: str = "") -> Any:
        """Run `supportd --json` and return the document it printed."""
        return json.loads(self.run("--json", *words, text=text))


def found_company(folder: Path) -> Company:
    """Write the example company with `supportd init`, and give it ports of its own.

    Raises:
        CommandFailed: with what `supportd init` said.
    """
    company = Company(folder, *free_ports(3))
    company.run("init", str(company.config))
    path = company.config / "supportd.yaml"
    text = path.read_text(encoding="utf-8")
    text = _replaced(r"^    port: \d+", f"    port: {company.smtp_port}", text)
    text = _replaced(r"^health: .*", f"health: {HOST}:{company.health_port}", text)
    text = _replaced(r"^  listen: [^ ]*", f"  listen: {HOST}:{company.page_port}", text)
    path.write_text(text, encoding="utf-8")
    # Whether a planned window is near depends on the day on which the demo is played.
    (company.config / "maintenance.yaml").write_text("windows: []\n", encoding="utf-8")
    return company


def _replaced(pattern: str, by: str, text: str) -> str:
    changed, count = re.subn(pattern, by, text, flags=re.MULTILINE)
    if count != 1:
        raise CommandFailed(f"the example's supportd.yaml has {count} lines like {pattern}, not one")
    return changed


def free_ports(count: int) -> tuple[int, ...]:
    """Return ports that nobody listens on; all are held until all are found, so that they differ."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = tuple(int(each.getsockname()[1]) for each in sockets)
    for each in sockets:
        each.close()
    return ports
