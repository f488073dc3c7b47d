"""What holds for every mail whatever: triage always decides, and no customer's case reaches another (S2.5-S2.7)."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.model.case import Case, Kind, Link, LinkType, Macd, Participant, Priority, Status, WaitingOn
from daemon.model.case_effect import AddParticipant
from daemon.model.effect import Decision, Detain, Effect, Queue
from daemon.model.facts import AnswerCounts, Facts, FirstVerdict, Load, SentMail
from daemon.model.incident import Incident
from daemon.model.mail import (
    Address,
    Authentication,
    BouncedRecipient,
    DeliveryReport,
    InboundMail,
    MachineMarks,
    Purpose,
    Reference,
)
from daemon.model.notice_kinds import NOTICES
from daemon.model.notice_spec import Audience
from daemon.model.outcome import Outcome
from daemon.model.plan import Unauthenticated
from daemon.rules.plus_words import KNOWN
from daemon.rules.sighting import Sighting
from daemon.rules.triage import CHECKS, decide
from tests.rules.making import (
    AGENT,
    AGENT2,
    APPROVER,
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
    policy_with,
    seen,
)

PEOPLE = (
    PRIMARY,
    OTHER,
    APPROVER,
    COLLEAGUE,
    PARTNER,
    STRANGER,
    FOREIGN,
    "guest@globex.example",
    AGENT,
    AGENT2,
    "a@b",
    "",
)
LINES = (
    "#status closed", "#status in-progress", "#status resolved", "#status closed-no-response", "#hold monday",
    "#hold x", "#status shipping 2026-12-01", "#priority 1", "#priority 4", "#assign agent2", "#assign voice",
    "#waiting", "#note",
    "#duplicate 1", "#duplicate SUP-2", "#duplicate 3", "#cc new@acme.example", f"#cc {FOREIGN}", f"#for {PRIMARY}",
    f"#for {FOREIGN}", "#reopen", "#help", "#xyzzy", "#time 25m", "#etr tomorrow 9:30", "#vendor", "#vendor none",
    "#macd standard", "#macd expedited", "#carrier-delay monday", "#p1g",
    "#p1g Calls fail", "#master 1", "#escalate", "#billing", "#stop",
    "approve", "Decline.", "expedite yes",
    "#", "", "It works now.", "Confirmed", "Hello", "\x00 odd \ud800",
)  # fmt: skip

addresses = st.sampled_from(PEOPLE)
marks = st.sampled_from(
    (
        MachineMarks(),
        MachineMarks(),
        MachineMarks(),
        MachineMarks("Auto-Submitted: auto-replied"),
        MachineMarks("", "List-Id"),
    )
)
reports = st.sampled_from(
    (
        *[None] * 8,
        DeliveryReport(()),
        DeliveryReport((BouncedRecipient(PRIMARY, "5.1.1", "no such user", hard=True),)),
        DeliveryReport((BouncedRecipient(PRIMARY, "4.0.0", "", hard=False),), is_success=True),
    )
)
texts = st.lists(st.sampled_from(LINES), max_size=5).map("\n".join) | st.text(max_size=40)


@st.composite
def mails(draw: st.DrawFn) -> InboundMail:
    """Mails of anybody, machine-made or not, with commands or not."""
    text = draw(texts)
    return a_mail(
        draw(addresses),
        text,
        opening_text=draw(st.sampled_from((text, ""))),
        subject=draw(st.sampled_from(("Phones", "Re: [SUP-1] Phones", "", "Re: " * 40 + "\u3042"))),
        to=tuple(Address(address) for address in draw(st.lists(addresses | st.just(SUPPORT), max_size=3))),
        cc=tuple(Address(address) for address in draw(st.lists(addresses, max_size=3))),
        authentication=draw(st.sampled_from(Authentication)),
        marks=draw(marks),
        report=draw(reports),
        forwarded_text=draw(st.sampled_from(("", "The line is dead."))),
    )


@st.composite
def cases(draw: st.DrawFn, number: int) -> Case:
    """Cases in every status, of every customer, one of whom is not configured any more."""
    links = st.builds(Link, st.sampled_from((LinkType.DUPLICATE_OF, LinkType.CHILD_OF)), st.integers(1, 4))
    return a_case(
        number,
        draw(st.sampled_from(Status)),
        kind=draw(st.sampled_from(Kind)),
        macd=draw(st.sampled_from(Macd)),
        approved_at=draw(st.sampled_from((None, NOW))),
        customer=draw(st.sampled_from(("acme", "acme", "globex", "gone"))),
        requester=draw(st.sampled_from((PRIMARY, OTHER, FOREIGN, "gone@acme.example"))),
        assignee=draw(st.sampled_from(("agent1", "agent2", "gone"))),
        priority=draw(st.sampled_from(Priority)),
        waiting_on=draw(st.sampled_from((None, *WaitingOn))),
        participants=tuple(Participant(address) for address in draw(st.sets(addresses.filter(bool), max_size=2))),
        links=tuple(draw(st.lists(links, max_size=1))),
    )


references = st.lists(
    st.builds(
        Reference,
        number=st.integers(0, 5),
        purpose=st.sampled_from(Purpose),
        issued_on=st.sampled_from((date(2026, 11, 17), date(2026, 1, 1))),
        made_for_sender=st.booleans(),
    ),
    max_size=2,
).map(tuple)


questions = st.none() | st.builds(
    SentMail,
    id=st.just(6),
    kind=st.just("approval_asked"),
    recipient=st.sampled_from((APPROVER, FOREIGN)),
    subject=st.just(""),
    case=st.integers(1, 3),
)


@st.composite
def incidents(draw: st.DrawFn, number: int) -> Incident:
    """What the public knows of a master: it goes on, or is over."""
    over = draw(st.sampled_from((None, NOW)))
    return Incident(case=number, title="Calls fail", products=("voice",), opened_at=NOW, resolved_at=over)


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    """Facts that name up to three cases in every way; those that are masters the public knows."""
    named = tuple(draw(cases(number)) for number in range(1, draw(st.integers(1, 4))))
    return Facts(
        event="mail 7",
        received_at=NOW + timedelta(days=draw(st.integers(-20, 20))),
        now=NOW + timedelta(days=20),
        references=draw(references),
        address_references=draw(references),
        hinted=draw(st.none() | st.integers(1, 5)),
        plus_words=frozenset(draw(st.sets(st.sampled_from(sorted(KNOWN)), max_size=1))),
        question=draw(questions),
        verdict=draw(st.none() | st.sampled_from((FirstVerdict("approved", OTHER), FirstVerdict("declined", OTHER)))),
        cases=named,
        incidents=tuple(draw(incidents(case.number)) for case in named if case.priority is Priority.P1G),
        is_own=draw(st.integers(0, 20)) == 0,
        sent=SentMail(5, "update", PRIMARY, "x", draw(st.none() | st.integers(1, 3)))
        if draw(st.integers(0, 9)) == 0
        else None,
        answers=AnswerCounts(*(draw(st.integers(0, 40)) for _ in range(3))),
        told_of_sender=draw(st.booleans()),
        answered_stranger=draw(st.booleans()),
        loads=tuple(Load(agent, draw(st.integers(0, 3)), None) for agent in ("agent1", "agent2")),
    )


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    """Whatever may come in, under every policy."""
    charter = policy_with(
        unauthenticated=draw(st.sampled_from(Unauthenticated)), require_authentication=draw(st.booleans())
    )
    return seen(draw(mails()), draw(some_facts()), charter, mailbox=draw(st.sampled_from(("support", "voice", "gone"))))


always = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _customer_of_writer(sighting: Sighting) -> str:
    who = sighting.who
    return who.customer.id if who is not None and who.customer is not None else ""


def _named(effect: Effect) -> set[int]:
    numbers = {getattr(effect, "case", None), getattr(effect, "other", None)}
    if isinstance(effect, Queue):
        numbers = {effect.notice.case}
    return {number for number in numbers if number}


def _mailed(decision: Decision) -> list[tuple[str, Audience]]:
    queued = (effect.notice for effect in decision.effects if isinstance(effect, Queue))
    return [(notice.to.address, NOTICES[notice.kind].audience) for notice in queued]


@always
@given(sightings())
def test_every_mail_is_decided_and_its_reasons_are_told(sighting: Sighting) -> None:
    """S1.2: no mail whatever makes triage fail; exactly one check holds, and the decision says which."""
    decision = decide(sighting)

    asked = [(row.check, row.held) for row in decision.checks]
    assert asked == [(name, False) for name, _, _ in CHECKS[: len(asked) - 1]] + [(CHECKS[len(asked) - 1][0], True)]
    assert decision.reason
    assert decision.rules


@always
@given(sightings())
def test_no_customers_mail_touches_another_customers_case(sighting: Sighting) -> None:
    """S2.6: apart from telling that case's own agent, no effect names a case that the writer may not follow."""
    decision = decide(sighting)
    who = sighting.who
    is_agent = who is not None and who.agent is not None
    if is_agent or decision.outcome is Outcome.BOUNCE:
        return

    for effect in decision.effects:
        if isinstance(effect, Queue) and NOTICES[effect.notice.kind].audience is Audience.AGENT:
            continue
        for number in _named(effect):
            case = sighting.facts.case(number)
            assert case is not None
            assert _customer_of_writer(sighting) in ("", case.customer)


