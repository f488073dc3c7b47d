"""The parts of a run: each measures something, prints its lines, and says which targets it met."""

from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.durable import durable
from benchmarks.exchange import Pace
from benchmarks.growth import SMALL, grown
from benchmarks.large_desk import LARGE, fastest, found_large_company
from benchmarks.measured import bounds, print_table
from benchmarks.peers.comparison import at_size, beside_peers
from benchmarks.readiness import empty_desk, start_seconds
from benchmarks.targets import Target, at_least, at_most
from benchmarks.whole_way import SQLITE, whole_way

STEADY = Pace(a_second=20.0)
STEADY_SECONDS = 20


def throughput(bench: Bench) -> list[Target]:
    """Measure the whole way on each database, beside the floors; nothing was asked for, the peers' part compares."""
    ways = [bench.on_sqlite, bench.on_postgresql]
    print_table([bench.listening, bench.reading, *filter(None, ways)], bench.floor_ms)
    print(f"floor: {bench.flush_ms:.2f} ms until the disk has made 8 KiB durable")
    return []


def durable_250(bench: Bench) -> list[Target]:
    """Measure our listener at 32 clients, committing and not (S1.1)."""
    databases = [SQLITE, bench.postgresql_database()]
    return [_durable(bench, database.name, database.url) for database in databases if database]


def _durable(bench: Bench, name: str, url: str) -> Target:
    forgetful, committing = durable(bench.place(f"durable-{name}"), url, bench.warm_up, bench.corpus)
    print_table([forgetful, committing], bench.floor_ms)
    return at_least(
        f"durable 250 at 32 clients, {name}, beside storing nothing",
        45.0,
        100 * committing.rate / forgetful.rate,
        unit="{:.0f} %",
        held_by=f"{committing.rate:,.0f} of {forgetful.rate:,.0f} mails/s, {committing.cpu_ms:.2f} beside "
        f"{forgetful.cpu_ms:.2f} ms of CPU; {bounds(committing)}; a flush takes {bench.flush_ms:.2f} ms",
    )


def latency(bench: Bench) -> list[Target]:
    """Measure how long a mail takes at 20 a second, from its last octet to its acknowledgement."""
    corpus = bench.more("steady", int(STEADY.a_second) * STEADY_SECONDS)
    targets = []
    for database in filter(None, [SQLITE, bench.postgresql_database()]):
        place = bench.place(f"steady-{database.name}")
        row = whole_way(place, database, warm_up=bench.warm_up, corpus=corpus, pace=STEADY)
        print_table([row], bench.floor_ms)
        busy = f"{row.cpu_ms:.1f} ms of CPU a mail; {bounds(row)}"
        what = f"mail in to acknowledgement out at 20/s, {database.name}"
        targets += [
            at_most(f"{what}: median", 150.0, row.wait_ms(50), unit="{:.0f} ms", held_by=busy),
            at_most(f"{what}: 99 %", 1000.0, row.wait_ms(99), unit="{:.0f} ms", held_by=busy),
        ]
    return targets


def ready(bench: Bench) -> list[Target]:
    """Measure from start to ready, on an empty desk and on a large one."""
    desks = {
        "an empty desk": empty_desk(bench.place("ready")),
        f"{LARGE:,} cases": found_large_company(bench.place("ready-large"), LARGE, sink_port=0),
    }
    return [
        at_most(
            f"start to ready, {name}",
            2.0,
            start_seconds(company),
            unit="{:.2f} s",
            held_by="imports, configuration, the start of the readers",
        )
        for name, company in desks.items()
    ]


def growth(bench: Bench) -> list[Target]:
    """Measure a mail's cost on a large desk beside a small one."""
    small, large = grown(bench)
    rates = f"{large.rate:.0f} beside {small.rate:.0f} mails/s"
    print_table([small, large], bench.floor_ms)
    return [
        at_most(
            f"CPU a mail at {LARGE:,} cases, beside {SMALL:,}",
            115.0,
            100 * large.cpu_ms / small.cpu_ms,
            unit="{:.0f} %",
            held_by=f"{large.cpu_ms:.2f} beside {small.cpu_ms:.2f} ms; {rates}",
        )
    ]


def case_list(bench: Bench) -> list[Target]:
    """Measure `supportd case list` on a large desk."""
    company = found_large_company(bench.place("list"), LARGE, sink_port=0)
    seconds, cpu = fastest(company, ("case", "list"))
    return [
        at_most(
            f"supportd case list, {LARGE:,} cases", 0.7, seconds, unit="{:.2f} s", held_by=f"CPU {cpu:.2f} s, imports"
        )
    ]


PARTS: dict[str, Callable[[Bench], list[Target]]] = {
    "throughput": throughput,
    "durable": durable_250,
    "latency": latency,
    "ready": ready,
    "growth": growth,
    "list": case_list,
    "peers": beside_peers,
    "size": at_size,
}
"""In the order in which they run."""
