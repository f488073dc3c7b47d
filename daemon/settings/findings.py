"""Collects what is wrong, and what is merely risky, while a configuration is read."""

from daemon.errors import Fault
from daemon.settings.node import Document, Path


class Findings:
    """Faults and warnings found so far; the one changing object of a load."""

    def __init__(self) -> None:
        self._faults: set[Fault] = set()
        self._warnings: set[Fault] = set()

    def fault(self, document: Document, path: Path, message: str) -> None:
        """Record that the value at `path` is wrong."""
        self.fault_at(document.file, document.place(path), message)

    def fault_key(self, document: Document, path: Path, message: str) -> None:
        """Record that the key at `path` is wrong."""
        self.fault_at(document.file, document.key_place(path), message)

    def fault_at(self, file: str, place: tuple[int, int], message: str) -> None:
        """Record that something is wrong at a place."""
        self._faults.add(Fault(file, *place, message))

    def warn(self, document: Document, path: Path, message: str) -> None:
        """Record that the value at `path` is allowed, but risky."""
        self.warn_at(document.file, document.place(path), message)

    def warn_at(self, file: str, place: tuple[int, int], message: str) -> None:
        """Record that something at a place is allowed, but risky."""
        self._warnings.add(Fault(file, *place, f"warning: {message}"))

    def faults(self) -> tuple[Fault, ...]:
        """Return every fault, in the order of files and lines."""
        return tuple(sorted(self._faults, key=_order))

    def warnings(self) -> tuple[str, ...]:
        """Return every warning as `FILE:LINE:COLUMN: warning: …`, in the order of files and lines."""
        return tuple(str(warning) for warning in sorted(self._warnings, key=_order))


def _order(fault: Fault) -> tuple[str, int, int, str]:
    return fault.file, fault.line, fault.column, fault.message
