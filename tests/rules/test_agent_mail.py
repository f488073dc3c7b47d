"""What a proven agent's mail does: answers, notes, cases opened and taken up (R1.4, R4.2, R5.2, S3.7)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.model.case import NEW_CASE, Case, Priority, Status, WaitingOn
from daemon.model.case_effect import AddMessage, AddParticipant, LinkCases, OpenCase, SetPriority, SetWaiting
from daemon.model.charter import Charter
from daemon.model.mail import Purpose
from daemon.model.notice import AttachmentRef
from daemon.model.outcome import Outcome
from daemon.model.promise_effect import Acknowledge
from tests.rules.making import (
    AGENT,
    AGENT2,
    CHARTER,
    FOREIGN,
    NOW,
    OTHER,
    PARTNER,
    PRIMARY,
    a_case,
    a_mail,
    a_reference,
    commanded,
    decided,
    fact,
    names,
    notices,
    only,
    statuses,
    the_facts,
    told,
    with_participant,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [(status, (Status.IN_PROGRESS,) if status in (Status.NEW, Status.REOPENED) else ()) for status in Status],
)
def test_a_public_reply_begins_the_work(before: Status, after: tuple[Status, ...]) -> None:
    """R4.2, R4.9: the first public reply makes a New or reopened case In Progress, and changes no other status."""
    decision = commanded("We are on it.", a_case(status=before))

    assert statuses(decision) == after
    assert told(decision) == (("update", PRIMARY),)
    assert decision.outcome is Outcome.AGENT_UPDATE


def test_a_first_reply_may_wait_for_the_customer() -> None:
    """R6.1: work begins, then the case waits: the wait is not undone by the beginning."""
    decision = commanded("#waiting\nWhich line is it?", a_case(status=Status.NEW))

    assert names(decision).index("ChangeStatus") < names(decision).index("SetWaiting")
    assert only(decision, SetWaiting).waiting_on is WaitingOn.CUSTOMER


@pytest.mark.parametrize("line", ["#hold monday", "#status closed", "#status shipping"])
def test_a_status_command_goes_before_the_beginning_of_work(line: str) -> None:
    """R4.2: what the agent says the status is, it is."""
    decision = commanded(f"{line}\nText", a_case(status=Status.NEW))

    assert len(statuses(decision)) == 1
    assert statuses(decision)[0] is not Status.IN_PROGRESS


def test_commands_alone_begin_nothing() -> None:
    """R4.2: only a public reply does; a priority is told to the customer (R3.8)."""
    decision = commanded("#priority 2", a_case(status=Status.NEW))

    assert statuses(decision) == ()
    assert told(decision) == (("status_changed", PRIMARY), ("commands_done", AGENT))
    assert fact(notices(decision)[0], "priority") == "P2"


def test_everybody_on_the_case_gets_a_mail_of_their_own() -> None:
    """S3.6: requester and participants each get one; the transcript says who."""
    case = with_participant(with_participant(a_case()), OTHER)

    decision = commanded("#priority 2\nDone.", case)

    assert told(decision) == (("update", PRIMARY), ("update", PARTNER), ("update", OTHER), ("commands_done", AGENT))
    assert fact(notices(decision, "commands_done")[0], "sent_to").splitlines() == [PRIMARY, PARTNER, OTHER]
    assert {notice.author for notice in notices(decision, "update")} == {"Robin One"}


def test_a_participant_of_another_customer_hears_nothing() -> None:
    """S2.6: one whose company has become another customer since gets no mail on the case any more."""
    decision = commanded("Done.", with_participant(a_case(), FOREIGN))

    assert told(decision) == (("update", PRIMARY),)


def test_a_requester_who_left_is_replaced_by_a_case_contact() -> None:
    """S3.1: mail goes to contacts in the configuration."""
    assert told(commanded("Done.", a_case(requester="gone@acme.example"))) == (("update", PRIMARY),)


@pytest.mark.parametrize("purpose", [Purpose.NOTE, Purpose.CUSTOMER, Purpose.NOTHING])
def test_what_is_not_sent_to_the_answer_address_is_a_note(purpose: Purpose) -> None:
    """S3.7: notes and answers have different reply addresses; in doubt it is a note."""
    facts = the_facts(a_case(status=Status.NEW), references=(a_reference(purpose=purpose),))

    decision = decided(a_mail(AGENT, "They never pay in time."), facts)

    assert decision.outcome is Outcome.AGENT_NOTE
    assert told(decision) == (("commands_done", AGENT),)
    assert not only(decision, AddMessage).public


def test_a_note_changes_the_case_and_keeps_its_text_inside() -> None:
    """S3.7: the customer hears of the status and reads nothing of the note."""
    decision = commanded("#note\n#status resolved\nThey never pay in time.", a_case())

    assert statuses(decision) == (Status.RESOLVED,)
    assert [(notice.kind, notice.text) for notice in notices(decision) if notice.to.address == PRIMARY] == [
        ("status_changed", "")
    ]


def test_the_last_of_several_changes_is_what_the_customer_reads() -> None:
    """R4.1: a hold that the next line ends leaves no date behind."""
    (changed,) = notices(commanded("#hold monday\n#status in-progress", a_case()), "status_changed")

    assert (fact(changed, "status"), fact(changed, "until")) == ("in_progress", "")


def test_closing_says_until_when_it_can_be_reopened() -> None:
    """R4.7, R5.1: the closing notice names the last day."""
    (closed,) = notices(commanded("#status closed", a_case()), "update")

    assert fact(closed, "reopen_until") == "2026-11-25"


def test_an_assigned_technician_is_told() -> None:
    """R1.1: who gets the case reads why; who gives it to themselves needs no mail."""
    given = commanded("#note\n#assign agent2\nYours, please.", a_case())
    taken = commanded("#assign agent1", a_case(assignee="agent2"))

    assert ("case_assigned", AGENT2) in told(given)
    assert notices(taken, "case_assigned") == ()


def test_a_mail_about_no_case_is_answered() -> None:
    """interface.md: an agent's new mail without #for opens nothing."""
    decision = commanded("Hello")

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert "answer a notification, or open a case with #for ADDRESS" in decision.reason


