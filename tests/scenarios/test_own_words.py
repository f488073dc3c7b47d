"""Replies whose mailer left no mark of the quote: our own words are known by the mail that we sent."""

import pytest

from daemon.store.database import transaction
from daemon.store.outbox import store_octets
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

PRIMARY = "primary@acme.example"


@pytest.fixture
def case(desk: TestDesk) -> int:
    """A new case of Acme's MPOC."""
    return desk.mpoc(PRIMARY).writes("Phones are down").case


def bare_words(mail: Mail) -> str:
    """Return the words of a mail as a mailer leaves them that knows no quoting: lines of another length, no marker."""
    kept = [line for line in mail.text.splitlines() if not line.startswith("##-")]
    words = " ".join(kept).split()
    return "\n".join(" ".join(words[at : at + 9]) for at in range(0, len(words), 9))


def answered_below(desk: TestDesk, mail: Mail, text: str) -> Ended:
    """Answer a mail that was delivered by writing above its bare words."""
    with transaction(desk.desk.engine) as connection:
        store_octets(connection, [(mail.id, mail.octets)])
    headers = {"In-Reply-To": mail.message["Message-ID"], "To": mail.message["Reply-To"]}
    return desk.mpoc(PRIMARY).writes(f"Re: {mail.subject}", f"{text}\n\n{bare_words(mail)}\n", **headers)


def test_what_a_reply_repeats_of_our_mail_is_not_said_again(desk: TestDesk, case: int) -> None:
    """R2.5: of a reply, the new words reach the case; those of the mail that it answers are quoted, marked or not."""
    mail = desk.last_mail(PRIMARY, case)

    answered_below(desk, mail, "The second floor is silent too.")

    said = desk.case(case).messages[-1].text
    assert "The second floor is silent too." in said
    assert len(said.split()) < 20 < len(mail.text.split())


def test_words_of_ours_in_somebody_elses_mail_stay(desk: TestDesk, case: int) -> None:
    """Only the mail that is answered is compared: in a new mail, the same words are the writer's."""
    words = bare_words(desk.last_mail(PRIMARY, case))

    new = desk.mpoc(PRIMARY).writes("A question about your mail", f"What does this mean?\n\n{words}\n")

    assert words.splitlines()[3] in desk.case(new.case).messages[-1].text
