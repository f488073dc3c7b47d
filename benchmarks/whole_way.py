"""The whole way: the real daemon, from SMTP receipt to the acknowledgement taken by the sink."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.company import found_busy_company
from benchmarks.corpus import Request
from benchmarks.exchange import Sent, Sink, await_answers, send_all
from benchmarks.measured import Measured
from benchmarks.process_tree import Usage
from examples.demo.company import Company, free_ports
from examples.demo.service import running

PATIENCE_SECONDS = 300.0
MAILS_A_REQUEST = 2  # the acknowledgement, and the technician's notification


@dataclass(frozen=True, slots=True)
class Database:
    """Which database is used; `process` is its server's, whose CPU is told apart (0: there is none)."""

    name: str
    url: str
    process: int


SQLITE = Database("SQLite", "", 0)


def whole_way(folder: Path, database: Database, warm_up: Sequence[Request], corpus: Sequence[Request]) -> Measured:
    """Measure the daemon on an empty database.

    Args:
        folder: for its configuration and, on SQLite, its database.
        database: an empty one.
        warm_up: sent first, not measured.
        corpus: what is measured.

    Raises:
        Miscounted: a request had no acknowledgement, or two.
    """
    sink = Sink(port=free_ports(1)[0])
    company = found_busy_company(folder, sink_port=sink.port, database=database.url)
    with running(company) as process:
        processes = tuple(filter(None, (process, database.process)))
        before, sent, after = asyncio.run(_measured(company, processes, sink, (warm_up, corpus)))
    acknowledged = [sink.at[request.message_id] for request in corpus]
    waits = tuple(at - sent.taken_at[request.message_id] for at, request in zip(acknowledged, corpus, strict=True))
    seconds, used = max(acknowledged) - sent.began, after[0].since(before[0])
    aside = _aside(len(corpus), sent, used)
    if database.process:
        aside += f", {database.name} itself {1000 * after[1].since(before[1]).cpu_seconds / len(corpus):.2f} ms"
    return Measured(f"supportd on {database.name}", len(corpus), seconds, used, waits, aside)


def _aside(mails: int, sent: Sent, used: Usage) -> str:
    own, others = (1000 * each / mails for each in (used.own_seconds, used.cpu_seconds - used.own_seconds))
    return (
        f"{mails / sent.seconds:,.0f} mails/s were taken with 250; "
        f"CPU a mail: listener and delivery {own:.2f} ms, readers {others:.2f} ms"
    )


async def _measured(
    company: Company, processes: tuple[int, ...], sink: Sink, corpora: tuple[Sequence[Request], Sequence[Request]]
) -> tuple[list[Usage], Sent, list[Usage]]:
    """Warm up, then measure; gives the usage of each process tree before, what was sent, and the usage after."""
    async with sink:
        await _exchange(company, sink, corpora[0])
        before = [Usage.of(process) for process in processes]
        sent = await _exchange(company, sink, corpora[1])
        return before, sent, [Usage.of(process) for process in processes]


async def _exchange(company: Company, sink: Sink, corpus: Sequence[Request]) -> Sent:
    expected = sink.taken + MAILS_A_REQUEST * len(corpus)
    sent = await send_all(corpus, company.smtp_port)
    await await_answers(sink, corpus, mails=expected, seconds=PATIENCE_SECONDS)
    return sent
