"""Mail that is kept instead of sent."""

import mailbox
from pathlib import Path

from daemon.outbound.maildir import Maildir
from daemon.outbound.outcomes import Sent, Unreachable
from tests.outbound.mails import parcel_of


def test_a_mail_is_there_for_any_reader(tmp_path: Path) -> None:
    """The standard library's Maildir reads it, line ends as on this system."""
    outcome = Maildir(tmp_path / "out").hand_over(parcel_of())
    (message,) = mailbox.Maildir(tmp_path / "out", create=False)

    assert isinstance(outcome, Sent)
    assert message["Subject"] == "one"
    assert message.get_payload() == "Hello\n.\n..two dots\n"
    assert list((tmp_path / "out" / "tmp").iterdir()) == []


def test_a_second_try_replaces_the_first(tmp_path: Path) -> None:
    """S3.6: after a crash the same row is handed over again, and is there once; read already, it is left alone."""
    maildir = Maildir(tmp_path)
    maildir.hand_over(parcel_of())
    maildir.hand_over(parcel_of())
    (file,) = (tmp_path / "new").iterdir()
    file.rename(tmp_path / "cur" / f"{file.name}:2,S")
    maildir.hand_over(parcel_of())

    assert len(mailbox.Maildir(tmp_path, create=False)) == 1


def test_two_mails_never_share_a_file(tmp_path: Path) -> None:
    """A new database counts its rows from 1 again: the Message-ID keeps their files apart."""
    Maildir(tmp_path).hand_over(parcel_of(message_id="<one@desk.example>"))
    Maildir(tmp_path).hand_over(parcel_of(message_id="<two@desk.example>"))

    assert len(mailbox.Maildir(tmp_path, create=False)) == 2


def test_a_folder_that_cannot_be_made_is_no_fault_of_the_mail(tmp_path: Path) -> None:
    """S1.6: the disk is our trouble: the mail waits."""
    (tmp_path / "file").write_text("in the way")
    maildir = Maildir(tmp_path / "file" / "out")

    assert isinstance(maildir.hand_over(parcel_of()), Unreachable)
    assert isinstance(maildir.probe(), Unreachable)
    assert isinstance(Maildir(tmp_path / "out").probe(), Sent)
