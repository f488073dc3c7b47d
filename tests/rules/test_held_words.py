"""The words by which a contact answers a held request (R2.3), English and French."""

import pytest

from daemon.rules.detained.words import JOINING, MAX_WORD, Answer, said_in

CLEAR = [
    ("approve", Answer.APPROVE),
    ("Approved!", Answer.APPROVE),
    ("  YES \n", Answer.APPROVE),
    ("ok, thanks", Answer.APPROVE),
    ("J’approuve.", Answer.APPROVE),
    ("Oui, merci", Answer.APPROVE),
    ("Approve and add", Answer.JOIN),
    ("approve & add", Answer.JOIN),
    ("Add them, please.", Answer.JOIN),
    ("Approve and add as participant", Answer.JOIN),
    ("J’approuve et ajoute", Answer.JOIN),
    ("Oui, ajoutez-la", None),
    ("Hi,\n\napprove", Answer.APPROVE),
    ("Bonjour,\n\napprouvé\n\nMerci", Answer.APPROVE),
    ("Hello team,\nApproved, thanks!", Answer.APPROVE),
    ("Hello, approve and add them", Answer.JOIN),
    ("Hi all,\ndecline: ask IT", Answer.DECLINE),
    ("I approve this request.", Answer.APPROVE),
    ("Sure", Answer.APPROVE),
    ("No objection", Answer.APPROVE),
    ("Aucune objection.", Answer.APPROVE),
    ("I don't approve this", Answer.DECLINE),
    ("Hi,\n\nI don\u2019t approve this request", Answer.DECLINE),
    ("I cannot approve this", None),
    ("I would approve this request", None),
    ("No objection, but who pays?", None),
    ("Sure?", None),
    ("Hello, I am away until Monday\nYes", None),
    ("Decline", Answer.DECLINE),
    ("No.", Answer.DECLINE),
    ("Non merci", Answer.DECLINE),
    ("Je refuse", Answer.DECLINE),
    ("declined - ask IT", Answer.DECLINE),
    ("Refuse\u00a0: pas cette année", Answer.DECLINE),
    ("decline ask the IT desk first", Answer.DECLINE),
    ("Refuse pas cette année", Answer.DECLINE),
    ("Je décline cette demande", Answer.DECLINE),
    ("decline or approve", None),
    ("decline this? I would say yes", None),
    ("I refuse to decide this", None),
    ("Declined calls since Monday", None),
    ("Refusé par le pare-feu", None),
    ("", None),
    ("Approve?", None),
    ("yes, but who pays?", None),
    ("no problem, go ahead", None),
    ("No, go ahead", None),
    ("I will approve it tomorrow", None),
    ("not yet", None),
    ("yes " * 40, None),
]


@pytest.mark.parametrize(("text", "answer"), CLEAR)
def test_r2_3_only_a_whole_first_line_decides(text: str, answer: Answer | None) -> None:
    """R2.3: nothing is guessed."""
    assert said_in(text).answer is answer


@pytest.mark.parametrize("phrase", [word.strip() for line in JOINING.values() for word in line.split(";")])
def test_r2_3_every_phrase_of_the_table_is_read(phrase: str) -> None:
    """R2.3: as it is written, and in capitals with a full stop."""
    plain = " ".join(phrase.split())

    assert said_in(plain).answer is Answer.JOIN
    assert said_in(f"{plain.upper()}.").answer is Answer.JOIN


WORDS = [
    ("Decline: ask the IT desk.\nThey know.", "ask the IT desk.\nThey know."),
    ("No\n\nHe has left.\n", "He has left."),
    ("Approve\nBy Friday.", "By Friday."),
    ("Je refuse, pas cette année", "pas cette année"),
    ("decline", ""),
    ("decline ask the IT desk first\nThey know.", "ask the IT desk first\nThey know."),
    ("Decline this request, please ask first", "please ask first"),
    ("Je refuse cette demande", ""),
    ("Hello team,\n\nApproved, thanks!\nBy Friday.", "By Friday."),
]


@pytest.mark.parametrize(("text", "word"), WORDS)
def test_r2_3_what_stands_behind_the_answer_is_its_word(text: str, word: str) -> None:
    """R2.3: a refusal may have its word on the same line."""
    assert said_in(text).word == word


def test_s4_2_a_long_answer_is_bounded() -> None:
    """S4.2: whatever its length, a little of it is carried on."""
    assert len(said_in("Decline: " + "x" * 1_000_000).word) <= MAX_WORD
    assert len(said_in("no\n" + "x" * 1_000_000).word) <= MAX_WORD
