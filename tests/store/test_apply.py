"""`apply` on both databases: effects become rows, once, and the loads stay true."""

import random

import pytest
from sqlalchemy import func, select

from daemon.apply import InHand, apply
from daemon.model.case import NEW_CASE, SETTLED_STATUSES, CaseNumber, LinkType, Participant, Priority, Status, WaitingOn
from daemon.model.case_effect import (
    AddMessage,
    AddParticipant,
    Assign,
    ChangeStatus,
    LinkCases,
    SetPriority,
    SetWaiting,
    UnlinkCases,
)
from daemon.model.effect import Effect, Queue
from daemon.model.notice import AttachmentRef, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.posting import Posting
from daemon.rules.notices import notice
from daemon.store import blobs, outbox
from daemon.store.cases import agent_loads, lock_cases, read_case
from daemon.store.database import Engine, transaction
from daemon.store.due import Due, first_hold
from daemon.store.tables import attachments, cases, history, messages, participants
from daemon.store.tables import outbox as outbox_rows
from tests.store.making import DAY, HOUR, NOW, a_decision, a_desk, opening

REF = AttachmentRef("a.txt", "text/plain", 5, "f" * 64)
ACKNOWLEDGED = Queue(
    notice=notice(NoticeKind.ACKNOWLEDGEMENT, Recipient("primary@acme.example"), case=NEW_CASE, event="mail 1")
)


def _applied(engine: Engine, *effects: Effect) -> CaseNumber:
    with transaction(engine) as connection:
        posting = Posting(a_desk(engine), NOW, None)
        number = apply(connection, a_decision(*effects), posting, cases=(), mail=InHand(octets={"f" * 64: b"hello"}))
    return number or 0


def _message(case: CaseNumber = NEW_CASE) -> AddMessage:
    return AddMessage(
        case=case,
        incoming=True,
        author="primary@acme.example",
        public=True,
        text="caf\u00e9 \U0001f4de\n\ttab",
        received_at=NOW,
        message_id="<1@client.example>",
        attachments=(REF, REF),
    )


def _status(case: CaseNumber, status: Status, **fields: object) -> ChangeStatus:
    return ChangeStatus(case=case, status=status, at=NOW, actor="agent1", why="R4.9", **fields)  # type: ignore[arg-type]


def test_a_case_is_read_as_it_was_opened(engine: Engine) -> None:
    """R1.1, R1.2: number, priority, technician, people; the first number is the one after the migration's start."""
    guest = Participant("guest@elsewhere.example", "G\u00fc\u00ebst")
    number = _applied(engine, opening(participants=(guest,)), _message(), ACKNOWLEDGED)
    second = _applied(engine, opening(priority=Priority.P1))
    with transaction(engine) as connection:
        case, other = lock_cases(connection, [second, number])
        assert read_case(connection, 999_999) is None
        assert blobs.load(connection, ["f" * 64, "0" * 64]) == {"f" * 64: b"hello"}
        assert connection.execute(select(func.count()).select_from(attachments)).scalar_one() == 2

    assert second == number + 1 > 1000
    assert (case.status, case.priority, case.assignee, case.opened_at) == (Status.NEW, Priority.P4, "agent1", NOW)
    assert case.participants == (guest,)
    assert other.priority is Priority.P1


def test_the_outgoing_mail_names_the_new_case_and_is_in_its_thread(engine: Engine) -> None:
    """interface.md, S2.8: the tag, a signed Message-ID, References to what this person sent and was sent."""
    number = _applied(engine, opening(), _message(), ACKNOWLEDGED)
    with transaction(engine) as connection:
        (mail,) = outbox.claim(connection, "s1", now=NOW, limit=5)
        subject = connection.execute(select(outbox_rows.c.subject)).scalar_one()

    assert subject == f"[SUP-{number}] Phones are down"
    assert mail.notice.case == number
    assert mail.references == ("<1@client.example>",)
    assert mail.card is not None
    assert mail.card.customer_name == "Acme Corporation"


def test_the_same_decision_twice_adds_no_second_notice(engine: Engine) -> None:
    """architecture.md 4: keys are unique in the table."""
    for _ in range(2):
        _applied(engine, opening(), ACKNOWLEDGED)
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(outbox_rows)).scalar_one() == 1


def test_a_decision_that_fails_leaves_nothing(engine: Engine) -> None:
    """architecture.md 1: one transaction: an error in the last effect takes the first back."""
    with pytest.raises(Exception, match=r".+"):
        _applied(
            engine,
            opening(),
            ACKNOWLEDGED,
            LinkCases(case=NEW_CASE, type=LinkType.FOLLOW_UP_OF, other=77, at=NOW, actor="x"),
        )
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(cases)).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(outbox_rows)).scalar_one() == 0
        assert agent_loads(connection) == ()


def test_statuses_carry_their_dates_and_shed_them(engine: Engine) -> None:
    """R4.3, R4.6, R5.1: a hold has its end, a delivery its day, a closing its instant; each goes with its status."""
    number = _applied(engine, opening())
    seen = []
    for status, until in (
        (Status.ON_HOLD, NOW + DAY),
        (Status.SHIPPING, NOW + 2 * DAY),
        (Status.CLOSED, None),
        (Status.REOPENED, None),
    ):
        _applied(engine, _status(number, status, until=until))
        with transaction(engine) as connection:
            (case,) = lock_cases(connection, [number])
        seen.append((case.hold_until, case.expected_delivery, case.closed_at))

    assert seen == [(NOW + DAY, None, None), (None, NOW + 2 * DAY, None), (None, None, NOW), (None, None, None)]


