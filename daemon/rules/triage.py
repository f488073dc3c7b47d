"""What becomes of an incoming mail: an ordered table of named checks; the first that holds decides.

Read it from top to bottom.  The names of the checks asked, and their answers, are stored with the decision and told
by `supportd why`.
"""

from collections.abc import Callable
from dataclasses import replace

from daemon.model.case import Case, Status
from daemon.model.effect import Asked, Decision
from daemon.model.mail import FOR_AGENTS, Purpose
from daemon.model.readmission import OF_AGENTS
from daemon.rules.address_marks import around
from daemon.rules.agents.by_program import file_and_tell, is_by_program
from daemon.rules.agents.reply import carry_out
from daemon.rules.customers.approval import (
    answer_late,
    approve,
    approves,
    decline,
    declines,
    expedite,
    expedites,
    is_late,
)
from daemon.rules.customers.confirmation import confirms
from daemon.rules.customers.escalation import escalate_for_customer
from daemon.rules.customers.escalation_wish import asks_to_escalate
from daemon.rules.customers.mail import add_only, close_confirmed, keep_confirmation, open_new, take_up_closed, update
from daemon.rules.detained.after_challenge import after_challenge
from daemon.rules.detained.after_question import after_question
from daemon.rules.detained.answer import answers_held, decide_held
from daemon.rules.detained.challenge import challenge, may_be_challenged
from daemon.rules.detained.challenge_answer import answers_challenge, take_answer
from daemon.rules.detained.holding import (
    hold,
    quarantine_ambiguous,
    quarantine_list_mail,
    quarantine_of_former_agent,
    quarantine_over_limit,
    quarantine_stranger,
    quarantine_unauthenticated,
    quarantine_unproven_agent,
    quarantine_written_as_us,
)
from daemon.rules.detained.let_through import carry_on, is_approved, is_released
from daemon.rules.detained.waiting import asks_after_held, wait_with_held
from daemon.rules.machine_mail import file_unanswered, keep_loop, record_delivery
from daemon.rules.maintenance.mail import is_about_window, take_window_mail
from daemon.rules.opening import is_own
from daemon.rules.plus_words import ESCALATE
from daemon.rules.radar.mail import is_about_storm, take_storm_mail
from daemon.rules.reopening import Reopening, reopening
from daemon.rules.sighting import Sighting, told

Check = Callable[[Sighting], bool]
Response = Callable[[Sighting], Decision]


def is_own_mail(sighting: Sighting) -> bool:
    """A Message-ID of ours, or our own address as originator."""
    return sighting.facts.is_own or is_own(sighting.mail.originator.address, sighting.plan)


def is_written_as_us(sighting: Sighting) -> bool:
    """An answer to a mail that we signed for an agent, under our own address: an agent in the desk's own mailbox.

    What we write ourselves never names such a mail (S2.8).
    """
    facts = sighting.facts
    answers_agents = any(one.purpose in FOR_AGENTS for one in facts.references + facts.address_references)
    return is_own_mail(sighting) and not facts.is_own and answers_agents and not sighting.mail.marks.programs


def is_over_limit(sighting: Sighting) -> bool:
    """Only the header could be kept (S1.2)."""
    return bool(sighting.facts.over_limit)


def is_delivery_report(sighting: Sighting) -> bool:
    """A delivery or feedback report, or what comes to a signed reverse-path and is no contact's own mail (S3.4)."""
    if sighting.mail.report is not None:
        return True
    is_persons = sighting.who is not None and sighting.who.mpoc is not None and not sighting.mail.marks.programs
    return sighting.facts.sent is not None and not is_persons


def is_machine_mail(sighting: Sighting) -> bool:
    """Marked as automatic (RFC 3834 and the older marks, S3.2)."""
    return bool(sighting.mail.marks.automatic)


def is_ambiguous(sighting: Sighting) -> bool:
    """No single originator can be read (S2.1)."""
    return sighting.who is None


def is_proven_agent(sighting: Sighting) -> bool:
    """An agent's address with a proof that the mailbox's policy does not replace (S2.7)."""
    return sighting.who is not None and sighting.who.agent is not None and sighting.who.is_proven


