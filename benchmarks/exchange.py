"""The light client: sends a corpus over a few kept-open connections and waits until every mail is acknowledged.

It speaks just enough SMTP for a well-behaved server, so that it costs little of what is measured.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from benchmarks.corpus import Request
from benchmarks.sink import Answer, Sink
from examples.demo.company import HOST

CONNECTIONS = 8
POLL_SECONDS = 0.05
SETTLING_SECONDS = 0.3
"""So long nothing more may come after the last answer that was expected."""


class Miscounted(Exception):
    """Not every mail had exactly one acknowledgement: no rate can be believed."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a corpus is sent: over how many connections, and how many mails a second (0: as fast as they are taken)."""

    connections: int = CONNECTIONS
    a_second: float = 0.0

    def due(self, number: int) -> float:
        """Return how many seconds after the beginning the mail with this number, from 0, is sent."""
        return number / self.a_second if self.a_second else 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What the client saw, by the mark of each mail: when its last octet was sent, and when it had its 250."""

    began: float
    offered_at: dict[str, float] = field(default_factory=dict)
    taken_at: dict[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Return how long taking all of them took."""
        return max(self.taken_at.values()) - self.began


FLOOD = Pace()


async def send_all(corpus: Sequence[Request], port: int, pace: Pace = FLOOD) -> Sent:
    """Send a corpus, each mail once.

    Raises:
        Miscounted: a mail was not taken.
    """
    sent = Sent(time.time())
    waiting = iter(enumerate(corpus))
    await asyncio.gather(*(_send_some(waiting, port, pace, sent) for _ in range(pace.connections)))
    return sent


async def _send_some(waiting: Iterator[tuple[int, Request]], port: int, pace: Pace, sent: Sent) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    await _expect(reader, b"220")
    await _say(reader, writer, b"EHLO client.example\r\n", b"250")
    for number, request in waiting:
        await asyncio.sleep(max(0.0, sent.began + pace.due(number) - time.time()))
        await _say(reader, writer, f"MAIL FROM:<{request.sender}>\r\n".encode(), b"250")
        await _say(reader, writer, b"RCPT TO:<support@desk.example>\r\n", b"250")
        await _say(reader, writer, b"DATA\r\n", b"354")
        writer.write(request.octets.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        await writer.drain()
        sent.offered_at[request.mark] = time.time()
        await _expect(reader, b"250")
        sent.taken_at[request.mark] = time.time()
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


def await_answers(sink: Sink, corpus: Sequence[Request], *, mails: int, seconds: float) -> dict[str, float]:
    """Wait until `mails` mails about a corpus are in the sink, and return when each request was acknowledged.

    What else comes meanwhile (a desk's reports to its own people) is let through and counts for nothing.

    Raises:
        Miscounted: they did not come, more came, or one request was acknowledged twice.
    """
    marks = {request.mark for request in corpus}
    end = time.monotonic() + seconds
    answers = sink.drain()
    while (missing := mails - _about(marks, answers)) > 0 and time.monotonic() < end:
        due = sink.drained + missing
        while sink.taken < due and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        time.sleep(SETTLING_SECONDS)
        answers += sink.drain()
    if missing:
        raise Miscounted(f"{mails} mails had to come, {mails - missing} came, and {len(answers)} with all others")
    return acknowledged(corpus, answers)


def _about(marks: Set[str], answers: Sequence[Answer]) -> int:
    return sum(answer.mark in marks for answer in answers)


def acknowledged(corpus: Sequence[Request], answers: Sequence[Answer]) -> dict[str, float]:
    """Return when each request was acknowledged, by its mark: an answer to its sender that bears the mark.

    Raises:
        Miscounted: a request had no acknowledgement, or two.
    """
    counts = Counter((answer.mark, answer.recipient) for answer in answers)
    seen = Counter(counts[request.mark, request.sender] for request in corpus)
    if seen != {1: len(corpus)}:
        told = ", ".join(f"{count}: {requests}" for count, requests in sorted(seen.items()))
        raise Miscounted(f"requests by number of acknowledgements: {told}")
    at = {(answer.mark, answer.recipient): answer.at for answer in answers}
    return {request.mark: at[request.mark, request.sender] for request in corpus}
