"""The reference of every configuration key, from the JSON Schemas; `python -m daemon.settings.reference` writes it.

It replaces what stands between the marks in docs/configuration.md, and the files in config/schemas/.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from daemon.settings.schema import printed, schemas

_ROOT = Path(__file__).parents[2]
_HEAD = "| key | type | default | meaning |\n|---|---|---|---|\n"
_WORDS = {"email": "address", "hostname": "domain", "date": "date"}
_UNTYPED = "`always`, or days with hours"


def reference() -> dict[str, str]:
    """Return a Markdown table of all keys of each configuration file, by the name of its schema."""
    return {name: _HEAD + "".join(_rows(schema, schema, prefix="")) for name, schema in schemas().items()}


def write(root: Path) -> None:
    """Write the tables into docs/configuration.md and the schemas into config/schemas/ below `root`."""
    page = root / "docs" / "configuration.md"
    text = page.read_text(encoding="utf-8")
    for name, table in reference().items():
        marked = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = marked.sub(lambda found, table=table: found[1] + table + found[2], text)  # type: ignore[misc]
    page.write_text(text, encoding="utf-8")
    for name, schema in schemas().items():
        (root / "config" / "schemas" / name).write_text(printed(schema), encoding="utf-8")


def _rows(schema: dict[str, Any], form: dict[str, Any], *, prefix: str) -> Iterator[str]:
    required = set(form.get("required", ()))
    for key, written in form["properties"].items():
        kind = _present(written)
        default = "required" if key in required else _default(written)
        meaning = written.get("description", "").replace("|", "\\|")
        yield f"| `{prefix}{key}` | {_type(schema, kind)} | {default} | {meaning} |\n"
        held, step = _held(kind)
        inner = _form(schema, held)
        if inner:
            yield from _rows(schema, inner, prefix=f"{prefix}{key}{step}.")


def _held(kind: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return what a list or a mapping by name holds, and how the way into it is written."""
    if "items" in kind:
        return kind["items"], "[]"
    named = next(iter(kind.get("patternProperties", {}).values()), None)
    return (named, ".NAME") if named else (kind, "")


def _present(written: dict[str, Any]) -> dict[str, Any]:
    """Return the kind of a value where it may also be null."""
    return next((kind for kind in written.get("anyOf", ()) if kind.get("type") != "null"), written)


def _form(schema: dict[str, Any], kind: dict[str, Any]) -> dict[str, Any] | None:
    name = kind.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] | None = schema["$defs"][name] if name else None
    return found


def _default(written: dict[str, Any]) -> str:
    value = written.get("default")
    return f"`{json.dumps(value, ensure_ascii=False)}`" if value not in (None, [], {}) else "none"


def _type(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    if "items" in kind:
        return f"list of {_type(schema, kind['items'])}"
    if "enum" in kind:
        return " or ".join(f"`{word}`" for word in kind["enum"])
    if _form(schema, kind):
        return "mapping"
    if "oneOf" in kind:
        return _UNTYPED
    words = {"string": "text", "integer": "number", "boolean": "`true` or `false`", "object": "mapping"}
    name = _WORDS.get(kind.get("format", ""), words[kind["type"]])
    return name + _bounds(kind)


def _bounds(kind: dict[str, Any]) -> str:
    low, high = kind.get("minimum"), kind.get("maximum")
    if low is None and high is None:
        return ""
    return f", {low} to {high}" if high is not None else f", at least {low}"


if __name__ == "__main__":
    write(_ROOT)
