"""CPU time and memory of a process and all below it, from /proc (proc(5))."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PARENT, FIRST_TIME, LAST_TIME = 1, 11, 15  # fields of /proc/PID/stat after the command's name


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tree of processes has used."""

    cpu_seconds: float  # user and system, of children that ended too
    own_seconds: float  # of that, the first process's
    peak_mib: float  # sum of each process's own peak; pages that they share count in each

    @classmethod
    def of(cls, root: int) -> "Usage":
        """Read the usage of a process and its descendants, as of now."""
        tree = tuple(tree_of(root))
        return cls(sum(map(_cpu_seconds, tree)), _own_seconds(root), sum(map(_peak_mib, tree)))

    def since(self, before: "Usage") -> "Usage":
        """Return what was used since then; the peak is of the whole life."""
        return Usage(self.cpu_seconds - before.cpu_seconds, self.own_seconds - before.own_seconds, self.peak_mib)


def tree_of(root: int) -> Iterator[int]:
    """Yield a process and all below it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat(int(path.parent.name))
        if fields:
            children.setdefault(int(fields[PARENT]), []).append(int(path.parent.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting.extend(children.get(process, ()))


def _stat(process: int) -> list[str]:
    """Return the fields after the command's name; empty: the process has ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _cpu_seconds(process: int) -> float:
    return sum(int(ticks) for ticks in _stat(process)[FIRST_TIME:LAST_TIME]) / TICKS_A_SECOND


def _own_seconds(process: int) -> float:
    return sum(int(ticks) for ticks in _stat(process)[FIRST_TIME : FIRST_TIME + 2]) / TICKS_A_SECOND


def _peak_mib(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
