"""Whom a window reaches only after others were told of it: they hear of it late, and once (R11.1, S3.4)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daemon.model.people import Customer, Role
from daemon.rules.maintenance.steps import Reach
from tests.rules.maintaining import (
    AHEAD,
    BEGUN,
    CERTIFICATES,
    DECEMBER,
    EARLY,
    END_AT,
    ENDED,
    GONE,
    HOUR,
    LEAD_AT,
    START_AT,
    Ledger,
    a_ledger,
    both,
)
from tests.rules.making import APPROVER, DIRECTORY, PRIMARY, mt

BOUNCED = Reach(frozenset({PRIMARY}), ())


def with_another(ledger: Ledger, **fields: Any) -> None:
    """Let one more customer come into the directory."""
    acme: Customer = DIRECTORY.customers[0]
    contact = replace(acme.mpocs[0], email="primary@hooli.example")
    hooli = replace(acme, id="hooli", name="Hooli", domains=("hooli.example",), mpocs=(contact,), **fields)
    ledger.directory = replace(DIRECTORY, customers=(*DIRECTORY.customers, hooli))


HOOLI = "primary@hooli.example"
JOINS = [
    ("before the notice: with the others", mt(2026, 12, 10), []),
    ("after it: the notice, late", mt(2026, 12, 15), [(AHEAD, HOOLI)]),
    ("while it runs: that it has begun", START_AT + HOUR, [(BEGUN, HOOLI)]),
    ("when it is over: nothing", END_AT + HOUR, []),
]


@pytest.mark.parametrize(("at", "sent"), [row[1:] for row in JOINS], ids=[row[0] for row in JOINS])
def test_r11_1_a_customer_who_came_late_is_told_what_the_others_were(at: datetime, sent: list[tuple[str, str]]) -> None:
    """R11.1, R11.2: the step that the others were told last, at once and once; the next ones with them."""
    ledger = a_ledger(EARLY, *(step for step in (LEAD_AT, START_AT, END_AT) if step < at))
    with_another(ledger)
    ledger.sent()
    ledger.ticks(at)
    assert ledger.sent() == sent
    ledger.ticks(at + HOUR)
    assert ledger.sent() == []


def test_s3_4_another_contact_is_told_ahead_where_the_first_one_bounced() -> None:
    """S3.4: the notice of a week before came back: somebody else at that customer reads it in time, once."""
    ledger = a_ledger(EARLY)
    acme = DIRECTORY.customers[0]
    second = replace(acme.mpocs[0], email=APPROVER, roles=frozenset({Role.CASE}))
    ledger.directory = replace(
        DIRECTORY, customers=(replace(acme, mpocs=(acme.mpocs[0], second)), DIRECTORY.customers[1])
    )
    ledger.ticks(LEAD_AT)
    assert ledger.sent() == both(AHEAD)
    ledger.reach = BOUNCED
    ledger.ticks(LEAD_AT + HOUR)
    assert ledger.sent() == [(AHEAD, APPROVER)]
    ledger.reach = Reach(frozenset({PRIMARY, APPROVER}), ())
    ledger.ticks(LEAD_AT + 2 * HOUR)
    assert ledger.sent() == []


def test_r11_4_of_what_is_told_to_nobody_newcomers_hear_nothing() -> None:
    """R11.4, R11.7: a window without notices; one that is cancelled."""
    quiet, cancelled = a_ledger(EARLY, windows=(CERTIFICATES,)), a_ledger(EARLY, LEAD_AT)
    cancelled.moves(DECEMBER, is_cancelled=True)
    cancelled.ticks(mt(2026, 12, 14))
    assert cancelled.sent()[-2:] == both(GONE)
    for ledger in (quiet, cancelled):
        with_another(ledger)
        ledger.ticks(mt(2026, 12, 15))
        assert ledger.sent() == []


def test_r11_1_however_often_it_ticks_a_newcomer_reads_the_same() -> None:
    """R11.1: a customer comes on Sunday: hourly and daily ticks tell it the same, each once."""
    found = []
    for every in (HOUR, timedelta(days=1)):
        ledger, now = a_ledger(EARLY), EARLY
        while now < mt(2026, 12, 20, 12):
            if now >= mt(2026, 12, 13):
                with_another(ledger)
            ledger.ticks(now)
            now += every
        found.append([sent for sent in ledger.sent() if sent[1] == HOOLI and sent[0] != BEGUN])

    assert found == [[(AHEAD, HOOLI), (ENDED, HOOLI)]] * 2
