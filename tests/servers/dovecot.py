"""A real Dovecot: mail is delivered to it by LMTP and read from it by IMAP."""

import imaplib
import os
import shutil
import signal
import smtplib
import ssl
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.neighbour import HOST, free_port, is_listening, run_script
from tests.waiting import wait_for

PASSWORD = "secret"  # of every user of the test server


def why_missing() -> str | None:
    """Return why Dovecot cannot be started here, or None."""
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    if not shutil.which("dovecot", path=path):
        return "dovecot is not installed (Debian: dovecot-imapd)"
    if not Path("/usr/lib/dovecot/lmtp").exists():
        return "Dovecot's LMTP server is not installed (Debian: dovecot-lmtpd)"
    return None


class DovecotServer:
    """One running Dovecot, which knows every user."""

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.host = HOST
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.certificate = certificate
        self._folder = folder

    def start(self) -> None:
        """Start it; returns when all three ports answer."""
        run_script(
            "dovecot_run.sh",
            "start",
            str(self._folder),
            IMAP=self.imap_port,
            IMAPS=self.imaps_port,
            LMTP=self.lmtp_port,
            CERTIFICATE=self.certificate.file,
            KEY=self.certificate.key,
        )

    def stop(self) -> None:
        """Stop it in an orderly way: clients are sent BYE."""
        run_script("dovecot_run.sh", "stop", str(self._folder))
        self._wait_until_gone()

    def restart(self) -> None:
        """Stop and start it; ports and mail stay."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """End every process of it at once, as a power cut would; `start` brings it back."""
        self._signal(signal.SIGKILL)
        self._wait_until_gone()
        self._pid_file.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Stop every process of it in its tracks: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def ensure_running(self) -> None:
        """Start it if the last test left it stopped."""
        if not is_listening(self.imap_port):
            self.start()

    def maildir(self, user: str) -> Path:
        """Return the folder that holds this user's INBOX (`cur`, `new`, `tmp`)."""
        return self._folder / "mail" / user

    @property
    def log(self) -> str:
        """Return what the server has logged."""
        return (self._folder / "dovecot.log").read_text(errors="replace")

    @property
    def _pid_file(self) -> Path:
        return self._folder / "run" / "master.pid"

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _processes(self) -> tuple[int, ...]:
        """Return the master first, then its children: those logged in live in the same session."""
        master = int(self._pid_file.read_text())
        session = os.getsid(master)
        others = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return (master, *(pid for pid in others if pid != master and _session(pid) == session))

    def _wait_until_gone(self) -> None:
        wait_for(lambda: not is_listening(self.imap_port), seconds=10, what="Dovecot has let go of its port")


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What a test gets as `dovecot`: the server, and one user of its own on it."""

    server: DovecotServer
    user: str
    password: str = PASSWORD

    @property
    def host(self) -> str:
        """Return the server's address."""
        return self.server.host

    @property
    def imap_port(self) -> int:
        """Return the port for plain IMAP and STARTTLS."""
        return self.server.imap_port

    @property
    def imaps_port(self) -> int:
        """Return the port for IMAP over TLS."""
        return self.server.imaps_port

    @property
    def lmtp_port(self) -> int:
        """Return the port that takes deliveries."""
        return self.server.lmtp_port

    @property
    def ca_file(self) -> Path:
        """Return the certificate to trust."""
        return self.server.certificate.file

    def deliver(self, *mails: bytes, to: str = "", sender: str = "sender@elsewhere.example") -> None:
        """Deliver mails by LMTP over one connection, to this user where `to` names nobody else."""
        with smtplib.LMTP(self.host, self.lmtp_port, local_hostname="mx.test.example") as client:
            for mail in mails:
                client.sendmail(sender, [to or self.user], mail)

    def imap(self) -> imaplib.IMAP4:
        """Return a second client, logged in over TLS with INBOX open; `with` closes it."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        client = imaplib.IMAP4_SSL(self.host, self.imaps_port, ssl_context=context, timeout=20)
        try:
            client.login(self.user, self.password)
            client.select("INBOX")
        except (imaplib.IMAP4.error, OSError):
            client.shutdown()
            raise
        return client

    def subjects(self, folder: str = "INBOX") -> tuple[str, ...]:
        """Return the Subject fields in a folder, in order of UID; empty where the folder does not exist."""
        with self.imap() as client:
            if client.select(folder, readonly=True)[0] != "OK":
                return ()
            _, found = client.uid("fetch", "1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        return tuple(part[1].decode().strip().partition(": ")[2] for part in found if isinstance(part, tuple))

    def uidvalidity(self, folder: str = "INBOX") -> int:
        """Return a folder's UIDVALIDITY."""
        with self.imap() as client:
            _, (answer,) = client.status(folder, "(UIDVALIDITY)")
        return int(answer.split()[-1].rstrip(b")"))

    def maildir(self) -> Path:
        """Return the folder that holds this user's INBOX."""
        return self.server.maildir(self.user)

    def reset_uidvalidity(self) -> None:
        """Lose the UID list: INBOX gets another UIDVALIDITY, and its mails new UIDs from 1 on.

        `dovecot-uidvalidity` stays, from which Dovecot takes the next value: a time alone could give the same again.
        """
        self.server.kill()
        for pattern in ("dovecot-uidlist", "dovecot.index*"):
            for file in self.maildir().glob(pattern):
                file.unlink()
        self.server.start()

    def restart(self) -> None:
        """Stop and start the server."""
        self.server.restart()

    def kill(self) -> None:
        """End the server at once; `server.start()` brings it back."""
        self.server.kill()
