"""The door to uvicorn: the application on an address, in a thread of its own with a loop of its own.

It is bounded in connections, in the octets of a request's head, and in the time that a client may take; whoever is
slower is cut off.  A web server of the operator's stands before it.
"""

import asyncio
import logging
import socket
import threading
from typing import Final

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from daemon.accepting import close_server
from daemon.errors import Permanent

FIELDS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer, whatever it is: browsers do nothing with it but show it."""

CONNECTIONS = 200
BACKLOG = 128
LONGEST_HEAD = 16384
IDLE_SECONDS = 10
PATIENCE = 20.0
"""So many seconds a client may take for a request and its answer."""
STOP_SECONDS = 3


class _Patient(H11Protocol):
    """HTTP/1.1, up to a limit of time: uvicorn itself waits for ever for a request that does not end."""

    patience = PATIENCE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._seen: object = None
        self._deadline = self.loop.call_later(self.patience, self._look_at_the_clock)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def _look_at_the_clock(self) -> None:
        """Cut off a client that has ended no request since the last look, or has not taken its answer."""
        if self.cycle is None or self.cycle is self._seen or not self.cycle.response_complete:
            self.transport.abort()
            return
        self._seen = self.cycle
        self._deadline = self.loop.call_later(self.patience, self._look_at_the_clock)


class _Orderly(Server):
    """A server that forgets nobody whom it accepted just before its end."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            await close_server(server)
        await super().shutdown(sockets)


class PageServer:
    """One address on which the page is served."""

    def __init__(self, address: str, app: ASGIApp, *, patience: float) -> None:
        """Bind `address` ("127.0.0.1:8027") and start to serve; `patience`: seconds for a request and its answer.

        Raises:
            Permanent: the address cannot be bound.
        """
        self.address = address
        self._socket = _bound(address)
        self._server = _Orderly(
            Config(
                app,
                loop="asyncio",
                http=type("Patient", (_Patient,), {"patience": patience}),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                headers=list(FIELDS.items()),
                proxy_headers=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=STOP_SECONDS,
                h11_max_incomplete_event_size=LONGEST_HEAD,
            )
        )
        self._thread = threading.Thread(target=self._serve, name=f"status page {address}", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Tell whether the thread still serves."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Stop taking connections, let answers in hand end, and give the address back."""
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS + 2)
        self._socket.close()

    def _serve(self) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it tells of every odd client
        asyncio.run(self._serve_and_let_go())

    async def _serve_and_let_go(self) -> None:
        """Serve until told to stop; then cut the connections that uvicorn's own patience left open."""
        await self._server.serve(sockets=[self._socket])
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # lets them be lost


def _bound(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        family, kind, protocol, _, place = found[0]
        bound = socket.socket(family, kind, protocol)  # the protocol is named: only then asyncio turns Nagle off
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(place)
            bound.listen(BACKLOG)
        except OSError:
            bound.close()
            raise
    except OSError as trouble:
        raise Permanent(f"status page {address}: {trouble.strerror or trouble}: choose another `listen`") from trouble
    return bound
