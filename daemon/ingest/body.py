"""The text of a message: which parts are its body, and their text as lines.

Sources: RFC 2046 5.1.4 (alternatives), RFC 2387 (related), RFC 3676 (flowed text).  At most 256 kB are worked on
(S4.1); the original stays whole in the stored octets.  A text that came as a file of its own, and files that stand
uuencoded in a text, are attached too.  What is signed inside an S/MIME part is read; the part itself is attached.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.errors import Unreadable
from daemon.ingest.armour import without_armour
from daemon.ingest.charset import to_text
from daemon.ingest.crypto import signed_inside
from daemon.ingest.enriched import from_enriched, from_richtext
from daemon.ingest.html import LONGEST_TEXT, Line, Mark, html_lines
from daemon.ingest.parts import MOST_PARTS, Part, file_part, open_message
from daemon.ingest.uuencoded import cut_uuencoded
from daemon.model.text import clean_text

_PLAINER: dict[str, Callable[[str], str]] = {"text/enriched": from_enriched, "text/richtext": from_richtext}
MOST_OPENINGS = 4
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


@dataclass(slots=True)
class _Found:
    """Leaves as they are sorted: what is shown, as plain text and as HTML, and what is attached."""

    shown: list[tuple[Part | None, Part | None]] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    openings: int = MOST_OPENINGS  # S/MIME parts that may still be looked into

    def inside(self) -> "_Found":
        """Return a place for the shown leaves of one part; what is attached goes to the same list."""
        return _Found(attached=self.attached, openings=self.openings)


@dataclass(slots=True)
class _Texts:
    """The texts of a message as they are read, one passage after the other, all together no longer than the limit."""

    attached: list[Part]
    left: int = LONGEST_TEXT
    is_cut: bool = False

    def passage(self, plain: Part | None, html: Part | None) -> Passage:
        """Read one passage; what it takes, the next ones may not."""
        passage = Passage(self._text(plain), self._text(html))
        self.left -= max(len(passage.plain), len(passage.html))
        return passage

    def _text(self, part: Part | None) -> str:
        """Return the clean text of a leaf; the files that stand in it are attached."""
        if part is None:
            return ""
        octets, files = cut_uuencoded(part.decoded()) if part.content_type == "text/plain" else (part.decoded(), ())
        self.attached.extend(file_part(file.name, file.octets) for file in files)
        text = to_text(octets[: 4 * self.left], part.parameters.get("charset", ""))
        self.is_cut = self.is_cut or len(octets) > 4 * self.left or len(text) > self.left
        return _made_plain(part, clean_text(text[: self.left]))


def find_body(root: Part) -> Body:
    """Part a message's leaves into the text to show and the attachments."""
    found = _Found()
    _gather(root, found)
    texts = _Texts(found.attached)
    passages = tuple(texts.passage(plain, html) for plain, html in found.shown)
    return Body(passages, tuple(found.attached[:MOST_PARTS]), is_cut=texts.is_cut)


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


def _gather(part: Part, found: _Found) -> None:
    """Sort one part, or what it holds, into what is shown and what is attached."""
    if part.content_type == "multipart/alternative":
        _choose(part, found)
    elif part.children:
        for child in part.children:
            _gather(child, found)
    elif _is_shown(part, has_text=bool(found.shown)):
        found.shown.append((None, part) if part.content_type == "text/html" else (part, None))
        if part.disposition.parameters.get("filename"):
            found.attached.append(part)
    else:
        _look_inside(part, found)
        found.attached.append(part)


def _look_inside(part: Part, found: _Found) -> None:
    """Sort what is signed inside an S/MIME part, if this is one, and not too many were opened."""
    content = signed_inside(part) if found.openings else b""
    if not content:
        return
    found.openings -= 1
    try:
        _gather(open_message(content).root, found)
    except Unreadable:
        return


def _choose(part: Part, found: _Found) -> None:
    """Take an alternative's plain text and its HTML as one passage."""
    inside = found.inside()
    for child in part.children:
        _gather(child, inside)
    found.openings = inside.openings
    plains = [plain for plain, _ in inside.shown if plain is not None and plain.body.strip()]
    htmls = [html for _, html in inside.shown if html is not None and html.body.strip()]
    if not plains:
        found.shown.extend((None, html) for html in htmls)
        return
    found.shown.append((plains[0], htmls[0] if htmls else None))
    found.shown.extend((plain, None) for plain in plains[1:])


def _is_shown(part: Part, *, has_text: bool) -> bool:
    """Tell whether a leaf belongs to the text: unnamed plain text or HTML, or the first text whatever its name."""
    if part.is_attached or part.content_type not in _TEXTS:
        return False
    return not part.given_name or not has_text


def _made_plain(part: Part, clean: str) -> str:
    """Return a leaf's text without armour and commands of its type, flowed lines joined."""
    text = without_armour(clean)
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
