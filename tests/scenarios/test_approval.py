"""Approvers answer our question about a MACD request: the first answer decides (R10.2)."""

import re
from dataclasses import replace

import pytest

from daemon.model.outcome import Outcome
from daemon.model.people import Mpoc, Role
from daemon.model.setup import Config
from tests.rules.making import mt
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

APPROVER, SECOND, REQUESTER = "primary@acme.example", "second@acme.example", "secondary@acme.example"
USER, FOREIGN = "user@acme.example", "primary@globex.example"
MACD = "support+macd@desk.example"
TEXT = "Please add two phones on the second floor.\n"


def with_second_approver(config: Config) -> Config:
    """Give Acme another approver."""
    second = Mpoc("Acme Second", SECOND, frozenset({Role.MACD}))
    customers = tuple(
        replace(customer, mpocs=(*customer.mpocs, second)) if customer.id == "acme" else customer
        for customer in config.directory.customers
    )
    return replace(config, directory=replace(config.directory, customers=customers))


def address_in(mail: Mail, purpose: str) -> str:
    """Return the signed address of a purpose that a mail offers."""
    found = re.search(rf"support\+\d+\.{purpose}\.\d+\.[a-z2-7]+@desk\.example", mail.text)
    assert found is not None, mail.text
    return found[0]


@pytest.fixture
def case(desk: TestDesk) -> int:
    """A request of an MPOC who may not approve it, on Monday at 09:00; two approvers were asked."""
    desk.change(with_second_approver)
    return desk.mpoc(REQUESTER).writes("Two more phones", TEXT, To=MACD).case


@pytest.fixture
def question(desk: TestDesk, case: int) -> Mail:
    """Our question to the first approver, two hours later."""
    desk.it_is("2026-11-16T11:00:00-07:00")
    return desk.last_mail(APPROVER, case)


def kinds(ended: Ended, address: str) -> list[str]:
    """Return the kinds of mail that somebody got because of a mail."""
    return [mail.kind for mail in ended.answers if mail.to == address]


def waits(desk: TestDesk, case: int) -> bool:
    """Tell whether a request waits for its approval still."""
    shown = desk.case(case)
    return shown.waiting_on == "approval" and "completion" not in shown.clocks and shown.status != "closed"


def test_r10_2_each_approver_is_asked_in_a_mail_of_their_own(desk: TestDesk, case: int) -> None:
    """R10.2, S3.6: with the request and two addresses made for them; first response runs from the receipt."""
    asked = [desk.last_mail(address, case) for address in (APPROVER, SECOND)]

    assert {mail.kind for mail in asked} == {"approval_asked"}
    assert all("second floor" in mail.text and "Acme Secondary" in mail.text for mail in asked)
    assert address_in(asked[0], "p") != address_in(asked[1], "p")
    assert desk.mails_to(FOREIGN) == ()
    shown = desk.case(case)
    assert (shown.kind, shown.macd, shown.waiting_on) == ("macd", "standard", "approval")
    assert shown.clocks["first_response"].due == mt(2026, 11, 17, 9)
    assert "completion" not in shown.clocks
    acknowledged = desk.last_mail(REQUESTER, case)
    assert acknowledged.kind == "macd_acknowledgement"
    assert "Acme Primary" in acknowledged.text
    assert "@acme.example" not in acknowledged.text


@pytest.mark.parametrize("words", ["Approved.", "yes", "J'approuve !"])
def test_r10_2_a_yes_approves(desk: TestDesk, case: int, question: Mail, words: str) -> None:
    """R10.2: completion runs from the receipt of the answer; requester and agent are told."""
    reply = desk.mpoc(APPROVER).replies_to(question, f"{words}\n\nMind the licences.")

    shown = desk.case(case)
    assert (reply.outcome, reply.case, shown.waiting_on) == (Outcome.APPROVED, case, None)
    assert shown.clocks["completion"].start == desk.now
    assert shown.clocks["completion"].due == mt(2026, 11, 18, 11)
    assert shown.clocks["first_response"].due == mt(2026, 11, 17, 9)
    given = reply.told(REQUESTER)
    assert given.kind == "approval_given"
    assert "Acme Primary" in given.text
    assert "Mind the licences." in given.text
    assert "approved" in reply.told(desk.assignee(case).address).text
    assert shown.messages[-1].author == APPROVER


