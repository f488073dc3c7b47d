"""How a hostile mail is described: what it is made of, how large it is, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.model.mail import InboundMail

SENDER = b"primary@acme.example"
SUBJECT = "Phones are down"
WORDS = b"hello"
FIELDS = (
    b"From: "
    + SENDER
    + b"\r\nTo: support@desk.example\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
)
HEAD = FIELDS + b"Subject: " + SUBJECT.encode() + b"\r\n"

LONG_HEADER = "header longer than 256 kB"
MANY_LINES = "header of more than 1,000 lines"
LONG_FIELD = "header field longer than 64 kB"
DEEP = "parts nested deeper than 50"
MANY_PARTS = "more than 1,000 parts"
LONG_TEXT = "text longer than 256 kB"

Build = Callable[[int], bytes]
Holds = Callable[[InboundMail], bool]


def anything(_mail: InboundMail) -> bool:
    """Ask nothing more."""
    return True


def always(raw: bytes) -> Build:
    """Return a message that is as large as it is."""
    return lambda _n: raw


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile mail, as large as one likes, and its outcome (S4.1).

    `build(n)` has n of whatever makes it hostile: its octets grow in step with n.
    """

    name: str
    build: Build
    size: int  # n in `make test`
    limits: tuple[str, ...] = ()  # those that its reading names
    text: str = "hello"  # what its text holds all the same
    outcome: str = "case_opened"  # what the desk makes of it (interface.md)
    holds: Holds = anything
    subject: str = SUBJECT


def mail(*fields: bytes, body: bytes = WORDS) -> bytes:
    """Return a request of a contact with further fields, each with its line end or without."""
    lines = b"".join(field.removesuffix(b"\r\n") + b"\r\n" for field in fields)
    return HEAD + lines + b"\r\n" + body + b"\r\n"


def one_part(kind: bytes, body: bytes, *, encoding: bytes = b"") -> bytes:
    """Return a request that is one part of the type `kind`."""
    encodings = (b"Content-Transfer-Encoding: " + encoding,) if encoding else ()
    return mail(b"Content-Type: " + kind, *encodings, body=body)


def mixed(*parts: bytes) -> bytes:
    """Return a request of "hello" and these parts, each with its own header."""
    sections = b"".join(b"--mixed\r\n" + part + b"\r\n" for part in (b"Content-Type: text/plain\r\n\r\nhello", *parts))
    return mail(b"Content-Type: multipart/mixed; boundary=mixed", body=sections + b"--mixed--")


def attached(kind: bytes, octets: bytes, *, name: bytes = b"a.bin", encoding: bytes = b"binary") -> bytes:
    """Return a request with "hello" and one attached part."""
    head = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding
    return mixed(head + b'\r\nContent-Disposition: attachment; filename="' + name + b'"\r\n\r\n' + octets)
