"""What a contact's answer to a held request does: approve, add, decline; the first valid answer wins (R2.3, R2.6).

It counts where an MPOC of that customer gives it, proven by more than the mailbox's policy and by no program, as the
direct reply to the question that was signed for them or to one of the signed addresses in it.  Whatever else they
write is judged as if it named no request: nothing of theirs is lost.
"""

from datetime import datetime

from daemon.model.effect import Decision, Effect
from daemon.model.mail import Purpose
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.readmission import DetainedRequest, Readmission, Readmitted
from daemon.rules.customers.approval_words import Verdict, speaks_against
from daemon.rules.customers.mail import tell_agent, writer_of
from daemon.rules.customers.reply_all import is_to_us
from daemon.rules.detained.deciders import may_decide, person_named
from daemon.rules.detained.releasing import Refusal, decline, readmit
from daemon.rules.detained.words import Answer, said_in
from daemon.rules.messages import incoming_message
from daemon.rules.notices import answer, notice
from daemon.rules.sighting import Sighting
from daemon.rules.standing import Proof

BY_ADDRESS = {
    Purpose.HELD_APPROVE: Answer.APPROVE,
    Purpose.HELD_JOIN: Answer.JOIN,
    Purpose.HELD_DECLINE: Answer.DECLINE,
}
"""What a mail to a signed address of ours says by itself."""

WHY = {Answer.APPROVE: Readmission.APPROVED, Answer.JOIN: Readmission.JOINED}

VERDICTS = {DetainedState.RELEASED: "approved", DetainedState.LAPSED: "lapsed"}
"""What became of a request that is decided, as mails say it; else it was declined."""


def answers_held(sighting: Sighting) -> bool:
    """A contact's clear answer to a request that is held for their company (R2.3)."""
    request, who = sighting.facts.answered, sighting.who
    if request is None or request.kind is not DetainedKind.HELD or who is None or who.mpoc is None:
        return False
    if who.customer is None or who.customer.id != request.customer or who.address == request.sender:
        return False
    if who.proof not in (Proof.AUTHENTICATED, Proof.SIGNED_REPLY):
        return False
    if sighting.mail.marks.programs or not is_to_us(sighting.mail, sighting.plan):
        return False
    return may_decide(who.mpoc, who.customer, is_macd=request.is_macd) and answer_of(sighting, request) is not None


def answer_of(sighting: Sighting, request: DetainedRequest) -> Answer | None:
    """Return what a mail answers by its signed addresses and its first line; None: nothing clear.

    In a mail to an address that approves, any text may stand that does not speak against it, as in an approver's.
    """
    text = sighting.mail.reply_text
    said = {
        BY_ADDRESS[reference.purpose]
        for reference in sighting.facts.address_references
        if reference.detained == request.id and reference.purpose in BY_ADDRESS
    }
    in_words = said_in(text).answer
    said |= {in_words} if in_words else set()
    if Answer.DECLINE in said:
        return Answer.DECLINE if len(said) == 1 else None
    if in_words is None and speaks_against(text, Verdict.APPROVED):
        return None
    return Answer.JOIN if Answer.JOIN in said else next(iter(said), None)


def decide_held(sighting: Sighting) -> Decision:
    """Carry out a contact's answer, or tell them who was first."""
    request = _request(sighting)
    if not is_waiting(request, sighting.facts.received_at):
        return _answer_late(sighting, request)
    said = answer_of(sighting, request)
    assert said is not None, "triage sent a clear answer here"
    return _decline(sighting, request) if said is Answer.DECLINE else _let_through(sighting, request, WHY[said])


def is_waiting(request: DetainedRequest, received_at: datetime) -> bool:
    """Tell whether an answer received at an instant decides: one that came before the lapse undoes it (R5.6)."""
    if request.state is DetainedState.OPEN:
        return True
    in_time = request.lapses_at is not None and received_at < request.lapses_at
    return request.state is DetainedState.LAPSED and in_time


def _let_through(sighting: Sighting, request: DetainedRequest, why: Readmission) -> Decision:
    """Have the held mail decided again, on this contact's authority, from the receipt of their answer (R3.11)."""
    by, at = sighting.mail.originator.address, sighting.facts.received_at
    effects = readmit(request, Readmitted(why, at, by, word=said_in(sighting.mail.reply_text).word))
    reason = f"{by} approved held request {request.id}"
    return Decision(outcome=Outcome.APPROVED, effects=effects, reason=reason, rules=("R2.3",))


def _decline(sighting: Sighting, request: DetainedRequest) -> Decision:
    who = sighting.who
    assert who is not None
    assert who.customer is not None, "triage sent an MPOC's mail here"
    refusal = Refusal(who.address, said_in(sighting.mail.reply_text).word, sighting.facts.received_at)
    return decline(request, who.customer, refusal, sighting.plan)


def _answer_late(sighting: Sighting, request: DetainedRequest) -> Decision:
    """Tell a contact who decided first; what they said beside it goes to the case, where there is one."""
    verdict = VERDICTS.get(request.state, "declined")
    by = "" if verdict == "lapsed" else person_named(request.settled_by, sighting.directory, sighting.plan)
    told = {"writer": request.sender, "subject": request.subject, "verdict": verdict, "by": by}
    late = notice(
        NoticeKind.HELD_DECIDED,
        writer_of(sighting),
        case=None,
        event=sighting.facts.event,
        facts=told,
        subject=sighting.mail.subject,
        in_reply_to=sighting.mail.message_id,
    )
    effects: tuple[Effect, ...] = (
        *_kept_words(sighting, request),
        *answer(late, sighting.facts, sighting.mail, sighting.plan),
    )
    outcome = Outcome.APPROVED if verdict == "approved" else Outcome.DECLINED
    reason = f"held request {request.id} was {verdict} already" + (f", by {request.settled_by}" if by else "")
    return Decision(outcome=outcome, effects=effects, reason=reason, rules=("R2.3",))


def _kept_words(sighting: Sighting, request: DetainedRequest) -> tuple[Effect, ...]:
    """Keep what a late answer says beside its verdict on the case that the request became or joined."""
    case = sighting.facts.case(request.case)
    may_write = case is not None and sighting.who is not None and sighting.who.may_reopen(case)
    if case is None or not may_write or not said_in(sighting.mail.reply_text).word:
        return ()
    return (incoming_message(sighting.mail, sighting.facts, case.number), tell_agent(sighting, case, None))


def _request(sighting: Sighting) -> DetainedRequest:
    assert sighting.facts.answered is not None, "triage sent an answer here"
    return sighting.facts.answered
