"""The table of triage: every row, their order, and what each lets happen."""

import pytest

from daemon.model.case import Kind, Macd, Status, WaitingOn
from daemon.model.case_effect import AddMessage, Record
from daemon.model.effect import Detain
from daemon.model.facts import Facts, FirstVerdict, SentMail, WindowFacts
from daemon.model.incident import Storm
from daemon.model.mail import Authentication, BouncedRecipient, DeliveryReport, InboundMail, MachineMarks, Purpose
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.readmission import OF_AGENTS, DetainedRequest, Readmission, Readmitted
from daemon.rules.triage import CHECKS
from tests.rules.making import (
    AGENT,
    APPROVER,
    COLLEAGUE,
    FOREIGN,
    NOW,
    PARTNER,
    PRIMARY,
    STRANGER,
    SUPPORT,
    a_case,
    a_mail,
    a_reference,
    a_request,
    decided,
    names,
    only,
    policy_with,
    the_facts,
    told,
    with_participant,
)

OUTLOOKS = MachineMarks("", "x-auto-response-suppress: all")
AUTOMATIC, LISTED = MachineMarks("Auto-Submitted: auto-replied"), MachineMarks("", "List-Id")
FAILED = DeliveryReport((BouncedRecipient(PRIMARY, "5.1.1", "no such user", hard=True),))
DELAYED = DeliveryReport((BouncedRecipient(PRIMARY, "4.4.1", "", hard=False),))
SENT = SentMail(9, "update", PRIMARY, "Phones", 1042)
OPEN, CLOSED = with_participant(a_case()), with_participant(a_case(status=Status.CLOSED))
DONE = with_participant(a_case(status=Status.RESOLVED))
TO_ANSWER = (a_reference(purpose=Purpose.ANSWER),)
NO_PROOF = {"authentication": Authentication.NONE}
TO_CONFIRM = {"address_references": (a_reference(purpose=Purpose.CONFIRM),)}
OLD = (a_reference(made_for_sender=False),)

WAITING = a_case(kind=Kind.MACD, macd=Macd.STANDARD, waiting_on=WaitingOn.APPROVAL)
APPROVED = a_case(kind=Kind.MACD, macd=Macd.STANDARD, approved_at=NOW)
REFUSED = a_case(status=Status.CLOSED, kind=Kind.MACD, macd=Macd.STANDARD)
QUESTION = {"question": SentMail(9, "approval_asked", APPROVER, "Phones", 1042)}
BEFORE, NEVER = {"verdict": FirstVerdict("approved", APPROVER)}, {"verdict": FirstVerdict("declined", APPROVER)}
TO_DECLINE = {"address_references": (a_reference(purpose=Purpose.DECLINE),)}
TO_EXPEDITE = {"plus_words": frozenset({"expedite"})}
LATE, EXPEDITED = "late answer to a MACD request", "MACD request expedited by an approver"

CHALLENGED = DetainedRequest(
    id=5,
    mail=3,
    kind=DetainedKind.CHALLENGED,
    state=DetainedState.OPEN,
    customer="acme",
    sender=PRIMARY,
    subject="Phones",
    received_at=NOW,
    lapses_at=NOW,
    settled_by="",
    case=None,
)
TO_CHALLENGE = {"answered": CHALLENGED, "references": (a_reference(5, Purpose.CHALLENGE),)}

AS_US, BY_PROGRAM = "written under our own address", "agent's mail by a program"
LEFT = "reply of an agent who has left"
PASSED_ON = "list mail of an MPOC on a case"
ON_WINDOW = "agent on unscheduled maintenance"
ON_STORM = "agent on mails that look alike"
STORM = Storm(id=1, at=NOW, cases=(), words=("tone",), products=("voice",))
HELD = a_request()
LAPSED = a_request(state=DetainedState.LAPSED, lapses_at=NOW)
TO_WAITING = {"answered": HELD, "references": (a_reference(HELD.id, Purpose.WAITING),)}
TO_APPROVE = {"address_references": (a_reference(5, Purpose.HELD_APPROVE),)}
LET_GO = {
    "released": a_request(state=DetainedState.RELEASED),
    "readmitted": Readmitted(Readmission.APPROVED, NOW, PRIMARY),
}
SET_FREE = {
    "released": a_request(kind=DetainedKind.QUARANTINED, state=DetainedState.RELEASED, customer=""),
    "readmitted": Readmitted(Readmission.RELEASED, NOW, AGENT, authority=PRIMARY),
}
ASKED = "answer on a held request"

