"""Our own words in a reply, compared with the octets that we sent."""

import time

from daemon.ingest.authentication import Trust
from daemon.ingest.own_words import may_repeat_us, with_our_words_quoted
from daemon.ingest.parse import read_mail
from daemon.model.mail import Envelope, InboundMail

SENT = (
    b"From: Desk <support@desk.example>\nMessage-ID: <sent@desk.example>\n\n"
    b"##- Please write above this line -##\n\n"
    b"We have looked at the line between your two sites and found that the device\n"
    b"in the basement lost its power at nine. Please switch it on and tell us.\n"
)
REPEATED = (
    "We have looked at the line between your two\nsites and found that the device in the basement\nlost its power"
)


def answer(text: str) -> InboundMail:
    """Return a read answer to `SENT`."""
    head = "From: primary@acme.example\nIn-Reply-To: <sent@desk.example>\n\n"
    return read_mail((head + text).encode(), Envelope(None, ()), Trust())


def test_words_of_ours_are_quoted_however_they_are_broken() -> None:
    """S2.7: lines of ours leave the new text, broken elsewhere or not, and what stands below them is no opening."""
    mail = with_our_words_quoted(answer(f"It is on now.\n\n{REPEATED}\n\nThank you.\n"), SENT)

    assert mail.reply_text == "It is on now.\n\n\nThank you."
    assert mail.opening_text == "It is on now."
    assert mail.elided_text == REPEATED


def test_a_few_words_of_ours_are_the_writers() -> None:
    """Fewer than twelve words in a row may be anybody's, and a line with another word in it is the writer's."""
    text = "The device in the basement lost its power at nine.\nYou found that the device in the attic lost its power."

    assert with_our_words_quoted(answer(text), SENT).reply_text == text


def test_a_command_is_never_ours() -> None:
    """S2.7: an agent may copy a command out of our mail; it stays theirs."""
    sent = b"From: support@desk.example\n\n#note " + b"one two three four five six seven eight nine ten eleven twelve\n"
    text = "#note one two three four five six seven eight nine ten eleven twelve"

    assert with_our_words_quoted(answer(text), sent).opening_text == text


def test_a_quote_that_shows_our_marker_needs_no_comparison() -> None:
    """Only an answer without our marker in its quote is compared: the marker tells all the rest."""
    assert may_repeat_us(answer("On now.\n"))
    assert not may_repeat_us(answer("On now.\n\n> ##- Please write above this line -##\n> old\n"))
    assert not may_repeat_us(read_mail(b"From: primary@acme.example\n\nOn now.\n", Envelope(None, ()), Trust()))


def test_the_work_grows_with_the_texts() -> None:
    """S4.2: two long texts of one word are compared in a moment."""
    begun = time.process_time()

    with_our_words_quoted(answer("word " * 40_000), b"From: support@desk.example\n\n" + b"word " * 40_000)

    assert time.process_time() - begun < 1.0
