"""A real Postfix delivers to our listener by LMTP: what it was told 250 for is stored, once; what not, it keeps."""

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.gather import receipt_time
from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.setup import ListenerSettings, TrustedRelay
from daemon.store.database import transaction
from daemon.store.inbox import claim
from daemon.store.inbox_tables import inbox, octets
from tests.ingest.running import RunningListener, Store, configuration, mail, store
from tests.servers.neighbour import free_port
from tests.servers.postfix import PostfixServer
from tests.servers.postgresql import PostgresqlServer
from tests.servers.smtp_sink import SmtpSink
from tests.waiting import wait_for

LMTP = ListenerSettings("lmtp", "127.0.0.1", 0)
SENDER = "primary@acme.example"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database with its writer."""
    with store(f"sqlite:///{tmp_path / 'supportd.db'}") as opened:
        yield opened


def until_kept(kept: Store, *subjects: str) -> None:
    """Wait until exactly these subjects are stored, each once, in any order."""
    wait_for(lambda: len(kept.rows()) >= len(subjects), seconds=30, what=f"{len(subjects)} mails are stored")
    assert sorted(kept.subjects()) == sorted(subjects)


def until_queue_is_empty(postfix: PostfixServer) -> None:
    """Wait until Postfix has got rid of everything."""
    wait_for(lambda: not postfix.queue(), seconds=20, what="Postfix's queue is empty")


def test_a_mail_by_lmtp(postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store) -> None:
    """Postfix hands a mail over with its envelope; its trace field stands on top."""
    with RunningListener(kept.intake, LMTP) as listener:
        postfix.route(lmtp_port=listener.port, relay_port=smtp_sink.port)
        postfix.send(mail("one"), sender=SENDER, to=("support+x@test.example",))
        until_kept(kept, "one")
        until_queue_is_empty(postfix)

    (row,) = kept.rows()
    assert (row.reverse_path, row.recipients, row.mailbox) == (SENDER, ["support+x@test.example"], "support")
    assert row.source == "lmtp 127.0.0.1"
    assert row.raw.startswith(b"Received: from client.elsewhere.example")
    assert smtp_sink.mails == ()


def test_each_recipient_gets_its_own_answer(postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store) -> None:
    """RFC 2033: of three recipients in one transaction two are taken at once and one bounces; nothing is retried."""
    with RunningListener(kept.intake, LMTP) as listener:
        postfix.route(lmtp_port=listener.port, relay_port=smtp_sink.port)
        recipients = ("support@test.example", "nobody@test.example", "billing@test.example")
        postfix.send(mail("one"), sender=SENDER, to=recipients)
        (bounce,) = smtp_sink.wait_for(1, seconds=20)
        until_queue_is_empty(postfix)

    (row,) = kept.rows()
    assert sorted(row.recipients) == ["billing@test.example", "support@test.example"]
    assert (bounce.recipients, bounce.reverse_path) == ((SENDER,), "<>")
    assert b"<nobody@test.example>" in bounce.octets
    assert b"Final-Recipient: rfc822; support@test.example" not in bounce.octets


def test_more_recipients_than_a_transaction_takes(postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store) -> None:
    """S1.5: 452 for the recipients over the limit makes Postfix send them by another transaction: no bounce."""
    recipients = tuple(f"support+{number}@test.example" for number in range(5))
    with RunningListener(kept.intake, replace(LMTP, max_recipients=2)) as listener:
        postfix.route(lmtp_port=listener.port, relay_port=smtp_sink.port)
        postfix.send(mail("one"), sender=SENDER, to=recipients)

        def reached() -> set[str]:
            postfix.flush()
            return {recipient for row in kept.rows() for recipient in row.recipients}

        wait_for(lambda: reached() == set(recipients), seconds=30, what="all recipients are reached")
        until_queue_is_empty(postfix)

    assert max(len(row.recipients) for row in kept.rows()) == 2
    assert smtp_sink.mails == ()


def test_s1_5_our_451_makes_postfix_queue_and_retry(postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store) -> None:
    """S1.5: with the database in trouble the mail stays in Postfix's queue, and comes when the trouble is over."""
    with transaction(kept.engine) as connection:
        octets.drop(connection)
        inbox.drop(connection)
    with RunningListener(kept.intake, LMTP) as listener:
        postfix.route(lmtp_port=listener.port, relay_port=smtp_sink.port)
        postfix.send(mail("one"), sender=SENDER, to=("support@test.example",))
        said = wait_for(lambda: _delay_reason(postfix), seconds=20, what="Postfix has put the mail off")
        with transaction(kept.engine) as connection:
            inbox.create(connection)
            octets.create(connection)
        postfix.flush()
        until_kept(kept, "one")
        until_queue_is_empty(postfix)

    assert "451 4.3.0 Temporary trouble here; please try again later" in said
    assert smtp_sink.mails == ()


