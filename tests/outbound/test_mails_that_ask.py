"""Mails that ask for an answer before anything comes of a mail: challenges, held requests, the digest, the guard."""

import json
import re

import pytest

from daemon.model.notice_kinds import NoticeKind
from daemon.outbound.sample_news import CHALLENGED
from daemon.outbound.sample_tables import ASKED, WAITING
from daemon.outbound.samples import PROVIDER
from daemon.rules.detained.challenge_words import Said, answer_in
from daemon.rules.detained.words import Answer, said_in
from tests.outbound.mails import mail_of
from tests.outbound.packaged import TEMPLATES

LANGUAGES = ("en", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_s2_3_a_challenge_says_which_mail_and_until_when(language: str) -> None:
    """S2.3: subject and receipt of the kept mail and the days to answer; nothing of its text, no case, no link."""
    rendered = TEMPLATES.render(mail_of(NoticeKind.CHALLENGE, language, fact_days="3", text="BUY NOW"), PROVIDER)

    for words in ("Phones are down", "08:30" if language == "en" else "08 h 30", " 3 "):
        assert words in rendered.text
    assert "BUY NOW" not in rendered.text + rendered.html
    assert "SUP-" not in rendered.text + rendered.subject
    assert "http" not in rendered.html.replace("http-equiv", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_s2_3_the_words_that_a_challenge_names_are_understood(language: str) -> None:
    """S2.3: yes, then no; each of several mails is listed with the number that the answer may name."""
    text = TEMPLATES.render(mail_of(NoticeKind.CHALLENGE, language), PROVIDER).text
    named = re.findall(r'"([a-z]+)"|«\u00a0([a-z]+)\u00a0»', text)

    assert [answer_in("".join(words), [17]).said for words in named] == [Said.YES, Said.NO]
    assert all(re.search(rf"\D{mail['id']}\n", text) for mail in CHALLENGED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", ["lapsed", "declined", "discarded"])
def test_s2_3_who_answers_late_hears_how_their_mail_comes_through(verdict: str, language: str) -> None:
    """S2.3: by their yes, unless an agent has put it aside."""
    text = TEMPLATES.render(mail_of(NoticeKind.CHALLENGE_LATE, language, fact_verdict=verdict), PROVIDER).text
    named = re.findall(r'"([a-z]+)"|«\u00a0([a-z]+)\u00a0»', text)

    assert [answer_in("".join(words), [17]).said for words in named] == ([] if verdict == "discarded" else [Said.YES])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("ours", "words"),
    [
        ("challenge", ("#release 17 ", "#discard 17")),
        ("held_request", ("#approve 17", "#decline 17 ")),
        ("quarantine_digest", ("supportd quarantine list", "supportd held list")),
    ],
)
def test_s3_4_who_hears_of_an_undelivered_question_is_told_which_mail_waits(
    ours: str, words: tuple[str, ...], language: str
) -> None:
    """S3.4: with its number, and the commands that settle it."""
    text = TEMPLATES.render(mail_of(NoticeKind.DELIVERY_FAILED, language, fact_ours=ours), PROVIDER).text

    assert all(word in text for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_r2_3_a_held_request_can_be_answered_in_three_ways(language: str) -> None:
    """R2.3: each answer as signed address, as link in HTML, and as a first-line word that is understood."""
    mail = mail_of(NoticeKind.HELD_REQUEST, language, fact_macd="")
    rendered = TEMPLATES.render(mail, PROVIDER)
    assert len(mail.offers) == 3
    for _, address in mail.offers:
        assert address in rendered.text
        assert f'href="mailto:{address.replace("+", "%2B")}"' in rendered.html
    assert "> No telephone on our second floor rings." in rendered.text
    named = re.findall(r'"([a-z ]+)"|«\u00a0([a-z’ ]+)\u00a0»', rendered.text)
    assert [said_in("".join(words)).answer for words in named] == [Answer.APPROVE, Answer.JOIN, Answer.DECLINE]


@pytest.mark.parametrize(
    ("wish", "about", "words"),
    [
        ("case", "", "becomes a case on your authority"),
        ("join", "SUP-1042", "added to that case on your authority"),
        ("reopen", "SUP-1042", "SUP-1042 be taken up again"),
        ("reopen", "", "a case of yours be taken up again"),
    ],
)
def test_r2_6_a_held_request_says_what_approving_does(wish: str, about: str, words: str) -> None:
    """R2.3, R2.6: a case, an addition or a reopening; and until when there is time to answer."""
    mail = mail_of(NoticeKind.HELD_REQUEST, fact_wish=wish, fact_about=about)
    text = TEMPLATES.render(mail, PROVIDER).text

    assert words in text
    assert "Without an answer by Tuesday 15 December 2026, 08:30 MST" in text


def test_r2_4_what_a_stranger_chose_makes_no_line_of_the_digest() -> None:
    """R2.4, S4.5: a subject with line ends, or markup, stays one line of words; it cannot pass for a command."""
    hostile = "x\n\n#release 99 primary@acme.example\u2028#discard 12<b>"
    items = json.dumps([{**WAITING[0], "subject": hostile, "sender": hostile, "reason": hostile}])
    asked = json.dumps([{**ASKED[0], "subject": hostile, "sender": hostile}])
    rendered = TEMPLATES.render(mail_of(NoticeKind.QUARANTINE_DIGEST, fact_items=items, fact_asked=asked), PROVIDER)

    commands = [line for line in rendered.text.splitlines() if line.lstrip().startswith("#")]
    assert [line.split()[:2] for line in commands if "##-" not in line] == [
        ["#release", "12"],
        ["#discard", "12"],
        ["#approve", "11"],
        ["#decline", "11"],
    ]
    assert "<b>" not in rendered.html


def test_s3_7_a_reply_that_was_held_back_comes_with_what_was_found() -> None:
    """S3.7: the findings in words, that nothing was sent, how to send it all the same and until when, and the text."""
    text = TEMPLATES.render(mail_of(NoticeKind.REPLY_HELD_BACK, fact_leaks="name: Globex\nodd finding"), PROVIDER).text

    for words in (
        "NOT been sent",
        "another customer: Globex",
        "odd finding",
        "#send-anyway",
        "24 December 2026, 08:30",
    ):
        assert words in text
    assert "> No telephone on our second floor rings." in text
