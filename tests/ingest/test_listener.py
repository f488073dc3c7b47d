"""The listener: nothing is answered 250 before it is stored, and our own trouble is never a permanent answer."""

import contextlib
import re
import smtplib
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from daemon.errors import Permanent
from daemon.ingest import reception
from daemon.model.setup import ListenerSettings
from daemon.store.database import transaction
from daemon.store.inbox_tables import inbox, octets
from tests.ingest.running import RunningListener, Store, configuration, mail, store
from tests.servers.certificate import Certificate, make_certificate
from tests.waiting import wait_for

SMTP = ListenerSettings("smtp", "127.0.0.1", 0)
LMTP = ListenerSettings("lmtp", "127.0.0.1", 0)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database with its writer."""
    with store(f"sqlite:///{tmp_path / 'supportd.db'}") as opened:
        yield opened


def test_s1_1_a_mail_is_stored_with_envelope_peer_and_receipt_time(kept: Store) -> None:
    """S1.1: octets, envelope, peer and receipt time are committed before 250 is said, and the readers are woken."""
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.begin("support+x@test.example")
        client.send(mail("one") + b".\r\n")
        assert client.answer() == "250 2.0.0 kept"
        (row,) = kept.rows()

    assert row.raw == mail("one")
    assert (row.reverse_path, row.recipients, row.peer, row.greeting) == (
        "primary@acme.example",
        ["support+x@test.example"],
        "127.0.0.1",
        "client.example",
    )
    assert (row.mailbox, row.source, row.state) == ("support", "smtp 127.0.0.1", "kept")
    assert row.received_at <= row.kept_at
    assert kept.woken.is_set()


@pytest.mark.parametrize(
    ("recipient", "mailbox"),
    [
        ("support@test.example", "support"),
        ("SUPPORT+Case.1@Test.Example", "support"),
        ("billing@test.example", "billing"),
        ("postmaster@other.example", "other"),
        ("Postmaster", "support"),
        ("support@other.example", None),
        ("suppor@test.example", None),
        ("supp\u00f6rt@test.example", None),
        ("anybody@elsewhere.example", None),
    ],
)
def test_own_addresses_only(kept: Store, recipient: str, mailbox: str | None) -> None:
    """Own addresses, plus-addresses included, without regard to case, and postmaster; all else is refused."""
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<primary@acme.example> SMTPUTF8")
        answer = client.ask(f"RCPT TO:<{recipient}>")
        if mailbox is None:
            assert answer == "550 5.1.1 No such address here"
            return
        client.ask("DATA")
        client.send(mail("one") + b".\r\n")
        assert client.answer().startswith("250")

    assert kept.rows()[0].mailbox == mailbox


def test_a_reload_counts_from_the_next_transaction_on(kept: Store) -> None:
    """The configuration is read once a transaction, so that a reload needs no new connection."""
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<primary@acme.example>")
        plan = replace(listener.config.plan, mailboxes=listener.config.plan.mailboxes[2:])
        listener.config = replace(listener.config, plan=plan)
        assert client.ask("RCPT TO:<support@test.example>").startswith("250")
        client.ask("RSET")
        client.ask("MAIL FROM:<primary@acme.example>")
        assert client.ask("RCPT TO:<support@test.example>").startswith("550")
        assert client.ask("RCPT TO:<help@other.example>").startswith("250")


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n..\r\n...b\r\n.\r\n", b"a\r\n.\r\n..b\r\n"),
        (b"a\n.\nb\r.\rc\r\n.\r\n", b"a\n.\nb\r.\rc\r\n"),
        (b"a\n.\r\nMAIL FROM:<x@y.example>\r\n.\r\n", b"a\n.\r\nMAIL FROM:<x@y.example>\r\n"),
        (b"a\0b\xff\r\n.\r\n", b"a\0b\xff\r\n"),
        (b"x" * 200_000 + b"\r\n.\r\n", b"x" * 200_000 + b"\r\n"),
        (b"y" * 65_533 + b"\r\n.\r\n", b"y" * 65_533 + b"\r\n"),
        (b"y" * 65_530 + b"\r\n.\r\n", b"y" * 65_530 + b"\r\n"),
    ],
)
def test_octets_are_kept_as_sent(kept: Store, sent: bytes, stored: bytes) -> None:
    """RFC 5321 4.5.2: dots are unstuffed, only CRLF.CRLF ends a message, lines may be of any length."""
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.begin("support@test.example")
        client.send(sent)
        assert client.answer().startswith("250")
        assert client.ask("NOOP").startswith("250")

    assert [row.raw for row in kept.rows()] == [stored]


@pytest.mark.parametrize("cut", [1, 2, 3, 7])
def test_octets_are_kept_however_they_are_cut_into_packets(kept: Store, cut: int) -> None:
    """The end of a message is found wherever packets divide it, and what follows it is the next command."""
    sent = b"..a\r\n..\r\n\r\n.\r\nNOOP\r\n"
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.begin("support@test.example")
        for start in range(0, len(sent), cut):
            client.send(sent[start : start + cut])
        assert client.answer().startswith("250 2.0.0")
        assert client.answer().startswith("250")

    assert [row.raw for row in kept.rows()] == [b".a\r\n.\r\n\r\n"]


def test_commands_may_be_sent_ahead(kept: Store) -> None:
    """RFC 2920: a client may send commands without waiting, several messages on one connection."""
    ahead = b"MAIL FROM:<>\r\nRCPT TO:<support@test.example>\r\nDATA\r\n"
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        assert "250-PIPELINING" in client.ask("EHLO client.example").splitlines()
        client.send(ahead)
        assert [client.answer()[:3] for _ in range(3)] == ["250", "250", "354"]
        client.send(mail("one") + b".\r\n" + ahead)
        assert [client.answer()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        client.send(mail("two") + b".\r\nQUIT\r\n")
        assert [client.answer()[:3] for _ in range(2)] == ["250", "221"]

    assert kept.subjects() == ["one", "two"]
    assert {row.reverse_path for row in kept.rows()} == {""}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("<>", "250"),
        ("<a@b.example>", "250"),
        ("a@b.example", "250"),
        ("<@relay.example:a@b.example>", "250"),
        ('<"a b"@b.example>', "250"),
        ("<root>", "250"),
        ("<a@[192.0.2.1]>", "250"),
        ("<\u00e4@b.example> SMTPUTF8", "250"),
        ("<\u00e4@b.example>", "553"),
        ("<a\0@b.example>", "553"),
        ("<a\udcff@b.example>", "553"),
        ("<a b@b.example>", "553"),
        ("<a(c)@b.example>", "553"),
        ("<a@b.example", "553"),
        ("<a@b.example>x", "553"),
        ("<" + "a" * 400 + "@b.example>", "553"),
        ("<a@b.example> SIZE=x", "501"),
        ("<a@b.example> FOO=x", "555"),
    ],
)
def test_reverse_paths(kept: Store, path: str, answer: str) -> None:
    """A reverse-path is an address by the grammar, or null; NUL and octets that are no UTF-8 never pass."""
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.ask("EHLO client.example")
        assert client.ask(f"MAIL FROM:{path}")[:3] == answer


def test_lmtp_answers_each_recipient(kept: Store) -> None:
    """RFC 2033 4.2: after the dot, one answer for each recipient that was accepted; the mail is stored once."""
    with RunningListener(kept.intake, LMTP) as listener, listener.connect() as client:
        answers = client.begin(
            "support@test.example", "nobody@test.example", "billing@test.example", "support@test.example", hello="LHLO"
        )
        assert [answer[:3] for answer in answers] == ["250", "550", "250", "250"]
        client.send(mail("one") + b".\r\nNOOP\r\n")
        assert [client.answer()[:9] for _ in range(3)] == ["250 2.0.0"] * 3
        assert client.answer() == "250 2.0.0 OK"
        assert client.ask("EHLO client.example").startswith("500")

    (row,) = kept.rows()
    assert row.recipients == ["support@test.example", "billing@test.example"]
    assert row.source == "lmtp 127.0.0.1"


def test_every_answer_has_an_enhanced_code(kept: Store) -> None:
    """RFC 2034, which RFC 2033 requires of LMTP: codes in every answer but the greeting and LHLO's."""
    commands = (
        "NOOP",
        "RSET",
        "FOO",
        "DATA",
        "MAIL FROM:<a@b.example> X=1",
        "VRFY x",
        "AUTH PLAIN",
        "EXPN x",
        "STARTTLS",
    )
    with RunningListener(kept.intake, LMTP) as listener, listener.connect() as client:
        assert client.greeting.startswith("220 ")
        offered = client.ask("LHLO client.example").splitlines()
        assert "250-ENHANCEDSTATUSCODES" in offered
        assert offered[-1] == "250 HELP"
        for command in (*commands, "QUIT"):
            assert re.match(r"[245]\d\d [245]\.\d\.\d ", client.ask(command)), command


