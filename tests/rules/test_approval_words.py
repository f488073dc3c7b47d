"""Plain words of approvers, in each of the desk's languages (R10.2, R10.3)."""

import unicodedata

import pytest

from daemon.rules.customers.approval_words import (
    APPROVING,
    DECLINING,
    EXPEDITING,
    Verdict,
    orders_haste,
    speaks_against,
    verdict_in,
    word_of,
)


def listed(words: dict[str, str]) -> list[str]:
    """Return the words of a table."""
    return [" ".join(word.split()) for line in words.values() for word in line.split(";")]


SHAPES = [
    "{}", "{}.", "{}!\n\nBut mind the licences.", "\n\n {} \nBest", "*{}*", "{}, thanks", "« {} »", "{}\u00a0!",
    "Hi,\n\n{}", "Hello team,\n{}, thanks!", "Bonjour Jean, {}", "Madame, Monsieur,\n\n{}.\n\nMerci", "Hello\n{}",
    "Dear Mr. Smith,\n{}", "Hello. {}.", "Good morning!\n\n{}",
]  # fmt: skip


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
        "Hello, I will ask\n\napprove",
        "Hi approve",
        "Hello?\n\napprove",
        "Dear all who wait for a word of mine,\napprove",
        "Hi no\n\napprove",
        "Bonjour " + "a" * 100 + "\napprouvé",
        "approved " + "a" * 100,
        "yes" * 10_000,
    ],
)
def test_r10_2_anything_else_decides_nothing(text: str) -> None:
    """R10.2: a question, a condition, or more than a greeting before it: an update like any other."""
    assert verdict_in(text) is None
    assert not orders_haste(text)


@pytest.mark.parametrize(
    "no", ["not", "don't", "n'", "never", "cannot", "ne", "pas", "jamais", "?", "but", "mais", "if"]
)
def test_r10_2_a_word_between_never_leaves_an_approval(no: str) -> None:
    """R10.2: "I don't approve this" must never approve: another word anywhere in an approving line, or a question."""
    for word in listed(APPROVING):
        parts = word.split()
        for at in range(len(parts) + 1):
            said = " ".join((*parts[:at], no, *parts[at:]))
            for shape in ("{}", "Hi,\n\n{}", "Hello, {}"):
                assert verdict_in(shape.format(said)) is not Verdict.APPROVED, said


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
        ("Let us see.", "Let us see."),
        ("Hello Jean,\n\nApproved.\n\nMind the licences.", "Mind the licences."),
    ],
)
def test_r10_2_what_stands_below_is_the_approvers_word(text: str, word: str) -> None:
    """R10.2: the requester reads it; in a mail to a signed address it is the whole text."""
    assert word_of(text) == word


SIGNED = "\n\nBest regards\nAcme Primary\nHead of Lines, Acme Ltd."
DISCLAIMER = (
    "\n\nThis e-mail and its attachments are confidential. If you are not the intended recipient, you must not copy or"
    " disclose it; no liability is accepted, and nothing in it is approved by Acme."
)
AVIS = (
    "\n\nCe message est confidentiel. S'il ne vous est pas destiné, merci de le détruire sans le lire et d'en avertir"
    " l'expéditeur ; aucun accord n'en résulte pour ses destinataires."
)
PAPER = "\n\nPlease do not print this e-mail unless you really have to."
PAPIER = "\n\nN'imprimez ce message que si c'est nécessaire."
BESIDE: dict[Verdict, tuple[str, ...]] = {
    Verdict.APPROVED: (
        "",
        "Thanks!",
        "Please go on.",
        "Mind the licences.",
        "Merci beaucoup",
        "Today, please",
        "Notice it",
    ),
    Verdict.DECLINED: (
        "",
        "Thanks all the same.",
        "We have spare phones.",
        "No need, we have spares.",
        "C'est trop cher.",
    ),
}
AGAINST_IT: dict[Verdict, tuple[str, ...]] = {
    Verdict.APPROVED: (
        "I do not want this at all!", "I don\u2019t want it", "No.", "Never", "Please cancel this", "I refuse",
        "declined", "This is not what we asked for", "Wait for the board", "Who pays?", "We cannot pay this",
        "Je ne veux pas", "Non merci", "J\u2019attends le budget", "Annulez tout", "Surtout pas", "Rejected",
        "Fine\n\nbut not yet", "dont", "Je n\u2019en veux plus", "It was denied", "Stop", "They disagree",
    ),
    Verdict.DECLINED: (
        "Yes please", "I approve this", "ok", "We agree", "Go ahead", "J\u2019approuve", "Oui", "D\u2019accord",
        "Validé", "Why?", "Accepted\nby the board",
    ),
}  # fmt: skip


@pytest.mark.parametrize("below", ["", SIGNED, DISCLAIMER, AVIS, SIGNED + DISCLAIMER, PAPER, PAPIER])
@pytest.mark.parametrize(("verdict", "text"), [(verdict, text) for verdict in Verdict for text in BESIDE[verdict]])
def test_r10_2_what_may_stand_in_a_mail_to_a_signed_address(verdict: Verdict, text: str, below: str) -> None:
    """R10.2: nothing, thanks, a signature, a disclaimer, free text without a word of the other side."""
    assert not speaks_against(text + below, verdict)


@pytest.mark.parametrize("below", ["", SIGNED, DISCLAIMER, PAPER])
@pytest.mark.parametrize(("verdict", "text"), [(verdict, text) for verdict in Verdict for text in AGAINST_IT[verdict]])
def test_r10_2_what_speaks_against_a_signed_address(verdict: Verdict, text: str, below: str) -> None:
    """R10.2: a word of the other side wherever it stands, and a question."""
    assert speaks_against(text + below, verdict)
    assert speaks_against(unicodedata.normalize("NFD", text).upper() + below, verdict)
