"""Roundup: its classic tracker on SQLite, every sender a user already, the author of a new issue acknowledged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.door import open_door
from benchmarks.peers.environment import Environment, environment
from benchmarks.people import CONTACTS, address
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
def roundup(folder: Path, sink_port: int, backend: str = "sqlite") -> Iterator[System]:
    """Run Roundup's mail gateway on a new tracker for the time of the block."""
    spool = folder / "spool"
    spool.mkdir(parents=True)
    peer = environment("roundup")
    home = _tracker(peer, folder, sink_port, backend)
    with (
        peer.working(folder / "log", *WORKER, str(home), str(spool)) as process,
        open_door(spool) as port,
    ):
        yield System(f"Roundup on {backend}", port, process, mails_a_request=1)


def _tracker(peer: Environment, folder: Path, sink_port: int, backend: str) -> Path:
    home = folder / "tracker"
    settings = ",".join(f"{key}={value}" for key, value in {**SETTINGS, "mail_port": str(sink_port)}.items())
    peer.run(str(peer.folder / "bin" / "roundup-admin"), "-i", str(home), "install", "classic", backend, settings)
    peer.run(*WORKER, str(home), text="\n".join(map(address, range(CONTACTS))))
    return home
