"""Signed marks that must not travel (S2.8): what was made for an agent never stands in a mail to anybody else.

An agent's client may quote our notification, or attach it, and with it the addresses and Message-IDs by which only
agents act; links write `+` and `@` as `%2B` and `%40`, and editors leave letters without width between them.
"""

import re

from daemon.model.mail import FOR_AGENTS

REMOVED = "[…]"
_PURPOSE = rf"\.[{''.join(sorted(FOR_AGENTS))}]\.\d{{1,6}}\."
_HEAD = rf"\d{{1,12}}{_PURPOSE}"
_MAC = "[a-z2-7]{26}"
_PLUS, _AT = "(?:[+\uff0b]|%2B|&(?:amp;)?#43;)", "(?: ?[@\uff20] ?|%40|&(?:amp;)?#64;)"
_AGENTS_MARK = re.compile(
    rf"[^\s<>@+\"]{{1,64}}{_PLUS}{_HEAD}{_MAC}{_AT}[\w.-]{{1,255}}"
    rf"|v1\.{_HEAD}[a-z0-9]{{1,32}}\.{_MAC}\.{_MAC}{_AT}[\w.-]{{1,255}}",
    re.IGNORECASE,
)
_CORE = re.compile(_PURPOSE, re.IGNORECASE)
"""Stands in every such mark; looked for first, because it is found fast and mostly is not there."""
_CORE_IN_OCTETS = re.compile(_PURPOSE.encode(), re.IGNORECASE)
_AROUND = 512
"""No mark is longer on either side of its core."""
_WITHOUT_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def has_agents_mark(text: str) -> bool:
    """Tell whether a signed reply address or Message-ID that was made for an agent stands in `text`."""
    return _is_marked(text) or (not text.isascii() and _is_marked(text.translate(_WITHOUT_WIDTH)))


def octets_have_agents_mark(octets: bytes) -> bool:
    """Tell the same of a file; only what stands around a core is looked at as text, so that large ones cost little."""
    cores = (found.start() for found in _CORE_IN_OCTETS.finditer(octets))
    return any(_is_marked(octets[max(0, at - _AROUND) : at + _AROUND].decode("latin-1")) for at in cores)


def without_agents_marks(text: str) -> str:
    """Return `text` with every signed reply address and Message-ID that was made for an agent taken out."""
    if not has_agents_mark(text):
        return text
    return _AGENTS_MARK.sub(REMOVED, text if text.isascii() else text.translate(_WITHOUT_WIDTH))


def _is_marked(text: str) -> bool:
    return bool(_CORE.search(text) and _AGENTS_MARK.search(text))
