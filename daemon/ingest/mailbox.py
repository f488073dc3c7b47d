"""The one door to imapclient: a folder on an IMAP server, typed, with the library's traps closed.

Sources: RFC 3501, RFC 2177 (IDLE), RFC 6851 (MOVE), RFC 4315 (UIDPLUS), RFC 2971 (ID), RFC 2342 (NAMESPACE), RFC 5530
(response codes).  Every command has a read timeout.  Whatever goes wrong on the wire is `Temporary`: the caller
reconnects.  Nothing here uses CLOSE or a bare EXPUNGE: both remove what other clients have flagged, kept or not.
"""

import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from daemon.errors import Temporary
from daemon.ingest.oversize import HEADER_OCTETS
from daemon.model.setup import ImapSettings, Security
from daemon.model.text import clean_line

CONNECT_SECONDS, READ_SECONDS = 10, 60
HURRY_SECONDS = 1.0
WINDOW = 20_000
"""Sequence numbers a SEARCH: imaplib refuses answers over 1 MB in one line."""
_IDLE_STEP_SECONDS = 1.0
_NOT_ABOUT_THE_LOGIN = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")  # RFC 5530
_LOST = (IMAPClientError, OSError, EOFError)  # imaplib's abort, ssl's errors and timeouts are among them


class LoginRefused(Temporary):
    """The server does not take the user or password; somebody has to mend that."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in the folder, before it is fetched."""

    uid: int
    octets: int
    deleted: bool  # flagged \\Deleted, by whomever


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message's octets; `received_at` is its INTERNALDATE."""

    uid: int
    received_at: datetime | None
    raw: bytes = field(repr=False)


class ImapFolder:
    """A connection, logged in, with one folder selected; used by one thread."""

    def __init__(self, client: Any, settings: ImapSettings) -> None:
        self._client = client
        self._settings = settings
        self._exists = 0
        self._targets: dict[str, str] = {}
        self.uidvalidity = 0
        self.can_idle = bool(client.has_capability("IDLE"))
        self.can_move = bool(client.has_capability("MOVE"))
        self.can_expunge = self.can_move or bool(client.has_capability("UIDPLUS"))

    def select(self) -> None:
        """Open the folder anew: its UIDVALIDITY and number of messages are the present ones."""
        with self._wire():
            answer = self._client.select_folder(self._settings.folder)
            self.uidvalidity, self._exists = int(answer[b"UIDVALIDITY"]), int(answer[b"EXISTS"])

    def prepare(self, folder: str) -> None:
        """Make sure that mail can be moved to a folder, named as in the configuration: it is made where missing."""
        with self._wire():
            target = self._qualified(folder)
            if not self._client.folder_exists(target):
                self._create(target)
            self._targets[folder] = target

    def _create(self, folder: str) -> None:
        """Make a folder, unless another daemon that watches the same mailbox made it meanwhile."""
        try:
            self._client.create_folder(folder)
        except IMAPClientError:
            if not self._client.folder_exists(folder):
                raise
            return
        with suppress(IMAPClientError):
            self._client.subscribe_folder(folder)

    def uids(self) -> tuple[int, ...]:
        """Return the UIDs of all messages that were there at `select`, oldest first."""
        found: set[int] = set()
        with self._wire():
            for first in range(1, self._exists + 1, WINDOW):
                last = min(first + WINDOW - 1, self._exists)
                found.update(self._client.search([f"{first}:{last}"]))
        return tuple(sorted(found))

    def uids_above(self, uid: int) -> tuple[int, ...]:
        """Return the UIDs above `uid`, oldest first; `n:*` alone always names the last message."""
        with self._wire():
            return tuple(sorted(found for found in self._client.search(["UID", f"{uid + 1}:*"]) if found > uid))

    def listing(self, uids: Sequence[int]) -> tuple[Listed, ...]:
        r"""Return size and \Deleted of those of the messages that are still there, oldest first."""
        with self._wire():
            answer = self._client.fetch(list(uids), ["RFC822.SIZE", "FLAGS"])
        return tuple(
            Listed(uid, int(answer[uid][b"RFC822.SIZE"]), deleted=b"\\Deleted" in answer[uid].get(b"FLAGS", ()))
            for uid in uids
            if b"RFC822.SIZE" in answer.get(uid, {})
        )

    def fetch(self, uids: Sequence[int]) -> tuple[Fetched, ...]:
        """Return those of the messages that are still there, unflagged as they were (PEEK)."""
        return self._fetch(uids, "BODY.PEEK[]", b"BODY[]")

    def fetch_header(self, uid: int) -> tuple[Fetched, ...]:
        """Return a message's header alone, cut at the limit of headers; empty where it is gone."""
        return self._fetch([uid], f"BODY.PEEK[HEADER]<0.{HEADER_OCTETS}>", b"BODY[HEADER]<0>")

    def move(self, uids: Sequence[int], folder: str) -> str:
        """Move messages to a folder that was prepared.

        Without MOVE they are copied, flagged and expunged by UID; without UIDPLUS they stay, flagged.

        Returns:
            The empty string, or why the server refused; then they are where they were.
        """
        with self._wire():
            try:
                self._move(list(uids), self._targets[folder])
            except IMAPClientAbortError:
                raise
            except IMAPClientError as refused:
                return _line(refused)
        return ""

    def wait(self, seconds: float, stop: Event) -> None:
        """Wait in IDLE until something happens in the folder, `stop` is set, or the time is over.

        Raises:
            Temporary: the server has gone away, which an answer before its time tells.
        """
        with self._wire():
            self._client.idle()
            end = time.monotonic() + seconds
            while not stop.is_set() and (left := end - time.monotonic()) > 0:
                step, began = min(left, _IDLE_STEP_SECONDS), time.monotonic()
                news = self._client.idle_check(timeout=step)
                if any(item[0] != b"OK" for item in news):
                    break
                if not news and time.monotonic() - began < step / 2:
                    break  # a dead socket answers nothing, at once, for ever: the next command says so
            if stop.is_set():
                self.hurry()
            self._client.idle_done()
            self._client.noop()

    def noop(self) -> None:
        """Ask for news, and whether the server is there."""
        with self._wire():
            self._client.noop()

    def hurry(self) -> None:
        """Wait no longer than a moment for any answer from here on."""
        with suppress(OSError):
            self._client.socket().settimeout(HURRY_SECONDS)

    def close(self) -> None:
        """Log out, or at least disconnect."""
        self.hurry()
        try:
            self._client.logout()
        except _LOST:
            with suppress(OSError):
                self._client.shutdown()

    def _fetch(self, uids: Sequence[int], item: str, name: bytes) -> tuple[Fetched, ...]:
        with self._wire():
            answer = self._client.fetch(list(uids), [item, "INTERNALDATE"])
        return tuple(
            Fetched(uid, _instant(answer[uid].get(b"INTERNALDATE")), bytes(answer[uid][name]))
            for uid in uids
            if answer.get(uid, {}).get(name) is not None  # None: another client has expunged it
        )

    def _move(self, uids: list[int], target: str) -> None:
        if self.can_move:
            self._client.move(uids, target)
            return
        self._client.copy(uids, target)
        self._client.delete_messages(uids, silent=True)
        if self.can_expunge:
            self._client.uid_expunge(uids)

    def _qualified(self, folder: str) -> str:
        """Return a folder's name on this server: its own separator for `/`, below the personal namespace."""
        if not self._client.has_capability("NAMESPACE"):
            return folder
        prefix, separator = (self._client.namespace().personal or (("", "/"),))[0]
        name = folder.replace("/", separator or "/")
        return name if name.startswith(prefix) else f"{prefix}{name}"

    @contextmanager
    def _wire(self) -> Iterator[None]:
        try:
            yield
        except _LOST as lost:
            raise Temporary(f"{_place(self._settings)}: {_line(lost)}") from lost


