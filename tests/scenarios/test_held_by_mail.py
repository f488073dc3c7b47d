"""Held requests, decided by mail: the contacts are asked, and the first valid answer wins (R2.3, R2.6)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.outcome import Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.setup import Config
from daemon.reader.reading import Reader, read_batch
from daemon.receive import Claimed, receive
from daemon.store import inbox
from daemon.store.database import transaction
from tests.scenarios.desk import Ended, TestDesk, example_desk
from tests.scenarios.post import Mail
from tests.servers.postgresql import PostgresqlServer

pytestmark = pytest.mark.both_databases

PRIMARY, SECONDARY, USER = "primary@acme.example", "secondary@acme.example", "user@acme.example"
FOREIGN = "primary@globex.example"


def held(desk: TestDesk, writer: str = USER, **more: object) -> Ended:
    """Let a colleague write, whose request is held."""
    ended = desk.somebody(writer).writes("My phone is dead", "Nothing works.\n", **more)
    assert ended.outcome is Outcome.HELD
    return ended


def question_to(desk: TestDesk, address: str) -> Mail:
    """Return the last question about a held request that somebody got."""
    return [mail for mail in desk.mails_to(address) if mail.kind == "held_request"][-1]


def kinds_to(desk: TestDesk, address: str) -> list[str]:
    """Return the kinds of mail that somebody got."""
    return [mail.kind for mail in desk.mails_to(address)]


def offered(mail: Mail, letter: str) -> str:
    """Return a signed address that a question names, by the letter of its purpose."""
    found = [word.strip("<>()") for word in mail.text.split() if f".{letter}." in word and "@desk.example" in word]
    assert len(found) == 1, mail.text
    return found[0]


def test_r2_3_every_contact_who_decides_is_asked(desk: TestDesk) -> None:
    """R2.3, S3.6: each in a mail of their own, with the request; its sender is told whose word it waits for."""
    ended = held(desk)

    assert {mail.to for mail in ended.answers if mail.kind == "held_request"} == {PRIMARY, SECONDARY}
    assert "> Nothing works." in question_to(desk, PRIMARY).text
    assert kinds_to(desk, USER) == ["held"]
    assert "Acme Primary" in ended.told(USER).text


@pytest.mark.parametrize("word", ["approve", "Approved.", "Yes, please", "OK", "Oui, j'approuve", "D’accord !"])
def test_r2_3_a_word_approves(desk: TestDesk, word: str) -> None:
    """R2.3, R3.11: a case on that MPOC's authority, its writer a participant, with the original receipt time."""
    received_at = desk.now
    held(desk)
    desk.days_pass(1)

    answer = desk.mpoc(SECONDARY).replies_to(question_to(desk, SECONDARY), word)
    opened = desk.read_next()
    case = desk.case(opened.case)

    assert (answer.outcome, opened.outcome) == (Outcome.APPROVED, Outcome.APPROVED)
    assert (case.requester, case.participants, case.opened_at) == (SECONDARY, (USER,), received_at)
    assert case.clocks["first_response"].start == desk.now
    assert desk.last_mail(SECONDARY, opened.case).kind == "acknowledgement"
    assert [message.author for message in case.messages] == [USER]


def test_r2_3_what_is_said_beside_the_approval_reaches_the_agent(desk: TestDesk) -> None:
    """R2.3: the MPOC's own words stand on the case, below the request."""
    held(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "Approve\n\nIt is his only phone.")
    case = desk.case(desk.read_next().case)

    assert [(message.author, message.text.strip()) for message in case.messages] == [
        (USER, "Nothing works."),
        (PRIMARY, "It is his only phone."),
    ]
    assert "It is his only phone." in desk.last_mail(f"{case.assignee}@desk.example", int(case.id[4:])).text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Decline: ask the IT desk first.", "ask the IT desk first."),
        ("no\n\nNot this year.", "Not this year."),
        ("Refusé : pas cette année.", "pas cette année."),
        ("decline ask the IT desk first", "ask the IT desk first"),
    ],
)
def test_r2_3_a_word_declines(desk: TestDesk, text: str, word: str) -> None:
    """R2.3: the sender is told, with the word, and nothing else happens."""
    ended = held(desk)

    answer = desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), text)

    assert answer.outcome is Outcome.DECLINED
    assert word in answer.told(USER).text
    assert desk.outcome_of(ended.mail_id) is Outcome.DECLINED


