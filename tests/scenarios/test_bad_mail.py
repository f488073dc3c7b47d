"""Odd and broken mail: each gets its clear outcome, and nothing is lost (S1.2, S4)."""

import pytest
from sqlalchemy import select

from daemon.model.outcome import Outcome
from daemon.store.database import reading
from daemon.store.inbox_tables import detained
from tests.scenarios.desk import TestDesk

HEAD = b"From: primary@acme.example\r\nTo: support@desk.example\r\nMessage-ID: <odd@client.example>\r\n"
DEEP = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(200)
)

ODD = {
    "no text": (HEAD + b"Subject: Empty\r\n\r\n", Outcome.CASE_OPENED),
    "no subject": (HEAD + b"\r\nHelp.\r\n", Outcome.CASE_OPENED),
    "no Message-ID": (b"From: primary@acme.example\r\nSubject: Odd\r\n\r\nHelp.\r\n", Outcome.CASE_OPENED),
    "no From": (b"To: support@desk.example\r\nSubject: Odd\r\n\r\nHelp.\r\n", Outcome.QUARANTINED),
    "two From fields": (HEAD + b"From: boss@acme.example\r\n\r\nHelp.\r\n", Outcome.QUARANTINED),
    "From with a group": (b"From: All: primary@acme.example;\r\n\r\nHelp.\r\n", Outcome.QUARANTINED),
    "From in other letters": ("From: prim\u0430ry@acme.example\r\n\r\nHelp.\r\n".encode(), Outcome.QUARANTINED),
    "nothing but line ends": (b"\r\n\r\n\r\n", Outcome.QUARANTINED),
    "an unknown charset": (
        HEAD + b"Content-Type: text/plain; charset=klingon-8\r\n\r\nH\xe9lp.\r\n", Outcome.CASE_OPENED
    ),
    "a boundary that never comes": (
        HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\nHelp.\r\n', Outcome.CASE_OPENED
    ),
    "a NUL in subject and text": (HEAD + b"Subject: a\x00b\r\n\r\nHe\x00lp.\r\n", Outcome.CASE_OPENED),
    "line feeds alone": (HEAD.replace(b"\r\n", b"\n") + b"Subject: Odd\n\nHelp.\n", Outcome.CASE_OPENED),
    "200 levels of parts": (HEAD + b"Subject: Deep\r\n" + DEEP, Outcome.CASE_OPENED),
    "a lone surrogate": (
        HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nHelp \xed\xa0\x80.\r\n", Outcome.CASE_OPENED
    ),
    "no mail at all": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Outcome.QUARANTINED),
    "random octets": (bytes(range(256)) * 40, Outcome.QUARANTINED),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "outcome"), ODD.values(), ids=ODD.keys())
def test_s1_2_every_odd_mail_ends_in_exactly_one_outcome(desk: TestDesk, raw: bytes, outcome: Outcome) -> None:
    """S1.2, S4.3: reading never fails; what names no sender is quarantined, the rest opens its case."""
    ended = desk.deliver(raw)

    assert ended.outcome is outcome
    assert desk.outcome_of(ended.mail_id) is outcome


def test_s1_2_of_a_mail_over_the_size_limit_agents_see_who_wrote_what(desk: TestDesk) -> None:
    """S1.2: it is recorded from its header and quarantined; no case is opened from half a mail."""
    ended = desk.deliver(HEAD + b"Subject: The whole hard disk\r\n\r\n", unreadable="larger than 25 MiB")

    with reading(desk.desk.engine) as connection:
        row = connection.execute(select(detained)).one()
    assert (ended.outcome, ended.reason) == (Outcome.QUARANTINED, "larger than 25 MiB")
    assert (row.sender, row.subject) == ("primary@acme.example", "The whole hard disk")


def test_s4_5_customer_text_is_data(desk: TestDesk) -> None:
    """S4.5: neither templates nor HTML nor SQL take it for more."""
    text = "{{ 7 * 7 }} {% for x in range(9) %}<script>alert(1)</script> '; DROP TABLE cases; --\n"
    request = desk.mpoc("primary@acme.example").writes("{{ 7 * 7 }} <b>bold</b>", text)

    told = request.told(desk.assignee(request.case).address)
    html = told.message.get_body(("html",))
    assert html is not None
    assert "{{ 7 * 7 }}" in told.subject
    assert "DROP TABLE cases" in told.text
    assert "<script>" not in html.get_content()


def test_s3_5_a_subject_cannot_add_fields(desk: TestDesk) -> None:
    """S3.5: an encoded line end in a subject adds neither a field nor a recipient to any mail of ours."""
    encoded = b"Subject: =?utf-8?q?Hello=0D=0ABcc=3A_victim=40nowhere.example?=\r\n"
    request = desk.deliver(HEAD + encoded + b"\r\nHelp.\r\n")

    assert request.outcome is Outcome.CASE_OPENED
    for mail in request.answers:
        assert mail.message["Bcc"] is None
        assert len(mail.message.get_all("Subject", [])) == 1


def test_s4_4_attachments_reach_the_agent_with_clean_names(desk: TestDesk) -> None:
    """S4.4: names are labels, cleaned when shown; the agent gets the attachment, for they never leave their mail."""
    raw = HEAD + (
        b"Subject: Log\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nSee the log.\r\n'
        b'--m\r\nContent-Type: application/octet-stream; name="../../etc/passwd"\r\n'
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nAAECAw==\r\n--m--\r\n"
    )
    request = desk.deliver(raw)

    told = request.told(desk.assignee(request.case).address)
    (attached,) = [part for part in told.message.walk() if part.get_content_disposition() == "attachment"]
    assert attached.get_payload(decode=True) == b"\x00\x01\x02\x03"
    assert "/" not in str(attached.get_filename())


def test_both_languages_live_the_whole_life(desk: TestDesk) -> None:
    """Every mail to a French contact is French, from the acknowledgement to the linked case."""
    contact, number = desk.mpoc("primary@globex.example"), 0
    number = contact.writes("Panne du réseau").case
    agent = desk.assignee(number)
    agent.answers(number, "#priority 2\n\nNous cherchons.")
    agent.answers(number, "#hold 2026-12-01")
    contact.answers(number, "Déjà revenu !")
    agent.answers(number, "#status resolved\n\nMerci de vérifier.")
    contact.answers(number, "Merci, tout fonctionne.")
    desk.days_pass(3)
    contact.answers(number, "Encore en panne.")
    agent.answers(number, "#status closed")
    desk.days_pass(20)
    contact.answers(number, "Toujours en panne.")

    mails = desk.mails_to("primary@globex.example")
    kinds = {mail.kind for mail in mails}
    assert kinds >= {"acknowledgement", "update", "status_changed", "reopened", "follow_up_opened"}
    for mail in mails:
        assert "Veuillez écrire votre réponse" in mail.text or "réponse" in mail.text.splitlines()[0].casefold()
        assert "Please" not in mail.text