def test_s2_2_a_greeting_is_kept_of_smtp_alone(kept: Store) -> None:
    """S2.2: who speaks LMTP is a server of ours, whose address and greeting say nothing of a sender."""
    for settings, hello in ((SMTP, "HELO"), (SMTP, "EHLO"), (LMTP, "LHLO")):
        with RunningListener(kept.intake, settings) as listener, listener.connect() as client:
            client.begin("support@test.example", hello=hello)
            client.send(mail(hello) + b".\r\n")
            assert client.answer() == "250 2.0.0 kept"

    assert [row.greeting for row in kept.rows()] == ["client.example", "client.example", ""]


def test_size_is_offered_and_enforced(kept: Store) -> None:
    """S1.5, S1.2: too large is 552, whether declared or found out, and the envelope is recorded as `rejected`."""
    config = configuration(max_message_octets=1_000)
    with RunningListener(kept.intake, SMTP, config) as listener, listener.connect() as client:
        assert "250-SIZE 1000" in client.ask("EHLO client.example").splitlines()
        assert client.ask("MAIL FROM:<a@acme.example> SIZE=1001").startswith("552 5.3.4")
        client.begin("support@test.example")
        client.send(b"x" * 999 + b"\r\n.\r\n")
        assert client.answer().startswith("552 5.3.4")
        client.begin("support@test.example")
        client.send(b"x" * 998 + b"\r\n.\r\n")
        assert client.answer().startswith("250")

    declared, found, taken = kept.rows()
    assert [row.outcome for row in (declared, found, taken)] == ["rejected", "rejected", None]
    assert (declared.reverse_path, found.recipients, found.raw) == ("a@acme.example", ["support@test.example"], b"")
    assert found.state == "done"
    assert found.reason == "larger than 1000 octets"


