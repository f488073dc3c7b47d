"""The parts of a run in which others do the same: the same mails, the same sink, one acknowledgement each."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.growth import large_desk
from benchmarks.large_desk import LARGE
from benchmarks.measured import Measured, bounds, print_table
from benchmarks.peers.django_helpdesk import django_helpdesk
from benchmarks.peers.roundup import one_start_each, roundup
from benchmarks.sink import Sink
from benchmarks.targets import Target, at_least, at_most
from benchmarks.whole_way import System, exchange

PEERS = (roundup, django_helpdesk)
PROCESSORS = os.cpu_count() or 1
DOUBLED_MAILS = 500
STARTS = 20
SLOW_MAILS = 100  # so many for a peer with much behind it
PEER_WARM_UP = 20


def beside_peers(bench: Bench) -> list[Target]:
    """Measure ours and theirs, and compare ours with the faster of theirs, set up as their guides know it.

    With a process for each processor, which no guide of theirs sets up, they are shown and not compared.
    """
    started = one_start_each(bench.place("roundup-starts"), bench.more("started", STARTS))
    peers = [_measured(bench, serving) for serving in PEERS]
    doubled = [_measured(bench, partial(serving, processes=PROCESSORS), DOUBLED_MAILS) for serving in PEERS]
    ours = [row for row in (bench.on_sqlite, bench.on_postgresql) if row]
    print_table([bench.listening, bench.reading, started, *peers, *doubled, *ours], bench.floor_ms)
    faster = max(peers, key=lambda row: row.rate)
    return [target for row in ours for target in _compared(bench, row, faster)]


def _compared(bench: Bench, ours: Measured, faster: Measured) -> list[Target]:
    floors = f"reading {bench.reading.cpu_ms:.2f}, listening {bench.listening.cpu_ms:.2f} of {ours.cpu_ms:.2f} ms"
    rates = f"{ours.rate:.0f} beside {faster.rate:.0f} mails/s; {bounds(ours)}"
    cost = f"{floors}; theirs {faster.cpu_ms:.2f} ms"
    return [
        at_least(f"{ours.name}, beside {faster.name}", 6.0, ours.rate / faster.rate, unit="{:.1f} x", held_by=rates),
        at_most("CPU a mail, beside it", 25.0, 100 * ours.cpu_ms / faster.cpu_ms, unit="{:.0f} %", held_by=cost),
    ]


def at_size(bench: Bench) -> list[Target]:
    """Measure ours and django-helpdesk with 200,000 cases behind them."""
    theirs = _measured(bench, partial(django_helpdesk, tickets=LARGE), SLOW_MAILS)
    ours = large_desk(bench)
    print_table([theirs, ours], bench.floor_ms)
    rates = f"{ours.rate:.0f} beside {theirs.rate:.1f} mails/s, {ours.cpu_ms:.2f} beside {theirs.cpu_ms:.2f} ms of CPU"
    what = f"django-helpdesk's rate, both at {LARGE:,} cases"
    return [at_least(what, 30.0, ours.rate / theirs.rate, unit="{:.1f} x", held_by=rates)]


def _measured(bench: Bench, serving: Callable[[Path, int], AbstractContextManager[System]], mails: int = 0) -> Measured:
    with Sink() as sink, serving(bench.place("peer"), sink.port) as system:
        exchange(system, sink, bench.warm_up[:PEER_WARM_UP])
        return exchange(system, sink, bench.corpus[: mails or None])
