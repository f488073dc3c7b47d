"""The supervisor's small parts: restarts, health, timetable, names of claimants, systemd."""

import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from daemon.claimant import host_prefix, is_gone, own_name
from daemon.errors import Temporary
from daemon.health import Health
from daemon.store.claims import Backlog
from daemon.supervisor.answers_alarm import AnswersAlarm
from daemon.supervisor.checks import late_checks_trouble, outbox_trouble, queue_trouble
from daemon.supervisor.part import Part
from daemon.supervisor.systemd import notify, watchdog_seconds
from daemon.timetable import Entry, keep_time
from tests.waiting import wait_for

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_a_part_that_fails_is_started_again() -> None:
    """S1.6: a crashed part restarts, and says for a while why it ended."""
    runs: list[int] = []

    def work(stop: threading.Event) -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("the first time")
        stop.wait(30)

    part = Part("test", work).start()
    wait_for(lambda: len(runs) == 2, seconds=5, what="the second run")

    assert "the first time" in part.trouble
    part.stop()
    assert part.join(5)


def test_health_tells_since_when() -> None:
    """S1.6: a trouble that only changes its words is the same trouble; mended, the table says so."""
    instants = [NOW + timedelta(minutes=minute) for minute in range(4)]
    health = Health(lambda: instants.pop(0))
    health.report("disk", "")
    health.report("disk", "3 MiB left")
    health.report("disk", "2 MiB left")

    assert [(part.trouble, part.since) for part in health.parts()] == [("2 MiB left", NOW + timedelta(minutes=1))]
    health.report("disk", "")
    assert [part.trouble for part in health.parts()] == [""]
    health.forget("disk")
    assert health.parts() == ()


def test_a_failing_job_stops_no_other() -> None:
    """A timetable goes on after a job's exception, also after a trouble that is expected."""
    stop = threading.Event()
    calls: list[str] = []

    def fail() -> None:
        calls.append("fail")
        raise RuntimeError

    def wait_for_database() -> None:
        calls.append("wait")
        raise Temporary("database: away")

    def end() -> None:
        calls.append("end")
        if calls.count("fail") >= 2:
            stop.set()

    keep_time(tuple(Entry(job.__name__, 1, job) for job in (fail, wait_for_database, end)), stop)

    assert calls[:3] == ["fail", "wait", "end"]
    assert calls.count("wait") >= 2


@pytest.mark.parametrize(
    ("backlog", "words"),
    [
        (Backlog(0, None, 0, None), ""),
        (Backlog(3, NOW - timedelta(minutes=4), 0, None), ""),
        (Backlog(3, NOW - timedelta(minutes=6), 0, None), "3 mails wait"),
        (Backlog(0, None, 2, None), "2 mails rest"),
    ],
)
def test_a_queue_that_does_not_drain(backlog: Backlog, words: str) -> None:
    """S1.6: mail that waits for more than five minutes, or rests after a failure of ours."""
    trouble = queue_trouble(backlog, now=NOW)

    assert words in trouble
    assert bool(words) == bool(trouble)


def test_outgoing_mail_that_does_not_leave() -> None:
    """S1.6: what has been due for a quarter of an hour."""
    assert outbox_trouble(Backlog(0, None, 0, NOW - timedelta(minutes=14)), now=NOW) == ""
    assert "outgoing mail" in outbox_trouble(Backlog(0, None, 0, NOW - timedelta(minutes=16)), now=NOW)


def test_s1_6_checks_that_do_not_end_are_a_trouble() -> None:
    """S1.6: a database that neither answers nor refuses would keep every other trouble from being seen."""
    assert late_checks_trouble(None, now=NOW) == "", "nothing was looked at yet"
    assert late_checks_trouble(NOW - timedelta(seconds=119), now=NOW) == ""
    assert "2026-11-23T09:58:00+00:00" in late_checks_trouble(NOW - timedelta(minutes=2), now=NOW)


def test_s3_3_many_automatic_answers_ring_once_and_stop_nothing() -> None:
    """S3.3: at the bound the part `answers` is in trouble and one event is logged, until there are fewer again."""
    log = CapturingLogger()
    alarm = AnswersAlarm(log)
    troubles = [alarm.trouble(answers, 300) for answers in (299, 300, 311, 12, 300)]

    assert [bool(trouble) for trouble in troubles] == [False, True, True, False, True]
    assert [call.args for call in log.calls] == [("answers.alarmed",)] * 2
    assert "311 automatic answers" in troubles[2]


def test_own_claims_are_those_of_a_living_process() -> None:
    """Only what the dead of this host hold is given back: never ours, nor a living neighbour's."""
    assert not is_gone(f"{own_name()}reader1")
    assert is_gone(f"{host_prefix()}{os.getpid()}-1/reader1")  # the number was used again since
    assert is_gone(f"{host_prefix()}4194303-5/reader1")  # no such process
    assert own_name().startswith(host_prefix())


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "often"}, None),
    ],
)
def test_how_often_systemd_hears_of_us(environment: dict[str, str], seconds: float | None) -> None:
    """sd_watchdog_enabled(3): half the limit, and only where it is meant for this process."""
    assert watchdog_seconds(environment) == seconds


def test_systemd_is_told(tmp_path: Path) -> None:
    """sd_notify(3): one datagram; a socket that is gone harms nobody."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        path = str(tmp_path / "n")
        systemd.bind(path)
        systemd.settimeout(5)
        notify({"NOTIFY_SOCKET": path}, "READY=1", "STATUS=well")
        assert systemd.recv(100) == b"READY=1\nSTATUS=well"
    notify({"NOTIFY_SOCKET": str(tmp_path / "gone")}, "READY=1")
    notify({}, "READY=1")


def test_a_clock_set_back_does_not_silence_the_timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    """In autumn the wall clock goes back an hour: the jobs must come again within their interval all the same."""
    calls: list[float] = []
    stop = threading.Event()
    monkeypatch.setenv("TZ", "UTC0")
    time.tzset()

    worker = threading.Thread(target=keep_time, args=((Entry("job", 1, lambda: calls.append(time.monotonic())),), stop))
    try:
        worker.start()
        wait_for(lambda: len(calls) == 2, seconds=5, what="the second turn")
        monkeypatch.setenv("TZ", "UTC2")  # two hours to the west: the local clock goes back
        time.tzset()
        wait_for(lambda: len(calls) == 4, seconds=5, what="the fourth turn")
    finally:
        stop.set()
        worker.join(5)
        monkeypatch.undo()
        time.tzset()
    assert not worker.is_alive()
