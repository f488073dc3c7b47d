"""`doctor` tries for real: what works is said to work, what fails comes with what to mend."""

import socket
from dataclasses import replace
from typing import Any

import pytest

from daemon.cli.examination import Finding, examine
from daemon.cli.proofs import proofs_of
from daemon.model.plan import Unauthenticated
from daemon.model.setup import (
    AlarmSettings,
    AuthenticationSettings,
    Config,
    DeliverySettings,
    ImapSettings,
    ListenerSettings,
    Security,
)
from tests.cli.conftest import Shell
from tests.servers.pymap import ImapAccount
from tests.servers.smtp_sink import SmtpSink

CLOSED = 9  # discard: nothing listens there
NOTHING_LISTENS = "nothing listens there: check host and port, and start the server"


def with_settings(shell: Shell, **values: Any) -> Config:
    """Return the example's configuration with other settings."""
    config = shell.config()
    return replace(config, settings=replace(config.settings, listeners=(), **values))


def finding(config: Config, part: str) -> Finding:
    """Examine, and return what was found of one part."""
    return next(found for found in examine(config) if found.part.startswith(part))


def mailbox(host: str, port: int, user: str, password: str) -> ImapSettings:
    """Return the settings of a mailbox on a server without TLS."""
    return ImapSettings("support", host, port, Security.PLAIN, user, password)


def test_a_mailbox_that_works(shell: Shell, imap_account: ImapAccount) -> None:
    """A mailbox is logged into and counted; nothing in it is touched."""
    imap_account.deliver(b"Subject: one\r\n\r\nx\r\n")
    account = mailbox(imap_account.host, imap_account.imap_port, imap_account.user, imap_account.password)

    found = finding(with_settings(shell, imap=(account,)), "mailbox support")

    assert (found.ok, found.mend) == (True, "")
    assert "1 messages in INBOX" in found.detail
    assert imap_account.subjects() == ("one",)


def test_a_refused_login_says_so(shell: Shell, imap_account: ImapAccount) -> None:
    """Credentials that are refused are told apart from a server that is away."""
    account = mailbox(imap_account.host, imap_account.imap_port, imap_account.user, "wrong-password")

    found = finding(with_settings(shell, imap=(account,)), "mailbox support")

    assert not found.ok
    assert found.mend == "check user and password, and that the account may log in"
    assert "wrong-password" not in f"{found}"


def test_servers_that_are_away(shell: Shell) -> None:
    """A mailbox and a delivery server that do not answer each fail by themselves; the rest is still tried."""
    away = mailbox("127.0.0.1", CLOSED, "support", "x")
    delivery = DeliverySettings(host="127.0.0.1", port=CLOSED, security=Security.PLAIN)
    findings = list(examine(with_settings(shell, imap=(away, away), delivery=delivery)))

    assert [found.ok for found in findings] == [True, False, False, False]
    assert {found.mend for found in findings if not found.ok} == {NOTHING_LISTENS}


def test_a_delivery_server_that_works(shell: Shell, smtp_sink: SmtpSink) -> None:
    """The delivery server is connected to as for a mail, and gets none."""
    delivery = DeliverySettings(host=smtp_sink.host, port=smtp_sink.port, security=Security.PLAIN)
    assert finding(with_settings(shell, delivery=delivery), "delivery").ok
    assert smtp_sink.mails == ()


