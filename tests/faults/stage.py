"""What a run plays on: daemons, their database, their mailbox, and the server that takes their mail."""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.faults.disk_and_clock import SURROUNDINGS, set_clock
from tests.faults.small_disk import SmallDisk
from tests.faults.steps import STEPS
from tests.faults.tampering import environment
from tests.servers.dovecot import Mailbox
from tests.servers.postgresql import PostgresqlServer
from tests.servers.running_daemon import RunningDaemon, Site, end_all, make_site
from tests.servers.smtp_sink import SmtpSink, Terms
from tests.waiting import wait_for

READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The real servers of a run; None: a run without it."""

    folder: Path
    postgresql: PostgresqlServer | None = None
    mailbox: Mailbox | None = None
    daemons: int = 1
    disk: SmallDisk | None = None  # where PostgreSQL keeps its tables; SQLite is full by its own means
    machines: bool = (
        False  # each daemon, at each start, is on a machine of its own: nobody but the others covers for it
    )


@dataclass
class Stage:
    """One installation under test."""

    neighbours: Neighbours
    sites: tuple[Site, ...]
    sink: SmtpSink
    chance: random.Random
    variants: tuple[str, ...] = ()
    daemons: list[RunningDaemon] = field(default_factory=list)  # the living one of each site
    ended: list[RunningDaemon] = field(default_factory=list)
    ready_seconds: list[float] = field(default_factory=list)
    steps: int = 0  # at how many named steps somebody was to die
    happened: list[str] = field(default_factory=list)  # the faults, by name
    fast: float = 0.0  # how far the daemons' clocks are ahead

    @property
    def tampered(self) -> Path:
        """Return the folder by which changed daemons are told what to do."""
        return self.neighbours.folder / "tampered"

    def start(self, number: int) -> None:
        """Start the daemon of a site and wait until it is ready."""
        if self.neighbours.machines:
            self.sites[number].environment["SUPPORTD_HOST"] = f"machine{number}.{len(self.ready_seconds)}"
        daemon = RunningDaemon(self.sites[number])
        began = time.monotonic()
        if number < len(self.daemons):
            self.ended.append(self.daemons[number])
            self.daemons[number] = daemon
        else:
            self.daemons.append(daemon)
        daemon.wait_until_ready(seconds=READY_SECONDS)
        self.ready_seconds.append(time.monotonic() - began)

    def kill(self, number: int) -> None:
        """End a daemon and all its processes at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.daemons[number].process.pid, signal.SIGKILL)
        self.daemons[number].process.wait(20)

    def set_clock_ahead(self, seconds: float) -> None:
        """Have all daemons' clocks go so much further."""
        self.fast += seconds
        set_clock(self.tampered, self.fast)

    def waiting(self) -> tuple[int, int]:
        """Return how many mails have no outcome, and how many rows are not sent."""
        mails = self.sites[0].rows("select count(*) as n from inbox where outcome is null")[0].n
        rows = self.sites[0].rows("select count(*) as n from outbox where state in ('queued', 'sending')")[0].n
        return mails, rows

    def rests_for(self) -> float:
        """Return in how many seconds all is due that rests, by the daemons' clocks; 0: something is due or in hand.

        What a dead daemon had in hand is for the others to give back: no clock is set for it.
        """
        found = [row for query in DUE for row in self.sites[0].rows(query) if row.first]
        now = datetime.now(UTC) + timedelta(seconds=self.fast)
        if any(_instant(row.first) <= now for row in found):
            return 0.0
        return max(((_instant(row.last) - now).total_seconds() for row in found), default=0.0)

    def defects(self) -> dict[str, int]:
        """Return how often daemons logged what no fault excuses."""
        logs = [daemon.log for daemon in (*self.ended, *self.daemons)]
        counts = {name: sum(log.count(f'"event": "{name}"') for log in logs) for name in DEFECTS}
        return {name: count for name, count in counts.items() if count}


DEFECTS = ("intake.failed", "listener.failed", "mail.set_aside", "mailbox.failed", "part.crashed", "reader.failed")

DUE = (
    """select min(due) as first, max(due) as last from
    (select case when state in ('kept', 'reading') then kept_at else lease_until end as due
    from inbox where outcome is null) as mails""",
    """select min(due) as first, max(due) as last from
    (select case state when 'sending' then created_at else not_before end as due
    from outbox where state in ('queued', 'sending')) as outgoing""",
)
"""When the first and the last is next to be looked at, of the mails without an outcome and of the rows not sent."""


def _instant(stored: datetime | str) -> datetime:
    """Return an instant as a database gave it: SQLite gives text."""
    instant = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


@contextmanager
def staged(neighbours: Neighbours, *, seed: int, variants: Sequence[str] = ()) -> Iterator[Stage]:
    """Set up an installation with its daemons, and leave no process behind."""
    with ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(Terms()))
        url = neighbours.postgresql.url() if neighbours.postgresql else ""
        stage = Stage(neighbours, (), sink, random.Random(seed), tuple(variants))
        for number in range(neighbours.daemons):
            site = make_site(neighbours.folder / f"site{number}", url)
            configure(site, sink, neighbours.mailbox)
            site.environment = environment((*SURROUNDINGS, *STEPS, *variants), stage.tampered)
            stage.sites += (site,)
        if url:
            assert stage.sites[0].command("db", "upgrade").returncode == 0
        stack.callback(lambda: end_all(stage.daemons))
        for number in range(neighbours.daemons):
            stage.start(number)
        yield stage


def configure(site: Site, sink: SmtpSink, mailbox: Mailbox | None) -> None:
    """Send to the sink, watch the mailbox, and bound no answers: mail comes faster here than people write (S3.3)."""
    smtp = ("smtp:", "    host: 127.0.0.1", f"    port: {sink.port}", "    security: plain", "    timeout_seconds: 5")
    many = 10**9
    governor = f"  governor: {{address_hour: {many}, address_day: {many}, case_hour: {many}, alarm_hour: {many}}}"
    site.edit(
        ("maildir: ../var/outgoing", "\n".join(smtp)),
        ("  weekly_report: true", f"  weekly_report: false\n  burst: {many}\n{governor}\n#"),
    )
    if not mailbox:
        return
    (site.config / "secrets").mkdir(exist_ok=True)
    (site.config / "secrets/imap").write_text(mailbox.password)
    (site.config / "secrets/imap").chmod(0o600)
    imap = (
        f"host: localhost, port: {mailbox.imaps_port}, security: tls, ca_file: {mailbox.ca_file}, user: {mailbox.user}"
    )
    line = f"    imap: {{{imap}, password: {{file: secrets/imap}}}}\n"
    site.edit(("    unauthenticated: accept\n", f"    unauthenticated: accept\n{line}"))


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Hold the one write lock of an SQLite database."""
    connection = sqlite3.connect(stage.sites[0].database_url.removeprefix("sqlite:///"), timeout=20)
    try:
        connection.isolation_level = None
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def pass_seconds(seconds: float) -> None:
    """Let a fault last."""
    end = time.monotonic() + seconds
    wait_for(lambda: time.monotonic() >= end, seconds=seconds + 60, what="the fault has lasted")
