"""The alarm itself: real mails by a second server, whatever else is away (S1.6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from daemon.health import Health
from daemon.model.setup import AlarmSettings, Config, DeliverySettings, Security
from daemon.supervisor.alarm import OWN_PART, Alarm
from tests.config.folders import EXAMPLE, loaded
from tests.servers.smtp_sink import AfterDot, SmtpSink, Taken

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Watched:
    """A table of health, an alarm that looks at it, and a clock that is a variable."""

    def __init__(self, sink: SmtpSink, **changed: object) -> None:
        self.now = START
        server = DeliverySettings(host=sink.host, port=sink.port, security=Security.PLAIN, timeout_seconds=5)
        alarm = replace(AlarmSettings(("ops@b.example", "boss@b.example"), server), **changed)  # type: ignore[arg-type]
        config = loaded(EXAMPLE)
        self.config: Config = replace(config, settings=replace(config.settings, alarm=alarm))
        self.health = Health(lambda: self.now)
        self._alarm = Alarm(lambda: self.config, self.health, lambda: self.now)

    def passes(self, **time: float) -> None:
        """Let time pass, and look once at its end."""
        self.now += timedelta(**time)
        self._alarm.look()

    @property
    def own_trouble(self) -> str:
        """Return what health says of the alarm's own server."""
        return next((part.trouble for part in self.health.parts() if part.part == OWN_PART), "")


@pytest.fixture
def watched(smtp_sink: SmtpSink) -> Watched:
    """An alarm to two people by the sink."""
    return Watched(smtp_sink)


def read(mail: Taken) -> EmailMessage:
    """Return a mail that the sink took."""
    return message_from_bytes(mail.octets, policy=default)


def text_of(mail: Taken) -> str:
    """Return its words."""
    body = read(mail).get_body(("plain",))
    assert body
    return str(body.get_content())


def test_s1_6_each_of_its_people_gets_one_mail_of_all_troubles(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S1.6, S3.6: what is wrong, since when and what to mend; marked as automatic; one recipient a mail."""
    watched.health.report("database", "away: start it, or mend the way to it")
    watched.health.report("mailbox support", "login refused: check user and password")
    watched.passes(seconds=59)
    assert smtp_sink.mails_to("ops@b.example") == ()
    watched.passes(seconds=2)
    watched.passes(seconds=5)

    assert [mail.recipients for mail in smtp_sink.mails] == [("ops@b.example",), ("boss@b.example",)]
    mail = read(smtp_sink.mails[0])
    assert "cannot do its job: database, mailbox support" in mail["Subject"]
    assert (mail["To"], mail["Auto-Submitted"]) == ("ops@b.example", "auto-generated")
    for words in ("start it, or mend the way to it", "check user and password", "Monday 23 November 2026, 03:00 MST"):
        assert words in text_of(smtp_sink.mails[0])


def test_s1_6_it_is_told_again_and_once_when_it_is_mended(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S1.6: growing pauses until mended; the mails of one episode stand in one thread."""
    watched.health.report("disk", "3 MiB left")
    for minutes in (1, 14, 1, 59, 1):
        watched.passes(minutes=minutes)
    assert len(smtp_sink.mails_to("ops@b.example")) == 3
    watched.health.report("disk", "")
    watched.passes(minutes=1)
    watched.passes(minutes=1)
    watched.passes(hours=30)

    mails = [read(mail) for mail in smtp_sink.mails_to("ops@b.example")]
    assert len(mails) == 4
    assert "does its job again" in mails[-1]["Subject"]
    assert mails[-1]["References"].split() == [mail["Message-ID"] for mail in mails[:-1]]


def test_s1_6_nothing_is_told_where_nobody_is_named(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S1.6: without `alarm` there is the log, the health page and the exit code."""
    watched.config = replace(watched.config, settings=replace(watched.config.settings, alarm=None))
    watched.health.report("disk", "3 MiB left")
    watched.passes(hours=1)

    assert smtp_sink.mails == ()


def test_s1_6_a_second_server_that_is_away_too_is_tried_again(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S1.6: the health page shows it; the alarm goes out as soon as that server is back."""
    smtp_sink.stop()
    watched.health.report("disk", "3 MiB left")
    watched.passes(minutes=1)
    assert "refused" in watched.own_trouble.lower()
    watched.passes(seconds=30)
    smtp_sink.start()
    watched.passes(seconds=30)

    assert len(smtp_sink.mails) == 2
    assert watched.own_trouble == ""
    assert "alarm server" not in text_of(smtp_sink.mails[0])


def test_s1_6_one_refused_address_keeps_it_from_nobody_else(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S3.6: a wrong address among them is logged, the others are told, once."""
    smtp_sink.refuse("ops@b.example", "550 5.1.1 no such user")
    watched.health.report("disk", "3 MiB left")
    watched.passes(minutes=1)
    watched.passes(minutes=5)

    assert [mail.recipients for mail in smtp_sink.mails] == [("boss@b.example",)]


def test_s1_6_a_deferred_alarm_is_sent_later(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S1.6: a second server that puts off both mails is asked again after a minute."""
    smtp_sink.script(AfterDot.DEFER, AfterDot.DEFER)
    watched.health.report("disk", "3 MiB left")
    watched.passes(minutes=1)
    assert "451" in watched.own_trouble
    watched.passes(minutes=1)

    assert len(smtp_sink.mails) == 2


@pytest.mark.parametrize(("language", "words"), [("en", "cannot do its job"), ("fr", "ne peut pas faire son travail")])
def test_s1_6_sender_and_language_are_the_sites_choice(smtp_sink: SmtpSink, language: str, words: str) -> None:
    """S1.6: a second server may take no other sender than its own; the mail is in the language that is configured."""
    watched = Watched(smtp_sink, sender="supportd@b.example", language=language)
    watched.health.report("disk", "3 MiB left")
    watched.passes(minutes=1)

    mail = read(smtp_sink.mails[0])
    assert words in mail["Subject"]
    assert "supportd@b.example" in mail["From"]
    assert smtp_sink.mails[0].reverse_path == "supportd@b.example"


def test_s1_6_what_servers_say_is_data(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S3.5, S4.5: words of other servers within a trouble add no field, no recipient and no markup."""
    watched.health.report("mailbox x\r\nBcc: all@b.example", "<script>\r\n\r\nBcc: all@b.example")
    watched.passes(minutes=1)

    mail = read(smtp_sink.mails[0])
    html = mail.get_body(("html",))
    assert html
    assert (mail["Bcc"], smtp_sink.mails[0].recipients) == (None, ("ops@b.example",))
    assert "<script>" not in html.get_content()


def test_every_trouble_is_told_not_only_the_first(watched: Watched, smtp_sink: SmtpSink) -> None:
    """S1.6: whatever reports to the table of health is in the mail: nothing has to be named twice."""
    report: Callable[[str, str], None] = watched.health.report
    parts = ("answers", "configuration", "database", "delivery server", "disk", "mailbox a", "outbox", "queue")
    for part in parts:
        report(part, f"trouble of {part}")
    watched.passes(minutes=1)

    assert [part for part in parts if f"trouble of {part}" not in text_of(smtp_sink.mails[0])] == []
