"""DKIM signatures and ARC chains of a message: the one door to dkimpy.

Sources: RFC 6376, RFC 8463 (Ed25519), RFC 8301 (no SHA-1, RSA of 1024 bits or more), RFC 8617 (ARC).  Stricter than
the standards where a signature is to name a person (S2.2): no `l=`, From among what is signed (dkimpy looks for one
From more than there is, so that none can be added), not expired when the mail reached us.

dkimpy's own reading of the body takes quadratic time on long runs of white space; it is given a body whose white space
is made canonical already, and a header that our own reader has found plain.
"""

import base64
import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.errors import Unreadable
from daemon.ingest.header import Header, split_message
from daemon.ingest.name_system import Records, Unanswered
from daemon.ingest.octets import ordinary

LONGEST_SIGNATURE = 4_096
LONGEST_HEADER = 131_072
LONGEST_KEY = 1_400
"""Octets of a key record: 4,096 bits of RSA with room; what is longer takes long to compute with."""
MOST_SEALS = 5
SMALLEST_KEY = 1_024

_ALGORITHMS = {b"rsa-sha256", b"ed25519-sha256"}
_ONCE = ("from", "subject", "date", "to", "cc", "reply-to", "message-id", "in-reply-to", "references", "content-type")
_LINE_END = re.compile(rb"\r?\n")
_WHITE = re.compile(rb"[\t ]+")
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SILENT = logging.getLogger("dkimpy")
_SILENT.setLevel(logging.CRITICAL + 1)  # dkimpy tells of every odd signature

Tags = Mapping[str, str]
Ask = Callable[[str], Records]  # name → TXT records; raises Unanswered


@dataclass(frozen=True, slots=True)
class Signature:
    """A DKIM signature that may be worth verifying."""

    number: int  # among all, topmost first
    domain: str  # d=, lower-cased
    body_hash: str  # bh=, in base64
    is_body_relaxed: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """A valid ARC chain."""

    domain: str  # of the last seal
    results: bytes  # the last ARC-Authentication-Results, after its instance


class SignedMail:
    """One message, opened for its signatures."""

    def __init__(self, raw: bytes) -> None:
        """Open a message.

        Raises:
            Unreadable: its header is none that could be signed: too long, or it holds lines that are no fields.
        """
        octets = ordinary(raw)
        self._header, body = split_message(octets)
        if not self._header.is_plain or len(self._header.block) > LONGEST_HEADER:
            raise Unreadable("its header is not plain")
        self._body = body
        self._made: dict[bool, _Body] = {}

    def signatures(self, *, received_at: datetime) -> tuple[Signature, ...]:
        """Return the DKIM signatures that could prove anything, topmost first; unsound ones are left out.

        None can where a field stands twice that may stand once: only the lower one is signed (RFC 6376 8.15).
        """
        if any(len(self._header.all(name)) > 1 for name in _ONCE):
            return ()
        values = self._header.all("dkim-signature")
        found = (_signature(number, value, received_at) for number, value in enumerate(values))
        return tuple(signature for signature in found if signature)

    def verifies(self, signature: Signature, ask: Ask) -> bool:
        """Tell whether a signature is right.

        Raises:
            Unanswered: its key could not be asked for.
        """
        import dkim

        if signature.body_hash != self._canonical(is_relaxed=signature.is_body_relaxed).digest:
            return False
        opened = dkim.DKIM(None, logger=_SILENT, minkey=SMALLEST_KEY)
        self._fill(opened, is_relaxed=signature.is_body_relaxed)
        return _verdict(lambda: opened.verify(idx=signature.number, dnsfunc=_key_source(ask))) is True

    def sealed_by(self) -> str:
        """Return the domain that says it sealed last (RFC 8617 4.2), or nothing; it is not verified yet."""
        seals = [read_tags(value) for value in self._header.all("arc-seal")]
        by_instance = {int(tags["i"]): tags.get("d", "").lower() for tags in seals if _is_small_number(tags.get("i"))}
        if not by_instance or len(seals) > MOST_SEALS or len(by_instance) != len(seals):
            return ""
        return by_instance[max(by_instance)]

    def chain(self, ask: Ask) -> Chain | None:
        """Verify the ARC chain; None: there is none, or it is broken.

        Raises:
            Unanswered: a key could not be asked for.
        """
        import dkim

        if not self.sealed_by() or not _are_sound(self._header):
            return None
        opened = dkim.ARC(None, logger=_SILENT, minkey=SMALLEST_KEY)
        self._fill(opened, is_relaxed=True)
        verdict = _verdict(lambda: opened.verify(dnsfunc=_key_source(ask)))
        if not verdict or verdict[0] != dkim.CV_Pass:
            return None
        last = verdict[1][0]
        results = last["aar-value"].partition(b";")[2]
        return Chain(last["as-domain"].decode("ascii", "replace").lower(), results)

    def _fill(self, opened: Any, *, is_relaxed: bool) -> None:
        """Give dkimpy the header's fields and a body that costs it no more than its length."""
        import dkim

        opened.headers, _ = dkim.rfc822_parse(self._header.block)
        opened.body = self._canonical(is_relaxed=is_relaxed).octets

    def _canonical(self, *, is_relaxed: bool) -> "_Body":
        """Return the canonical body (RFC 6376 3.4), made once: a wrong signature costs no second reading of it."""
        if is_relaxed not in self._made:
            octets = _LINE_END.sub(b"\r\n", self._body if self._body.endswith(b"\n") else self._body + b"\r\n")
            if is_relaxed:
                octets = _WHITE.sub(b" ", octets).replace(b" \r\n", b"\r\n")
            octets = _without_empty_end(octets)
            octets = b"" if is_relaxed and octets == b"\r\n" else octets
            self._made[is_relaxed] = _Body(octets, base64.b64encode(hashlib.sha256(octets).digest()).decode())
        return self._made[is_relaxed]


