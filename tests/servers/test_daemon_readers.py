"""Mail that kills, stalls or bloats whoever reads it: quarantined after two tries; the others go on (S1.2, S4.1)."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.running_daemon import RunningDaemon, Site, a_request, make_site, running
from tests.waiting import wait_for

HOSTILE = Path(__file__).with_name("hostile_parser")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The example company, whose parser has a hole."""
    site = make_site(tmp_path / "site")
    site.environment["PYTHONPATH"] = str(HOSTILE)
    return site


@pytest.fixture
def daemon(site: Site) -> Iterator[RunningDaemon]:
    """A daemon that is ready."""
    with running(site) as started:
        yield started


def hostile(deed: str) -> bytes:
    """Return a mail that does something bad to its reader."""
    return f"X-Deed: {deed}\r\n".encode() + a_request(f"mail that wants to {deed}")


def entry(site: Site, mail: int) -> Any:
    """Return what is stored of a mail."""
    return site.rows(f"select state, outcome, attempts, releases, reason from inbox where id = {mail}")[0]


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("die", "ended its reader (signal 11)"),
        ("stall", "took longer than 10 s to read"),
        ("eat", "needed more memory than a reader may have"),
    ],
)
def test_a_mail_that_ends_its_reader_twice_is_quarantined(
    daemon: RunningDaemon, site: Site, deed: str, reason: str
) -> None:
    """S1.2: once in an ordinary reader, once alone in the slow lane, then quarantined with the reason; others go on."""
    daemon.send(a_request("before"), hostile(deed), a_request("after"))

    daemon.wait_until(lambda: None not in site.outcomes(), seconds=40, what="every mail has its outcome")

    assert site.outcomes() == ["case_opened", "quarantined", "case_opened"]
    assert entry(site, 2).attempts == 2
    assert reason in entry(site, 2).reason
    assert [entry(site, mail).attempts for mail in (1, 3)] == [0, 0]
    octets = site.rows("select raw from octets where inbox_id = 2")[0].raw
    assert hostile(deed).strip() in octets


def test_a_slow_mail_is_read_in_the_slow_lane(daemon: RunningDaemon, site: Site) -> None:
    """S4.1: what takes 4 s fails in an ordinary reader (2 s) and succeeds in the slow lane (10 s)."""
    daemon.send(hostile("slow"), a_request("quick"))

    daemon.wait_until(lambda: None not in site.outcomes(), seconds=40, what="every mail has its outcome")

    assert site.outcomes() == ["case_opened", "case_opened"]
    assert entry(site, 1).attempts == 1
    assert [event["slow_lane"] for event in daemon.events("reader.started")].count(True) == 1
    daemon.wait_until(
        lambda: any(event["status"] == 0 for event in daemon.events("reader.ended")), what="the slow lane ends"
    )


def test_many_stalling_mails_do_not_stop_the_others(daemon: RunningDaemon, site: Site) -> None:
    """S4.1: the slow lane never takes the last ordinary reader; good mail is decided while bad mail waits for it."""
    daemon.send(*(b"X-Deed: stall\r\n" + a_request(f"bad {number}") for number in range(3)))
    daemon.wait_for_event("mail.attempt_counted", count=3, seconds=30)
    daemon.send(*(a_request(f"good {number}") for number in range(10)))

    daemon.wait_until(lambda: site.outcomes()[3:] == ["case_opened"] * 10, seconds=8, what="the good mail is decided")
    assert site.outcomes()[:3].count(None) >= 1


def test_a_defect_of_ours_parks_the_mail(daemon: RunningDaemon, site: Site) -> None:
    """S1.2: an exception of our own is logged with its traceback; the mail rests, uncounted, and nothing is lost."""
    daemon.send(hostile("fail"), a_request("another"))
    daemon.wait_for_event("mail.set_aside", count=2)

    daemon.wait_until(lambda: site.outcomes()[1] == "case_opened", what="the other mail is decided")
    daemon.wait_until(lambda: entry(site, 1).state == "parked", what="the mail is parked")
    assert entry(site, 1).attempts == 0
    assert "a defect of ours" in daemon.events("mail.set_aside")[0]["exception"]
    daemon.wait_until(lambda: daemon.health()[0] == 503, what="health tells of the parked mail")


def test_the_whole_daemon_stopped_for_a_while_blames_no_mail(daemon: RunningDaemon, site: Site) -> None:
    """S1.2: SIGSTOP to every process in the middle of a slow mail, and SIGCONT later: its time did not run on."""
    wait_for(lambda: len(daemon.readers()) >= 1, seconds=10, what="readers")
    daemon.send(hostile("dawdle"))
    wait_for(lambda: entry(site, 1).state == "reading", seconds=10, what="the mail is being read")

    os.killpg(daemon.process.pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        wait_for(lambda: time.monotonic() - began > 4, seconds=6, what="longer than any mail may take has passed")
    finally:
        os.killpg(daemon.process.pid, signal.SIGCONT)

    daemon.wait_until(lambda: site.outcomes() == ["case_opened"], seconds=40, what="the mail is decided")
    assert entry(site, 1).attempts == 0
    assert daemon.events("reader.stalled") == []


def test_readers_killed_by_hand_come_back(daemon: RunningDaemon, site: Site) -> None:
    """A reader killed while it waits is replaced, and blames no mail."""
    wait_for(lambda: len(daemon.readers()) >= 2, seconds=10, what="readers")
    for reader in daemon.readers():
        os.kill(reader, signal.SIGKILL)
    daemon.send(a_request("with new readers"))

    daemon.wait_until(lambda: site.outcomes() == ["case_opened"], what="the mail is decided")
    assert entry(site, 1).attempts == 0


def test_a_locked_database_counts_against_nobody(daemon: RunningDaemon, site: Site) -> None:
    """S1.2, S1.5: while another process holds the database, mail waits; afterwards all is decided, uncounted."""
    daemon.send(a_request("before"))
    with sqlite3.connect(site.folder / "var/supportd.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        sending = threading.Thread(target=daemon.send, args=(a_request("meanwhile"),))
        sending.start()
        began = time.monotonic()
        wait_for(lambda: time.monotonic() - began > 3, seconds=5, what="the lock was held for a while")
        assert sending.is_alive()  # no 250 before the commit
        other.execute("ROLLBACK")
    other.close()
    sending.join(20)

    daemon.wait_until(lambda: site.outcomes() == ["case_opened"] * 2, what="all is decided")
    assert [row.attempts for row in site.rows("select attempts from inbox")] == [0, 0]


def test_ingest_survives_hostile_mail(site: Site, tmp_path: Path) -> None:
    """S1.2: the command reads in a child: the hostile mail is quarantined, the other two become cases."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for name, mail in (("1", a_request("first")), ("2", hostile("die")), ("3", a_request("third"))):
        (folder / f"{name}.eml").write_bytes(mail)

    done = site.command("--json", "ingest", *(str(path) for path in sorted(folder.iterdir())))

    assert done.returncode == 0, done.stderr
    assert sorted(str(outcome) for outcome in site.outcomes()) == ["case_opened", "case_opened", "quarantined"]
