"""What the writer added: a body's lines parted into new text, quoted text and signature (architecture 5).

Whatever language or client, a quote shows itself in one of these ways, asked in this order: our own reply marker; a
separator or a block of header lines, which quote everything after them; an attribution, which quotes everything after
it or, where `>` follows, only those lines; the marks of HTML (`Line.mark`) and `>`.  Every step is one pass.
"""

from dataclasses import dataclass, replace

from daemon.ingest.html import Line, Mark
from daemon.ingest.quote_signs import (
    header_label,
    is_attribution,
    is_forward_head,
    is_phone_signature,
    is_separator,
    may_be_attribution,
    may_start_attribution,
    names_writer,
)
from daemon.model.mail import REPLY_MARKER

_LONGEST_ATTRIBUTION = 5  # lines
_LONGEST_SIGNATURE = 30  # lines
_LEAST_LABELS = 3
_LONGEST_FOOTER = 12  # lines
_LONGEST_TAIL = 60  # lines below a footer's rule, quoted and empty ones too
_UNSEEN = "\u200b\u200c\u200d\u2060\u200e\u200f\u00ad"  # signs without width that editors leave before a word
_LONG_LINE = 60  # characters: mailers break lines longer than this


@dataclass(frozen=True, slots=True)
class Reply:
    """A body, parted."""

    new: str = ""
    opening: str = ""  # the new text before the first quoted line
    elided: str = ""
    signature: str = ""


def part_reply(lines: tuple[Line, ...]) -> Reply:
    """Part the lines of one passage into new text, quote and signature.

    A passage that would have no new text at all, such as a bare forward, keeps everything as quoted.
    """
    marked = _sign(_wrapped(_attribute(_cut_below(lines))))
    first_quoted = next(
        (n for n, line in enumerate(marked) if line.mark is Mark.QUOTE and line.text.strip()), len(marked)
    )
    return Reply(
        new=_text(marked, Mark.NEW),
        opening=_text(marked[:first_quoted], Mark.NEW),
        elided=_text(marked, Mark.QUOTE),
        signature=_text(marked, Mark.SIGNATURE),
    )


def _text(lines: list[Line], mark: Mark) -> str:
    """Join the lines of one mark; a gap where others stood is one blank line."""
    kept: list[str] = []
    for line in lines:
        text = line.text.rstrip().lstrip(_UNSEEN) if line.mark is mark else ""
        if text or (kept and kept[-1]):
            kept.append(text)
    return "\n".join(kept).strip("\n")


def _cut_below(lines: tuple[Line, ...]) -> list[Line]:
    """Mark as quoted everything from the first line on that says so."""
    for number, line in enumerate(lines):
        if line.mark is Mark.QUOTE or not line.text.strip():
            continue
        if line.text.lstrip(" \t|*_").startswith(REPLY_MARKER):
            start = _above_marker(lines, number)
        elif is_separator(line.text) or _begins_header_block(lines, number) or _begins_forward(lines, number):
            start = _with_rule(lines, number)
        else:
            continue
        return [*lines[:start], *(replace(below, mark=Mark.QUOTE) for below in lines[start:])]
    return list(lines)


def _above_marker(lines: tuple[Line, ...], number: int) -> int:
    """Return where the lines begin that introduce our mail, in whatever language, right above its marker."""
    last = number - 1
    while last >= 0 and not lines[last].text.strip():
        last -= 1
    first = last
    while first > 0 and last - first < _LONGEST_ATTRIBUTION - 1 and lines[first - 1].text.strip():
        first -= 1
    for start in range(last, first - 1, -1):
        joined = " ".join(line.text.strip() for line in lines[start : last + 1])
        if may_start_attribution(lines[start].text) and names_writer(joined):
            return start
    return number


def _begins_forward(lines: tuple[Line, ...], number: int) -> bool:
    """Tell whether a line announces a forwarded mail and its fields follow."""
    if not is_forward_head(lines[number].text):
        return False
    return any(header_label(below.text) for below in lines[number + 1 : number + 4])


def _with_rule(lines: tuple[Line, ...], number: int) -> int:
    """Return the line of a rule (`_____`) that stands right above a header block, or the block's own line."""
    above = number - 1
    while above >= 0 and not lines[above].text.strip():
        above -= 1
    text = lines[above].text.strip() if above >= 0 else ""
    return above if len(text) >= 5 and set(text) <= set("_-=*") else number


