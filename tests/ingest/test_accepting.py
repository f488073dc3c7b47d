"""The end of accepting."""

import asyncio
import socket

from daemon.accepting import close_server


class _Greeting(asyncio.Protocol):
    """Says a word and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"gone\n")
        transport.close()


async def _accepted_in_the_turn_of_the_close() -> bytes:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Greeting, "127.0.0.1", 0)
    with socket.create_connection(server.sockets[0].getsockname(), timeout=10) as client:
        await asyncio.sleep(0)  # the loop sees the client
        await asyncio.sleep(0)  # it is accepted; its transport comes after us
        await close_server(server)
        await server.wait_closed()
        return await loop.run_in_executor(None, client.recv, 100)


def test_s1_5_a_client_accepted_in_the_turn_of_the_close_is_told() -> None:
    """S1.5: whoever was accepted just before the end hears a word, and no socket is left to the collector."""
    assert asyncio.run(_accepted_in_the_turn_of_the_close()) == b"gone\n"