@always
@given(sightings())
def test_a_customers_mail_reaches_only_who_may_be_written_to(sighting: Sighting) -> None:
    """S3.1: contacts, agents, participants of the case, the writer on file; never an unauthenticated stranger."""
    decision = decide(sighting)
    who, match = sighting.who, sighting.match
    agents = {agent.email for agent in DIRECTORY.agents}
    case = match.case if match is not None else None
    allowed = agents | {mpoc.email for customer in DIRECTORY.customers for mpoc in customer.mpocs}
    allowed |= {person.address for person in case.participants} if case is not None else set()
    allowed |= {e.participant.address for e in decision.effects if isinstance(e, AddParticipant)}
    if who is not None and who.agent is not None:  # an update reaches everybody on each child of a master (R7.4)
        allowed |= {person.address for child in sighting.facts.cases for person in child.participants}
    is_asked = decision.outcome is Outcome.CHALLENGED  # the question to the address on file
    if who is not None and (is_asked or who.is_proven or sighting.mail.authentication is Authentication.PASS):
        allowed.add(who.address)

    for address, audience in _mailed(decision):
        assert address in allowed
        assert audience is not Audience.AGENT or address in agents


@always
@given(sightings())
def test_machine_mail_is_never_answered(sighting: Sighting) -> None:
    """S3.2, S3.4, R4.8: nobody outside gets an answer to a program's mail, and it changes nothing but the file.

    A report on a mail of ours marks its reader besides, and stops the clock of their silence.
    """
    if not sighting.mail.marks.automatic:
        return
    decision = decide(sighting)

    of_reports = {"MarkContact", "PauseSilence"} if sighting.facts.sent else set()
    assert {type(effect).__name__ for effect in decision.effects} <= {"AddMessage", "Record", "Queue", *of_reports}
    assert all(audience is Audience.AGENT for _, audience in _mailed(decision))


