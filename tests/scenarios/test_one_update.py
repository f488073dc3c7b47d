"""One word on a master reaches everybody: in one transaction, by few statements a case (R7.4, decision 0041)."""

from collections import Counter

import pytest
from sqlalchemy import event, select

from daemon.act import CallRequest, Telling, link_cases, open_case, update_incident
from daemon.model.case import Priority
from daemon.store.database import reading
from daemon.store.tables import outbox
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_cost import listening
from tests.scenarios.test_incidents import ACME, made_master, subscribe
from tests.web.reading import with_page

CASES, READERS = 50, 200
COMMIT, WRITES = "COMMIT", {"INSERT", "UPDATE", "DELETE"}
STATEMENTS_A_CASE = 4
KINDS = ("incident_update", "status_incident")

pytestmark = pytest.mark.both_databases


def a_master(desk: TestDesk, cases: int, readers: int) -> int:
    """Open a master with so many linked cases and subscribers."""
    call = CallRequest(mpoc=ACME, subject="No calls", text="Help.", priority=Priority.P2, actor="agent1")
    numbers = tuple(open_case(desk.desk, call, now=desk.now) for _ in range(cases))
    master = made_master(desk)
    link_cases(desk.desk, master, numbers, agent="agent1", now=desk.now)
    for number in range(readers):
        subscribe(desk, f"r{number:05}x{master}@elsewhere.example", f"incident:{master}")
    return master


def told_by(desk: TestDesk, master: int) -> tuple[list[int], Counter[tuple[str, int, str]]]:
    """Tell everybody; returns the statements of each transaction that wrote, and what was queued on which case."""
    engine = desk.desk.engine
    with reading(engine) as connection:
        last = connection.execute(select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1)).scalar_one()
    with listening(engine) as spoken:

        def ended(_connection: object) -> None:
            spoken.said.append((COMMIT, None))

        event.listen(engine, "commit", ended)
        update_incident(desk.desk, master, Telling(text="A fibre is cut.", agent="agent1"), now=desk.now)
        event.remove(engine, "commit", ended)
    runs = "\n".join(words.split(maxsplit=1)[0] for words, _ in spoken.said).split(COMMIT)
    query = select(outbox.c.kind, outbox.c.case_number, outbox.c.recipient)
    with reading(engine) as connection:
        rows = connection.execute(query.where(outbox.c.id > last, outbox.c.kind.in_(KINDS))).all()
    queued = Counter((row.kind, row.case_number or 0, row.recipient) for row in rows)
    return [len(run.split()) for run in runs if WRITES & set(run.split())], queued


def test_r7_4_everybody_is_told_in_one_transaction(desk: TestDesk) -> None:
    """R7.4: each case and each subscriber once, and nobody unless everybody is; new cases begin to be worked on."""
    with_page(desk)
    (few,), _ = told_by(desk, a_master(desk, 1, READERS))
    (many,), told = told_by(desk, a_master(desk, CASES, READERS))

    assert set(told.values()) == {1}
    assert Counter(kind for kind, _, _ in told) == {"incident_update": CASES, "status_incident": READERS}
    assert many - few < STATEMENTS_A_CASE * CASES


def test_r8_2_a_subscriber_more_costs_no_statement(desk: TestDesk) -> None:
    """R7.4, R8.2: one statement reads them all and one writes their mails, however many there are."""
    with_page(desk)
    runs = [told_by(desk, a_master(desk, 1, readers))[0] for readers in (1, READERS)]

    assert runs[0] == runs[1]
