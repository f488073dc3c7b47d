"""A bounce that lies in a Dovecot folder: what our own server keeps of its envelope is enough to know it (S3.4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.credentials import Keyring, read_bounce, sign_bounce
from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.mail import Envelope
from tests.ingest.running import Store, store
from tests.ingest.watching import settings_for, watching
from tests.servers.dovecot import Mailbox
from tests.waiting import wait_for

KEYRING = Keyring((b"sixteen octets!!",))
BOUNCE = (
    b"From: MAILER-DAEMON@mx.acme.example\r\nTo: %s\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\n"
    b"<primary@acme.example>: 550 5.1.1 no such user\r\n"
)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database with its writer."""
    with store(f"sqlite:///{tmp_path / 'supportd.db'}") as opened:
        yield opened


@pytest.mark.parametrize("to", ["", "undisclosed-recipients:;"])
def test_s3_4_a_bounce_in_a_dovecot_folder_names_the_mail_it_is_about(dovecot: Mailbox, kept: Store, to: str) -> None:
    """S3.4: by its To, or where that names nobody by the Delivered-To that Dovecot writes from the envelope."""
    path = sign_bounce(KEYRING, "one", base=dovecot.user)

    dovecot.deliver(BOUNCE % (to or path).encode(), to=path, sender="")
    with watching(settings_for(dovecot), kept):
        wait_for(lambda: len(kept.rows()) == 1, seconds=20, what="the mail is stored")
    mail = read_mail(kept.rows()[0].raw, Envelope(None, ()), Trust(()))

    named = (*mail.delivered_to, *(address.address for address in mail.to))
    assert {token for address in named if (token := read_bounce(KEYRING, address))} == {"one"}
    assert mail.marks.automatic == "null reverse-path"
    assert mail.report is not None
    assert [(found.address, found.hard) for found in mail.report.recipients] == [("primary@acme.example", True)]
