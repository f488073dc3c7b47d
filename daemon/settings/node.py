"""A YAML document whose every key and value knows its line and column."""

from __future__ import annotations

from dataclasses import dataclass, field

Scalar = str | int | float | bool | None
Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both counted from 1."""


@dataclass(slots=True)
class Node:
    """A value in its place; `size` counts it and everything beneath, aliases written out."""

    place: Place
    value: Scalar | dict[str, Node] | list[Node]
    keys: dict[str, Place] = field(default_factory=dict)  # of a mapping
    size: int = 1

    def plain(self) -> object:
        """Return the value as ordinary Python objects."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def step(self, part: str | int) -> Node | None:
        """Return the child that one part of a path names, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(part))
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            return self.value[part]
        return None


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the configuration, as it was written."""

    file: str  # relative to the configuration folder
    root: Node

    def place(self, path: Path) -> Place:
        """Return where the value at `path` begins; where there is none, where its nearest parent does."""
        return self._nearest(path).place

    def holds_entries(self, path: Path) -> bool:
        """Tell whether something is written in the list or mapping at `path`."""
        return bool(self._nearest(path).value)

    def key_place(self, path: Path) -> Place:
        """Return where the last key of `path` stands."""
        node: Node | None = self.root
        for part in path[:-1]:
            node = node.step(part) if node else None
        if node and path and str(path[-1]) in node.keys:
            return node.keys[str(path[-1])]
        return self.place(path)

    def _nearest(self, path: Path) -> Node:
        node = self.root
        for part in path:
            child = node.step(part)
            if child is None:
                break
            node = child
        return node
