"""Where all answers go, ours and the peers': Postfix's `smtp-sink`, with a file for each mail, in memory where it can.

Its counter says how many mails came, its files say for whom, in answer to what and when.  The file system's clock is
coarse: a time may be up to 4 ms too early (proc(5), CONFIG_HZ=250).
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from examples.demo.company import HOST, free_ports

SBIN = "/usr/sbin:/usr/local/sbin"
MEMORY = Path("/dev/shm")
UNPRIVILEGED = "nobody"  # smtp-sink refuses to be root
START_SECONDS = 10.0
TAIL_OCTETS = 100
WRITING_SECONDS = 0.2
COUNTED = re.compile(rb"mesg=\s*(\d+)\s*\r")
RECIPIENT = re.compile(rb"^X-Rcpt-Args: <([^>\n]*)>", re.MULTILINE)
MARK = re.compile(rb"\(([\w-]+\.\d+)\)")


@dataclass(frozen=True, slots=True)
class Answer:
    """One mail that the sink took: whom it is for, the mark of the request that it answers, and when it came."""

    recipient: str
    mark: str
    at: float


def why_missing() -> str | None:
    """Return why nothing can be counted here, or None."""
    return None if _program() else "smtp-sink is not installed (Debian: postfix)"


class Sink:
    """A running `smtp-sink`; `with` starts and ends it.  Its port stays the same over its life."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self.drained = 0

    def __enter__(self) -> Self:
        """Start it; returns when it takes connections."""
        memory = MEMORY if os.access(MEMORY, os.W_OK) else None
        self._folder = Path(tempfile.mkdtemp(prefix="supportd-sink-", dir=memory))
        self._folder.chmod(0o755)
        self._mails.mkdir()
        self._mails.chmod(0o777)
        command = [_program(), "-c", "-d", f"{self._mails}/", *_account(), f"{HOST}:{self.port}", "128"]
        with self._counter.open("wb") as counter:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=counter)
        _await_port(self.port)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it and throw away what it took."""
        if self._process:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def taken(self) -> int:
        """Return how many mails it has answered with 250 after the final dot."""
        with self._counter.open("rb") as counter:
            counter.seek(max(0, self._counter.stat().st_size - TAIL_OCTETS))
            counts = COUNTED.findall(counter.read())
        return int(counts[-1]) if counts else 0

    def drain(self) -> list[Answer]:
        """Return every mail that came since it was asked last, but for those that may still be half written."""
        old = time.time() - WRITING_SECONDS
        answers: list[Answer] = []
        for path in tuple(self._mails.iterdir()):
            at = path.stat().st_mtime
            if at <= old:
                answers.append(read_answer(path.read_bytes(), at))
                path.unlink()
        self.drained += len(answers)
        return answers

    @property
    def _mails(self) -> Path:
        return self._folder / "mails"

    @property
    def _counter(self) -> Path:
        return self._folder / "counter"


def read_answer(octets: bytes, at: float) -> Answer:
    """Return what a file of smtp-sink says; a mail that answers no request of a corpus has no mark."""
    head = octets.partition(b"\n\n")[0]
    recipient, mark = RECIPIENT.search(head), MARK.search(head)
    return Answer(recipient[1].decode() if recipient else "", mark[1].decode() if mark else "", at)


def _program() -> str:
    return shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:{SBIN}") or ""


def _account() -> tuple[str, ...]:
    return () if os.geteuid() else ("-u", UNPRIVILEGED)


def _await_port(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.01)
    raise TimeoutError("smtp-sink did not start")
