"""Plain words of approvers, in each of the desk's languages (R10.2, R10.3)."""

import unicodedata

import pytest

from daemon.rules.approval_words import (
    APPROVING,
    DECLINING,
    EXPEDITING,
    Verdict,
    orders_haste,
    verdict_in,
    word_of,
)


def listed(words: dict[str, str]) -> list[str]:
    """Return the words of a table."""
    return [" ".join(word.split()) for line in words.values() for word in line.split(";")]


SHAPES = ["{}", "{}.", "{}!\n\nBut mind the licences.", "\n\n {} \nBest", "*{}*", "{}, thanks", "« {} »", "{}\u00a0!"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("table", "verdict"), [(APPROVING, Verdict.APPROVED), (DECLINING, Verdict.DECLINED), (EXPEDITING, None)]
)
def test_r10_2_a_whole_first_line_decides(table: dict[str, str], verdict: Verdict | None, shape: str) -> None:
    """R10.2: every word of the tables, whatever its case and punctuation; what stands below it changes nothing."""
    for word in listed(table):
        for said in (word, word.upper(), unicodedata.normalize("NFD", word), word.replace("'", "\u2019")):
            assert verdict_in(shape.format(said)) is verdict, said
            assert orders_haste(shape.format(said)) is (verdict is None), said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "approve?",
        "Approved\uff1f",
        "yes, but who pays?",
        "Yes, but not before Monday",
        "I do not know",
        "not yet",
        "no problem",
        "oui mais non",
        "approve decline",
        "Hello\n\napprove",
        "approved " + "a" * 100,
        "yes" * 10_000,
    ],
)
def test_r10_2_anything_else_decides_nothing(text: str) -> None:
    """R10.2: a question, a condition, or a greeting before it: an update like any other."""
    assert verdict_in(text) is None
    assert not orders_haste(text)


def test_no_word_says_two_things() -> None:
    """R10.2: the tables do not overlap."""
    tables = [set(listed(table)) for table in (APPROVING, DECLINING, EXPEDITING)]

    assert sum(map(len, tables)) == len(set().union(*tables))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("approve", ""),
        ("\nApproved.\nMind the licences.\n\nBest\n", "Mind the licences.\n\nBest"),
        ("", ""),
        ("Fine with me.", "Fine with me."),
    ],
)
def test_r10_2_what_stands_below_is_the_approvers_word(text: str, word: str) -> None:
    """R10.2: the requester reads it; in a mail to a signed address it is the whole text."""
    assert word_of(text) == word
