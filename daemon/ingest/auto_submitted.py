"""The field Auto-Submitted by its grammar (RFC 3834 5, with the comments and white space of RFC 5322 3.2.2).

    auto-submitted = [CFWS] ("no" / "auto-generated" / "auto-replied" / extension) *([CFWS] ";" parameter) [CFWS]

The keyword counts, in either case; parameters and comments say nothing.  Time is linear in the value.
"""

import re

from daemon.ingest.header import Header

NO = "no"
MALFORMED = "(malformed)"
_TOKEN = re.compile(rb"[!#$%&'*+.0-9A-Z^_`a-z{|}~-]{1,200}")
_PIECE = re.compile(rb"\\.|[^ \t\r\n]", re.DOTALL)  # a quoted pair, or a sign


def auto_submitted(header: Header) -> str:
    """Return the first keyword that says a program sent the mail, lower-cased, or the empty string.

    The field may stand there once only; where it stands twice, one that says so is enough.  A value without one is
    malformed: it is other than "no", which is all that S3.2 asks.  An empty one is absent.
    """
    keywords = (_keyword(value) for value in header.all("auto-submitted"))
    return next((keyword for keyword in keywords if keyword not in ("", NO)), "")


def _keyword(value: bytes) -> str:
    """Return the keyword of one value, or the empty string where the value is empty."""
    found = _TOKEN.match(value, _after_comments(value))
    if found:
        return found[0].decode("ascii").lower()
    return MALFORMED if value.strip() else ""


def _after_comments(value: bytes) -> int:
    """Return where the white space and the comments at the beginning end; a comment never closed ends at the end."""
    depth = 0
    for piece in _PIECE.finditer(value):
        if piece[0] == b"(":
            depth += 1
        elif not depth:
            return piece.start()
        elif piece[0] == b")":
            depth -= 1
    return len(value)