def _begins_header_block(lines: tuple[Line, ...], number: int) -> bool:
    """Tell whether header lines of a quoted mail begin here: "From:" or like, and two more kinds close below."""
    first = header_label(lines[number].text)
    if first not in {"from", "sent", "subject", "to"}:
        return False
    kinds, seen = {first}, 0
    for below in lines[number + 1 : number + 14]:
        if not below.text.strip():
            continue
        kind = header_label(below.text)
        seen += 1
        if kind:
            kinds.add(kind)
        elif seen > len(kinds) + 3:
            break
        if len(kinds - {"other"}) >= _LEAST_LABELS and kinds & {"from"} and kinds & {"sent", "subject"}:
            return True
    return False


def _attribute(lines: list[Line]) -> list[Line]:
    """Mark attributions as quoted, and what stands below them where no `>` says which lines are quoted."""
    number = 0
    result = list(lines)
    while number < len(result):
        end = _attribution_end(result, number)
        if end is None:
            number += 1
            continue
        below = _next_text(result, end)
        is_marked = below < len(result) and result[below].mark is Mark.QUOTE
        stop = end if is_marked else len(result)
        for at in range(number, stop):
            result[at] = replace(result[at], mark=Mark.QUOTE)
        number = stop
    return result


def _attribution_end(lines: list[Line], number: int) -> int | None:
    """Return the line after the attribution that begins at `number`, or None where none does."""
    if lines[number].mark is not Mark.NEW or not may_start_attribution(lines[number].text):
        return None
    joined = ""
    for at in range(number, min(number + _LONGEST_ATTRIBUTION, len(lines))):
        text = lines[at].text
        if lines[at].mark is not Mark.NEW or not text.strip():
            return None
        joined = f"{joined} {text}".strip()
        if is_attribution(joined):
            return at + 1
        if may_be_attribution(joined):
            below = _next_text(lines, at + 1)
            return at + 1 if below < len(lines) and lines[below].mark is Mark.QUOTE else None
    return None


def _wrapped(lines: list[Line]) -> list[Line]:
    """Mark as quoted a lone line between two quoted ones: the end of a long quoted line that some mailer broke."""
    result = list(lines)
    for number in range(1, len(result) - 1):
        above, below = lines[number - 1], lines[number + 1]
        is_between = above.mark is Mark.QUOTE and below.mark is Mark.QUOTE and lines[number].mark is Mark.NEW
        if is_between and len(above.text) >= _LONG_LINE and below.text.strip() and lines[number].text.strip():
            result[number] = replace(lines[number], mark=Mark.QUOTE)
    return result


def _next_text(lines: list[Line], number: int) -> int:
    """Return the number of the next line that is not blank."""
    while number < len(lines) and not lines[number].text.strip():
        number += 1
    return number


def _sign(lines: list[Line]) -> list[Line]:
    """Mark signatures: from a delimiter or a phone's line to the quote or the end."""
    result = list(lines)
    signing = 0
    for number, line in enumerate(result):
        if line.mark is not Mark.NEW:
            signing = 0 if line.mark is Mark.QUOTE and line.text.strip() else signing
            continue
        if not signing and _begins_signature(result, number):
            signing = _LONGEST_SIGNATURE
        if signing:
            result[number] = replace(line, mark=Mark.SIGNATURE)
            signing -= 1
    return result


def _is_near_end(lines: list[Line], number: int) -> bool:
    """Tell whether only a few lines of new text follow: what a mailing list or a company puts below each mail."""
    following = (line for line in lines[number + 1 : number + 1 + _LONGEST_TAIL])
    written = sum(1 for line in following if line.mark is Mark.NEW and line.text.strip())
    return written <= _LONGEST_FOOTER and len(lines) - number <= _LONGEST_TAIL


def _begins_signature(lines: list[Line], number: int) -> bool:
    """Tell whether a signature begins at this line: "-- ", a list's rule near the end, or a phone's words."""
    text = lines[number].text
    if text.rstrip(" \u00a0") == "--":
        return True
    if len(text.strip()) >= 2 and set(text.strip()) == {"_"}:
        return _is_near_end(lines, number)
    return is_phone_signature(text)
