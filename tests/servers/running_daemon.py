"""The installed command as a subprocess: `supportd run` on a copy of the example company, with ports of its own."""

import json
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.servers.neighbour import HOST, free_port, is_listening
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
PRIMARY = "primary@acme.example"
SUPPORT = "support@desk.example"


def a_request(subject: str, *, sender: str = PRIMARY, body: str = "The phones are down.") -> bytes:
    """Return a new request of an MPOC; each subject is another message."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = f"<{subject.replace(' ', '.')}@acme.example>"
    mail.set_content(body)
    return mail.as_bytes().replace(b"\n", b"\r\n")


@dataclass(slots=True)
class Site:
    """A configuration folder, its database, and where its daemon listens."""

    folder: Path
    database_url: str
    smtp_port: int = field(default_factory=free_port)
    health_port: int = field(default_factory=free_port)
    page_port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """Return the configuration folder."""
        return self.folder / "config"

    @property
    def outgoing(self) -> tuple[bytes, ...]:
        """Return the mails delivered into the Maildir."""
        return tuple(path.read_bytes() for path in sorted((self.folder / "var/outgoing/new").glob("*")))

    def edit(self, *changes: tuple[str, str], file: str = "supportd.yaml") -> None:
        """Replace texts in a configuration file, in one step as an editor would."""
        path = self.config / file
        written = path.read_text()
        for old, new in changes:
            assert old in written, f"{old!r} is not in {file}"
            written = written.replace(old, new)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(written)
        fresh.replace(path)

    def command(self, *arguments: str, seconds: float = 60) -> "subprocess.CompletedProcess[str]":
        """Run a one-shot command of supportd to its end."""
        return subprocess.run(
            [*SUPPORTD, "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment},
            timeout=seconds,
            check=False,
        )

    def rows(self, query: str) -> list[Any]:
        """Ask the database."""
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return list(connection.execute(text(query)))
        finally:
            engine.dispose()

    def outcomes(self) -> list[str | None]:
        """Return the outcome of every kept mail, in order of arrival; None: not decided yet."""
        return [row.outcome for row in self.rows("select outcome from inbox order by id")]


def make_site(folder: Path, database_url: str = "") -> Site:
    """Copy the example company into `folder`, with free ports and, by default, an SQLite database."""
    folder.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
    site = Site(folder, database_url or f"sqlite:///{folder}/var/supportd.db")
    site.edit(
        ("port: 8025", f"port: {site.smtp_port}"),
        ("health: 127.0.0.1:8026", f"health: 127.0.0.1:{site.health_port}"),
        ("listen: 127.0.0.1:8027", f"listen: 127.0.0.1:{site.page_port}"),
        ("database: sqlite:///../var/supportd.db", f"database: {site.database_url}"),
        ("invoices:\n  folder: ../var/invoices\n  to: finance", "# no invoices: these run by the real clock\n#"),
    )
    # Nor is a planned window near on some days and on others not.
    (site.config / "maintenance.yaml").write_text("windows: []\n", encoding="utf-8")
    return site


SUPPORTD: Sequence[str] = (
    [str(Path(sys.executable).with_name("supportd"))]
    if Path(sys.executable).with_name("supportd").exists()
    else [sys.executable, "-m", "daemon"]
)


class RunningDaemon:
    """One `supportd run`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._log = site.folder / f"{site.smtp_port}.{len(list(site.folder.glob('*.log')))}.log"
        with self._log.open("wb") as stream:
            self.process = subprocess.Popen(
                [*SUPPORTD, "--config", str(site.config), "run"],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                env={**os.environ, **site.environment},
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        """Return what was logged."""
        return self._log.read_text(errors="replace")

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the logged events of this name."""
        lines = (json.loads(line) for line in self.log.splitlines() if line.startswith("{"))
        return [line for line in lines if line["event"] == name]

    def wait_for_event(self, name: str, *, seconds: float = 15, count: int = 1) -> list[dict[str, Any]]:
        """Wait until an event was logged `count` times."""

        def found() -> list[dict[str, Any]]:
            events = self.events(name)
            return events if len(events) >= count else []

        self._wait(found, seconds=seconds, what=f"{count} times {name}")
        return found()

    def wait_until_ready(self, *, seconds: float = 15) -> "RunningDaemon":
        """Wait until everything runs."""
        self.wait_for_event("daemon.started", seconds=seconds)
        return self

    def wait_until(self, condition: Any, *, seconds: float = 20, what: str) -> None:
        """Wait for a condition; a failure shows the log."""
        self._wait(condition, seconds=seconds, what=what)

    def send(self, *mails: bytes, sender: str = PRIMARY) -> None:
        """Hand in mails by SMTP over one connection; each must get its 250."""
        with smtplib.SMTP(HOST, self.site.smtp_port, timeout=20) as client:
            for mail in mails:
                client.sendmail(sender, [SUPPORT], mail)

    def health(self) -> tuple[int, dict[str, Any]]:
        """Return status and body of the health page."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.site.health_port}/health", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def readers(self) -> list[int]:
        """Return the process ids of the readers that work."""
        started = {event["reader"]: event["pid"] for event in self.events("reader.started")}
        ended = {event["reader"] for event in self.events("reader.ended")}
        return [pid for reader, pid in started.items() if reader not in ended]

    def terminate(self, *, seconds: float = 40) -> int:
        """Send SIGTERM and return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """Send SIGKILL to the daemon itself; its readers must end by themselves."""
        self.process.kill()
        self.process.wait(10)
        wait_for(lambda: not is_listening(self.site.smtp_port), seconds=5, what="the port is free")

    def clean_up(self) -> None:
        """End whatever is left."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def _wait(self, condition: Any, *, seconds: float, what: str) -> Any:
        try:
            return wait_for(condition, seconds=seconds, what=what)
        except TimeoutError as vain:
            raise AssertionError(f"{vain}\n--- log ---\n{self.log[-6000:]}") from vain


@contextmanager
def running(*sites: Site) -> Iterator[RunningDaemon]:
    """Run a daemon on each site until it is ready; gives the first, and ends all."""
    daemons = [RunningDaemon(site) for site in sites]
    try:
        for daemon in daemons:
            daemon.wait_until_ready()
        yield daemons[0]
    finally:
        end_all(daemons)


def end_all(daemons: Iterable[RunningDaemon]) -> None:
    """Leave no process behind."""
    for daemon in daemons:
        daemon.clean_up()
