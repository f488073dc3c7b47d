"""Attachments as values: every leaf that is not the text, hashed, under a clean name (S4.4).

A name is a label: without folders, control characters or harmful length, and made up, always in the same way, where the
mail gives none.  Nothing is unpacked.
"""

import hashlib
import re

from daemon.ingest.file_types import ENDINGS
from daemon.ingest.header import LONGEST_BLOCK, split_message
from daemon.ingest.parts import Part
from daemon.ingest.words import decode_words
from daemon.model.mail import Attachment
from daemon.model.text import clean_line

LONGEST_NAME = 255
_LONGEST_SUBJECT = 100
_SEPARATORS = re.compile(r"[/\\]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)  # whatever its ending, on Windows
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f]')


def attachment_of(part: Part, number: int) -> Attachment:
    """Return a leaf as an attachment; `number` counts the mail's attachments from 1, for those without a name."""
    octets = part.decoded()
    return Attachment(
        name=clean_name(part.given_name) or _made_up_name(part, octets, number),
        content_type=part.content_type,
        octets=octets,
        sha256=hashlib.sha256(octets).hexdigest(),
        inline=_is_inline(part),
    )


def clean_name(given: str) -> str:
    """Return a file name without folders and signs that file systems or shells act on, at most 255 characters long."""
    name = _SEPARATORS.split(clean_line(given, longest=4 * LONGEST_NAME).rstrip("/\\"))[-1]
    name = _UNSAFE.sub("_", name).strip(" ")
    name = "_" + name if _DEVICE.match(name) else name
    if not name.strip("."):
        return ""
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_NAME and dot and len(ending) <= 10:
        return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
    return name[:LONGEST_NAME].rstrip()


def _made_up_name(part: Part, octets: bytes, number: int) -> str:
    """Return a name for a part without one: an attached mail's subject, or what it is and its number."""
    ending = ENDINGS.get(part.content_type, ".bin")
    if part.content_type == "message/rfc822":
        header, _ = split_message(octets[:LONGEST_BLOCK])
        subject = clean_name(re.sub(r"[/\\]", "_", decode_words(header.first("subject"))[:_LONGEST_SUBJECT]))
        if subject:
            return subject + ending
    stem = part.main_type if part.main_type in {"message", "image", "audio", "video", "text"} else "attachment"
    return f"{stem}-{number}{ending}"


def _is_inline(part: Part) -> bool:
    """Tell whether the mail shows this part inside its text."""
    if part.is_attached:
        return False
    return part.disposition.value == "inline" or (part.main_type == "image" and bool(part.header.first("content-id")))