ROWS: list[tuple[str, InboundMail, Facts, Outcome]] = [
    ("approved by an MPOC", a_mail(COLLEAGUE), the_facts(**LET_GO), Outcome.APPROVED),
    ("approved by an MPOC", a_mail(COLLEAGUE, **NO_PROOF), the_facts(**LET_GO), Outcome.APPROVED),
    ("released from quarantine", a_mail("", marks=LISTED), the_facts(**SET_FREE), Outcome.CASE_OPENED),
    ("our own mail came back", a_mail(STRANGER), the_facts(is_own=True), Outcome.LOOP),
    ("our own mail came back", a_mail(SUPPORT), the_facts(OPEN), Outcome.LOOP),
    ("our own mail came back", a_mail("support+1042.a.1@desk.example"), the_facts(OPEN), Outcome.LOOP),
    ("our own mail came back", a_mail(SUPPORT, report=FAILED, marks=AUTOMATIC), the_facts(), Outcome.LOOP),
    (AS_US, a_mail(SUPPORT), the_facts(OPEN, references=TO_ANSWER), Outcome.QUARANTINED),
    (
        AS_US,
        a_mail(SUPPORT),
        the_facts(OPEN, address_references=(a_reference(purpose=Purpose.NOTE),)),
        Outcome.QUARANTINED,
    ),
    ("our own mail came back", a_mail(SUPPORT), the_facts(OPEN, references=TO_ANSWER, is_own=True), Outcome.LOOP),
    ("our own mail came back", a_mail(SUPPORT, marks=LISTED), the_facts(OPEN, references=TO_ANSWER), Outcome.LOOP),
    ("over the size limit", a_mail(PRIMARY), the_facts(OPEN, over_limit="larger than 25 MiB"), Outcome.QUARANTINED),
    ("over the size limit", a_mail(AGENT), the_facts(OPEN, over_limit="larger than 25 MiB"), Outcome.QUARANTINED),
    ("delivery report", a_mail(STRANGER, report=FAILED), the_facts(), Outcome.BOUNCE),
    ("delivery report", a_mail("", report=FAILED, marks=AUTOMATIC), the_facts(), Outcome.BOUNCE),
    ("delivery report", a_mail(STRANGER), the_facts(sent=SENT), Outcome.BOUNCE),
    ("delivery report", a_mail(PRIMARY, marks=AUTOMATIC), the_facts(sent=SENT), Outcome.BOUNCE),
    ("delivery report", a_mail(PRIMARY, report=DELAYED), the_facts(sent=SENT), Outcome.BOUNCE),
    ("reply to an open case", a_mail(PRIMARY), the_facts(OPEN, sent=SENT), Outcome.CASE_UPDATED),
    ("written by a program", a_mail(PRIMARY, marks=AUTOMATIC), the_facts(OPEN), Outcome.AUTO_REPLY),
    ("written by a program", a_mail(AGENT, "#status closed", marks=AUTOMATIC), the_facts(OPEN), Outcome.AUTO_REPLY),
    ("written by a program", a_mail("", marks=AUTOMATIC), the_facts(), Outcome.AUTO_REPLY),
    ("sender ambiguous", a_mail(""), the_facts(OPEN), Outcome.QUARANTINED),
    ("answer to a challenge", a_mail(PRIMARY, **NO_PROOF), the_facts(**TO_CHALLENGE), Outcome.APPROVED),
    *(
        (LEFT, a_mail(STRANGER), the_facts(OPEN, readmitted=Readmitted(why, NOW)), Outcome.QUARANTINED)
        for why in OF_AGENTS
    ),
    (
        BY_PROGRAM,
        a_mail(AGENT, "#status closed", marks=LISTED),
        the_facts(OPEN, references=TO_ANSWER),
        Outcome.AUTO_REPLY,
    ),
    (BY_PROGRAM, a_mail(AGENT, marks=LISTED), the_facts(window=WindowFacts(announcement=None)), Outcome.AUTO_REPLY),
    ("agent, proven", a_mail(AGENT, marks=OUTLOOKS), the_facts(OPEN, references=TO_ANSWER), Outcome.AGENT_UPDATE),
    (ON_WINDOW, a_mail(AGENT), the_facts(window=WindowFacts(announcement=None)), Outcome.AGENT_UPDATE),
    (ON_STORM, a_mail(AGENT), the_facts(storm=STORM), Outcome.COMMAND_FAILED),
    ("agent, proven", a_mail(AGENT), the_facts(OPEN, references=TO_ANSWER), Outcome.AGENT_UPDATE),
    ("agent, proven", a_mail(AGENT, **NO_PROOF), the_facts(OPEN, references=TO_ANSWER), Outcome.AGENT_UPDATE),
    ("agent, unproven", a_mail(AGENT, **NO_PROOF), the_facts(OPEN, references=OLD), Outcome.QUARANTINED),
    ("sender unauthenticated", a_mail(PRIMARY, **NO_PROOF), the_facts(), Outcome.QUARANTINED),
    ("sender unauthenticated", a_mail(COLLEAGUE, **NO_PROOF), the_facts(), Outcome.QUARANTINED),
    ("sender unauthenticated", a_mail(PARTNER, **NO_PROOF), the_facts(OPEN, references=OLD), Outcome.QUARANTINED),
    ("list mail on a case", a_mail(PARTNER, marks=LISTED), the_facts(OPEN), Outcome.AUTO_REPLY),
    ("list mail of no MPOC", a_mail(STRANGER, marks=LISTED), the_facts(), Outcome.QUARANTINED),
    ("list mail of no MPOC", a_mail(COLLEAGUE, marks=LISTED), the_facts(OPEN), Outcome.QUARANTINED),
    *(
        (PASSED_ON, a_mail(PRIMARY, "It works", marks=LISTED), the_facts(c), Outcome.CASE_UPDATED)
        for c in (OPEN, DONE, CLOSED)
    ),
    (ASKED, a_mail(PRIMARY, "Approve"), the_facts(answered=HELD), Outcome.APPROVED),
    (ASKED, a_mail(PRIMARY, "No, thanks"), the_facts(OPEN, answered=HELD), Outcome.DECLINED),
    (ASKED, a_mail(PRIMARY, ""), the_facts(answered=HELD, **TO_APPROVE), Outcome.APPROVED),
    (ASKED, a_mail(PRIMARY, "Approve"), the_facts(answered=LAPSED), Outcome.DECLINED),
    ("confirmation of a closed case", a_mail(PRIMARY), the_facts(CLOSED, **TO_CONFIRM), Outcome.CASE_UPDATED),
    ("confirmation of a closed case", a_mail(PARTNER), the_facts(CLOSED, **TO_CONFIRM), Outcome.CASE_UPDATED),
    (EXPEDITED, a_mail(APPROVER, "Expedite: yes!"), the_facts(APPROVED), Outcome.CASE_UPDATED),
    (EXPEDITED, a_mail(APPROVER, "expédier oui"), the_facts(WAITING), Outcome.APPROVED),
    (EXPEDITED, a_mail(APPROVER), the_facts(APPROVED, **TO_EXPEDITE), Outcome.CASE_UPDATED),
    (LATE, a_mail(APPROVER, "Approved."), the_facts(APPROVED, **QUESTION, **BEFORE), Outcome.CASE_UPDATED),
    (LATE, a_mail(APPROVER, "Approved."), the_facts(REFUSED, **QUESTION, **NEVER), Outcome.CASE_UPDATED),
    (LATE, a_mail(APPROVER, ""), the_facts(APPROVED, **TO_DECLINE, **BEFORE), Outcome.CASE_UPDATED),
    ("approval of a MACD request", a_mail(APPROVER, "Approved."), the_facts(WAITING, **QUESTION), Outcome.APPROVED),
    ("MACD request declined", a_mail(APPROVER, "No."), the_facts(WAITING, **QUESTION), Outcome.DECLINED),
    ("MACD request declined", a_mail(APPROVER, "Later"), the_facts(WAITING, **TO_DECLINE), Outcome.DECLINED),
    ("word on one's own held request", a_mail(COLLEAGUE, "Any news?"), the_facts(**TO_WAITING), Outcome.HELD),
    ("participant's reply to a closed case", a_mail(PARTNER), the_facts(CLOSED), Outcome.HELD),
    ("reply to a closed case", a_mail(PRIMARY), the_facts(CLOSED), Outcome.CASE_REOPENED),
    ("reply to a closed case", a_mail(PRIMARY, marks=OUTLOOKS), the_facts(CLOSED), Outcome.CASE_REOPENED),
    ("confirmation of a resolved case", a_mail(PRIMARY, "It works now."), the_facts(DONE), Outcome.CASE_UPDATED),
    (
        "confirmation of a resolved case",
        a_mail(PRIMARY, "Thanks!"),
        the_facts(DONE, **TO_CONFIRM),
        Outcome.CASE_UPDATED,
    ),
    ("reply to an open case", a_mail(PARTNER, "Thanks!"), the_facts(DONE, **TO_CONFIRM), Outcome.CASE_UPDATED),
    ("wish to escalate", a_mail(PRIMARY, "Please escalate."), the_facts(OPEN), Outcome.CASE_UPDATED),
    ("wish to escalate", a_mail(PRIMARY), the_facts(OPEN, plus_words=frozenset({"escalate"})), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(PARTNER, "Please escalate."), the_facts(OPEN), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(PARTNER, "It works now."), the_facts(DONE), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(PRIMARY), the_facts(OPEN), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(PARTNER), the_facts(OPEN), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(PRIMARY, "Approved."), the_facts(WAITING, **QUESTION), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(PRIMARY, "expedite yes"), the_facts(APPROVED), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(APPROVER, "Approved."), the_facts(WAITING), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(APPROVER, "Approved?"), the_facts(WAITING, **QUESTION), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(APPROVER, "Yes"), the_facts(WAITING, **TO_DECLINE), Outcome.CASE_UPDATED),
    ("reply to an open case", a_mail(PRIMARY, marks=OUTLOOKS), the_facts(OPEN), Outcome.CASE_UPDATED),
    ("new request of an MPOC", a_mail(PRIMARY), the_facts(), Outcome.CASE_OPENED),
    ("new request of an MPOC", a_mail(PRIMARY, "Who is this?"), the_facts(answered=HELD), Outcome.CASE_OPENED),
    ("new request of an MPOC", a_mail(PRIMARY, "Decline"), the_facts(answered=HELD, **TO_APPROVE), Outcome.CASE_OPENED),
    ("new request of an MPOC", a_mail(FOREIGN, "Approve"), the_facts(answered=HELD), Outcome.CASE_OPENED),
    ("new request of an MPOC", a_mail(FOREIGN), the_facts(OPEN), Outcome.CASE_OPENED),
    ("new request of an MPOC", a_mail(PRIMARY, marks=LISTED), the_facts(), Outcome.CASE_OPENED),
    ("new request of an MPOC", a_mail(PRIMARY), the_facts(**TO_EXPEDITE), Outcome.CASE_OPENED),
    ("colleague of a customer", a_mail(COLLEAGUE), the_facts(), Outcome.HELD),
    ("colleague of a customer", a_mail(COLLEAGUE, "Approve"), the_facts(answered=HELD), Outcome.HELD),
    ("colleague of a customer", a_mail(COLLEAGUE), the_facts(**TO_EXPEDITE), Outcome.HELD),
    ("colleague of a customer", a_mail(COLLEAGUE), the_facts(OPEN), Outcome.HELD),
    ("stranger", a_mail(STRANGER), the_facts(), Outcome.QUARANTINED),
    ("stranger", a_mail(STRANGER, **NO_PROOF), the_facts(OPEN), Outcome.QUARANTINED),
]


