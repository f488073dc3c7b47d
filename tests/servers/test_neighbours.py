"""The neighbours themselves work: what the other tests in this folder take for granted."""

import smtplib
import ssl
from collections.abc import Iterator

import psycopg
import pytest

from tests.servers.certificate import Certificate
from tests.servers.dovecot import Mailbox
from tests.servers.neighbour import is_listening
from tests.servers.postfix import PostfixServer
from tests.servers.postgresql import PostgresqlServer
from tests.servers.pymap import ImapAccount
from tests.servers.smtp_sink import AfterDot, SmtpSink, Terms
from tests.waiting import wait_for

SENDER = "sender@elsewhere.example"


def mail(subject: str) -> bytes:
    """Return a small mail with this subject."""
    return f"From: {SENDER}\r\nTo: support@test.example\r\nSubject: {subject}\r\n\r\nHello\r\n".encode()


def test_mail_delivered_by_lmtp_is_fetched_by_imap(dovecot: Mailbox) -> None:
    """Dovecot keeps what LMTP brought, in order, and a user sees only their own."""
    dovecot.deliver(mail("one"), mail("two"))

    assert dovecot.subjects() == ("one", "two")
    assert len(list((dovecot.maildir() / "new").iterdir()) + list((dovecot.maildir() / "cur").iterdir())) == 2


def test_plain_reading_works_on_whatever_imap_server_there_is(imap_account: ImapAccount) -> None:
    """On Dovecot or on pymap: an empty mailbox, and then the mails in order."""
    assert imap_account.subjects() == ()

    imap_account.deliver(mail("one"), mail("two"))

    assert imap_account.subjects() == ("one", "two")
    assert imap_account.subjects("Nowhere") == ()


def test_a_second_client_flags_moves_and_expunges(dovecot: Mailbox) -> None:
    """S1.4's other clients: what one connection does, another sees."""
    dovecot.deliver(mail("one"), mail("two"), mail("three"))
    with dovecot.imap() as other:
        other.create("Elsewhere")
        other.uid("store", "1", "+FLAGS", r"(\Seen)")
        other.uid("move", "2", "Elsewhere")
        other.uid("store", "3", "+FLAGS", r"(\Deleted)")
        other.expunge()

    assert dovecot.subjects() == ("one",)
    assert dovecot.subjects("Elsewhere") == ("two",)


def test_a_wrong_password_is_refused(dovecot: Mailbox) -> None:
    """A mailbox can refuse the login."""
    other = Mailbox(dovecot.server, user=dovecot.user, password="wrong")

    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        other.subjects()


def test_mail_outlives_a_restart_and_a_kill(dovecot: Mailbox) -> None:
    """Stopped in order or killed, Dovecot comes back on the same ports with the same mail and UIDVALIDITY."""
    dovecot.deliver(mail("one"))
    before = dovecot.uidvalidity()

    dovecot.restart()
    dovecot.kill()
    assert not is_listening(dovecot.imap_port)
    dovecot.server.start()

    assert dovecot.subjects() == ("one",)
    assert dovecot.uidvalidity() == before


def test_a_killed_server_cuts_its_clients_off(dovecot: Mailbox) -> None:
    """A kill ends the processes of those logged in too."""
    client = dovecot.imap()

    dovecot.kill()

    with pytest.raises((OSError, client.abort)):
        client.noop()
    client.shutdown()


def test_a_frozen_server_does_not_answer_until_it_thaws(dovecot: Mailbox) -> None:
    """A server can hang with its connections open."""
    client = dovecot.imap()
    client.sock.settimeout(0.2)

    dovecot.server.freeze()
    with pytest.raises(TimeoutError):
        client.noop()
    dovecot.server.thaw()
    client.shutdown()

    assert dovecot.subjects() == ()


def test_uidvalidity_changes_and_uids_begin_anew(dovecot: Mailbox) -> None:
    """S1.4: a lost UID list gives another UIDVALIDITY and small UIDs again; the mail stays."""
    dovecot.deliver(mail("one"), mail("two"))
    before = dovecot.uidvalidity()
    with dovecot.imap() as other:
        other.uid("store", "1", "+FLAGS", r"(\Deleted)")
        other.expunge()

    dovecot.reset_uidvalidity()

    assert dovecot.uidvalidity() != before
    with dovecot.imap() as other:
        assert other.uid("search", "ALL")[1] == [b"1"]
    assert dovecot.subjects() == ("two",)


def test_postfix_relays_to_the_sink_and_queues_what_lmtp_defers(postfix: PostfixServer, smtp_sink: SmtpSink) -> None:
    """Mail for elsewhere reaches the sink; mail for test.example stays queued while no LMTP server listens."""
    postfix.route(lmtp_port=1, relay_port=smtp_sink.port)

    postfix.send(mail("out"), sender="support@test.example", to=("primary@acme.example",))
    postfix.send(mail("in"), sender=SENDER, to=("support+x@test.example",))

    (taken,) = smtp_sink.wait_for(1, seconds=10)
    assert (taken.reverse_path, taken.recipients) == ("support@test.example", ("primary@acme.example",))
    assert b"\r\nSubject: out\r\n" in taken.octets
    (queued,) = wait_for(
        lambda: [entry for entry in postfix.queue() if entry["queue_name"] == "deferred"],
        seconds=10,
        what="the mail without an LMTP server is deferred",
    )
    assert queued["sender"] == SENDER