@pytest.mark.parametrize(("text", "outcome"), [("approve", "approved"), ("Non.", "declined")])
def test_r2_3_an_answer_without_its_thread_decides_by_where_it_goes(desk: TestDesk, text: str, outcome: str) -> None:
    """R2.3, S2.8: some clients and gateways drop In-Reply-To and References; the question's Reply-To is signed too."""
    held(desk)
    to = str(question_to(desk, PRIMARY).message["Reply-To"])

    beside = desk.mpoc(PRIMARY).writes("Re: A request", f"{text}\n", To=f"{to}, {USER}")
    answer = desk.mpoc(PRIMARY).writes("Re: A request", f"{text}\n", To=to)

    assert beside.outcome is Outcome.CASE_OPENED  # written to somebody else too, whose question it may answer (S2.5)
    assert answer.outcome == outcome


@pytest.mark.parametrize(("letter", "outcome"), [("w", "approved"), ("y", "declined")])
def test_r2_3_a_mail_to_an_address_of_the_question_decides(desk: TestDesk, letter: str, outcome: str) -> None:
    """R2.3: an empty mail is enough."""
    held(desk)
    to = offered(question_to(desk, PRIMARY), letter)

    assert desk.mpoc(PRIMARY).writes("A decision", "\n", To=to).outcome == outcome


def test_r2_3_the_first_valid_answer_wins(desk: TestDesk) -> None:
    """R2.3: the second contact is told who decided, and what; nothing is opened twice."""
    held(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    case = desk.read_next().case

    late = desk.mpoc(SECONDARY).replies_to(question_to(desk, SECONDARY), "decline")

    assert [mail.kind for mail in late.answers] == ["held_decided"]
    assert "Acme Primary" in late.told(SECONDARY).text
    assert desk.case(case).status == "new"
    assert "declined" not in kinds_to(desk, USER)


def test_r2_3_words_of_a_late_answer_are_not_lost(desk: TestDesk) -> None:
    """R2.3: what the second contact says beside their verdict stands on the case, and the agent reads it."""
    held(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    case = desk.read_next().case

    desk.mpoc(SECONDARY).replies_to(question_to(desk, SECONDARY), "no\n\nHe has left the company.")

    assert "He has left the company." in desk.case(case).messages[-1].text
    assert "He has left the company." in desk.mails_to(f"{desk.case(case).assignee}@desk.example")[-1].text


@pytest.mark.parametrize("text", ["Who is this?", "Yes, but who pays?", "approve or decline, whatever", ""])
def test_r2_3_words_that_decide_nothing_are_a_request_of_the_mpoc(desk: TestDesk, text: str) -> None:
    """R2.2: nothing of an MPOC is lost: it is a case, which an agent reads; the request still waits."""
    ended = held(desk)

    answer = desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), text)

    assert answer.outcome is Outcome.CASE_OPENED
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD
    assert f"The request of {USER} still waits for your decision" in answer.told(PRIMARY).text
    assert "#approve 1 or #decline 1" in answer.told(desk.assignee(answer.case).address).text
    assert desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve").outcome is Outcome.APPROVED


def test_r2_3_an_answer_down_the_thread_decides_nothing(desk: TestDesk) -> None:
    """R2.3: "yes" to a colleague, with the desk in Cc and our question far above, approves nothing."""
    held(desk)
    question = question_to(desk, PRIMARY)
    thread = {"References": f"{question.message['Message-ID']} <colleague@acme.example>"}

    ended = desk.mpoc(PRIMARY).writes("Re: phone", "yes", In_Reply_To="<colleague@acme.example>", **thread)

    assert ended.outcome is Outcome.CASE_OPENED


FORGERS = [
    pytest.param(FOREIGN, "", id="an MPOC of another customer"),
    pytest.param(USER, "", id="the sender themself"),
    pytest.param("boss@acme.example", "pass", id="a colleague"),
    pytest.param("stranger@private.example", "pass", id="a stranger"),
    pytest.param(PRIMARY, "fail", id="the contact's address, forged"),
]


@pytest.mark.parametrize("text", ["approve", "decline: no"])
@pytest.mark.parametrize(("writer", "authenticated"), FORGERS)
def test_r2_3_nobody_else_decides(desk: TestDesk, writer: str, authenticated: str, text: str) -> None:
    """R2.3, S2.2, S2.6: whoever holds somebody else's question can do nothing with it, by reply or by address."""
    ended = held(desk)
    question = question_to(desk, PRIMARY)
    forger = desk.somebody(writer, authenticated=authenticated)

    by_reply = forger.replies_to(question, text)
    by_address = forger.writes("A decision", "\n", To=offered(question, "w"))

    assert Outcome.APPROVED not in (by_reply.outcome, by_address.outcome)
    assert Outcome.DECLINED not in (by_reply.outcome, by_address.outcome)
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD


