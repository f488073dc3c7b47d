"""Agents work by mail: what they write goes to the customer, and `#` lines command the case (S2.7, R4)."""

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk

PRIMARY = "primary@acme.example"


@pytest.fixture
def case(desk: TestDesk) -> int:
    """A new case."""
    return desk.mpoc(PRIMARY).writes("Invoices are late", "Where are they?\n").case


def test_r4_2_the_first_public_reply_begins_the_work_and_reaches_the_customer(desk: TestDesk, case: int) -> None:
    """R4.2: New becomes In Progress; the text goes out under the agent's name and the support address."""
    reply = desk.assignee(case).answers(case, "We are looking into it.")

    told = reply.told(PRIMARY)
    assert desk.case(case).status == "in_progress"
    assert "We are looking into it." in told.text
    assert "support@desk.example" in str(told.message["From"])
    assert "Agent" in str(told.message["From"])
    assert desk.assignee(case).address.encode() not in told.octets  # never their own address
    assert told.message["Auto-Submitted"] is None  # S3.2: an agent's own reply is no automatic mail


def test_s2_7_one_wrong_command_holds_everything_back(desk: TestDesk, case: int) -> None:
    """S2.7: nothing changes, nothing is sent; the agent gets the fault, the nearest command and their text."""
    reply = desk.assignee(case).answers(case, "#prioritty 2\n#waiting\n\nPlease send us the log.")

    answer = reply.told(desk.assignee(case).address)
    assert reply.outcome is Outcome.COMMAND_FAILED
    assert [mail.kind for mail in reply.answers] == ["command_failed"]
    assert "#priority 1-4" in answer.text
    assert "Please send us the log." in answer.text
    assert (desk.case(case).status, desk.case(case).waiting_on) == ("new", None)


def test_a_corrected_answer_to_the_refusal_is_carried_out(desk: TestDesk, case: int) -> None:
    """The refusal can be answered like any notification."""
    agent = desk.assignee(case)
    refused = agent.answers(case, "#prioritty 2\n\nPlease send us the log.").told(agent.address)

    reply = agent.replies_to(refused, "#priority 2\n\nPlease send us the log.")

    assert reply.outcome is Outcome.AGENT_UPDATE
    assert desk.case(case).priority == "P2"


def test_commands_never_reach_the_customer_and_are_confirmed(desk: TestDesk, case: int) -> None:
    """interface.md: command lines stand above the text and are cut; the agent gets a transcript."""
    agent = desk.assignee(case)
    reply = agent.answers(case, "#priority 2\n#waiting\n\nPlease send us the log.")

    assert "#waiting" not in reply.told(PRIMARY).text
    assert "priority 2" in reply.told(PRIMARY).text  # R3.8: the customer is told of the change
    assert "waiting for the customer" in reply.told(agent.address).text
    assert desk.case(case).waiting_on == "customer"


def test_s3_7_a_note_never_reaches_the_customer(desk: TestDesk, case: int) -> None:
    """S3.7: `#note` keeps the whole mail inside."""
    reply = desk.assignee(case).answers(case, "#note\n\nThe customer's router is a museum piece.")

    assert reply.outcome is Outcome.AGENT_NOTE
    assert PRIMARY not in [mail.to for mail in reply.answers]
    assert desk.case(case).messages[-1].public is False


def test_s3_7_a_reply_to_the_note_address_is_a_note(desk: TestDesk, case: int) -> None:
    """S3.7: notes and answers have different reply addresses, named on top of the agent's mail."""
    agent = desk.assignee(case)
    notification = desk.last_mail(agent.address, case)
    address = next(word for word in notification.text.split() if word.startswith("support+") and ".n." in word)

    reply = agent.replies_to(notification, "For us only.", To=address.strip(".,()"))

    assert reply.outcome is Outcome.AGENT_NOTE
    assert PRIMARY not in [mail.to for mail in reply.answers]


