"""HTML to lines of text, each told apart as new, quoted or signature where the mailer marked it so.

One pass over libxml2's events (no tree), on at most 256 kB; nothing is fetched, hidden text is left out.  What the
marks mean was seen in mails of Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Proton, Zimbra and others.
"""

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from lxml import etree

from daemon.model.text import clean_line, clean_text

LONGEST_TEXT = 262_144


class Mark(Enum):
    """What a line is, as far as the mailer or its `>` says."""

    NEW = "new"
    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a body."""

    text: str
    mark: Mark = Mark.NEW


_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg", "select"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p",
        "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"
    }
)  # fmt: skip
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre"})
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"
    }
)  # fmt: skip
_QUOTE_CLASSES = frozenset(
    {
        "gmail_quote", "gmail_quote_container", "gmail_attr", "yahoo_quoted", "yahoo_quote", "protonmail_quote",
        "moz-cite-prefix", "zmail_extra", "tutanota_quote", "moz-forward-container", "moz-email-headers-table",
        "outlookmessageheader", "hubspot-email-quote", "freebirdnewquoting", "gmail_extra_quote", "zendesk-quote",
        "quotedtext", "mail_quote", "mailbird_quote"
    }
)  # fmt: skip
_QUOTE_TO_END = frozenset(
    {
        "divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message-container",
        "stopspelling", "replysplit", "isforwardcontent", "isreplycontent", "reply-intro", "divtaggeddraft-quoted",
        "spark-reply-quote", "edo-original"
    }
)  # fmt: skip
_SIGNATURE_NAMES = frozenset(
    {
        "gmail_signature", "gmail_signature_prefix", "moz-signature", "applemailsignature",
        "ms-outlook-mobile-signature",
        "signature", "protonmail_signature_block", "tutanota_signature", "sig_block", "mailsignature"
    }
)  # fmt: skip
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all")
TIGHT = "p, tight"
_TIGHT_CLASSES = frozenset({"msonormal", "msoplaintext", "msolistparagraph"})
_NO_MARGIN = re.compile(r"margin:0(?:px|in|cm|pt|em)?(?:;|$)|margin-(?:top|bottom):0(?:px|in|cm|pt|em)?(?:;|$)")
_SPACES = re.compile("[ \t\n\r\f]+")
_PREFIX = re.compile(r"^(?:x_|m_-?\d+|gmail-|yiv\d+)+", re.IGNORECASE)


@dataclass(slots=True)
class _Collector:
    """Takes libxml2's events and makes lines; one object a document."""

    lines: list[Line] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _stack: list[tuple[str, Mark, bool, bool]] = field(default_factory=list)  # tag, mark, skipped, preformatted
    _all_quoted: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        name = tag if isinstance(tag, str) else ""
        _, mark, skipped, preformatted = self._top()
        if name in _BLOCKS:
            self._end_line(blank=name in _SPACED and not _is_tight(attributes))
        if not skipped:
            mark = self._mark(name, attributes, mark)
            self._write_for(name, attributes)
        skipped = skipped or name in _SKIPPED or _is_hidden(attributes)
        if name not in _VOID:
            if name in _SPACED and _is_tight(attributes):
                name = TIGHT
            self._stack.append((name, mark, skipped, preformatted or name in {"pre", "textarea"}))

    def end(self, tag: str) -> None:
        """Close an element."""
        if tag in _VOID or not self._stack:
            return
        name = self._top()[0]
        if tag in _BLOCKS:
            self._end_line(forced=name == TIGHT and bool(self._words))
        self._stack.pop()
        if tag in _SPACED and name != TIGHT:
            self._end_line(blank=True)

    def data(self, text: str) -> None:
        """Take text."""
        _, _, skipped, preformatted = self._top()
        if skipped:
            return
        clean = clean_text(text)  # a reference (`&#0;`) may stand for any sign
        if not preformatted:
            self._words.append(clean)
            return
        for number, piece in enumerate(clean.split("\n")):
            if number:
                self._end_line(forced=True)
            self._words.append(piece)

    def comment(self, text: str) -> None:
        """Pass over a comment."""

    def close(self) -> tuple[Line, ...]:
        """End the document."""
        self._end_line()
        return tuple(self.lines)

    def _top(self) -> tuple[str, Mark, bool, bool]:
        """Return the innermost open element."""
        return self._stack[-1] if self._stack else ("", Mark.NEW, False, False)

    def _mark(self, tag: str, attributes: dict[str, str], mark: Mark) -> Mark:
        """Return what the text of an element is that opens here."""
        names = _names(attributes)
        if not names.isdisjoint(_QUOTE_TO_END):
            self._end_line()
            self._all_quoted = True
        if tag == "blockquote" or not names.isdisjoint(_QUOTE_CLASSES):
            self._end_line()
            return Mark.QUOTE
        if mark is Mark.NEW and not names.isdisjoint(_SIGNATURE_NAMES):
            self._end_line()
            return Mark.SIGNATURE
        return mark

    def _write_for(self, tag: str, attributes: dict[str, str]) -> None:
        """Write what an element stands for by itself."""
        if tag == "br":
            self._end_line(forced=True)
        elif tag in {"td", "th"} and any(word.strip() for word in self._words):
            self._words.append(" ")
        elif tag == "li":
            self._words.append("- ")
        elif tag == "img" and attributes.get("alt", "").strip():
            self._words.append(clean_line(attributes["alt"], longest=200))

    def _end_line(self, *, blank: bool = False, forced: bool = False) -> None:
        """End the line that is being written; `forced` keeps an empty one, `blank` leaves one empty line after it."""
        text = "".join(self._words).replace("\u00a0", " ")
        self._words.clear()
        mark = Mark.QUOTE if self._all_quoted else self._top()[1]
        if text.strip():
            kept = text.rstrip() if self._top()[3] else _SPACES.sub(" ", text).strip()
            self.lines.append(Line(kept, mark))
        elif forced:
            self.lines.append(Line("", mark))
        if blank and self.lines and self.lines[-1].text:
            self.lines.append(Line("", mark))


def html_lines(html: str) -> tuple[Line, ...]:
    """Return the visible text of an HTML body as lines, marked new, quoted or signature; never fails."""
    collector: Any = _Collector()
    parser: Any = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, target=collector)
    try:
        parser.feed(clean_text(html[:LONGEST_TEXT]).encode("utf-8"))
        lines: tuple[Line, ...] = parser.close()
    except etree.LxmlError:
        return tuple(Line(line) for line in clean_text(html[:LONGEST_TEXT]).split("\n"))
    return lines


def _names(attributes: dict[str, str]) -> frozenset[str]:
    """Return an element's classes and id, lower-cased, without the prefixes that mailers add to quoted ones."""
    if not attributes:
        return frozenset()
    given = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('data-smartmail', '')}"
    return frozenset(_PREFIX.sub("", name).lower() for name in given[:500].split())


def _is_tight(attributes: dict[str, str]) -> bool:
    """Tell whether a paragraph has no room around it: each of Outlook's is one line, an empty one an empty line."""
    style = attributes.get("style", "")[:1_000].lower().replace(" ", "")
    return not _names(attributes).isdisjoint(_TIGHT_CLASSES) or bool(_NO_MARGIN.search(style))


def _is_hidden(attributes: dict[str, str]) -> bool:
    """Tell whether an element is not to be seen."""
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")[:1_000].lower()))
