"""An IMAP server that can do less: a proxy before a real one, which leaves words out of its capabilities."""

import socket
import socketserver
import threading
from typing import Self

from tests.servers.neighbour import HOST


class LesserServer:
    """Forwards to a plain IMAP port; `with` starts and stops it."""

    def __init__(self, port: int, *, without: tuple[str, ...]) -> None:
        words = tuple(b" " + word.encode() for word in without)

        class Client(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection((HOST, port)) as server:
                    upward = threading.Thread(target=_copy, args=(self.request, server), daemon=True)
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


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while octets := source.recv(65_536):
            target.sendall(octets)
        target.shutdown(socket.SHUT_WR)
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
