"""A month's invoices as people and programs list them: a line a customer, and one a file that is nobody's (R12.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.charter import Charter
from daemon.model.invoice import InvoiceFile, InvoiceMonth
from daemon.model.people import Customer
from daemon.rules.invoices import flaw_words, refusals

UNCHECKED = "nothing in it names this customer: it goes by its file name alone"


class InvoiceState(StrEnum):
    """How a customer's invoice stands."""

    SENT = "sent"  # handed to the outbox
    READY = "ready"
    MISSING = "missing"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line of `supportd invoices list`."""

    month: str
    customer: str  # id; empty: the file is nobody's
    name: str
    file: str
    state: InvoiceState
    detail: str = ""
    to: tuple[str, ...] = ()
    at: datetime | None = None  # when it was handed to the outbox


def invoice_lines(month: InvoiceMonth, charter: Charter) -> Iterator[InvoiceLine]:
    """Yield how each customer's invoice stands, in the order of the customers; then the files that are nobody's."""
    why: dict[str, str] = {}
    for refusal in refusals(month, charter, "en"):
        why.setdefault(refusal.file, refusal.why)
    for customer in charter.directory.customers:
        yield _line(customer, month, why)
    for file in month.files:
        if not file.customer:
            yield InvoiceLine(
                month=month.month,
                customer="",
                name="",
                file=file.name,
                state=InvoiceState.REFUSED,
                detail=flaw_words(file, "en"),
            )


def _line(customer: Customer, month: InvoiceMonth, why: dict[str, str]) -> InvoiceLine:
    file, sent = month.file_of(customer.id), [one for one in month.sent if one.customer == customer.id]
    detail = why.get(f"{customer.id}.pdf", "")
    return InvoiceLine(
        month=month.month,
        customer=customer.id,
        name=customer.name,
        file=file.name if file else "",
        state=_state(file, is_sent=bool(sent), is_refused=bool(detail)),
        detail=detail or (UNCHECKED if file and not file.names_its_own else ""),
        to=tuple(one.recipient for one in sent),
        at=sent[0].at if sent else None,
    )


def _state(file: InvoiceFile | None, *, is_sent: bool, is_refused: bool) -> InvoiceState:
    if is_sent:
        return InvoiceState.SENT
    if is_refused:
        return InvoiceState.REFUSED
    return InvoiceState.READY if file else InvoiceState.MISSING