@always
@given(sightings())
def test_an_unproven_agent_commands_nothing(sighting: Sighting) -> None:
    """S2.3, S2.7: quarantined or challenged; at most an agent is told, and they are asked at the address on file."""
    who = sighting.who
    if who is None or who.agent is None or who.is_proven:
        return
    decision = decide(sighting)

    asked = decision.outcome is Outcome.CHALLENGED
    assert {type(effect).__name__ for effect in decision.effects} <= {"Detain", "Queue", "Record", "MarkContact"}
    for address, audience in _mailed(decision):
        assert audience is Audience.AGENT or (asked and address == who.address)


@always
@given(sightings())
def test_what_proves_nothing_changes_nothing(sighting: Sighting) -> None:
    """S2.2, S2.3: without a proof a mail is kept for people, and no case hears of it."""
    who = sighting.who
    if who is not None and who.is_proven:
        return
    decision = decide(sighting)
    kinds = {type(effect) for effect in decision.effects}

    detaining = (Outcome.QUARANTINED, Outcome.CHALLENGED)
    assert decision.outcome in (*detaining, Outcome.AUTO_REPLY, Outcome.BOUNCE, Outcome.LOOP)
    assert Detain not in kinds or decision.outcome in detaining
    marks = {"MarkContact"} if decision.outcome is Outcome.BOUNCE else set()  # of the recipient of a mail of ours
    assert not {kind.__name__ for kind in kinds} - {"Detain", "Queue", "Record"} - marks


@always
@given(sightings())
def test_the_keys_of_a_decisions_notices_are_its_own(sighting: Sighting) -> None:
    """S3.6: no notice of a decision is taken for another of it: every reader of every kind gets theirs."""
    keys = [effect.notice.key for effect in decide(sighting).effects if isinstance(effect, Queue)]

    assert len(keys) == len(set(keys))
