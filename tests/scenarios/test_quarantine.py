"""Quarantined mail of people whom the desk knows: who hears of it, and where it goes (R2.4, R2.6, S1.2, S2.5, S3.7)."""

from dataclasses import replace

import pytest

from daemon import act
from daemon.errors import Permanent
from daemon.model.outcome import Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.setup import Config
from tests.scenarios.desk import Ended, TestDesk, Writer
from tests.scenarios.test_held import detained_id

PRIMARY, USER, STRANGER = "primary@acme.example", "user@acme.example", "boss@private.example"
FOREIGN = "primary@globex.example"


def strictly(config: Config, **policy: object) -> Config:
    """Set the policy of every mailbox."""
    mailboxes = tuple(replace(mailbox, **policy) for mailbox in config.plan.mailboxes)  # type: ignore[arg-type]
    return replace(config, plan=replace(config.plan, mailboxes=mailboxes))


def opened(desk: TestDesk) -> int:
    """Let a contact open a case that then waits for them."""
    case = desk.mpoc(PRIMARY).writes("My phone").case
    desk.assignee(case).answers(case, "#waiting\nWhich one?\n")
    return case


def disowned(desk: TestDesk, case: int) -> Ended:
    """Let the contact answer by a server whose mail their domain disowns."""
    return desk.somebody(PRIMARY, authenticated="fail").answers(case, "The whole site is down now!\n")


def proven(desk: TestDesk, case: int) -> Writer:
    """Return the case's technician, as their own server authenticates them."""
    agent = desk.assignee(case)
    agent.authenticated = "pass"
    return agent


def test_r2_6_the_agent_hears_at_once_of_a_contact_whom_nothing_proves(desk: TestDesk) -> None:
    """R2.6, S2.5, S1.2: as of a stranger's answer, with what it says; once a day a sender."""
    case = opened(desk)
    agent = desk.assignee(case).address

    first, second = disowned(desk, case), disowned(desk, case)

    assert first.outcome is Outcome.QUARANTINED
    assert [(mail.kind, mail.to) for mail in first.answers] == [("outsider_wrote", agent)]
    assert "nothing proves that they wrote it" in first.told(agent).text
    assert "> The whole site is down now!" in first.told(agent).text
    assert second.answers == ()


def test_s2_3_an_agent_hears_that_their_answer_had_no_effect(desk: TestDesk) -> None:
    """S2.3, S2.7, S3.1: at the address on file, once a day, and nothing of the mail is quoted; the case's agent too."""
    case = opened(desk)
    desk.change(lambda config: strictly(config, require_authentication=True))
    agent = desk.assignee(case)

    first = agent.answers(case, "#status resolved\nIt works again.\n")
    agent.authenticated = "temperror"
    again = agent.answers(case, "Are you there?\n")
    desk.days_pass(1.1)
    next_day = agent.answers(case, "Hello?\n")

    assert first.outcome is Outcome.QUARANTINED
    assert [(mail.kind, mail.to) for mail in first.answers] == [
        ("outsider_wrote", agent.address),
        ("agent_unproven", agent.address),
    ]
    assert f"SUP-{case}" in first.answers[1].text
    assert "It works again" not in first.answers[1].text
    assert [mail.kind for mail in again.answers] == []
    assert "agent_unproven" in [mail.kind for mail in next_day.answers]


def test_s2_3_a_mail_that_merely_bears_an_agents_address_makes_us_write_to_nobody(desk: TestDesk) -> None:
    """S2.3, S3.1: anybody can send that."""
    opened(desk)
    desk.change(lambda config: strictly(config, require_authentication=True))

    assert desk.agent("agent1").writes("Phones", "#status closed\n").answers == ()


def test_r2_4_a_contacts_answer_is_released_onto_its_case(desk: TestDesk) -> None:
    """R2.4, R6.2: it does what it would have done: the case waits for them no more, and no second one is opened."""
    case = opened(desk)
    mail = disowned(desk, case)

    agent = proven(desk, case)
    agent.writes("Release", f"#release {detained_id(desk, mail.mail_id)} {PRIMARY}\n")
    released = desk.read_next()

    assert (released.outcome, released.case) == (Outcome.CASE_UPDATED, case)
    assert desk.case(case).waiting_on is None
    assert "The whole site is down now!" in desk.case(case).messages[-1].text
    assert [(mail.kind, mail.to) for mail in released.answers] == [("customer_wrote", agent.address)]


