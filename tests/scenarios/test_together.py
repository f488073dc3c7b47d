"""S1.2: mails that wait together are decided together where that holds nobody up, and each still has its own end."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from daemon.model.outcome import Outcome
from daemon.reader.reading import Phase, Reader, Standing, read_batch
from daemon.receive import Received
from daemon.store.database import Engine, reading, transaction
from daemon.store.inbox_tables import inbox
from daemon.store.tables import cases
from tests.scenarios.desk import TestDesk

pytestmark = pytest.mark.both_databases

PRIMARY = "primary@acme.example"
SUBJECTS = ("Phones are down", "The fax is silent", "A new switch, please")


def waiting(desk: TestDesk) -> None:
    """Have three requests wait for a reader."""
    desk.reads = False
    for subject in SUBJECTS:
        desk.mpoc(PRIMARY).writes(subject)


def read_by(desk: TestDesk, say: Callable[[int], None] = lambda _standing: None) -> list[Received | None]:
    """Let a reader read one batch; returns how each mail ended."""
    reader = Reader(desk.desk, "reader", slow_lane=False, clock=lambda: desk.now, say=say)
    return [received for _, received in read_batch(reader)]


def commits_of(engine: Engine, work: Callable[[], object]) -> int:
    """Return how many transactions are committed while something is done."""
    committed: list[int] = []

    def note(_connection: object) -> None:
        committed.append(1)

    event.listen(engine, "commit", note)
    work()
    event.remove(engine, "commit", note)
    return len(committed)


def states(desk: TestDesk) -> list[str]:
    """Return how the mails stand, in order of receipt."""
    with reading(desk.desk.engine) as connection:
        return list(connection.execute(select(inbox.c.state).order_by(inbox.c.id)).scalars())


def test_s1_2_mails_that_wait_are_decided_together_where_a_writer_is_alone(desk: TestDesk) -> None:
    """S1.2: one claims them, one decides on all; PostgreSQL's readers work side by side: a decision a transaction."""
    waiting(desk)
    deciding = 1 if desk.desk.engine.dialect.name == "sqlite" else len(SUBJECTS)

    assert commits_of(desk.desk.engine, lambda: read_by(desk)) == 1 + deciding
    assert states(desk) == ["done"] * 3


def test_s1_2_one_that_fails_is_set_aside_alone(desk: TestDesk) -> None:
    """S1.2: our own failure on one mail undoes the batch; then each is decided alone, and that one is parked."""
    waiting(desk)
    token, calls = desk.desk.new_token, itertools.count(1)

    def failing() -> str:
        if next(calls) in {3, 6}:  # the second mail's first: in the batch, and alone
            raise RuntimeError("a defect of ours")
        return token()

    desk.desk = replace(desk.desk, new_token=failing)
    ended = read_by(desk)

    assert [received and received.outcome for received in ended] == [Outcome.CASE_OPENED, None, Outcome.CASE_OPENED]
    assert states(desk) == ["done", "parked", "done"]
    with reading(desk.desk.engine) as connection:
        opened = connection.execute(select(cases.c.subject).order_by(cases.c.number)).scalars().all()
    assert opened == [SUBJECTS[0], SUBJECTS[2]]
    assert len(desk.mails()) == 4, "each case is told of once, to its requester and its technician"


def test_s1_2_a_claim_that_is_lost_is_left_to_others(desk: TestDesk) -> None:
    """S1.2: a mail that somebody else claimed meanwhile is theirs to decide on; the rest is ours."""
    waiting(desk)
    engine, said = desk.desk.engine, list[Standing]()

    def lose_the_second(word: int) -> None:
        said.append(Standing.unpacked(word))
        if said[-1] == Standing(Phase.PARSING, 2):
            with transaction(engine) as connection:
                connection.execute(inbox.update().where(inbox.c.id == 2).values(claimed_by="another"))

    ended = read_by(desk, lose_the_second)

    assert [received is not None for received in ended] == [True, False, True]
    assert states(desk) == ["done", "reading", "done"]
    assert {each.mail for each in said if each.phase is Phase.DECIDING} == {1, 2, 3}, "each is named as it comes up"
    assert said[-1].phase is Phase.IDLE