@pytest.mark.parametrize(("greeting", "ok"), [(b"220 desk ESMTP\r\n", True), (b"HTTP/1.1 400 Bad\r\n", False)])
def test_a_listener_whose_port_is_taken(shell: Shell, greeting: bytes, ok: bool) -> None:
    """A taken port is well if a mail server greets there (supportd runs already), and a fault otherwise."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listener = ListenerSettings("smtp", "127.0.0.1", taken.getsockname()[1])
        config = with_settings(shell)
        config = replace(config, settings=replace(config.settings, listeners=(listener,)))
        findings = examine(config)
        tried = [next(findings), next(findings)]
        assert all(found.ok for found in tried)
        answers = _greet_in_background(taken, greeting)
        found = next(findings)
        answers.join()

    assert found.ok is ok
    assert bool(found.mend) is not ok


def _greet_in_background(server: socket.socket, greeting: bytes) -> Any:
    import threading

    def greet() -> None:
        line, _ = server.accept()
        with line:
            line.sendall(greeting)

    thread = threading.Thread(target=greet)
    thread.start()
    return thread


def with_mailbox(config: Config, **values: Any) -> Config:
    """Return a configuration whose mailbox has another policy."""
    (policy,) = config.plan.mailboxes
    return replace(config, plan=replace(config.plan, mailboxes=(replace(policy, **values),)))


def test_s2_8_which_proof_holds_is_said(shell: Shell) -> None:
    """S2.2, S2.3, S2.8: the authserv-ids believed, what the unproven get, and whether a reply proves an agent."""
    config = with_settings(shell, authserv_ids=("mx.desk.example",))

    (lax,) = proofs_of(config)
    (proof,) = proofs_of(with_mailbox(config, unauthenticated=Unauthenticated.QUARANTINE, require_authentication=True))

    assert "mx.desk.example" in lax.senders
    assert "believed" in lax.unproven
    assert "answer within 30 days" in lax.agents
    assert "quarantined" in proof.unproven
    assert "proves none" in proof.agents
    assert (lax.reply_proves_agent, proof.reply_proves_agent) == (True, False)


@pytest.mark.parametrize(
    ("host", "own_checks", "ways"),
    [
        ("127.0.0.1", True, "check of senders sees no mail: the listener takes mail of this host alone."),
        ("0.0.0.0", False, "check of senders sees no mail: `own_checks` is off."),
        ("0.0.0.0", True, "our own DKIM and DMARC check of mail that other servers hand to a listener"),
        ("", True, "check of senders sees no mail: there is no listener."),
    ],
)
def test_s2_2_what_the_daemon_checks_itself_is_said(shell: Shell, host: str, own_checks: bool, ways: str) -> None:
    """S2.2: our own check sees what other machines hand in; a relay on this host is believed instead."""
    config = with_settings(shell, authentication=AuthenticationSettings(own_checks))
    listeners = (ListenerSettings("smtp", host, 25),) if host else ()
    (proof,) = proofs_of(replace(config, settings=replace(config.settings, listeners=listeners)))

    assert ways in proof.senders
    assert proof.own_checks is ways.startswith("our own")


@pytest.mark.parametrize(("protocol", "is_asked"), [("smtp", True), ("lmtp", False)])
def test_s2_2_whether_spf_is_believed_is_said(shell: Shell, protocol: str, is_asked: bool) -> None:
    """S2.2: who switches SPF on reads what must then hold; by LMTP there is none."""
    config = with_settings(shell, authentication=AuthenticationSettings(spf=True))
    listeners = (ListenerSettings(protocol, "0.0.0.0", 25),)
    (proof,) = proofs_of(replace(config, settings=replace(config.settings, listeners=listeners)))

    assert ("our own DKIM, SPF and DMARC check" in proof.senders) is is_asked
    assert ("SPF holds only where no server passes others' mail on" in proof.senders) is is_asked


@pytest.mark.parametrize(
    ("policy", "ids", "meaning"),
    [
        (Unauthenticated.ACCEPT, ("mx.desk.example",), "ANYBODY who reaches this mailbox can write as a customer's"),
        (Unauthenticated.CHALLENGE, (), "nobody's first mail can be authenticated; each is asked"),
        (Unauthenticated.QUARANTINE, (), "nobody's first mail can be authenticated; each is quarantined"),
        (Unauthenticated.CHALLENGE, ("mx.desk.example",), "whoever forges a contact's address gets nothing done"),
    ],
)
def test_s2_3_what_that_means_is_said_plainly(
    shell: Shell, policy: Unauthenticated, ids: tuple[str, ...], meaning: str
) -> None:
    """S2.3: for people who know no RFC: who can write in whose name here."""
    (proof,) = proofs_of(with_mailbox(with_settings(shell, authserv_ids=ids), unauthenticated=policy))

    assert meaning in proof.meaning
    assert proof.policy == policy.value


def test_s1_6_the_alarms_server_is_tried(shell: Shell, smtp_sink: SmtpSink) -> None:
    """S1.6: the second server is connected to, and gets no mail; one that is away is a fault before it is needed."""
    server = DeliverySettings(host=smtp_sink.host, port=smtp_sink.port, security=Security.PLAIN)
    works = AlarmSettings(("ops@b.example",), server)
    away = AlarmSettings(("ops@b.example",), replace(server, port=CLOSED))

    assert finding(with_settings(shell, alarm=works), "alarm server").ok
    assert finding(with_settings(shell, alarm=away), "alarm server").mend == NOTHING_LISTENS
    assert smtp_sink.mails == ()


def test_s2_2_a_name_system_that_is_away_is_found(shell: Shell) -> None:
    """S2.2: without it nobody's domain can be checked; only asked where the daemon checks by itself."""
    asked = AuthenticationSettings(resolvers=(f"127.0.0.1:{CLOSED}",), timeout_seconds=1)
    config = with_settings(shell, authentication=asked)
    open_to_others = (ListenerSettings("smtp", "0.0.0.0", 0),)

    found = finding(replace(config, settings=replace(config.settings, listeners=open_to_others)), "name system")

    assert not found.ok
    assert "resolvers" in found.mend
    assert [one.part for one in examine(config)] == ["database", "delivery"]


def test_doctor_prints_what_it_means(shell: Shell) -> None:
    """S2.8: `doctor` tells it, mailbox by mailbox."""
    said = shell("doctor")

    assert "Mailbox support <support@desk.example>" in said.out
    assert "This means: ANYBODY" in said.out
