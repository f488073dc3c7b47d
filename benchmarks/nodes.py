"""Several nodes on one PostgreSQL, on this one machine: `python -m benchmarks.nodes [--mails 1500] [--nodes 1,2,4]`.

The same mails over the same number of connections, spread over the nodes' listeners; all answers go to one sink, and
are counted before a rate is believed.  What bounds the rate is told beside it: CPU a mail of the nodes and of
PostgreSQL, commits, octets of its log, and on what its sessions waited, looked at 20 times a second.
"""

import argparse
import asyncio
import os
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import create_engine, text

from benchmarks.company import found_busy_company
from benchmarks.corpus import Request, make_corpus
from benchmarks.exchange import CONNECTIONS, Pace, Sent, await_answers, send_all
from benchmarks.measured import Measured
from benchmarks.postgresql import postgresql
from benchmarks.process_tree import Usage
from benchmarks.sink import Sink
from benchmarks.whole_way import MAILS_A_REQUEST, PATIENCE_SECONDS, Database, System, serving

WARM_UP = 60
LOOK_SECONDS = 0.05
OTHERS = "pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
WAITS = text(
    f"select coalesce(wait_event_type || ' ' || wait_event, 'none: it works') from {OTHERS} and state = 'active'"
)
SESSIONS = text(f"select count(*) from {OTHERS}")
ASSIGNING = text(
    "select count(*) from pg_locks where locktype = 'advisory' and granted "
    "and ((classid::bigint << 32) | objid::bigint) = hashtextextended('assignment', 0)"
)


@dataclass(frozen=True, slots=True)
class Load:
    """What PostgreSQL did for one measurement."""

    cpu_ms: float  # a mail
    commits: float  # a mail
    log_kib: float  # a mail
    waits: dict[str, float]  # how many sessions in a statement waited for what, on average
    sessions: int  # at most
    assigning: float  # for which share of the time somebody held the lock that one case at a time is assigned under


