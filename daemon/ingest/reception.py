"""What the listener answers and what it takes: limits, recipients, and the way into the intake (S1.1, S1.5).

Knows nothing of the SMTP library.  Every answer is fixed text: a temporary trouble of ours is `451` or `452`, and says
nothing of the inside.  Sources: RFC 5321 4.2.
"""

import asyncio
import io
import ipaddress
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from daemon.clock import Clock
from daemon.errors import SupportdError
from daemon.ingest.intake import Intake
from daemon.ingest.oversize import too_large
from daemon.ingest.recipients import mailbox_of
from daemon.ingest.smtp_path import NULL_PATH
from daemon.ingest.smtp_replies import (
    KEPT,
    NO_ROOM,
    NOT_OURS,
    OK,
    RECIPIENT_OK,
    TOO_LARGE,
    TOO_MANY_RECIPIENTS,
    TROUBLE,
)
from daemon.model.mail import Arrival, Envelope
from daemon.model.setup import Config, ListenerSettings

CRLF = b"\r\n"
END_OF_DATA = b"\r\n.\r\n"
FRAMING = 5
"""Octets around a message as it is read: the CRLF put before it, and the dot line."""

COMMIT_SECONDS = 120.0
"""How long a client waits for a commit (a database that hangs) before it is told to come again; a mail that is
committed after all is folded with the copy that comes again (S1.3)."""

log = structlog.get_logger()


class Budget:
    """Octets that may be in memory at once, over all clients of a listener; used from the event loop alone."""

    def __init__(self, octets: int) -> None:
        self._left = octets

    def holds(self, octets: int) -> bool:
        """Tell whether so many more would fit."""
        return octets <= self._left

    def take(self, octets: int) -> bool:
        """Count octets in; False: they do not fit, and were not counted."""
        if not self.holds(octets):
            return False
        self._left -= octets
        return True

    def give_back(self, octets: int) -> None:
        """Count octets out."""
        self._left += octets


class Content:
    """The octets after DATA as they come: bounded, and thrown away from the first one too many on.

    They are written to one buffer that becomes the message: no octet of a large mail is in memory twice.
    """

    def __init__(self, limit: int, budget: Budget) -> None:
        self.limit = limit
        self.budget = budget
        self.size = 0
        self.counted = 0
        self.refusal = ""
        self._message = io.BytesIO()
        self._held = b""  # a line end at the end of a piece: the next one may begin with a dot
        self._before = len(CRLF)  # so many octets stand before the message

    def add(self, piece: bytes) -> None:
        """Take octets, or note why they cannot be taken; a refusal throws away all that came before."""
        self.size += len(piece)
        if self.refusal:
            return
        if self.size > self.limit:
            self._refuse(TOO_LARGE)
        elif self.budget.take(len(piece)):
            self.counted += len(piece)
            self._write(piece)
        else:
            self._refuse(NO_ROOM)

    def octets(self) -> bytes:
        """Return the message, and forget it: what is still held is the end of the dot line (RFC 5321 4.5.2)."""
        message, self._message = self._message.getvalue(), io.BytesIO()
        return message

    def release(self) -> None:
        """Give everything back to the budget; a second time nothing."""
        self._message = io.BytesIO()
        self.budget.give_back(self.counted)
        self.counted = 0

    def _write(self, piece: bytes) -> None:
        """Write a piece, its dots unstuffed; only what follows tells of a line end at its end."""
        text = self._held + piece
        held = next(len(end) for end in (CRLF, b"\r", b"") if text.endswith(end))
        plain = text[: len(text) - held].replace(b"\r\n.", CRLF)
        self._held = text[len(text) - held :]
        self._message.write(memoryview(plain)[self._before :])
        self._before -= min(self._before, len(plain))

    def _refuse(self, answer: str) -> None:
        self.refusal = answer
        self.release()


@dataclass(frozen=True, slots=True)
class Transaction:
    """The envelope of one SMTP or LMTP transaction, as far as it was accepted."""

    reverse_path: str  # `NULL_PATH`: none
    recipients: tuple[str, ...]
    peer: str
    greeting: str  # what the client called itself
    config: Config