@pytest.mark.parametrize("policy", [Unauthenticated.QUARANTINE, Unauthenticated.CHALLENGE])
def test_r2_4_what_came_by_the_subject_alone_is_released_onto_its_case_too(
    desk: TestDesk, policy: Unauthenticated
) -> None:
    """R2.4, S2.3, S2.5: a contact's mail that names its case by the tag, where nothing proves who wrote it."""
    case = opened(desk)
    desk.change(lambda config: strictly(config, unauthenticated=policy))
    mail = desk.mpoc(PRIMARY).writes(f"[SUP-{case}] line 5")

    same = act.release_quarantined(
        desk.desk, detained_id(desk, mail.mail_id), mpoc=PRIMARY, actor="agent1", now=desk.now
    )

    assert (same, desk.case(case).waiting_on) == (case, None)


def test_r5_1_a_released_answer_to_a_closed_case_reopens_it(desk: TestDesk) -> None:
    """R5.1: as the contact's own would have at its receipt."""
    case = opened(desk)
    desk.assignee(case).answers(case, "#status closed\n\nDone.\n")
    mail = disowned(desk, case)

    proven(desk, case).writes("Release", f"#release {detained_id(desk, mail.mail_id)} {PRIMARY}\n")

    assert desk.read_next().outcome is Outcome.CASE_REOPENED
    assert desk.case(case).status == "customer_reopened"


def test_s2_6_a_strangers_answer_joins_no_case_of_another_customer(desk: TestDesk) -> None:
    """S2.6: released for somebody else's contact it is a case of theirs, whatever thread it stood in."""
    case = opened(desk)
    before = desk.case(case)
    mail = desk.somebody(STRANGER).replies_to(desk.last_mail(PRIMARY, case), "It is line 5.\n")

    other = act.release_quarantined(
        desk.desk, detained_id(desk, mail.mail_id), mpoc=FOREIGN, actor="agent1", now=desk.now
    )

    assert (other == case, desk.case(other).customer) == (False, "globex")
    assert desk.case(case) == before


def test_r2_6_the_agent_settles_it_in_a_reply_to_the_mail_that_tells_of_it(desk: TestDesk) -> None:
    """R2.4, S3.7: that reply is a note, so nothing of it goes to the customer; the number stands in the mail."""
    case = opened(desk)
    mail = desk.somebody(STRANGER).replies_to(desk.last_mail(PRIMARY, case), "It is line 5.\n")
    agent = desk.assignee(case)
    told = mail.told(agent.address)
    assert f"#release {detained_id(desk, mail.mail_id)} " in told.text

    command = f"#release {detained_id(desk, mail.mail_id)} {PRIMARY}\n\nHe is their boss."
    done = agent.replies_to(told, command, To=str(told.message["Reply-To"]))
    released = desk.read_next()

    assert (done.outcome, released.outcome, released.case) == (Outcome.AGENT_NOTE, Outcome.CASE_UPDATED, case)
    assert STRANGER not in desk.case(case).participants
    assert [message.public for message in desk.case(case).messages][-2:] == [False, True]


def test_s3_7_an_agents_mail_is_released_as_nobodys(desk: TestDesk) -> None:
    """S3.7: its commands and what it says inside would become the customer's own words."""
    case = opened(desk)
    desk.change(lambda config: strictly(config, require_authentication=True))
    mail = desk.assignee(case).answers(case, "#status resolved\nThe vendor is to blame.\n")
    number = detained_id(desk, mail.mail_id)

    other = desk.somebody("agent2@desk.example", authenticated="pass")
    refused = other.writes("Release", f"#release {number} {PRIMARY}\n")

    assert refused.outcome is Outcome.COMMAND_FAILED
    assert "send it again" in refused.told(other.address).text
    with pytest.raises(Permanent, match="is an agent"):
        act.release_quarantined(desk.desk, number, mpoc=PRIMARY, actor="agent2", now=desk.now)
    assert other.writes("Discard", f"#discard {number}\n").outcome is Outcome.AGENT_UPDATE


@pytest.mark.parametrize("writer", [STRANGER, "a@private.example, b@private.example"])
def test_r2_4_the_contact_hears_who_wrote_what_is_released_for_them(desk: TestDesk, writer: str) -> None:
    """R2.4: nobody is thanked for what they did not write."""
    mail = desk.somebody(writer).writes("It is me", "From my private address.\n")

    case = act.release_quarantined(
        desk.desk, detained_id(desk, mail.mail_id), mpoc=PRIMARY, actor="agent1", now=desk.now
    )

    told = desk.last_mail(PRIMARY, case).text
    assert "Thank you" not in told
    assert (STRANGER if writer == STRANGER else "somebody whose address cannot be read") in told
