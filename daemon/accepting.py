"""The end of accepting: asyncio forgets a client that it accepted in the very turn in which its server closes."""

import asyncio


async def close_server(server: asyncio.Server) -> None:
    """Close the sockets of a server, once everybody who was accepted has a transport.

    Up to Python 3.13 a transport that is made for a closed server fails, and its socket stays open until it is
    collected (CPython's `Server._attach`): its client is neither served nor told to go.
    """
    loop = asyncio.get_running_loop()
    for bound in server.sockets:
        loop.remove_reader(bound.fileno())
    await asyncio.sleep(0)
    server.close()
