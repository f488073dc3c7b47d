"""The one door to aiosmtpd: a socket on which mail is delivered to us by SMTP or LMTP (S1.5).

aiosmtpd speaks the commands.  DATA is ours: read in pieces of any line length, counted against a budget over all
clients, ended by CRLF.CRLF alone (a bare LF ends nothing: no smuggling), answered once a recipient in LMTP, and
committed before it is answered.  Sources: RFC 5321, RFC 2033 (LMTP), RFC 1870 (SIZE), RFC 3207 (STARTTLS), RFC 2920
(PIPELINING), RFC 6531 (SMTPUTF8).
"""

import asyncio
import logging
import os
import socket
import time
import weakref
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any, Never

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from daemon.accepting import close_server
from daemon.clock import Clock
from daemon.errors import Permanent
from daemon.ingest.certificate import Certificate
from daemon.ingest.intake import Intake
from daemon.ingest.reception import END_OF_DATA, Reception, Transaction, peer_address
from daemon.ingest.smtp_hooks import Hooks
from daemon.ingest.smtp_path import read_path
from daemon.ingest.smtp_replies import enhanced
from daemon.model.setup import Config, ListenerSettings

TOO_BUSY = b"421 4.3.2 Too many connections; please try again later\r\n"
LEAVING = b"421 4.3.2 The service is stopping; please try again later\r\n"
PIECE_OCTETS = 64 * 2**10
PATIENCE = 4
"""A message may be so many times over the size limit before the connection is cut rather than read to its end."""
GRACE_SECONDS = 10.0

log = structlog.get_logger()
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd logs addresses and every command; we do not


class _Session(SMTP):
    """One client's connection."""

    line_length_limit = PIECE_OCTETS  # of what is read at once: DATA takes longer lines in pieces
    command_size_limit = 1024
    command_size_limits: dict[str, int] = defaultdict(lambda: 1024)  # noqa: RUF012  # aiosmtpd declares it so
    answers_each_recipient = False

    def __init__(self, listener: "Listener", **settings: Any) -> None:
        self.transaction: Transaction | None = None
        self._listener = listener
        self._leaving = False
        super().__init__(Hooks(listener.reception), data_size_limit=None, enable_SMTPUTF8=True, **settings)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._handler_coroutine is not None:
            self._handler_coroutine.add_done_callback(_note_end)

    def connection_lost(self, error: Exception | None) -> None:
        self._listener.sessions.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self._reset_timeout()  # idle time is time without an octet, also inside DATA
        super().data_received(data)

    def leave(self) -> None:
        """End at once, or as soon as the transaction in hand has its answer."""
        self._leaving = True
        if self.transaction is None and self.transport is not None and not self.transport.is_closing():
            self._writer.write(LEAVING)
            self.transport.close()

    def abort(self) -> None:
        """Cut the connection, below TLS: a TLS transport that was closed twice cuts nothing any more."""
        transport = self._original_transport or self.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    def _drop(self) -> Never:
        """Cut the connection from inside its own task, at once: what it has sent already is not looked at."""
        self.abort()
        raise asyncio.CancelledError

    async def push(self, status: Any) -> None:
        await super().push(enhanced(status) if isinstance(status, str) else status)
        if self._leaving:
            self.leave()

    def _create_envelope(self) -> Any:
        self.transaction = None
        return super()._create_envelope()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return read_path(arg) or (None, None)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await super().smtp_STARTTLS(arg)
        if self._tls_protocol is not None and self.session is not None and self.session.ssl is None:
            self.connection_lost(None)  # we cut it during the handshake; the TLS layer tells nobody

    async def smtp_VRFY(self, arg: str) -> None:  # noqa: ARG002, N802
        await self.push("252 2.5.2 Send some mail and see")

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: ARG002, N802
        await self.push("502 5.5.1 Not offered here")

    async def smtp_POST(self, arg: str) -> None:  # noqa: ARG002, N802
        """Drop a web browser that a hostile page sent here."""
        log.info("client.dropped", peer=peer_address(self.session.peer if self.session else None))
        self._drop()

    smtp_GET = smtp_PUT = smtp_HEAD = smtp_OPTIONS = smtp_DELETE = smtp_CONNECT = smtp_POST  # noqa: N815

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        if self.transaction is None or not self.transaction.recipients:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        transaction, answer = self.transaction, await self._take(self.transaction)
        self.envelope = self._create_envelope()
        count = len(transaction.recipients) if self.answers_each_recipient else 1
        await self.push("\r\n".join([answer] * count))

    async def _take(self, transaction: Transaction) -> str:
        content = self._listener.reception.content(transaction)
        try:
            async for piece in self._pieces():
                content.add(piece)
                if content.size > PATIENCE * content.limit:
                    await self._listener.reception.refuse_size(transaction)
                    self._drop()
        except BaseException:
            content.release()
            raise
        return await self._listener.reception.settle(transaction, content)

    async def _pieces(self) -> AsyncIterator[bytes]:
        """Give all up to and with the final CRLF.CRLF, in pieces; a CRLF stands before, so that each line has one."""
        waiting: bytearray = self._reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001  # no public way to put octets back
        waiting[:0] = b"\r\n"
        while True:
            try:
                piece = await self._reader.readuntil(END_OF_DATA)
            except asyncio.LimitOverrunError as longer:
                yield await self._reader.read(longer.consumed)
            else:
                yield piece
                return


