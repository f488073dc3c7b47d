"""The copy that a rehearsal plays on, made from either database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from daemon.model.case import Status
from daemon.simulate import AgentEvent, MailEvent, Rehearsal, set_stage
from daemon.store.cases import read_case
from daemon.store.database import reading
from tests.scenarios.desk import TestDesk, example_desk

HOUR = timedelta(hours=1)
PRIMARY = "primary@acme.example"


@pytest.fixture
def desk(database_url: str) -> Iterator[TestDesk]:
    """The example company's desk on either database."""
    told = example_desk(database_url)
    yield told
    told.desk.engine.dispose()


def test_r4_4_a_copied_case_lives_on_and_the_real_one_stands(desk: TestDesk) -> None:
    """R4.4: what happens to the copy of a case happens by the same rules; the real case stays as it was."""
    number = desk.mpoc(PRIMARY).writes("Phones are down").case
    rehearsal = Rehearsal(set_stage(desk.desk.config, now=desk.now, copying=True), desk.now)

    load = (
        AgentEvent(
            at=desk.now + HOUR, agent="assignee", case=f"SUP-{number}", commands=("status resolved",), text="Done"
        ),
        MailEvent(at=desk.now + 2 * HOUR, sender=PRIMARY, answers=f"SUP-{number}", text="It works again."),
        MailEvent(at=desk.now + 3 * HOUR, sender=PRIMARY, subject="Something else", text="x", label="else"),
    )
    rehearsal.live(load, desk.now + 4 * HOUR)

    assert [line.action for line in rehearsal.happenings] == ["agent_acted", "case_updated", "case_opened"]
    assert rehearsal.happenings[-1].case == f"SUP-{number + 1}"
    with reading(rehearsal.stage.desk.engine) as connection:
        copied = read_case(connection, number)
    assert copied is not None
    assert copied.status is Status.CLOSED
    assert desk.case(number).status == "new"


def test_r2_3_a_held_request_of_a_rehearsal_can_be_told(desk: TestDesk) -> None:
    """R2.3: a colleague's mail is held in a rehearsal too, and lapses by the same clock."""
    rehearsal = Rehearsal(set_stage(desk.desk.config, now=desk.now, copying=False), desk.now)
    load = (MailEvent(at=desk.now, sender="user@acme.example", subject="New phone", text="Please."),)

    rehearsal.live(load, desk.now + 20 * 24 * HOUR)

    assert rehearsal.happenings[0].action == "held"