def open_folder(settings: ImapSettings) -> ImapFolder:
    """Connect, log in and select the folder.

    Raises:
        LoginRefused: the server refuses user or password.
        Temporary: it cannot be reached, or the folder cannot be opened.
    """
    try:
        client = _connect(settings)
    except _LOST as lost:
        raise Temporary(f"{_place(settings)}: {_line(lost)}") from lost
    try:
        _log_in(client, settings)
        folder = ImapFolder(client, settings)
        folder.select()
    except (*_LOST, Temporary) as lost:
        with suppress(OSError):
            client.shutdown()
        raise _refusal(settings, lost) from lost
    return folder


def _connect(settings: ImapSettings) -> Any:
    context = None if settings.security is Security.PLAIN else _tls(settings)
    client = IMAPClient(
        settings.host,
        settings.port,
        ssl=settings.security is Security.TLS,
        ssl_context=context if settings.security is Security.TLS else None,
        timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
    )
    client.normalise_times = False  # INTERNALDATE keeps its zone
    try:
        if settings.security is Security.STARTTLS:
            client.starttls(context)
    except _LOST:
        client.shutdown()
        raise
    return client


def _tls(settings: ImapSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _log_in(client: Any, settings: ImapSettings) -> None:
    plain = f"{settings.user}{settings.password}"
    if client.has_capability("LOGINDISABLED") or not plain.isascii() or not plain.isprintable() or " " in settings.user:
        client.plain_login(settings.user, settings.password)
    else:
        client.login(settings.user, settings.password)
    if client.has_capability("ID"):
        with suppress(IMAPClientError):
            client.id_({"name": "supportd"})


def _refusal(settings: ImapSettings, lost: Exception) -> Temporary:
    """Tell a refused login from a server that went away, or is busy, while it was asked."""
    if isinstance(lost, Temporary):
        return lost
    died = isinstance(lost.__context__, IMAPClientAbortError)
    busy = any(code in str(lost) for code in _NOT_ABOUT_THE_LOGIN)
    kind = LoginRefused if isinstance(lost, LoginError) and not died and not busy else Temporary
    return kind(f"{_place(settings)}: {_line(lost)}")


def _place(settings: ImapSettings) -> str:
    return f"mailbox {settings.mailbox} ({settings.user} on {settings.host}:{settings.port})"


def _line(trouble: BaseException) -> str:
    return clean_line(str(trouble), longest=300) or type(trouble).__name__


def _instant(internaldate: datetime | None) -> datetime | None:
    if internaldate is None or internaldate.tzinfo is None:
        return None
    return internaldate.astimezone(UTC)
