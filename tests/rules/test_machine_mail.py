"""S3.2, S3.4, R4.8: mail that a program wrote, our own that came back, and reports on what we sent."""

from dataclasses import replace

import pytest

from daemon.model.case import WaitingOn
from daemon.model.case_effect import AddMessage, Record
from daemon.model.clocks import Clock, ClockName, Terms
from daemon.model.desk_effect import ForgetSubscriber
from daemon.model.effect import Decision, Queue
from daemon.model.facts import Facts, SentMail
from daemon.model.mail import Authentication, BouncedRecipient, DeliveryReport, InboundMail, MachineMarks
from daemon.model.mail_effect import MarkContact, Mute
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.promise_effect import PauseSilence
from daemon.model.promises import business_days
from daemon.rules.clocks.times import ANSWER
from daemon.rules.machine_mail import file_unanswered, keep_loop, record_delivery
from tests.rules.making import (
    AGENT,
    COLLEAGUE,
    NOW,
    PARTNER,
    PRIMARY,
    STRANGER,
    a_case,
    a_mail,
    fact,
    names,
    notices,
    only,
    seen,
    the_facts,
    told,
    with_participant,
)

ON_CALL = "night@desk.example"
CASE = with_participant(a_case())
ROBOT, LIST = MachineMarks("Auto-Submitted: auto-replied"), MachineMarks("", "list-id")
BOTH = MachineMarks("Auto-Submitted: auto-replied", "list-id")
NO_PROOF = {"authentication": Authentication.NONE}
HARD = BouncedRecipient(PRIMARY, "5.1.1", "no such user", hard=True)
SOFT = BouncedRecipient(PRIMARY, "4.4.1", "no route", hard=False)
BOUNCED, DELAYED = DeliveryReport((HARD,)), DeliveryReport((SOFT,))
COMPLAINT = DeliveryReport((), is_feedback=True, is_complaint=True)
SENT = SentMail(9, "update", PRIMARY, "Phones", 1042)


def test_our_own_mail_that_came_back_does_nothing() -> None:
    """S3.2: it is kept and counted, on no case and without any effect."""
    decision = keep_loop(seen(a_mail(marks=ROBOT), the_facts(CASE)))

    assert (decision.outcome, decision.effects, decision.case) == (Outcome.LOOP, (), None)
    assert decision.rules == ("S3.2",)
    assert decision.reason == "the daemon wrote this mail itself"


FILED = [
    pytest.param(a_mail(PRIMARY, marks=ROBOT), True, id="a contact's"),
    pytest.param(a_mail(PARTNER, marks=ROBOT), True, id="a participant's"),
    pytest.param(a_mail(AGENT, marks=ROBOT), True, id="an agent's"),
    pytest.param(a_mail(PRIMARY, marks=ROBOT, **NO_PROOF), True, id="without a proof but for its answering our mail"),
    pytest.param(a_mail(PRIMARY, marks=ROBOT, authentication=Authentication.FAIL), False, id="a forger's"),
    pytest.param(a_mail(COLLEAGUE, marks=ROBOT), False, id="of somebody who is not on the case"),
    pytest.param(a_mail(STRANGER, marks=ROBOT), False, id="a stranger's"),
    pytest.param(a_mail("", marks=ROBOT), False, id="of nobody who can be read"),
]


@pytest.mark.parametrize(("mail", "is_filed"), FILED)
def test_machine_mail_is_filed_where_its_writer_may_speak(mail: InboundMail, *, is_filed: bool) -> None:
    """R4.8, S2.5: on the case as a note that a program wrote, of the receipt time; elsewhere it is only stored."""
    decision = file_unanswered(seen(mail, the_facts(CASE)))

    assert (decision.outcome, decision.rules) == (Outcome.AUTO_REPLY, ("S3.2", "R4.8"))
    assert (names(decision), decision.case) == ((("AddMessage",), 1042) if is_filed else ((), None))
    if is_filed:
        filed = only(decision, AddMessage)
        assert (filed.case, filed.author, filed.incoming, filed.public, filed.automatic) == (
            (1042, mail.originator.address, True, False, True)
        )
        assert (filed.text, filed.received_at) == (mail.text, NOW)


def test_machine_mail_about_no_case_is_only_stored() -> None:
    """S3.2: a contact's vacation note that names no case makes none."""
    decision = file_unanswered(seen(a_mail(PRIMARY, marks=ROBOT), the_facts()))

    assert (decision.outcome, decision.effects, decision.case) == (Outcome.AUTO_REPLY, (), None)


