"""What is in the files of an invoice folder, and the process that reads them (R12.1)."""

import os
from pathlib import Path

import pytest

from daemon.invoice_files import MAX_OCTETS, examine, read_file
from daemon.invoice_folder import Examiner, InvoiceFolder
from daemon.model.invoice import Examined, Flaw
from tests.pdfs import a_pdf, encrypted
from tests.rules.making import DIRECTORY

GOOD = a_pdf("Invoice", "to Acme Corporation")

FLAWS = {
    "nothing": (b"", Flaw.EMPTY),
    "a letter": (b"Dear customer,", Flaw.NO_PDF),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(2000), Flaw.NO_PDF),
    "a head far down": (bytes(2000) + GOOD, Flaw.NO_PDF),
    "the first half": (GOOD[: len(GOOD) // 2], Flaw.CUT_OFF),
    "all but the end": (GOOD[:-6], Flaw.CUT_OFF),
    "an end far up": (GOOD + bytes(2000), Flaw.CUT_OFF),
    "a head and an end": (b"%PDF-1.7\n%%EOF\n", Flaw.UNREADABLE),
    "no page": (a_pdf("x", pages=0), Flaw.UNREADABLE),
    "a lock": (encrypted(GOOD), Flaw.ENCRYPTED),
    "a book": (a_pdf("x", pages=501), Flaw.TOO_MANY_PAGES),
    "a warehouse": (GOOD + bytes(MAX_OCTETS), Flaw.TOO_LARGE),
}


@pytest.mark.parametrize("what", FLAWS)
def test_r12_1_a_pdf_that_is_none_is_told_by_its_flaw(what: str) -> None:
    """R12.1: each kind of file that cannot be sent is known for what it is."""
    octets, flaw = FLAWS[what]

    assert examine(octets).flaw is flaw


MENDED = {
    "as written": GOOD,
    "without a table": GOOD[: GOOD.index(b"xref")] + b"trailer << /Root 1 0 R >>\n%%EOF",
    "with a wrong place": GOOD.replace(b"startxref\n", b"startxref\n9"),
    "white space behind": GOOD + b"\r\n\r\n",
}


@pytest.mark.parametrize("how", MENDED)
def test_r12_1_what_every_reader_opens_is_taken(how: str) -> None:
    """R12.1: programs write PDFs with wrong tables, and readers make new ones: such a file can be sent."""
    found = examine(MENDED[how])

    assert found.flaw is None
    assert "to Acme Corporation" in found.text
    assert found.pages == 1
    assert found.size == len(MENDED[how])


def test_r12_1_a_device_is_not_waited_for(tmp_path: Path) -> None:
    """R12.1: a pipe, a folder, a link, a socket: none is an invoice, and none holds the daemon up."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(GOOD)
    (tmp_path / "link").symlink_to(tmp_path / "file")

    found = {name: read_file(str(tmp_path / name)) for name in ("pipe", "folder", "link", "missing", "file")}

    assert [found[name] for name in ("pipe", "folder", "link")] == [Examined(flaw=Flaw.NO_FILE)] * 3
    assert found["missing"] == Examined(flaw=Flaw.CANNOT_OPEN, detail="No such file or directory")
    assert found["file"] == GOOD


def test_r12_1_a_file_that_takes_too_long_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    """R12.1: the process that reads is ended at its time; another one takes the next file."""
    (tmp_path / "file").write_bytes(GOOD)

    with Examiner(seconds=0.0) as hasty:
        assert hasty.examine(tmp_path / "file").flaw is Flaw.TOO_SLOW
        assert hasty.examine(tmp_path / "file").flaw is Flaw.TOO_SLOW
    with Examiner(seconds=60.0) as patient:
        assert patient.examine(tmp_path / "file").flaw is None


def test_r12_1_a_file_is_examined_once_while_it_stays_as_it_is(tmp_path: Path) -> None:
    """R12.1: a look at what is known reads nothing: the file may even be unreadable by now."""
    (tmp_path / "2026-11").mkdir()
    invoice = tmp_path / "2026-11/acme.pdf"
    invoice.write_bytes(GOOD)
    folder = InvoiceFolder(tmp_path, DIRECTORY)
    (first,) = folder.look("2026-11").files

    assert folder.look("2026-11").files == (first,)
    assert folder.read("2026-11", first) == GOOD
    invoice.write_bytes(a_pdf("to Globex"))
    assert folder.read("2026-11", first) is None
    (second,) = folder.look("2026-11").files
    assert second.flaw is Flaw.OTHER_CUSTOMER
    assert second.detail == "Globex"


def test_r12_1_a_folder_that_is_not_there_or_none_is_said(tmp_path: Path) -> None:
    """R12.1: no folder for the month is another thing than one that cannot be read."""
    (tmp_path / "2026-12").write_bytes(b"")
    folder = InvoiceFolder(tmp_path, DIRECTORY)

    assert not folder.look("2026-11").has_folder
    assert folder.look("2026-12").trouble == "Not a directory"
    assert [file.flaw for file in folder.look("2026-12").files] == [Flaw.CANNOT_OPEN]