@pytest.mark.parametrize(("name", "mail", "facts", "outcome"), ROWS)
def test_each_mail_is_decided_by_its_row(name: str, mail: InboundMail, facts: Facts, outcome: Outcome) -> None:
    """architecture.md 2, R2.2-R2.6, R4, R5, S2.3, S3.2: the first check that holds decides, and is named last."""
    decision = decided(mail, facts)

    assert decision.checks[-1].check == name
    assert decision.outcome is outcome


@pytest.mark.parametrize("sender", [PRIMARY, COLLEAGUE, AGENT])
def test_a_challenging_mailbox_asks_whom_it_knows(sender: str) -> None:
    """S2.3: `challenge` comes before what quarantines; agents are asked too."""
    decision = decided(a_mail(sender, **NO_PROOF), the_facts(), policy_with(unauthenticated=Unauthenticated.CHALLENGE))

    assert decision.checks[-1].check == "sender to be challenged"
    assert decision.outcome is Outcome.CHALLENGED


def test_every_row_of_the_table_is_shown() -> None:
    """A row that no example reaches is dead, or its order is wrong."""
    shown = {row[0] for row in ROWS} | {"sender to be challenged"}

    assert [name for name, _, _ in CHECKS if name not in shown] == []


def test_the_checks_asked_are_told_in_their_order() -> None:
    """architecture.md 1: `why` tells the checks, the facts and the rule that won."""
    decision = decided(a_mail(STRANGER), the_facts(OPEN))

    assert [asked.check for asked in decision.checks] == [name for name, _, _ in CHECKS]
    assert [asked.held for asked in decision.checks] == [False] * (len(CHECKS) - 1) + [True]
    assert dict(decision.facts)["writer"] == STRANGER
    assert dict(decision.facts)["standing"] == "unknown"


