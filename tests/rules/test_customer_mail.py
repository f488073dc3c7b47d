"""What a customer's mail does to a case, and who hears of it (R1, R4, R5)."""

from datetime import timedelta

import pytest

from daemon.model.case import NEW_CASE, Priority, Status, WaitingOn
from daemon.model.case_effect import AddParticipant, LinkCases, OpenCase, SetWaiting
from daemon.model.effect import Detain, Queue
from daemon.model.facts import AnswerCounts, Load
from daemon.model.mail import Address, MachineMarks
from daemon.model.outcome import Outcome
from daemon.rules.subjects import case_subject, hinted_case
from tests.rules.making import (
    AGENT,
    AGENT2,
    COLLEAGUE,
    DIRECTORY,
    FOREIGN,
    NOW,
    OTHER,
    PARTNER,
    PRIMARY,
    STRANGER,
    SUPPORT,
    a_case,
    a_mail,
    charter_with,
    decided,
    duplicate_of,
    fact,
    mt,
    notices,
    only,
    statuses,
    the_facts,
    told,
    with_participant,
)

BUSY = (Load("agent1", 5, NOW), Load("agent2", 0, NOW))


def test_an_mpocs_mail_opens_a_case_with_a_technician() -> None:
    """R1.1, R1.2: assigned at once, priority 4 whatever the mail says."""
    decision = decided(a_mail(subject="URGENT!!! P1", text="Priority: 1"), the_facts(loads=BUSY))
    opened = only(decision, OpenCase)

    assert (opened.priority, opened.assignee, opened.opened_at) == (Priority.P4, "agent2", NOW)
    assert told(decision) == (("acknowledgement", PRIMARY), ("case_assigned", AGENT2))


@pytest.mark.parametrize(("now", "word"), [(mt(2026, 11, 18, 10), "yes"), (mt(2026, 11, 21, 7), "")])
def test_the_acknowledgement_says_whether_the_chat_is_open_now(now: object, word: str) -> None:
    """R1.3: at that moment, which is when it is written and not when the mail came."""
    (acknowledged,) = notices(decided(a_mail(), the_facts(), now=now), "acknowledgement")

    assert fact(acknowledged, "chat_open") == word


def test_whom_an_mpoc_puts_in_copy_follows_the_case() -> None:
    """R2.6, S2.6: To and Cc, but not us, agents, the writer, other customers' people or what is no plain address."""
    copied = (
        COLLEAGUE,
        OTHER,
        PARTNER,
        PRIMARY,
        AGENT,
        SUPPORT,
        "support+1@desk.example",
        FOREIGN,
        'a"b@x.example',
        "x",
    )
    mail = a_mail(to=(Address(SUPPORT), Address(COLLEAGUE)), cc=tuple(Address(address) for address in copied))

    joined = [e.participant.address for e in decided(mail, the_facts()).effects if isinstance(e, AddParticipant)]

    assert joined == [COLLEAGUE, OTHER, PARTNER]


def test_a_participant_invites_nobody() -> None:
    """R2.6: only an MPOC's Cc counts."""
    decision = decided(a_mail(PARTNER, cc=(Address(STRANGER),)), the_facts(with_participant(a_case())))

    assert not [effect for effect in decision.effects if isinstance(effect, AddParticipant)]


REPLIES = [
    (Status.NEW, ()),
    (Status.IN_PROGRESS, ()),
    (Status.ON_HOLD, (Status.IN_PROGRESS,)),
    (Status.SHIPPING, ()),
    (Status.RESOLVED, (Status.IN_PROGRESS,)),
    (Status.REOPENED, ()),
]


@pytest.mark.parametrize("sender", [PRIMARY, OTHER, PARTNER])
@pytest.mark.parametrize(("before", "after"), REPLIES)
def test_a_reply_to_an_open_case(sender: str, before: Status, after: tuple[Status, ...]) -> None:
    """R4.3, R4.4, R4.6: it ends a hold and a resolution, a participant's too; the agent is told."""
    decision = decided(a_mail(sender), the_facts(with_participant(a_case(status=before))))

    assert decision.outcome is Outcome.CASE_UPDATED
    assert statuses(decision) == after
    assert ("customer_wrote", AGENT) in told(decision)


@pytest.mark.parametrize("sender", [PRIMARY, PARTNER])
def test_any_answer_ends_the_wait_for_one(sender: str) -> None:
    """R6.2: any answer in between stops this; a wait for a vendor goes on."""
    waiting = with_participant(a_case(waiting_on=WaitingOn.CUSTOMER))
    vendor = with_participant(a_case(waiting_on=WaitingOn.VENDOR))

    assert only(decided(a_mail(sender), the_facts(waiting)), SetWaiting).waiting_on is None
    assert not [e for e in decided(a_mail(sender), the_facts(vendor)).effects if isinstance(e, SetWaiting)]


