"""What a customer's mail does: a new case, an update, a reopening or a linked case (R1, R4, R5)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from daemon.model.case import NEW_CASE, Case, CaseNumber, Participant, Status, WaitingOn
from daemon.model.case_effect import AddParticipant, ChangeStatus, SetWaiting
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Customer, Mpoc
from daemon.rules.macd.commission import by_address, wish
from daemon.rules.messages import incoming_message, new_text
from daemon.rules.notices import answer, chat_open, everybody_on, notice, to_agent, to_mpoc, to_outsider
from daemon.rules.opening import (
    Request,
    acknowledgement,
    follow_up_facts,
    kept_people,
    link_to,
    new_participants,
    open_case,
    request_of,
    responsible,
    tell_technician,
)
from daemon.rules.reopening import Reopening, last_day, reopening
from daemon.rules.sighting import Sighting

ENDED_BY_REPLY = {Status.ON_HOLD: "R4.3", Status.RESOLVED: "R4.4"}
"""Statuses that a customer's reply ends, with the rule; a shipping case stays as it is (R4.6)."""


def open_new(sighting: Sighting) -> Decision:
    """An MPOC's request opens a case (R1.1, R1.2, R2.2); one to `+macd` or `+expedite` a MACD request (R10.2)."""
    mail, facts, plan = sighting.mail, sighting.facts, sighting.plan
    customer, mpoc = _mpoc(sighting)
    request = _request(sighting)
    others = new_participants(mail, None, sighting.charter, customer=customer)
    opened = open_case(request, facts, sighting.charter, policy=sighting.policy)
    effects: tuple[Effect, ...] = (
        *opened.effects,
        *_joined(NEW_CASE, others, sighting),
        *answer(acknowledgement(request, facts, plan, now=sighting.now), facts, mail, plan),
        tell_technician(opened, request, facts, plan),
    )
    reason = f"{mpoc.email} is an MPOC of {customer.name}"
    rules = ("R1.1", "R1.2", "R2.2", *(("R10.2", "R10.3") if request.macd else ()))
    return Decision(outcome=Outcome.CASE_OPENED, effects=effects, rules=rules, reason=reason)


def _request(sighting: Sighting) -> Request:
    """Return an MPOC's mail as a request: of a MACD, where its address says so (R10.2)."""
    facts, (customer, mpoc) = sighting.facts, _mpoc(sighting)
    ordered = by_address(facts.plus_words, mpoc.email, mpoc, sighting.charter, at=facts.received_at)
    return replace(request_of(sighting.mail, facts, customer, mpoc), macd=ordered)


def update(sighting: Sighting) -> Decision:
    """A reply to an open case is an update; it ends a hold, a wait and a resolution (R4.3, R4.4, R6.2)."""
    return update_telling(sighting, {})


def update_telling(sighting: Sighting, more: Mapping[str, str]) -> Decision:
    """Take a reply as an update that says more to the agent: facts of `CUSTOMER_WROTE`."""
    case = _case(sighting)
    status, rules = None, ["R4.6" if case.status is Status.SHIPPING else "R1.1"]
    effects: list[Effect] = [incoming_message(sighting.mail, sighting.facts, case.number), *_cc(sighting, case)]
    if case.status in ENDED_BY_REPLY:
        status, rules = Status.IN_PROGRESS, [ENDED_BY_REPLY[case.status]]
        effects.append(_status(sighting, case, status, why=rules[0]))
    if case.waiting_on is WaitingOn.CUSTOMER:
        effects.append(_stop_waiting(sighting, case))
        rules.append("R6.2")
    if sighting.match and sighting.match.duplicate:
        rules.append("R4.5")
    effects += [*_confirm_update(sighting, case), tell_agent(sighting, case, status, more)]
    reason = f"a reply to {case.status.value} case {case.number}"
    return Decision(
        outcome=Outcome.CASE_UPDATED, effects=tuple(effects), rules=tuple(rules), reason=reason, case=case.number
    )


def add_only(sighting: Sighting) -> Decision:
    """List mail of an MPOC is added to their case and told its agent; it does no more (R4.8)."""
    case, mark = _case(sighting), sighting.mail.marks.programs
    added = replace(incoming_message(sighting.mail, sighting.facts, case.number), automatic=True)
    effects = (added, tell_agent(sighting, case, None, {"mark": mark}))
    reason = f"list mail ({mark}) of an MPOC changes no status and no clock"
    return Decision(
        outcome=Outcome.CASE_UPDATED, effects=effects, rules=("R4.8", "S3.2"), reason=reason, case=case.number
    )


