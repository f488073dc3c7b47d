"""Whose an invoice is, by what stands in it (R12.1): what names somebody surely comes before what may be any word."""

import re

from daemon.model.people import Customer, Directory, words_of
from daemon.rules.leak_guard import SHORTEST_NAME, customers_named, listed_domains, plain_text

_ADDRESS = re.compile(r"[\w.+\-']+@[\w.\-]+")


def owner_named(text: str, customer: Customer, directory: Directory) -> Customer | None:
    """Return whom an invoice names: the customer that it is filed for, else the first other one; None: nobody.

    A long name, a listed domain and a contact's address are sure; a short name (fewer than six letters: "Total") may
    be a word of any invoice, and counts where nobody is named surely.  The id counts last: it may be another's name.
    """
    named = customers_named(text, directory)
    sure = tuple(one for one in named if _is_long(one)) + _owners_of_addresses(text, directory)
    for found in (sure, named, _of_this_id(text, customer)):
        if found:
            return customer if customer in found else found[0]
    return None


def _is_long(customer: Customer) -> bool:
    return sum(map(str.isalpha, customer.name)) >= SHORTEST_NAME


def _owners_of_addresses(text: str, directory: Directory) -> tuple[Customer, ...]:
    plain = plain_text(text)
    contacts = (directory.mpoc(address.rstrip(".")) for address in _ADDRESS.findall(plain))
    return tuple(owner for owner, _ in filter(None, contacts)) + listed_domains(plain, directory)


def _of_this_id(text: str, customer: Customer) -> tuple[Customer, ...]:
    is_named = f" {' '.join(words_of(customer.id.casefold()))} " in f" {' '.join(words_of(plain_text(text)))} "
    return (customer,) if is_named else ()
