"""Subscriptions by e-mail, over real HTTP, from the form to the last link (R8.2, S3.1)."""

from collections.abc import Callable

import pytest

from tests.scenarios.desk import TestDesk
from tests.web.reading import READER, Visitor, hidden_fields, path_of

NEWS, LATER = "A fibre is cut. A crew is on its way.", "The crew has found the place."
CLICK = b"List-Unsubscribe=One-Click"


def incident(desk: TestDesk) -> int:
    """Let an agent open an incident by mail."""
    agent = desk.somebody("agent1@desk.example", authenticated="pass")
    return agent.writes("A master", "#p1g Telephone calls fail\n").case


def tell(reader: Visitor, master: int, text: str) -> list[str]:
    """Let the agent tell everybody; returns the kinds of mail that this reader got of it."""
    desk = reader.shown.desk
    ended = desk.assignee(master).answers(master, text)
    return [mail.kind for mail in ended.answers if mail.to == reader.address]


def test_r8_2_from_the_form_to_the_one_click_end_of_it(reader: Visitor) -> None:
    """R8.2, S3.1, RFC 8058: nothing but the question before the button; then each update, until one click ends it."""
    master = incident(reader.shown.desk)
    taken = reader.subscribes("platform:voice")
    assert taken.status == 200
    assert b"Please look into your mailbox" in taken.body
    assert [(mail.kind, mail.subject) for mail in reader.mails()] == [
        ("status_confirm", "Please confirm: news from Example Telecom")
    ]
    assert tell(reader, master, NEWS) == []
    link = path_of(reader.link("confirm/"))
    assert b"Voice" in reader.gets(link).body
    assert tell(reader, master, NEWS) == []  # whoever only follows the link has not confirmed

    assert b"Your subscription is confirmed" in reader.confirms().body
    assert tell(reader, master, NEWS) == ["status_incident"]
    mail = reader.mails()[-1]
    assert NEWS in mail.text
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    click = path_of(str(mail.message["List-Unsubscribe"]).strip("<>"))
    done = reader.sends(click, CLICK, Content_Type="application/x-www-form-urlencoded")

    assert done.status == 200
    assert tell(reader, master, LATER) == []
    assert reader.known() is None


def test_r8_2_the_whole_way_in_french(reader: Visitor) -> None:
    """R8.2: form, question, button, mail, and its end, for one incident."""
    master = incident(reader.shown.desk)
    assert (
        "Veuillez consulter votre boîte aux lettres"
        in reader.subscribes(f"incident:{master}", language="fr").body.decode()
    )
    question = reader.mails()[0]
    assert question.subject == "Veuillez confirmer : nouvelles d’Example Telecom"
    assert "Telephone calls fail" in question.text
    assert "Votre abonnement est confirmé" in reader.confirms("fr").body.decode()

    assert tell(reader, master, NEWS) == ["status_incident"]
    mail = reader.mails()[-1]
    assert mail.message["Content-Language"] in (None, "fr")
    assert "/fr/subscription/" in mail.text
    page = reader.shown.asks(path_of(reader.link("unsubscribe/")), Accept_Language="fr-CH")
    assert "Mettre fin à cet abonnement" in page.body.decode()
    done = reader.posts(path_of(reader.link("unsubscribe/")), *hidden_fields(page), Accept_Language="fr")
    assert "L’abonnement a pris fin" in done.body.decode()
    assert tell(reader, master, LATER) == []


def test_s3_1_one_question_an_address_and_day(reader: Visitor) -> None:
    """S3.1: however often and for whatever somebody asks; the next day there may be another."""
    for scope in ("platform:voice", "platform:voice", "platform:chat"):
        reader.subscribes(scope)
    assert len(reader.mails()) == 1
    reader.shown.desk.days_pass(1)
    reader.subscribes("platform:voice")
    assert [mail.kind for mail in reader.mails()] == ["status_confirm"] * 2


def test_r8_2_the_button_confirms_what_its_page_showed_and_no_more(reader: Visitor) -> None:
    """R8.2: what somebody else has added since the page was seen is not confirmed with it; once more is harmless."""
    reader.subscribes("platform:voice")
    path = path_of(reader.link("confirm/"))
    fields = hidden_fields(reader.gets(path))
    reader.subscribes("platform:chat")

    for _ in range(2):
        page = reader.posts(path, *fields)
        assert page.status == 200
        assert b"Your subscription is confirmed" in page.body
    known = reader.known()
    assert known
    assert [str(scope) for scope in (*known.scopes, *known.asked)] == ["platform:voice", "platform:chat"]
    assert reader.posts(path).status == 200  # a form without fields confirms nothing
    assert known == reader.known()


def test_r8_2_after_three_days_the_link_confirms_nothing(reader: Visitor) -> None:
    """R8.2: the page says so; then the address is forgotten, and the link is none."""
    reader.subscribes("platform:voice")
    path = path_of(reader.link("confirm/"))
    fields = hidden_fields(reader.gets(path))
    reader.shown.desk.days_pass(3.01)

    assert b"There is nothing to confirm" in reader.gets(path).body
    assert b"There is nothing to confirm" in reader.posts(path, *fields).body
    known = reader.known()
    assert known
    assert known.scopes == ()
    assert [ticked.detail for ticked in reader.shown.desk.ticks() if "subscri" in ticked.detail]
    assert reader.known() is None
    assert reader.gets(path).status == 404


