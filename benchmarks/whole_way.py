"""The whole way: a system under test, from SMTP receipt to the acknowledgement taken by the sink."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.company import found_busy_company
from benchmarks.corpus import Request
from benchmarks.exchange import FLOOD, Pace, Sent, await_answers, send_all
from benchmarks.measured import Measured
from benchmarks.process_tree import Usage
from benchmarks.sink import Sink
from examples.demo.company import Company
from examples.demo.service import running

PATIENCE_SECONDS = 300.0
MAILS_A_REQUEST = 2  # the acknowledgement, and the technician's notification


@dataclass(frozen=True, slots=True)
class Database:
    """Which database is used; `process` is its server's, whose CPU is told apart (0: there is none)."""

    name: str
    url: str
    process: int


SQLITE = Database("SQLite", "", 0)


@dataclass(frozen=True, slots=True)
class System:
    """What is measured: mails go in at its port, and the tree below its process does the work."""

    name: str
    port: int
    process: int
    database: Database = SQLITE
    mails_a_request: int = MAILS_A_REQUEST


def whole_way(
    folder: Path, database: Database, *, warm_up: Sequence[Request], corpus: Sequence[Request], pace: Pace = FLOOD
) -> Measured:
    """Measure the daemon on an empty database.

    Args:
        folder: for its configuration and, on SQLite, its database.
        database: an empty one.
        warm_up: sent first, not measured.
        corpus: what is measured.
        pace: how it is sent.

    Raises:
        Miscounted: a request had no acknowledgement, or two.
    """
    with Sink() as sink:
        company = found_busy_company(folder, sink_port=sink.port, database=database.url)
        with serving(company, database) as system:
            exchange(system, sink, warm_up, FLOOD)
            return exchange(system, sink, corpus, pace)


@contextmanager
def serving(company: Company, database: Database = SQLITE) -> Iterator[System]:
    """Run the daemon of a company for the time of the block."""
    with running(company) as process:
        yield System(f"supportd on {database.name}", company.smtp_port, process, database)


def exchange(system: System, sink: Sink, corpus: Sequence[Request], pace: Pace = FLOOD) -> Measured:
    """Send a corpus to a running system, wait for all acknowledgements, and return what that took.

    Raises:
        Miscounted: a request had no acknowledgement, or two.
    """
    processes = tuple(filter(None, (system.process, system.database.process)))
    before = [Usage.of(process) for process in processes]
    mails = system.mails_a_request * len(corpus)
    sink.drain()
    sent = asyncio.run(send_all(corpus, system.port, pace))
    answered = await_answers(sink, corpus, mails=mails, seconds=PATIENCE_SECONDS)
    used = [Usage.of(process).since(then) for process, then in zip(processes, before, strict=True)]
    waits = tuple(answered[mark] - at for mark, at in sent.offered_at.items())
    seconds = max(answered.values()) - sent.began
    return Measured(system.name, len(corpus), seconds, used[0], waits, _aside(system, sent, used))


def _aside(system: System, sent: Sent, used: Sequence[Usage]) -> str:
    mails = len(sent.taken_at)
    own, others = (1000 * each / mails for each in (used[0].own_seconds, used[0].cpu_seconds - used[0].own_seconds))
    text = (
        f"{mails / sent.seconds:,.0f} mails/s were taken with 250; "
        f"CPU a mail: first process {own:.2f} ms, those below it {others:.2f} ms"
    )
    database = f", {system.database.name} itself {1000 * used[-1].cpu_seconds / mails:.2f} ms"
    return text + (database if system.database.process else "")
