"""Moves, adds, changes, deletes by mail: how a request begins, and by when it is done (R10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon import act
from daemon.model.outcome import Outcome
from daemon.model.setup import Config
from daemon.store.views import CaseView
from tests.rules.making import mt
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.test_held import detained_id

APPROVER, SECONDARY, USER = "primary@acme.example", "secondary@acme.example", "user@acme.example"
NO_APPROVER = "primary@initech.example"
FRENCH = "primary@globex.example"
MACD, EXPEDITE = "support+macd@desk.example", "support+expedite@desk.example"
FRIDAY_EVENING = "2026-12-18T21:00:00-07:00"


def with_surcharge(cents: int | None) -> Callable[[Config], Config]:
    """Return the change of configuration that sets what expediting costs."""

    def change(config: Config) -> Config:
        charges = replace(config.plan.charges, expedite_cents=cents)
        return replace(config, plan=replace(config.plan, charges=charges))

    return change


def due(case: CaseView, clock: str) -> datetime:
    """Return when a clock of a case is due."""
    found = case.clocks[clock].due
    assert found is not None
    return found


def kinds(ended: Ended, address: str) -> list[str]:
    """Return the kinds of mail that somebody got because of a mail."""
    return [mail.kind for mail in ended.answers if mail.to == address]


def test_r10_2_a_request_of_an_approver_counts_as_approved(desk: TestDesk) -> None:
    """R10.1, R10.2: kind, team and both clocks stand at once; nobody is asked; R10.6: the statuses are the same."""
    ended = desk.mpoc(APPROVER).writes("Two more phones", "Please add two phones.\n", To=MACD)

    case = desk.case(ended.case)
    assert (ended.outcome, case.kind, case.macd, case.waiting_on) == (Outcome.CASE_OPENED, "macd", "standard", None)
    assert (case.status, case.priority) == ("new", "P4")
    assert case.assignee in ("agent2", "agent3")  # of the team for such requests
    assert set(case.clocks) == {"first_response", "completion"}
    assert kinds(ended, APPROVER) == ["macd_acknowledgement"]
    assert "standard MACD request" in ended.told(desk.assignee(ended.case).address).text


@pytest.mark.parametrize("to", [MACD, "support@desk.example, support+MACD@desk.example", EXPEDITE])
def test_r10_2_the_address_makes_the_request(desk: TestDesk, to: str) -> None:
    """R10.2, R10.3: `+macd` or `+expedite` among the recipients, in whatever case."""
    ended = desk.mpoc(APPROVER).writes("Two more phones", To=to)

    assert desk.case(ended.case).kind == "macd"


def test_r10_2_by_imap_the_header_says_so(desk: TestDesk) -> None:
    """R10.2: a mailbox that is watched has no envelope: the To field counts."""
    raw = f"From: {APPROVER}\r\nTo: {MACD}\r\nSubject: A phone\r\nMessage-ID: <i@acme.example>\r\n\r\nOne more.\r\n"

    ended = desk.deliver(raw.encode(), recipients=(), source="imap support")

    assert desk.case(ended.case).kind == "macd"


def test_r10_2_any_other_mail_is_a_support_case(desk: TestDesk) -> None:
    """R10.2: neither the words of a mail nor another plus-address makes a MACD request."""
    ended = desk.mpoc(APPROVER).writes("MACD: move a phone, urgent!", To="support+moves@desk.example")

    case = desk.case(ended.case)
    assert (case.kind, case.macd, "completion" in case.clocks) == ("support", None, False)
    assert kinds(ended, APPROVER) == ["acknowledgement"]


STANDARD = [
    ("2026-12-18T18:55:00-07:00", mt(2026, 12, 21, 18, 55), mt(2026, 12, 22, 18, 55)),
    ("2026-12-18T19:05:00-07:00", mt(2026, 12, 22, 7), mt(2026, 12, 23, 7)),
    ("2026-12-18T19:00:00-07:00", mt(2026, 12, 22, 7), mt(2026, 12, 23, 7)),
    ("2026-12-21T07:00:00-07:00", mt(2026, 12, 22, 7), mt(2026, 12, 23, 7)),
    ("2026-12-24T10:00:00-07:00", mt(2026, 12, 28, 10), mt(2026, 12, 29, 10)),
    ("2026-12-31T18:00:00-07:00", mt(2027, 1, 4, 18), mt(2027, 1, 5, 18)),
    ("2026-10-30T18:30:00-06:00", mt(2026, 11, 2, 18, 30), mt(2026, 11, 3, 18, 30)),
    ("2027-03-12T18:30:00-07:00", mt(2027, 3, 15, 18, 30), mt(2027, 3, 16, 18, 30)),
]


@pytest.mark.parametrize(("received", "answered", "done"), STANDARD)
def test_r10_3_standard_requests_run_on_the_extended_hours(
    desk: TestDesk, received: str, answered: datetime, done: datetime
) -> None:
    """R10.1, R10.3: first response within 1, completion within 2 business days of 07:00-19:00, holidays left out."""
    desk.it_is(received)

    case = desk.case(desk.mpoc(APPROVER).writes("A phone", To=MACD).case)

    assert (due(case, "first_response"), due(case, "completion")) == (answered, done)


URGENT = [
    (FRIDAY_EVENING, mt(2026, 12, 19, 1), mt(2026, 12, 21, 21), "agent1"),
    ("2026-12-19T12:00:00-07:00", mt(2026, 12, 19, 16), mt(2026, 12, 21, 12), "agent1"),
    ("2026-12-24T20:00:00-07:00", mt(2026, 12, 25), mt(2026, 12, 28, 20), "agent1"),
    ("2026-10-31T23:00:00-06:00", mt(2026, 11, 1, 2), mt(2026, 11, 2, 23), "agent1"),
]


@pytest.mark.parametrize(("received", "answered", "done", "assignee"), URGENT)
def test_r10_3_an_urgent_request_outside_the_extended_hours_is_not_deferred(
    desk: TestDesk, received: str, answered: datetime, done: datetime, assignee: str
) -> None:
    """R10.3: 4 elapsed hours, done by the same wall-clock time of the next business day, by the 24x7 team at once."""
    desk.it_is(received)
    ended = desk.mpoc(APPROVER).writes("A phone, now", To=EXPEDITE)

    case = desk.case(ended.case)
    assert case.macd == "expedited"
    assert (due(case, "first_response"), due(case, "completion")) == (answered, done)
    assert case.assignee == assignee


def test_r10_3_an_urgent_request_inside_the_extended_hours_stays_with_the_team(desk: TestDesk) -> None:
    """R10.3: on a Monday morning the team for such requests is there."""
    case = desk.case(desk.mpoc(APPROVER).writes("A phone, now", To=EXPEDITE).case)

    assert (case.macd, case.assignee) == ("expedited", "agent2")
    assert due(case, "first_response") == mt(2026, 11, 16, 13)


@pytest.mark.parametrize(("cents", "said"), [(15_000, "150.00 USD"), (None, "extra")])
def test_r10_3_whoever_expedites_is_told_of_the_charge(desk: TestDesk, cents: int | None, said: str) -> None:
    """R10.3, R10.4: the configured surcharge; unset, no figure is invented, and the case is flagged for a line."""
    desk.change(with_surcharge(cents))
    ended = desk.mpoc(APPROVER).writes("A phone, now", To=EXPEDITE)

    told = ended.told(APPROVER).text
    assert said in told
    assert ("USD" in told) == (cents is not None)
    events = [event.event for event in desk.case(ended.case).history]
    assert ("charge_open" in events) == (cents is None)


def test_r10_3_a_standard_request_outside_is_asked_about_the_charge(desk: TestDesk) -> None:
    """R10.3: an approver's only: whoever cannot order it is not asked; inside the extended hours nobody is."""
    inside = desk.mpoc(APPROVER).writes("A phone", To=MACD).told(APPROVER).text
    desk.it_is(FRIDAY_EVENING)
    asked = desk.mpoc(APPROVER).writes("A second phone", To=MACD).told(APPROVER).text
    unasked = desk.mpoc(SECONDARY).writes("A third phone", To=MACD).told(SECONDARY).text

    assert "expedite yes" not in inside
    assert "expedite yes" in asked
    assert "expedite yes" not in unasked


