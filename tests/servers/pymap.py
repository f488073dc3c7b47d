"""An IMAP server in pure Python, where there is no Dovecot: one user, mail in memory, no TLS, no LMTP, no CONDSTORE."""

import imaplib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from tests.servers.neighbour import HOST, free_port, is_listening
from tests.waiting import wait_for

USER = "support@test.example"
PASSWORD = "secret"


class ImapAccount(Protocol):
    """What Dovecot and pymap have in common: all that a test of plain reading may use."""

    @property
    def host(self) -> str: ...

    @property
    def imap_port(self) -> int: ...

    @property
    def user(self) -> str: ...

    @property
    def password(self) -> str: ...

    def deliver(self, *mails: bytes) -> None: ...

    def subjects(self, folder: str = "INBOX") -> tuple[str, ...]: ...


def program() -> str | None:
    """Return the command `pymap` of the running environment, or None."""
    return shutil.which("pymap", path=str(Path(sys.executable).parent))


class PymapServer:
    """One running pymap with an empty INBOX."""

    def __init__(self, command: str) -> None:
        self.host, self.imap_port = HOST, free_port()
        self.user, self.password = USER, PASSWORD
        listen = ["--host", HOST, "--port", str(self.imap_port), "--no-tls"]
        self._process = subprocess.Popen(
            [command, *listen, "dict", "--demo-user", USER, "--demo-password", PASSWORD],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: is_listening(self.imap_port), seconds=20, what="pymap listens")

    def deliver(self, *mails: bytes) -> None:
        """Append mails to INBOX, as a delivery would."""
        client = self._client()
        for mail in mails:
            client.append("INBOX", "", "", mail)
        client.logout()

    def subjects(self, folder: str = "INBOX") -> tuple[str, ...]:
        """Return the Subject fields in a folder, in order of UID; empty where the folder does not exist."""
        client = self._client()
        found: list[object] = []
        if client.select(folder, readonly=True)[0] == "OK":
            found = client.uid("fetch", "1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        client.logout()
        return tuple(part[1].decode().strip().partition(": ")[2] for part in found if isinstance(part, tuple))

    def stop(self) -> None:
        """End it; its mail is gone."""
        self._process.terminate()
        self._process.wait(10)

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4(self.host, self.imap_port, timeout=20)
        client.login(self.user, self.password)
        return client