def test_r8_2_the_same_answer_for_every_address(reader: Visitor) -> None:
    """R8.2: known, unknown, confirmed, the desk's own, an agent's, a contact's: octet by octet the same."""
    Visitor(reader.shown, "known@elsewhere.example").subscribes("platform:voice")
    Visitor(reader.shown, "known@elsewhere.example").confirms()
    addresses = (
        READER, "known@elsewhere.example", "support@desk.example", "support+x@desk.example", "agent1@desk.example",
        "agent1+news@desk.example", "primary@acme.example", "READER@Elsewhere.Example",
    )  # fmt: skip
    before = len(reader.shown.desk.mails())
    answers = [Visitor(reader.shown, address).subscribes("platform:chat") for address in addresses]

    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}
    assert {frozenset(answer.fields) for answer in answers} == {frozenset(answers[0].fields)}
    sent = reader.shown.desk.mails()[before:]
    assert [mail.to for mail in sent] == [READER, "primary@acme.example"]


def test_r8_2_what_a_person_does_not_see_is_filled_in_by_programs_alone(reader: Visitor) -> None:
    """R8.2: they get the usual answer, and nothing happens."""
    usual = Visitor(reader.shown, "other@elsewhere.example").subscribes("platform:voice")
    fields = [("address", READER), ("scope", "platform:voice"), ("website", "https://spam.example")]

    assert reader.posts("/en/subscribe", *fields).body == usual.body
    assert reader.known() is None


HOSTILE = (
    "", " ", "reader", "reader@", "@elsewhere.example", "reader@elsewhere", "reader@[192.0.2.1]", "root@localhost",
    "reader@elsewhere.example\r\nBcc: other@elsewhere.example", "reader@elsewhere.example\n",
    "a@elsewhere.example,b@elsewhere.example", "a@elsewhere.example b@elsewhere.example", "a@b@elsewhere.example",
    '"a b"@elsewhere.example', "<reader@elsewhere.example>", "Reader <reader@elsewhere.example>",
    "réader@elsewhere.example", "reader@elsewhère.example", "\uff52eader@elsewhere.example",
    "reader\u200b@elsewhere.example", "reader@elsewhere.example\x00", ".a@elsewhere.example", "a..b@elsewhere.example",
    "a@-elsewhere.example", "a@elsewhere..example", "a@192.0.2.1", "x" * 65 + "@elsewhere.example",
    "x@" + "y" * 300 + ".example", "(comment)a@elsewhere.example", "a;b@elsewhere.example",
)  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_s2_1_what_is_no_address_is_asked_again(reader: Visitor, address: str) -> None:
    """S2.1, S3.5: line ends, two addresses, quotes, letters beyond ASCII: no mail, the form again, all escaped."""
    page = Visitor(reader.shown, address).subscribes("platform:voice")

    assert page.status == 400
    assert b"no e-mail address that we can write to" in page.body
    assert page.body.count(b'aria-invalid="true"') == 1
    assert b'value="platform:voice" checked=""' in page.body
    assert reader.shown.desk.mails() == ()


def test_s4_5_what_was_typed_comes_back_as_text(reader: Visitor) -> None:
    """S4.5: markup in the address is no markup in the answer."""
    page = Visitor(reader.shown, '"><script>alert(1)</script>').subscribes("platform:voice")

    assert b"<script" not in page.body
    assert b"&#34;&gt;&lt;script&gt;" in page.body


def test_r8_2_two_addresses_are_none(reader: Visitor) -> None:
    """R8.2: a form with the field twice asks nobody."""
    twice = [("address", READER), ("address", "b@elsewhere.example"), ("scope", "platform:voice")]
    assert reader.posts("/en/subscribe", *twice).status == 400
    assert reader.shown.desk.mails() == ()


@pytest.mark.parametrize(
    "scope", ["", "platform", "platform:", "case:1001", "platform:voice\n", "Platform:voice", "platform:" + "v" * 200]
)
def test_r8_2_something_must_be_chosen(reader: Visitor, scope: str) -> None:
    """R8.2: what cannot be read is not chosen."""
    page = reader.subscribes(scope)
    assert page.status == 400
    assert b"Please choose what we should write about." in page.body
    assert reader.known() is None


@pytest.mark.parametrize("scope", ["platform:nothing", "incident:99999", "incident:x", "incident:" + "9" * 40])
def test_r8_2_nobody_is_asked_about_what_is_not_there(reader: Visitor, scope: str) -> None:
    """R8.2: a platform or incident that the page does not show; a case that is no incident neither."""
    case = reader.shown.desk.mpoc("primary@acme.example").writes("Secret").case
    for wanted in (scope, f"incident:{case}"):
        assert reader.subscribes(wanted).status == 200
    assert reader.mails() == ()
    assert reader.known() is None


def _muted(reader: Visitor) -> None:
    from datetime import timedelta

    from daemon.model.mail_effect import Mute
    from daemon.store.addresses import mute
    from daemon.store.database import transaction

    with transaction(reader.shown.desk.desk.engine) as connection:
        mute(connection, Mute(address=READER, until=reader.shown.desk.now + timedelta(days=1), why="test"))


def _bounced(reader: Visitor) -> None:
    from daemon.model.mail_effect import MarkContact
    from daemon.store.addresses import mark
    from daemon.store.database import transaction

    with transaction(reader.shown.desk.desk.engine) as connection:
        mark(connection, MarkContact(address=READER, why="test", at=reader.shown.desk.now))


@pytest.mark.parametrize("harm", [_muted, _bounced])
def test_s3_4_who_takes_no_mail_is_not_asked(reader: Visitor, harm: Callable[[Visitor], None]) -> None:
    """S3.3, S3.4: a muted address and one whose mail bounces get the usual answer, and no mail."""
    harm(reader)
    assert reader.subscribes("platform:voice").status == 200
    assert reader.shown.desk.mails() == ()
    assert reader.known() is None