def is_of_former_agent(sighting: Sighting) -> bool:
    """An agent's reply that waited or was held back, whose writer is no agent any more (S3.7)."""
    again, who = sighting.facts.readmitted, sighting.who
    return again is not None and again.why in OF_AGENTS and (who is None or who.agent is None)


def claims_to_be_agent(sighting: Sighting) -> bool:
    """An agent's address without such a proof (S2.3)."""
    return sighting.who is not None and sighting.who.agent is not None


def is_unauthenticated(sighting: Sighting) -> bool:
    """Somebody whom the desk knows, without a proof, at a mailbox that quarantines such mail (S2.3)."""
    who = sighting.who
    known = who is not None and (who.customer is not None or sighting.match is not None)
    return known and who is not None and not who.is_proven


def is_list_mail_of_no_mpoc(sighting: Sighting) -> bool:
    """List mail counts as a message only from an MPOC (S3.2)."""
    who = sighting.who
    return bool(sighting.mail.marks.no_answer) and (who is None or who.mpoc is None)


def is_list_mail_of_mpoc(sighting: Sighting) -> bool:
    """List mail of an MPOC on a case; what Outlook sets in people's mail makes none."""
    return sighting.match is not None and bool(sighting.mail.marks.programs)


def is_list_mail_on_case(sighting: Sighting) -> bool:
    """List mail of a participant on their case."""
    return is_list_mail_of_no_mpoc(sighting) and sighting.match is not None


def wants_to_reopen(sighting: Sighting) -> bool:
    """A participant's reply to a closed case: only an MPOC reopens (R2.2, R2.6).

    One that was received before a closing by silence reopens nothing: it shows that there was no silence (R5.6).
    """
    match, who = sighting.match, sighting.who
    if match is None or who is None or not match.case.is_closed() or who.may_reopen(match.case):
        return False
    way = reopening(match.case, sighting.facts.received_at, sighting.plan)
    return way is not Reopening.UNDONE_CLOSING


def answers_closed_case(sighting: Sighting) -> bool:
    """A reply to a closed case (R5)."""
    return sighting.match is not None and sighting.match.case.is_closed()


def confirms_resolution(sighting: Sighting) -> bool:
    """An MPOC's plain confirmation on a resolved case, in words or by its confirm address (R4.4).

    A participant's counts as any answer (R2.6).
    """
    match, who = sighting.match, sighting.who
    if match is None or who is None or match.case.status is not Status.RESOLVED:
        return False
    if not who.may_reopen(match.case):
        return False
    by_words = not sighting.mail.attachments and confirms(sighting.mail.reply_text)
    return by_words or match.purpose is Purpose.CONFIRM


def wants_escalation(sighting: Sighting) -> bool:
    """An MPOC's wish to escalate an open case: by the first line, or by the address (R9.1)."""
    match, who = sighting.match, sighting.who
    if match is None or who is None or match.case.is_closed() or not who.may_reopen(match.case):
        return False
    return ESCALATE in sighting.facts.plus_words or asks_to_escalate(sighting.mail.reply_text)


def confirms_again(sighting: Sighting) -> bool:
    """A confirmation of a case that is closed by now: it reopens nothing (R4.4).

    By the confirm address at any time; in words where they came before the silence ended it (R5.6).
    """
    match = sighting.match
    if match is None or not match.case.is_closed():
        return False
    return match.purpose is Purpose.CONFIRM or _confirmed_in_time(sighting, match.case)


def _confirmed_in_time(sighting: Sighting, case: Case) -> bool:
    """Tell whether an MPOC had confirmed in words before a resolved case was closed by silence."""
    if case.status is not Status.CLOSED or sighting.who is None or not sighting.who.may_reopen(case):
        return False
    if reopening(case, sighting.facts.received_at, sighting.plan) is not Reopening.UNDONE_CLOSING:
        return False
    return not sighting.mail.attachments and confirms(sighting.mail.reply_text)


