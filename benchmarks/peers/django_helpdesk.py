"""django-helpdesk: a queue on SQLite whose submitters are told that their ticket is open."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.kept import KEPT, kept_file
from benchmarks.peers.door import open_door
from benchmarks.peers.environment import LOCKS, Environment, environment
from benchmarks.peers.spool import made_spools
from benchmarks.whole_way import System

PEER = "django-helpdesk"
WORKER = ("-m", "benchmarks.peers.django_worker")
SETTINGS = {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.django_settings"}
DATABASE = "desk.sqlite3"


@contextmanager
def django_helpdesk(folder: Path, sink_port: int, *, processes: int = 1, tickets: int = 0) -> Iterator[System]:
    """Run django-helpdesk, with so many tickets in its database, for the time of the block, in so many processes."""
    spools = made_spools(folder, processes)
    peer = environment(PEER)
    shutil.copyfile(_filled_database(peer, tickets), folder / DATABASE)
    variables = {**SETTINGS, "BENCH_FOLDER": str(folder), "BENCH_SINK_PORT": str(sink_port)}
    with (
        peer.working(folder / "log", *WORKER, *map(str, spools), **variables) as process,
        open_door(spools) as port,
    ):
        yield System(f"{PEER} on SQLite, processes: {processes}", port, process, mails_a_request=1)


def _filled_database(peer: Environment, tickets: int) -> Path:
    """Return a database with so many tickets, made now or before."""

    def fill(path: Path) -> None:
        with TemporaryDirectory(dir=KEPT) as folder:
            peer.run(*WORKER, "fill", str(tickets), **SETTINGS, BENCH_FOLDER=folder)
            Path(folder, DATABASE).rename(path)

    return kept_file(f"tickets-{tickets}", (LOCKS / f"{PEER}.lock", *sorted(LOCKS.glob("django_*.py"))), fill)
