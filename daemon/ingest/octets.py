"""The first octets of a message made ordinary, so that a header is found where there is one.

Real mail begins with byte-order marks, blank lines or an mbox separator, and some has CR as its only line end; each
hides the whole header from a strict reader.  The stored octets stay as they came: this is a copy for reading.
"""

import re

from daemon.errors import Unreadable

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SEPARATOR = re.compile(rb">?From [^\r\n]{1,200}(?:\r\n|\n|\r)")
_BLANK = b"\r\n \t"


def ordinary(raw: bytes) -> bytes:
    """Return the message from its first header line on, CR-only line ends made LF.

    Raises:
        Unreadable: nothing but white space is there.
    """
    octets = raw
    for mark in _BYTE_ORDER_MARKS:
        octets = octets.removeprefix(mark)
    octets = _without_leading_blank_lines(octets)
    if not octets:
        raise Unreadable("the message is empty")
    text = octets.removesuffix(b"\r\n")  # the end that SMTP gives it
    if b"\n" not in text:
        octets = text.replace(b"\r", b"\n") + octets[len(text) :]
    separator = _SEPARATOR.match(octets)
    return octets[separator.end() :] if separator else octets


def _without_leading_blank_lines(octets: bytes) -> bytes:
    """Cut white space before the first line that has something in it, but not that line's own indent."""
    rest = octets.lstrip(_BLANK)
    skipped = octets[: len(octets) - len(rest)]
    return rest if b"\n" in skipped or b"\r" in skipped or not rest else octets
