"""Octets to text without ever failing (S4.3): the declared charset if it is on the list, repaired where mailers lie.

Mailers say gb2312 and mean gb18030, say iso-8859-1 or us-ascii and mean windows-1252 or UTF-8.  What is declared and
does not fit is detected; what cannot be detected is windows-1252 with replacement.  UTF-7 is not on the list: plain
ASCII octets would say other things to us than to whoever looks at them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from encodings.aliases import aliases

from charset_normalizer import from_bytes

_CODECS = frozenset(
    {
        "ascii", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "cp1250", "cp1251",
        "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp437", "cp850", "cp852", "cp855",
        "cp858",
        "cp862", "cp866", "cp874", "cp932", "cp949", "cp950", "latin_1", "iso8859_1", "iso8859_2", "iso8859_3",
        "iso8859_4", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "iso8859_9", "iso8859_10", "iso8859_11",
        "iso8859_13", "iso8859_14", "iso8859_15", "iso8859_16", "koi8_r", "koi8_u", "koi8_t", "gb2312", "gbk",
        "gb18030",
        "hz", "big5", "big5hkscs", "euc_jp", "euc_jis_2004", "shift_jis", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2",
        "iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr", "euc_kr", "johab", "tis_620", "ptcp154", "mac_roman",
        "mac_cyrillic", "mac_latin2"
    }
)  # fmt: skip
_MEANT = {
    "ascii": "cp1252", "latin_1": "cp1252", "iso8859_1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "euc_kr": "cp949", "shift_jis": "cp932", "iso8859_9": "cp1254", "iso8859_11": "cp874", "tis_620": "cp874",
    "big5": "big5hkscs", "iso2022_jp": "iso2022_jp_ext", "utf_8": "utf_8", "utf_16": "utf_16",
}  # fmt: skip
_OTHER_NAMES = {
    "ksc56011987": "cp949", "ksc5601": "cp949", "xgbk": "gb18030", "xsjis": "cp932", "windows31j": "cp932",
    "windows874": "cp874", "iso88598i": "iso8859_8", "iso88598e": "iso8859_8", "iso88596i": "iso8859_6",
    "xeucjp": "euc_jp", "xmacroman": "mac_roman", "macintosh": "mac_roman",
    "unicode11utf8": "utf_8", "cp1125": "cp866", "utf8mb4": "utf_8",
    "xunknown": "cp1252", "unknown8bit": "cp1252", "8bit": "cp1252", "ansi": "cp1252", "ansix341968": "cp1252",
    "xuserdefined": "cp1252", "iso": "cp1252", "xx": "cp1252",
}  # fmt: skip
_SIGNS = re.compile("[^a-z0-9]")
MOST_DETECTED = 100
"""Texts of one message whose charset is detected: each takes a millisecond, and a message may have thousands (S4.1)."""
_detections_left: ContextVar[int | None] = ContextVar("detections_left", default=None)
_DETECTED_OCTETS = 16_384
_LEAST_DETECTED = 24
_NEARLY, _ABOUT = 0.01, 0.1  # by how much a charset may fit worse, by its noise and by its words
_LATIN = frozenset({"cp1250", "cp1257", "iso8859_2", "iso8859_10", "iso8859_13", "iso8859_14", "iso8859_16"})
_CENTRAL = re.compile(rb"[\x8a\x8d\x8e\x9a\x9d\x9e]|[A-Za-z][\xa3\xb3\xb9\xbe\xbf][a-z]|\xec[a-z]")
"""Letters of windows-1250 that are signs, or stand in no such place, in the languages of windows-1252."""


def _names() -> dict[str, str]:
    """Return every accepted label, reduced to letters and digits, with the codec that is used for it."""
    known = {_SIGNS.sub("", codec): codec for codec in _CODECS}
    known |= {_SIGNS.sub("", alias): codec for alias, codec in aliases.items() if codec in _CODECS}
    return {label: _MEANT.get(codec, codec) for label, codec in known.items()} | _OTHER_NAMES


_CODEC_OF = _names()


def codec_of(label: str) -> str | None:
    """Return the codec that stands for a charset label, or None where the label is not on the list."""
    return _CODEC_OF.get(_SIGNS.sub("", label.lower()[:64].partition("*")[0]))


def to_text(octets: bytes, label: str) -> str:
    """Decode `octets`, declared to be in the charset `label` (empty: nothing was declared)."""
    if octets.isascii() and b"\x1b" not in octets and not _needs_its_codec(label):
        return octets.decode("ascii")
    codec = codec_of(label)
    if codec is None or codec in {"utf_8", "cp1252"}:
        return _utf8_or(octets, codec)
    return _declared(octets, codec)


@contextmanager
def detection_bounded() -> Iterator[None]:
    """Read one message within this: once `MOST_DETECTED` charsets were detected, what fits none is windows-1252."""
    token = _detections_left.set(MOST_DETECTED)
    try:
        yield
    finally:
        _detections_left.reset(token)


def _needs_its_codec(label: str) -> bool:
    """Tell whether even plain ASCII octets mean something else in this charset."""
    return bool(label) and (codec_of(label) or "").startswith(("utf_16", "utf_32", "hz", "iso2022"))


def _utf8_or(octets: bytes, codec: str | None) -> str:
    """Decode as UTF-8, which never fits by accident, else as declared, else as detected."""
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if codec == "cp1252":
        return octets.decode("cp1252", "replace")
    if b"\x1b$" in octets[:_DETECTED_OCTETS]:
        return octets.decode("iso2022_jp_ext", "replace")
    return _nearly_utf8(octets, least=1 if codec else 4) or _detected(octets)


def _nearly_utf8(octets: bytes, *, least: int) -> str:
    """Return UTF-8 with a few broken places (cut or doubled encodings) as such, or nothing.

    `least` is how many sound signs a broken place takes: octets that are declared to be UTF-8 are believed sooner.
    """
    text = octets.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for sign in text[:_DETECTED_OCTETS] if sign > "\x7f") - broken
    return text if sound > least * broken else ""


def _declared(octets: bytes, codec: str) -> str:
    """Decode as declared; where that fails badly, look whether it is UTF-8."""
    try:
        return octets.decode(codec)
    except UnicodeError:
        pass
    try:
        return octets.decode("utf-8")
    except UnicodeError:
        return octets.decode(codec, "replace")


def _detected(octets: bytes) -> str:
    """Decode in the charset that the first octets look like, if that one is on the list."""
    codec = "cp1252" if len(octets) < _LEAST_DETECTED or not _may_detect() else _looks_like(octets[:_DETECTED_OCTETS])
    return octets.decode(codec, "replace")


def _may_detect() -> bool:
    """Count one detection more; False: this message has had all of its own."""
    left = _detections_left.get()
    if left is not None:
        _detections_left.set(left - 1)
    return left is None or left > 0


def _looks_like(octets: bytes) -> str:
    """Return the codec of a text: of those that fit about as well as the best one, Windows' own goes first.

    Western text fits windows-1250 as well as windows-1252; it is the former only with signs that nobody writes in the
    latter.
    """
    found = list(from_bytes(octets, steps=4, chunk_size=256, preemptive_behaviour=False))
    likely = [
        codec
        for match in found
        if (codec := codec_of(match.encoding)) is not None
        and match.chaos <= found[0].chaos + _NEARLY
        and match.coherence >= found[0].coherence - _ABOUT
    ]
    codec = next((one for one in likely if one.startswith("cp125")), likely[0] if likely else "cp1252")
    return "cp1252" if codec in _LATIN and not _CENTRAL.search(octets) else codec