@pytest.mark.parametrize("words", ["expedite yes", "exp\u00e9dier oui"])
def test_r10_3_expedite_yes_expedites(desk: TestDesk, words: str) -> None:
    """R10.3: four hours from that word, to the 24x7 team at once; the customer is told of the charge."""
    desk.change(with_surcharge(15_000))
    desk.it_is("2026-12-18T18:50:00-07:00")
    number = desk.mpoc(APPROVER).writes("A phone", "Please add one.\n", To=MACD).case
    before = desk.assignee(number).address
    desk.it_is(FRIDAY_EVENING)

    reply = desk.mpoc(APPROVER).answers(number, f"{words.title()}.\n\nIt cannot wait.")

    case = desk.case(number)
    assert (reply.outcome, case.macd, case.assignee) == (Outcome.CASE_UPDATED, "expedited", "agent1")
    assert due(case, "first_response") == mt(2026, 12, 19, 1)
    assert due(case, "completion") == mt(2026, 12, 21, 21)
    assert kinds(reply, APPROVER) == ["macd_changed"]
    assert case.messages[-1].text.endswith("It cannot wait.")
    new = next(mail for mail in reply.answers if mail.kind == "case_assigned")
    assert (new.to, "Please add one." in new.text, "150.00 USD" in new.text) == ("agent1@desk.example", True, True)
    assert kinds(reply, before)


