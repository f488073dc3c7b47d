"""The figures of the issue that are no invariant: `python -m tests.faults.measures`, each as it came out.

Memory is the sum of what the daemon's processes hold (PSS: a page that they share counts once).
"""

import smtplib
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from benchmarks.process_tree import Usage, tree_of
from daemon.model.mail import Arrival, Envelope
from daemon.store import inbox
from daemon.store.database import open_database, transaction
from daemon.store.inbox_tables import inbox as inbox_table
from daemon.store.readiness import make_ready
from tests.faults.__main__ import tell
from tests.faults.stage import configure, pass_seconds
from tests.servers import certificate, dovecot, postgresql
from tests.servers.neighbour import HOST
from tests.servers.running_daemon import PRIMARY, SUPPORT, RunningDaemon, Site, a_request, make_site
from tests.servers.smtp_sink import SmtpSink, Terms
from tests.waiting import wait_for

LARGE = 25 * 2**20 - 2_000


@contextmanager
def a_site(folder: Path) -> Iterator[tuple[Site, SmtpSink]]:
    """Give a site that sends to a sink."""
    with SmtpSink(Terms()) as sink:
        site = make_site(folder)
        configure(site, sink, None)
        yield site, sink


def memory_mib(daemon: RunningDaemon) -> float:
    """Return what the daemon and its readers hold."""
    total = 0
    for process in tree_of(daemon.process.pid):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def fill(site: Site, count: int) -> None:
    """Leave `count` mails open: half wait, half are claimed by a reader of a daemon that is gone."""
    (site.folder / "var").mkdir(exist_ok=True)
    engine, now = open_database(site.database_url), datetime.now(UTC)
    make_ready(engine)
    with transaction(engine) as connection:
        for number in range(count):
            raw = a_request(f"open {number}")
            arrival = Arrival(raw, "smtp", f"smtp:{number}", "support", Envelope(PRIMARY, (SUPPORT,)), now)
            inbox.keep(connection, (arrival,), now=now)
        claimed = {"state": "reading", "lease_until": now + timedelta(minutes=2)}
        reader = f"{socket.gethostname()}/4194300-1/reader"
        connection.execute(
            update(inbox_table).where(inbox_table.c.id % 2 == 0).values(claimed | {"claimed_by": reader})
        )
    engine.dispose()


def ready_after_a_kill(folder: Path, count: int = 10_000) -> str:
    """Return how long a start takes on so many open mails: until it says so, and until a client got a 250."""
    with a_site(folder) as (site, _):
        fill(site, count)
        began = time.monotonic()
        daemon = RunningDaemon(site)
        try:
            wait_for(lambda: _is_taken(site), seconds=60, what="a mail is taken")
            taken = time.monotonic() - began
            daemon.wait_until_ready(seconds=60)
            ready = time.monotonic() - began
        finally:
            daemon.clean_up()
    return f"{count} open mails: 250 after {taken:.1f} s, ready after {ready:.1f} s (goal 3 s)"


def _is_taken(site: Site) -> bool:
    try:
        with smtplib.SMTP(HOST, site.smtp_port, timeout=20) as client:
            client.sendmail(PRIMARY, [SUPPORT], a_request("now"))
    except (OSError, smtplib.SMTPException):
        return False
    return True


def after_an_smtp_outage(folder: Path, seconds: float = 60) -> str:
    """Return how soon a mail that waited leaves once the server is back, and what the wait costs."""
    with a_site(folder) as (site, sink):
        daemon = RunningDaemon(site).wait_until_ready()
        try:
            sink.stop()
            daemon.send(a_request("while it is away"))
            pass_seconds(5)
            used = Usage.of(daemon.process.pid)
            pass_seconds(seconds)
            share = Usage.of(daemon.process.pid).since(used).cpu_seconds / seconds
            began = time.monotonic()
            sink.start()
            sink.wait_for(1, seconds=400)
            lasted = time.monotonic() - began
        finally:
            daemon.clean_up()
    return (
        f"SMTP away {seconds:.0f} s: mail leaves {lasted:.1f} s after (goal 15 s), CPU meanwhile {share:.2%} (goal 2 %)"
    )


def after_an_imap_outage(folder: Path, seconds: float = 60) -> str:
    """Return how soon the mailbox is read again once its server is back."""
    folder.parent.chmod(0o755)
    server = dovecot.DovecotServer(folder.parent / "dovecot", certificate.make_certificate(folder.parent))
    server.start()
    try:
        with SmtpSink(Terms()) as sink:
            mailbox = dovecot.Mailbox(server, user="support@test.example")
            site = make_site(folder)
            configure(site, sink, mailbox)
            return _outage(site, Neighbour("IMAP", server.kill, server.start, lambda: _delivered(mailbox)), seconds)
    finally:
        server.kill()


def _delivered(mailbox: dovecot.Mailbox) -> None:
    mailbox.deliver(a_request("after the outage"))


