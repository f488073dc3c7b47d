# ruff: noqa: RUF001
"""What a mail forwards: the head of the mail inside the text, its originator and its text.

An agent who forwards a customer's mail with `#for` names the MPOC; the forwarded originator is only shown, it proves
nothing.  Clients write a line such as "Forwarded message" and the fields below it, or the fields alone.
"""

import re
from dataclasses import dataclass

from daemon.ingest.addresses import read_addresses
from daemon.ingest.body import find_body, passage_lines
from daemon.ingest.html import Line
from daemon.ingest.parts import Part, open_attached
from daemon.ingest.quote_signs import header_label, is_forward_head, is_separator
from daemon.model.mail import Address
from daemon.model.text import clean_line

_MOST_TRIES = 50  # lines that look like heads and are none
_ANGLE = re.compile(r"<(?:mailto:)?([^\s<>@]{1,64}@[^\s<>@]{1,255}?)>")
_BRACKETS = re.compile(r"\[(?:mailto:)?([^\s\[\]@]{1,64}@[^\s\[\]@]{1,255}?)\]")
_BARE = re.compile(r"(?:mailto:)?([^\s<>@\"'(),;:\[\]]{1,64}@[^\s<>@\"'(),;:\[\]]{1,255})")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside a mail's text."""

    originator: Address | None = None
    text: str = ""


def find_forwarded(lines: tuple[Line, ...]) -> Forwarded:
    """Return the first mail that the text forwards, or nothing."""
    tries = 0
    for number, line in enumerate(lines):
        text = line.text
        if not text.strip() or len(text) > 200 or tries >= _MOST_TRIES:
            continue
        if is_forward_head(text) or is_separator(text):
            found = _read_head(lines, number + 1)
        elif header_label(text) == "from":
            found = _read_head(lines, number)
        else:
            continue
        if found.originator is not None:
            return found
        tries += 1
    return Forwarded()


def open_forwarded(part: Part) -> Forwarded:
    """Return the originator and text of a mail that is attached as a whole."""
    tree = open_attached(part)
    if tree is None:
        return Forwarded()
    originator = next(iter(read_addresses(tree.header, "from")), None)
    text = "\n".join(line.text for passage in find_body(tree.root).passages for line in passage_lines(passage))
    return Forwarded(originator, text.strip("\n"))


def _read_head(lines: tuple[Line, ...], start: int) -> Forwarded:
    """Read the fields of a forwarded head; without "From:" and one more field it is none."""
    kinds: set[str] = set()
    originator: Address | None = None
    at = start
    pending = ""
    while at < len(lines) and at < start + 20:
        text = lines[at].text.strip()
        kind = header_label(text) if text else ""
        if text and not kind and not pending:
            break
        if not text and kinds:
            break
        if kind:
            kinds.add(kind)
        if (kind or pending) == "from" and originator is None:
            originator = _address(text)
        pending = kind if kind and text.rstrip("* ").endswith((":", "：")) else ""
        at += 1
    if originator is None or len(kinds) < 2:
        return Forwarded()
    body = "\n".join(_unquoted(line.text) for line in lines[at:]).strip("\n")
    return Forwarded(originator, body)


def _address(text: str) -> Address | None:
    """Read the originator that a forwarded head names."""
    after = re.split("[:：]", text, maxsplit=1)[-1] if header_label(text) else text
    match = _ANGLE.search(after) or _BRACKETS.search(after) or _BARE.search(after)
    if match is None:
        return None
    name = clean_line(after[: match.start()].strip(" *\"'<[(").removesuffix("mailto:"), longest=200)
    return Address(match[1].strip(".").lower(), name)


def _unquoted(text: str) -> str:
    """Take one quotation mark off a line."""
    return text[2:] if text.startswith("> ") else text.removeprefix(">")
