"""Header fields as objects: cleaned, encoded and folded by one place (RFC 5322, RFC 2047, RFC 2231).

The standard library's own folding turns long display names into recipients and cuts long Message-IDs; nothing here
goes through it.  Every line that leaves is ASCII and at most 998 octets.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from daemon.model.text import clean_line

FOLD_AT = 78
MAX_LINE = 998
MAX_ENCODED_WORD = 75  # RFC 2047
MAX_NAME = 100
MAX_FILE_NAME = 180  # octets: percent-encoded they must fit one line
MAX_IDS = 20
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_PAGE = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,600}")
_PHRASE = re.compile(r"[A-Za-z0-9 !#$&'*+/=?^_`{|}~.,:()-]*")
_MEDIA_TYPE = re.compile(r"(?:application|audio|font|image|model|text|video)/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_UNSAFE_IN_NAMES = re.compile(r'[/\\:*?"<>|%]')


@dataclass(frozen=True, slots=True)
class Field:
    """One header field; `body` is folded already and holds no line end that no white space follows."""

    name: str
    body: str

    def __str__(self) -> str:
        """Return the field as it is sent, without its last line end."""
        return f"{self.name}: {self.body}"


def is_address(text: str) -> bool:
    """Tell whether `text` is exactly one plain addr-spec (ASCII, dot-atom) that an envelope can carry."""
    return len(text) <= 320 and _ADDRESS.fullmatch(text) is not None


def is_page(text: str, base: str) -> bool:
    """Tell whether `text` is the address of a page below `base`, of characters that a URI may have (RFC 3986)."""
    return bool(base) and text.startswith(f"{base}/") and _PAGE.fullmatch(text) is not None


def mailbox(name: str, address: str) -> str:
    """Return `"Name" <address>`, the name encoded where it is not plain."""
    label = clean_line(name, longest=MAX_NAME)
    if not label:
        return f"<{address}>"
    phrase = f'"{label}"' if _PHRASE.fullmatch(label) else _encoded(label, room=FOLD_AT - len("From: "))
    space = " " if len(phrase) + len(address) < FOLD_AT - 10 else "\r\n "
    return f"{phrase}{space}<{address}>"


def unstructured(name: str, text: str) -> Field:
    """Return a field of free text in one clean line, such as Subject."""
    line = clean_line(text, longest=MAX_LINE)
    words, room = line.split(" "), FOLD_AT - len(name) - 2
    is_plain = line.isascii() and "=?" not in line and max(map(len, words)) < FOLD_AT - 2
    return Field(name, _folded(words, room=room) if is_plain else _encoded(line, room=room))


def message_ids(name: str, ids: Iterable[str]) -> Field | None:
    """Return In-Reply-To or References, folded between Message-IDs only; None where no id is one."""
    good = cleaned_ids(ids)
    return Field(name, _folded(good, room=FOLD_AT - len(name) - 2)) if good else None


def cleaned_ids(ids: Iterable[str]) -> list[str]:
    """Return the ids that are Message-IDs, each once: the first, and the latest of the rest."""
    good = list(dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one)))
    return good if len(good) <= MAX_IDS else [good[0], *good[1 - MAX_IDS :]]


def date(instant: datetime) -> Field:
    """Return the Date field."""
    return Field("Date", format_datetime(instant))


def media_type(text: str) -> str:
    """Return a type that a base64 part may have; what is composite, odd or unknown is plain octets."""
    wanted = text.strip().lower()
    return wanted if _MEDIA_TYPE.fullmatch(wanted) else "application/octet-stream"


def file_name(name: str) -> str:
    """Return an attachment's name as a label without path and tricks, never empty (S4.4)."""
    line = clean_line(name, longest=4 * MAX_FILE_NAME).replace("\\", "/").rpartition("/")[2]
    plain = _UNSAFE_IN_NAMES.sub("_", line).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not stem or len(ending) > 10:
        stem, dot, ending = plain, "", ""
    ending = f"{dot}{ending}"
    return (_at_most(stem, MAX_FILE_NAME - len(ending.encode())).strip() + ending) or "attachment"


def file_name_parameter(name: str) -> str:
    """Return the parameter of Content-Disposition (RFC 2231 where the name is not plain)."""
    if name.isascii():
        return f'filename="{name}"'
    octets = "".join(chr(o) if chr(o).isalnum() and o < 128 else f"%{o:02X}" for o in name.encode())
    return f"filename*=utf-8''{octets}"


def _at_most(text: str, octets: int) -> str:
    return text.encode()[:octets].decode("utf-8", "ignore")


def _folded(words: Iterable[str], *, room: int) -> str:
    """Put words on lines of at most FOLD_AT characters, where a word allows it."""
    lines, line = [], ""
    for word in words:
        wanted = f"{line} {word}" if line else word
        if line and len(wanted) > room:
            lines.append(line)
            line, room = word, FOLD_AT - 1
        else:
            line = wanted
    return "\r\n ".join([*lines, line])


def _encoded(text: str, *, room: int) -> str:
    """Return encoded words of whole characters, each short enough for its line."""
    words, piece = [], ""
    for character in text:
        longest = (min(room, MAX_ENCODED_WORD) - len("=?utf-8?b??=")) // 4 * 3
        if len((piece + character).encode()) > longest:
            words.append(_encoded_word(piece))
            piece, room = "", MAX_ENCODED_WORD
        piece += character
    return "\r\n ".join([*words, _encoded_word(piece)])


def _encoded_word(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode('ascii')}?="