def test_an_empty_reply_is_answered() -> None:
    """S3.7: nothing is sent to a customer where there is nothing to send."""
    decision = commanded("", a_case())

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert told(decision) == (("command_failed", AGENT),)


def test_an_agent_opens_a_case_for_an_mpoc() -> None:
    """R1.4: at any priority, for a named MPOC, who gets the acknowledgement."""
    decision = commanded(f"#for {PRIMARY}\n#priority 1\nShe called: all is down.", subject="All is down")
    opened = only(decision, OpenCase)

    assert (opened.requester, opened.priority, opened.customer) == (PRIMARY, Priority.P1, "acme")
    assert ("acknowledgement", PRIMARY) in told(decision)
    assert only(decision, AddMessage).text == "She called: all is down."


def test_a_forwarded_mail_is_the_request_and_the_words_above_a_note() -> None:
    """interface.md: #for on a forwarded mail opens the case from what it forwards; S3.7 for the rest."""
    decision = commanded(f"#for {PRIMARY}\nRude as ever.", forwarded_text="Line down", subject="Fwd: Line down")
    messages = [effect for effect in decision.effects if isinstance(effect, AddMessage)]

    assert [(message.public, message.text) for message in messages] == [(True, "Line down"), (False, "Rude as ever.")]
    assert "Rude" not in "".join(notice.text for notice in notices(decision) if notice.to.address == PRIMARY)
    assert only(decision, OpenCase).subject == "Line down"


def test_for_works_from_a_thread_that_takes_notes() -> None:
    """interface.md: a forwarded mail whose subject names a case by its tag still opens the new one."""
    facts = the_facts(a_case(), references=(), hinted=1042)

    decision = decided(a_mail(AGENT, f"#for {PRIMARY}\nA new matter."), facts)

    assert decision.outcome is Outcome.CASE_OPENED
    assert only(decision, OpenCase).requester == PRIMARY


def test_one_mail_opens_one_case() -> None:
    """interface.md: a second #for is a fault, not a silent choice."""
    decision = commanded(f"#for {PRIMARY}\n#for {OTHER}\nHello")

    assert decision.outcome is Outcome.COMMAND_FAILED


def test_reopening_within_seven_days_is_the_same_case() -> None:
    """R4.9, R5.1: `#reopen` inside the seven days; other commands may stand beside it."""
    decision = commanded("#reopen\n#priority 1", a_case(status=Status.CLOSED))

    assert decision.outcome is Outcome.AGENT_UPDATE
    assert statuses(decision) == (Status.REOPENED,)
    assert only(decision, SetPriority).priority is Priority.P1


LATE = {"facts": {"received_at": NOW + timedelta(days=9)}}


@pytest.mark.parametrize(("status", "extra"), [(Status.CLOSED, LATE), (Status.CLOSED_NO_RESPONSE, {})])
def test_reopening_later_opens_a_linked_case(status: Status, extra: dict[str, dict[str, object]]) -> None:
    """R4.9, R5.2, R5.4, R5.5: a linked P4 case for the same people and technician; the requester is told."""
    case = with_participant(a_case(status=status, priority=Priority.P1))

    decision = commanded("#reopen\nShe called again.", case, **extra)

    assert decision.outcome is Outcome.FOLLOW_UP_OPENED
    assert only(decision, OpenCase).priority is Priority.P4
    assert (only(decision, LinkCases).case, only(decision, LinkCases).other) == (NEW_CASE, 1042)
    assert only(decision, AddParticipant).participant.address == PARTNER
    assert ("follow_up_opened", PRIMARY) in told(decision)


