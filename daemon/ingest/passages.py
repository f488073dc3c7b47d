"""The body read as a whole: its text, what the writer added, and what it forwards.

Where a passage comes as plain text and as HTML, the plain text is read, and the HTML asked where its quote begins: some
clients leave no sign of that in the plain text (Outlook), others break lines in it (Gmail).
"""

import re
from dataclasses import dataclass

from daemon.ingest.body import Body, Passage, plain_lines
from daemon.ingest.forwarded import Forwarded, find_forwarded, open_forwarded
from daemon.ingest.html import Line, html_lines
from daemon.ingest.reply import Reply, part_reply

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the body says."""

    text: str
    reply: Reply
    forwarded: Forwarded
    html: str


def read_body(body: Body) -> Reading:
    """Read every passage of a body and join what they say."""
    lines: list[Line] = []
    replies: list[Reply] = []
    for passage in body.passages:
        own_lines, reply = _read_passage(passage)
        lines.extend(own_lines)
        replies.append(reply)
    return Reading(
        text="\n".join(line.text for line in lines).strip("\n"),
        reply=_joined(replies),
        forwarded=_forwarded(body, tuple(lines)),
        html="\n".join(passage.html for passage in body.passages if passage.html.strip()),
    )


def _read_passage(passage: Passage) -> tuple[tuple[Line, ...], Reply]:
    """Return a passage's lines, and its reply from plain text or HTML, whichever tells more of the quote."""
    if not passage.plain.strip():
        lines = html_lines(passage.html)
        return lines, part_reply(lines)
    lines = plain_lines(passage.plain)
    reply = part_reply(lines)
    if not passage.html.strip():
        return lines, reply
    from_html = part_reply(html_lines(passage.html))
    return lines, from_html if _is_same_but_clearer(from_html.new, reply.new) else reply


def _is_same_but_clearer(by_html: str, by_plain: str) -> bool:
    """Tell whether the HTML gives the same new text, with the writer's own line breaks, or only its beginning."""
    shorter, longer = _WORD.findall(by_html), _WORD.findall(by_plain)
    return bool(shorter) and shorter == longer[: len(shorter)]


def _forwarded(body: Body, lines: tuple[Line, ...]) -> Forwarded:
    """Return the mail that the text forwards, or the first one attached as a whole."""
    found = find_forwarded(lines)
    attached = next((part for part in body.attached if part.content_type == "message/rfc822"), None)
    return open_forwarded(attached) if found.originator is None and attached is not None else found


def _joined(replies: list[Reply]) -> Reply:
    """Join the replies of the passages; the opening ends with the first passage that quotes."""
    opening: list[str] = []
    for reply in replies:
        opening.append(reply.opening)
        if reply.elided:
            break
    return Reply(
        new=_paragraphs([reply.new for reply in replies]),
        opening=_paragraphs(opening),
        elided=_paragraphs([reply.elided for reply in replies]),
        signature=_paragraphs([reply.signature for reply in replies]),
    )


def _paragraphs(texts: list[str]) -> str:
    """Join texts, the empty ones left out."""
    return "\n".join(text for text in texts if text.strip())
