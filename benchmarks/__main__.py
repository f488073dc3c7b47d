"""`make bench`: mails a second, CPU and memory from SMTP receipt to the acknowledgement, beside two floors.

The figures are of this machine and this hour: compare the lines of one run with each other.
"""

import argparse
import os
import platform
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.corpus import Request, make_corpus
from benchmarks.exchange import CONNECTIONS, Miscounted
from benchmarks.floors import null_listener, parsing_alone
from benchmarks.hot_spots import print_hot_spots
from benchmarks.measured import Measured, print_table
from benchmarks.whole_way import SQLITE, Database, whole_way

LIBRARIES = ("supportd", "aiosmtpd", "mail-parser", "SQLAlchemy", "psycopg", "Jinja2")
WARM_UP = 50


def main() -> int:
    """Measure and print; exit status 1 where a count was wrong, so that no rate can be believed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--mails", type=int, default=500, help="how many mails are measured (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="of the corpus; else any, and it is printed")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--hot-spots", action="store_true", help="profile one reader and delivery instead")
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    corpus = make_corpus(chosen.mails, seed=seed, name="measured")
    warm_up = make_corpus(WARM_UP, seed=seed, name="warm-up")
    print_head(corpus, seed)
    with tempfile.TemporaryDirectory(prefix="supportd-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs under an account of its own
        if chosen.hot_spots:
            print_hot_spots(folder, warm_up, corpus)
            return 0
        try:
            measure(folder, warm_up, corpus, sqlite_only=chosen.sqlite_only)
        except Miscounted as wrong:
            print(f"No rate can be believed: {wrong}", file=sys.stderr)
            return 1
    return 0


def print_head(corpus: tuple[Request, ...], seed: int) -> None:
    """Say what is measured, and on what."""
    kib = sum(len(request.octets) for request in corpus) / len(corpus) / 1024
    print(
        f"{len(corpus)} mails of {kib:.1f} KiB on average, seed {seed}, {CONNECTIONS} connections, one client process"
    )
    print(f"{platform.platform()}, {_processors()}, Python {platform.python_version()}")
    print(", ".join(f"{library} {version(library)}" for library in LIBRARIES))


def measure(folder: Path, warm_up: tuple[Request, ...], corpus: tuple[Request, ...], *, sqlite_only: bool) -> None:
    """Measure every line of the table and print it."""
    floors = [null_listener(warm_up, corpus), parsing_alone(warm_up, corpus)]
    rows: list[Measured] = [*floors, whole_way(folder / "sqlite", SQLITE, warm_up, corpus)]
    if not sqlite_only:
        with postgresql(folder) as database:
            if database:
                rows.append(whole_way(folder / "postgresql", database, warm_up, corpus))
    print_table(rows, sum(floor.cpu_ms for floor in floors))


@contextmanager
def postgresql(folder: Path) -> Iterator[Database | None]:
    """Start a PostgreSQL for the time of the block and give an empty database; None: there is none here."""
    from tests.servers.postgresql import PostgresqlServer, why_missing

    if reason := why_missing():
        print(f"Left out: {reason}")
        yield None
        return
    server = PostgresqlServer(folder / "pg")
    server.start()
    try:
        process = int((folder / "pg/data/postmaster.pid").read_text(encoding="ascii").split()[0])
        yield Database("PostgreSQL", server.url(), process)
    finally:
        server.kill()


def _processors() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return f"{os.cpu_count()} of {model}"


if __name__ == "__main__":
    sys.exit(main())