def test_s2_7_an_unproven_agent_commands_nothing(desk: TestDesk, case: int) -> None:
    """S2.3, S2.7: a mail that claims to be an agent's and answers nothing of ours is quarantined, policy or not."""
    forged = desk.agent("agent1").writes(f"[SUP-{case}] Invoices", "#status closed\n")

    assert forged.outcome is Outcome.QUARANTINED
    assert desk.case(case).status == "new"


def test_s2_2_another_agents_notification_proves_nothing(desk: TestDesk, case: int) -> None:
    """S2.2, S2.8: the signature was made for the assignee; somebody who found that mail is not proven by it."""
    notification = desk.last_mail(desk.assignee(case).address, case)
    other = "agent2" if desk.case(case).assignee != "agent2" else "agent1"

    forged = desk.agent(other).replies_to(notification, "#status closed\n")

    assert forged.outcome is Outcome.QUARANTINED


def test_s2_2_an_authenticated_agent_needs_no_earlier_mail(desk: TestDesk, case: int) -> None:
    """S2.2: Authentication-Results of our own server prove the agent; the address for answers is then still needed."""
    agent = desk.somebody("agent1@desk.example", authenticated="pass")

    opened = agent.writes("Fwd: help", f"#for {PRIMARY}\n#priority 1\n\nCalled: all phones dead.\n")

    assert opened.outcome is Outcome.CASE_OPENED
    assert (desk.case(opened.case).priority, desk.case(opened.case).requester) == ("P1", PRIMARY)
    assert opened.told(PRIMARY).kind == "acknowledgement"  # R1.4


def test_r1_4_a_forwarded_mail_opens_the_case_for_its_mpoc(desk: TestDesk) -> None:
    """R1.4: the forwarded text is the request; what the agent wrote above it stays an internal note."""
    agent = desk.somebody("agent1@desk.example", authenticated="pass")
    text = (
        f"#for {PRIMARY}\n\nHe called me too.\n\n---------- Forwarded message ---------\n"
        f"From: Acme Primary <{PRIMARY}>\nDate: Mon, 16 Nov 2026 at 08:00\nSubject: Fax\n"
        "To: <agent1@desk.example>\n\nThe fax is dead.\n"
    )

    opened = agent.writes("Fwd: Fax", text)

    messages = desk.case(opened.case).messages
    assert desk.case(opened.case).subject == "Fax"
    assert [(message.public, "fax is dead" in message.text) for message in messages] == [(True, True), (False, False)]
    assert "He called me too." not in opened.told(PRIMARY).text


@pytest.mark.parametrize(
    ("command", "status", "kind"),
    [
        ("#status in-progress", "in_progress", "status_changed"),
        ("#status shipping", "shipping", "status_changed"),
        ("#status resolved", "resolved_follow_up", "status_changed"),
        ("#status closed", "closed", "update"),  # with the standard sentence (R4.7)
        ("#hold 2026-12-01", "on_hold", "status_changed"),
        ("#STATUS\u00a0Resolved", "resolved_follow_up", "status_changed"),
    ],
)
def test_r4_9_commands_move_the_case_and_the_customer_is_told(
    desk: TestDesk, case: int, command: str, status: str, kind: str
) -> None:
    """R4.1, R4.9: each change is recorded with who and when, and told to the customer."""
    agent = desk.assignee(case)
    reply = agent.answers(case, command)

    changed = [event for event in desk.case(case).history if event.event == "status_changed"]
    assert desk.case(case).status == status
    assert reply.told(PRIMARY).kind == kind
    assert (changed[-1].actor, changed[-1].at) == (agent.address, desk.now)