@pytest.mark.parametrize(("marks", "mark"), [(ROBOT, ROBOT.automatic), (LIST, LIST.no_answer), (BOTH, BOTH.automatic)])
def test_the_mark_is_told(marks: MachineMarks, mark: str) -> None:
    """S3.2: `why` names the mark that was found, the stronger one first."""
    assert file_unanswered(seen(a_mail(marks=marks), the_facts(CASE))).reason == f"written by a program: {mark}"


def reported(report: DeliveryReport | None, sent: SentMail | None = SENT, facts: Facts | None = None) -> Decision:
    """Return what a report that came to the reverse-path of `sent` does."""
    known = replace(facts or the_facts(CASE, references=()), sent=sent)
    return record_delivery(seen(a_mail(STRANGER, report=report), known))


UNEXPLAINED = DeliveryReport((replace(HARD, reason=""),))
UNEXPLAINED_DELAY = DeliveryReport((replace(SOFT, reason=""),))
DEAD = ("MarkContact", "Record", "Queue")
COMPLAINED = f"complaint: {PRIMARY} reported our mail as unwanted"

VERDICTS = [
    pytest.param(BOUNCED, DEAD, "mail_bounced", "no such user", id="hard"),
    pytest.param(UNEXPLAINED, DEAD, "mail_bounced", "5.1.1", id="hard, by its status alone"),
    pytest.param(DeliveryReport((SOFT, HARD)), DEAD, "mail_bounced", "no such user", id="one of two is hard"),
    pytest.param(DELAYED, ("Record",), "mail_bounced", "no route", id="delayed"),
    pytest.param(UNEXPLAINED_DELAY, ("Record",), "mail_bounced", "4.4.1", id="delayed, by its status alone"),
    pytest.param(DeliveryReport(()), ("Record",), "mail_bounced", "delayed or refused", id="says nothing"),
    pytest.param(COMPLAINT, DEAD, "mail_complained", COMPLAINED, id="complaint"),
    pytest.param(
        replace(COMPLAINT, recipients=(HARD,)), DEAD, "mail_complained", COMPLAINED, id="complaint with a recipient"
    ),
    pytest.param(DeliveryReport((), is_success=True), (), "", "", id="delivered"),
    pytest.param(DeliveryReport((HARD,), is_success=True), (), "", "", id="delivered, whatever else it says"),
    pytest.param(DeliveryReport((HARD,), is_feedback=True), (), "", "", id="feedback of another kind"),
    pytest.param(None, (), "", "", id="no report: a program writes to any reverse-path"),
]


@pytest.mark.parametrize(("report", "effects", "event", "why"), VERDICTS)
def test_what_a_report_on_our_mail_does(
    report: DeliveryReport | None, effects: tuple[str, ...], event: str, why: str
) -> None:
    """S3.4: for good or unwanted: marked, recorded, the agent told; for now: recorded; else nothing."""
    decision = reported(report)

    assert (decision.outcome, decision.rules, decision.case) == (Outcome.BOUNCE, ("S3.4",), 1042)
    assert names(decision) == effects
    if event:
        record = only(decision, Record)
        assert record == Record(case=1042, event=event, detail=f"update to {PRIMARY}: {why}", at=NOW, actor="daemon")
    if "MarkContact" in effects:
        assert only(decision, MarkContact) == MarkContact(address=PRIMARY, why=why, at=NOW)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (BOUNCED, "bounced for good"),
        (DELAYED, "delayed, or refused for now"),
        (COMPLAINT, "its reader complained"),
        (None, "nothing failed"),
    ],
)
def test_why_tells_the_verdict_on_the_mail(report: DeliveryReport | None, verdict: str) -> None:
    """S3.4: whatever address the report names, it is about this row and its recipient."""
    assert reported(report).reason == f"a report on mail 9 to {PRIMARY}: {verdict}"


@pytest.mark.parametrize(("report", "complaint"), [(BOUNCED, ""), (COMPLAINT, "yes")])
def test_the_agent_is_told_what_happened(report: DeliveryReport, complaint: str) -> None:
    """S3.4: which mail did not arrive or was not wanted, whose it was, and why."""
    (mail,) = notices(reported(report))

    assert (mail.kind, mail.to.address, mail.case) == (NoticeKind.DELIVERY_FAILED, AGENT, 1042)
    assert (fact(mail, "recipient"), fact(mail, "subject"), fact(mail, "complaint")) == (PRIMARY, "Phones", complaint)
    assert fact(mail, "reason") == (COMPLAINED if complaint else "no such user")


def test_a_bounce_pauses_the_silence_that_runs() -> None:
    """R4.8, S3.4: from its receipt on; the agent is told that nobody was silent."""
    clock = Clock(name=ClockName.WAITING, started_at=NOW, terms=Terms(business_days(2), ANSWER))
    waiting = a_case(waiting_on=WaitingOn.CUSTOMER, clocks=(clock,))

    decision = reported(BOUNCED, facts=the_facts(waiting, references=()))

    assert names(decision) == ("MarkContact", "Record", "PauseSilence", "Queue")
    assert only(decision, PauseSilence).at == NOW
    assert fact(only(decision, Queue).notice, "silence_paused") == "yes"


