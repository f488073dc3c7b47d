"""`GET /health` over plain HTTP/1.1 on an address of the operator's: 200 where all is well, else 503 (S1.6)."""

import asyncio
import json
from http import HTTPStatus

from daemon.accepting import close_server
from daemon.errors import Permanent
from daemon.health import Health

LONGEST_REQUEST = 8192
PATIENCE_SECONDS = 5.0


class HealthPage:
    """A tiny server: one request a connection, bounded in octets and time."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._server: asyncio.Server | None = None
        self._address = ""

    async def open(self, address: str) -> None:
        """Listen on `address` ("127.0.0.1:8026"; empty: nowhere) in place of the address before.

        Raises:
            Permanent: the address cannot be bound.
        """
        if address == self._address:
            return
        await self.close()
        host, _, port = address.rpartition(":")
        try:
            if address:
                self._server = await asyncio.start_server(
                    self._answer, host.strip("[]"), int(port), limit=LONGEST_REQUEST
                )
        except OSError as trouble:
            raise Permanent(f"health address {address}: {trouble.strerror or trouble}") from trouble
        self._address = address

    async def close(self) -> None:
        """Stop listening."""
        if self._server:
            await close_server(self._server)
        self._server, self._address = None, ""

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)
            status, body = self._respond(request.split(b"\r\n", 1)[0].split(b" "))
            writer.write(_response(status, body))
            await asyncio.wait_for(writer.drain(), PATIENCE_SECONDS)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def _respond(self, request: list[bytes]) -> tuple[HTTPStatus, object]:
        if len(request) != 3 or request[0] != b"GET":
            return HTTPStatus.METHOD_NOT_ALLOWED, {"error": "only GET /health is answered"}
        if request[1] != b"/health":
            return HTTPStatus.NOT_FOUND, {"error": "only GET /health is answered"}
        parts = self._health.parts()
        ok = not any(part.trouble for part in parts)
        body = {
            "status": "ok" if ok else "failing",
            "parts": {
                part.part: {"ok": not part.trouble, "since": part.since.isoformat()}
                | ({"trouble": part.trouble} if part.trouble else {})
                for part in parts
            },
        }
        return HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE, body


def _response(status: HTTPStatus, body: object) -> bytes:
    content = json.dumps(body, indent=1).encode() + b"\n"
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
