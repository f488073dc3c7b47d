"""A real Postfix relays our mail: by STARTTLS, every kind as it was composed; what it refuses (S3.5, S3.6)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.clock import fixed_clock
from daemon.model.notice_kinds import NoticeKind
from daemon.model.setup import DeliverySettings, Security
from daemon.outbound.building import build
from daemon.outbound.outcomes import Parcel, Refused, Sent
from daemon.outbound.samples import PROVIDER, sample
from daemon.outbound.submission import Submission
from daemon.outbound.templates import Templates
from tests.servers.postfix import PostfixServer
from tests.servers.smtp_sink import SmtpSink

NOW = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


@pytest.fixture
def submission(postfix: PostfixServer, smtp_sink: SmtpSink) -> Iterator[Submission]:
    """A way out by Postfix, whose certificate is checked."""
    postfix.route(lmtp_port=1, relay_port=smtp_sink.port)
    settings = DeliverySettings(
        host="localhost",
        port=postfix.smtp_port,
        security=Security.STARTTLS,
        ca_file=postfix.certificate.file,
        timeout_seconds=10,
    )
    submission = Submission(settings, clock=fixed_clock(NOW))
    yield submission
    submission.close()


def parcel_of(octets: bytes, recipient: str = "primary@acme.example") -> Parcel:
    return Parcel(1, "<one@desk.example>", NOW, "support+b.one@desk.example", recipient, octets)


def test_every_kind_arrives_as_it_was_composed(submission: Submission, smtp_sink: SmtpSink) -> None:
    """S3.5: below Postfix's own trace field not an octet is changed: nothing in our mails needs mending."""
    templates = Templates(None)
    composed = {build(sample(kind, "fr"), templates, PROVIDER, files=()) for kind in NoticeKind}
    outcomes = [submission.hand_over(parcel_of(octets)) for octets in composed]

    assert {type(outcome) for outcome in outcomes} == {Sent}
    arrived = smtp_sink.wait_for(len(composed), seconds=20)
    assert {mail.octets[mail.octets.index(b"\r\nFrom: ") + 2 :] for mail in arrived} == composed
    assert {mail.reverse_path for mail in arrived} == {"support+b.one@desk.example"}


def test_what_is_too_large_is_refused_for_good(submission: Submission) -> None:
    """S3.6: Postfix says so at MAIL, before an octet is sent: the mail's own fault, not our set-up's."""
    outcome = submission.hand_over(parcel_of(b"Subject: x\r\n\r\n" + b"x" * 70 * 1000 * 1000))

    assert isinstance(outcome, Refused)
    assert outcome.code == 552


def test_a_recipient_that_postfix_will_not_take(submission: Submission, smtp_sink: SmtpSink) -> None:
    """S3.6: one refused recipient; the connection carries the next mail."""
    refused = submission.hand_over(parcel_of(b"Subject: x\r\n\r\nx\r\n", "a@[nonsense]"))
    taken = submission.hand_over(parcel_of(b"Subject: x\r\n\r\nx\r\n"))

    assert (type(refused), type(taken)) == (Refused, Sent)
    assert len(smtp_sink.wait_for(1, seconds=20)) == 1
