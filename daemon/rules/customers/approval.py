"""What an approver's answer does to a MACD request (R10.2, R10.3): approve, decline, expedite; the first answer wins.

An answer counts where an approver of that customer writes it, proven as any mail has to be, either as the reply to our
question to them or to one of the signed addresses in it, with nothing in the mail that speaks against it.  Anything
else they write is an update like any other.
"""

from collections.abc import Mapping
from dataclasses import replace

from daemon.model.case import Case, Kind, Macd, Status
from daemon.model.case_effect import AddMessage, ChangeStatus, Record
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.mail import Purpose
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.promise_effect import Approve, SetMacd
from daemon.rules.case_after import case_after
from daemon.rules.customers.approval_words import Verdict, orders_haste, speaks_against, verdict_in, word_of
from daemon.rules.customers.mail import take_up_closed, tell_agent, update_telling, writer_of
from daemon.rules.customers.reply_all import is_to_us
from daemon.rules.macd.approvers import DECLINED, may_approve, surcharge
from daemon.rules.macd.commission import Order, charged, tell_changed, to_urgent_team
from daemon.rules.messages import incoming_message
from daemon.rules.notices import answer, notice, requester_of
from daemon.rules.plus_words import EXPEDITE
from daemon.rules.reopening import Reopening, reopening
from daemon.rules.sighting import Sighting
from daemon.rules.standing import Proof

VERDICTS = {Purpose.APPROVE: Verdict.APPROVED, Purpose.DECLINE: Verdict.DECLINED}
"""What a mail to a signed address of ours says by itself."""

TAKEN_UP = frozenset({Reopening.SAME_CASE, Reopening.UNDONE_CLOSING})
"""Ways in which a closed case itself goes on: a request that is answered in time can still be decided on."""


def verdict_of(sighting: Sighting) -> Verdict | None:
    """Return what an approver answers to our question about this case; None: it is no answer, or not a clear one."""
    case = _macd_case(sighting)
    if case is None:
        return None
    text, by_address = sighting.mail.reply_text, _addressed(sighting, case)
    in_words = verdict_in(text)
    if not by_address:
        return in_words if _answers_question(sighting, case) else None
    verdict = next(iter(by_address))
    is_clear = in_words is verdict or (in_words is None and not speaks_against(text, verdict))
    return verdict if len(by_address) == 1 and is_clear else None


def _addressed(sighting: Sighting, case: Case) -> frozenset[Verdict]:
    """Return what the signed addresses of this case say to which a mail was sent: both, perhaps."""
    return frozenset(
        VERDICTS[reference.purpose]
        for reference in sighting.facts.address_references
        if reference.case == case.number and reference.purpose in VERDICTS
    )


def _macd_case(sighting: Sighting) -> Case | None:
    """Return the MACD case that one of its approvers writes on; not one that was reached through a duplicate."""
    match, who = sighting.match, sighting.who
    if match is None or who is None or who.mpoc is None or match.duplicate is not None:
        return None
    is_approver = who.may_reopen(match.case) and may_approve(who.mpoc)
    return match.case if is_approver and match.case.kind is Kind.MACD else None


def _answers_question(sighting: Sighting, case: Case) -> bool:
    """Tell whether this is a direct reply to our question: to the writer's own, or theirs beyond doubt."""
    question, who = sighting.facts.question, sighting.who
    if question is None or question.case != case.number or who is None or not is_to_us(sighting.mail, sighting.plan):
        return False
    return question.recipient == who.address or who.proof is Proof.AUTHENTICATED


def is_late(sighting: Sighting) -> bool:
    """An approver's answer to a MACD request that somebody has decided on already (R10.2)."""
    return sighting.facts.verdict is not None and verdict_of(sighting) is not None


def approves(sighting: Sighting) -> bool:
    """An approver's yes to a MACD request that waits for one (R10.2)."""
    return verdict_of(sighting) is Verdict.APPROVED and _is_undecided(sighting)