def test_postfix_delivers_by_lmtp(postfix: PostfixServer, dovecot: Mailbox) -> None:
    """Mail for test.example reaches the LMTP server, after a time in the queue too."""
    postfix.route(lmtp_port=dovecot.lmtp_port, relay_port=1)
    dovecot.server.stop()
    postfix.send(mail("in"), sender=SENDER, to=(dovecot.user,))
    wait_for(postfix.queue, seconds=10, what="the mail is queued")

    dovecot.server.start()
    postfix.flush()

    wait_for(lambda: dovecot.subjects() == ("in",), seconds=15, what="the queued mail is delivered")
    wait_for(lambda: not postfix.queue(), seconds=10, what="the queue is empty")


def test_each_database_is_new_and_survives_a_restart(postgresql: PostgresqlServer) -> None:
    """Two tests never share tables; data outlives a restart and an immediate stop."""
    one, two = (url.replace("+psycopg", "") for url in (postgresql.url(), postgresql.url()))
    with psycopg.connect(one) as connection:
        connection.execute("create table thing (n int)")
        connection.execute("insert into thing values (7)")

    postgresql.restart()
    postgresql.kill()
    assert not is_listening(postgresql.port)
    postgresql.start()

    with psycopg.connect(one) as connection:
        assert connection.execute("select n from thing").fetchall() == [(7,)]
    with psycopg.connect(two) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("select n from thing")


def test_a_database_is_given_on_each_kind(database_url: str) -> None:
    """The conformance suite runs once a kind of database."""
    assert database_url.startswith(("sqlite:///", "postgresql+psycopg://"))


def send(sink: SmtpSink, *recipients: str) -> dict[str, tuple[int, bytes]]:
    """Submit one mail and return the recipients refused."""
    with smtplib.SMTP(sink.host, sink.port, local_hostname="client.test.example", timeout=5) as client:
        return client.sendmail("support@test.example", list(recipients), mail("x"))


def test_the_sink_remembers_envelope_and_octets(smtp_sink: SmtpSink) -> None:
    """What was submitted is there to the octet; a refused recipient is not in the envelope."""
    smtp_sink.refuse("gone@acme.example", "550 5.1.1 no such user")

    refused = send(smtp_sink, "gone@acme.example", "primary@acme.example")

    assert refused == {"gone@acme.example": (550, b"5.1.1 no such user")}
    (taken,) = smtp_sink.mails_to("primary@acme.example")
    assert (taken.recipients, taken.octets) == (("primary@acme.example",), mail("x"))


def test_the_sink_defers_refuses_and_drops_as_scripted(smtp_sink: SmtpSink) -> None:
    """S3.6's troubles can be played, one a mail, and then it takes mail again."""
    smtp_sink.script(AfterDot.DEFER, AfterDot.REFUSE, AfterDot.DROP)

    with pytest.raises(smtplib.SMTPDataError, match="451"):
        send(smtp_sink, "primary@acme.example")
    with pytest.raises(smtplib.SMTPDataError, match="554"):
        send(smtp_sink, "primary@acme.example")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink, "primary@acme.example")
    assert send(smtp_sink, "primary@acme.example") == {}

    assert len(smtp_sink.turned_away) == 2
    assert len(smtp_sink.mails) == 2


def test_the_sink_stalls_and_comes_back_on_its_port(smtp_sink: SmtpSink) -> None:
    """A stalled client is cut off when the sink stops; started again it has the same port."""
    smtp_sink.script(AfterDot.STALL)
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port, local_hostname="client.test.example", timeout=0.3) as client:
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            client.sendmail("support@test.example", ["primary@acme.example"], mail("x"))
        client.close()
    port = smtp_sink.port

    smtp_sink.stop()
    assert not is_listening(port)
    smtp_sink.start()

    assert smtp_sink.port == port
    assert send(smtp_sink, "primary@acme.example") == {}


@pytest.fixture
def guarded_sink(certificate: Certificate) -> Iterator[SmtpSink]:
    """A sink that wants STARTTLS and a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key)
    with SmtpSink(Terms(tls=context, logins=(("desk", "secret"),))) as sink:
        yield sink


def test_the_sink_asks_for_tls_and_a_login(guarded_sink: SmtpSink, certificate: Certificate) -> None:
    """Without STARTTLS nothing is taken; with it and the login the mail says so."""
    with pytest.raises(smtplib.SMTPException):
        send(guarded_sink, "primary@acme.example")
    context = ssl.create_default_context(cafile=str(certificate.file))
    with smtplib.SMTP(guarded_sink.host, guarded_sink.port, local_hostname="client.test.example") as client:
        client.starttls(context=context)
        client.login("desk", "secret")
        client.sendmail("support@test.example", ["primary@acme.example"], mail("x"))

    (taken,) = guarded_sink.mails
    assert (taken.tls, taken.login) == (True, "desk")