def answers_open_case(sighting: Sighting) -> bool:
    """A reply to any other case."""
    return sighting.match is not None


def is_mpoc(sighting: Sighting) -> bool:
    """An MPOC (R2.2)."""
    return sighting.who is not None and sighting.who.mpoc is not None


def is_colleague(sighting: Sighting) -> bool:
    """Somebody at a customer's domain who is no MPOC (R2.3)."""
    return sighting.who is not None and sighting.who.customer is not None


def is_anybody(_sighting: Sighting) -> bool:
    """Whoever is left."""
    return True


CHECKS: tuple[tuple[str, Check, Response], ...] = (
    ("approved by an MPOC", is_approved, carry_on),  # R2.3, R2.6
    ("released from quarantine", is_released, carry_on),  # R2.4
    ("written under our own address", is_written_as_us, quarantine_written_as_us),  # S2.7
    ("our own mail came back", is_own_mail, keep_loop),
    ("over the size limit", is_over_limit, quarantine_over_limit),  # S1.2
    ("delivery report", is_delivery_report, record_delivery),  # S3.4
    ("written by a program", is_machine_mail, file_unanswered),  # S3.2
    ("sender ambiguous", is_ambiguous, quarantine_ambiguous),  # S2.1
    ("answer to a challenge", answers_challenge, take_answer),  # S2.3
    ("reply of an agent who has left", is_of_former_agent, quarantine_of_former_agent),  # S3.7, S1.2
    ("agent's mail by a program", is_by_program, file_and_tell),  # S2.7, S3.2
    ("agent on unscheduled maintenance", is_about_window, take_window_mail),  # R11.6, S2.7
    ("agent on mails that look alike", is_about_storm, take_storm_mail),  # R7.1, S2.7
    ("agent, proven", is_proven_agent, carry_out),  # S2.7
    ("sender to be challenged", may_be_challenged, challenge),  # S2.3
    ("agent, unproven", claims_to_be_agent, quarantine_unproven_agent),  # S2.3
    ("sender unauthenticated", is_unauthenticated, quarantine_unauthenticated),  # S2.3
    ("list mail on a case", is_list_mail_on_case, file_unanswered),  # S3.2
    ("list mail of no MPOC", is_list_mail_of_no_mpoc, quarantine_list_mail),  # S3.2
    ("list mail of an MPOC on a case", is_list_mail_of_mpoc, add_only),  # R4.8, S3.2
    ("answer on a held request", answers_held, decide_held),  # R2.3, R2.6
    ("MACD request expedited by an approver", expedites, expedite),  # R10.3
    ("late answer to a MACD request", is_late, answer_late),  # R10.2
    ("approval of a MACD request", approves, approve),  # R10.2
    ("MACD request declined", declines, decline),  # R10.2
    ("confirmation of a closed case", confirms_again, keep_confirmation),  # R4.4
    ("word on one's own held request", asks_after_held, wait_with_held),  # R2.3
    ("participant's reply to a closed case", wants_to_reopen, hold),  # R2.6
    ("reply to a closed case", answers_closed_case, take_up_closed),  # R5
    ("confirmation of a resolved case", confirms_resolution, close_confirmed),  # R4.4
    ("wish to escalate", wants_escalation, escalate_for_customer),  # R9
    ("reply to an open case", answers_open_case, update),  # R4
    ("new request of an MPOC", is_mpoc, open_new),  # R1.1, R2.2
    ("colleague of a customer", is_colleague, hold),  # R2.3
    ("stranger", is_anybody, quarantine_stranger),  # R2.4
)


def decide(sighting: Sighting) -> Decision:
    """Return the decision of the first check that holds, with every check that was asked."""
    asked: list[Asked] = []
    for name, check, response in CHECKS:
        held = check(sighting)
        asked.append(Asked(name, held))
        if held:
            decision = after_question(sighting, after_challenge(sighting, response(sighting)))
            effects = around(sighting, decision.effects)
            return replace(decision, effects=effects, checks=tuple(asked), facts=told(sighting))
    raise AssertionError("the last check holds for everybody")
