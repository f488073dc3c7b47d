"""A month's folder of invoices, looked at: which file is whose, which can be sent, which not and why (R12.1).

Files are examined in a process of its own (`invoice_files`), each once as long as it stays as it is.  A look takes a
bounded time; what it did not come to is examined by the next.
"""

import hashlib
import multiprocessing
import os
import time
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from daemon.invoice_files import read_file, serve
from daemon.model.invoice import Examined, Flaw, InvoiceFile
from daemon.model.people import Directory
from daemon.model.text import clean_line
from daemon.rules.invoice_owner import owner_named

FILE_SECONDS = 10.0
"""A file that takes longer to read is refused."""
LOOK_SECONDS = 10.0
"""A look takes about so long at most: whatever else is due waits for it."""
MOST_FILES = 10_000
_SUFFIX = ".pdf"

Mark = tuple[int, int, int, int]
"""A file's size, times and number: while they stay, so does what is in it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a folder holds."""

    files: tuple[InvoiceFile, ...]
    has_folder: bool = True
    trouble: str = ""  # why the folder cannot be read, or empty; it stands among the files then
    is_whole: bool = True  # False: time was up; look again


@dataclass(slots=True)
class InvoiceFolder:
    """The folder of all months; remembers what it found in each file."""

    folder: Path
    directory: Directory
    _known: dict[Path, tuple[Mark, InvoiceFile]] = field(default_factory=dict)

    def look(self, month: str) -> Look:
        """Return what there is for a month, by name."""
        return self.look_into(self.folder / month)

    def look_into(self, folder: Path) -> Look:
        """Return what there is in one folder, by name; what begins with a dot is none of it."""
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries if not entry.name.startswith("."))[:MOST_FILES]
        except FileNotFoundError:
            return Look((), has_folder=False)
        except OSError as trouble:
            why = trouble.strerror or type(trouble).__name__
            return Look((_refused(folder.name, "", Flaw.CANNOT_OPEN, why),), trouble=why)
        until = time.monotonic() + LOOK_SECONDS
        with Examiner(seconds=FILE_SECONDS) as examiner:
            found = tuple(self._file(folder / name, examiner, until=until) for name in names)
        files = tuple(file for file in found if file is not None)
        return Look(files, is_whole=len(files) == len(found))

    def read(self, month: str, file: InvoiceFile) -> bytes | None:
        """Return the octets of a file as it was found, or None: it is another by now."""
        octets = read_file(str(self.folder / month / file.name))
        if isinstance(octets, Examined) or hashlib.sha256(octets).hexdigest() != file.sha256:
            self._known.pop(self.folder / month / file.name, None)
            return None
        return octets

    def _file(self, path: Path, examiner: "Examiner", *, until: float) -> InvoiceFile | None:
        """Return a file as it stands, or None: there was no time to examine it."""
        before = _mark(path)
        known = self._known.get(path)
        if known is not None and known[0] == before:
            file = replace(known[1], is_settled=True)
        elif time.monotonic() > until:
            return None
        else:
            file = self._examined(path, examiner)
            if _mark(path) != before:
                file = replace(file, flaw=Flaw.CUT_OFF, is_settled=False)
        self._known[path] = (before, file)
        return file

    def _examined(self, path: Path, examiner: "Examiner") -> InvoiceFile:
        name, customer_id = path.name, path.name.removesuffix(_SUFFIX)
        customer = self.directory.customer(customer_id)
        if not name.endswith(_SUFFIX):
            return _refused(name, "", Flaw.MISNAMED)
        if customer is None:
            near = self.directory.customer(customer_id.lower())
            return _refused(name, "", Flaw.NO_CUSTOMER, f" ({near.id})" if near else "")
        found = examiner.examine(path)
        if found.flaw is not None:
            return _refused(name, customer.id, found.flaw, found.detail)
        named = owner_named(found.text, customer, self.directory)
        if named not in (customer, None):
            return _refused(name, customer.id, Flaw.OTHER_CUSTOMER, clean_line(named.name, longest=80))
        is_ours = named is not None
        return InvoiceFile(name=name, customer=customer.id, size=found.size, sha256=found.sha256, names_its_own=is_ours)


class Examiner:
    """The process that reads PDFs: started at the first one, ended when it is slow, begun anew when it died."""

    def __init__(self, *, seconds: float) -> None:
        """Give each file so long."""
        self._seconds = seconds
        self._process: BaseProcess | None = None
        self._channel: Connection | None = None

    def __enter__(self) -> "Examiner":
        """Begin without a process: most looks examine nothing."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End the process."""
        self._end()

    def examine(self, path: Path) -> Examined:
        """Return what is in a file; reading it ends at the bounds of time and memory."""
        channel = self._channel or self._start()
        try:
            channel.send(str(path))
            if channel.poll(self._seconds):
                found: Examined = channel.recv()
                return found
        except (EOFError, OSError):
            self._end()
            return Examined(flaw=Flaw.UNREADABLE)
        self._end()
        return Examined(flaw=Flaw.TOO_SLOW)

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")  # this process has threads
        ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), name="invoices", daemon=True)
        self._process.start()
        theirs.close()
        self._channel = ours
        return ours

    def _end(self) -> None:
        if self._process is not None and self._channel is not None:
            self._channel.close()
            self._process.kill()
            self._process.join()
        self._process = self._channel = None


def _refused(name: str, customer: str, flaw: Flaw, detail: str = "") -> InvoiceFile:
    return InvoiceFile(
        name=clean_line(name, longest=120),
        customer=customer,
        flaw=flaw,
        detail=detail,
        is_settled=flaw is not Flaw.CUT_OFF,
    )


def _mark(path: Path) -> Mark:
    try:
        found = path.lstat()
    except OSError:
        return (0, 0, 0, 0)
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
