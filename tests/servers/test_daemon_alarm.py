"""The whole daemon cries for help: its outgoing mail server is away, a second one carries the alarm (S1.6)."""

from pathlib import Path

import pytest

from tests.servers.neighbour import HOST, free_port
from tests.servers.running_daemon import a_request, make_site, running
from tests.servers.smtp_sink import SmtpSink

PATIENCE = 120.0
"""The grace is a minute; the rest is for a busy machine."""


@pytest.mark.slow
def test_s1_6_a_delivery_server_that_is_away_is_told_by_another(tmp_path: Path, smtp_sink: SmtpSink) -> None:
    """S1.6: log, health page and a mail by another way say that outgoing mail cannot leave; nothing of it is lost."""
    site = make_site(tmp_path / "site")
    away = free_port()
    alarm = (
        f"alarm: {{to: [ops@elsewhere.example], smtp: {{host: localhost, port: {smtp_sink.port}, security: plain}}}}"
    )
    site.edit(
        ("  maildir: ../var/outgoing", f"  smtp: {{host: {HOST}, port: {away}, security: plain}}"),
        ("\nhealth: ", f"\n{alarm}\nhealth: "),
    )
    with running(site) as daemon:
        daemon.send(a_request("Phones are down"))
        daemon.wait_until(lambda: daemon.health()[0] == 503, what="the health page says so")
        (mail,) = smtp_sink.wait_for(1, seconds=PATIENCE)

        assert mail.recipients == ("ops@elsewhere.example",)
        assert b"delivery server" in mail.octets
        assert b"Phones are down" not in mail.octets
        assert daemon.wait_for_event("alarm.sent")[0]["parts"] == ["delivery server"]
        assert site.outcomes() == ["case_opened"]
