"""The names under which this daemon claims work: `HOST/PID-START/PART`.

A daemon that was killed cannot give its claims back.  Its successor on the same host knows from the name that the
process is gone, and need not wait for leases to run out.  START tells a process from a later one with the same number
(in a container the daemon is always process 1).  Daemons that share a database need host names of their own.
"""

import os
import socket
from pathlib import Path

_START_FIELD = 19  # of /proc/PID/stat, counted from after the command's name: proc(5) field 22


def own_name() -> str:
    """Return the prefix, with its slash, of all names under which this process claims work."""
    return f"{host_prefix()}{os.getpid()}-{_started(os.getpid())}/"


def host_prefix() -> str:
    """Return the prefix, with its slash, of all names on this host."""
    return f"{socket.gethostname().replace('/', '_')}/"


def node_of(claimant: str) -> str:
    """Return the prefix, with its slash, of all names of the process that goes by this one."""
    return claimant[: claimant.rfind("/") + 1]


def is_gone(claimant: str) -> bool:
    """Tell whether the process behind a name of this host has ended."""
    pid, _, start = claimant.removeprefix(host_prefix()).partition("/")[0].partition("-")
    if not pid.isdigit() or not _is_running(int(pid)):
        return True
    return start != _started(int(pid))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """Return when a process began, in clock ticks since boot; the same for all where there is no /proc."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "0"
    return text.rpartition(")")[2].split()[_START_FIELD]
