"""`supportd run` from start to stop: ready soon, one mail's whole way, signals, changed files, a broken set-up."""

import signal
import smtplib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.neighbour import HOST
from tests.servers.postgresql import PostgresqlServer
from tests.servers.running_daemon import SUPPORT, RunningDaemon, Site, a_request, make_site, running
from tests.waiting import wait_for


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The example company, with ports of its own."""
    return make_site(tmp_path / "site")


@pytest.fixture
def daemon(site: Site) -> Iterator[RunningDaemon]:
    """A daemon that is ready."""
    with running(site) as started:
        yield started


def test_a_mail_by_smtp_becomes_a_case_and_an_acknowledgement(site: Site) -> None:
    """R1.1, R1.2: ready within 3 s on a new database, and the acknowledgement is in the Maildir within 3 s more."""
    with running(site) as daemon:
        began = time.monotonic()
        daemon.send(a_request("Phones are down"))
        daemon.wait_until(lambda: any(b"primary@acme.example" in mail for mail in site.outgoing), what="an answer")

        assert time.monotonic() - began < 10  # 0.3 s here; the limit is for a busy machine
        assert site.outcomes() == ["case_opened"]
        assert sum(b"Phones are down" in mail and b"To: primary@acme.example" in mail for mail in site.outgoing) == 1


def test_sigterm_finishes_what_is_in_hand(daemon: RunningDaemon, site: Site) -> None:
    """S1.1: what got its 250 is kept; the daemon ends with 0, and no claim is left for anybody to wait for."""
    daemon.send(*(a_request(f"request {number}") for number in range(40)))

    assert daemon.terminate() == 0
    assert len(site.outcomes()) == 40
    assert site.rows("select id from inbox where state = 'reading'") == []
    assert daemon.events("daemon.stopped")


def test_a_transaction_in_hand_gets_its_answer_before_the_end(daemon: RunningDaemon, site: Site) -> None:
    """S1.1: a client between MAIL and the dot when SIGTERM comes may finish, and its mail is kept."""
    client = smtplib.SMTP(HOST, site.smtp_port, timeout=20)
    client.ehlo()
    client.mail("primary@acme.example")
    client.rcpt(SUPPORT)
    daemon.process.send_signal(signal.SIGTERM)
    daemon.wait_for_event("daemon.stopping")

    assert client.data(a_request("at the last moment"))[0] == 250

    client.close()
    assert daemon.process.wait(30) == 0
    assert len(site.outcomes()) == 1


def test_sighup_puts_a_good_configuration_in_force(daemon: RunningDaemon, site: Site) -> None:
    """A new mailbox address is taken from the next transaction on, and the readers work by the new files."""
    site.edit(("address: support@desk.example", "address: help@desk.example"))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for_event("config.loaded")

    with smtplib.SMTP(HOST, site.smtp_port, timeout=20) as client:
        client.sendmail("primary@acme.example", ["help@desk.example"], a_request("to the new address"))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("primary@acme.example", [SUPPORT], a_request("to the old address"))
    daemon.wait_until(lambda: site.outcomes() == ["case_opened"], what="the mail is decided")


def test_a_changed_file_is_noticed_without_a_signal(daemon: RunningDaemon, site: Site) -> None:
    """A new MPOC in a customer's file can open cases a few seconds later."""
    site.edit(("secondary@acme.example", "second@acme.example"), file="customers/acme.yaml")
    daemon.wait_for_event("config.loaded")
    daemon.send(a_request("from the new one", sender="second@acme.example"), sender="second@acme.example")

    daemon.wait_until(lambda: site.outcomes() == ["case_opened"], what="the mail is decided")


def test_a_bad_configuration_is_refused_and_the_old_one_stays(daemon: RunningDaemon, site: Site) -> None:
    """S4.6: the fault is logged with its place, health tells it, mail goes on; mended, all is well again."""
    site.edit(("mailboxes:", "mailboxen:"))
    daemon.process.send_signal(signal.SIGHUP)
    refused = daemon.wait_for_event("config.refused")

    assert any("supportd.yaml:" in event["fault"] and "mailboxen" in event["fault"] for event in refused)
    status, body = daemon.health()
    assert status == 503
    assert "mailbox" in body["parts"]["configuration"]["trouble"]
    daemon.send(a_request("all the same"))
    daemon.wait_until(lambda: site.outcomes() == ["case_opened"], what="the mail is decided")

    site.edit(("mailboxen:", "mailboxes:"))
    daemon.wait_for_event("config.loaded")
    daemon.wait_until(lambda: daemon.health()[0] == 200, what="no part is in trouble")