@pytest.mark.parametrize("text", ["#reopen\n#priority 1", "#priority 1\n#reopen", "#note\n#reopen", "#reopen\n#note"])
def test_a_linked_case_takes_no_other_command(text: str) -> None:
    """interface.md: all of a mail's commands hold or none; none is said to be done that was not."""
    decision = commanded(text, a_case(status=Status.CLOSED_NO_RESPONSE))

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert len(decision.effects) == 1


def test_a_case_whose_customer_left_cannot_be_taken_up() -> None:
    """R2.2: without an MPOC there is nobody to open a case for; the agent is told."""
    charter = Charter(CHARTER.plan, replace(CHARTER.directory, customers=()))

    decision = commanded("#reopen", a_case(status=Status.CLOSED_NO_RESPONSE), charter=charter)

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert "not configured any more" in decision.reason


def test_an_agent_commands_only_before_the_first_quoted_line() -> None:
    """S2.7, S3.7: what looks like a command below a quote is neither carried out nor sent: the mail comes back."""
    mail = a_mail(AGENT, "#priority 2\nSee below.")
    mail = replace(mail, reply_text="#priority 2\nSee below.\n\n#status closed")
    facts = the_facts(a_case(), references=(a_reference(purpose=Purpose.ANSWER),))

    decision = decided(mail, facts)

    assert statuses(decision) == ()
    assert decision.outcome is Outcome.COMMAND_FAILED
    assert names(decision) == ("Queue",)


@pytest.mark.parametrize(("language", "sentence"), [("en", "done and has been tested"), ("fr", "terminé et vérifié")])
@pytest.mark.parametrize("text", ["#status closed", "#note\n#status closed\nThey never pay in time."])
def test_r4_7_closing_without_a_word_says_that_the_work_is_done_and_tested(
    text: str, language: str, sentence: str
) -> None:
    """R4.7: the standard sentence in the case's language goes out and stays on the record; a note stays inside."""
    decision = commanded(text, a_case(language=language))
    public = [effect for effect in decision.effects if isinstance(effect, AddMessage) and effect.public]

    assert [message.text for message in public] == [notices(decision, "update")[0].text]
    assert sentence in public[0].text
    assert "never pay" not in public[0].text
    assert names(decision).index("AddMessage") < names(decision).index("ChangeStatus")


def test_r4_7_the_agents_own_words_close_a_case() -> None:
    """R4.7: where there are any, nothing is added to them."""
    assert only(commanded("#status closed\nReplaced and tested.", a_case()), AddMessage).text == "Replaced and tested."


def test_r4_7_only_a_closing_is_spoken_of() -> None:
    """R4.7: no other status, nor a command on a case that is closed already, sends the sentence."""
    assert "AddMessage" not in names(commanded("#status resolved", a_case()))
    assert "AddMessage" not in names(commanded("#time 15m", a_case(status=Status.CLOSED)))


def test_s3_7_a_notes_files_stay_inside_when_the_case_is_closed() -> None:
    """S3.7, R4.7: the customer gets the standard sentence, without the note's files."""
    file = AttachmentRef("margin.xlsx", "application/x", 3, "b" * 64)

    decision = commanded("#note\n#status closed\nFor us.", a_case(), facts={"attachments": (file,)})

    assert notices(decision, "update")[0].attachments == ()


@pytest.mark.parametrize(
    "text",
    ["I look into it.", "#note\nMine.", "#time 5m", "#priority 2", "#status closed", "#hodl monday\nI look into it."],
)
def test_r9_3_any_answer_of_the_manager_acknowledges_the_escalation(text: str) -> None:
    """R9.3: a note, an answer, commands, a mail that is refused: all count, once."""
    decision = commanded(text, a_case(escalated_to="agent1"))

    assert (only(decision, Acknowledge).actor, only(decision, Acknowledge).at) == (AGENT, NOW)


@pytest.mark.parametrize(
    ("text", "case"),
    [
        pytest.param("I look into it.", a_case(escalated_to="agent2"), id="somebody else's answer"),
        pytest.param("I look into it.", a_case(), id="no escalation"),
        pytest.param("#help", a_case(escalated_to="agent1"), id="a question about the commands"),
        pytest.param(f"#for {PRIMARY}\nA new matter.", a_case(escalated_to="agent1"), id="another case"),
    ],
)
def test_r9_3_nothing_else_acknowledges_it(text: str, case: Case) -> None:
    """R9.3: only the manager whom it reached, by an answer on that case."""
    assert "Acknowledge" not in names(commanded(text, case))
