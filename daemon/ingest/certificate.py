"""The listener's certificate, read again when its file changes, so that a renewal needs no restart."""

import ssl
from pathlib import Path

import structlog

from daemon.errors import Permanent

log = structlog.get_logger()


class Certificate:
    """A TLS context for our side, and the files that it is made of."""

    def __init__(self, certificate: Path, key: Path | None) -> None:
        self._files = (certificate, key or certificate)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            self._stamp = self._stamp_now()
            self._load()
        except (OSError, ssl.SSLError) as trouble:
            raise Permanent(f"certificate {certificate}: {trouble}") from trouble

    def context(self) -> ssl.SSLContext:
        """Return the context; changed files are loaded first, and where that fails the old certificate stays."""
        try:
            stamp = self._stamp_now()
            if stamp != self._stamp:
                self._stamp = stamp
                self._load()
                log.info("certificate.loaded", file=str(self._files[0]))
        except (OSError, ssl.SSLError) as trouble:
            log.warning("certificate.failed", file=str(self._files[0]), reason=str(trouble))
        return self._context

    def _load(self) -> None:
        self._context.load_cert_chain(*self._files)

    def _stamp_now(self) -> tuple[int, ...]:
        return tuple(file.stat().st_mtime_ns for file in self._files)