def after_a_database_outage(folder: Path, seconds: float = 60) -> str:
    """Return how soon a mail is taken and decided once PostgreSQL is back."""
    folder.parent.chmod(0o755)
    server = postgresql.PostgresqlServer(folder.parent / "postgresql")
    server.start()
    try:
        with SmtpSink(Terms()) as sink:
            site = make_site(folder, server.url())
            configure(site, sink, None)
            assert site.command("db", "upgrade").returncode == 0
            hand_in = Neighbour("database", server.stop, server.start, lambda: _taken_at_last(site))
            return _outage(site, hand_in, seconds)
    finally:
        server.kill()


def _taken_at_last(site: Site) -> None:
    wait_for(lambda: _is_taken(site), seconds=100, what="a mail is taken")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A server that goes away, and how a mail comes once it is back."""

    name: str
    stop: Callable[[], None]
    start: Callable[[], None]
    hand_in: Callable[[], None]


def _outage(site: Site, neighbour: Neighbour, seconds: float) -> str:
    daemon = RunningDaemon(site).wait_until_ready()
    try:
        neighbour.stop()
        pass_seconds(5)
        used = Usage.of(daemon.process.pid)
        pass_seconds(seconds)
        share = Usage.of(daemon.process.pid).since(used).cpu_seconds / seconds
        neighbour.start()
        began = time.monotonic()
        neighbour.hand_in()
        daemon.wait_until(lambda: site.outcomes() == ["case_opened"], seconds=400, what="the mail is decided")
        lasted = time.monotonic() - began
    finally:
        daemon.clean_up()
    what = f"{neighbour.name} away {seconds:.0f} s: a mail is decided {lasted:.1f} s after (goal 15 s)"
    return f"{what}, CPU meanwhile {share:.2%} (goal 2 %)"


def idle(folder: Path, seconds: float = 10) -> str:
    """Return memory and CPU while nothing happens."""
    with a_site(folder) as (site, sink):
        daemon = RunningDaemon(site).wait_until_ready()
        try:
            daemon.send(a_request("one mail, so that everything has worked"))
            sink.wait_for(2, seconds=30)
            used = Usage.of(daemon.process.pid)
            pass_seconds(seconds)
            share = Usage.of(daemon.process.pid).since(used).cpu_seconds / seconds
            held = memory_mib(daemon)
        finally:
            daemon.clean_up()
    return f"idle: {held:.0f} MiB (goal 200), CPU {share:.2%}"


def many_large_mails(folder: Path, count: int = 32) -> tuple[float, Counter[int], str]:
    """Offer `count` mails of 25 MB at once, until each is taken; return the highest memory and the first answers."""
    with a_site(folder) as (site, _):
        daemon = RunningDaemon(site).wait_until_ready()
        first: Counter[int] = Counter()
        threads = [threading.Thread(target=_offer_large, args=(site, number, first)) for number in range(count)]
        highest, began = memory_mib(daemon), time.monotonic()
        try:
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads) or None in site.outcomes():
                highest = max(highest, memory_mib(daemon))
                daemon.wait_until(lambda: True, what="a look")
            lasted = time.monotonic() - began
            opened = site.outcomes().count("case_opened")
        finally:
            daemon.clean_up()
    line = f"{count} mails of 25 MB at once: {highest:.0f} MiB at most (goal 700), first answers {dict(first)}"
    return highest, first, f"{line}, {opened} cases after {lasted:.0f} s"


def _offer_large(site: Site, number: int, first: Counter[int]) -> None:
    """Hand a large mail in until it is taken; note the first answer."""
    mail = a_request(f"large {number}")
    mail += (b"x" * 76 + b"\r\n") * ((LARGE - len(mail)) // 78)
    tries, end = 0, time.monotonic() + 300
    while time.monotonic() < end:
        tries += 1
        code = _answer(site, mail)
        if tries == 1:
            first[code] += 1
        if code == 250:
            return
        pass_seconds(0.5)


def _answer(site: Site, mail: bytes) -> int:
    try:
        with smtplib.SMTP(HOST, site.smtp_port, timeout=120) as client:
            client.ehlo()
            for code, _ in (client.mail(PRIMARY, [f"SIZE={len(mail)}"]), client.rcpt(SUPPORT)):
                if code != 250:
                    return code
            return client.data(mail)[0]
    except (smtplib.SMTPException, OSError):
        return 0


MEASURES: dict[str, Callable[[Path], str]] = {
    "idle": idle,
    "ready": ready_after_a_kill,
    "smtp": after_an_smtp_outage,
    "imap": after_an_imap_outage,
    "database": after_a_database_outage,
    "memory": lambda folder: many_large_mails(folder)[2],
}


def main() -> None:
    """Print the figures that were asked for, or all."""
    for name in sys.argv[1:] or MEASURES:
        with tempfile.TemporaryDirectory(prefix="supportd-measures-") as folder:
            tell(MEASURES[name](Path(folder) / "site"))


if __name__ == "__main__":
    main()
