"""The text of a message: which parts are its body, and their text as lines.

Sources: RFC 2046 5.1.4 (alternatives), RFC 2387 (related), RFC 3676 (flowed text).  At most 256 kB are worked on
(S4.1); the original stays whole in the stored octets.  A text that came as a file of its own, and files that stand
uuencoded in a text, are attached too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.ingest.charset import to_text
from daemon.ingest.enriched import from_enriched, from_richtext
from daemon.ingest.html import LONGEST_TEXT, Line, Mark, html_lines
from daemon.ingest.parts import Part, file_part
from daemon.ingest.uuencoded import cut_uuencoded
from daemon.model.text import clean_text

_PLAINER: dict[str, Callable[[str], str]] = {"text/enriched": from_enriched, "text/richtext": from_richtext}
_TEXTS = frozenset({"text/plain", "text/html", *_PLAINER})


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of the body; where it comes as plain text and as HTML, both are here."""

    plain: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What of a message is read as its text, and what is not."""

    passages: tuple[Passage, ...]
    attached: tuple[Part, ...]
    is_cut: bool = False  # longer than the limit


def find_body(root: Part) -> Body:
    """Part a message's leaves into the text to show and the attachments."""
    shown: list[tuple[Part | None, Part | None]] = []
    attached: list[Part] = []
    _gather(root, shown, attached)
    passages = tuple(Passage(_text(plain, attached), _text(html, attached)) for plain, html in shown)
    total = sum(len(p.plain) + len(p.html) for p in passages)
    return Body(passages, tuple(attached), is_cut=total >= LONGEST_TEXT)


def plain_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a plain text; those that begin with `>` are quoted."""
    return tuple(Line(line, Mark.QUOTE if _is_quoted(line) else Mark.NEW) for line in text.split("\n"))


def passage_lines(passage: Passage) -> tuple[Line, ...]:
    """Return a passage's lines: of its plain text, or of its HTML where the plain text says nothing."""
    return plain_lines(passage.plain) if passage.plain.strip() else html_lines(passage.html)


def _is_quoted(line: str) -> bool:
    """Tell whether a line of plain text carries a quotation mark, as mailers set it, at its start."""
    start = line[:6].lstrip(" \u00a0")
    return start.startswith(">") and not start.startswith(">From ") and line.strip() not in {">:", ">,"}


def _gather(part: Part, shown: list[tuple[Part | None, Part | None]], attached: list[Part]) -> None:
    """Sort one part, or what it holds, into what is shown and what is attached."""
    if part.content_type == "multipart/alternative":
        _choose(part, shown, attached)
    elif part.children:
        for child in part.children:
            _gather(child, shown, attached)
    elif _is_shown(part, has_text=bool(shown)):
        shown.append((None, part) if part.content_type == "text/html" else (part, None))
        if part.disposition.parameters.get("filename"):
            attached.append(part)
    else:
        attached.append(part)


def _choose(part: Part, shown: list[tuple[Part | None, Part | None]], attached: list[Part]) -> None:
    """Take an alternative's plain text and its HTML as one passage."""
    inside: list[tuple[Part | None, Part | None]] = []
    for child in part.children:
        _gather(child, inside, attached)
    plains = [plain for plain, _ in inside if plain is not None and plain.body.strip()]
    htmls = [html for _, html in inside if html is not None and html.body.strip()]
    if not plains:
        shown.extend((None, html) for html in htmls)
        return
    shown.append((plains[0], htmls[0] if htmls else None))
    shown.extend((plain, None) for plain in plains[1:])


def _is_shown(part: Part, *, has_text: bool) -> bool:
    """Tell whether a leaf belongs to the text: unnamed plain text or HTML, or the first text whatever its name."""
    if part.is_attached or part.content_type not in _TEXTS:
        return False
    return not part.given_name or not has_text


def _text(part: Part | None, attached: list[Part]) -> str:
    """Return the clean text of a leaf, flowed lines joined; the files that stand in it are attached."""
    if part is None:
        return ""
    octets, files = cut_uuencoded(part.decoded()) if part.content_type == "text/plain" else (part.decoded(), ())
    attached.extend(file_part(file.name, file.octets) for file in files)
    text = clean_text(to_text(octets[: 4 * LONGEST_TEXT], part.parameters.get("charset", ""))[:LONGEST_TEXT])
    if part.content_type in _PLAINER:
        return _PLAINER[part.content_type](text)
    if part.content_type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
        return _unflow(text, removes_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def _unflow(text: str, *, removes_space: bool) -> str:
    """Join flowed lines (RFC 3676 4): a line that ends in a space goes on in the next of the same quote depth."""
    paragraphs: list[list[str]] = []
    flows, depth_before = False, 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if flows and depth == depth_before and content != "-- ":
            paragraphs[-1].append(content)
        else:
            paragraphs.append([">" * depth + (" " if depth else "") + content])
        flows, depth_before = content.endswith(" ") and content != "-- ", depth
        if flows and removes_space:
            paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
    return "\n".join("".join(pieces).rstrip() if pieces != ["-- "] else "-- " for pieces in paragraphs)
