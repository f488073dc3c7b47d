"""Secrets: read from the environment or from files, never from YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from daemon.settings.findings import Findings
from daemon.settings.forms.base import SecretSource
from daemon.settings.node import Document, Path

MAX_SECRET = 64 * 2**10
WORLD_READABLE = 0o004
MIN_KEY = 16


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a configuration file's references lead."""

    folder: FilePath
    environment: Mapping[str, str]
    document: Document
    findings: Findings

    def absolute(self, path: str) -> FilePath:
        """Return a path of the configuration, relative ones counted from its folder, without `..`."""
        return FilePath(self.folder.absolute() / FilePath(path).expanduser()).resolve()


def read_secret(source: SecretSource | None, path: Path, around: Surroundings) -> str:
    """Return the secret that stands at `path`, or an empty text where none is configured.

    A missing variable or file is recorded as a fault, a file that everybody may read as a warning.
    """
    if source is None:
        return ""
    found = _from_environment(source.env, path, around) if source.env else _from_file(source.file or "", path, around)
    if found == "":
        around.findings.fault(around.document, path, "the secret is empty")
    return found or ""


def read_signing_keys(source: SecretSource | None, path: Path, around: Surroundings) -> tuple[bytes, ...]:
    """Return the signing keys, one a line, the first signs (S2.8)."""
    keys = tuple(line.encode() for line in read_secret(source, path, around).split())
    if any(len(key) < MIN_KEY for key in keys):
        around.findings.fault(around.document, path, f"a signing key has at least {MIN_KEY} letters, one key a line")
    return keys


def _from_environment(variable: str, path: Path, around: Surroundings) -> str | None:
    value = around.environment.get(variable)
    if value is None:
        message = f"the environment variable `{variable}` is not set"
        around.findings.fault(around.document, (*path, "env"), message)
    return value


def _from_file(name: str, path: Path, around: Surroundings) -> str | None:
    file = around.absolute(name)
    place = (*path, "file")
    try:
        if not file.is_file():
            around.findings.fault(around.document, place, f"no such file: {file}")
            return None
        if file.stat().st_mode & WORLD_READABLE:
            around.findings.warn(around.document, place, f"everybody may read this secret: `chmod 600 {file}`")
        with file.open("rb") as stream:
            octets = stream.read(MAX_SECRET + 1)
    except OSError as error:
        around.findings.fault(around.document, place, f"cannot be read: {error.strerror}")
        return None
    return _as_text(octets, place, around)


def _as_text(octets: bytes, place: Path, around: Surroundings) -> str | None:
    try:
        if len(octets) <= MAX_SECRET and b"\0" not in octets:
            return octets.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        pass
    around.findings.fault(around.document, place, "holds no secret: UTF-8 text without NUL, at most 64 kB, is expected")
    return None
