"""Octets become a mail again, for the guard (S3.5): fields, parts, what each part is, and its octets decoded.

The grammar is our own and narrow: of RFC 5322, RFC 2045, RFC 2046, RFC 2183 and RFC 2231 it takes what this desk sends,
and refuses the rest, so that no client, however lenient, can read a mail otherwise.
"""

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import unquote

Header: TypeAlias = "Mapping[str, str]"

_END_OF_HEADER = b"\r\n\r\n"
_FIELD = re.compile(r"([A-Za-z-]+): ((?:[!-~][\t -~]*)?(?:\r\n[ \t]+[!-~][\t -~]*)*)\r\n")
_VALUE = re.compile(r"[a-z]+(?:/[a-z0-9][a-z0-9!#$&^_.+-]*)?")
_PARAMETER = re.compile(r""";(?:\r\n)? ([a-z]+)(?:="([^"\\\r\n]*)"|=([A-Za-z]+)|\*=utf-8''([A-Za-z0-9%]+))""")


@dataclass(frozen=True, slots=True)
class Part:
    """A mail, or a part of one: its fields in order, each once and folded still, and the parts of a multipart."""

    fields: Header
    kind: str
    parameters: Header
    body: bytes
    parts: "tuple[Part, ...]"

    def walk(self) -> "Iterator[Part]":
        """Yield this part, and each part within it, with its own parts behind it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def parsed(octets: bytes) -> Part:
    """Return a mail, or a part, as a tree: nothing in it is left to a guess.

    Raises:
        ValueError: a header is not fields alone, each of them once, or does not say what the body is, or the parts do
            not follow each other as RFC 2046 has them.
    """
    head, _, body = octets.partition(_END_OF_HEADER)
    fields = _fields(f"{head.decode('ascii')}\r\n")
    kind, parameters = value_of(fields.get("Content-Type", ""))
    is_multipart = kind.startswith("multipart/")
    parts = tuple(map(parsed, _parts(body, parameters.get("boundary", "")))) if is_multipart else ()
    return Part(fields, kind, parameters, body, parts)


def _fields(head: str) -> Header:
    found: list[tuple[str, str]] = _FIELD.findall(head)
    covered = sum(len(name) + len(": \r\n") + len(value) for name, value in found)
    if covered != len(head):
        raise ValueError("a header is not fields alone")
    fields = dict(found)
    if len(fields) != len(found):
        raise ValueError("a field stands twice")
    return fields


@lru_cache(maxsize=64)  # of most parts it is the same in every mail
def value_of(field: str) -> tuple[str, Header]:
    """Return what stands before the parameters of a field, and the parameters, decoded.

    Raises:
        ValueError: the field is made of anything else, or a parameter stands twice.
    """
    value, semicolon, rest = field.partition(";")
    found: list[tuple[str, str, str, str]] = _PARAMETER.findall(semicolon + rest)
    parameters = {name: quoted or plain or unquote(encoded, errors="strict") for name, quoted, plain, encoded in found}
    if not _VALUE.fullmatch(value) or _PARAMETER.sub("", semicolon + rest) or len(parameters) != len(found):
        raise ValueError("what a part is cannot be read")
    return value, parameters


def _parts(body: bytes, boundary: str) -> list[bytes]:
    """Return the parts of a multipart that has nothing before, between and after them."""
    before, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    is_whole = boundary and not before and len(parts) > 1 and parts.pop() == b"--\r\n"
    if not is_whole or not all(part.startswith(b"\r\n") for part in parts):
        raise ValueError("the parts cannot be told from each other")
    return [part.removeprefix(b"\r\n") for part in parts]


def decoded(part: Part) -> bytes:
    """Return the octets that a part carries.

    Raises:
        ValueError: they are encoded as this desk encodes nothing, or cannot be decoded without a repair.
    """
    decode = _DECODERS.get(part.fields.get("Content-Transfer-Encoding", ""))
    if decode is None:
        raise ValueError("the encoding is none of ours")
    return decode(part.body)


def _from_base64(body: bytes) -> bytes:
    return binascii.a2b_base64(body.replace(b"\r\n", b""), strict_mode=True)


_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "quoted-printable": binascii.a2b_qp,
    "base64": _from_base64,
}
