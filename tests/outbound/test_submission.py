"""Handing mails to a real SMTP server: outcomes are values, one recipient a mail, connections are used again (S3.6)."""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.model.setup import DeliverySettings, Security
from daemon.outbound.outcomes import Deferred, Refused, Sent, Unknown, Unreachable
from daemon.outbound.submission import IDLE, MAILS_A_CONNECTION, Submission
from tests.outbound.mails import NOW, parcel_of
from tests.servers.certificate import Certificate
from tests.servers.smtp_sink import AfterDot, SmtpSink, Terms


class Clock:
    """A clock that is a variable."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def settings_for(sink: SmtpSink) -> DeliverySettings:
    return DeliverySettings(host=sink.host, port=sink.port, security=Security.PLAIN, timeout_seconds=5)


@pytest.fixture
def submission(smtp_sink: SmtpSink, clock: Clock) -> Iterator[Submission]:
    submission = Submission(settings_for(smtp_sink), clock=clock)
    yield submission
    submission.close()


def test_a_mail_arrives_as_it_was_composed(smtp_sink: SmtpSink, submission: Submission) -> None:
    """S3.6: these octets, this reverse-path, this one recipient; lines that begin with a dot stay."""
    parcel = parcel_of()

    assert isinstance(submission.hand_over(parcel), Sent)
    (taken,) = smtp_sink.mails
    assert (taken.reverse_path, taken.recipients, taken.octets) == (
        parcel.reverse_path,
        (parcel.recipient,),
        parcel.octets,
    )


def test_a_null_reverse_path_is_sent_as_one(smtp_sink: SmtpSink, submission: Submission) -> None:
    """S3.2: the fixed answers go out under `<>`, so that nothing answers them."""
    submission.hand_over(parcel_of(reverse_path=""))

    assert smtp_sink.mails[0].reverse_path in ("", "<>", None)


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("450 4.2.1 mailbox busy", Deferred),
        ("452 4.2.2 mailbox full", Deferred),
        ("421 4.7.0 come back later", Deferred),
        ("550 5.1.1 no such user", Refused),
        ("553 5.1.3 bad address", Refused),
        ("530 5.7.0 authentication required", Unreachable),
    ],
)
def test_what_the_server_says_of_a_recipient(
    smtp_sink: SmtpSink, submission: Submission, answer: str, wanted: type
) -> None:
    """S3.6: `4yz` is put off, `5yz` is for good; an answer about our login is neither."""
    smtp_sink.refuse("gone@acme.example", answer)
    outcome = submission.hand_over(parcel_of("gone@acme.example"))

    assert type(outcome) is wanted
    assert answer.partition(" ")[2] in str(outcome)
    assert smtp_sink.mails == ()


def test_one_bad_address_stops_nobody_else(smtp_sink: SmtpSink, submission: Submission) -> None:
    """S3.6: after a refusal the same connection carries the next mail."""
    smtp_sink.refuse("gone@acme.example", "550 5.1.1 no such user")
    outcomes = [submission.hand_over(parcel_of(to)) for to in ("gone@acme.example", "a@acme.example", "b@acme.example")]

    assert [type(outcome) for outcome in outcomes] == [Refused, Sent, Sent]
    assert {mail.session for mail in smtp_sink.mails} == {1}


@pytest.mark.parametrize(
    ("after", "wanted"), [(AfterDot.DEFER, Deferred), (AfterDot.REFUSE, Refused), (AfterDot.DROP, Unknown)]
)
def test_what_the_server_says_of_the_mail(
    smtp_sink: SmtpSink, submission: Submission, after: AfterDot, wanted: type
) -> None:
    """S3.6: the answer to the final dot decides; without one the outcome is unknown, never taken for either."""
    smtp_sink.script(after)

    assert type(submission.hand_over(parcel_of())) is wanted
    assert type(submission.hand_over(parcel_of())) is Sent, "the next mail goes"


def test_a_server_that_stalls_after_the_dot_is_left(smtp_sink: SmtpSink, clock: Clock) -> None:
    """S3.6: no answer within the time limit is no answer."""
    smtp_sink.script(AfterDot.STALL)
    submission = Submission(replace(settings_for(smtp_sink), timeout_seconds=1), clock=clock)

    assert type(submission.hand_over(parcel_of())) is Unknown
    submission.close()


def test_a_connection_is_used_again(smtp_sink: SmtpSink, submission: Submission) -> None:
    """Kept-open connections: one greeting for many mails, up to a limit."""
    for _ in range(MAILS_A_CONNECTION + 1):
        submission.hand_over(parcel_of())

    assert [mail.session for mail in smtp_sink.mails] == [1] * MAILS_A_CONNECTION + [2]


def test_an_idle_connection_is_not_used_again(smtp_sink: SmtpSink, submission: Submission, clock: Clock) -> None:
    """Servers hang up on idle clients: we part first."""
    submission.hand_over(parcel_of())
    clock.now += IDLE + timedelta(seconds=1)
    submission.hand_over(parcel_of())

    assert [mail.session for mail in smtp_sink.mails] == [1, 2]


def test_a_server_that_was_restarted_costs_no_mail_an_attempt(smtp_sink: SmtpSink, submission: Submission) -> None:
    """The connection is tried before it is used: the mail goes by a new one."""
    submission.hand_over(parcel_of())
    smtp_sink.stop()
    smtp_sink.start()

    assert type(submission.hand_over(parcel_of())) is Sent


def test_threads_share_the_connections(smtp_sink: SmtpSink, submission: Submission) -> None:
    """Several at once: nothing is mixed up, every mail arrives once."""
    recipients = [f"user{number}@acme.example" for number in range(40)]
    threads = [threading.Thread(target=submission.hand_over, args=(parcel_of(to),)) for to in recipients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(mail.recipients for mail in smtp_sink.mails) == sorted((to,) for to in recipients)


def test_a_server_that_is_away_is_no_fault_of_the_mail(clock: Clock) -> None:
    """S1.6: refused connection, and a name that does not resolve."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings = DeliverySettings(host="127.0.0.1", port=port, security=Security.PLAIN, timeout_seconds=2)
    outcome = Submission(settings, clock=clock).hand_over(parcel_of())

    assert type(outcome) is Unreachable
    assert f"127.0.0.1:{port}" in outcome.reason