def test_r10_3_expedited_by_day_it_stays_where_it_is(desk: TestDesk) -> None:
    """R10.3: inside the extended hours the technician keeps it, and hears of it."""
    number = desk.mpoc(APPROVER).writes("A phone", To=MACD).case
    desk.days_pass(1 / 24)

    reply = desk.mpoc(APPROVER).answers(number, "Expedite: YES!")

    assert desk.case(number).assignee == "agent2"
    assert due(desk.case(number), "first_response") == mt(2026, 11, 16, 14)
    assert "expedited from now on" in reply.told("agent2@desk.example").text


@pytest.mark.parametrize("text", ["This is urgent!", "expedite", "expedite yes?", "expedite yes, if it is free"])
def test_r10_3_other_words_are_only_shown(desk: TestDesk, text: str) -> None:
    """R10.3: the charge is agreed to by exact words; anything else is an update."""
    number = desk.mpoc(APPROVER).writes("A phone", To=MACD).case

    reply = desk.mpoc(APPROVER).answers(number, text)

    assert desk.case(number).macd == "standard"
    assert text.split(maxsplit=1)[0] in reply.told("agent2@desk.example").text


@pytest.mark.parametrize("more", [{}, {"To": EXPEDITE}])
def test_r10_3_haste_of_somebody_without_the_role_is_only_shown(desk: TestDesk, more: dict[str, str]) -> None:
    """R10.3: neither "expedite yes" nor the address of an MPOC who may not approve costs anything."""
    number = desk.mpoc(SECONDARY).writes("A phone", To=EXPEDITE).case
    assigned = desk.last_mail(desk.assignee(number).address, number).text

    desk.mpoc(SECONDARY).answers(number, "expedite yes", **more)

    assert (desk.case(number).macd, desk.case(number).waiting_on) == ("standard", "approval")
    assert "wishes it expedited" in assigned


