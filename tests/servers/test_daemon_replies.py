"""An agent's reply in the running daemon: it leaves soon after its waiting time, and outlives a restart (S3.7)."""

import email
import email.policy
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.running_daemon import RunningDaemon, Site, a_request, make_site, running

REPLY = "The line card is replaced."


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The example company, with ports of its own."""
    return make_site(tmp_path / "site")


def waiting_time(site: Site, seconds: int) -> None:
    """Have agents' replies wait so long."""
    site.edit(("reply_delay: 0 ", f"reply_delay: {seconds} "))


def notification(daemon: RunningDaemon, site: Site) -> EmailMessage:
    """Return the mail that the technician gets on a new case."""
    daemon.send(a_request("Phones are down"))

    def found() -> list[EmailMessage]:
        mails = (email.message_from_bytes(octets, policy=email.policy.default) for octets in site.outgoing)
        return [mail for mail in mails if "agent" in str(mail["To"])]

    daemon.wait_until(found, what="the technician's notification")
    return found()[0]


def reply_to(mail: EmailMessage, text: str, number: int = 1) -> bytes:
    """Return what an agent's mail client makes of a reply."""
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = mail["To"], mail["Reply-To"], f"Re: {mail['Subject']}"
    reply["Message-ID"], reply["In-Reply-To"] = f"<{number}@desk.example>", mail["Message-ID"]
    reply.set_content(text)
    return reply.as_bytes(policy=email.policy.SMTP.clone(max_line_length=998))


def has_left(site: Site) -> bool:
    """Tell whether the customer has the reply; the agent's transcript has its words too."""
    mails = (email.message_from_bytes(octets, policy=email.policy.default) for octets in site.outgoing)
    return any(str(mail["To"]) == "primary@acme.example" and REPLY.encode() in mail.as_bytes() for mail in mails)


def waiting(site: Site) -> int:
    """Return how many replies wait."""
    return len(site.rows("select id from inbox where state = 'waiting'"))


def test_s3_7_a_reply_leaves_soon_after_its_waiting_time(site: Site) -> None:
    """S3.7: a second of waiting, and a reader takes it up by itself: no other mail has to wake one."""
    waiting_time(site, 1)
    with running(site) as daemon:
        mail = notification(daemon, site)
        began = time.monotonic()
        daemon.send(reply_to(mail, REPLY))
        daemon.wait_until(lambda: has_left(site), what="the reply has left")

        assert 1 <= time.monotonic() - began < 8  # about 2 s here; the limit is for a busy machine
        assert site.outcomes() == ["case_opened", "agent_update"]


def test_s3_7_a_waiting_reply_outlives_a_restart(site: Site) -> None:
    """S3.7, S1.1: SIGTERM and a new daemon lose nothing, and send it once."""
    waiting_time(site, 6)
    with running(site) as daemon:
        mail = notification(daemon, site)
        daemon.send(reply_to(mail, REPLY))
        daemon.wait_until(lambda: waiting(site), what="the reply waits")
        assert daemon.terminate() == 0
    assert not has_left(site)

    with running(site) as daemon:
        daemon.wait_until(lambda: has_left(site), what="the reply has left")
        daemon.wait_until(lambda: site.outcomes() == ["case_opened", "agent_update"], what="it is decided")

    assert sum(REPLY.encode() in mail for mail in site.outgoing) == 1


def test_s3_7_a_stop_in_the_waiting_time_cancels_it(site: Site) -> None:
    """S3.7: nothing of it ever leaves, also after its time."""
    waiting_time(site, 3)
    with running(site) as daemon:
        mail = notification(daemon, site)
        daemon.send(reply_to(mail, REPLY))
        daemon.send(reply_to(mail, "#stop", 2))
        daemon.wait_until(lambda: not waiting(site) and None not in site.outcomes(), what="it is stopped")

        assert site.outcomes() == ["case_opened", "command_failed", "agent_update"]
    assert not has_left(site)
