"""Every hostile mail, the whole way: each has its outcome, the daemon lives, and no other mail waits for it (S4.1)."""

import time
from pathlib import Path

import pytest

from tests.mail.hostile.families import FAMILIES, HOSTILE, IS_WHOLE
from tests.servers.running_daemon import RunningDaemon, Site, a_request, make_site, running

PARSER = Path(__file__).with_name("hostile_parser")
LONGEST_WAIT = 2.0  # of a processor's core that nobody else uses
SENT = dict(list(HOSTILE.items())[:: 1 if IS_WHOLE else 3])
TRIES = 3


def site_with(folder: Path, *, readers: int) -> Site:
    """Return the example company with so many readers, which answers as often as it is asked."""
    site = make_site(folder / "site")
    bounds = ", ".join(f"{name}: 1000000" for name in ("address_hour", "address_day", "case_hour", "alarm_hour"))
    site.edit(("policies:\n", f"readers: {readers}\n\npolicies:\n  governor: {{{bounds}}}\n"))
    return site


def usual_seconds(daemon: RunningDaemon) -> float:
    """Return how long an ordinary mail waits for its answer at most, once the readers have begun."""
    seconds_to_answer(daemon, "first of all")
    return max(seconds_to_answer(daemon, f"usual {number}") for number in range(TRIES))


def seconds_to_answer(daemon: RunningDaemon, subject: str) -> float:
    """Hand in an ordinary mail; returns the seconds until its answer lies in the Maildir."""
    begun = time.monotonic()
    daemon.send(a_request(subject))
    daemon.wait_until(
        lambda: any(subject.encode() in mail for mail in daemon.site.outgoing),
        seconds=60,
        what=f"{subject} is answered",
    )
    return time.monotonic() - begun


def seconds_behind(daemon: RunningDaemon, hostile: bytes, longest: float) -> float:
    """Return how long an ordinary mail waits right behind a hostile one: the shortest of some tries, none needless.

    In seconds of a core that nobody else uses: on a busy machine as many go by for each as the core is shared.
    """
    waits: list[float] = []
    while len(waits) < TRIES and min(waits, default=longest + 1) > longest:
        daemon.send(hostile)
        waited = seconds_to_answer(daemon, f"right behind {len(daemon.site.outgoing)}")
        waits.append(waited / max(1.0, passing_seconds()))
    return min(waits)


def passing_seconds() -> float:
    """Return how many seconds go by while a process has one of the processor's."""
    begun, begun_using = time.monotonic(), time.process_time()
    while time.process_time() - begun_using < 0.2:
        continue
    return (time.monotonic() - begun) / 0.2


def test_s4_every_hostile_mail_has_its_outcome_and_the_daemon_lives(tmp_path: Path) -> None:
    """S1.2, S4: of all families, nothing is lost, nothing is decided otherwise; the mail after them is a case."""
    site = site_with(tmp_path, readers=2)
    with running(site) as daemon:
        for hostile in SENT.values():
            daemon.send(hostile.build(hostile.size))
        daemon.send(a_request("after all of them"))

        daemon.wait_until(
            lambda: [outcome is not None for outcome in site.outcomes()] == [True] * (len(SENT) + 1),
            seconds=300,
            what="every mail has its outcome",
        )

        *found, last = site.outcomes()
        wanted = {name: hostile.outcome for name, hostile in SENT.items() if hostile.outcome != "*"}
        decided = dict(zip(SENT, found, strict=True))
        assert {name: decided[name] for name, outcome in wanted.items() if decided[name] != outcome} == {}
        assert last == "case_opened"
        assert daemon.events("mail.set_aside") == []
        assert daemon.process.poll() is None
        daemon.wait_until(lambda: daemon.health()[0] == 200, what="no part is in trouble")


@pytest.mark.parametrize("readers", [1, 2])
def test_s4_1_a_mail_behind_one_of_each_family_is_answered_in_time(tmp_path: Path, readers: int) -> None:
    """S4.1: right behind the largest of each family, an ordinary mail is answered no more than 2 s later than alone."""
    with running(site_with(tmp_path, readers=readers)) as daemon:
        longest = usual_seconds(daemon) + LONGEST_WAIT
        behind = {
            family: seconds_behind(daemon, max((hostile.build(hostile.size) for hostile in cases), key=len), longest)
            for family, cases in FAMILIES.items()
        }

        assert {family: seconds for family, seconds in behind.items() if seconds > longest} == {}


@pytest.mark.parametrize("readers", [1, 2])
def test_s4_1_a_mail_behind_one_that_never_ends_is_answered_in_time(tmp_path: Path, readers: int) -> None:
    """S4.1: even where a mail stalls its reader for good, those behind it wait for no more than 2 s."""
    site = site_with(tmp_path, readers=readers)
    site.environment["PYTHONPATH"] = str(PARSER)
    with running(site) as daemon:
        longest = usual_seconds(daemon) + LONGEST_WAIT

        assert seconds_behind(daemon, b"X-Deed: stall\r\n" + a_request("that never ends"), longest) <= longest
        daemon.wait_for_event("reader.relieved")
