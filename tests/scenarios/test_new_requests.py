"""New requests: who may open a case, what it starts as, and who is told (R1, R2)."""

from dataclasses import replace

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk

pytestmark = pytest.mark.both_databases


def test_r1_1_an_mpocs_mail_opens_a_case_assigned_at_once(desk: TestDesk) -> None:
    """R1.1: mail to the support address opens a case by itself, assigned to a technician, who is told."""
    request = desk.mpoc("primary@acme.example").writes("Invoices", "Our invoices are late.\n")

    case = desk.case(request.case)
    assert request.outcome is Outcome.CASE_OPENED
    assert (case.id, case.status, case.customer, case.requester) == ("SUP-1001", "new", "acme", "primary@acme.example")
    agent = desk.desk.config.directory.agent(case.assignee)
    assert agent is not None
    assert "Our invoices are late." in request.told(agent.email).text


def test_r1_2_nothing_in_a_mail_changes_its_priority(desk: TestDesk) -> None:
    """R1.2: every case opened by mail is P4, whatever its subject, headers and body ask for."""
    request = desk.mpoc("primary@acme.example").writes(
        "URGENT P1 down", "#priority 1\nPriority: P1\n", X_Priority="1", Importance="high"
    )

    assert desk.case(request.case).priority == "P4"


def test_r1_3_the_acknowledgement_names_the_phone_and_the_chat(desk: TestDesk) -> None:
    """R1.3: urgent matters belong on chat or phone; the phone is always open."""
    text = desk.mpoc("primary@acme.example").writes("Hello").told("primary@acme.example").text

    assert "+1 555 0199" in text
    assert "https://chat.desk.example/" in text


def test_r1_3_the_acknowledgement_says_that_chat_is_closed_at_night(desk: TestDesk) -> None:
    """R1.3: chat closes at midnight MT, and opens at 05:00."""
    desk.it_is("2026-11-17T00:00:00-07:00")
    closed = desk.mpoc("primary@acme.example").writes("Hello").told("primary@acme.example").text
    desk.it_is("2026-11-16T23:59:59-07:00")
    still_open = desk.mpoc("primary@acme.example").writes("Hello again").told("primary@acme.example").text

    assert closed != still_open


def test_s3_8_the_acknowledgement_never_quotes_the_customer(desk: TestDesk) -> None:
    """S3.8: no relay for spam."""
    request = desk.mpoc("primary@acme.example").writes("Hello", "Buy cheap watches at watches.example\n")

    assert b"watches" not in request.told("primary@acme.example").octets


def test_r2_3_a_colleagues_mail_is_held_and_names_the_contacts(desk: TestDesk) -> None:
    """R2.3: it opens no case; the sender is told who their MPOCs are, the agents see it waiting."""
    ended = desk.somebody("user@acme.example").writes("My phone is dead")

    answer = ended.told("user@acme.example")
    assert ended.outcome is Outcome.HELD
    assert ended.case == 0
    assert "Acme Primary" in answer.text
    assert "primary@acme.example" not in answer.text  # S3.1: no address unless configured


def test_r2_4_a_strangers_mail_is_quarantined_without_an_answer(desk: TestDesk) -> None:
    """R2.4, S3.1: never an answer to an unauthenticated stranger; the policy `accept` does not count there."""
    ended = desk.somebody("someone@nowhere.example").writes("Hello")

    assert ended.outcome is Outcome.QUARANTINED
    assert ended.answers == ()


def test_r2_4_an_authenticated_stranger_is_answered_once_a_day(desk: TestDesk) -> None:
    """R2.4: at most once a day a sender, and only where the domain is authenticated."""
    stranger = desk.somebody("someone@nowhere.example", authenticated="pass")

    first, second = stranger.writes("Hello"), stranger.writes("Hello?")
    desk.days_pass(1.01)
    third = stranger.writes("Hello??")

    assert [len(ended.answers) for ended in (first, second, third)] == [1, 0, 1]
    assert first.answers[0].reverse_path == ""  # S3.2


def test_the_customers_language_is_spoken(desk: TestDesk) -> None:
    """Every mail is in the reader's language: the French customer's contact reads French."""
    request = desk.mpoc("primary@globex.example").writes("Panne")

    assert "votre demande" in request.told("primary@globex.example").text.casefold()


def test_r2_6_people_in_cc_become_participants(desk: TestDesk) -> None:
    """R2.6: whom an MPOC puts in Cc follows the case; agents, our own address and other customers' people do not."""
    request = desk.mpoc("primary@acme.example").writes(
        "Lines", Cc="user@acme.example, agent1@desk.example, support@desk.example, primary@initech.example"
    )

    assert desk.case(request.case).participants == ("user@acme.example",)


def test_s2_3_an_unauthenticated_mpoc_is_quarantined_where_the_mailbox_says_so(desk: TestDesk) -> None:
    """S2.3: what an unauthenticated contact gets is the mailbox's policy."""
    strict(desk)

    forged = desk.somebody("primary@acme.example").writes("Let me in")
    genuine = desk.somebody("primary@acme.example", authenticated="pass").writes("Really me")

    assert (forged.outcome, forged.answers) == (Outcome.QUARANTINED, ())
    assert genuine.outcome is Outcome.CASE_OPENED


def strict(desk: TestDesk) -> None:
    """Quarantine whatever is not authenticated."""
    from daemon.model.plan import Unauthenticated

    def change(config):  # type: ignore[no-untyped-def]
        mailboxes = tuple(replace(m, unauthenticated=Unauthenticated.QUARANTINE) for m in config.plan.mailboxes)
        return replace(config, plan=replace(config.plan, mailboxes=mailboxes))

    desk.change(change)
