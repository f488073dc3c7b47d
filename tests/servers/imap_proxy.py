"""An IMAP server that can do less: a proxy before a real one.

It leaves words out of the capabilities, and answers the first commands of a kind itself where the test says so.
"""

import socket
import socketserver
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Self

from tests.servers.neighbour import HOST


class LesserServer:
    """Forwards to a plain IMAP port; `with` starts and stops it."""

    def __init__(
        self, port: int, *, without: tuple[str, ...] = (), answers: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Prepare; `answers` are to the first commands that begin so, without tag: "NO [UNAVAILABLE] later"."""
        words = tuple(b" " + word.encode() for word in without)
        own = {command.encode(): deque(lines) for command, lines in (answers or {}).items()}

        class Client(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection((HOST, port)) as server:
                    upward = threading.Thread(target=_ask, args=(self.request, server, own), daemon=True)
                    upward.start()
                    _forward(server, self.request, words)
                    upward.join(5)

        self._server = _Server((HOST, 0), Client)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        """Start."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _ask(client: socket.socket, server: socket.socket, own: Mapping[bytes, deque[str]]) -> None:
    """Copy the client's lines; commands that have answers of their own are answered here as long as there are some."""
    try:
        with client.makefile("rb") as lines:
            for line in lines:
                tag, _, command = line.partition(b" ")
                answers = next((left for start, left in own.items() if left and command.startswith(start)), None)
                if answers:
                    client.sendall(tag + b" " + answers.popleft().encode() + b"\r\n")
                else:
                    server.sendall(line)
        server.shutdown(socket.SHUT_WR)
    except OSError:
        return


def _forward(source: socket.socket, target: socket.socket, words: tuple[bytes, ...]) -> None:
    """Copy line by line; only lines that list capabilities are changed."""
    try:
        with source.makefile("rb") as lines:
            for line in lines:
                target.sendall(_without(line, words) if b"CAPABILITY IMAP4" in line else line)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def _without(line: bytes, words: tuple[bytes, ...]) -> bytes:
    body, ending = line[:-2] + b" ", line[-2:]
    for word in words:
        body = body.replace(word + b" ", b" ").replace(word + b"]", b"]")
    return body[:-1] + ending