def test_a_client_that_never_stops_is_cut(kept: Store) -> None:
    """S1.5: what is over the limit is not stored while it comes, and not read for ever."""
    config = configuration(max_message_octets=1_000)
    with RunningListener(kept.intake, SMTP, config) as listener, listener.connect() as client:
        client.begin("support@test.example")
        with pytest.raises(OSError):  # noqa: PT012  # it may be cut at any send
            for _ in range(1_000):
                client.send(b"x" * 100_000)
            assert client.answer() == "nothing"
    wait_for(lambda: [row.outcome for row in kept.rows()] == ["rejected"], seconds=5, what="the envelope is recorded")


def test_recipients_are_bounded(kept: Store) -> None:
    """S1.5: more recipients than allowed get 452, which tells a client to send the rest by another transaction."""
    with RunningListener(kept.intake, replace(SMTP, max_recipients=2)) as listener, listener.connect() as client:
        answers = client.begin(*(f"support+{n}@test.example" for n in range(4)))

    assert [answer[:9] for answer in answers] == ["250 2.1.5", "250 2.1.5", "452 4.5.3", "452 4.5.3"]


def test_connections_are_bounded(kept: Store) -> None:
    """S1.5: beyond the limit a connection gets 421, and the others go on."""
    with RunningListener(kept.intake, replace(SMTP, max_connections=2)) as listener:
        with listener.connect() as first, listener.connect(), listener.connect() as third:
            assert third.greeting.startswith("421 4.3.2")
            assert third.answer() == ""
            assert first.ask("NOOP").startswith("250")
        wait_for(lambda: _greeting(listener).startswith("220"), seconds=5, what="room after the others have left")


