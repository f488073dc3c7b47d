"""What can go wrong, said in terms of what the caller can do about it."""

from dataclasses import dataclass


class SupportdError(Exception):
    """Base of every error that a user may read: its text is one line, says what, where and what to do."""


class Temporary(SupportdError):
    """Try again later: a peer, the disk or the database is away.  Never counts against a mail (S1.2)."""


class Permanent(SupportdError):
    """Trying again cannot help: the request itself has to change."""


class Unreadable(Permanent):
    """These octets cannot be read as a mail."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the configuration, where it stands and what would be right."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Print as `FILE:LINE:COLUMN: message`, the form that editors jump to."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ConfigInvalid(Permanent):
    """The configuration cannot be used; `faults` holds every fault found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults

    def __reduce__(self) -> tuple[type["ConfigInvalid"], tuple[tuple[Fault, ...]]]:
        """Be the same on the other side of a pipe."""
        return ConfigInvalid, (self.faults,)
