"""Who decides at a customer, and whom the desk knows (R2.1, R2.3, S2.4)."""

from dataclasses import replace

import pytest

from daemon.model.people import Customer, Mpoc, Role
from tests.rules.making import ACME, DIRECTORY, FOREIGN, GLOBEX, PRIMARY

FIRST = Mpoc("First", "first@acme.example", frozenset({Role.SECONDARY}))
BOSS = Mpoc("Boss", "boss@acme.example", frozenset({Role.PRIMARY, Role.FINANCE}))
DESK = Mpoc("Desk", "desk@acme.example", frozenset({Role.CASE}))

CONTACTS = [
    pytest.param((FIRST, BOSS, DESK), (DESK,), id="the case contacts"),
    pytest.param((FIRST, BOSS), (BOSS,), id="else the primary"),
    pytest.param((FIRST,), (FIRST,), id="else everybody"),
]


def _customer(*mpocs: Mpoc) -> Customer:
    return replace(ACME, mpocs=mpocs)


@pytest.mark.parametrize(("mpocs", "deciding"), CONTACTS)
def test_who_decides_on_a_held_request(mpocs: tuple[Mpoc, ...], deciding: tuple[Mpoc, ...]) -> None:
    """R2.1, R2.3: the case contacts, else the primary; a customer that names neither still has somebody."""
    assert _customer(*mpocs).case_contacts() == deciding


def test_an_mpoc_holds_several_roles() -> None:
    """R2.1: each MPOC has roles, and is found under each, in the order of the file."""
    customer = _customer(FIRST, BOSS, DESK)

    assert customer.with_role(Role.FINANCE) == customer.with_role(Role.PRIMARY) == (BOSS,)
    assert customer.with_role(Role.MACD) == ()


def test_people_are_found_under_their_whole_address_only() -> None:
    """S2.4: exactly; nobody by their name, the part before the @ or another spelling."""
    assert DIRECTORY.mpoc(PRIMARY) == (ACME, ACME.mpocs[0])
    assert DIRECTORY.mpoc(FOREIGN) == (GLOBEX, GLOBEX.mpocs[0])
    assert [DIRECTORY.mpoc(word) for word in ("primary", "Acme Primary", PRIMARY.upper(), f" {PRIMARY}")] == [None] * 4
    assert DIRECTORY.customer_of_domain("acme.example") is ACME
    assert DIRECTORY.customer_of_domain("x.acme.example") is None
