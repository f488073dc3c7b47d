"""The key by which copies of one message are known (S1.3).

SHA-256 over From, To, Cc, Date, Subject and Message-ID, decoded and unfolded, and the body; no trace field.  IMAP
servers rewrite octets (NUL to 0x80, bare CR or LF to CRLF), so all of that is made equal before the message is split.
"""

import hashlib
import re

from daemon.ingest.charset import detection_bounded
from daemon.ingest.header import split_message
from daemon.ingest.octets import ordinary
from daemon.ingest.words import decode_raw

_FIELDS = ("from", "to", "cc", "date", "subject", "message-id")
_SAME = bytes.maketrans(b"\x00\x80", b"??")
_SPACE = re.compile(r"\s+")


@detection_bounded()
def content_key(raw: bytes) -> str:
    """Return the key of a message as hexadecimal digits.

    Raises:
        Unreadable: there is nothing but white space.
    """
    octets = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").translate(_SAME)
    header, body = split_message(ordinary(octets))
    digest = hashlib.sha256()
    for name in _FIELDS:
        for value in header.all(name):
            text = _SPACE.sub(" ", decode_raw(value)).strip()
            digest.update(f"{name}:{text}\n".encode("utf-8", "surrogatepass"))
    digest.update(b"\n")
    digest.update(body.rstrip())
    return digest.hexdigest()