def declines(sighting: Sighting) -> bool:
    """An approver's no to a MACD request that waits for an answer (R10.2)."""
    return verdict_of(sighting) is Verdict.DECLINED and _is_undecided(sighting)


def _is_undecided(sighting: Sighting) -> bool:
    """Tell whether nobody has decided, on an open case or on one that was closed so and that a reply takes up (R5)."""
    case = _macd_case(sighting)
    if case is None or case.approved_at is not None:
        return False
    return not case.is_closed() or reopening(case, sighting.facts.received_at, sighting.plan) in TAKEN_UP


def expedites(sighting: Sighting) -> bool:
    """An approver's "expedite yes" on a standard request, or a reply of theirs to `+expedite` (R10.3)."""
    case = _macd_case(sighting)
    if case is None or case.macd is not Macd.STANDARD or case.is_closed() or case.status is Status.DUPLICATE:
        return False
    first = sighting.facts.verdict
    is_refused = first is not None and first.verdict == Verdict.DECLINED
    ordered = EXPEDITE in sighting.facts.plus_words or orders_haste(sighting.mail.reply_text)
    declined = {verdict_in(sighting.mail.reply_text), *_addressed(sighting, case)}
    return ordered and not is_refused and Verdict.DECLINED not in declined


def approve(sighting: Sighting) -> Decision:
    """Let the work begin: completion runs from the receipt of the approval; requester and agent are told (R10.2).

    A case that was closed before anybody had decided is reopened by the approval (R5.1, R5.6).
    """
    case, told = _case(sighting), {"verdict": Verdict.APPROVED.value}
    decision = _reopened(sighting, told) if case.is_closed() else update_telling(sighting, told)
    effects = (*decision.effects, *_approved(sighting, case))
    reason = f"{sighting.mail.originator.address} approved case {case.number}"
    return replace(decision, outcome=Outcome.APPROVED, effects=effects, rules=(*decision.rules, "R10.2"), reason=reason)


def _reopened(sighting: Sighting, more: Mapping[str, str]) -> Decision:
    """Take a closed case up, and say more to its agent."""
    decision = take_up_closed(sighting)
    return replace(decision, effects=tuple(_saying_more(effect, more) for effect in decision.effects))


def _saying_more(effect: Effect, more: Mapping[str, str]) -> Effect:
    if not isinstance(effect, Queue) or effect.notice.kind is not NoticeKind.CUSTOMER_WROTE:
        return effect
    facts = tuple((name, more.get(name, value)) for name, value in effect.notice.facts)
    return replace(effect, notice=replace(effect.notice, facts=facts))


def decline(sighting: Sighting) -> Decision:
    """Close a request that an approver declined, or leave it closed; requester and agent are told (R10.2)."""
    case, at, actor = _case(sighting), sighting.facts.received_at, sighting.mail.originator.address
    told = {"verdict": Verdict.DECLINED.value}
    closing = ChangeStatus(case=case.number, status=Status.CLOSED, at=at, actor=actor, why="R10.2")
    effects: tuple[Effect, ...] = (
        _message(sighting, case),
        *(() if case.is_closed() else (closing,)),
        Record(case=case.number, event=DECLINED, detail=actor, at=at, actor=actor),
        *_tell_requester(sighting, case, Verdict.DECLINED),
        tell_agent(sighting, case, None if case.is_closed() else Status.CLOSED, told),
    )
    reason = f"{actor} declined case {case.number}"
    return Decision(outcome=Outcome.DECLINED, effects=effects, rules=("R10.2",), reason=reason, case=case.number)