@pytest.mark.parametrize("sender", [PRIMARY, COLLEAGUE])
def test_a_lenient_mailbox_accepts_what_is_not_authenticated(sender: str) -> None:
    """S2.3: under `accept` an MPOC's and a colleague's mail counts; a failed authentication never does."""
    lenient = policy_with(unauthenticated=Unauthenticated.ACCEPT)
    outcomes = [
        decided(a_mail(sender, authentication=word), the_facts(), lenient).outcome
        for word in (Authentication.NONE, Authentication.TEMPORARY, Authentication.FAIL)
    ]

    accepted = Outcome.CASE_OPENED if sender == PRIMARY else Outcome.HELD
    assert outcomes == [accepted, accepted, Outcome.QUARANTINED]


WHY_UNBELIEVED = [
    (Unauthenticated.ACCEPT, Authentication.FAIL, "authentication failed"),
    (Unauthenticated.CHALLENGE, Authentication.FAIL, "authentication failed"),
    (Unauthenticated.QUARANTINE, Authentication.NONE, "this mailbox quarantines"),
]


@pytest.mark.parametrize(("policy", "found", "words"), WHY_UNBELIEVED)
def test_s2_3_an_agent_reads_why_a_contact_is_not_believed(
    policy: Unauthenticated, found: Authentication, words: str
) -> None:
    """S2.3, S1.2: a mail that its domain disowns is told from one of which nothing is known."""
    decision = decided(a_mail(PRIMARY, authentication=found), the_facts(), policy_with(unauthenticated=policy))

    assert (decision.outcome, words in decision.reason) == (Outcome.QUARANTINED, True)


