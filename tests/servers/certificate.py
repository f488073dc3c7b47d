"""A certificate for localhost that lives for a test run."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """Self-signed, for `localhost` and 127.0.0.1: the file is also the CA to trust."""

    file: Path
    key: Path


def why_missing() -> str | None:
    """Return why no certificate can be made here, or None."""
    return None if shutil.which("openssl") else "openssl is not installed"


def make_certificate(folder: Path) -> Certificate:
    """Make one in `folder` with the openssl command."""
    made = Certificate(folder / "tls.pem", folder / "tls.key")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    names = ["-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(made.key), "-out", str(made.file)]
    subprocess.run([*command, *names, *files], check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return made
