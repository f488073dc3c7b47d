"""Held and quarantined mail, decided from the command line (R2.3, R2.4, R2.6)."""

import pytest
from sqlalchemy import select

from daemon import act
from daemon.errors import Permanent
from daemon.model.case import Priority
from daemon.model.outcome import Outcome
from daemon.store.database import reading
from daemon.store.inbox_tables import detained
from tests.scenarios.desk import TestDesk

PRIMARY, USER = "primary@acme.example", "user@acme.example"


def detained_id(desk: TestDesk, mail_id: int) -> int:
    """Return the number under which a mail is held or quarantined."""
    with reading(desk.desk.engine) as connection:
        found: int = connection.execute(select(detained.c.id).where(detained.c.inbox_id == mail_id)).scalar_one()
        return found


def test_r2_3_an_approved_request_is_a_case_on_the_mpocs_authority(desk: TestDesk) -> None:
    """R2.3: the case is the MPOC's, the end user a participant, opened at the original receipt time."""
    received_at = desk.now
    held = desk.somebody(USER).writes("My phone is dead", "Nothing works.\n")
    desk.days_pass(2)

    case = act.approve_held(desk.desk, detained_id(desk, held.mail_id), actor="agent1", now=desk.now)

    opened = desk.case(case)
    assert (opened.requester, opened.participants, opened.opened_at) == (PRIMARY, (USER,), received_at)
    assert desk.last_mail(PRIMARY, case).kind == "acknowledgement"
    assert desk.outcome_of(held.mail_id) is Outcome.APPROVED


def test_r2_3_a_declined_request_is_told_to_its_sender(desk: TestDesk) -> None:
    """R2.3: with the contact's word, and nothing else happens."""
    held = desk.somebody(USER).writes("My phone is dead")

    act.decline_held(desk.desk, detained_id(desk, held.mail_id), actor="agent1", word="Ask your IT desk.", now=desk.now)

    (answer,) = [mail for mail in desk.mails_to(USER) if mail.kind == "declined"]
    assert "Ask your IT desk." in answer.text
    assert desk.outcome_of(held.mail_id) is Outcome.DECLINED


def test_s3_7_a_word_from_the_shell_is_guarded(desk: TestDesk) -> None:
    """S3.7: a word that names another customer, their domain or case declines nothing."""
    held = detained_id(desk, desk.somebody(USER).writes("My phone is dead").mail_id)
    other = desk.mpoc("primary@globex.example").writes("Our fax is down").case

    for word in ("As at Globex.", "Ask x@globex.example.", f"See SUP-{other}."):
        with pytest.raises(Permanent, match="change the word"):
            act.decline_held(desk.desk, held, actor="agent1", word=word, now=desk.now)

    act.decline_held(desk.desk, held, actor="agent1", word="Acme Corporation has a desk.", now=desk.now)


def test_r2_3_the_first_decision_counts(desk: TestDesk) -> None:
    """R2.3: what was decided cannot be decided again."""
    held = detained_id(desk, desk.somebody(USER).writes("My phone is dead").mail_id)
    act.approve_held(desk.desk, held, actor="agent1", now=desk.now)

    with pytest.raises(Permanent, match="released already"):
        act.decline_held(desk.desk, held, actor="agent2", word="", now=desk.now)


def test_r2_6_an_approved_request_to_reopen_counts_from_its_own_receipt(desk: TestDesk) -> None:
    """R2.6: a participant's reply to a closed case, approved later, reopens it as its receipt time says (R5.1)."""
    case = desk.mpoc(PRIMARY).writes("Phones", Cc=USER).case
    desk.assignee(case).answers(case, "#status closed\n\nDone.")
    desk.days_pass(7)
    held = desk.somebody(USER).answers(case, "Not for me.")
    desk.days_pass(5)

    same = act.approve_held(desk.desk, detained_id(desk, held.mail_id), actor="agent1", now=desk.now)

    assert (same, desk.case(case).status) == (case, "customer_reopened")


def test_r2_4_a_quarantined_mail_is_released_for_a_named_mpoc(desk: TestDesk) -> None:
    """R2.4: an agent opens the case for an MPOC; the stranger is no participant and is not answered."""
    mail = desk.somebody("boss@private.example").writes("It is me", "From my private address.\n")

    case = act.release_quarantined(
        desk.desk, detained_id(desk, mail.mail_id), mpoc=PRIMARY, actor="agent1", now=desk.now
    )

    assert (desk.case(case).requester, desk.case(case).participants) == (PRIMARY, ())
    assert desk.mails_to("boss@private.example") == ()


def test_r2_4_a_discarded_mail_stays_stored(desk: TestDesk) -> None:
    """S1.2: nothing is dropped."""
    mail = desk.somebody("boss@private.example").writes("Buy now")

    act.discard_quarantined(desk.desk, detained_id(desk, mail.mail_id), actor="agent1", now=desk.now)

    assert desk.outcome_of(mail.mail_id) is Outcome.QUARANTINED


def test_r1_4_a_case_from_a_call_is_acknowledged_to_the_mpoc(desk: TestDesk) -> None:
    """R1.4: at any priority, for a named MPOC."""
    call = act.CallRequest(PRIMARY, "All lines down", "Called at nine.", Priority.P1, "agent1")

    case = act.open_case(desk.desk, call, now=desk.now)

    assert (desk.case(case).priority, desk.case(case).requester) == ("P1", PRIMARY)
    assert desk.last_mail(PRIMARY, case).kind == "acknowledgement"


def test_commands_from_the_shell_go_the_same_way(desk: TestDesk) -> None:
    """There is one way to change a case: the shell's commands are refused and carried out like an agent's mail."""
    case = desk.mpoc(PRIMARY).writes("Phones").case

    with pytest.raises(Permanent, match="the nearest is: #priority 1-4"):
        act.carry_out(desk.desk, case, act.ShellWish("agent1", ("prioritty 2", "status closed"), ""), now=desk.now)
    unchanged = desk.case(case).status
    act.carry_out(desk.desk, case, act.ShellWish("agent1@desk.example", ("status closed",), "Done."), now=desk.now)

    assert (unchanged, desk.case(case).status) == ("new", "closed")
    assert "Done." in desk.last_mail(PRIMARY, case).text