def test_s2_3_a_list_mail_that_cannot_be_asked_about_says_so() -> None:
    """S2.3, S3.2: nobody may be asked about a mail whose marks forbid an answer."""
    asking = policy_with(unauthenticated=Unauthenticated.CHALLENGE)
    mail = a_mail(PRIMARY, authentication=Authentication.NONE, marks=MachineMarks(no_answer="list-id"))

    assert "may not be asked" in decided(mail, the_facts(), asking).reason


@pytest.mark.parametrize(
    ("authentication", "answered"),
    [(Authentication.PASS, True), (Authentication.NONE, False), (Authentication.FAIL, False)],
)
def test_a_stranger_is_answered_only_where_authenticated(authentication: Authentication, *, answered: bool) -> None:
    """R2.4, S3.1: never to an unauthenticated stranger; `accept` counts for R2.3, never for R2.4."""
    lenient = policy_with(unauthenticated=Unauthenticated.ACCEPT)
    decision = decided(a_mail(STRANGER, authentication=authentication), the_facts(), lenient)

    assert told(decision) == ((("quarantine_answer", STRANGER),) if answered else ())


def test_a_stranger_is_answered_once_a_day() -> None:
    """R2.4: at most one answer a day and sender."""
    assert told(decided(a_mail(STRANGER), the_facts(answered_stranger=True))) == ()


