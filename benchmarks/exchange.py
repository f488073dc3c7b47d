"""The light client: sends a corpus over a few kept-open connections and takes the answers, in one process.

Both ends speak just enough SMTP for a well-behaved other side, so that they cost little of what is measured.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, cast

from benchmarks.corpus import Request

HOST = "127.0.0.1"
CONNECTIONS = 8
END_OF_DATA = b"\r\n.\r\n"
ANSWERED = re.compile(rb"^In-Reply-To:\s*<([^>\r\n]*)>", re.MULTILINE | re.IGNORECASE)
RECIPIENT = re.compile(rb"^To:.*?([^\s<>]+@[^\s<>]+)", re.MULTILINE | re.IGNORECASE)


class Miscounted(Exception):
    """Not every mail had exactly one acknowledgement: no rate can be believed."""


@dataclass(slots=True)
class Sink:
    """A local SMTP server that takes everything and notes when."""

    port: int = 0
    taken: int = 0
    answers: Counter[str] = field(default_factory=Counter)  # by the Message-ID that is answered
    at: dict[str, float] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _clients: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        """Listen on any free port, or on the one it had."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port, limit=2**22)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Stop listening, and hang up."""
        if self._server:
            self._server.close()
        for writer in self._clients.values():
            writer.close()
        await asyncio.gather(*self._clients)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._clients[task] = writer
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        writer.close()
        del self._clients[task]

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self._note(await reader.readuntil(END_OF_DATA))
            writer.write(b"250 ok\r\n" if verb != b"QUIT" else b"221 bye\r\n")
            if verb == b"QUIT":
                return

    def _note(self, octets: bytes) -> None:
        """Count what came; a mail to a contact of a customer is an acknowledgement."""
        self.taken += 1
        head = octets[: octets.find(b"\r\n\r\n")]
        answered, recipient = ANSWERED.search(head), RECIPIENT.search(head)
        if answered and recipient and not recipient[1].endswith(b"@desk.example"):
            message_id = answered[1].decode()
            self.answers[message_id] += 1
            self.at[message_id] = time.perf_counter()


@dataclass(frozen=True, slots=True)
class Sent:
    """What the client saw: when it began, and when each mail had its 250."""

    began: float
    taken_at: dict[str, float]

    @property
    def seconds(self) -> float:
        """Return how long taking all of them took."""
        return max(self.taken_at.values()) - self.began


async def send_all(corpus: Sequence[Request], port: int) -> Sent:
    """Send a corpus over `CONNECTIONS` connections, each mail once.

    Raises:
        Miscounted: a mail was refused.
    """
    waiting = iter(corpus)
    taken_at: dict[str, float] = {}
    began = time.perf_counter()
    await asyncio.gather(*(_send_some(waiting, port, taken_at) for _ in range(CONNECTIONS)))
    return Sent(began, taken_at)


async def _send_some(waiting: Iterator[Request], port: int, taken_at: dict[str, float]) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    await _expect(reader, b"220")
    await _say(reader, writer, b"EHLO client.example\r\n", b"250")
    for request in waiting:
        await _say(reader, writer, f"MAIL FROM:<{request.sender}>\r\n".encode(), b"250")
        await _say(reader, writer, b"RCPT TO:<support@desk.example>\r\n", b"250")
        await _say(reader, writer, b"DATA\r\n", b"354")
        await _say(reader, writer, request.octets.replace(b"\r\n.", b"\r\n..") + b".\r\n", b"250")
        taken_at[request.message_id] = time.perf_counter()
    await _say(reader, writer, b"QUIT\r\n", b"221")
    writer.close()


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes, answer: bytes) -> None:
    writer.write(words)
    await _expect(reader, answer)


async def _expect(reader: asyncio.StreamReader, answer: bytes) -> None:
    line = await reader.readline()
    while line[3:4] == b"-":
        line = await reader.readline()
    if not line.startswith(answer):
        raise Miscounted(f"the listener answered {line!r}, not {answer!r}")


async def await_answers(sink: Sink, corpus: Sequence[Request], *, mails: int, seconds: float) -> None:
    """Wait until the sink has taken `mails` mails, one acknowledgement of every request among them.

    Raises:
        Miscounted: they did not come, or one came twice.
    """
    end = time.monotonic() + seconds
    while sink.taken < mails and time.monotonic() < end:
        await asyncio.sleep(0.02)
    counts = Counter(sink.answers[request.message_id] for request in corpus)
    if counts != {1: len(corpus)} or sink.taken != mails:
        seen = ", ".join(f"{count}: {requests}" for count, requests in sorted(counts.items()))
        raise Miscounted(f"{sink.taken} of {mails} mails came; requests by number of acknowledgements: {seen}")
