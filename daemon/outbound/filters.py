"""What templates call filters: values spelt out for the one who reads the mail, and text set as HTML."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from markupsafe import Markup, escape

from daemon.model.text import clean_line
from daemon.outbound.subject import LONGEST, LONGEST_ECHO, plain_subject, tag
from daemon.outbound.words import Words, spell_basis, spell_clocks, spell_day, spell_instant, spell_month

_VOWELS = frozenset("aeiouœæ")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail, and what its values are spelt out by."""

    words: Words
    timezone: str
    timezone_of_plan: str
    prefix: str
    offers: tuple[str, ...]  # signed addresses, which become links


def _when(reader: Reader, value: str) -> str:
    """Spell out an instant on the reader's clock."""
    return spell_instant(reader.words, value, timezone=reader.timezone)


def _day(reader: Reader, value: str) -> str:
    """Spell out a date."""
    return spell_day(reader.words, value)


def _here(reader: Reader, value: str) -> str:
    """Spell out an instant on the plan's clock."""
    return spell_instant(reader.words, value, timezone=reader.timezone_of_plan)


def _clocks(reader: Reader, value: str) -> tuple[str, ...]:
    """Spell out an instant on the plan's clock, and on the reader's where that shows another time (R11.2)."""
    return spell_clocks(reader.words, value, here=reader.timezone_of_plan, there=reader.timezone)


def _month(reader: Reader, value: str) -> str:
    return spell_month(reader.words, value)


def _impact_label(reader: Reader, code: str) -> str:
    return reader.words.impacts[code]


def _status_label(reader: Reader, code: str) -> str:
    return reader.words.statuses[code]


def _priority_label(reader: Reader, code: str) -> str:
    return reader.words.priorities[code]


def _clock_label(reader: Reader, code: str) -> str:
    return reader.words.clocks[code]


def _basis_label(reader: Reader, basis: str) -> str:
    return spell_basis(reader.words, basis)


def _tag(reader: Reader, number: int | str) -> str:
    return tag(reader.prefix, number)


def _echo(reader: Reader, subject: str) -> str:
    """Return the subject that somebody unproven chose: without tags of ours, and short (S2.5, S3.8)."""
    return plain_subject(subject, reader.prefix, longest=LONGEST_ECHO)


def _mailto(address: str) -> Markup:
    """Return an address as a link; a plus in it would be read as a space by some clients (RFC 6068)."""
    return Markup('<a href="mailto:{}">{}</a>').format(quote(address, safe="@"), address)


def _weblink(address: str) -> Markup:
    """Return a page's address as a link; what is no address of the web stays text."""
    if not address.startswith(("https://", "http://")):
        return escape(address)
    return Markup('<a href="{0}">{0}</a>').format(address)


def _from_json(text: str) -> object:
    """Return figures that a notice carries as JSON; none: an empty table of tables."""
    return json.loads(text) if text else {}


def _line(text: str, longest: int = LONGEST) -> str:
    """Return what stands in a fact's JSON as one clean line: nothing in it can pass for a line of ours."""
    return clean_line(text, longest=longest)


def _quoted(text: str) -> str:
    """Set off what a person wrote, line by line, so that it cannot pass for the desk's own words."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _breaks(text: str) -> Markup:
    """Escape text for HTML and keep its lines and leading spaces."""
    return Markup(str(escape(text)).replace("  ", " &nbsp;").replace("\n", "<br>\n"))  # noqa: S704  it is escaped


def _spaced(lines: str) -> str:
    """Return sentences that stand one a line as paragraphs of plain text."""
    return "\n\n".join(_lines_of(lines))


def _paragraphs(reader: Reader, lines: str) -> Markup:
    """Return sentences that stand one a line as paragraphs of HTML; whatever they hold is escaped again.

    The signed addresses that the mail offers become links: a reader needs one click to write to them.
    """
    html = Markup("\n".join(f"<p>{escape(line)}</p>" for line in _lines_of(lines)))  # noqa: S704  each line is escaped
    for address in reader.offers:
        html = html.replace(escape(address), _mailto(address))
    return html


def _lines_of(lines: str) -> list[str]:
    """Return the non-empty lines as plain strings: a macro called from HTML hands out Markup that nobody escaped."""
    return [line.strip() for line in str(lines).split("\n") if line.strip()]  # str makes no Markup


def _de(name: str) -> str:
    """Return a name after the French "de", which loses its vowel before another."""
    first = unicodedata.normalize("NFD", name[:1]).casefold()[:1]
    return f"d\u2019{name}" if first in _VOWELS else f"de {name}"


SPELT: Final[dict[str, Callable[[Reader, Any], object]]] = {
    "when": _when,
    "day": _day,
    "here": _here,
    "clocks": _clocks,
    "month": _month,
    "impact_label": _impact_label,
    "status_label": _status_label,
    "priority_label": _priority_label,
    "clock_label": _clock_label,
    "basis_label": _basis_label,
    "tag": _tag,
    "echo": _echo,
    "paragraphs": _paragraphs,
}
"""What depends on the reader."""

SET: Final[dict[str, Callable[..., object]]] = {
    "mailto": _mailto,
    "weblink": _weblink,
    "from_json": _from_json,
    "line": _line,
    "quoted": _quoted,
    "breaks": _breaks,
    "spaced": _spaced,
    "de": _de,
}
"""What is the same for everybody."""
