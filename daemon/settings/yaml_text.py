"""Octets of a configuration file → Node, safely (S4.6).

ruamel.yaml scans and parses; the tree is built here from its events, in one pass without recursion, so that size,
depth and aliases are bounded before anything grows, and duplicate keys are seen.  Plain scalars follow the core schema
of YAML 1.2 (`yes`, `22:00` and `2026-12-24` are text).  Tags and merge keys have no meaning here and are refused.
"""

import re
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from daemon.model.text import clean_line
from daemon.settings.node import Node, Place, Scalar

MAX_OCTETS = 2**20
MAX_DEPTH = 20
MAX_ALIASES = 100
MAX_NODES = 100_000
KEPT_TREES = 4096
LONGEST_MESSAGE = 300

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,300}\.[0-9]{0,300}|\.[0-9]{1,300})(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARSER_FAILURES = (YAMLError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, NotImplementedError)
"""What ruamel.yaml raises on odd text: not all of it is a YAMLError."""


class NotYaml(Exception):
    """The octets are no YAML that we take; says where and why."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = clean_line(message, longest=LONGEST_MESSAGE)  # it may quote the file


@lru_cache(maxsize=KEPT_TREES)
def read_yaml(octets: bytes) -> Node:
    """Return the tree of the one YAML document in `octets`; it is shared, and must not be changed.

    The trees of the last files are kept: scanning takes 1.5 ms a customer, and a reload mostly meets what it knows.

    Raises:
        NotYaml: too large, no UTF-8, a control character, a syntax error, or beyond the limits above.
    """
    text = _decode(octets)
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        raise NotYaml(_mark(error.problem_mark or error.context_mark), _sentence(error)) from None
    except _PARSER_FAILURES:
        raise NotYaml(builder.last, "no valid YAML after this place") from None
    return builder.root or Node((1, 1), {})


def _decode(octets: bytes) -> str:
    if len(octets) > MAX_OCTETS:
        raise NotYaml((1, 1), f"the file is too large: at most {MAX_OCTETS} octets are read")
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place_after(octets[: error.start].decode("utf-8", "replace"))
        raise NotYaml(place, "not UTF-8: save the file in that encoding") from None
    wrong = _FORBIDDEN.search(text)
    if wrong:
        place = _place_after(text[: wrong.start()])
        raise NotYaml(place, f"control character U+{ord(wrong.group()):04X}: take it out")
    return text


def _place_after(before: str) -> Place:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _mark(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _sentence(error: MarkedYAMLError) -> str:
    words = " ".join(str(part) for part in (error.context, error.problem) if part)
    return f"no valid YAML: {' '.join(words.split())[:200]}"


class _Builder:
    """Takes parser events in order and builds the tree on a stack."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.last: Place = (1, 1)
        self._open: list[tuple[Node, str | None]] = []  # container, its anchor
        self._key: list[tuple[str, Place] | None] = []  # the key that waits for its value, a container
        self._anchors: dict[str, Node] = {}
        self._aliases = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take one event of the parser."""
        self.last = _mark(event.start_mark)
        match event:
            case ScalarEvent():
                self._refuse_tag(event)
                self._scalar(event)
            case MappingStartEvent() | SequenceStartEvent():
                self._refuse_tag(event)
                self._start(Node(self.last, {} if isinstance(event, MappingStartEvent) else []), event.anchor)
            case MappingEndEvent() | SequenceEndEvent():
                self._end()
            case AliasEvent():
                self._alias(event.anchor)
            case DocumentStartEvent():
                self._document()
            case _:
                pass  # the stream's own start and end

    def _refuse_tag(self, event: Any) -> None:
        if event.tag and event.tag != "!":
            raise NotYaml(self.last, "tags (`!…`) are not taken here: write the plain value")

    def _document(self) -> None:
        self._documents += 1
        if self._documents > 1:
            raise NotYaml(self.last, "a second document begins here: one file holds one")

    def _scalar(self, event: Any) -> None:
        plain = event.style in {None, ""} and not event.tag
        node = Node(self.last, _resolve(event.value) if plain else event.value)
        if self._awaits_key():
            self._take_key(event.value)
        else:
            self._place(node, event.anchor)

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0].value, dict) and self._key[-1] is None

    def _take_key(self, key: str) -> None:
        mapping = self._open[-1][0]
        if key in mapping.keys:
            line = mapping.keys[key][0]
            raise NotYaml(self.last, f"key `{_short(key)}` stands twice in this mapping (first in line {line})")
        mapping.keys[key] = self.last
        self._key[-1] = (key, self.last)

    def _start(self, node: Node, anchor: str | None) -> None:
        if self._awaits_key():
            raise NotYaml(self.last, "a key must be plain text")
        if len(self._open) >= MAX_DEPTH:
            raise NotYaml(self.last, f"nested more than {MAX_DEPTH} deep")
        self._open.append((node, anchor))
        self._key.append(None)

    def _end(self) -> None:
        node, anchor = self._open.pop()
        self._key.pop()
        self._place(node, anchor)

    def _alias(self, anchor: str) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise NotYaml(self.last, f"more than {MAX_ALIASES} aliases")
        if self._awaits_key():
            raise NotYaml(self.last, "a key must be plain text")
        if anchor not in self._anchors:
            raise NotYaml(self.last, f"alias `*{_short(anchor)}` names nothing that is complete before it")
        self._place(self._anchors[anchor], None)

    def _place(self, node: Node, anchor: str | None) -> None:
        """Put a finished node into its container, or make it the root."""
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1][0]
        parent.size += node.size
        if parent.size > MAX_NODES:
            raise NotYaml(self.last, f"more than {MAX_NODES} values, aliases written out")
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif isinstance(parent.value, dict) and (key := self._key[-1]):
            parent.value[key[0]] = node
            self._key[-1] = None


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


def _resolve(text: str) -> Scalar:
    """Return what a plain scalar means in the core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
