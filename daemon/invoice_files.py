"""What is in a PDF (the door to pypdf), found out in a process of its own that may be slow, greedy, or die.

An invoice must be a whole PDF that anybody can open.  A wrong table of objects is let pass: readers make a new one.
"""

import contextlib
import errno
import hashlib
import io
import logging
import os
import resource
import signal
import stat
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from daemon.model.invoice import Examined, Flaw

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_OCTETS = 20 * 2**20
MAX_PAGES = 500
READ_PAGES = 10
"""Whose an invoice is stands on its first pages."""
MAX_TEXT = 50_000
MEMORY_OCTETS = 2**30
_HEAD, _TAIL = 1024, 1024
"""Where readers look for `%PDF-` and for `%%EOF` (ISO 32000-1, annex H)."""
_NO_TABLE = b"\nstartxref\n0\n%%EOF\n"
"""Lets pypdf look for the objects by itself, where the table of them cannot be read."""


def read_file(path: str) -> bytes | Examined:
    """Return the octets of an ordinary file, or what is wrong with it: no link is followed, no device waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as trouble:
        return Examined(flaw=Flaw.NO_FILE) if trouble.errno in (errno.ELOOP, errno.ENXIO) else _unopened(trouble)
    try:
        kind = os.fstat(descriptor)
        if not stat.S_ISREG(kind.st_mode):
            return Examined(flaw=Flaw.NO_FILE)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_OCTETS + 1) if kind.st_size <= MAX_OCTETS else Examined(flaw=Flaw.TOO_LARGE)
    except OSError as trouble:
        return _unopened(trouble)
    finally:
        os.close(descriptor)


def examine(octets: bytes) -> Examined:
    """Return what is in a PDF, or why it is none that can be sent."""
    flaw = _outer_flaw(octets)
    if flaw is not None:
        return Examined(flaw=flaw)
    inside = _inside(octets) or _inside(octets + _NO_TABLE) or Examined(flaw=Flaw.UNREADABLE)
    return replace(inside, size=len(octets), sha256=hashlib.sha256(octets).hexdigest())


def serve(channel: Connection) -> None:
    """Examine each file whose path comes in, until the other end is closed: the main function of the process."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # these are meant for who started us
    logging.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_OCTETS, MEMORY_OCTETS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            found = read_file(channel.recv())
            channel.send(found if isinstance(found, Examined) else examine(found))


def _unopened(trouble: OSError) -> Examined:
    return Examined(flaw=Flaw.CANNOT_OPEN, detail=trouble.strerror or type(trouble).__name__)


def _outer_flaw(octets: bytes) -> Flaw | None:
    """Return what is wrong at the two ends of a file."""
    if not octets:
        return Flaw.EMPTY
    if len(octets) > MAX_OCTETS:
        return Flaw.TOO_LARGE
    if b"%PDF-" not in octets[:_HEAD]:
        return Flaw.NO_PDF
    return None if b"%%EOF" in octets[-_TAIL:] else Flaw.CUT_OFF


def _inside(octets: bytes) -> Examined | None:
    """Return what is in a file, or None where pypdf cannot read it."""
    from pypdf import PdfReader  # late: only the process that reads PDFs needs it

    try:
        reader = PdfReader(io.BytesIO(octets))
        if reader.is_encrypted:
            return Examined(flaw=Flaw.ENCRYPTED)
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            return Examined(flaw=Flaw.TOO_MANY_PAGES)
        return Examined(pages=pages, text=_text(reader)) if pages else None
    except Exception:  # noqa: BLE001  around one file: pypdf raises whatever the file makes it raise
        return None


def _text(reader: "PdfReader") -> str:
    """Return the text of the first pages; a page whose text cannot be read is taken for a picture."""
    found: list[str] = []
    for page in reader.pages[:READ_PAGES]:
        with contextlib.suppress(Exception):
            found.append(page.extract_text())
        if sum(map(len, found)) > MAX_TEXT:
            break
    return "\n".join(found)[:MAX_TEXT].strip()
