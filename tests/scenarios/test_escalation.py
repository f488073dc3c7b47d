"""A customer is not content: the case goes up, level by level, and everybody learns where it is (R9)."""

from datetime import timedelta

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk

PRIMARY = "primary@acme.example"
MANAGER = "manager@desk.example"
GLOBEX = "primary@globex.example"


@pytest.fixture
def case(desk: TestDesk) -> int:
    """A case on which an agent has answered once."""
    number = desk.mpoc(PRIMARY).writes("Invoices are late", "Where are they?\n").case
    desk.assignee(number).answers(number, "We are looking into it.")
    return number


def test_r9_2_a_reply_that_says_so_escalates(desk: TestDesk, case: int) -> None:
    """R9.2: the manager gets the history, the customer an answer that says how to go on, the record keeps it."""
    reply = desk.mpoc(PRIMARY).answers(case, "Please escalate.\n\nIt has been two days.")

    assert reply.outcome is Outcome.CASE_UPDATED
    assert "Where are they?" in reply.told(MANAGER).text
    assert "We are looking into it." in reply.told(MANAGER).text
    answer = reply.told(PRIMARY)
    assert "Service Manager" in answer.text
    assert "Vice president" in answer.text
    assert {mail.kind for mail in reply.answers if mail.to == desk.assignee(case).address} == {
        "customer_wrote",
        "escalation_report",
    }
    assert desk.case(case).escalation_level == 2
    assert "escalated" in [event.event for event in desk.case(case).history]


def test_r9_1_the_address_escalates(desk: TestDesk, case: int) -> None:
    """R9.1: a reply sent to `+escalate` needs no word."""
    reply = desk.mpoc(PRIMARY).answers(case, "It has been two days.", To="support+escalate@desk.example")

    assert reply.case == case
    assert desk.case(case).escalation_level == 2
    assert reply.told(MANAGER)


def test_r9_2_the_next_time_it_goes_one_level_higher(desk: TestDesk, case: int) -> None:
    """R9.2: one level at a time, whatever level is asked for."""
    desk.mpoc(PRIMARY).answers(case, "Escalate to level 4")
    desk.days_pass(0.01)
    assert desk.case(case).escalation_level == 2

    desk.mpoc(PRIMARY).answers(case, "escalate")

    assert desk.case(case).escalation_level == 3


def test_r9_3_priority_and_other_clocks_do_not_change(desk: TestDesk, case: int) -> None:
    """R9.3: an escalation starts a clock of its own, due within 60 minutes, and moves no other."""
    before = desk.case(case).clocks["update"]
    desk.mpoc(PRIMARY).answers(case, "Escalate")

    after = desk.case(case)
    assert after.priority == "P4"
    assert after.clocks["update"] == before
    assert after.clocks["manager_ack"].due == desk.now + timedelta(minutes=60)


def test_r9_3_any_reply_of_the_manager_acknowledges(desk: TestDesk, case: int) -> None:
    """R9.3: the manager's answer is a note that the customer never sees, and it stops the clock."""
    told = desk.mpoc(PRIMARY).answers(case, "Escalate").told(MANAGER)
    desk.days_pass(0.02)

    reply = desk.agent("manager").replies_to(told, "I am on it.")

    assert reply.outcome is Outcome.AGENT_NOTE
    assert PRIMARY not in [mail.to for mail in reply.answers]
    assert desk.case(case).clocks["manager_ack"].state == "met"


def test_r9_3_without_an_answer_the_next_level_is_told(desk: TestDesk, case: int) -> None:
    """R9.3: after 60 minutes the next level, the agent and the customer are told; once."""
    desk.mpoc(PRIMARY).answers(case, "Escalate")
    before = len(desk.mails_to(MANAGER))
    desk.days_pass(61 / 1440)

    desk.ticks()
    desk.ticks()

    assert desk.case(case).escalation_level == 3
    assert [mail.kind for mail in desk.mails_to(MANAGER)[before:] if mail.kind == "escalated"] == ["escalated"]
    assert desk.last_mail(PRIMARY, case).kind == "escalation_answer"


def test_r2_6_a_participant_escalates_nothing(desk: TestDesk, case: int) -> None:
    """R2.6: somebody who is no MPOC may add to the case, and no more."""
    desk.assignee(case).answers(case, "#cc user@acme.example\n\nYour colleague follows.")
    desk.somebody("user@acme.example").answers(case, "Escalate")

    assert desk.case(case).escalation_level == 1


def test_s2_6_nobody_escalates_another_customers_case(desk: TestDesk, case: int) -> None:
    """S2.6: another customer's MPOC who names the case opens one of their own."""
    reply = desk.mpoc(GLOBEX).writes(f"[SUP-{case}] escalate", "Escalate", To="support+escalate@desk.example")

    assert reply.outcome is Outcome.CASE_OPENED
    assert desk.case(case).escalation_level == 1


def test_s3_2_machine_mail_escalates_nothing(desk: TestDesk, case: int) -> None:
    """R4.8: a vacation note to the escalation address moves nothing."""
    reply = desk.mpoc(PRIMARY).answers(
        case, "Escalate", To="support+escalate@desk.example", Auto_Submitted="auto-replied"
    )

    assert reply.outcome is Outcome.AUTO_REPLY
    assert desk.case(case).escalation_level == 1


def test_r9_2_in_french(desk: TestDesk) -> None:
    """R9.2: a French customer escalates and is answered in French."""
    number = desk.mpoc(GLOBEX).writes("Facture", "Elle manque.\n").case
    reply = desk.mpoc(GLOBEX).answers(number, "Merci d'escalader ce dossier")

    assert desk.case(number).escalation_level == 2
    answer = reply.told(GLOBEX)
    assert "Service Manager" in answer.text
    assert "Bonjour" in answer.text
