"""What commands print on stdout: JSON for programs, tables and titled blocks for people.

JSON is UTF-8 whatever the locale, instants are ISO 8601 in UTC.  Tables fit the terminal; into a pipe each row is one
line, however long.
"""

import dataclasses
import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

import click

Column = tuple[str, str]  # heading, name of the field; "a|b": of the first field that holds something
FOLDED = frozenset({"from", "to", "by", "subject", "reason", "detail"})
"""Columns of words, which are folded where the terminal is narrow; numbers, dates and codes never are."""
UNBOUNDED = 10_000  # columns: wide enough that no row is ever folded into a pipe


def as_json(value: Any) -> Any:
    """Return `value` (dataclasses, enums, instants and collections of them) as what `json` can write."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value))
        return {name.rstrip("_"): as_json(getattr(value, name)) for name in fields}  # from_: a word of Python's own
    if isinstance(value, Mapping):
        return {str(key): as_json(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(member) for member in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def print_document(value: Any) -> None:
    """Print one JSON document."""
    _write(json.dumps(as_json(value), ensure_ascii=False, indent=2) + "\n")


def print_line(value: Any) -> None:
    """Print one line of JSON Lines, at once: who reads along sees each as it happens."""
    _write(json.dumps(as_json(value), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_array(values: Iterable[Any]) -> None:
    """Print one JSON array, an element a line, without holding all of it in memory."""
    before = "["
    for value in values:
        _write(f"{before}\n {json.dumps(as_json(value), ensure_ascii=False)}")
        before = ","
    _write("\n]\n" if before == "," else "[]\n")


def print_octets(raw: bytes) -> None:
    """Print octets as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def print_table(columns: Sequence[Column], rows: Iterable[Any], *, empty: str, numbers: Collection[str] = ()) -> None:
    """Print a table for people.

    Args:
        columns: heading and field, in order.
        rows: values with these fields.
        empty: what to say (on stderr) where there is no row.
        numbers: headings of columns of numbers, which stand to the right.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, _ in columns:
        side: Literal["left", "right"] = "right" if heading in numbers else "left"
        table.add_column(heading, justify=side, no_wrap=heading not in FOLDED, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row, names)) for _, names in columns))
    if not table.row_count:
        click.echo(empty, err=True)
        return
    width = None if sys.stdout.isatty() else UNBOUNDED
    Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False).print(table)


def _cell(row: Any, names: str) -> str:
    return next((text for name in names.split("|") if (text := shown(getattr(row, name)))), "")


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Print `name  value` lines, the empty ones left out."""
    filled = [(name, shown(value)) for name, value in fields]
    filled = [(name, text) for name, text in filled if text]
    width = max((len(name) for name, _ in filled), default=0)
    for name, text in filled:
        click.echo(f"{name:<{width}}  {text}")


def shown(value: Any) -> str:
    """Return a value as people read it: instants to the second with their offset, absence as nothing."""
    match value:
        case None | "":
            return ""
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(shown(member) for member in value)
    return " ".join(str(value).split())


def note(text: str) -> None:
    """Say something to the person at the terminal, beside the output proper."""
    click.echo(text, err=True)