def test_a_listener_moves_to_another_port(daemon: RunningDaemon, site: Site) -> None:
    """A reload closes what is no longer configured and opens what is new."""
    old, site.smtp_port = site.smtp_port, make_port()
    site.edit((f"port: {old}", f"port: {site.smtp_port}"))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for_event("listener.stopped")
    daemon.wait_for_event("listener.started", count=2)

    daemon.send(a_request("to the new port"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, old), timeout=2).close()


def make_port() -> int:
    """Return another free port."""
    from tests.servers.neighbour import free_port

    return free_port()


def test_a_port_in_use_ends_the_command_with_what_to_mend(site: Site) -> None:
    """A broken set-up exits: 1, and one line that names the address."""
    with socket.create_server((HOST, site.smtp_port)):
        done = site.command("run", seconds=30)

    assert done.returncode == 1
    assert f"listener {HOST}:{site.smtp_port}: " in done.stderr
    assert "address already in use" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_an_invalid_configuration_ends_the_command(site: Site) -> None:
    """Exit 2, and every fault as FILE:LINE:COLUMN."""
    site.edit(("mailboxes:", "mailboxen:"))

    done = site.command("run", seconds=30)

    assert done.returncode == 2
    assert "supportd.yaml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_refuses_another_clock(site: Site) -> None:
    """`--now` is for one-shot commands: exit 2."""
    assert site.command("--now", "2026-12-01T00:00:00Z", "run", seconds=30).returncode == 2


def test_an_sqlite_database_that_cannot_be_made_ends_the_command(site: Site) -> None:
    """A database that lies where no folder can be made: exit 1, and one line that names it."""
    (site.folder / "file").write_text("no folder")
    site.edit((f"sqlite:///{site.folder}/var/supportd.db", f"sqlite:///{site.folder}/file/supportd.db"))

    done = site.command("run", seconds=30)

    assert done.returncode == 1
    assert "file/supportd.db" in done.stderr
    assert "Traceback" not in done.stderr


def test_postgresql_asks_for_the_newest_schema(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    """An empty PostgreSQL database: exit 1, and the line names `supportd db upgrade`; after that it runs."""
    site = make_site(tmp_path / "site", postgresql.url())

    done = site.command("run", seconds=30)

    assert done.returncode == 1
    assert "supportd db upgrade" in done.stderr
    assert site.command("db", "upgrade").returncode == 0
    with running(site) as daemon:
        daemon.send(a_request("on PostgreSQL"))
        daemon.wait_until(lambda: site.outcomes() == ["case_opened"], what="the mail is decided")


def test_health_answers_get_alone(daemon: RunningDaemon, site: Site) -> None:
    """The page takes nothing but GET /health, and a client that says nothing is not waited for for ever."""
    answers = {}
    for request in ("POST /health HTTP/1.1", "GET /else HTTP/1.1", "nonsense", "GET /health HTTP/1.1"):
        with socket.create_connection((HOST, site.health_port), timeout=10) as client:
            client.sendall(f"{request}\r\nHost: here\r\n\r\n".encode())
            answers[request] = client.makefile("rb").readline().split(b" ")[1]

    assert list(answers.values()) == [b"405", b"404", b"405", b"200"]
    with socket.create_connection((HOST, site.health_port), timeout=10) as silent:
        assert silent.recv(1) == b""


def test_an_idle_daemon_rests(daemon: RunningDaemon) -> None:
    """No busy loop: all processes together use less than 5 % of a core while nothing happens."""
    wait_for(lambda: len(daemon.readers()) > 0, seconds=10, what="readers")
    pids = [daemon.process.pid, *daemon.readers()]
    before, began = sum(map(cpu_ticks, pids)), time.monotonic()
    wait_for(lambda: time.monotonic() - began > 4, seconds=6, what="four idle seconds")

    assert (sum(map(cpu_ticks, pids)) - before) / 100 / (time.monotonic() - began) < 0.05


def cpu_ticks(pid: int) -> int:
    """Return the CPU time of a process, in hundredths of a second (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_systemd_is_told_of_start_reload_and_stop(site: Site, tmp_path: Path) -> None:
    """sd_notify(3): ready when mail is taken, the watchdog fed at half its time, reloads and the stop announced."""
    said: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(10)
        site.environment |= {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}

        def hear_until(word: str) -> None:
            while not said or word not in said[-1]:
                said.append(systemd.recv(1000).decode())

        with running(site) as daemon:
            hear_until("READY=1")
            hear_until("WATCHDOG=1")
            daemon.process.send_signal(signal.SIGHUP)
            hear_until("RELOADING=1\nMONOTONIC_USEC=")
            hear_until("READY=1")
            daemon.process.send_signal(signal.SIGTERM)
            hear_until("STOPPING=1")
            assert daemon.process.wait(30) == 0