def test_r4_3_a_hold_ends_on_its_date_and_the_agent_is_told(desk: TestDesk, case: int) -> None:
    """R4.3: `#hold 2026-12-01` ends at 08:00 MT of that date."""
    desk.assignee(case).answers(case, "#hold 2026-12-01\n\nThe part comes next week.")

    desk.it_is("2026-12-01T07:59:59-07:00")
    early = [ticked for ticked in desk.ticks() if ticked.case]  # Monday's weekly report aside
    desk.it_is("2026-12-01T08:00:00-07:00")
    due = desk.ticks()

    assert early == []
    assert [(ticked.action, ticked.case) for ticked in due] == [("hold_ended", case)]
    assert desk.case(case).status == "in_progress"
    assert desk.last_mail(desk.assignee(case).address, case).kind == "hold_ended"
    assert desk.ticks() == ()


def test_r4_3_a_customers_reply_ends_the_hold(desk: TestDesk, case: int) -> None:
    """R4.3: at once."""
    desk.assignee(case).answers(case, "#hold 2026-12-01\n\nThe part comes next week.")

    desk.mpoc(PRIMARY).answers(case, "It came today!")

    assert (desk.case(case).status, desk.case(case).hold_until) == ("in_progress", None)


def test_r4_4_a_reply_to_a_resolved_case_returns_it_to_work(desk: TestDesk, case: int) -> None:
    """R4.4: unless it confirms."""
    desk.assignee(case).answers(case, "#status resolved\n\nPlease check.")

    desk.mpoc(PRIMARY).answers(case, "It still does not work.")

    assert desk.case(case).status == "in_progress"


@pytest.mark.parametrize("words", ["Confirmed, thank you!", "Confirmed.", "Merci, tout fonctionne."])
def test_r4_4_a_plain_confirmation_closes_the_case(desk: TestDesk, case: int, words: str) -> None:
    """R4.4: the whole new text is a word of confirmation."""
    desk.assignee(case).answers(case, "#status resolved\n\nPlease check.")

    reply = desk.mpoc(PRIMARY).answers(case, words)

    assert desk.case(case).status == "closed"
    assert reply.told(PRIMARY).kind == "status_changed"


def test_r4_6_a_reply_to_a_shipping_case_is_an_update(desk: TestDesk, case: int) -> None:
    """R4.6: the status stays."""
    desk.assignee(case).answers(case, "#status shipping 2026-12-01\n\nOn its way.")

    reply = desk.mpoc(PRIMARY).answers(case, "Thank you.")

    assert (reply.outcome, desk.case(case).status) == (Outcome.CASE_UPDATED, "shipping")


def test_r4_5_a_reply_to_a_duplicate_goes_to_its_primary(desk: TestDesk, case: int) -> None:
    """R4.5: and follows that case's rules."""
    second = desk.mpoc(PRIMARY).writes("Invoices, again").case
    desk.assignee(second).answers(second, f"#duplicate SUP-{case}")

    reply = desk.mpoc(PRIMARY).answers(second, "Any news?")

    assert desk.case(second).status == "duplicate"
    assert [(link.type, link.case) for link in desk.case(case).links] == [("has_duplicate", f"SUP-{second}")]
    assert (reply.outcome, reply.case) == (Outcome.CASE_UPDATED, case)


def test_r4_5_who_answers_a_duplicate_follows_its_primary(desk: TestDesk, case: int) -> None:
    """R4.5: another contact, whose case became a duplicate, reads what the primary's agent writes."""
    other = desk.mpoc("secondary@acme.example")
    second = other.writes("Invoices, again").case
    desk.assignee(second).answers(second, f"#duplicate SUP-{case}")
    other.answers(second, "Any news?")

    reply = desk.assignee(case).answers(case, "They leave the house today.")

    assert {mail.to for mail in reply.answers if mail.kind == "update"} == {PRIMARY, other.address}


def test_r4_9_a_circle_of_duplicates_is_refused(desk: TestDesk, case: int) -> None:
    """R4.9: chains end at their root; a circle is refused."""
    second = desk.mpoc(PRIMARY).writes("Invoices, again").case
    desk.assignee(second).answers(second, f"#duplicate {case}")

    reply = desk.assignee(case).answers(case, f"#duplicate {second}")

    assert reply.outcome is Outcome.COMMAND_FAILED


