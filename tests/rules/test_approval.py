"""Who decides on a MACD request, whatever is written to it (R10.2, R10.3)."""

from datetime import date

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from daemon.model.case import Case, Kind, Macd, Status, WaitingOn
from daemon.model.case_effect import ChangeStatus
from daemon.model.effect import Decision, Queue
from daemon.model.facts import FirstVerdict, SentMail
from daemon.model.mail import Authentication, MachineMarks, Purpose, Reference
from daemon.model.outcome import Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.promise_effect import Approve, SetMacd
from daemon.rules.sighting import Sighting
from daemon.rules.triage import decide
from tests.rules.making import (
    APPROVER,
    COLLEAGUE,
    FOREIGN,
    NOW,
    PARTNER,
    PRIMARY,
    STRANGER,
    a_case,
    a_mail,
    policy_with,
    seen,
    the_facts,
    with_participant,
)

WRITERS = (*[APPROVER] * 6, PRIMARY, COLLEAGUE, PARTNER, FOREIGN, STRANGER)
TEXTS = (
    "approve",
    "approve",
    "Decline.",
    "Decline.",
    "expedite yes",
    "approve?",
    "",
    "Who pays?",
    "Yes\n\nBut mind the licences.",
)
QUESTION = SentMail(9, "approval_asked", APPROVER, "", 1042)
VERDICTS = (None, None, FirstVerdict("approved", "second@acme.example"), FirstVerdict("declined", APPROVER))


@st.composite
def requests(draw: st.DrawFn) -> Case:
    """Cases of acme, most of them MACD requests that nobody approved yet."""
    macd = draw(st.sampled_from((Macd.STANDARD, Macd.STANDARD, Macd.EXPEDITED, None)))
    case = a_case(
        1042,
        draw(st.sampled_from((Status.NEW, Status.IN_PROGRESS, Status.CLOSED, *Status))),
        kind=Kind.MACD if macd else Kind.SUPPORT,
        macd=macd,
        approved_at=draw(st.sampled_from((None, None, NOW))),
        waiting_on=draw(st.sampled_from((None, *WaitingOn))),
    )
    return with_participant(case)


@st.composite
def answers(draw: st.DrawFn) -> Sighting:
    """Mails of all sorts of people to such a case, as replies and to signed addresses."""
    addressed = [Reference(1042, purpose, date(2026, 11, 17), made_for_sender=True) for purpose in Purpose]
    facts = the_facts(
        draw(requests()),
        address_references=tuple(draw(st.lists(st.sampled_from(addressed), max_size=1) | st.just([]))),
        plus_words=frozenset(draw(st.sets(st.sampled_from(("macd", "expedite")), max_size=1))),
        question=draw(st.sampled_from((QUESTION, QUESTION, QUESTION, None))),
        verdict=draw(st.sampled_from(VERDICTS)),
    )
    mail = a_mail(
        draw(st.sampled_from(WRITERS)),
        draw(st.sampled_from(TEXTS)),
        authentication=draw(st.sampled_from((*[Authentication.PASS] * 4, *Authentication))),
        marks=draw(st.sampled_from((*[MachineMarks()] * 7, MachineMarks("Auto-Submitted: auto-replied")))),
    )
    return seen(mail, facts, policy_with(unauthenticated=draw(st.sampled_from(Unauthenticated))))


always = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _decisions(decision: Decision) -> list[str]:
    """Return what a decision does to the request: its kinds of effects that cost or allow something."""
    return [type(effect).__name__ for effect in decision.effects if isinstance(effect, Approve | SetMacd)]


@always
@given(answers())
def test_r10_2_only_a_proven_approver_decides(sighting: Sighting) -> None:
    """R10.2, S2.2: no request is approved, declined or expedited but by a proven approver of that customer."""
    decision, who = decide(sighting), sighting.who
    decides = _decisions(decision) or decision.outcome in (Outcome.APPROVED, Outcome.DECLINED)
    event(decision.checks[-1].check)
    if not decides:
        return

    assert who is not None
    assert who.is_proven
    assert sighting.mail.originator.address == APPROVER
    assert not sighting.mail.marks.automatic
    assert sighting.facts.cases[0].kind is Kind.MACD
    assert not sighting.facts.cases[0].is_closed() or sighting.facts.verdict is None


@always
@given(answers())
def test_r10_2_the_first_verdict_stands(sighting: Sighting) -> None:
    """R10.2: once somebody decided, or it was approved at receipt, nothing approves or declines it again."""
    decision, case = decide(sighting), sighting.facts.cases[0]
    if sighting.facts.verdict is None and case.approved_at is None:
        return

    assert "Approve" not in _decisions(decision)
    assert decision.outcome not in (Outcome.APPROVED, Outcome.DECLINED)


@always
@given(answers())
def test_r10_2_an_answer_that_comes_late_is_told_so_and_reopens_nothing(sighting: Sighting) -> None:
    """R10.2, R5.1: whoever is told that somebody was first has changed no closed case."""
    decision = decide(sighting)
    late = [e for e in decision.effects if isinstance(e, Queue) and e.notice.kind == "approval_late"]
    if not late:
        return

    assert sighting.facts.verdict is not None
    if sighting.facts.cases[0].is_closed():
        assert not [effect for effect in decision.effects if isinstance(effect, ChangeStatus)]


@always
@given(answers())
def test_r10_2_declined_is_closed_and_approved_is_not(sighting: Sighting) -> None:
    """R10.2: the outcome and the case agree."""
    decision = decide(sighting)
    closes = any(isinstance(e, ChangeStatus) and e.status is Status.CLOSED for e in decision.effects)

    assert decision.outcome is not Outcome.DECLINED or closes or sighting.facts.cases[0].is_closed()
    assert decision.outcome is not Outcome.APPROVED or (not closes and "Approve" in _decisions(decision))
