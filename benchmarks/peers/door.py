"""The door of a peer without an SMTP listener: takes mails and puts them where the peer reads.  Its CPU is not counted.

Run as a program: `python -m benchmarks.peers.door SPOOL ...`; it prints its port, and fills the folders in turn.
"""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.peers.spool import put
from examples.demo.company import HOST

END_OF_DATA = b"\r\n.\r\n"
LONGEST_OCTETS = 2**22


@contextmanager
def open_door(spools: Sequence[Path]) -> Iterator[int]:
    """Run the door for the time of the block, and give its port."""
    command = [sys.executable, "-m", "benchmarks.peers.door", *map(str, spools)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="ascii") as process:
        assert process.stdout is not None, "a pipe was asked for"
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def _listen(spools: Sequence[str]) -> None:
    numbers = itertools.count()

    def take(octets: bytes) -> None:
        number = next(numbers)
        put(Path(spools[number % len(spools)]), number, octets)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _converse(reader, writer, take)
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0, limit=LONGEST_OCTETS)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Callable[[bytes], None]) -> None:
    writer.write(b"220 door\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            octets = await reader.readuntil(END_OF_DATA)
            take(octets[:-3].replace(b"\r\n..", b"\r\n."))
        writer.write(b"250 ok\r\n" if verb != b"QUIT" else b"221 bye\r\n")
        if verb == b"QUIT":
            return


if __name__ == "__main__":
    asyncio.run(_listen(sys.argv[1:]))
