"""What all neighbours share: free ports, running a start script, and what happens where one is missing.

A neighbour is a real server that the daemon talks to in life: Dovecot, Postfix, PostgreSQL.  Each test process starts
its own, in a private folder, bound to 127.0.0.1, when the first test asks for it.
"""

import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NoReturn

import pytest

HOST = "127.0.0.1"
SCRIPTS = Path(__file__).parent


def free_port() -> int:
    """Return a TCP port that nobody listens on, below the range from which the kernel takes client ports.

    Each worker process of pytest has ports of its own, and is given each in turn: two tests that were given the same
    one before either listened would be in each other's way.
    """
    while True:
        port = next(_ports)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


def _own_ports() -> Iterator[int]:
    """Go through this worker's share of the ports, in no order that two runs beside each other would share.

    The order is not left to `random`: pytest-randomly seeds it alike in every worker process.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ports = list(range(20_000 + worker, 32_000, workers))
    secrets.SystemRandom().shuffle(ports)
    return cycle(ports)


_ports = _own_ports()


def is_listening(port: int) -> bool:
    """Return whether something accepts connections on this port of 127.0.0.1."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def run_script(name: str, *arguments: str, **environment: str | int | Path) -> None:
    """Run one of the start scripts beside this file to its end.

    The script's own standard streams are files: a server that it leaves behind would keep a pipe open, and whoever
    reads that pipe would wait for ever.

    Raises:
        RuntimeError: the script failed; the text is what it printed.
    """
    folder = Path(arguments[-1])
    log = folder.with_name(f"{folder.name}.{arguments[0]}.log")
    with log.open("wb") as output:
        done = subprocess.run(
            ["bash", str(SCRIPTS / name), *arguments],
            env={**os.environ, **{key: str(value) for key, value in environment.items()}},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{name} {' '.join(arguments)} gave {done.returncode}:\n{log.read_text(errors='replace')}")


def missing(reason: str) -> NoReturn:
    """Skip the test with the reason; in CI, where every neighbour must be there, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"neighbour missing in CI: {reason}", pytrace=False)
    pytest.skip(f"neighbour missing: {reason}")
