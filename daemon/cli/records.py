"""Records for programs: CSV as RFC 4180 has it, without formulas, and JSON objects that are written as they come.

A record is a mapping from the names of its fields to plain values; all records of a table have the same names.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from daemon.cli.printing import as_json

Record = Mapping[str, Any]
PAGE = 2**16  # characters that are written at once
_FORMULA = re.compile(r" *[\t\r\n]|\s*[=+\-@\uff0b\uff0d\uff1d\uff20]")
"""How a cell begins that a spreadsheet may take for a formula (S4.5)."""


def record_of(value: Any) -> dict[str, Any]:
    """Return the fields of a slotted dataclass by name, its values as they are."""
    return {name: getattr(value, name) for name in type(value).__slots__}


def print_csv(names: Sequence[str], records: Iterable[Record]) -> None:
    """Print a table as CSV: a line of names, then a record a line, each line ended by CR LF, in UTF-8."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(names)
    for record in records:
        writer.writerow([_cell(record[name]) for name in names])
        if page.tell() > PAGE:
            _write(page.getvalue())
            page.seek(page.truncate(0))
    _write(page.getvalue())


def print_object(members: Iterable[tuple[str, Any]]) -> None:
    """Print one JSON object, a member after the other; one that is an iterator is written without being held whole."""
    before = "{"
    for name, value in members:
        _write(f"{before}\n  {json.dumps(name)}: ")
        if isinstance(value, Iterator):
            _write_array(value)
        else:
            _write(_json(value))
        before = ","
    _write("\n}\n")


def defused(text: str) -> str:
    """Return a cell that no spreadsheet computes: an apostrophe stands before what could begin a formula (S4.5)."""
    return f"'{text}" if _FORMULA.match(text) else text


def money(cents: int) -> str:
    """Return integer cents as people write them: 12500 is 125.00."""
    return f"{cents // 100}.{cents % 100:02d}"


def _write_array(values: Iterator[Any]) -> None:
    before = "["
    for value in values:
        _write(f"{before}\n    {_json(value)}")
        before = ","
    _write("\n  ]" if before == "," else "[]")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=as_json)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case int() | float():
            return str(value)
    return defused(str(value))


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