def test_r10_3_a_reply_to_the_address_expedites_too(desk: TestDesk) -> None:
    """R10.3: an approver may answer to `+expedite` instead of saying it."""
    number = desk.mpoc(APPROVER).writes("A phone", To=MACD).case

    reply = desk.mpoc(APPROVER).answers(number, "It cannot wait.", To=EXPEDITE)

    assert (reply.case, desk.case(number).macd) == (number, "expedited")


def test_r10_5_the_acknowledgement_names_what_customers_can_do_by_themselves(desk: TestDesk) -> None:
    """R10.5: password reset; users; user data; phones; in the reader's language; R1.3: chat and phone as ever."""
    english = desk.mpoc(APPROVER).writes("A phone", To=MACD).told(APPROVER).text
    french = desk.mpoc(FRENCH).writes("Un poste", To=MACD).told(FRENCH).text

    for title in (
        "Password reset",
        "Creating and deleting users",
        "Updating user data",
        "Creating and deleting phones",
    ):
        assert title in english
    assert "Forgot password" in english
    assert "mot de passe" in french
    assert "Password reset" not in french
    assert "+1 555 0199" in english


def test_r10_5_the_governor_holds_for_it(desk: TestDesk) -> None:
    """S3.3: the acknowledgement of a MACD request is an automatic answer; the case opens all the same."""
    plan = desk.desk.config.plan
    desk.change(lambda config: replace(config, plan=replace(plan, governor=replace(plan.governor, address_hour=1))))
    first = desk.mpoc(APPROVER).writes("A phone", To=MACD)
    second = desk.mpoc(APPROVER).writes("Another phone", To=MACD)

    assert (kinds(first, APPROVER), kinds(second, APPROVER)) == (["macd_acknowledgement"], [])
    assert second.outcome is Outcome.CASE_OPENED


def test_r10_2_a_colleagues_request_is_held_for_the_approvers(desk: TestDesk) -> None:
    """R10.2, R2.3: the sender is told who approves, not who else is a contact."""
    held = desk.somebody(USER).writes("A phone", To=MACD)

    assert held.outcome is Outcome.HELD
    assert "Acme Primary" in held.told(USER).text
    assert "Acme Secondary" not in held.told(USER).text


@pytest.mark.parametrize("to", [MACD, EXPEDITE])
def test_r10_2_released_it_is_approved_at_the_release(desk: TestDesk, to: str) -> None:
    """R10.2, R3.11: on an approver's authority, both clocks from the release; the colleague's haste costs nothing."""
    received_at = desk.now
    held = desk.somebody(USER).writes("A phone", To=to)
    desk.days_pass(2)

    number = act.approve_held(desk.desk, detained_id(desk, held.mail_id), actor="agent1", now=desk.now)

    case = desk.case(number)
    assert (case.kind, case.macd, case.waiting_on, case.requester) == ("macd", "standard", None, APPROVER)
    assert case.opened_at == received_at
    assert {name: clock.start for name, clock in case.clocks.items()} == {
        "first_response": desk.now,
        "completion": desk.now,
    }
    assert USER in desk.last_mail(APPROVER, number).text


def test_r3_11_a_held_support_request_starts_at_its_release(desk: TestDesk) -> None:
    """R3.11: first response runs from the release; the receipt time is shown."""
    held = desk.somebody(USER).writes("My phone is dead")
    desk.days_pass(2)

    number = act.approve_held(desk.desk, detained_id(desk, held.mail_id), actor="agent1", now=desk.now)

    assert desk.case(number).clocks["first_response"].start == desk.now
    assert desk.case(number).opened_at == datetime(2026, 11, 16, 16, tzinfo=UTC)


