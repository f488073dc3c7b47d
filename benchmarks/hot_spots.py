"""Where a mail's time goes: one reader and the delivery, in this process, under cProfile."""

import cProfile
import logging
import pstats
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from benchmarks.company import found_busy_company
from benchmarks.corpus import Request
from daemon.clock import system_clock
from daemon.desk import Desk, open_desk
from daemon.model.mail import Arrival, Envelope
from daemon.outbound.delivery import Delivery
from daemon.outbound.recording import Retry
from daemon.outbound.route import route_of
from daemon.reader.reading import Reader, read_batch
from daemon.rules.retry import next_try
from daemon.settings import load
from daemon.store import inbox
from daemon.store.database import transaction

LINES = 45
CALLS, OWN, CUMULATIVE = 1, 2, 3  # fields of a line of pstats


def print_hot_spots(folder: Path, warm_up: Sequence[Request], corpus: Sequence[Request]) -> None:
    """Print what reading, deciding and delivering cost a mail, by function."""
    company = found_busy_company(folder / "profiled", sink_port=0, database="")
    desk = open_desk(load(company.config, {}, datetime.now(tz=UTC).date()), now=system_clock())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    _keep(desk, warm_up)
    _read(desk)
    _deliver(desk)
    _keep(desk, corpus)
    _profiled("Reading and deciding", lambda: _read(desk), len(corpus))
    _profiled(
        "Delivering (two mails each; the transport's own threads are not seen)", lambda: _deliver(desk), len(corpus)
    )


def _keep(desk: Desk, corpus: Sequence[Request]) -> None:
    arrivals = [
        Arrival(
            r.octets,
            "smtp 127.0.0.1",
            r.message_id,
            "support",
            Envelope(r.sender, ("support@desk.example",), ""),
            system_clock(),
        )
        for r in corpus
    ]
    with transaction(desk.engine) as connection:
        inbox.keep(connection, arrivals, now=system_clock())


def _read(desk: Desk) -> None:
    reader = Reader(desk, "profiled", slow_lane=False, clock=system_clock, say=lambda _standing: None)
    while list(read_batch(reader)):
        continue


def _deliver(desk: Desk) -> None:
    route = route_of(desk.config, clock=system_clock)
    retry = Retry(next_try, random.random)
    delivery = Delivery(desk.engine, route, clock=system_clock, retry=retry, on_failed=lambda *_failed: None)
    while delivery.deliver_due("profiled"):
        continue
    delivery.close()


def _profiled(title: str, work: Callable[[], None], mails: int) -> None:
    """Run `work` under the profiler, and print what a mail costs in each function, with and without what it calls."""
    profile = cProfile.Profile()
    cpu = time.process_time()
    profile.runcall(work)
    cpu = time.process_time() - cpu
    print(f"\n{title}: {1000 * cpu / mails:.2f} ms of CPU a mail, the profiler's own included")
    stats = pstats.Stats(profile)
    for order, column in (("by what it calls too", CUMULATIVE), ("by itself", OWN)):
        print(f"\n{order}: µs a mail, calls a mail")
        _print_costs(stats, column, mails)


def _print_costs(stats: pstats.Stats, column: int, mails: int) -> None:
    costs: dict[Any, Any] = vars(stats)["stats"]
    for (file, line, name), figures in sorted(costs.items(), key=lambda each: -each[1][column])[:LINES]:
        place = "/".join(Path(file).parts[-2:])
        print(f"{1e6 * figures[column] / mails:9.0f} {figures[CALLS] / mails:8.1f}  {place}:{line} {name}")
