"""Rules and model only decide; one module reads the clock."""

import ast

from tests.repository.sources import imported, modules, named, parsed

PURE = {
    "__future__",
    "bisect",
    "calendar",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "html",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "zoneinfo",
}
PATHS = ["pathlib.Path"]  # model/setup: a place in the file system as a value; nothing is opened
CLOCK_READINGS = {"now", "utcnow", "today"}


def test_rules_and_model_import_only_what_is_pure() -> None:
    """A decision cannot depend on files, sockets, chance or the hour: it could be neither tested nor explained."""
    impure = [
        f"{named(path)} imports {name}"
        for package in ("rules", "model")
        for path in modules(f"daemon/{package}")
        for name in imported(path)
        if not _is_pure(name, package)
    ]

    assert impure == []


def _is_pure(name: str, package: str) -> bool:
    if name.startswith("daemon."):
        return name.startswith(("daemon.model", f"daemon.{package}"))
    if package == "model" and name in PATHS:
        return True
    return name in PURE or name.rpartition(".")[0] in PURE


def test_only_the_clock_module_reads_the_clock() -> None:
    """Time is an argument everywhere else, so that `--now` and the tests can say what it is."""
    readings = [
        f"{named(path)}:{node.lineno} {ast.unparse(node)}"
        for path in modules("daemon")
        if named(path) != "daemon/clock.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and _reads_clock(node.func)
    ]

    assert readings == []


def _reads_clock(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute):
        return False
    owner = ast.unparse(called.value)
    if owner in {"datetime", "date", "datetime.datetime", "datetime.date"}:
        return called.attr in CLOCK_READINGS
    return owner == "time" and called.attr in {"time", "time_ns", "localtime", "gmtime"}
