"""Who wrote: the one address of the one From field, by a strict grammar on raw octets (S2.1).

Sources: RFC 5322 3.4 and 3.6.2, without its obsolete forms.  Parsers disagree about everything else that may stand in
a From field, and whoever checks the domain (S2.2) may read another address than we do; so what is not plainly one
mailbox is ambiguous.  That includes forms that are legal and rare: quoted local parts, domain literals, groups, lists.
One pass; the time grows with the length of the field.
"""

import re
import unicodedata

from daemon.ingest.header import Header
from daemon.ingest.words import decode_raw, decode_words
from daemon.model.mail import Originator

_LONGEST_FIELD = 2_000
_LONGEST_NAME = 200
_FIELD_LINE = re.compile(
    rb"(?:\A|[\r\n])[^\r\n!-~\t ]*[Ff][^\r\n!-~\t ]*[Rr][^\r\n!-~\t ]*[Oo][^\r\n!-~\t ]*[Mm][^\r\n:!-~]*:"
)
_FOLD = re.compile(rb"\r?\n[ \t]")
_FOLDED = b"\n"  # stands for a fold, whose place matters within quotes
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LOCAL = re.compile(rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    rb"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_ENCODED_WORD = re.compile(rb"=\?[^?]{0,75}\?|\?=")
_TOKEN = re.compile(
    rb"""(?P<space>[ \t\n]+)|(?P<quoted>"(?:[^"\\]|\\.)*")"""
    rb"""|(?P<atom>[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\x80-\xff-]+)|(?P<other>.)""",
    re.DOTALL,
)
_ADDRESS_SIGNS = frozenset('@<>,;:"()[]\\')
_ADDRESS_OCTETS = (b"@", b"<", b">")
_LOOKS_LIKE_ADDRESS = re.compile(r"[^\s@<>()\"',;:]{1,64}@[^\s@<>()\"',;:]{1,255}")

Tokens = list[tuple[str, bytes]]


class _Ambiguous(Exception):
    """Why no single address can be read."""


def read_originator(header: Header) -> Originator:
    """Read the From field of a message's header; never fails."""
    try:
        return _read(header)
    except _Ambiguous as reason:
        return Originator(ambiguous=str(reason))


def _read(header: Header) -> Originator:
    """Read the From field, or raise what makes it ambiguous."""
    values = [field.value for field in header.fields if field.name == "from"]
    if not values:
        raise _Ambiguous("there is no From field")
    if len(values) > 1 or len(_FIELD_LINE.findall(header.block)) != 1:
        raise _Ambiguous("there is more than one From field")
    if not header.is_plain:
        raise _Ambiguous("the header is too long, or holds lines that are no fields")
    value = values[0].removesuffix(b"\r")
    if len(value) > _LONGEST_FIELD:
        raise _Ambiguous("the From field is too long")
    if _CONTROL.search(_FOLD.sub(b" ", value)):
        raise _Ambiguous("the From field holds a control character")
    return _mailbox(_tokens(_FOLD.sub(_FOLDED, value)))


def _mailbox(tokens: Tokens) -> Originator:
    """Read one mailbox: a name and an address in angle brackets, or an address alone."""
    opening = [number for number, token in enumerate(tokens) if token == ("other", b"<")]
    closing = [number for number, token in enumerate(tokens) if token == ("other", b">")]
    if not opening and not closing:
        return Originator(address=_address(tokens))
    if len(opening) != 1 or len(closing) != 1 or closing[0] < opening[0]:
        raise _Ambiguous("the angle brackets of the From field do not hold one address")
    if any(kind != "space" for kind, _ in tokens[closing[0] + 1 :]):
        raise _Ambiguous("something stands after the address")
    address = _address(tokens[opening[0] + 1 : closing[0]])
    return Originator(address=address, name=_name(tokens[: opening[0]], address))


def _tokens(value: bytes) -> Tokens:
    """Cut the value into white space, quoted strings, atoms and single signs; comments become white space."""
    tokens: Tokens = []
    at = 0
    while at < len(value):
        if value[at : at + 1] == b"(":
            at = _after_comment(value, at)
            tokens.append(("space", b" "))
            continue
        match = _TOKEN.match(value, at)
        if match is None or match.lastgroup is None:
            raise _Ambiguous("the From field cannot be read")
        tokens.append((match.lastgroup, match[0]))
        at = match.end()
    return tokens


def _after_comment(value: bytes, start: int) -> int:
    """Return where the comment that begins at `start` ends; one that could hold an address is refused."""
    depth, at = 0, start
    while at < len(value):
        sign = value[at : at + 1]
        at += 2 if sign == b"\\" else 1
        depth += (sign == b"(") - (sign == b")")
        if depth == 0:
            break
    if depth:
        raise _Ambiguous("a comment in the From field does not end")
    comment = decode_raw(value[start:at])
    if any(sign in unicodedata.normalize("NFKC", comment) for sign in "@<>"):
        raise _Ambiguous("a comment in the From field holds an address")
    return at


def _address(tokens: Tokens) -> str:
    """Return the one addr-spec of these tokens, lower-cased; white space may stand only around it."""
    inner = b"".join(octets if kind != "space" else b" " for kind, octets in tokens).strip(b" ")
    if any(kind == "quoted" for kind, _ in tokens):
        raise _Ambiguous("the address has a quoted local part")
    if not inner:
        raise _Ambiguous("the From field names no address")
    if not inner.isascii():
        raise _Ambiguous("the address holds letters that are not ASCII")
    local, sign, domain = inner.partition(b"@")
    if not sign:
        raise _Ambiguous("the From field names no address")
    if _ENCODED_WORD.search(inner):
        raise _Ambiguous("the address holds an encoded word")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(local) > 64 or len(domain) > 253:
        raise _Ambiguous("the From field does not hold one plain address")
    return inner.decode("ascii").lower()


def _name(tokens: Tokens, address: str) -> str:
    """Return the display name, decoded; refused where a reader that decodes first would see other addresses in it."""
    words = []
    for kind, octets in tokens:
        if kind == "other":
            raise _Ambiguous("the name in the From field holds a sign that belongs to addresses")
        if kind == "quoted" and _FOLDED in octets and any(sign in octets for sign in _ADDRESS_OCTETS):
            raise _Ambiguous(
                "a quoted name that is folded holds signs of an address"
            )  # some readers end it at the fold
        words.append(_unquoted(octets) if kind == "quoted" else octets)
        if b"=?" in octets or (kind == "atom" and not octets.isascii()):
            _refuse_hidden_address(octets, address)
    return decode_words(b"".join(words).replace(_FOLDED, b" "), longest=_LONGEST_NAME)


def _refuse_hidden_address(octets: bytes, address: str) -> None:
    """Refuse encoded words and 8-bit letters that turn into the signs of an address."""
    decoded = decode_raw(octets)
    folded = unicodedata.normalize("NFKC", decoded)
    if folded != decoded and len(_ADDRESS_SIGNS.intersection(folded)) > len(_ADDRESS_SIGNS.intersection(decoded)):
        raise _Ambiguous("the name in the From field holds letters that look like signs of an address")
    if any(
        sign in "<>" or sign < " " for sign in decoded + folded
    ):  # NFKC may hide one: "<" and a stroke are one letter
        raise _Ambiguous("the name in the From field hides signs of an address")
    if any(found.lower() != address for found in _LOOKS_LIKE_ADDRESS.findall(folded)):
        raise _Ambiguous("the name in the From field hides another address")


def _unquoted(octets: bytes) -> bytes:
    """Return the content of a quoted string."""
    return re.sub(rb"\\(.)", rb"\1", octets[1:-1], flags=re.DOTALL)