class TestCommandsTogether:
    """RFC 2920: what goes out before a mail goes out at once, where the server offers PIPELINING."""

    @pytest.fixture
    def sink(self) -> Iterator[SmtpSink]:
        with SmtpSink(Terms(takes_together=True)) as sink:
            yield sink

    @pytest.fixture
    def together(self, sink: SmtpSink, clock: Clock) -> Iterator[Submission]:
        submission = Submission(settings_for(sink), clock=clock)
        yield submission
        submission.close()

    def test_a_mail_arrives_as_it_was_composed(self, sink: SmtpSink, together: Submission) -> None:
        """S3.6: no octet more or less than one by one."""
        parcel = parcel_of(octets=b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n")

        assert isinstance(together.hand_over(parcel), Sent)
        assert [(mail.recipients, mail.octets) for mail in sink.mails] == [((parcel.recipient,), parcel.octets)]

    @pytest.mark.parametrize(
        ("answer", "wanted"),
        [
            ("450 4.2.1 mailbox busy", Deferred),
            ("421 4.7.0 come back later", Deferred),
            ("550 5.1.1 no such user", Refused),
            ("530 5.7.0 authentication required", Unreachable),
        ],
    )
    def test_a_refusal_stops_nobody_else(self, sink: SmtpSink, together: Submission, answer: str, wanted: type) -> None:
        """S3.6: the first refusal counts, what followed it in the same breath is read, and the next mail goes."""
        together.hand_over(parcel_of("a@acme.example"))
        sink.refuse("gone@acme.example", answer)
        outcomes = [together.hand_over(parcel_of(to)) for to in ("gone@acme.example", "b@acme.example")]

        assert [type(outcome) for outcome in outcomes] == [wanted, Sent]
        assert answer.partition(" ")[2] in str(outcomes[0])
        assert [mail.recipients for mail in sink.mails] == [("a@acme.example",), ("b@acme.example",)]

    def test_s3_5_an_address_adds_no_command(self, sink: SmtpSink, together: Submission) -> None:
        """S3.5: a line end in an address reaches no server, even if a row should hold one."""
        outcome = together.hand_over(parcel_of("a@acme.example>\r\nRCPT TO:<spy@evil.example"))

        assert type(outcome) is Deferred
        assert sink.mails == ()

    def test_a_server_that_goes_on_without_a_recipient_gets_no_mail(self, clock: Clock) -> None:
        """S3.6: `354` after a refusal is no invitation: the connection is left before anything could be taken."""
        heard: list[bytes] = []
        with socket.create_server(("127.0.0.1", 0)) as listening:
            thread = threading.Thread(target=_go_on_whatever_was_refused, args=(listening, heard))
            thread.start()
            port = listening.getsockname()[1]
            settings = DeliverySettings(host="127.0.0.1", port=port, security=Security.PLAIN, timeout_seconds=5)
            outcome = Submission(settings, clock=clock).hand_over(parcel_of())
            thread.join(10)

        assert type(outcome) is Refused
        assert heard == [b"EHLO", b"MAIL", b"RCPT", b"DATA"]


def _go_on_whatever_was_refused(listening: socket.socket, heard: list[bytes]) -> None:
    """Speak as a server that offers PIPELINING, refuses every recipient and waits for the mail all the same."""
    answers = {
        b"EHLO": b"250-odd.example\r\n250 PIPELINING\r\n",
        b"MAIL": b"250 ok\r\n",
        b"RCPT": b"550 no\r\n",
        b"DATA": b"354 go on\r\n",
    }
    connection, _ = listening.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 odd.example\r\n")
        for line in lines:
            heard.append(line[:4].upper())
            connection.sendall(answers.get(heard[-1], b"500 what\r\n"))


@pytest.mark.parametrize("together", [False, True])
def test_a_server_that_has_enough_of_a_connection_costs_no_mail_an_attempt(clock: Clock, *, together: bool) -> None:
    """S1.6, S3.6: `421` on a connection that was used before is its end, and no word on the mail or the server."""
    with SmtpSink(Terms(mails_a_session=2, takes_together=together)) as sink:
        submission = Submission(settings_for(sink), clock=clock)
        outcomes = [submission.hand_over(parcel_of()) for _ in range(5)]
        submission.close()

    assert [type(outcome) for outcome in outcomes] == [Sent] * 5
    assert [mail.session for mail in sink.mails] == [1, 1, 2, 2, 3]


class TestTls:
    """STARTTLS is required where it is configured; certificates are checked."""

    @pytest.fixture
    def sink(self, certificate: Certificate) -> Iterator[SmtpSink]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.file, certificate.key)
        with SmtpSink(Terms(tls=context, logins=(("desk", "geheim"),))) as sink:
            yield sink

    def settings(self, sink: SmtpSink, ca_file: Path | None, password: str = "geheim") -> DeliverySettings:
        return DeliverySettings(
            host="localhost",
            port=sink.port,
            security=Security.STARTTLS,
            user="desk",
            password=password,
            ca_file=ca_file,
            timeout_seconds=5,
        )

    def test_a_mail_goes_protected_and_logged_in(self, sink: SmtpSink, certificate: Certificate, clock: Clock) -> None:
        """STARTTLS with the configured CA, then the login, then the mail."""
        submission = Submission(self.settings(sink, certificate.file), clock=clock)

        assert type(submission.hand_over(parcel_of())) is Sent
        assert type(submission.probe()) is Sent
        submission.close()
        assert (sink.mails[0].tls, sink.mails[0].login) == (True, "desk")

    def test_an_unknown_certificate_is_refused(self, sink: SmtpSink, clock: Clock) -> None:
        """Without the CA no mail and no password leave."""
        outcome = Submission(self.settings(sink, None), clock=clock).hand_over(parcel_of())

        assert type(outcome) is Unreachable
        assert "certificate" in outcome.reason.lower()
        assert sink.mails == ()

    def test_verification_can_be_switched_off(self, sink: SmtpSink, clock: Clock) -> None:
        """`verify: false` is the admin's word (`check` warns of it)."""
        submission = Submission(replace(self.settings(sink, None), verify=False), clock=clock)

        assert type(submission.hand_over(parcel_of())) is Sent
        submission.close()

    def test_a_refused_login_counts_against_no_mail(
        self, sink: SmtpSink, certificate: Certificate, clock: Clock
    ) -> None:
        """S1.6: wrong credentials are reported, and the password stands in no report."""
        wrong = Submission(self.settings(sink, certificate.file, password="wr0ng-pass"), clock=clock)
        outcome = wrong.probe()

        assert type(outcome) is Unreachable
        assert "535" in outcome.reason
        assert "wr0ng-pass" not in outcome.reason

    def test_starttls_is_never_merely_tried(self, smtp_sink: SmtpSink, clock: Clock) -> None:
        """A server (or somebody between) that offers no STARTTLS gets nothing in the clear."""
        settings = replace(settings_for(smtp_sink), security=Security.STARTTLS)
        outcome = Submission(settings, clock=clock).hand_over(parcel_of())

        assert type(outcome) is Unreachable
        assert smtp_sink.mails == ()
