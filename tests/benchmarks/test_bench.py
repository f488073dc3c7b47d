"""The bench measures what it says: the same mails for the same seed, and no rate without the right counts."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.corpus import make_corpus
from benchmarks.exchange import Miscounted, Sink, await_answers
from benchmarks.process_tree import Usage

ROOT = Path(__file__).parents[2]


def acknowledgement(message_id: str) -> bytes:
    """Return a mail that answers a request, as the sink gets it."""
    head = f"To: contact0@customer0.example\r\nIn-Reply-To: <{message_id}>\r\nSubject: Yours\r\n"
    return f"{head}\r\nThank you.\r\n.\r\n".encode()


def test_the_same_seed_gives_the_same_mails() -> None:
    """A run can be repeated by its seed; another seed gives other mails, and no Message-ID comes twice."""
    corpus = make_corpus(200, seed=7, name="measured")

    assert corpus == make_corpus(200, seed=7, name="measured")
    assert corpus != make_corpus(200, seed=8, name="measured")
    assert len({request.message_id for request in corpus}) == 200


@pytest.mark.parametrize("taken", [(), (0,), (0, 1, 1)], ids=["none", "one missing", "one twice"])
def test_a_wrong_count_gives_no_rate(taken: tuple[int, ...]) -> None:
    """Every request has exactly one acknowledgement, or the run fails."""
    corpus, sink = make_corpus(2, seed=1, name="counted"), Sink()
    for number in taken:
        sink._note(acknowledgement(corpus[number].message_id))

    with pytest.raises(Miscounted):
        asyncio.run(await_answers(sink, corpus, mails=2, seconds=0.1))


def test_the_right_count_is_believed() -> None:
    """One acknowledgement each."""
    corpus, sink = make_corpus(2, seed=1, name="counted"), Sink()
    for request in corpus:
        sink._note(acknowledgement(request.message_id))

    asyncio.run(await_answers(sink, corpus, mails=2, seconds=0.1))


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


def test_the_bench_runs_to_its_table(tmp_path: Path) -> None:
    """The floors and the daemon on SQLite have a line each."""
    printed = bench(tmp_path, "--sqlite-only")

    for words in ("seed 1", "aiosmtpd, nothing stored", "reading alone", "supportd on SQLite"):
        assert words in printed


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