def test_r10_2_where_nobody_may_approve_the_agent_is_told(desk: TestDesk) -> None:
    """R10.2: the case opens and waits; nobody is asked, and nothing breaks."""
    ended = desk.mpoc(NO_APPROVER).writes("A phone", To=MACD)

    case = desk.case(ended.case)
    assert (case.kind, case.waiting_on) == ("macd", "approval")
    assert not [mail for mail in ended.answers if mail.kind == "approval_asked"]
    assert "nobody who may approve" in ended.told(desk.assignee(ended.case).address).text


def test_r10_6_a_macd_case_moves_as_any_other(desk: TestDesk) -> None:
    """R10.6, R3.2: an agent's reply makes it In Progress and meets the first response; closing meets the completion."""
    number = desk.mpoc(APPROVER).writes("A phone", To=MACD).case
    desk.days_pass(1 / 24)
    desk.assignee(number).answers(number, "We are on it.")
    assert (desk.case(number).status, set(desk.case(number).clocks)) == (
        "in_progress",
        {"first_response", "completion"},
    )

    desk.assignee(number).answers(number, "#status closed\n\nDone and tested.")

    case = desk.case(number)
    assert case.status == "closed"
    assert {clock.state for clock in case.clocks.values()} == {"met"}


def test_r10_2_an_address_on_an_open_support_case_is_only_shown(desk: TestDesk) -> None:
    """R10.2, R3.8: what a case is, CSS decides; the technician is told what the address asks for."""
    number = desk.mpoc(APPROVER).writes("No dial tone").case

    reply = desk.mpoc(APPROVER).answers(number, "And please add a phone.", To=MACD)

    assert (reply.case, desk.case(number).kind) == (number, "support")
    assert "#macd standard" in reply.told(desk.assignee(number).address).text


@pytest.mark.parametrize("first", ["", "We look at it."], ids=["unanswered", "answered"])
def test_r10_2_an_older_case_that_becomes_a_request_is_not_late_at_once(desk: TestDesk, first: str) -> None:
    """R10.2, R3.4, R3.11: `#macd` after a week; no clock ran on hold, and nothing "ran out" before it was there."""
    number = desk.mpoc(APPROVER).writes("A phone").case
    desk.assignee(number).answers(number, f"#hold 2026-11-23\n\n{first}" if first else "#note\n#hold 2026-11-23")
    desk.it_is("2026-11-23T10:00:00-07:00")
    desk.ticks()

    desk.assignee(number).answers(number, "#macd standard")

    completion = desk.case(number).clocks["completion"]
    assert (completion.state, completion.breach) == ("running", None)
    assert completion.due is not None
    assert completion.due > desk.now


def test_r5_2_a_late_reply_to_the_address_opens_a_linked_macd_request(desk: TestDesk) -> None:
    """R5.2, R10.2: the linked case is a MACD request by the same rules; its approvers are asked."""
    number = desk.mpoc(SECONDARY).writes("A phone").case
    desk.assignee(number).answers(number, "#status closed\n\nDone.")
    desk.days_pass(30)

    reply = desk.mpoc(SECONDARY).answers(number, "One more, please.", To=MACD)

    assert (reply.outcome, desk.case(reply.case).kind) == (Outcome.FOLLOW_UP_OPENED, "macd")
    assert desk.case(reply.case).waiting_on == "approval"
    assert kinds(reply, APPROVER) == ["approval_asked"]
    assert kinds(reply, SECONDARY) == ["follow_up_opened", "macd_acknowledgement"]


def test_r10_2_a_quarantined_request_is_released_on_an_approvers_authority(desk: TestDesk) -> None:
    """R2.4, R10.2: approved at the release; haste from an address that is not the approver's costs nothing."""
    mail = desk.somebody("boss@private.example").writes("It is me", To=EXPEDITE)
    desk.days_pass(1)

    number = act.release_quarantined(
        desk.desk, detained_id(desk, mail.mail_id), mpoc=APPROVER, actor="agent1", now=desk.now
    )

    case = desk.case(number)
    assert (case.macd, case.waiting_on, case.clocks["completion"].start) == ("standard", None, desk.now)