def _greeting(listener: RunningListener) -> str:
    with listener.connect() as client:
        return client.greeting


def test_octets_in_flight_are_bounded_over_all_clients(kept: Store) -> None:
    """S1.5: what all clients together send is bounded; past it 452, and room again once the first are done."""
    with (
        RunningListener(kept.intake, replace(SMTP, max_octets_in_flight=300_000)) as listener,
        listener.connect() as first,
        listener.connect() as second,
    ):
        first.begin("support@test.example")
        first.send(b"x" * 200_000)
        second.begin("support@test.example")
        second.send(b"y" * 200_000 + b"\r\n.\r\n")
        assert second.answer().startswith("452 4.3.1")
        assert second.ask("MAIL FROM:<a@acme.example> SIZE=299000").startswith("452 4.3.1")
        first.send(b"\r\n.\r\n")
        assert first.answer().startswith("250")
        second.begin("support@test.example")
        second.send(b"y" * 200_000 + b"\r\n.\r\n")
        assert second.answer().startswith("250")

    assert [row.size for row in kept.rows()] == [200_002, 200_002]


def test_idle_clients_are_cut(kept: Store) -> None:
    """S1.5: a connection on which nothing comes is closed."""
    with RunningListener(kept.intake, replace(SMTP, idle_seconds=1)) as listener, listener.connect() as client:
        assert client.answer() == ""


def test_web_requests_are_dropped(kept: Store) -> None:
    """A browser that is made to send an HTTP request here gets nothing done with its body."""
    body = b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@test.example>\r\nDATA\r\nSubject: x\r\n\r\n.\r\n"
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: x\r\n\r\n" + body)
        with pytest.raises(OSError):  # noqa: PT012  # the connection is reset, or closed
            if client.answer() == "":
                raise ConnectionResetError
    assert kept.rows() == ()


def test_s1_1_a_client_that_leaves_after_the_dot_loses_nothing(kept: Store) -> None:
    """S1.1: the commit goes on when the client drops the connection right after the dot."""
    with RunningListener(kept.intake) as listener:
        with transaction(kept.engine):  # the writer waits for this one
            client = listener.connect()
            client.begin("support@test.example")
            client.send(mail("one") + b".\r\n")
            client.drop()
            wait_for(lambda: kept.intake.queued_octets > 0, seconds=5, what="the mail is in the intake")
        wait_for(lambda: kept.subjects() == ["one"], seconds=5, what="the mail is stored all the same")


def test_a_client_that_leaves_in_the_middle_leaves_nothing(kept: Store) -> None:
    """Half a message is no message; what it took of the budget is given back."""
    with RunningListener(kept.intake, replace(SMTP, max_octets_in_flight=300_000)) as listener:
        for _ in range(5):
            client = listener.connect()
            client.begin("support@test.example")
            client.send(b"x" * 200_000)
            client.drop()
            wait_for(lambda: _fits(listener, 290_000), seconds=5, what="the octets are given back")
    assert kept.rows() == ()


def _fits(listener: RunningListener, octets: int) -> bool:
    with listener.connect() as client:
        client.ask("EHLO client.example")
        return client.ask(f"MAIL FROM:<a@acme.example> SIZE={octets}").startswith("250")


def test_s1_5_a_full_disk_is_a_temporary_answer(kept: Store) -> None:
    """S1.5: a full disk is 451 with fixed text; once there is room the same mail is taken."""
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        _limit_pages(kept, 1)
        client.begin("support@test.example")
        client.send(b"x" * 500_000 + b"\r\n.\r\n")
        assert client.answer() == "451 4.3.0 Temporary trouble here; please try again later"
        _limit_pages(kept, 1_000_000)
        client.begin("support@test.example")
        client.send(b"x" * 500_000 + b"\r\n.\r\n")
        assert client.answer().startswith("250")

    assert len(kept.rows()) == 1