CONFIRMATIONS = [
    (PRIMARY, "It works now. Thank you!", (Status.CLOSED,)),
    (OTHER, "Merci, c\u2019est r\u00e9gl\u00e9.", (Status.CLOSED,)),
    (PRIMARY, "Fixed?", (Status.IN_PROGRESS,)),
    (PRIMARY, "Confirmed, but the fax is dead", (Status.IN_PROGRESS,)),
    (PRIMARY, "", (Status.IN_PROGRESS,)),
    (PARTNER, "It works now.", (Status.IN_PROGRESS,)),
]


@pytest.mark.parametrize(("sender", "text", "after"), CONFIRMATIONS)
def test_only_a_plain_word_of_an_mpoc_confirms(sender: str, text: str, after: tuple[Status, ...]) -> None:
    """R4.4, R2.6: a plain confirmation closes; a question, more words, or a participant's word do not."""
    case = with_participant(a_case(status=Status.RESOLVED))

    assert statuses(decided(a_mail(sender, text), the_facts(case))) == after


def test_within_seven_days_the_same_case_with_the_same_technician() -> None:
    """R5.1, R5.5: reopened; number, priority and technician stay."""
    case = a_case(status=Status.CLOSED, priority=Priority.P2, assignee="agent2")
    decision = decided(a_mail(OTHER), the_facts(case, loads=BUSY))

    assert decision.outcome is Outcome.CASE_REOPENED
    assert statuses(decision) == (Status.REOPENED,)
    assert told(decision) == (("reopened", OTHER), ("customer_wrote", AGENT2))


LATER = NOW + timedelta(days=8)


@pytest.mark.parametrize(("status", "at", "rule", "said"), [
    (Status.CLOSED, LATER, "R5.2", ""),
    (Status.CLOSED_NO_RESPONSE, NOW + timedelta(minutes=1), "R5.4", "yes"),
])  # fmt: skip
def test_later_a_linked_case(status: Status, at: object, rule: str, said: str) -> None:
    """R5.2, R5.4, R5.5: P4, linked, its participants kept, the same technician preferred; the mail explains it."""
    case = with_participant(a_case(status=status, priority=Priority.P1, assignee="agent1"))
    mail = a_mail(OTHER, cc=(Address(PRIMARY), Address(COLLEAGUE)))
    decision = decided(mail, the_facts(case, received_at=at, loads=BUSY))
    (explained,) = notices(decision, "follow_up_opened")
    joined = {e.participant.address for e in decision.effects if isinstance(e, AddParticipant)}

    assert decision.rules[0] == rule
    assert (only(decision, OpenCase).priority, only(decision, OpenCase).assignee) == (Priority.P4, "agent1")
    assert (only(decision, LinkCases).case, only(decision, LinkCases).other) == (NEW_CASE, 1042)
    assert joined == {PARTNER, PRIMARY, COLLEAGUE}
    assert (explained.to.address, fact(explained, "original"), fact(explained, "no_response")) == (OTHER, "1042", said)
    assert fact(notices(decision, "case_assigned")[0], "original_priority") == "P1"


def test_a_technician_off_duty_is_not_preferred() -> None:
    """R5.5, R1.1: preferred, but a case goes to somebody who is there."""
    case = a_case(status=Status.CLOSED, assignee="agent1")
    sunday = mt(2026, 11, 29, 12)

    assert only(decided(a_mail(), the_facts(case, received_at=sunday, now=sunday)), OpenCase).assignee == "night"


@pytest.mark.parametrize("sender", [PRIMARY, PARTNER])
def test_an_answer_before_a_closing_by_silence_undoes_it(sender: str) -> None:
    """R5.6: In Progress, the customer told once; a participant's answer counts like any (R2.6, R6.2)."""
    case = with_participant(a_case(status=Status.CLOSED_NO_RESPONSE))
    decision = decided(a_mail(sender), the_facts(case, received_at=NOW - timedelta(hours=1)))

    assert statuses(decision) == (Status.IN_PROGRESS,)
    everybody = {sender, PRIMARY, PARTNER}  # R4.1: all were told of the closing
    assert set(told(decision)) == {("status_changed", to) for to in everybody} | {("customer_wrote", AGENT)}


def test_a_participants_late_reply_asks_the_mpoc() -> None:
    """R2.6: held for the case's customer, as a request to reopen that case; its own receipt time counts."""
    held = only(decided(a_mail(PARTNER), the_facts(with_participant(a_case(status=Status.CLOSED)))), Detain)

    assert (held.customer, held.case) == ("acme", 1042)
    assert held.lapses_at == NOW + timedelta(days=14)