@dataclass(frozen=True, slots=True)
class _Body:
    """A canonical body and its hash in base64."""

    octets: bytes
    digest: str


def _without_empty_end(body: bytes) -> bytes:
    """Cut the empty lines at the end; a CR that ends no line stays."""
    rest = body.rstrip(b"\r\n")
    end = body[len(rest) :]
    return rest + end[: end.rfind(b"\r\r\n") + 1] + b"\r\n"


def read_tags(value: bytes) -> Tags:
    """Read a tag list (RFC 6376 3.2); of one that gives a tag twice, or breaks the grammar, nothing is read."""
    tags: dict[str, str] = {}
    for pair in value[: LONGEST_KEY * 4].decode("latin-1").split(";"):
        name, equals, content = pair.partition("=")
        key = name.strip()
        if not key and not equals and not content:
            continue
        if not equals or not _TAG.fullmatch(key) or key in tags:
            return {}
        tags[key] = content.strip()
    return tags


def _signature(number: int, value: bytes, received_at: datetime) -> Signature | None:
    tags = read_tags(value) if len(value) <= LONGEST_SIGNATURE else {}
    domain = tags.get("d", "").lower()
    names = {name.strip().lower() for name in tags.get("h", "").split(":")}
    if not domain or "from" not in names or "l" in tags or tags.get("a", "").encode("latin-1") not in _ALGORITHMS:
        return None
    expires = tags.get("x", "")
    if expires and not (_is_number(expires) and int(expires) >= received_at.timestamp()):
        return None
    body_hash = "".join(tags.get("bh", "").split())
    return Signature(number, domain, body_hash, tags.get("c", "").partition("/")[2].strip() == "relaxed")


def _are_sound(header: Header) -> bool:
    """Tell whether no field of a chain is over its length or signs less than our own DKIM check asks for."""
    values = [*header.all("arc-seal"), *header.all("arc-message-signature")]
    if any(len(value) > LONGEST_SIGNATURE for value in values):
        return False
    signed = [read_tags(value) for value in header.all("arc-message-signature")]
    return all(
        "l" not in tags
        and tags.get("c", "relaxed/relaxed") == "relaxed/relaxed"
        and "from" in {name.strip().lower() for name in tags.get("h", "").split(":")}
        for tags in signed
    )


def _key_source(ask: Ask) -> Callable[..., bytes | None]:
    """Return what dkimpy asks for a key: the one record of the name, if its key is no longer than we compute with."""

    def key(name: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001  # dkimpy names it
        records = [record for record in ask(name.decode("ascii", "replace")) if b"p=" in record]
        return records[0] if len(records) == 1 and len(records[0]) <= LONGEST_KEY else None

    return key


def _verdict(verify: Callable[[], Any]) -> Any:
    """Return dkimpy's verdict; on hostile octets it raises nearly anything, which is none."""
    try:
        return verify()
    except Unanswered:
        raise
    except Exception:  # noqa: BLE001  # a library that reads hostile octets
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _is_small_number(text: str | None) -> bool:
    return text is not None and _is_number(text) and 1 <= int(text) <= 50
