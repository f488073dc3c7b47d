"""The bench measures what it says: the same mails for the same seed, and no rate without the right counts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.corpus import Request, make_corpus
from benchmarks.exchange import Miscounted, Pace, acknowledged
from benchmarks.measured import Measured, together
from benchmarks.process_tree import Usage
from benchmarks.sink import Answer, read_answer, why_missing
from benchmarks.targets import Target, at_least, at_most
from tests.servers.neighbour import missing

ROOT = Path(__file__).parents[2]


def answer(request: Request, at: float = 1.0) -> Answer:
    """Return what the sink tells of the acknowledgement of a request."""
    return Answer(request.sender, request.mark, at)


def test_the_same_seed_gives_the_same_mails() -> None:
    """A run can be repeated by its seed; another seed gives other mails, and no Message-ID comes twice."""
    corpus = make_corpus(200, seed=7, name="measured")

    assert corpus == make_corpus(200, seed=7, name="measured")
    assert corpus != make_corpus(200, seed=8, name="measured")
    assert len({request.message_id for request in corpus}) == 200


@pytest.mark.parametrize("taken", [(), (0,), (0, 1, 1)], ids=["none", "one missing", "one twice"])
def test_a_wrong_count_gives_no_rate(taken: tuple[int, ...]) -> None:
    """Every request has exactly one acknowledgement, or the run fails."""
    corpus = make_corpus(2, seed=1, name="counted")

    with pytest.raises(Miscounted):
        acknowledged(corpus, [answer(corpus[number]) for number in taken])


def test_only_a_mail_to_the_sender_acknowledges() -> None:
    """The notification of a technician bears the mark too, and does not count."""
    corpus = make_corpus(1, seed=1, name="counted")
    told = Answer("technician@desk.example", corpus[0].mark, 1.0)

    assert acknowledged(corpus, [told, answer(corpus[0], at=2.5), told]) == {corpus[0].mark: 2.5}


def test_a_file_of_the_sink_is_read() -> None:
    """Recipient and mark stand in its head; what a body says counts for nothing."""
    head = (
        b"X-Client-Addr: 127.0.0.1\nX-Rcpt-Args: <contact0@customer0.example>\nSubject: Yours\n (measured.7) is here\n"
    )

    assert read_answer(head + b"\n(measured.8)\n", 3.0) == Answer("contact0@customer0.example", "measured.7", 3.0)
    assert read_answer(b"X-Client-Addr: 127.0.0.1\n\n(measured.8)\n", 3.0) == Answer("", "", 3.0)


def test_a_pace_spreads_the_mails() -> None:
    """Twenty a second are fifty milliseconds apart; without a pace all are due at once."""
    assert Pace(a_second=20).due(30) == pytest.approx(1.5)
    assert Pace().due(30) == 0


def test_a_target_says_whether_it_was_reached() -> None:
    """More is better or less is better, and the bound itself is enough."""
    assert at_least("rate", 6, 6.0, unit="{:.1f} times", held_by="").reached
    assert not at_most("wait", 150, 150.1, unit="{:.0f} ms", held_by="").reached
    assert at_most("wait", 150, 12.4, unit="{:.0f} ms", held_by="disk") == Target(
        "wait", "≤ 150 ms", "12 ms", reached=True, held_by="disk"
    )


def test_several_rounds_are_one_line() -> None:
    """Mails, seconds, CPU and waits add up; of the peaks the highest counts."""
    rounds = [
        Measured("a", 10, 2.0, Usage(1.0, 0.5, 30.0), (0.1,)),
        Measured("a", 30, 3.0, Usage(2.0, 0.5, 20.0), (0.2,)),
    ]

    assert together(rounds) == Measured("a", 40, 5.0, Usage(3.0, 1.0, 30.0), (0.1, 0.2))


def test_the_cpu_of_children_that_ended_counts() -> None:
    """A process that burnt a quarter of a second and ended stands in its parent's tree."""
    before = Usage.of(os.getpid())
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.25: pass"], check=True)

    used = Usage.of(os.getpid()).since(before)

    assert used.cpu_seconds >= 0.2
    assert used.peak_mib > 1


def bench(tmp_path: Path, *words: str) -> str:
    """Return what `make bench` in small prints."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--mails", "20", "--seed", "1", *words],
        check=False,
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.postfix
def test_the_bench_runs_to_its_tables(tmp_path: Path) -> None:
    """A part has a line for what it measured, and the targets have a table at the end."""
    if reason := why_missing():
        missing(reason)

    printed = bench(tmp_path, "--sqlite-only", "--parts", "latency")

    for words in ("seed 1", "x floors", "supportd on SQLite", "≤ 150 ms"):
        assert words in printed


def test_a_part_that_is_not_there_is_named() -> None:
    """A slip in the list of parts measures nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--parts", "durable,latencies"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )

    assert done.returncode == 2
    assert "no part latencies" in done.stderr


def test_hot_spots_are_named_by_function(tmp_path: Path) -> None:
    """Reading, deciding and delivering are profiled in one process."""
    printed = bench(tmp_path, "--hot-spots")

    assert "Reading and deciding" in printed
    assert "read_mail" in printed
    assert "Delivering" in printed


def test_a_simulated_year_is_told_twice_alike(tmp_path: Path) -> None:
    """Two processes tell the same story of one seed, to the byte, beside the floor of the rows alone."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.simulated_year", "--cases", "10"],
        check=False,
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "a year of 10 cases" in done.stdout
    assert "times the CPU of the floor" in done.stdout