class Reception:
    """One listener's answers."""

    def __init__(
        self, settings: ListenerSettings, config: Callable[[], Config], *, intake: Intake, clock: Clock
    ) -> None:
        self.settings = settings
        self.config = config  # read once a transaction, so that a reload counts from the next one on
        self._budget = Budget(settings.max_octets_in_flight)
        self._intake = intake
        self._clock = clock

    def answer_sender(self, *, declared_octets: int) -> str:
        """Answer MAIL FROM within the size limit; `declared_octets` is its SIZE parameter, 0 without one."""
        return OK if self._budget.holds(declared_octets) else NO_ROOM

    def answer_recipient(self, transaction: Transaction, address: str) -> str:
        """Answer RCPT TO: our own addresses only, and not too many."""
        if mailbox_of(address, transaction.config.plan.mailboxes) is None:
            log.info("recipient.refused", peer=transaction.peer)
            return NOT_OURS
        if len(transaction.recipients) >= self.settings.max_recipients:
            return TOO_MANY_RECIPIENTS
        return RECIPIENT_OK

    def content(self, transaction: Transaction) -> Content:
        """Return what the octets of this transaction's DATA go into."""
        return Content(transaction.config.settings.max_message_octets + FRAMING, self._budget)

    async def settle(self, transaction: Transaction, content: Content) -> str:
        """Answer the final dot."""
        if content.refusal == TOO_LARGE:
            return await self.refuse_size(transaction)
        if content.refusal:
            log.warning("mail.deferred", peer=transaction.peer, reason="octets in flight")
            return content.refusal
        return await self._keep(transaction, content)

    async def refuse_size(self, transaction: Transaction) -> str:
        """Record and answer a message over the size limit (S1.2: `rejected`)."""
        reason = too_large(transaction.config.settings.max_message_octets)
        recorded = self._intake.reject(self._arrival(transaction, b""), reason=reason)
        if not await _succeeds(recorded):
            return TROUBLE
        log.info("mail.rejected", peer=transaction.peer, reason=reason)
        return TOO_LARGE

    async def _keep(self, transaction: Transaction, content: Content) -> str:
        """Store the message and answer for it; a client that goes away meanwhile changes nothing."""
        arrival = self._arrival(transaction, content.octets())
        kept = self._intake.keep(arrival)
        _release_when_done(kept, content)
        if not await _succeeds(kept):
            return TROUBLE
        log.info("mail.kept", source=arrival.source, source_key=arrival.source_key, octets=len(arrival.raw))
        return KEPT

    def _arrival(self, transaction: Transaction, raw: bytes) -> Arrival:
        path = transaction.reverse_path
        reached = (mailbox_of(address, transaction.config.plan.mailboxes) for address in transaction.recipients)
        return Arrival(
            raw=raw,
            source=f"{self.settings.protocol} {transaction.peer}",
            source_key=f"{self.settings.protocol}:{uuid.uuid4().hex}",
            mailbox=next((name for name in reached if name), ""),
            envelope=Envelope(
                reverse_path="" if path == NULL_PATH else path,
                recipients=_unique(transaction.recipients),
                peer=transaction.peer,
                greeting=transaction.greeting if self.settings.protocol == "smtp" else "",
            ),
            received_at=self._clock(),
        )


def peer_address(peername: object) -> str:
    """Return the IP address of a socket's peer, an IPv4 one in its own form, or the empty string."""
    if not isinstance(peername, tuple):
        return ""
    try:
        address = ipaddress.ip_address(str(peername[0]).partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def _unique(recipients: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(recipients))


def _release_when_done(kept: "Future[None]", content: Content) -> None:
    """Count the octets as in flight until the writer is done with them, whether or not the client still waits."""
    loop = asyncio.get_running_loop()
    kept.add_done_callback(lambda _: loop.call_soon_threadsafe(content.release))


async def _succeeds(committed: "Future[None]") -> bool:
    """Wait for a commit; how it ends is looked at even if the client, or our patience, has left by then."""
    answer = asyncio.wrap_future(committed)
    answer.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    try:
        async with asyncio.timeout(COMMIT_SECONDS):
            await asyncio.shield(answer)
    except (SupportdError, TimeoutError):
        return False
    return True
