"""What a mail costs on a desk with much behind it: the same mails to a small desk and to a large one, in turn."""

from dataclasses import replace

from benchmarks.bench import WARM_UP, Bench
from benchmarks.large_desk import LARGE, found_large_company
from benchmarks.measured import Measured, together
from benchmarks.sink import Sink
from benchmarks.whole_way import exchange, serving
from examples.demo.company import Company

SMALL = 1_000
ROUNDS = 3
MAILS = 300  # a round


def grown(bench: Bench) -> tuple[Measured, ...]:
    """Return all rounds on the small desk as one line, and those on the large one."""
    with Sink() as sink:
        desks = {cases: _founded(bench, cases, sink) for cases in (SMALL, LARGE)}
        rounds = [[_round(bench, sink, desk, number) for desk in desks.values()] for number in range(ROUNDS)]
    lines = (together(column) for column in zip(*rounds, strict=True))
    return tuple(_named(line, cases) for cases, line in zip(desks, lines, strict=True))


def large_desk(bench: Bench) -> Measured:
    """Return what the mails of one round take on a large desk, the first in its life here."""
    with Sink() as sink:
        return _named(_round(bench, sink, _founded(bench, LARGE, sink), ROUNDS), LARGE)


def _founded(bench: Bench, cases: int, sink: Sink) -> Company:
    return found_large_company(bench.place(f"desk-{cases}"), cases, sink_port=sink.port)


def _named(line: Measured, cases: int) -> Measured:
    return replace(line, name=f"supportd on SQLite, {cases:,} cases")


def _round(bench: Bench, sink: Sink, desk: Company, number: int) -> Measured:
    with serving(desk) as system:
        exchange(system, sink, bench.more(f"before{number}", WARM_UP))
        return exchange(system, sink, bench.more(f"grown{number}", MAILS))