def answer_late(sighting: Sighting) -> Decision:
    """Tell an approver who decided first; their mail is kept, and the agent sees it, but nothing is decided (R10.2)."""
    case, first = _case(sighting), sighting.facts.verdict
    assert first is not None, "triage sent a late answer here"
    reason = f"case {case.number} was {first.verdict} by {first.by} already"
    decision = Decision(outcome=Outcome.CASE_UPDATED, effects=(), rules=("R10.2",), reason=reason, case=case.number)
    kept: tuple[Effect, ...] = (_message(sighting, case), tell_agent(sighting, case, None))
    if not case.is_closed():
        kept = update_telling(sighting, {}).effects
    told = {"verdict": first.verdict, "by": _name(sighting, first.by)}
    to, event = writer_of(sighting), sighting.facts.event
    late = notice(NoticeKind.APPROVAL_LATE, to, case=case.number, event=event, facts=told)
    return replace(decision, effects=(*kept, *answer(late, sighting.facts, sighting.mail, sighting.plan)))


def expedite(sighting: Sighting) -> Decision:
    """Expedite a standard request on an approver's word, which approves it too where nobody has (R10.2, R10.3).

    Its four hours run from the receipt of that word; outside the extended hours it goes to the 24x7 team at once.
    """
    case, facts, charter = _case(sighting), sighting.facts, sighting.charter
    at, actor = facts.received_at, sighting.mail.originator.address
    order = Order(at=at, actor=actor, event=facts.event, request=facts.last_mail, loads=facts.loads)
    ordered = SetMacd(case=case.number, macd=Macd.EXPEDITED, at=at, actor=actor, why="R10.3", since=at)
    is_first = case.approved_at is None and facts.verdict is None
    price = surcharge(sighting.plan)
    decision = update_telling(sighting, {"macd": Macd.EXPEDITED.value, "surcharge": price})
    effects: tuple[Effect, ...] = (
        *decision.effects,
        ordered,
        *charged(case.number, Macd.EXPEDITED, order, sighting.plan),
        *(_approved(sighting, case) if is_first else ()),
        *to_urgent_team(case, order, charter),
        *_tell_expedited(sighting, case, ordered),
    )
    return replace(
        decision,
        outcome=Outcome.APPROVED if is_first else decision.outcome,
        effects=effects,
        rules=(*decision.rules, "R10.3"),
        reason=f"{actor} has case {case.number} expedited",
    )


def _tell_expedited(sighting: Sighting, case: Case, ordered: SetMacd) -> tuple[Queue, ...]:
    """Tell whoever ordered it of the charge, and the requester, each once."""
    requester, writer = requester_of(case, sighting.directory), writer_of(sighting)
    people = {to.address: to for to in (writer, requester) if to is not None}
    after = replace(case_after(case, ordered), waiting_on=None)
    return tuple(tell_changed(after, to, sighting.facts.event, sighting.charter) for to in people.values())


def _approved(sighting: Sighting, case: Case) -> tuple[Effect, ...]:
    at, actor = sighting.facts.received_at, sighting.mail.originator.address
    return (Approve(case=case.number, at=at, actor=actor), *_tell_requester(sighting, case, Verdict.APPROVED))


def _message(sighting: Sighting, case: Case) -> AddMessage:
    return incoming_message(sighting.mail, sighting.facts, case.number)


def _tell_requester(sighting: Sighting, case: Case, verdict: Verdict) -> tuple[Queue, ...]:
    to: Recipient | None = requester_of(case, sighting.directory)
    by = sighting.mail.originator.address
    if to is None or to.address == by:
        return ()
    word = "" if orders_haste(sighting.mail.reply_text) else word_of(sighting.mail.reply_text)
    told = {"verdict": verdict.value, "by": _name(sighting, by), "word": word}
    given = notice(NoticeKind.APPROVAL_GIVEN, to, case=case.number, event=sighting.facts.event, facts=told)
    return (Queue(notice=given),)


def _name(sighting: Sighting, address: str) -> str:
    listed = sighting.directory.mpoc(address)
    return listed[1].name if listed else address


def _case(sighting: Sighting) -> Case:
    assert sighting.match is not None, "triage sent a mail on a case here"
    return sighting.match.case