@pytest.mark.parametrize("report", [BOUNCED, DELAYED, COMPLAINT])
def test_a_report_bound_to_nothing_does_nothing(report: DeliveryReport) -> None:
    """S3.4: not even on the case that it names with a signed Message-ID."""
    decision = reported(report, None, the_facts(CASE))

    assert (decision.outcome, decision.effects, decision.case) == (Outcome.BOUNCE, (), None)
    assert (decision.rules, decision.reason) == (("S3.4",), "a delivery report that is tied to no mail of ours")


@pytest.mark.parametrize("number", [None, 77])
@pytest.mark.parametrize(
    ("report", "effects"),
    [(BOUNCED, ("MarkContact", "Queue")), (COMPLAINT, ("MarkContact", "Queue")), (DELAYED, ()), (None, ())],
)
def test_of_a_mail_about_no_case_who_is_on_call_hears(
    report: DeliveryReport | None, effects: tuple[str, ...], number: int | None
) -> None:
    """S3.4: there is no record to write and no case's agent; the address is dead all the same."""
    decision = reported(report, replace(SENT, case=number))

    assert names(decision) == effects
    assert told(decision) == ((("delivery_failed", ON_CALL),) if effects else ())


@pytest.mark.parametrize("length", [499, 500, 501, 5_000])
def test_a_long_reason_is_cut(length: int) -> None:
    """S3.4, S4.1: what a server says fills neither the record, the mark nor the agent's mail."""
    reason = "x" * length
    decision = reported(DeliveryReport((replace(HARD, reason=reason),)))

    assert only(decision, Record).detail == f"update to {PRIMARY}: {reason}"[:500]
    assert only(decision, MarkContact).why == reason[:300]
    assert fact(only(decision, Queue).notice, "reason") == reason[:500]


def test_of_an_agents_own_address_another_one_hears() -> None:
    """S3.4: a mail to the agent that bounced is recorded; telling the same address would bounce again."""
    decision = reported(BOUNCED, replace(SENT, recipient=AGENT))

    assert names(decision) == ("MarkContact", "Record", "Queue")
    assert told(decision) == (("delivery_failed", ON_CALL),)


MARKS = [
    pytest.param(MachineMarks(), "", id="none"),
    pytest.param(ROBOT, ROBOT.automatic, id="automatic"),
    pytest.param(LIST, LIST.no_answer, id="a list's"),
    pytest.param(BOTH, BOTH.automatic, id="both, the stronger first"),
    pytest.param(MachineMarks("", "precedence: bulk"), "precedence: bulk", id="older vacation programs'"),
    pytest.param(MachineMarks("", "x-auto-response-suppress: all"), "", id="what people's mail programs set too"),
]


@pytest.mark.parametrize(("marks", "mark"), MARKS)
def test_where_a_word_decides_a_programs_mark_is_enough(marks: MachineMarks, mark: str) -> None:
    """S3.2: a list's or a bulk mail's \"yes\" is nobody's; that of a person whose program wants no answers counts."""
    assert marks.programs == mark


NEWS = SentMail(9, NoticeKind.STATUS_INCIDENT.value, STRANGER, "Phones", None)


@pytest.mark.parametrize(
    ("report", "why"), [(BOUNCED, "did not take"), (COMPLAINT, "did not want"), (DELAYED, None)], ids=str
)
def test_who_refuses_the_news_of_the_status_page_is_subscribed_no_longer(
    report: DeliveryReport, why: str | None
) -> None:
    """S3.4, R8.2: bounced for good or complained of, each is told apart; a delay ends no subscription."""
    effects = record_delivery(seen(a_mail(STRANGER, report=report), the_facts(sent=NEWS))).effects

    assert [effect.address for effect in effects if isinstance(effect, ForgetSubscriber)] == ([STRANGER] if why else [])
    said = [effect.why for effect in effects if isinstance(effect, Mute)]
    assert [words.startswith(why or "") for words in said] == ([True] if why else [])


def test_a_contact_who_complains_of_the_news_is_not_marked_as_bouncing() -> None:
    """S3.4: what they complain of is the subscription alone; news that bounce mark them as any other mail does."""
    news = replace(NEWS, recipient=PRIMARY)

    def marks(report: DeliveryReport) -> int:
        effects = record_delivery(seen(a_mail(STRANGER, report=report), the_facts(sent=news))).effects
        return sum(isinstance(effect, MarkContact) for effect in effects)

    assert (marks(BOUNCED), marks(COMPLAINT)) == (1, 0)
