"""An SMTP server that takes everything, remembers it, and can be told to misbehave."""

import asyncio
import ssl
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from daemon.accepting import close_server
from tests.servers.neighbour import HOST
from tests.waiting import wait_for


class AfterDot(Enum):
    """What becomes of one mail once its last line has come."""

    TAKE = auto()  # 250
    DEFER = auto()  # 451: the mail is not taken
    REFUSE = auto()  # 554: the mail is not taken
    DROP = auto()  # the mail is taken and the connection is cut without an answer
    STALL = auto()  # the mail is taken and no answer ever comes


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail with its envelope, as it came over the wire (dot-stuffing undone)."""

    reverse_path: str
    recipients: tuple[str, ...]
    octets: bytes
    tls: bool
    login: str | None
    session: int  # counts connections, from 1


@dataclass(frozen=True, slots=True)
class Terms:
    """What the sink asks of its clients."""

    tls: ssl.SSLContext | None = None  # STARTTLS is offered, and required
    logins: tuple[tuple[str, str], ...] = ()  # (user, password); empty: no login
    takes_together: bool = False  # PIPELINING is offered (RFC 2920)
    mails_a_session: int = 1_000_000  # the next one is answered with 421


@dataclass
class _Handler:
    """What aiosmtpd calls, in the sink's own thread; no slots, which its inspection trips over on Python 3.11.2."""

    terms: Terms
    taken: list[Taken] = field(default_factory=list)
    deferred: list[Taken] = field(default_factory=list)
    script: deque[AfterDot] = field(default_factory=deque)
    refusals: dict[str, str] = field(default_factory=dict)
    sessions: dict[Any, int] = field(default_factory=dict)  # number of each peer's, in the order of their coming
    taken_by: Counter[Any] = field(default_factory=Counter)

    async def handle_EHLO(  # noqa: N802  # aiosmtpd prescribes name and arguments
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions.setdefault(session.peer, len(self.sessions) + 1)
        return ["250-PIPELINING", *responses] if self.terms.takes_together else responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, mail_options: list[str]
    ) -> str:
        if self.taken_by[session.peer] >= self.terms.mails_a_session:
            return "421 4.7.0 enough of you"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, rcpt_options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        login = session.auth_data.decode() if session.auth_data else None
        mail = Taken(
            envelope.mail_from,
            tuple(envelope.rcpt_tos),
            envelope.original_content,
            session.ssl is not None,
            login,
            self.sessions[session.peer],
        )
        after = self.script.popleft() if self.script else AfterDot.TAKE
        if after in (AfterDot.DEFER, AfterDot.REFUSE):
            self.deferred.append(mail)
            return "451 4.3.0 try again later" if after is AfterDot.DEFER else "554 5.7.1 not wanted here"
        self.taken.append(mail)
        self.taken_by[session.peer] += 1
        if after is AfterDot.DROP:
            server.transport.abort()
        if after is AfterDot.STALL:
            await asyncio.Event().wait()
        return "250 2.0.0 taken"


class SmtpSink:
    """A recording SMTP server in a thread of its own; `with` starts and stops it."""

    def __init__(self, terms: Terms) -> None:
        self.host, self.port = HOST, 0
        self._terms = terms
        self._handler = _Handler(terms)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def mails(self) -> tuple[Taken, ...]:
        """Return what was taken, in order."""
        return tuple(self._handler.taken)

    @property
    def turned_away(self) -> tuple[Taken, ...]:
        """Return what was deferred or refused after the dot, in order."""
        return tuple(self._handler.deferred)

    def mails_to(self, address: str) -> tuple[Taken, ...]:
        """Return what was taken for this recipient, in order."""
        return tuple(mail for mail in self.mails if address in mail.recipients)

    def script(self, *after: AfterDot) -> None:
        """Say what becomes of the next mails, one each; the ones after them are taken."""
        self._handler.script.extend(after)

    def calm(self) -> None:
        """Take what comes from now on, whatever `script` said."""
        self._handler.script.clear()

    def refuse(self, address: str, answer: str) -> None:
        """Answer RCPT TO this address so (`550 5.1.1 …`, `451 4.2.0 …`), until `accept`."""
        self._handler.refusals[address] = answer

    def accept(self, address: str) -> None:
        """Take mail for this address again."""
        self._handler.refusals.pop(address, None)

    def wait_for(self, count: int, *, seconds: float) -> tuple[Taken, ...]:
        """Return what was taken once that is at least `count` mails.

        Raises:
            TimeoutError: so many did not come in time.
        """
        return (
            wait_for(
                lambda: len(self.mails) >= count and self.mails, seconds=seconds, what=f"{count} mails in the sink"
            )
            or ()
        )

    def start(self) -> None:
        """Listen: on any free port the first time, on the same one after `stop`."""
        started: threading.Event = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), name="smtp-sink", daemon=True)
        self._thread.start()
        if not started.wait(10):
            raise TimeoutError("the SMTP sink did not start")

    def stop(self) -> None:
        """Stop listening and cut every connection; what was taken stays to be read."""
        if self._loop and self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        self._loop = self._thread = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    def _serve(self, started: threading.Event) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(self._protocol, self.host, self.port, reuse_address=True)
        )
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(close_server(server))
        self._loop.run_until_complete(end_everything())
        self._loop.run_until_complete(server.wait_closed())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _protocol(self) -> Any:
        return SMTP(
            self._handler,
            hostname="sink.test.example",
            data_size_limit=None,
            enable_SMTPUTF8=True,
            tls_context=self._terms.tls,
            require_starttls=self._terms.tls is not None,
            authenticator=self._authenticate,
            auth_required=bool(self._terms.logins),
            auth_require_tls=self._terms.tls is not None,
            loop=self._loop,
        )

    def _authenticate(  # aiosmtpd prescribes the arguments
        self, server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any
    ) -> AuthResult:
        if not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False, handled=False)
        given = (auth_data.login.decode(), auth_data.password.decode())
        return AuthResult(success=given in self._terms.logins, handled=False, auth_data=auth_data.login)


async def end_everything() -> None:
    """End what still runs in the running loop and abort its connections: one left behind would warn in a later test.

    asyncio has no public way to ask for them.
    """
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for transport in tuple(getattr(asyncio.get_running_loop(), "_transports").values()):  # noqa: B009
        transport.abort()
    await asyncio.sleep(0)  # lets connection_lost be called