def test_r4_8_a_machine_decides_nothing(desk: TestDesk) -> None:
    """S3.2, R4.8: the vacation note of a contact whose first line says yes is only kept."""
    ended = held(desk)

    note = desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "yes", Auto_Submitted="auto-replied")

    assert note.outcome is Outcome.AUTO_REPLY
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD


@pytest.mark.parametrize("mark", [{"Precedence": "bulk"}, {"List_Id": "<it.acme.example>"}])
def test_s3_2_a_program_without_the_newer_marks_decides_nothing(desk: TestDesk, mark: dict[str, str]) -> None:
    """S3.2: older vacation programs and lists sign so; of a contact it is a mail like any other."""
    ended = held(desk)

    note = desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "OK", **mark)

    assert note.outcome is Outcome.CASE_OPENED
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD


@pytest.mark.parametrize("text", ["Do not approve this, please!", "I do not know them.", "Attendez lundi, pas avant"])
def test_r2_3_a_mail_to_the_approving_address_that_says_no_approves_nothing(desk: TestDesk, text: str) -> None:
    """R2.3, R2.2: an agent reads it as the contact's own request; the held one waits."""
    ended = held(desk)
    to = offered(question_to(desk, PRIMARY), "w")

    assert desk.mpoc(PRIMARY).writes("Re: request", f"{text}\n", To=to).outcome is Outcome.CASE_OPENED
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD


@pytest.mark.parametrize("text", ["Thanks, see you at lunch.", "ok", "yes"])
def test_s2_5_a_reply_to_all_with_an_address_of_ours_among_them_decides_nothing(desk: TestDesk, text: str) -> None:
    """S2.5, S2.8: whoever got hold of the contact's own address can put it into Cc of a mail to that contact."""
    ended = held(desk)
    everybody = f"{USER}, {offered(question_to(desk, PRIMARY), 'w')}"

    trapped = desk.mpoc(PRIMARY).writes("Re: lunch", f"{text}\n", To=everybody, In_Reply_To="<lunch@acme.example>")

    assert trapped.outcome is Outcome.CASE_OPENED
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD


def test_s2_8_a_mail_to_somebody_else_that_they_send_on_decides_nothing(desk: TestDesk) -> None:
    """S2.8: its signature holds, a thread of ours was put above it, and its "yes" was said to another question."""
    ended = held(desk)
    thread = f"In-Reply-To: {question_to(desk, PRIMARY).message['Message-ID']}\r\n".encode()
    verdict = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n"
    sent = f"From: {PRIMARY}\r\nTo: {USER}\r\nSubject: Lunch\r\nMessage-ID: <a@acme.example>\r\n\r\nYes\r\n".encode()

    replayed = desk.deliver(verdict + thread + sent, peer="127.0.0.1")

    assert replayed.outcome is Outcome.CASE_OPENED
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD


def test_r2_3_a_direct_answer_decides_whoever_reads_it_too(desk: TestDesk) -> None:
    """R2.3: a contact may put a colleague into Cc of their answer, and themselves into Cc of a mail to an address."""
    held(desk)
    question = question_to(desk, PRIMARY)
    assert desk.mpoc(PRIMARY).replies_to(question, "approve", Cc=USER).outcome is Outcome.APPROVED
    desk.read_next()
    held(desk, "other@acme.example")
    to = offered(question_to(desk, PRIMARY), "w")

    assert desk.mpoc(PRIMARY).writes("A decision", "\n", To=to, Cc=PRIMARY).outcome is Outcome.APPROVED


def test_s2_3_an_answer_that_nothing_but_the_policy_accepts_decides_nothing(desk: TestDesk) -> None:
    """S2.2: the question was signed for another address than the one that writes."""
    held(desk)
    question = question_to(desk, SECONDARY)

    assert desk.mpoc(PRIMARY).replies_to(question, "approve").outcome is Outcome.CASE_OPENED


def test_r10_2_a_macd_request_is_decided_by_the_approvers(desk: TestDesk) -> None:
    """R10.2: they alone are asked; an approver's release counts as the approval."""
    ended = held(desk, To="support+macd@desk.example")

    asked = {mail.to for mail in ended.answers if mail.kind == "held_request"}
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    case = desk.case(desk.read_next().case)

    assert asked == {PRIMARY}
    assert (case.kind, case.macd, case.waiting_on) == ("macd", "standard", None)
    assert case.clocks["completion"].start == desk.now