def _limit_pages(kept: Store, pages: int) -> None:
    """Bound the database file for every connection that is made from here on, as a full disk would."""

    def bound(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(kept.engine, "connect", bound)
    kept.engine.dispose()


def test_s1_5_a_database_in_trouble_is_a_temporary_answer_and_mends_itself(kept: Store) -> None:
    """S1.5: with its table gone the answer is 451 to each recipient, also in LMTP; with it back, mail is taken."""
    with RunningListener(kept.intake, LMTP) as listener, listener.connect() as client:
        with transaction(kept.engine) as connection:
            octets.drop(connection)
            inbox.drop(connection)
        client.begin("support@test.example", "billing@test.example", hello="LHLO")
        client.send(mail("one") + b".\r\n")
        assert [client.answer() for _ in range(2)] == ["451 4.3.0 Temporary trouble here; please try again later"] * 2
        with transaction(kept.engine) as connection:
            inbox.create(connection)
            octets.create(connection)
        client.begin("support@test.example", hello="LHLO")
        client.send(mail("two") + b".\r\n")
        assert client.answer().startswith("250")

    assert kept.subjects() == ["two"]


def test_s1_5_a_database_that_hangs_is_a_temporary_answer(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """S1.5: a client is not left waiting for ever; what is committed later is stored all the same."""
    monkeypatch.setattr(reception, "COMMIT_SECONDS", 0.2)
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        client.begin("support@test.example")
        with transaction(kept.engine):
            client.send(mail("one") + b".\r\n")
            assert client.answer().startswith("451 4.3.0")
            assert client.ask("NOOP").startswith("250")
        wait_for(lambda: kept.subjects() == ["one"], seconds=5, what="the mail is stored all the same")


def test_starttls_with_a_renewed_certificate(kept: Store, tmp_path: Path) -> None:
    """STARTTLS works, offers no AUTH, and a renewed certificate is served without a restart."""
    first = make_certificate(tmp_path)
    settings = replace(SMTP, tls_certificate=first.file, tls_key=first.key)
    with RunningListener(kept.intake, settings) as listener:
        _send_with_tls(listener, first, "one")
        first.file.rename(tmp_path / "old.pem")
        old = replace(first, file=tmp_path / "old.pem")
        second = make_certificate(tmp_path)
        _send_with_tls(listener, second, "two")
        with pytest.raises(ssl.SSLCertVerificationError):
            _send_with_tls(listener, old, "three")

    assert kept.subjects() == ["one", "two"]


def _send_with_tls(listener: RunningListener, trusted: Certificate, subject: str) -> None:
    context = ssl.create_default_context(cafile=str(trusted.file))
    with smtplib.SMTP("localhost", listener.port, timeout=10) as client:
        client.starttls(context=context)
        client.ehlo()
        assert not client.has_extn("auth")
        assert not client.has_extn("starttls")
        client.sendmail("primary@acme.example", ["support@test.example"], mail(subject))


def test_a_failed_handshake_harms_nobody(kept: Store, tmp_path: Path) -> None:
    """What is sent before or instead of the TLS handshake is never taken for a command, and others go on."""
    made = make_certificate(tmp_path)
    with (
        RunningListener(kept.intake, replace(SMTP, tls_certificate=made.file, tls_key=made.key)) as listener,
        listener.connect() as client,
    ):
        client.ask("EHLO client.example")
        client.send(b"STARTTLS\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@test.example>\r\n")
        assert client.answer().startswith("220")
        client.socket.settimeout(5)
        with pytest.raises((OSError, UnicodeDecodeError)):  # noqa: PT012  # an alert, a reset or the end
            client.send(b"DATA\r\n")
            if client.answer() == "":
                raise ConnectionResetError
        _send_with_tls(listener, made, "two")

    assert kept.subjects() == ["two"]


def test_a_handshake_that_never_comes_takes_no_place(kept: Store, tmp_path: Path) -> None:
    """S1.5: a client that asks for TLS and then says nothing is cut when idle, and its place is free again."""
    made = make_certificate(tmp_path)
    settings = replace(SMTP, tls_certificate=made.file, tls_key=made.key, max_connections=1, idle_seconds=1)
    with RunningListener(kept.intake, settings) as listener, listener.connect() as client:
        client.ask("EHLO client.example")
        assert client.ask("STARTTLS").startswith("220")
        wait_for(lambda: _greeting(listener).startswith("220"), seconds=10, what="the place is free again")


def test_a_certificate_that_cannot_be_read_is_said_in_one_line(kept: Store, tmp_path: Path) -> None:
    """A listener whose certificate is missing or broken is not opened without it."""
    (tmp_path / "broken.pem").write_text("no certificate")
    for name in ("broken.pem", "missing.pem"):
        listener = RunningListener(kept.intake, replace(SMTP, tls_certificate=tmp_path / name))
        with pytest.raises(Permanent, match=rf"^certificate .*{name}: "), listener:
            pass


def test_without_a_certificate_starttls_is_not_offered(kept: Store) -> None:
    """STARTTLS is offered only where it can be done."""
    with RunningListener(kept.intake) as listener, listener.connect() as client:
        assert "STARTTLS" not in client.ask("EHLO client.example")
        assert client.ask("STARTTLS").startswith("454")


def test_32_clients_at_once_lose_nothing(kept: Store) -> None:
    """S1.1 under load: every mail that got its 250 is one entry."""

    def send(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", listener.port, timeout=30) as client:
            for turn in range(10):
                client.sendmail("primary@acme.example", ["support@test.example"], mail(f"{number}-{turn}"))

    with RunningListener(kept.intake) as listener, ThreadPoolExecutor(32) as clients:
        list(clients.map(send, range(32)))

    assert sorted(kept.subjects()) == sorted(f"{number}-{turn}" for number in range(32) for turn in range(10))


def test_an_orderly_stop_ends_the_transaction_in_hand(kept: Store) -> None:
    """Idle clients are told 421 at once; one in the middle of a mail gets its 250 first."""
    with RunningListener(kept.intake) as listener, listener.connect() as idle, listener.connect() as busy:
        busy.begin("support@test.example")
        busy.send(mail("one"))
        stopping = threading.Thread(target=listener.close)
        stopping.start()
        assert idle.answer().startswith("421 4.3.2")
        busy.send(b".\r\n")
        assert busy.answer().startswith("250 2.0.0")
        assert busy.answer().startswith("421 4.3.2")
        stopping.join(10)
        with pytest.raises(ConnectionRefusedError):
            listener.connect()

    assert kept.subjects() == ["one"]


def test_a_stop_in_the_middle_of_tls_clients_that_come_and_go(kept: Store, tmp_path: Path) -> None:
    """A stop is orderly whatever state the TLS connections are in."""
    made = make_certificate(tmp_path)
    with RunningListener(kept.intake, replace(SMTP, tls_certificate=made.file, tls_key=made.key)) as listener:

        def come_and_go(number: int) -> None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                for turn in range(50):
                    _send_with_tls(listener, made, f"{number}-{turn}")

        with ThreadPoolExecutor(8) as clients:
            coming = [clients.submit(come_and_go, number) for number in range(8)]
            wait_for(lambda: len(kept.rows()) > 40, seconds=20, what="mail flows")
            listener.close()
            wait(coming, timeout=30)
        assert all(client.exception() is None for client in coming)


def test_a_port_in_use_is_said_in_one_line(kept: Store) -> None:
    """A listener that cannot be opened says which and why."""
    with RunningListener(kept.intake) as first:
        second = RunningListener(kept.intake, replace(SMTP, port=first.port))
        with pytest.raises(Permanent, match=rf"listener 127\.0\.0\.1:{first.port}: .*in use"), second:
            pass