class _LmtpSession(_Session, LMTP):
    """One client's connection, by LMTP: an answer for each recipient (RFC 2033 4.2)."""

    answers_each_recipient = True


class _Refusal(asyncio.Protocol):
    """A connection that is told why it is not wanted, and closed."""

    def __init__(self, reason: bytes) -> None:
        self._reason = reason

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.write(self._reason)
        transport.close()


LAST_CLIENTS_SECONDS = 0.05
"""Who was accepted just before the socket closed is told so and cut in this time, not left to the end of the loop."""


class Listener:
    """An open socket and its clients."""

    def __init__(self, reception: Reception, certificate: Certificate | None) -> None:
        self.reception = reception
        self.sessions: weakref.WeakSet[_Session] = weakref.WeakSet()
        self._certificate = certificate
        self._server: asyncio.Server | None = None
        self._closing = False

    async def open(self) -> None:
        """Bind the socket and take clients.

        Raises:
            Permanent: the address cannot be bound.
        """
        settings = self.reception.settings
        try:
            self._server = await asyncio.get_running_loop().create_server(self._client, settings.host, settings.port)
        except OSError as trouble:
            why = os.strerror(trouble.errno).lower() if trouble.errno else str(trouble)
            place = f"{settings.host}:{settings.port}"
            raise Permanent(f"listener {place}: {why}; stop what uses it, or give another port") from trouble

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        if self._server is None or not self._server.sockets:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take no more clients, let the transactions in hand end for a while, then cut what is left."""
        if self._server is None:
            return
        self._closing = True
        await close_server(self._server)
        for session in tuple(self.sessions):
            session.leave()
        end = time.monotonic() + GRACE_SECONDS
        while self.sessions and time.monotonic() < end:
            await asyncio.sleep(0.02)
        for session in tuple(self.sessions):
            session.abort()
        await asyncio.sleep(0)  # lets their connections be lost
        await self._server.wait_closed()
        await asyncio.sleep(LAST_CLIENTS_SECONDS)

    def _client(self) -> asyncio.Protocol:
        if self._closing:  # accepted just before
            return _Refusal(LEAVING)
        if len(self.sessions) >= self.reception.settings.max_connections:
            log.warning("client.refused", connections=len(self.sessions))
            return _Refusal(TOO_BUSY)
        session = SESSIONS[self.reception.settings.protocol](
            self,
            hostname=socket.gethostname(),
            ident="supportd",
            tls_context=self._certificate.context() if self._certificate else None,
            timeout=self.reception.settings.idle_seconds,
            loop=asyncio.get_running_loop(),
        )
        self.sessions.add(session)
        return session


SESSIONS: dict[str, type[_Session]] = {"smtp": _Session, "lmtp": _LmtpSession}


async def serve(settings: ListenerSettings, config: Callable[[], Config], *, intake: Intake, clock: Clock) -> Listener:
    """Open a listener in the running loop; `close` ends it in an orderly way.

    Args:
        settings: where it listens, and its limits.
        config: gives the configuration of the moment; read once a transaction.
        intake: what takes the mail; started by whoever made it.
        clock: stamps `received_at`.

    Raises:
        Permanent: the address cannot be bound or the certificate cannot be read.
    """
    certificate = Certificate(settings.tls_certificate, settings.tls_key) if settings.tls_certificate else None
    listener = Listener(Reception(settings, config, intake=intake, clock=clock), certificate)
    await listener.open()
    return listener


def _note_end(session: "asyncio.Task[None]") -> None:
    """Take note of how a session's task ended: a client that went away is no error of ours."""
    if not session.cancelled():
        session.exception()