def test_r2_6_a_strangers_answer_joins_its_case_and_nothing_more(desk: TestDesk) -> None:
    """R2.6: a plain approval puts the mail on the case; its writer follows it only with "approve and add"."""
    case = desk.mpoc(PRIMARY).writes("Phones").case
    mail = desk.last_mail(PRIMARY, case)

    desk.somebody(USER).replies_to(mail, "Mine too.")
    question = question_to(desk, PRIMARY)
    desk.mpoc(PRIMARY).replies_to(question, "approve")
    joined = desk.read_next()
    plain = desk.case(case).participants
    desk.somebody(USER).replies_to(mail, "And my neighbour's.")
    added = desk.mpoc(PRIMARY).writes("Yes", "\n", To=offered(question_to(desk, PRIMARY), "j"))
    desk.read_next()

    assert added.outcome is Outcome.APPROVED
    assert f"SUP-{case}" in question.text
    assert (joined.outcome, joined.case, plain) == (Outcome.APPROVED, case, ())
    assert desk.case(case).participants == (USER,)


def test_r2_6_a_participants_reply_to_a_closed_case_reopens_it_on_the_mpocs_word(desk: TestDesk) -> None:
    """R2.6, R5.1: its own receipt time counts, however late it is approved."""
    case = desk.mpoc(PRIMARY).writes("Phones", Cc=USER).case
    desk.assignee(case).answers(case, "#status closed\n\nDone.")
    desk.days_pass(7)
    desk.somebody(USER).answers(case, "Not for me.")
    desk.days_pass(5)

    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "yes")
    again = desk.read_next()

    assert (again.case, desk.case(case).status) == (case, "customer_reopened")


def test_r2_3_a_french_contact_is_asked_in_french(desk: TestDesk) -> None:
    """R2.3: the question is in the contact's language, and so may be the answer."""
    held(desk, "user@globex.example")
    question = question_to(desk, FOREIGN)

    assert "j’approuve" in question.text
    assert "ajoute" not in question.text  # a new request: its writer follows the case in any event
    assert desk.mpoc(FOREIGN).replies_to(question, "J'approuve et ajoute.").outcome is Outcome.APPROVED


def test_r2_3_a_copy_that_comes_while_the_request_is_let_through_opens_nothing(desk: TestDesk) -> None:
    """S1.3: the same message by another way is folded, between the approval and the case too."""
    raw = b"From: user@acme.example\r\nTo: support@desk.example\r\nSubject: Dead\r\nMessage-ID: <a@b>\r\n\r\nDead.\r\n"
    desk.deliver(raw)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")

    desk.reads = False
    desk.deliver(raw, source="imap support", received_at=desk.now - timedelta(hours=1))  # it is read first
    reader = Reader(desk.desk, "reader", slow_lane=False, clock=lambda: desk.now, say=lambda _standing: None)
    ended = [received.outcome for _, received in read_batch(reader) if received is not None]

    assert ended == [Outcome.DUPLICATE_MESSAGE, Outcome.APPROVED]


def test_s2_3_an_approved_mail_goes_on_whatever_the_policy_became(desk: TestDesk) -> None:
    """R2.3: it was accepted when it was held; what it waited for has come."""
    held(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")

    def strict(config: Config) -> Config:
        mailboxes = tuple(replace(m, unauthenticated=Unauthenticated.QUARANTINE) for m in config.plan.mailboxes)
        return replace(config, plan=replace(config.plan, mailboxes=mailboxes))

    desk.change(strict)

    assert desk.read_next().outcome is Outcome.APPROVED


def test_r2_3_of_two_contacts_who_answer_at_once_one_wins(postgresql: PostgresqlServer) -> None:
    """R2.3: two readers decide on the two answers in the same moment; one wins, the other contact is told."""
    desk = example_desk(postgresql.url())
    held(desk)
    desk.reads = False
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    desk.mpoc(SECONDARY).replies_to(question_to(desk, SECONDARY), "decline")
    both = threading.Barrier(2)

    def decide(name: str) -> Outcome | None:
        with transaction(desk.desk.engine) as connection:
            (kept,) = inbox.claim(connection, name, now=desk.now, limit=1)
        mail = read_mail(kept.arrival.raw, kept.arrival.envelope, Trust((), ()))
        both.wait(timeout=30)
        (received,) = receive(desk.desk, [Claimed(kept, mail, desk.now)], reader=name)
        assert received is not None
        return received.outcome

    with ThreadPoolExecutor(2) as pool:
        outcomes = set(pool.map(decide, ("one", "two")))

    told = [mail.to for mail in desk.mails() if mail.kind == "held_decided"]
    declined = [mail.to for mail in desk.mails() if mail.kind == "declined"]
    assert (len(outcomes), len(told)) == (1, 1)
    assert (outcomes == {Outcome.DECLINED}) == (declined == [USER]) == (told == [PRIMARY])
    desk.desk.engine.dispose()
