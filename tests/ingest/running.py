"""The ways in, running: a database with its writer, a listener in a thread of its own, and what was stored."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Row, select

from daemon.clock import system_clock
from daemon.errors import Permanent
from daemon.ingest.intake import Intake
from daemon.ingest.listener import Listener, serve
from daemon.model.hours import WeeklyHours
from daemon.model.people import Directory
from daemon.model.plan import BusinessCalendar, MailboxPolicy, Plan, Provider
from daemon.model.setup import Config, DeliverySettings, ListenerSettings, Settings
from daemon.store.database import open_database, reading
from daemon.store.inbox_tables import inbox, octets
from tests.servers.migrated import migrate
from tests.servers.smtp_sink import end_everything

MAILBOXES = (
    MailboxPolicy("support", "support@test.example"),
    MailboxPolicy("billing", "billing@test.example"),
    MailboxPolicy("other", "help@other.example"),
)


def configuration(*, max_message_octets: int = 25 * 2**20) -> Config:
    """Return a configuration with three mailboxes and nobody in it."""
    always = WeeklyHours.always()
    settings = Settings(Path("/"), "sqlite://", (), (), DeliverySettings(), max_message_octets=max_message_octets)
    plan = Plan(
        zone=ZoneInfo("America/Denver"),
        business=BusinessCalendar(always, frozenset()),
        chat=always,
        provider=Provider("Example Telecom", "SUP", "support@test.example", "+1 555 0100"),
        mailboxes=MAILBOXES,
    )
    return Config(settings, plan, Directory((), (), (), (), "desk"))


def mail(subject: str, *, body: str = "Hello", sender: str = "primary@acme.example") -> bytes:
    """Return a small mail with this subject."""
    fields = f"From: {sender}\r\nTo: support@test.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@acme.example>"
    return f"{fields}\r\n\r\n{body}\r\n".encode()


@dataclass(frozen=True, slots=True)
class Store:
    """A database with the writer of incoming mail running."""

    engine: Engine
    intake: Intake
    woken: threading.Event

    def rows(self) -> tuple[Row[Any], ...]:
        """Return every message kept, in order, with its octets as `raw`."""
        query = select(inbox, octets.c.raw).join(octets, octets.c.inbox_id == inbox.c.id).order_by(inbox.c.id)
        with reading(self.engine) as connection:
            return tuple(connection.execute(query))

    def subjects(self) -> list[str]:
        """Return the Subject fields of what was kept, in order."""
        return [_subject(row.raw) for row in self.rows()]


@contextmanager
def store(url: str) -> Iterator[Store]:
    """Open a database with the newest schema and start an intake on it."""
    engine = open_database(url)
    migrate(engine)
    woken = threading.Event()
    intake = Intake(engine, system_clock, woken.set)
    intake.start()
    try:
        yield Store(engine, intake, woken)
    finally:
        intake.close()
        engine.dispose()


class RunningListener:
    """A listener on a free port of 127.0.0.1, in a loop and thread of its own; `with` starts and stops it."""

    def __init__(self, intake: Intake, settings: ListenerSettings | None = None, config: Config | None = None) -> None:
        self.settings = settings or ListenerSettings("smtp", "127.0.0.1", 0)
        self.config = config or configuration()
        self.port = 0
        self._intake = intake
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="listener", daemon=True)
        self._listener: Listener | None = None

    def __enter__(self) -> Self:
        """Open it; what cannot be opened leaves nothing behind."""
        self._thread.start()
        opening = serve(self.settings, lambda: self.config, intake=self._intake, clock=system_clock)
        try:
            self._listener = self.run(opening, seconds=10)
        except Permanent:
            self._end()
            raise
        self.port = self._listener.port
        self.settings = replace(self.settings, port=self.port)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
        self._end()

    def _end(self) -> None:
        self.run(end_everything(), seconds=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def close(self) -> None:
        """Close it in its orderly way."""
        if self._listener:
            self.run(self._listener.close(), seconds=20)
            self._listener = None

    def run(self, work: Coroutine[Any, Any, Any], *, seconds: float) -> Any:
        """Run something in the listener's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def connect(self) -> "Wire":
        """Return a bare connection, its greeting read."""
        wire = Wire(self.port)
        wire.greeting = wire.answer()
        return wire


class Wire:
    """A bare SMTP client: it sends what it is told to, and reads one whole answer at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._file = self.socket.makefile("rb")
        self.greeting = ""

    def __enter__(self) -> Self:
        """Stay connected."""
        return self

    def __exit__(self, *_: object) -> None:
        """Disconnect."""
        self.drop()

    def send(self, octets: bytes) -> None:
        """Send octets as they are."""
        self.socket.sendall(octets)

    def answer(self) -> str:
        """Return one answer, its lines joined by LF; empty: the other side has closed."""
        lines = []
        while line := self._file.readline():
            lines.append(line.decode().rstrip("\r\n"))
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    def ask(self, command: str) -> str:
        """Send a command and return the answer."""
        self.send(command.encode("utf-8", "surrogateescape") + b"\r\n")
        return self.answer()

    def begin(self, *recipients: str, hello: str = "EHLO", sender: str = "primary@acme.example") -> list[str]:
        """Go on up to DATA's 354; returns the answers to RCPT."""
        assert self.ask(f"{hello} client.example").startswith("250")
        assert self.ask(f"MAIL FROM:<{sender}>").startswith("250")
        answers = [self.ask(f"RCPT TO:<{recipient}>") for recipient in recipients]
        assert self.ask("DATA").startswith("354")
        return answers

    def drop(self) -> None:
        """Close the connection without a word."""
        self._file.close()
        self.socket.close()


def _subject(raw: bytes) -> str:
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    return next((line[9:].decode() for line in lines if line.startswith(b"Subject: ")), "")