def test_r10_2_the_signed_address_approves(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2: an empty new mail to it is enough."""
    reply = desk.mpoc(APPROVER).writes("(no subject)", "\n", To=address_in(question, "p"))

    assert (reply.outcome, reply.case, waits(desk, case)) == (Outcome.APPROVED, case, False)


def test_r10_2_a_reply_to_all_with_the_address_among_them_approves_nothing(
    desk: TestDesk, case: int, question: Mail
) -> None:
    """R10.2, S2.5: it costs money; somebody else put the address there, and the approver spoke of something else."""
    everybody = f"user@acme.example, {address_in(question, 'p')}"
    reply = desk.mpoc(APPROVER).writes("Re: lunch", "Thanks, see you there.\n", To=everybody)

    assert (reply.outcome, reply.case) == (Outcome.CASE_UPDATED, case)
    assert desk.case(case).waiting_on == "approval"


@pytest.mark.parametrize("by_address", [True, False])
def test_r10_2_a_no_closes_the_case(desk: TestDesk, case: int, question: Mail, by_address: bool) -> None:
    """R10.2: the requester reads why; no clock runs on; the agent is told."""
    approver = desk.mpoc(APPROVER)
    if by_address:
        reply = approver.writes("No", "We have spare phones.\n", To=address_in(question, "d"))
    else:
        reply = approver.replies_to(question, "Declined\n\nWe have spare phones.")

    shown = desk.case(case)
    assert (reply.outcome, shown.status) == (Outcome.DECLINED, "closed")
    assert "We have spare phones." in reply.told(REQUESTER).text
    assert "declined" in reply.told(desk.assignee(case).address).text
    assert not [clock for clock in shown.clocks.values() if clock.state == "running"]


@pytest.mark.parametrize("first", ["approve", "decline"])
@pytest.mark.parametrize("later", ["approve", "decline"])
def test_r10_2_the_first_answer_wins(desk: TestDesk, case: int, question: Mail, first: str, later: str) -> None:
    """R10.2: a later one of another approver changes nothing; they are told who was first, and nothing is lost."""
    desk.mpoc(APPROVER).replies_to(question, first)
    before = desk.case(case)
    desk.days_pass(0.1)

    reply = desk.mpoc(SECOND).answers(case, f"{later}\n\nMy word.")

    after = desk.case(case)
    assert (reply.outcome, reply.case) == (Outcome.CASE_UPDATED, case)
    assert kinds(reply, SECOND) == ["approval_late"]
    assert "Acme Primary" in reply.told(SECOND).text
    assert (after.status, after.waiting_on, after.closed_at) == (before.status, before.waiting_on, before.closed_at)
    assert {name: clock.due for name, clock in after.clocks.items()} == {
        name: clock.due for name, clock in before.clocks.items()
    }
    assert "My word." in after.messages[-1].text
    assert kinds(reply, desk.assignee(case).address) == ["customer_wrote"]
    assert kinds(reply, REQUESTER) == []


def test_r10_2_the_addresses_work_once(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2: whoever approved cannot decline afterwards, nor approve twice."""
    approver = desk.mpoc(APPROVER)
    approver.writes("Yes", "\n", To=address_in(question, "p"))

    again = approver.writes("Yes again", "\n", To=address_in(question, "p"))
    against = approver.writes("No", "\n", To=address_in(question, "d"))

    assert (kinds(again, APPROVER), kinds(against, APPROVER)) == (["approval_late"], ["approval_late"])
    assert desk.case(case).status == "new"
    assert [event.event for event in desk.case(case).history].count("macd_approved") == 1


def test_r10_2_a_late_answer_reopens_nothing(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2, R5.1: "approve" on a request that was declined is no reply that reopens it; other words are."""
    desk.mpoc(APPROVER).replies_to(question, "no")
    assert desk.mpoc(SECOND).answers(case, "yes").outcome is Outcome.CASE_UPDATED
    assert desk.case(case).status == "closed"

    reply = desk.mpoc(REQUESTER).answers(case, "We have talked about it, please do it.")

    assert (reply.outcome, desk.case(case).status) == (Outcome.CASE_REOPENED, "customer_reopened")


@pytest.mark.parametrize("by_address", [True, False])
@pytest.mark.parametrize("address", [APPROVER, SECOND])
def test_r10_2_yes_to_a_declined_and_closed_request_is_late_each_time(
    desk: TestDesk, case: int, question: Mail, address: str, by_address: bool
) -> None:
    """R10.2, R5.1: the first verdict counts, however often another is sent, and whoever sends it: nothing reopens."""
    own = desk.last_mail(address, case)
    desk.mpoc(APPROVER).replies_to(question, "no")
    desk.days_pass(0.1)
    approver = desk.mpoc(address)

    for _ in range(2):
        if by_address:
            reply = approver.writes("Phones", "Approved\n", To=address_in(own, "p"))
        else:
            reply = approver.replies_to(own, "Approved")

        assert (reply.outcome, desk.case(case).status) == (Outcome.CASE_UPDATED, "closed")
        assert kinds(reply, address) == ["approval_late"]
        assert kinds(reply, desk.assignee(case).address) == ["customer_wrote"]
        desk.days_pass(0.1)


def test_r10_2_yes_to_a_declined_request_that_is_open_again_is_late(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2: after the requester has reopened it, an agent asks anew; the old question approves nothing."""
    desk.mpoc(APPROVER).replies_to(question, "no")
    desk.mpoc(REQUESTER).answers(case, "We have talked about it, please do it.")

    reply = desk.mpoc(APPROVER).replies_to(question, "Approved")

    assert kinds(reply, APPROVER) == ["approval_late"]
    assert kinds(reply, desk.assignee(case).address) == ["customer_wrote"]
    assert "completion" not in desk.case(case).clocks


@pytest.fixture
def closed(desk: TestDesk, case: int, question: Mail) -> int:
    """The request, closed by its technician before anybody had decided on it."""
    desk.assignee(case).answers(case, "#status closed\n\nNobody has answered us: done and tested so far.")
    desk.days_pass(0.1)
    return case


def test_r10_2_the_first_yes_to_a_request_that_was_closed_undecided_counts_at_once(
    desk: TestDesk, closed: int, question: Mail
) -> None:
    """R10.2, R5.1: it reopens the case and approves the request; everybody is told as ever, and once is enough."""
    reply = desk.mpoc(APPROVER).replies_to(question, "Approved")

    shown = desk.case(closed)
    assert (reply.outcome, reply.case, shown.status) == (Outcome.APPROVED, closed, "customer_reopened")
    assert (shown.clocks["completion"].start, shown.clocks["completion"].state) == (desk.now, "running")
    assert kinds(reply, APPROVER) == ["reopened"]
    assert kinds(reply, REQUESTER) == ["approval_given"]
    assert "approved" in reply.told(desk.assignee(closed).address).text

    again = desk.mpoc(APPROVER).replies_to(question, "Approved")

    assert kinds(again, APPROVER) == ["approval_late"]
    assert [event.event for event in desk.case(closed).history].count("macd_approved") == 1


def test_r10_2_the_first_no_to_a_request_that_was_closed_undecided_leaves_it_closed(
    desk: TestDesk, closed: int, question: Mail
) -> None:
    """R10.2: the verdict is on the record, the requester learns it, and a later yes is late; the closing stands."""
    closed_at = desk.case(closed).closed_at

    reply = desk.mpoc(APPROVER).replies_to(question, "Declined\n\nWe have spare phones.")

    assert (reply.outcome, desk.case(closed).status) == (Outcome.DECLINED, "closed")
    assert desk.case(closed).closed_at == closed_at
    assert "We have spare phones." in reply.told(REQUESTER).text
    assert "declined" in reply.told(desk.assignee(closed).address).text
    assert kinds(desk.mpoc(SECOND).answers(closed, "approve"), SECOND) == ["approval_late"]


def test_r5_2_an_answer_after_the_seven_days_opens_a_linked_case(desk: TestDesk, closed: int, question: Mail) -> None:
    """R5.2, R10.2: the old request can no longer be taken up, so nothing of it is approved."""
    desk.days_pass(9)

    reply = desk.mpoc(APPROVER).replies_to(question, "Approved")

    assert reply.outcome is Outcome.FOLLOW_UP_OPENED
    assert (desk.case(closed).status, reply.case) != ("closed", closed)
    assert "macd_approved" not in [event.event for event in desk.case(closed).history]


@pytest.mark.parametrize("text", ["approve?", "Which phones are these?", "I shall approve it tomorrow", "expedite?"])
def test_r10_2_anything_else_of_an_approver_is_an_update(desk: TestDesk, case: int, question: Mail, text: str) -> None:
    """R10.2: a question, a promise: the agent reads it, and the request waits on."""
    reply = desk.mpoc(APPROVER).replies_to(question, text)

    assert (reply.outcome, waits(desk, case)) == (Outcome.CASE_UPDATED, True)
    assert text.split(maxsplit=1)[0] in reply.told(desk.assignee(case).address).text


def test_r10_2_contradiction_decides_nothing(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2: a mail to both addresses, and a "no" to the address that approves, are updates."""
    approve, decline = address_in(question, "p"), address_in(question, "d")
    approver = desk.mpoc(APPROVER)

    both = approver.writes("Well", "\n", To=f"{approve}, {decline}")
    against = approver.writes("Well", "No.\n", To=approve)

    assert {both.outcome, against.outcome} == {Outcome.CASE_UPDATED}
    assert waits(desk, case)


@pytest.mark.parametrize(
    ("purpose", "text"), [("p", "I do not want this at all!"), ("p", "What does it cost?"), ("d", "Yes, do it please.")]
)
def test_r10_2_a_signed_address_with_words_against_it_decides_nothing(
    desk: TestDesk, case: int, question: Mail, purpose: str, text: str
) -> None:
    """R10.2: such a mail is an update: the agent reads it, and the request waits on."""
    reply = desk.mpoc(APPROVER).writes("Phones", f"{text}\n", To=address_in(question, purpose))

    assert (reply.outcome, reply.case, waits(desk, case)) == (Outcome.CASE_UPDATED, case, True)
    assert text in reply.told(desk.assignee(case).address).text
    assert kinds(reply, REQUESTER) == []


@pytest.mark.parametrize("text", ["Thanks!", "Approved.\n\nNot on a Monday, please.", "Mind the licences."])
def test_r10_2_a_signed_address_with_words_for_it_approves(
    desk: TestDesk, case: int, question: Mail, text: str
) -> None:
    """R10.2: an approving first line, thanks, or free text that speaks for nothing else."""
    reply = desk.mpoc(APPROVER).writes("Phones", f"{text}\n", To=address_in(question, "p"))

    assert (reply.outcome, waits(desk, case)) == (Outcome.APPROVED, False)


def test_r10_3_expedite_yes_to_the_declining_address_expedites_nothing(
    desk: TestDesk, case: int, question: Mail
) -> None:
    """R10.2, R10.3: a mail that says both is an update."""
    reply = desk.mpoc(APPROVER).writes("Phones", "expedite yes\n", To=address_in(question, "d"))

    assert (reply.outcome, desk.case(case).macd, waits(desk, case)) == (Outcome.CASE_UPDATED, "standard", True)


def test_r10_2_yes_counts_as_the_answer_to_our_question_alone(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2: a "yes" further down the thread answers the agent, who may have asked something else."""
    desk.mpoc(APPROVER).replies_to(question, "Which phones?")
    desk.assignee(case).answers(case, "#cc primary@acme.example\n\nThe black ones, is that right?")

    reply = desk.mpoc(APPROVER).answers(case, "Yes")

    assert (reply.outcome, waits(desk, case)) == (Outcome.CASE_UPDATED, True)


def test_r10_2_a_subject_tag_is_no_answer(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2, S2.5: a new mail with the tag alone updates the case, whatever it says."""
    reply = desk.mpoc(APPROVER).writes(question.subject, "approve\n")

    assert (reply.outcome, reply.case, waits(desk, case)) == (Outcome.CASE_UPDATED, case, True)


def test_r10_2_a_requester_approves_nothing(desk: TestDesk, case: int, question: Mail) -> None:
    """R2.2, R10.2: neither by "approve", nor by an answer to a question that was passed on, nor by its address."""
    requester = desk.mpoc(REQUESTER)
    said = requester.answers(case, "approve")
    passed_on = requester.replies_to(question, "approve")
    addressed = requester.replies_to(question, "approve", To=address_in(question, "p"))

    assert {ended.outcome for ended in (said, passed_on, addressed)} == {Outcome.CASE_UPDATED}
    assert waits(desk, case)


def test_r10_2_neither_participants_nor_others_approve(desk: TestDesk, case: int, question: Mail) -> None:
    """R2.6, S2.5: a participant, a colleague, another customer's approver, a stranger: nothing is decided."""
    desk.mpoc(REQUESTER).answers(case, "My colleague follows.", Cc="guest@partner.example")
    approve = address_in(question, "p")

    for address in ("guest@partner.example", USER, FOREIGN, "stranger@unknown.example"):
        writer = desk.somebody(address, authenticated="pass")
        writer.replies_to(question, "approve")
        writer.writes("Yes", "approve\n", To=approve)

    assert waits(desk, case)


def test_s2_2_a_forged_approval_does_nothing(desk: TestDesk, case: int, question: Mail) -> None:
    """S2.2, S2.3: an approver's address whose authentication failed approves nothing."""
    forged = desk.somebody(APPROVER, authenticated="fail").replies_to(question, "approve")

    assert (forged.outcome, waits(desk, case)) == (Outcome.QUARANTINED, True)


def test_s2_8_a_tampered_address_approves_nothing(desk: TestDesk, case: int, question: Mail) -> None:
    """S2.8: the address is signed for the case, the purpose and the recipient."""
    decline = address_in(question, "d")
    swapped = desk.mpoc(APPROVER).writes("Yes", "\n", To=decline.replace(".d.", ".p."))
    borrowed = desk.mpoc(SECOND).writes("Yes", "\n", To=address_in(question, "p"))

    assert Outcome.APPROVED not in (swapped.outcome, borrowed.outcome)
    assert waits(desk, case)


def test_r10_2_a_question_that_was_passed_on_needs_proof(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2, S2.2: another approver may answer it where their domain is authenticated, not on the policy's word."""
    unproven = desk.somebody(SECOND).replies_to(question, "approve")
    assert (unproven.outcome, waits(desk, case)) == (Outcome.CASE_UPDATED, True)

    proven = desk.somebody(SECOND, authenticated="pass").replies_to(question, "approve")

    assert proven.outcome is Outcome.APPROVED


def test_r4_8_a_vacation_note_approves_nothing(desk: TestDesk, case: int, question: Mail) -> None:
    """R4.8: machine-made mail never counts as an answer, to the signed address neither."""
    note = desk.mpoc(APPROVER).replies_to(
        question, "approve", To=address_in(question, "p"), Auto_Submitted="auto-replied"
    )

    assert (note.outcome, waits(desk, case)) == (Outcome.AUTO_REPLY, True)


def test_s3_3_the_governor_holds_for_late_answers(desk: TestDesk, case: int, question: Mail) -> None:
    """S3.3: "somebody was first" is an automatic answer; past the bound it is written and not sent."""
    desk.mpoc(APPROVER).replies_to(question, "approve")
    plan = desk.desk.config.plan
    desk.change(lambda config: replace(config, plan=replace(plan, governor=replace(plan.governor, address_hour=1))))

    first, second = (desk.mpoc(SECOND).answers(case, text) for text in ("approve", "decline"))

    assert (kinds(first, SECOND), kinds(second, SECOND)) == (["approval_late"], [])


def test_r10_3_expedite_yes_approves_too(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2, R10.3: what an approver asks for is approved; both clocks run from that word; the requester is told."""
    reply = desk.mpoc(APPROVER).replies_to(question, "Expedite yes\n\nThey move in tomorrow.")

    shown = desk.case(case)
    assert (reply.outcome, shown.macd, shown.waiting_on) == (Outcome.APPROVED, "expedited", None)
    assert shown.clocks["first_response"].due == mt(2026, 11, 16, 15)
    assert shown.clocks["completion"].due == mt(2026, 11, 17, 11)
    assert kinds(reply, REQUESTER) == ["approval_given", "macd_changed"]
    assert kinds(reply, APPROVER) == ["macd_changed"]


def test_r10_2_the_answer_ends_a_hold_as_any_does(desk: TestDesk, case: int, question: Mail) -> None:
    """R4.3, R10.2: an approval is a customer's reply besides."""
    desk.assignee(case).answers(case, "#hold 2026-12-01\n\nWe come back to you.")

    desk.mpoc(APPROVER).replies_to(question, "approve")

    shown = desk.case(case)
    assert (shown.status, shown.waiting_on) == ("in_progress", None)
    assert shown.clocks["completion"].state == "running"


def test_r10_2_a_request_waits_while_an_agent_works_on_it(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2, R3.2: the agent's reply meets the first response; the approval is awaited all the same."""
    desk.assignee(case).answers(case, "We have seen your request.")
    assert waits(desk, case)
    assert desk.case(case).clocks["first_response"].state == "met"

    desk.mpoc(APPROVER).replies_to(question, "approve")

    assert desk.case(case).clocks["completion"].start == desk.now


def test_r10_2_an_agent_may_ask_anew(desk: TestDesk, case: int, question: Mail) -> None:
    """R10.2: after a request was declined and taken up again, `#macd` asks once more, and that answer counts."""
    desk.mpoc(APPROVER).replies_to(question, "no")
    desk.mpoc(REQUESTER).answers(case, "We have talked about it, please do it.")
    desk.days_pass(0.1)

    asked = desk.assignee(case).answers(case, "#macd standard")
    assert kinds(asked, APPROVER) == ["approval_asked"]
    assert "please do it" in asked.told(APPROVER).text
    assert waits(desk, case)

    assert desk.mpoc(APPROVER).replies_to(asked.told(APPROVER), "yes").outcome is Outcome.APPROVED