def test_a_change_of_status_ends_a_wait(engine: Engine) -> None:
    """R6.1: the wait belongs to the status; set after the change it stays."""
    number = _applied(engine, opening())
    wait = SetWaiting(case=number, waiting_on=WaitingOn.CUSTOMER, at=NOW, actor="agent1", why="R6.1")
    _applied(engine, _status(number, Status.IN_PROGRESS), wait)
    with transaction(engine) as connection:
        assert lock_cases(connection, [number])[0].waiting_on is WaitingOn.CUSTOMER
    _applied(engine, _status(number, Status.RESOLVED))
    with transaction(engine) as connection:
        assert lock_cases(connection, [number])[0].waiting_on is None


def test_links_stand_on_both_cases_and_go_from_both(engine: Engine) -> None:
    """R5.5, R4.9: the inverse is written and cut with the link; a repeated one adds nothing."""
    one, two = _applied(engine, opening()), _applied(engine, opening())
    tie = LinkCases(case=two, type=LinkType.DUPLICATE_OF, other=one, at=NOW, actor="agent1")
    _applied(engine, tie, tie)
    with transaction(engine) as connection:
        first, second = lock_cases(connection, [one, two])
        chain = lock_cases(connection, [two])
    assert [(link.type, link.case) for link in first.links] == [(LinkType.HAS_DUPLICATE, two)]
    assert second.primary() == one
    assert {case.number for case in chain} == {one, two}, "the primary is locked with its duplicate"

    _applied(engine, UnlinkCases(case=two, type=LinkType.DUPLICATE_OF, other=one, at=NOW, actor="agent1"))
    with transaction(engine) as connection:
        assert [case.links for case in lock_cases(connection, [one, two])] == [(), ()]


def test_a_participant_joins_once(engine: Engine) -> None:
    """R2.6: a second invitation neither fails nor doubles nor goes to the history."""
    number = _applied(engine, opening())
    guest = AddParticipant(case=number, participant=Participant("g@x.example"), at=NOW, actor="agent1")
    _applied(engine, guest, guest)
    _applied(engine, guest)
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(participants)).scalar_one() == 1
        added = select(func.count()).select_from(history).where(history.c.event == "participant_added")
        assert connection.execute(added).scalar_one() == 1


def test_every_change_is_on_the_record(engine: Engine) -> None:
    """R4.1: who, when and why, in the order in which it happened."""
    number = _applied(engine, opening(), _message())
    _applied(engine, SetPriority(case=number, priority=Priority.P2, at=NOW, actor="agent1"), _message(number))
    _applied(engine, _status(number, Status.CLOSED))
    with transaction(engine) as connection:
        rows = connection.execute(select(history).order_by(history.c.id)).all()
        assert connection.execute(select(messages.c.text)).scalars().first() == "caf\u00e9 \U0001f4de\n\ttab"

    assert [row.event for row in rows] == [
        "case_opened",
        "message_added",
        "priority_changed",
        "message_added",
        "status_changed",
    ]
    assert rows[-1].detail == "new \u2192 closed (R4.9)"
    assert all(row.rules == ["R1.1"] and row.at == NOW for row in rows)


@pytest.mark.parametrize(("later", "due"), [(-1, False), (0, True), (1, True)])
def test_holds_are_due_from_their_instant_on(engine: Engine, later: int, *, due: bool) -> None:
    """R4.3: at its end a hold is due, not an hour before."""
    number = _applied(engine, opening())
    _applied(engine, _status(number, Status.ON_HOLD, until=NOW + DAY))
    with transaction(engine) as connection:
        found = first_hold(connection, NOW + DAY + later * HOUR, ())

    assert found == (Due(number, number, NOW + DAY) if due else None)


AGENTS = ("agent1", "agent2", "night")


def _random_effect(chance: random.Random, number: CaseNumber) -> Effect:
    if chance.random() < 0.4:
        agent = chance.choice(AGENTS)
        return Assign(case=number, assignee=agent, team="support", at=NOW, actor="agent1", why="R1.1")
    return _status(number, chance.choice(list(Status)), until=NOW + DAY)


@pytest.mark.parametrize("seed", [1, 2])
def test_loads_are_what_a_recount_finds(engine: Engine, seed: int) -> None:
    """R1.1: kept beside the cases, the loads never drift: after any changes they equal a count of the open cases."""
    chance = random.Random(seed)
    numbers = [_applied(engine, opening(assignee=chance.choice(AGENTS))) for _ in range(6)]
    for _ in range(40):
        _applied(engine, *(_random_effect(chance, chance.choice(numbers)) for _ in range(chance.randint(1, 3))))
    settled = [status.value for status in SETTLED_STATUSES]
    with transaction(engine) as connection:
        counted = select(cases.c.assignee, func.count()).where(cases.c.status.not_in(settled))
        recount = {row[0]: row[1] for row in connection.execute(counted.group_by(cases.c.assignee))}
        kept = {load.agent: load.open_cases for load in agent_loads(connection) if load.open_cases}

    assert kept == recount
