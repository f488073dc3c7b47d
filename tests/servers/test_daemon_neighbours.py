"""The daemon and its real neighbours: PostgreSQL that goes and comes, two daemons on one mailbox, a full disk."""

import shutil
import smtplib
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.dovecot import Mailbox
from tests.servers.neighbour import HOST, missing
from tests.servers.postgresql import PostgresqlServer
from tests.servers.running_daemon import (
    PRIMARY,
    SUPPORT,
    RunningDaemon,
    Site,
    a_request,
    end_all,
    make_site,
    running,
)
from tests.servers.smtp_sink import AfterDot, SmtpSink


def answer_to(site: Site, mail: bytes) -> int:
    """Return the code that a mail gets after its dot."""
    with smtplib.SMTP(HOST, site.smtp_port, timeout=40) as client:
        try:
            client.sendmail(PRIMARY, [SUPPORT], mail)
        except smtplib.SMTPDataError as refused:
            return refused.smtp_code
    return 250


def test_a_database_that_goes_away_and_comes_back(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    """S1.5: 451 while it is away, and health says so; once it is back, all goes on by itself in seconds."""
    site = make_site(tmp_path / "site", postgresql.url())
    assert site.command("db", "upgrade").returncode == 0
    with running(site) as daemon:
        assert answer_to(site, a_request("before")) == 250
        daemon.wait_until(lambda: site.outcomes() == ["case_opened"], what="the mail is decided")

        postgresql.stop()
        assert answer_to(site, a_request("meanwhile")) == 451
        daemon.wait_until(lambda: "trouble" in daemon.health()[1]["parts"]["database"], what="health tells it")
        postgresql.start()

        daemon.wait_until(lambda: answer_to(site, a_request("after")) == 250, seconds=10, what="mail is taken again")
        daemon.wait_until(lambda: site.outcomes() == ["case_opened"] * 2, seconds=10, what="and decided")
        daemon.wait_until(lambda: daemon.health()[0] == 200, what="health is well again")
        assert [row.attempts for row in site.rows("select attempts from inbox")] == [0, 0]
        daemon.wait_until(lambda: len(site.outgoing) == 4, what="both were acknowledged, and the agent told")


def test_a_database_that_is_away_at_the_start(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    """S1.5: the daemon waits for its PostgreSQL and answers 451 meanwhile; SIGTERM ends the wait with 0."""
    site = make_site(tmp_path / "site", postgresql.url())
    assert site.command("db", "upgrade").returncode == 0
    postgresql.stop()
    daemons = [RunningDaemon(site)]
    try:
        daemons[0].wait_for_event("daemon.waited")
        assert answer_to(site, a_request("too early")) == 451
        assert daemons[0].terminate() == 0

        daemons.append(RunningDaemon(site))
        daemons[1].wait_for_event("daemon.waited")
        postgresql.start()
        daemons[1].wait_until_ready()
        assert answer_to(site, a_request("in time")) == 250
        daemons[1].wait_until(lambda: site.outcomes() == ["case_opened"], what="the mail is decided")
    finally:
        end_all(daemons)


def watching(site: Site, mailbox: Mailbox) -> None:
    """Have a site watch a mailbox by IMAP."""
    (site.config / "secrets").mkdir(exist_ok=True)
    (site.config / "secrets/imap").write_text(mailbox.password)
    (site.config / "secrets/imap").chmod(0o600)
    lines = (
        "    imap:",
        "      host: localhost",
        f"      port: {mailbox.imaps_port}",
        "      security: tls",
        f"      ca_file: {mailbox.ca_file}",
        f"      user: {mailbox.user}",
        "      password: {file: secrets/imap}",
    )
    site.edit(("    unauthenticated: accept\n", "\n".join(("    unauthenticated: accept", *lines, ""))))


def test_two_daemons_on_one_database_and_one_mailbox(
    tmp_path: Path, postgresql: PostgresqlServer, dovecot: Mailbox
) -> None:
    """S1.3: both watch, one at a time holds the mailbox; one is killed in the middle; each mail is decided once."""
    url = postgresql.url()
    sites = [make_site(tmp_path / name, url) for name in ("one", "two")]
    for site in sites:
        watching(site, dovecot)
    assert sites[0].command("db", "upgrade").returncode == 0
    daemons = [RunningDaemon(site) for site in sites]
    try:
        for daemon in daemons:
            daemon.wait_until_ready()
        dovecot.deliver(*(a_request(f"first {number}") for number in range(60)))
        daemons[0].wait_until(lambda: sites[0].outcomes().count("case_opened") >= 20, what="mails are read")
        holder = next(daemon for daemon in daemons if daemon.events("mailbox.opened"))
        holder.kill()
        dovecot.deliver(*(a_request(f"second {number}") for number in range(20)))
        daemons.append(RunningDaemon(holder.site).wait_until_ready())

        daemons[-1].wait_until(
            lambda: sites[0].outcomes().count("case_opened") >= 80, seconds=60, what="every mail is decided"
        )
    finally:
        end_all(daemons)
    subjects = Counter(row.subject for row in sites[0].rows("select subject from cases"))
    assert len(subjects) == 80
    assert set(subjects.values()) == {1}
    acknowledged = sites[0].rows("select id from outbox where kind = 'acknowledgement'")
    assert len(acknowledged) == 80


@contextmanager
def small_disk(folder: Path, *, mebibytes: int) -> Iterator[Path]:
    """Mount a disk of this size."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        missing("a disk to fill can be mounted by root alone")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    """S1.5: 451 or 452 once the disk is full, and health says so; room again: mail is taken, and nothing was lost."""
    with small_disk(tmp_path / "disk", mebibytes=24) as disk:
        site = make_site(tmp_path / "site")
        site.edit((site.database_url, f"sqlite:///{disk}/supportd.db"))
        site.database_url = f"sqlite:///{disk}/supportd.db"
        with running(site) as daemon:
            ballast = disk / "ballast"
            ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 3 * 2**20))
            codes = [answer_to(site, a_request(f"large {number}", body="x" * 70 + "\n" * 5)) for number in range(3)]
            codes += [answer_to(site, a_request(f"larger {number}", body="text\n" * 200_000)) for number in range(6)]

            assert set(codes) <= {250, 451, 452}
            assert codes[-1] in {451, 452}
            daemon.wait_until(lambda: daemon.health()[1]["parts"]["disk"].get("trouble"), what="health tells it")
            ballast.unlink()
            daemon.wait_until(lambda: answer_to(site, a_request("room again")) == 250, seconds=15, what="room again")
            taken = codes.count(250) + 1
            daemon.wait_until(lambda: site.outcomes().count("case_opened") == taken, seconds=30, what="all is decided")
            assert {row.attempts for row in site.rows("select attempts from inbox")} == {0}
            assert daemon.terminate() == 0


@pytest.mark.slow
def test_a_mail_server_that_falls_silent_does_not_hold_up_the_stop(tmp_path: Path, smtp_sink: SmtpSink) -> None:
    """SIGTERM is bounded: a server that takes the mail and never answers; exit 0, and the mail is sent again later."""
    site = make_site(tmp_path / "site")
    smtp = f"smtp:\n    host: 127.0.0.1\n    port: {smtp_sink.port}\n    security: plain"
    site.edit(("maildir: ../var/outgoing", smtp))
    with running(site) as daemon:
        smtp_sink.script(AfterDot.STALL, AfterDot.STALL)
        daemon.send(a_request("the answer to this one hangs"))
        smtp_sink.wait_for(1, seconds=15)

        assert daemon.terminate(seconds=45) == 0
    smtp_sink.calm()
    with running(site) as daemon:
        daemon.wait_until(
            lambda: not site.rows("select id from outbox where state <> 'sent'"), seconds=30, what="all is sent"
        )
    assert len(site.rows("select id from outbox")) == 2
