"""The durable 250: our own listener at 32 clients, committing each mail, beside the same listener that stores nothing.

Both are a process with a listener and an intake alone: no reader competes for the processor.  Run as a program
(`python -m benchmarks.durable CONFIG [nothing]`) this is that process.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.company import found_busy_company
from benchmarks.corpus import Request
from benchmarks.exchange import Pace, send_all
from benchmarks.measured import Measured
from benchmarks.process_tree import Usage
from daemon.clock import system_clock
from daemon.ingest.intake import Intake
from daemon.ingest.listener import serve
from daemon.log import configure
from daemon.model.mail import Arrival
from daemon.settings import load
from daemon.store.database import open_database
from daemon.supervisor.turns import take_short_turns

CLIENTS = Pace(connections=32)
ROUNDS = 3
NOTHING = "nothing"


class Forgetful(Intake):
    """An intake that says at once that a mail is stored, and forgets it."""

    def keep(self, arrival: Arrival) -> "Future[None]":  # noqa: ARG002  # as in Intake
        """Store nothing."""
        done: Future[None] = Future()
        done.set_result(None)
        return done


def durable(folder: Path, database: str, warm_up: Sequence[Request], corpus: Sequence[Request]) -> tuple[Measured, ...]:
    """Return the listener that stores nothing and the one that commits, the best of a few rounds each, in turn."""
    config = found_busy_company(folder, sink_port=0, database=database).config
    names = {NOTHING: "listener, 32 clients, nothing stored", "": "listener, 32 clients, durable 250"}
    rounds = [
        [_round(names[mode], (str(config), *filter(None, [mode])), warm_up, corpus) for mode in names]
        for _ in range(ROUNDS)
    ]
    return tuple(max(column, key=lambda row: row.rate) for column in zip(*rounds, strict=True))


def _round(name: str, words: tuple[str, ...], warm_up: Sequence[Request], corpus: Sequence[Request]) -> Measured:
    command = [sys.executable, "-m", "benchmarks.durable", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii") as process:
        assert process.stdout is not None, "a pipe was asked for"
        port = int(process.stdout.readline())
        asyncio.run(send_all(warm_up, port, CLIENTS))
        before = Usage.of(process.pid)
        sent = asyncio.run(send_all(corpus, port, CLIENTS))
        used = Usage.of(process.pid).since(before)
        process.terminate()
    return Measured(name, len(corpus), sent.seconds, used)


async def _listen(folder: Path, kind: Callable[..., Intake]) -> None:
    config = load(folder, {}, datetime.now(tz=UTC).date())
    intake = kind(open_database(config.settings.database_url), system_clock, lambda: None)
    intake.start()
    settings = replace(config.settings.listeners[0], port=0)
    listener = await serve(settings, lambda: config, intake=intake, clock=system_clock)
    sys.stdout.write(f"{listener.port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    configure()
    take_short_turns()
    asyncio.run(_listen(Path(sys.argv[1]), Forgetful if NOTHING in sys.argv[2:] else Intake))