@pytest.mark.parametrize(("sender", "kind"), [(COLLEAGUE, DetainedKind.HELD), (STRANGER, DetainedKind.QUARANTINED)])
def test_the_agent_hears_of_an_outsider_once_a_day(sender: str, kind: DetainedKind) -> None:
    """R2.6, S2.5: a stranger's mail that answers a case is told to its agent, once a day a sender."""
    first = decided(a_mail(sender), the_facts(a_case()))
    again = decided(a_mail(sender), the_facts(a_case(), told_of_sender=True))

    assert only(first, Detain).kind is kind
    assert ("outsider_wrote", AGENT) in told(first)
    assert ("outsider_wrote", AGENT) not in told(again)


@pytest.mark.parametrize("proven", [True, False])
def test_a_programs_mail_is_filed_where_its_writer_may_speak(*, proven: bool) -> None:
    """R4.8, S2.5: filed on the case, changes nothing, answers nothing; unproven it is only stored."""
    how = Authentication.PASS if proven else Authentication.FAIL
    case = a_case(status=Status.ON_HOLD)

    decision = decided(a_mail(PRIMARY, marks=AUTOMATIC, authentication=how), the_facts(case))

    assert names(decision) == (("AddMessage",) if proven else ())
    if proven:
        filed = only(decision, AddMessage)
        assert (filed.automatic, filed.public) == (True, False)


REPORTS = [
    pytest.param(
        FAILED, SENT, ("MarkContact", "Record", "Queue"), id="bound to our row: marked, recorded, the agent told"
    ),
    pytest.param(DELAYED, SENT, ("Record",), id="delayed: recorded"),
    pytest.param(DeliveryReport((), is_success=True), SENT, (), id="delivered: nothing to do"),
    pytest.param(FAILED, None, (), id="bound to nothing: does not count"),
    pytest.param(FAILED, SentMail(9, "held", COLLEAGUE, "x", None), ("MarkContact",), id="about no case: marked"),
]


@pytest.mark.parametrize(("report", "sent", "effects"), REPORTS)
def test_only_a_report_bound_to_our_row_counts(
    report: DeliveryReport, sent: SentMail | None, effects: tuple[str, ...]
) -> None:
    """S3.4: bounces come to a signed reverse-path; only those count."""
    decision = decided(a_mail(STRANGER, report=report), the_facts(a_case(), sent=sent))

    assert names(decision) == effects
    if "Record" in effects:
        assert "update to primary@acme.example" in only(decision, Record).detail
