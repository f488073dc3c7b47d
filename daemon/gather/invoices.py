"""How a month's invoices stand: what its folder holds, what went, what the billing desk was told (R12.1)."""

from collections.abc import Iterable
from itertools import chain

from daemon.invoice_folder import Look
from daemon.model.invoice import InvoiceFile, InvoiceMonth, SentInvoice
from daemon.model.setup import Config
from daemon.rules.invoice_months import other_months
from daemon.rules.invoices import invoice_keys, is_lost, report_keys, without_repeats
from daemon.store.addresses import Bounced, bounced_among
from daemon.store.database import Connection
from daemon.store.invoices import sent_invoices, told_invoices

AT_ONCE = 200


def invoice_month(connection: Connection, config: Config, month: str, look: Look) -> InvoiceMonth:
    """Return how a month stands by the folder that was looked at and by the outbox."""
    customers = config.directory.customers
    keys = {key: customer.id for customer in customers for key in invoice_keys(month, customer.id)}
    sent = sent_invoices(connection, keys)
    marks = _marks(connection, [mpoc.email for customer in customers for mpoc in customer.mpocs])
    bounced_at = {address: mark.since for address, mark in marks.items()}
    return InvoiceMonth(
        month=month,
        files=without_repeats(look.files, _sent_elsewhere(connection, month, _unsent(look.files, sent))),
        sent=sent,
        told=told_invoices(connection, report_keys(month)),
        marked=frozenset(marks),
        lost=frozenset(one.row for one in sent if is_lost(one, bounced_at.get(one.recipient))),
    )


def _unsent(files: tuple[InvoiceFile, ...], sent: tuple[SentInvoice, ...]) -> Iterable[str]:
    gone = {one.customer for one in sent}
    return (file.customer for file in files if file.flaw is None and file.customer not in gone)


def _sent_elsewhere(connection: Connection, month: str, customers: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return in which other month each of these customers was sent a file, by customer and hash."""
    found: dict[tuple[str, str], str] = {}
    known = tuple(customers)
    for other in other_months(month):
        keys = {invoice_keys(other, customer)[0]: customer for customer in known}  # every invoice has a first reader
        found |= {(one.customer, one.sha256): other for one in sent_invoices(connection, keys)}
    return found


def went_elsewhere(connection: Connection, month: str, file: InvoiceFile) -> bool:
    """Tell whether a customer was sent this very file as another month's."""
    return (file.customer, file.sha256) in _sent_elsewhere(connection, month, [file.customer])


def _marks(connection: Connection, addresses: list[str]) -> dict[str, Bounced]:
    parts = (addresses[start : start + AT_ONCE] for start in range(0, len(addresses), AT_ONCE))
    found = chain.from_iterable(bounced_among(connection, part) for part in parts)
    return {one.address: one for one in found}
