"""Roundup: its classic tracker on SQLite, every sender a user already, the author of a new issue acknowledged."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.corpus import Request
from benchmarks.exchange import acknowledged
from benchmarks.large_desk import cpu_of_children
from benchmarks.measured import Measured
from benchmarks.peers.door import open_door
from benchmarks.peers.environment import Environment, environment
from benchmarks.peers.spool import made_spools
from benchmarks.people import CONTACTS, address
from benchmarks.process_tree import Usage
from benchmarks.sink import WRITING_SECONDS, Sink
from benchmarks.whole_way import System
from examples.demo.company import HOST

WORKER = ("-m", "benchmarks.peers.roundup_worker")
SETTINGS = {
    "mail_domain": "desk.example",
    "mail_host": HOST,
    "tracker_email": "support",
    "admin_email": "roundup-admin",
    "tracker_web": "http://desk.example/",
    "nosy_messages_to_author": "new",  # the acknowledgement; later messages go to the others
    "nosy_max_attachment_size": "0",  # an acknowledgement does not send the files back
}


@contextmanager
def roundup(folder: Path, sink_port: int, *, processes: int = 1) -> Iterator[System]:
    """Run Roundup's mail gateway on a new tracker for the time of the block, in so many processes that stay."""
    spools = made_spools(folder, processes)
    peer = environment("roundup")
    home = _tracker(peer, folder, sink_port)
    with (
        peer.working(folder / "log", *WORKER, str(home), *map(str, spools)) as process,
        open_door(spools) as port,
    ):
        yield System(f"Roundup on SQLite, processes: {processes}", port, process, mails_a_request=1)


def one_start_each(folder: Path, corpus: Sequence[Request]) -> Measured:
    """Measure the way of Roundup's guide, a `roundup-mailgw` for each mail, one after the other.

    Raises:
        Miscounted: a request had no acknowledgement, or two.
    """
    folder.mkdir()
    peer = environment("roundup")
    with Sink() as sink:
        home = _tracker(peer, folder, sink.port)
        began, used = time.perf_counter(), cpu_of_children()
        for request in corpus:
            subprocess.run([str(peer.program("roundup-mailgw")), str(home)], input=request.octets, check=True)
        seconds, cpu = time.perf_counter() - began, cpu_of_children() - used
        time.sleep(2 * WRITING_SECONDS)
        acknowledged(corpus, sink.drain())
    return Measured("Roundup on SQLite, a start a mail", len(corpus), seconds, Usage(cpu, 0.0, 0.0))


def _tracker(peer: Environment, folder: Path, sink_port: int) -> Path:
    home = folder / "tracker"
    settings = ",".join(f"{key}={value}" for key, value in {**SETTINGS, "mail_port": str(sink_port)}.items())
    peer.run(str(peer.program("roundup-admin")), "-i", str(home), "install", "classic", "sqlite", settings)
    peer.run(*WORKER, str(home), text="\n".join(map(address, range(CONTACTS))))
    return home
