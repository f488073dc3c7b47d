"""How much memory the reading of each hostile mail takes, in a process of its own.

`python -m tests.mail.hostile.memory` prints one line of JSON a mail: its name, its octets, and by how
many octets the process that read it grew at most.
"""

import json
import os
import resource
import sys
from pathlib import Path

from daemon.errors import Unreadable
from daemon.ingest.parse import read_mail
from tests.mail.hostile.families import HOSTILE, IS_WHOLE
from tests.mail.hostile.invariants import ENVELOPE, TRUST

MOST = 100


def main() -> None:
    """Measure the largest mails, or all."""
    mails = {name: hostile.build(hostile.size) for name, hostile in HOSTILE.items()}
    largest = sorted(mails, key=lambda name: len(mails[name]), reverse=True)
    for name in largest if IS_WHOLE else largest[:MOST]:
        raw = mails[name]
        sys.stdout.write(json.dumps([name, len(raw), growth(raw)]) + "\n")


def growth(raw: bytes) -> int:
    """Return by how much a child grows at most that reads a mail.

    Raises:
        ChildProcessError: it ended without a word.
    """
    sys.stdout.flush()
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        begun_with = _resident()
        _read(raw)
        os.write(mouth, str(_highest() - begun_with).encode())
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear) as listening:
        told = listening.read()
    os.waitpid(child, 0)
    if not told:
        raise ChildProcessError("the reading of a mail ended its process")
    return int(told)


def _read(raw: bytes) -> None:
    try:
        read_mail(raw, ENVELOPE, TRUST)
    except Unreadable:
        return


def _resident() -> int:
    """Return how many octets of memory this process holds (proc_pid_statm(5))."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def _highest() -> int:
    """Return how many it held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