def test_a_colleagues_reply_to_a_duplicate_asks_to_join_its_primary() -> None:
    """R2.6, R4.5: what the MPOC approves goes where the MPOC's own reply would go."""
    assert only(decided(a_mail(COLLEAGUE), the_facts(duplicate_of(2, 1), a_case(1))), Detain).case == 1


def test_a_colleagues_mail_names_no_case_of_another_customer() -> None:
    """S2.6: a leaked reference to another customer's case is not shown to this customer's MPOC."""
    held = only(decided(a_mail(COLLEAGUE), the_facts(a_case(customer="globex"))), Detain)

    assert (held.customer, held.case) == ("acme", None)


def test_the_held_sender_learns_names_and_no_addresses() -> None:
    """R2.3, S3.1: who the MPOCs are, without address or telephone unless configured."""
    (held,) = notices(decided(a_mail(COLLEAGUE), the_facts()), "held")

    assert fact(held, "contacts") == "Acme Primary"
    assert "@" not in fact(held, "contacts")


def test_a_participant_of_a_customer_who_left_is_quarantined() -> None:
    """R2.6: without a configured customer there is no MPOC to ask; an agent looks at it."""
    case = with_participant(a_case(status=Status.CLOSED, customer="gone"))

    assert decided(a_mail(PARTNER), the_facts(case)).outcome is Outcome.QUARANTINED


BOUNDS = [
    (AnswerCounts(9, 29, 9), ""),
    (AnswerCounts(10, 10, 0), "governor: 10 automatic answers to this address within an hour (S3.3)"),
    (AnswerCounts(0, 30, 0), "governor: 30 automatic answers to this address within a day (S3.3)"),
]


@pytest.mark.parametrize(("counts", "reason"), BOUNDS)
def test_the_governor_cancels_answers_past_its_bounds(counts: AnswerCounts, reason: str) -> None:
    """S3.3: the row is written as cancelled with its reason; the agent is told and the case opened all the same."""
    decision = decided(a_mail(), the_facts(answers=counts))
    queued = {e.notice.kind.value: e.cancelled for e in decision.effects if isinstance(e, Queue)}

    assert queued == {"acknowledgement": reason, "case_assigned": ""}


@pytest.mark.parametrize(("count", "cancelled"), [(2, False), (3, True)])
def test_the_governor_bounds_answers_on_a_case(count: int, *, cancelled: bool) -> None:
    """S3.3: three an hour on a case."""
    facts = the_facts(a_case(), answers=AnswerCounts(0, 0, count))
    decision = decided(a_mail(), facts, charter_with(confirm_updates=True))
    queued = [effect for effect in decision.effects if isinstance(effect, Queue)]

    assert [bool(e.cancelled) for e in queued if e.notice.kind == "update_received"] == [cancelled]


def test_marks_that_forbid_an_answer_forbid_only_the_answer() -> None:
    """S3.2: from a listed MPOC such a mail opens a case; nobody is acknowledged."""
    decision = decided(a_mail(marks=MachineMarks("", "Precedence: bulk")), the_facts())

    assert decision.outcome is Outcome.CASE_OPENED
    assert told(decision) == (("case_assigned", AGENT),)


SUBJECTS = [
    ("Phones", "Phones"),
    ("Re: AW: [SUP-1042] Fwd: Phones", "Phones"),
    ("RE[2]: re : Phones", "Phones"),
    ("[sup-7]", "(no subject)"),
    ("  ", "(no subject)"),
    ("[OTHER-7] Phones", "[OTHER-7] Phones"),
    ("Rest: Phones", "Rest: Phones"),
    ("x" * 500, "x" * 200),
]


@pytest.mark.parametrize(("subject", "bare"), SUBJECTS)
def test_a_case_stands_under_its_bare_subject(subject: str, bare: str) -> None:
    """interface.md: outgoing mail has `[PREFIX-NUMBER] subject`; tags and reply prefixes do not pile up."""
    assert case_subject(subject, prefix="SUP", language="en") == bare


@pytest.mark.parametrize(("subject", "number"), [
    ("Re: [SUP-1042] Phones", 1042), ("[sup-7]", 7), ("SUP-7", None), ("[SUPX-7]", None), ("[SUP-]", None),
    ("[SUP-1234567890123]", None), ("", None),
])  # fmt: skip
def test_a_tag_hints_at_a_case(subject: str, number: int | None) -> None:
    """S2.5: only the whole tag in brackets is a hint."""
    assert hinted_case(subject, "SUP") == number


def test_the_example_desk_is_consistent() -> None:
    """The desk of these tests is one that the configuration would take: nobody is an agent and an MPOC at once."""
    assert not {agent.email for agent in DIRECTORY.agents} & {m.email for c in DIRECTORY.customers for m in c.mpocs}
