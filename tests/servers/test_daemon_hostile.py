"""Every hostile mail, the whole way: each has its outcome, the daemon lives, and no other mail waits for it (S4.1)."""

import time
from pathlib import Path

import pytest

from tests.mail.hostile.families import FAMILIES, HOSTILE
from tests.servers.running_daemon import RunningDaemon, Site, a_request, make_site, running

PARSER = Path(__file__).with_name("hostile_parser")
LONGEST_WAIT = 2.0
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


def test_s4_every_hostile_mail_has_its_outcome_and_the_daemon_lives(tmp_path: Path) -> None:
    """S1.2, S4: of all families, nothing is lost, nothing is decided otherwise, and the mail after them is a case."""
    site = site_with(tmp_path, readers=2)
    with running(site) as daemon:
        for hostile in HOSTILE.values():
            daemon.send(hostile.build(hostile.size))
        daemon.send(a_request("after all of them"))

        daemon.wait_until(
            lambda: [outcome is not None for outcome in site.outcomes()] == [True] * (len(HOSTILE) + 1),
            seconds=300,
            what="every mail has its outcome",
        )

        *found, last = site.outcomes()
        wanted = {name: hostile.outcome for name, hostile in HOSTILE.items() if hostile.outcome != "*"}
        decided = dict(zip(HOSTILE, found, strict=True))
        assert {name: decided[name] for name, outcome in wanted.items() if decided[name] != outcome} == {}
        assert last == "case_opened"
        assert daemon.events("mail.set_aside") == []
        assert daemon.process.poll() is None
        assert daemon.health()[0] == 200


@pytest.mark.parametrize("readers", [1, 2])
def test_s4_1_a_mail_behind_one_of_each_family_is_answered_in_time(tmp_path: Path, readers: int) -> None:
    """S4.1: right behind the largest of each family, an ordinary mail is answered no more than 2 s later than alone."""
    with running(site_with(tmp_path, readers=readers)) as daemon:
        usual = usual_seconds(daemon)
        behind: dict[str, float] = {}
        for family, cases in FAMILIES.items():
            daemon.send(max((hostile.build(hostile.size) for hostile in cases), key=len))
            behind[family] = seconds_to_answer(daemon, f"behind {family}")

        assert max(behind.values()) <= usual + LONGEST_WAIT, (usual, behind)


@pytest.mark.parametrize("readers", [1, 2])
def test_s4_1_a_mail_behind_one_that_never_ends_is_answered_in_time(tmp_path: Path, readers: int) -> None:
    """S4.1: even where a mail stalls its reader for good, those behind it wait for no more than 2 s."""
    site = site_with(tmp_path, readers=readers)
    site.environment["PYTHONPATH"] = str(PARSER)
    with running(site) as daemon:
        usual = usual_seconds(daemon)
        behind = []
        for number in range(TRIES):
            daemon.send(b"X-Deed: stall\r\n" + a_request(f"stalls {number}"))
            behind.append(seconds_to_answer(daemon, f"behind {number}"))

        assert min(behind) <= usual + LONGEST_WAIT, (usual, behind)
        daemon.wait_for_event("reader.relieved", count=TRIES)