def test_s2_6_no_case_of_another_customer_can_be_the_primary(desk: TestDesk, case: int) -> None:
    """S2.6: and the refusal does not tell whether that case exists."""
    foreign = desk.mpoc("primary@initech.example").writes("Other").case
    agent = desk.assignee(case)

    known = agent.answers(case, f"#duplicate {foreign}").told(agent.address).text
    unknown = agent.answers(case, "#duplicate 999999").told(agent.address).text

    assert known.replace(str(foreign), "N") == unknown.replace("999999", "N")


def test_assignment_tells_the_new_technician(desk: TestDesk, case: int) -> None:
    """`#assign` gives the case to somebody else, who is told; the customer is not."""
    reply = desk.assignee(case).answers(case, "#assign agent3")

    assert desk.case(case).assignee == "agent3"
    assert reply.told("agent3@desk.example").kind == "case_assigned"
    assert "Where are they?" in reply.told("agent3@desk.example").text  # agents work by mail alone
    assert PRIMARY not in [mail.to for mail in reply.answers]


def test_help_lists_every_command_and_changes_nothing(desk: TestDesk, case: int) -> None:
    """`#help` sends the list."""
    agent = desk.assignee(case)
    answer = agent.answers(case, "#help").told(agent.address).text

    for name in (
        "#status",
        "#hold",
        "#priority",
        "#assign",
        "#waiting",
        "#note",
        "#duplicate",
        "#cc",
        "#for",
        "#reopen",
    ):
        assert name in answer
    assert desk.case(case).status == "new"


def test_an_empty_reply_goes_to_nobody(desk: TestDesk, case: int) -> None:
    """A reply without text and without commands is answered to the agent, not sent to the customer."""
    reply = desk.assignee(case).answers(case, "")

    assert reply.outcome is Outcome.COMMAND_FAILED
    assert PRIMARY not in [mail.to for mail in reply.answers]


def test_s3_6_everybody_on_the_case_gets_a_mail_of_their_own(desk: TestDesk, case: int) -> None:
    """S3.6: requester and participants, each alone in To."""
    desk.assignee(case).answers(case, "#cc user@acme.example")

    reply = desk.assignee(case).answers(case, "Here is the log.")

    assert sorted(mail.to for mail in reply.answers) == [PRIMARY, "user@acme.example"]
    assert all(str(mail.message["To"]) == mail.to for mail in reply.answers)


def test_a_french_agent_is_answered_in_french(desk: TestDesk, case: int) -> None:
    """Faults and transcripts are in the agent's language, dates too: `#hold lundi`."""
    desk.assignee(case).answers(case, "#assign agent3")
    agent = desk.agent("agent3")

    refused = agent.answers(case, "#statut resolved").told(agent.address).text
    done = agent.answers(case, "#hold lundi").told(agent.address).text

    assert "il n'y a pas de commande #statut" in refused
    assert "statut on-hold jusqu'au 2026-11-23" in done


@pytest.mark.parametrize(
    "text",
    [
        "Hi colleague,\n#note\nThe router is a museum piece.",
        "\u2066#note\n\nThe router is a museum piece.",
        "\uff03note\n\nThe router is a museum piece.",
        "*#note*\n\nThe router is a museum piece.",
        "- #note\n\nThe router is a museum piece.",
    ],
)
def test_s3_7_a_note_that_is_not_recognised_goes_to_nobody(desk: TestDesk, case: int, text: str) -> None:
    """S3.7: a command that does not stand at the top, or in odd letters, holds the mail back rather than leak it."""
    reply = desk.assignee(case).answers(case, text)

    assert reply.outcome in (Outcome.AGENT_NOTE, Outcome.COMMAND_FAILED)
    assert PRIMARY not in [mail.to for mail in reply.answers]