def _delay_reason(postfix: PostfixServer) -> str:
    queued = [entry["recipients"] for entry in postfix.queue() if entry["queue_name"] == "deferred"]
    return str(queued) if queued else ""


def test_s1_5_postgresql_away_behind_postfix(
    postfix: PostfixServer, smtp_sink: SmtpSink, postgresql: PostgresqlServer
) -> None:
    """S1.5: PostgreSQL is stopped while mail flows; all of it arrives, each mail once, when it is back."""
    with store(postgresql.url()) as kept, RunningListener(kept.intake, LMTP) as listener:
        postfix.route(lmtp_port=listener.port, relay_port=smtp_sink.port)
        postfix.send(mail("before"), sender=SENDER, to=("support@test.example",))
        until_kept(kept, "before")
        postgresql.stop()
        postfix.send(mail("during"), sender=SENDER, to=("support@test.example",))
        wait_for(lambda: _delay_reason(postfix), seconds=20, what="Postfix has put the mail off")
        postgresql.start()
        postfix.send(mail("after"), sender=SENDER, to=("support@test.example",))
        postfix.flush()
        until_kept(kept, "before", "during", "after")
        until_queue_is_empty(postfix)

    assert smtp_sink.mails == ()


def test_a_listener_that_is_away(postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store) -> None:
    """A mail for a listener that does not run waits in Postfix's queue until it does."""
    with RunningListener(kept.intake, LMTP) as listener:
        port = listener.port
    postfix.route(lmtp_port=port, relay_port=smtp_sink.port)
    postfix.send(mail("one"), sender=SENDER, to=("support@test.example",))
    wait_for(lambda: _delay_reason(postfix), seconds=20, what="Postfix has put the mail off")
    with RunningListener(kept.intake, replace(LMTP, port=port)):
        postfix.flush()
        until_kept(kept, "one")


def test_s1_2_too_large_bounces_and_is_recorded(postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store) -> None:
    """S1.2: Postfix learns our limit by SIZE; a larger mail bounces for good."""
    with RunningListener(kept.intake, LMTP, configuration(max_message_octets=20_000)) as listener:
        postfix.route(lmtp_port=listener.port, relay_port=smtp_sink.port)
        postfix.send(mail("large", body="x" * 900 + "\r\n" + "y" * 30_000), sender=SENDER, to=("support@test.example",))
        (bounce,) = smtp_sink.wait_for(1, seconds=20)
        postfix.send(mail("small"), sender=SENDER, to=("support@test.example",))
        wait_for(lambda: "small" in kept.subjects(), seconds=20, what="the small mail is stored")

    assert bounce.recipients == (SENDER,)
    assert [row.outcome for row in kept.rows() if row.state != "kept"] in ([], ["rejected"])


def test_300_mails_by_many_clients(postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store) -> None:
    """Under load: Postfix's parallel deliveries store every mail exactly once."""

    def send(number: int) -> None:
        with smtplib.SMTP(postfix.host, postfix.smtp_port, timeout=60) as client:
            for turn in range(30):
                client.sendmail(SENDER, ["support@test.example"], mail(f"{number}-{turn}"))

    with RunningListener(kept.intake, LMTP) as listener:
        postfix.route(lmtp_port=listener.port, relay_port=smtp_sink.port)
        with ThreadPoolExecutor(10) as clients:
            list(clients.map(send, range(10)))
        until_queue_is_empty(postfix)
        until_kept(kept, *(f"{number}-{turn}" for number in range(10) for turn in range(30)))


def test_r5_3_what_counts_is_when_postfix_took_the_mail(
    postfix: PostfixServer, smtp_sink: SmtpSink, kept: Store
) -> None:
    """R5.3: a mail that our Postfix queued while we were away was received when Postfix took it, not when we did."""
    port = free_port()
    postfix.route(lmtp_port=port, relay_port=smtp_sink.port)
    sent_at = datetime.now(UTC).replace(microsecond=0)
    postfix.send(mail("one"), sender=SENDER, to=("support@test.example",))
    wait_for(lambda: "deferred" in postfix.log, seconds=20, what="Postfix finds nobody and queues the mail")
    wait_for(lambda: datetime.now(UTC) > sent_at + timedelta(seconds=3), seconds=5, what="time goes by")
    with RunningListener(kept.intake, replace(LMTP, port=port)):
        postfix.flush()
        until_kept(kept, "one")

    with transaction(kept.engine) as connection:
        (found,) = claim(connection, "me", now=datetime.now(UTC), limit=1)
    relay = TrustedRelay("mx.test.example", ("127.0.0.1",))
    believed = read_mail(found.arrival.raw, found.arrival.envelope, Trust((), (relay,)))
    doubted = read_mail(found.arrival.raw, found.arrival.envelope, Trust((), ()))
    assert sent_at <= receipt_time(found, believed) < sent_at + timedelta(seconds=3)
    assert receipt_time(found, doubted) == found.arrival.received_at >= sent_at + timedelta(seconds=3)
