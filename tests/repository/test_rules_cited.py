"""Every rule of the plan is proved by a test or listed as not built yet; nobody cites a rule that is not there."""

import re
from pathlib import Path

from tests.repository.sources import ROOT, modules, named

RULE = re.compile(r"\b([RS]\d{1,2}\.\d{1,2})\b")
BOOKS = ("docs/support-plan.md", "docs/safety.md")
NOT_YET = "docs/not-yet.md"


def rules() -> set[str]:
    """Return the numbers of all rules: the lines of the two books that begin with one."""
    return {number for book in BOOKS for number in re.findall(r"^- ([RS]\d+\.\d+)", _text(ROOT / book), re.MULTILINE)}


def postponed() -> set[str]:
    """Return the numbers that docs/not-yet.md lists, one a line."""
    return set(re.findall(r"^- \*\*([RS]\d+\.\d+)\*\*", _text(ROOT / NOT_YET), re.MULTILINE))


def cited() -> dict[str, set[str]]:
    """Return which rules each test module cites."""
    return {named(path): set(RULE.findall(_text(path))) for path in modules("tests") if path != Path(__file__)}


def test_the_books_hold_the_rules() -> None:
    """The plan and the safety rules are found where this test looks for them."""
    assert {"R1.1", "R5.4", "R12.2", "S1.1", "S4.6"} <= rules()


def test_every_rule_is_cited_by_a_test_or_listed_as_not_yet() -> None:
    """A rule that nobody tests is a wish."""
    proved = set().union(*cited().values())

    assert sorted(rules() - proved - postponed()) == []


def test_no_test_cites_a_rule_that_is_not_there() -> None:
    """A wrong number proves nothing."""
    wrong = {name: sorted(found - rules()) for name, found in cited().items() if found - rules()}

    assert wrong == {}


def test_the_code_cites_no_rule_that_is_not_there() -> None:
    """A comment that names a rule can be followed."""
    texts = {named(path): set(RULE.findall(_text(path))) for path in modules("daemon", "migrations")}

    assert {name: sorted(found - rules()) for name, found in texts.items() if found - rules()} == {}


def test_not_yet_lists_only_rules() -> None:
    """A rule that left the plan leaves this list too."""
    assert sorted(postponed() - rules()) == []


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
