"""Clients of a real listener that seem to stand elsewhere: a test reaches it over the loopback alone."""

import asyncio

import pytest

from daemon.ingest.listener import SESSIONS, _Session


def stand_at(peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every client that comes by SMTP from now on come from this address."""

    class Abroad(_Session):
        """A connection whose other end says another address."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transport._extra["peername"] = (peer, 40_000)  # type: ignore[attr-defined]
            super().connection_made(transport)

    monkeypatch.setitem(SESSIONS, "smtp", Abroad)
