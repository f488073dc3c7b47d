"""A load file's octets → entries that know their lines: a YAML list, or JSON Lines.

YAML is read as the configuration is (bounded, every value in its place); a long load is JSON Lines, an event a line.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from daemon.errors import ConfigInvalid, Fault
from daemon.settings.node import Node
from daemon.settings.yaml_text import NotYaml, read_yaml

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as written."""

    place: Place
    fields: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)

    def place_of(self, key: str) -> Place:
        """Return where a field stands, or the entry where it has none."""
        return self.places.get(key, self.place)


def read_entries(octets: bytes, file: str) -> tuple[Entry, ...]:
    """Return the entries of a load.

    Raises:
        ConfigInvalid: it is neither a YAML list of mappings nor JSON Lines of objects.
    """
    if octets.lstrip()[:1] == b"{":
        return _of_json_lines(octets, file)
    try:
        root = read_yaml(octets)
    except NotYaml as wrong:
        raise ConfigInvalid((Fault(file, *wrong.place, wrong.message),)) from None
    if not isinstance(root.value, list):
        raise ConfigInvalid((Fault(file, *root.place, "a load is a list: begin each event with `- at: …`"),))
    return tuple(_of_node(node, file) for node in root.value)


def _of_node(node: Node, file: str) -> Entry:
    if not isinstance(node.value, dict):
        raise ConfigInvalid((Fault(file, *node.place, "an event is a mapping: `at: …`, then `from: …` or `agent: …`"),))
    return Entry(node.place, {key: value.plain() for key, value in node.value.items()}, dict(node.keys))


def _of_json_lines(octets: bytes, file: str) -> tuple[Entry, ...]:
    entries, faults = [], []
    for number, line in enumerate(octets.decode("utf-8-sig", "replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as wrong:
            faults.append(Fault(file, number, getattr(wrong, "colno", 1), f"no JSON: {getattr(wrong, 'msg', wrong)}"))
            continue
        if isinstance(fields, dict):
            entries.append(Entry((number, 1), fields))
        else:
            faults.append(Fault(file, number, 1, 'an event is an object: {"at": …, "from": …}'))
    if faults:
        raise ConfigInvalid(tuple(faults))
    return tuple(entries)
