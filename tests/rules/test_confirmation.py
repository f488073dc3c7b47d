"""Which replies confirm that the work is done (R4.4)."""

import unicodedata

import pytest

from daemon.rules.customers.confirmation import MAX_LENGTH, WORDS, confirms

LISTED = [" ".join(word.split()) for words in WORDS.values() for word in words.split(";")]
SHAPES = ["{}", "{}.", "{}!!", "{}...", "\n{}\n", "Yes, {}; thanks!", "Bonjour - {}\u00a0! Merci.", "Thanks, {}"]


@pytest.mark.parametrize("shape", SHAPES)
def test_r4_4_a_plain_word_confirms(shape: str) -> None:
    """R4.4: every word of the tables, whatever its case, accents' form, punctuation and courtesy."""
    for word in LISTED:
        for said in (word, word.upper(), unicodedata.normalize("NFD", word), word.replace("'", "\u2019")):
            assert confirms(shape.format(said)), said


SIGNS = [
    ":(",
    ":-(",
    ":)",
    "\U0001f44e",
    "\u274c",
    "\U0001f44d",
    "\u2713",
    "?",
    "\uff1f",
    "=/",
    "/",
    "(",
    "%",
    "_",
    "*",
]
FACES = [";-;", "-.-", ".-.", ";,;", ">:(", "\u00af\\_(\u30c4)_/\u00af", "\U0001f622\ufe0f"]


@pytest.mark.parametrize("sign", SIGNS + FACES)
@pytest.mark.parametrize("shape", ["It works {}", "fixed{}", "{} confirmed", "C'est bon {} merci"])
def test_r4_4_beside_any_other_sign_nothing_is_confirmed(sign: str, shape: str) -> None:
    """R4.4: "it works :(" is no plain confirmation: a face or a sign may say the contrary, so a person reads it."""
    assert not confirms(shape.format(sign))


@pytest.mark.parametrize(
    "text",
    ["", " ", "!", "\U0001f44d", "works, but slowly", "It does not work", "Not fixed", "fixed" + "!" * MAX_LENGTH],
)
def test_r4_4_anything_else_confirms_nothing(text: str) -> None:
    """R4.4: neither nothing at all, nor more than the word, nor a sign alone."""
    assert not confirms(text)
