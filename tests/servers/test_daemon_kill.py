"""`kill -9` while mails flow: every mail that got its 250 is one entry, each case has one acknowledgement (S1.1)."""

import smtplib
import threading
from collections import Counter
from pathlib import Path

from tests.servers.neighbour import HOST, is_listening
from tests.servers.running_daemon import PRIMARY, SUPPORT, RunningDaemon, Site, a_request, end_all, make_site
from tests.waiting import wait_for

KILLS = 3
CLIENTS = 3


class Senders:
    """Clients that hand in one mail after the other, and note which got their 250."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stop = threading.Event()
        self.taken: list[str] = []
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all clients."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _send(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            self._send_until_taken(f"request {client}-{number}")

    def _send_until_taken(self, subject: str) -> None:
        """Send a mail again, as a mail server would, until it gets its 250."""
        while not self._stop.is_set():
            try:
                with smtplib.SMTP(HOST, self._site.smtp_port, timeout=5) as server:
                    server.sendmail(PRIMARY, [SUPPORT], a_request(subject))
                    self.taken.append(subject)
                    return
            except (OSError, smtplib.SMTPException):
                self._stop.wait(0.05)


def test_kill_nine_while_mails_flow(tmp_path: Path, database_url: str) -> None:
    """S1.1, S1.2, S1.3: killed three times, the daemon is back within seconds, and has lost and doubled nothing."""
    site = make_site(tmp_path / "site", database_url)
    assert site.command("db", "upgrade").returncode == 0
    daemons = [RunningDaemon(site).wait_until_ready()]
    senders = Senders(site)
    try:
        for _ in range(KILLS):
            enough = len(senders.taken) + 25
            daemons[-1].wait_until(lambda: len(senders.taken) >= enough, seconds=30, what="mails flow")  # noqa: B023
            daemons[-1].kill()
            daemons.append(RunningDaemon(site).wait_until_ready(seconds=10))
        senders.stop()
        daemons[-1].wait_until(lambda: None not in site.outcomes(), seconds=40, what="all is decided")
        waiting = "select id from outbox where state in ('queued', 'sending')"
        daemons[-1].wait_until(lambda: not site.rows(waiting), seconds=40, what="all is sent")
        assert daemons[-1].terminate() == 0
    finally:
        senders.stop()
        end_all(daemons)
    assert_nothing_lost_or_doubled(site, senders.taken)


def assert_nothing_lost_or_doubled(site: Site, taken: list[str]) -> None:
    """Check entries, cases, acknowledgements and what was delivered against what got its 250.

    A mail whose 250 was cut off by the kill was sent again: its copy is an entry that says `duplicate_message`.
    """
    assert len(taken) >= KILLS * 25
    entries = Counter(row.subject for row in site.rows("select subject from inbox where outcome = 'case_opened'"))
    assert {subject: entries[subject] for subject in taken if entries[subject] != 1} == {}
    assert set(site.outcomes()) <= {"case_opened", "duplicate_message"}

    cases = [row.number for row in site.rows("select number from cases")]
    acknowledged = Counter(
        row.case_number for row in site.rows("select case_number from outbox where kind = 'acknowledgement'")
    )
    assert len(cases) == len(entries)
    assert acknowledged == Counter(cases)


def test_readers_of_a_killed_daemon_end_by_themselves(tmp_path: Path) -> None:
    """No reader outlives its daemon, and nothing keeps the port or the database."""
    site = make_site(tmp_path / "site")
    daemon = RunningDaemon(site).wait_until_ready()
    try:
        daemon.wait_until(lambda: len(daemon.readers()) >= 1, what="readers")
        readers = daemon.readers()
        daemon.kill()

        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in readers), seconds=5, what="readers end")
        assert not is_listening(site.smtp_port)
    finally:
        daemon.clean_up()