def main() -> None:
    """Measure each number of nodes on an empty database, and print a line each."""
    parser = argparse.ArgumentParser(prog="benchmarks.nodes", description=__doc__)
    parser.add_argument("--mails", type=int, default=1_500)
    parser.add_argument("--nodes", default="1,2,4")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    corpus = make_corpus(chosen.mails, seed=chosen.seed, name="measured")
    warm_up = make_corpus(WARM_UP, seed=chosen.seed, name="warm-up")
    print(f"{len(corpus)} mails, {CONNECTIONS} connections in all, {os.cpu_count()} processors for everything")
    with tempfile.TemporaryDirectory(prefix="supportd-nodes-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postgresql(folder) as new_database:
            if new_database is None:
                return
            for count in map(int, chosen.nodes.split(",")):
                measured, load = measure(folder / str(count), new_database(), count, warm_up, corpus)
                print_line(count, measured, load)


def measure(
    folder: Path, database: Database, count: int, warm_up: Sequence[Request], corpus: Sequence[Request]
) -> tuple[Measured, Load]:
    """Measure so many nodes on an empty database.

    Raises:
        Miscounted: a request had no acknowledgement, or two.
    """
    with Sink() as sink, nodes(folder, database, count, sink.port) as systems:
        exchange(systems, sink, warm_up)
        with Watch(database) as watch:
            measured = exchange(systems, sink, corpus)
        return measured, watch.a_mail(len(corpus))


@contextmanager
def nodes(folder: Path, database: Database, count: int, sink_port: int) -> Iterator[tuple[System, ...]]:
    """Run so many daemons on one database for the time of the block."""
    folder.mkdir()
    with ExitStack() as stack:
        companies = [
            found_busy_company(folder / f"node{number}", sink_port=sink_port, database=database.url)
            for number in range(count)
        ]
        yield tuple(stack.enter_context(serving(company, database)) for company in companies)


def exchange(systems: Sequence[System], sink: Sink, corpus: Sequence[Request]) -> Measured:
    """Send a corpus over all nodes and wait for all acknowledgements."""
    before = [Usage.of(system.process) for system in systems]
    sink.drain()
    sent = asyncio.run(_send(systems, corpus))
    mails = MAILS_A_REQUEST * len(corpus)
    answered = await_answers(sink, corpus, mails=mails, seconds=PATIENCE_SECONDS)
    used = [Usage.of(system.process).since(then) for system, then in zip(systems, before, strict=True)]
    began = min(part.began for part in sent)
    waits = tuple(answered[mark] - at for part in sent for mark, at in part.offered_at.items())
    shares = ", ".join(f"{1000 * one.cpu_seconds / len(corpus):.2f}" for one in used)
    total = Usage(sum(one.cpu_seconds for one in used), 0.0, sum(one.peak_mib for one in used))
    return Measured(f"{len(systems)} nodes", len(corpus), max(answered.values()) - began, total, waits, shares)


async def _send(systems: Sequence[System], corpus: Sequence[Request]) -> list[Sent]:
    pace = Pace(connections=max(1, CONNECTIONS // len(systems)))
    shares = [corpus[number :: len(systems)] for number in range(len(systems))]
    return await asyncio.gather(
        *(send_all(share, system.port, pace) for share, system in zip(shares, systems, strict=True))
    )


class Watch:
    """Looks at PostgreSQL for the time of a block, and tells then what it did."""

    def __init__(self, database: Database) -> None:
        self._engine = create_engine(database.url)
        self._process = database.process
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._waits: Counter[str] = Counter()
        self._looks = self._assigning = self._sessions = 0
        self._before = self._after = self._figures()

    def __enter__(self) -> Self:
        """Begin."""
        self._before = self._figures()
        self._thread.start()
        return self

    def __exit__(self, *_how: object) -> None:
        """End."""
        self._stop.set()
        self._thread.join()
        self._after = self._figures()
        self._engine.dispose()

    def a_mail(self, mails: int) -> Load:
        """Return what each of so many mails cost."""
        cpu, commits, octets = ((new - old) / mails for new, old in zip(self._after, self._before, strict=True))
        waits = {name: count / max(1, self._looks) for name, count in self._waits.most_common(4)}
        assigning = self._assigning / max(1, self._looks)
        return Load(1000 * cpu, commits, octets / 1024, waits, self._sessions, assigning)

    def _figures(self) -> tuple[float, float, float]:
        """Return CPU seconds, commits and octets of the log, until now."""
        query = text(
            "select xact_commit, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') "
            "from pg_stat_database where datname = current_database()"
        )
        with self._engine.connect() as connection:
            commits, octets = connection.execute(query).one()
        return Usage.of(self._process).cpu_seconds, float(commits), float(octets)

    def _look(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not self._stop.wait(LOOK_SECONDS):
                self._waits.update(connection.execute(WAITS).scalars())
                self._assigning += connection.execute(ASSIGNING).scalar_one()
                self._sessions = max(self._sessions, connection.execute(SESSIONS).scalar_one())
                self._looks += 1


def print_line(count: int, measured: Measured, load: Load) -> None:
    """Print what was measured of so many nodes."""
    print(
        f"\n{count} nodes: {measured.rate:.1f} mails/s; acknowledged after {measured.wait_ms(50):,.0f} ms (median), "
        f"{measured.wait_ms(99):,.0f} ms (99 %)"
    )
    print(f"  CPU a mail: nodes {measured.cpu_ms:.2f} ms ({measured.aside}), PostgreSQL {load.cpu_ms:.2f} ms")
    busy = (measured.cpu_ms + load.cpu_ms) * measured.rate / 1000 / (os.cpu_count() or 1)
    print(f"  processors: {busy:.0%} busy with these; {measured.usage.peak_mib:,.0f} MiB at most")
    print(f"  PostgreSQL, a mail: {load.commits:.1f} commits, {load.log_kib:.1f} KiB of log")
    print(f"  a case is being assigned {load.assigning:.0%} of the time; {load.sessions} sessions at most")
    waits = ", ".join(f"{name} {count:.2f}" for name, count in load.waits.items())
    print(f"  sessions in a statement, on average, by what they wait for: {waits}")


if __name__ == "__main__":
    main()
