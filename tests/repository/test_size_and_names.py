"""House rules on the shape of the code: small files with one job, small functions, names that say something."""

import ast
import re
import statistics

from tests.repository.sources import CODE, functions, modules, named

EMPTY_NAMES = {"utils", "util", "helper", "helpers", "manager", "data", "info", "misc", "common"}


def test_no_module_is_longer_than_300_lines() -> None:
    """A file has one job; past 300 lines it has two.  (Tables of cases may make a test longer.)"""
    lengths = {named(path): path.read_text().count("\n") for path in modules("daemon", "benchmarks", "examples")}

    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_the_median_module_is_small() -> None:
    """Half of the daemon's modules stay near 120 lines."""
    lengths = [path.read_text().count("\n") for path in modules("daemon") if path.name != "__init__.py"]

    assert statistics.median(lengths) <= 140


def test_no_function_is_longer_than_40_lines() -> None:
    """A function that does not fit a screen is several; a migration is a list of what it makes."""
    too_long = [
        f"{named(path)}:{function.lineno} {function.name}"
        for path in modules(*CODE)
        if "migrations" not in path.parts
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno > 40
    ]

    assert too_long == []


def test_every_test_of_the_house_says_what_must_hold() -> None:
    """A test without a docstring leaves the reader to guess what it protects."""
    silent = [
        f"{named(path)}:{function.lineno} {function.name}"
        for path in modules("tests")
        for function in functions(path)
        if function.name.startswith("test_") and ast.get_docstring(function) is None
    ]

    assert silent == []


def test_no_module_has_an_empty_name() -> None:
    """A module is named for what it decides or does."""
    words = {named(path): set(re.split(r"[_.]", path.stem)) for path in modules(*CODE)}

    assert {name: found & EMPTY_NAMES for name, found in words.items() if found & EMPTY_NAMES} == {}
