"""The floors: what taking the mail costs by itself, what reading it costs, and how long the disk takes to keep it.

Run as a program (`python -m benchmarks.floors`) this is the listener that stores nothing.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from aiosmtpd.smtp import SMTP

from benchmarks.corpus import Request
from benchmarks.exchange import send_all
from benchmarks.measured import Measured
from benchmarks.process_tree import Usage
from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.mail import Envelope
from examples.demo.company import HOST

FLUSHES = 200
FLUSHED_OCTETS = 8192


class _Nothing:
    """A handler that takes every mail and forgets it."""

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
        return "250 OK"


def null_listener(warm_up: Sequence[Request], corpus: Sequence[Request]) -> Measured:
    """Measure aiosmtpd with a handler that stores nothing, as a process of its own."""
    command = [sys.executable, "-m", "benchmarks.floors"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="ascii") as process:
        assert process.stdout is not None, "a pipe was asked for"
        port = int(process.stdout.readline())
        asyncio.run(send_all(warm_up, port))
        before = Usage.of(process.pid)
        sent = asyncio.run(send_all(corpus, port))
        after = Usage.of(process.pid)
        process.terminate()
    return Measured("floor: aiosmtpd, nothing stored", len(corpus), sent.seconds, after.since(before))


def parsing_alone(warm_up: Sequence[Request], corpus: Sequence[Request]) -> Measured:
    """Measure `read_mail` over the corpus in one process that does nothing else."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_parse_all, args=(theirs, warm_up, corpus))
    process.start()
    seconds, usage = ours.recv()
    process.join()
    return Measured("floor: reading alone, one process", len(corpus), seconds, usage)


def _parse_all(channel: Connection, warm_up: Sequence[Request], corpus: Sequence[Request]) -> None:
    _parse(warm_up)
    before, began = Usage.of(os.getpid()), time.perf_counter()
    _parse(corpus)
    seconds = time.perf_counter() - began
    channel.send((seconds, Usage.of(os.getpid()).since(before)))


def _parse(corpus: Sequence[Request]) -> None:
    for request in corpus:
        read_mail(request.octets, Envelope(request.sender, ("support@desk.example",), HOST), Trust((), ()))


def flush_ms(folder: Path) -> float:
    """Return how many milliseconds the disk takes to make a few kilobytes durable."""
    block = os.urandom(FLUSHED_OCTETS)
    with (folder / "flushed").open("wb", buffering=0) as file:
        began = time.perf_counter()
        for _ in range(FLUSHES):
            file.write(block)
            os.fsync(file.fileno())
        return 1000 * (time.perf_counter() - began) / FLUSHES


async def _listen() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Nothing(), loop=loop), HOST, 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_listen())
