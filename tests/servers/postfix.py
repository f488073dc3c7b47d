"""A real Postfix: it hands test.example to an LMTP server of the test's and all else to a sink."""

import json
import os
import pwd
import shutil
import smtplib
import subprocess
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.neighbour import HOST, free_port, is_listening, run_script
from tests.waiting import wait_for

_PATH = os.environ.get("PATH", "") + ":/usr/sbin"


def why_missing() -> str | None:
    """Return why Postfix cannot be started here, or None."""
    if not shutil.which("postfix", path=_PATH):
        return "postfix is not installed (Debian: postfix)"
    if os.geteuid() != 0:
        return "Postfix can only be started by root"
    if not any(user.pw_name == "postfix" for user in pwd.getpwall()):
        return "there is no user postfix"
    return None


class PostfixServer:
    """One Postfix; where it sends what is set by `route`, which starts it."""

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.host = HOST
        self.smtp_port = free_port()
        self.certificate = certificate
        self._folder = folder
        self._routes: tuple[int, int] | None = None

    def route(self, *, lmtp_port: int, relay_port: int) -> None:
        """Hand test.example (plus-addresses included) to one port by LMTP, send all else to the other by SMTP."""
        if self._routes == (lmtp_port, relay_port):
            return
        self.stop()
        self._routes = (lmtp_port, relay_port)
        self.start()

    def start(self) -> None:
        """Start it with the routes that it had; what is queued is tried at once."""
        lmtp_port, relay_port = self._routes or (1, 1)
        ports = {"SMTP": self.smtp_port, "LMTP": lmtp_port, "RELAY": relay_port}
        tls = {"CERTIFICATE": self.certificate.file, "KEY": self.certificate.key}
        run_script("postfix_run.sh", "start", str(self._folder), **ports, **tls)

    def stop(self) -> None:
        """Stop it; the queue stays on disk."""
        if is_listening(self.smtp_port):
            run_script("postfix_run.sh", "stop", str(self._folder))
            wait_for(lambda: not is_listening(self.smtp_port), seconds=10, what="Postfix has let go of its port")

    def send(self, mail: bytes, *, sender: str, to: tuple[str, ...]) -> None:
        """Give it a mail by SMTP, as a person's own server would."""
        with smtplib.SMTP(self.host, self.smtp_port, local_hostname="client.elsewhere.example") as client:
            client.sendmail(sender, list(to), mail)

    def queue(self) -> tuple[dict[str, object], ...]:
        """Return what is queued, an entry a mail, as `postqueue -j` prints it (`queue_name`, `sender`, …)."""
        printed = self._command("postqueue", "-j")
        return tuple(json.loads(line) for line in printed.splitlines() if line.startswith("{"))

    def flush(self) -> None:
        """Have everything queued tried at once."""
        self._command("postqueue", "-f")

    def clear(self) -> None:
        """Throw away what is queued."""
        if (self._folder / "queue" / "deferred").exists():
            self._command("postsuper", "-d", "ALL")

    @property
    def log(self) -> str:
        """Return what the server has logged."""
        return (self._folder / "postfix.log").read_text(errors="replace")

    def _command(self, name: str, *arguments: str) -> str:
        program = shutil.which(name, path=_PATH) or name
        done = subprocess.run(
            [program, "-c", str(self._folder / "etc"), *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout
