"""Mail out of files: every form gives the same mails, octet by octet."""

import io
import mailbox
import sys
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.errors import Permanent
from daemon.ingest.files import arrivals
from daemon.model.mail import Arrival
from tests.ingest.running import mail

RECEIVED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(path: Path | str, *, limit: int = 2**20) -> tuple[Arrival, ...]:
    """Return every mail found there."""
    return tuple(arrivals(path, mailbox="support", received_at=RECEIVED_AT, limit=limit))


def test_an_eml_file_is_one_mail(tmp_path: Path) -> None:
    """A file is one mail as it is; each ingest of it is a copy of its own, which the reader folds by content (S1.3)."""
    file = tmp_path / "one.eml"
    file.write_bytes(mail("one"))

    (first,), (second,) = read(file), read(file)

    assert first.raw == mail("one")
    assert (first.source, first.mailbox, first.received_at) == (f"file {file}", "support", RECEIVED_AT)
    assert first.source_key != second.source_key


@pytest.mark.parametrize(
    ("octets", "mails"),
    [
        (b"", [b""]),
        (b"no line end", [b"no line end"]),
        (b"From a\nS: 1\n\nx\n\nFrom b\nS: 2\n\ny\n", [b"S: 1\n\nx\n", b"S: 2\n\ny\n"]),
        (
            b"From a\r\nS: 1\r\n\r\nx\r\n\r\nFrom b\r\nS: 2\r\n\r\ny\r\n\r\n",
            [b"S: 1\r\n\r\nx\r\n", b"S: 2\r\n\r\ny\r\n"],
        ),
        (b"From a\nS: 1\n\nx\n>From y\n>>From z\n> From\n", [b"S: 1\n\nx\nFrom y\n>From z\n> From\n"]),
        (b"From a\nS: 1\n\nx\nFrom the line above is not empty\n", [b"S: 1\n\nx\nFrom the line above is not empty\n"]),
        (b"From a\nS: 1\n\n\n\n\nFrom b\nS: 2\n\n", [b"S: 1\n\n\n\n", b"S: 2\n"]),
    ],
)
def test_mbox_and_what_is_none(tmp_path: Path, octets: bytes, mails: list[bytes]) -> None:
    """RFC 4155: `From ` after an empty line begins a mail, the empty line is not part of it, quoting is undone."""
    file = tmp_path / "mails"
    file.write_bytes(octets)

    assert [arrival.raw for arrival in read(file)] == mails


def test_an_mbox_written_by_others(tmp_path: Path) -> None:
    """What the standard library writes into an mbox comes out again."""
    box = mailbox.mbox(tmp_path / "box")
    for number in range(3):
        box.add(mail(f"mail {number}", body="From here on\r\nit goes").replace(b"\r\n", b"\n"))
    box.close()

    assert [arrival.raw.replace(b"\r\n", b"\n") for arrival in read(tmp_path / "box")] == [
        mail(f"mail {number}", body="From here on\r\nit goes").replace(b"\r\n", b"\n") for number in range(3)
    ]


def test_a_maildir_gives_new_and_cur_in_order(tmp_path: Path) -> None:
    """A Maildir's mails come in the order of their names; tmp is not looked at."""
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    for folder, name in (("new", "3.x"), ("cur", "1.x:2,S"), ("tmp", "0.x"), ("cur", "2.x:2,")):
        (tmp_path / folder / name).write_bytes(mail(name[0]))

    assert [arrival.raw for arrival in read(tmp_path)] == [mail("1"), mail("2"), mail("3")]


def test_a_folder_gives_its_eml_files(tmp_path: Path) -> None:
    """A folder that is no Maildir gives its .eml files by name; one without any is refused in one line."""
    for name in ("b.eml", "a.EML", "notes.txt"):
        (tmp_path / name).write_bytes(mail(name[0]))
    (tmp_path / "empty").mkdir()

    assert [arrival.raw for arrival in read(tmp_path)] == [mail("a"), mail("b")]
    with pytest.raises(Permanent, match=r"empty: neither a Maildir nor a folder with \.eml files$"):
        read(tmp_path / "empty")


def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    """A path that is not there is an error of one line, without a traceback's words."""
    with pytest.raises(Permanent, match=r"^.*/nothing\.eml: No such file or directory$"):
        read(tmp_path / "nothing.eml")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads one mail, or an mbox, from standard input."""
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"From a\n" + mail("one") + b"\nFrom b\n" + mail("two")))
    )

    assert [(arrival.source, arrival.raw) for arrival in read("-")] == [
        ("standard input", mail("one")),
        ("standard input", mail("two")),
    ]


def test_over_the_limit_only_the_header_is_given(tmp_path: Path) -> None:
    """S1.2: a mail over the limit is there with its header and the reason; the next one in the mbox is whole."""
    file = tmp_path / "box"
    file.write_bytes(b"From a\n" + mail("large", body="x" * 70 + "\r\n" + "y" * 5_000) + b"\nFrom b\n" + mail("two"))

    large, two = read(file, limit=1_000)

    assert large.raw == mail("large").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert (large.unreadable, two.unreadable) == ("larger than 1000 octets", "")
    assert two.raw == mail("two")


def test_an_mbox_needs_the_memory_of_its_largest_mail(tmp_path: Path) -> None:
    """An mbox of 30 MB is read in pieces."""
    file = tmp_path / "box"
    with file.open("wb") as stream:
        for number in range(300):
            stream.write(b"From a\n" + mail(f"mail {number}", body="x" * 100_000) + b"\n")
    tracemalloc.start()
    try:
        count = sum(1 for _ in arrivals(file, mailbox="support", received_at=RECEIVED_AT, limit=2**20))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 300
    assert peak < 2 * 2**20