def close_confirmed(sighting: Sighting) -> Decision:
    """An MPOC's plain confirmation closes a resolved case (R4.4); the customer and the agent are told."""
    case, facts = _case(sighting), sighting.facts
    reopen_until = last_day(facts.received_at, sighting.plan).isoformat()
    told = {"status": Status.CLOSED.value, "reopen_until": reopen_until}
    effects: tuple[Effect, ...] = (
        incoming_message(sighting.mail, sighting.facts, case.number),
        _status(sighting, case, Status.CLOSED, why="R4.4"),
        *_tell_everybody(sighting, case, told),
        tell_agent(sighting, case, Status.CLOSED),
    )
    reason = f"{sighting.mail.originator.address} confirmed that the work is done"
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, rules=("R4.4",), reason=reason, case=case.number)


def keep_confirmation(sighting: Sighting) -> Decision:
    """A mail to the confirm address of a case that is closed already is kept on it, and changes nothing (R4.4)."""
    case = _case(sighting)
    effects = (incoming_message(sighting.mail, sighting.facts, case.number),)
    reason = f"case {case.number} is {case.status.value} already"
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, rules=("R4.4",), reason=reason, case=case.number)


def take_up_closed(sighting: Sighting) -> Decision:
    """A reply to a closed case reopens it within seven days, else opens a linked one (R5)."""
    case = _case(sighting)
    way = reopening(case, sighting.facts.received_at, sighting.plan)
    if way is Reopening.SAME_CASE:
        return _reopen(sighting, case)
    if way is Reopening.UNDONE_CLOSING:
        return _undo_closing(sighting, case)
    return _follow_up(sighting, case, way)


def _reopen(sighting: Sighting, case: Case) -> Decision:
    plan, facts = sighting.plan, sighting.facts
    customer, mpoc = _mpoc(sighting)
    closed_at = case.closed_at.isoformat() if case.closed_at else ""
    told = {"chat_open": chat_open(plan, sighting.now), "closed_at": closed_at}
    reopened = notice(NoticeKind.REOPENED, to_mpoc(mpoc), case=case.number, event=facts.event, facts=told)
    effects: tuple[Effect, ...] = (
        _status(sighting, case, Status.REOPENED, why="R5.1"),
        incoming_message(sighting.mail, sighting.facts, case.number),
        *_cc(sighting, case),
        *answer(reopened, facts, sighting.mail, plan),
        tell_agent(sighting, case, Status.REOPENED),
    )
    reason = f"{mpoc.email} of {customer.name} answered within {plan.reopening_days} days of the closing"
    return Decision(
        outcome=Outcome.CASE_REOPENED, effects=effects, rules=("R5.1", "R5.5"), reason=reason, case=case.number
    )


def _undo_closing(sighting: Sighting, case: Case) -> Decision:
    effects: tuple[Effect, ...] = (
        _status(sighting, case, Status.IN_PROGRESS, why="R5.6"),
        incoming_message(sighting.mail, sighting.facts, case.number),
        *_tell_everybody(sighting, case, {"status": Status.IN_PROGRESS.value}),
        tell_agent(sighting, case, Status.IN_PROGRESS),
    )
    reason = "the answer was received before the closing that it undoes"
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, rules=("R5.6",), reason=reason, case=case.number)


def _follow_up(sighting: Sighting, case: Case, way: Reopening) -> Decision:
    mail, facts, plan = sighting.mail, sighting.facts, sighting.plan
    customer, mpoc = _mpoc(sighting)
    request = _request(sighting)
    opened = open_case(request, facts, sighting.charter, policy=sighting.policy, prefer=case.assignee)
    kept = kept_people(case, mpoc.email, sighting.directory)
    others = new_participants(mail, None, sighting.charter, customer=customer)
    people = {person.address: person for person in others + kept}
    told = follow_up_facts(case, plan, sighting.now)
    explained = notice(NoticeKind.FOLLOW_UP_OPENED, to_mpoc(mpoc), case=NEW_CASE, event=facts.event, facts=told)
    effects: tuple[Effect, ...] = (
        *opened.effects,
        *_joined(NEW_CASE, tuple(people.values()), sighting),
        link_to(case, facts.received_at, mpoc.email),
        *answer(explained, facts, mail, plan),
        *(answer(acknowledgement(request, facts, plan, now=sighting.now), facts, mail, plan) if request.macd else ()),
        tell_technician(opened, request, facts, plan, earlier=case),
    )
    reason = f"case {case.number} is {case.status.value} and can no longer be reopened"
    return Decision(outcome=Outcome.FOLLOW_UP_OPENED, effects=effects, rules=(way.value, "R5.5"), reason=reason)


