"""Several nodes on one PostgreSQL and one mailbox, and how one of them is taken away in the middle of its work."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.faults.disk_and_clock import set_clock
from tests.faults.stage import configure
from tests.faults.tampering import environment
from tests.servers.dovecot import Mailbox
from tests.servers.postgresql import PostgresqlServer
from tests.servers.running_daemon import RunningDaemon, Site, end_all, make_site
from tests.servers.smtp_sink import SmtpSink, Terms
from tests.waiting import wait_for

REPLY_DELAY_SECONDS = 8


@dataclass
class Cluster:
    """Nodes that run, the sink that takes their mail, and the mailbox that one of them watches."""

    nodes: Sequence[RunningDaemon]
    sink: SmtpSink
    mailbox: Mailbox

    @property
    def site(self) -> Site:
        """Return the first node's site: its database is everybody's."""
        return self.nodes[0].site

    def signal(self, *numbers: int, send: signal.Signals) -> None:
        """Send a signal to nodes with all their processes."""
        for number in numbers:
            os.killpg(self.nodes[number].process.pid, send)

    def count(self, query: str) -> int:
        """Return a number that the database knows."""
        return int(self.site.rows(f"select count(*) as n from {query}")[0].n)

    def change(self, statement: str) -> None:
        """Change something in the database."""
        engine = create_engine(self.site.database_url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def until(self, condition: Callable[[], object], *, seconds: float, what: str) -> None:
        """Wait for a condition; a failure shows what the nodes logged last."""
        try:
            wait_for(condition, seconds=seconds, what=what)
        except TimeoutError as vain:
            logs = "\n".join(f"--- node {number} ---\n{node.log[-3000:]}" for number, node in enumerate(self.nodes))
            raise AssertionError(f"{vain}\n{logs}") from vain

    @contextmanager
    def cases_locked(self) -> Iterator[None]:
        """Let nobody read a case to write it, or open one."""
        engine = create_engine(self.site.database_url)
        try:
            with engine.begin() as connection:
                connection.execute(text("lock table cases in exclusive mode"))
                yield
        finally:
            engine.dispose()


@contextmanager
def cluster(
    folder: Path, postgresql: PostgresqlServer, mailbox: Mailbox, *, clocks: Sequence[float]
) -> Iterator[Cluster]:
    """Run a node for each clock (seconds ahead); the first one is there first, and watches the mailbox."""
    url = postgresql.url()
    nodes: list[RunningDaemon] = []
    with ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(Terms()))
        stack.callback(lambda: end_all(nodes))
        for number, ahead in enumerate(clocks):
            site = _site(folder / f"node{number}", url, sink, mailbox)
            _wind(site, ahead)
            if number == 0:
                assert site.command("db", "upgrade").returncode == 0
            nodes.append(RunningDaemon(site))
            if number == 0:
                nodes[0].wait_until_ready(seconds=60)
        for node in nodes:
            node.wait_until_ready(seconds=60)
        yield Cluster(nodes, sink, mailbox)


def _site(folder: Path, url: str, sink: SmtpSink, mailbox: Mailbox) -> Site:
    site = make_site(folder, url)
    configure(site, sink, mailbox)
    site.edit(
        ("timeout_seconds: 5", "timeout_seconds: 60"),
        ("reply_delay: 0 ", f"reply_delay: {REPLY_DELAY_SECONDS} "),
    )
    return site


def _wind(site: Site, ahead: float) -> None:
    """Have one machine's clock go fast; the database's does not."""
    if ahead:
        site.environment = environment(("clock",), site.folder / "tampered")
        set_clock(site.folder / "tampered", ahead)
