"""How a month's invoices stand: what its folder holds, what went, what the billing desk was told (R12.1)."""

from itertools import chain

from daemon.invoice_folder import Look
from daemon.model.invoice import InvoiceMonth
from daemon.model.setup import Config
from daemon.rules.invoices import invoice_keys, is_lost, report_keys
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
        files=look.files,
        sent=sent,
        told=told_invoices(connection, report_keys(month)),
        marked=frozenset(marks),
        lost=frozenset(one.row for one in sent if is_lost(one, bounced_at.get(one.recipient))),
    )


def _marks(connection: Connection, addresses: list[str]) -> dict[str, Bounced]:
    parts = (addresses[start : start + AT_ONCE] for start in range(0, len(addresses), AT_ONCE))
    found = chain.from_iterable(bounced_among(connection, part) for part in parts)
    return {one.address: one for one in found}