def _status(sighting: Sighting, case: Case, status: Status, *, why: str) -> ChangeStatus:
    return ChangeStatus(
        case=case.number, status=status, at=sighting.facts.received_at, actor=sighting.mail.originator.address, why=why
    )


def _stop_waiting(sighting: Sighting, case: Case) -> SetWaiting:
    writer = sighting.mail.originator.address
    return SetWaiting(case=case.number, waiting_on=None, at=sighting.facts.received_at, actor=writer, why="R6.2")


def _cc(sighting: Sighting, case: Case) -> tuple[AddParticipant, ...]:
    """Let those follow whom an MPOC put in Cc; a participant invites nobody (R2.6).

    An MPOC whose reply to a duplicate went to its primary case follows that one from now on (R4.5).
    """
    who = sighting.who
    if who is None or who.customer is None or not who.may_reopen(case):
        return ()
    others = new_participants(sighting.mail, case, sighting.charter, customer=who.customer)
    is_new = sighting.match is not None and sighting.match.duplicate and who.address != case.requester
    if is_new and not case.has_participant(who.address):
        others = (Participant(who.address, who.name), *others)
    return _joined(case.number, others, sighting)


def _joined(case: CaseNumber, people: tuple[Participant, ...], sighting: Sighting) -> tuple[AddParticipant, ...]:
    actor, at = sighting.mail.originator.address, sighting.facts.received_at
    return tuple(AddParticipant(case=case, participant=person, at=at, actor=actor) for person in people)


def tell_agent(
    sighting: Sighting, case: Case, status: Status | None, more: Mapping[str, str] = MappingProxyType({})
) -> Queue:
    """Tell a case's agent what a customer wrote and which status it led to, and more facts of `CUSTOMER_WROTE`."""
    facts, mail = sighting.facts, sighting.mail
    told = {
        "writer": mail.originator.address,
        "status": status.value if status else "",
        "received_at": facts.received_at.isoformat(),
        "wish": "" if more.get("macd") else wish(facts.plus_words, case),
        **more,
    }
    return Queue(
        notice=notice(
            NoticeKind.CUSTOMER_WROTE,
            to_agent(responsible(case, sighting.directory), sighting.plan),
            case=case.number,
            event=facts.event,
            facts=told,
            text=new_text(mail),
            author=sighting.who.name if sighting.who else "",
            attachments=facts.attachments,
        )
    )


def _tell_everybody(sighting: Sighting, case: Case, told: dict[str, str]) -> tuple[Queue, ...]:
    """Tell the writer and everybody on the case how it stands now (R4.1), each in a mail of their own."""
    readers = {to.address: to for to in (writer_of(sighting), *everybody_on(case, sighting.directory))}
    return tuple(
        Queue(
            notice=notice(NoticeKind.STATUS_CHANGED, to, case=case.number, event=sighting.facts.event, facts=dict(told))
        )
        for to in readers.values()
    )


def _confirm_update(sighting: Sighting, case: Case) -> tuple[Queue, ...]:
    if not sighting.plan.confirm_updates:
        return ()
    told = {"chat_open": chat_open(sighting.plan, sighting.now)}
    received = notice(
        NoticeKind.UPDATE_RECEIVED, writer_of(sighting), case=case.number, event=sighting.facts.event, facts=told
    )
    return answer(received, sighting.facts, sighting.mail, sighting.plan)


def writer_of(sighting: Sighting) -> Recipient:
    """Return who wrote, as the reader of an answer."""
    who = sighting.who
    assert who is not None
    return to_mpoc(who.mpoc) if who.mpoc else to_outsider(who.address, who.customer)


def _mpoc(sighting: Sighting) -> tuple[Customer, Mpoc]:
    who = sighting.who
    assert who is not None
    assert who.customer is not None
    assert who.mpoc is not None, "triage sent an MPOC's mail here"
    return who.customer, who.mpoc


def _case(sighting: Sighting) -> Case:
    assert sighting.match is not None, "triage sent a mail on a case here"
    return sighting.match.case
