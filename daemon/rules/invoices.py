"""Invoices (R12.1): to whom each goes, and what the billing desk is told.

An invoice is sent once for ever: what is in the outbox under its key is never written again, whatever becomes of the
PDF.  When each is due stands in `invoice_months`, whose it is in `invoice_owner`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.model.charter import Charter
from daemon.model.effect import Decision, Queue
from daemon.model.invoice import Flaw, InvoiceFile, InvoiceMonth, SentInvoice
from daemon.model.notice import AttachmentRef, Notice, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Customer, Directory, Mpoc, Role
from daemon.model.plan import Plan
from daemon.rules.notices import to_agent, to_mpoc
from daemon.rules.sayings.saying import say

MOST_READERS = 5
"""An invoice goes to so many contacts of a customer at most."""
MOST_REPORTS = 99
"""The billing desk gets so many reports on one month at most."""
RETURNS = timedelta(days=5)
"""A bounce within so long of an invoice is taken for this one's."""
PAUSE = timedelta(hours=1)
"""Between two reports on one month: files are often put in one after the other."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an invoice did not go, or not arrive, in the billing desk's language."""

    file: str
    why: str

    def __str__(self) -> str:
        """Return it as one line, as notices carry it."""
        return f"{self.file}: {self.why}"


def readers(customer: Customer, plan: Plan, marked: frozenset[str]) -> tuple[Mpoc, ...]:
    """Return who gets a customer's invoice: each configured role, and where a role has nobody the primary.

    Who is marked, since mail to them bounces, is left out (S3.4).  Empty: nobody can be reached.
    """
    found: list[Mpoc] = []
    for role in customer.invoices_to or plan.invoices.roles:
        found += _usable(customer, role, marked) or _usable(customer, Role.PRIMARY, marked)
    return tuple(dict.fromkeys(found))[:MOST_READERS]


def to_send(month: InvoiceMonth, charter: Charter) -> tuple[InvoiceFile, ...]:
    """Return the files that are to be sent now, in the order of the customers."""
    found = []
    for customer in charter.directory.customers:
        file = month.file_of(customer.id)
        is_ready = file is not None and file.flaw is None and not month.is_sent(customer.id)
        if is_ready and readers(customer, charter.plan, month.marked):
            found.append(file)
    return tuple(file for file in found if file is not None)


def send_invoice(file: InvoiceFile, month: InvoiceMonth, charter: Charter) -> Decision:
    """Send a customer's invoice to each of its readers."""
    customer = charter.directory.customer(file.customer)
    assert customer is not None, "only a known customer's file is sent"
    found = readers(customer, charter.plan, month.marked)
    ref = AttachmentRef(f"{customer.id}-{month.month}.pdf", "application/pdf", file.size, file.sha256)
    effects = tuple(
        Queue(notice=_invoice(customer, mpoc, ref, month=month.month, number=number))
        for number, mpoc in enumerate(found, start=1)
    )
    reason = f"invoice {month.month} of {customer.id} for {', '.join(mpoc.email for mpoc in found)}"
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, reason=reason, rules=("R12.1",))


def invoice_keys(month: str, customer: str) -> tuple[str, ...]:
    """Return the keys that an invoice's mails have: numbered, so that another address makes no other invoice."""
    return tuple(_key(month, customer, number) for number in range(1, MOST_READERS + 1))


def without_repeats(
    files: tuple[InvoiceFile, ...], elsewhere: Mapping[tuple[str, str], str]
) -> tuple[InvoiceFile, ...]:
    """Return a month's files, with those refused that went to their customer as another month's invoice.

    Args:
        files: what the folder holds.
        elsewhere: the month in which a customer was sent a file, by the customer's id and the file's hash.
    """
    return tuple(
        replace(file, flaw=Flaw.SENT_BEFORE, detail=found)
        if file.flaw is None and (found := elsewhere.get((file.customer, file.sha256)))
        else file
        for file in files
    )


def report_keys(month: str) -> tuple[str, ...]:
    """Return the keys that the reports on a month have."""
    return tuple(_report_key(month, number) for number in range(1, MOST_REPORTS + 1))


def desk_address(charter: Charter) -> Recipient:
    """Return who is told: the billing desk, or who is on call for the default team where there is none."""
    plan, directory = charter.plan, charter.directory
    address = plan.provider.billing_address
    team = directory.team(directory.default_team)
    agent = directory.agent(team.on_call) if team else None
    if address or agent is None:
        return Recipient(address or plan.provider.support_address, "", plan.languages[0], plan.zone.key)
    return to_agent(agent, plan)


def report(month: InvoiceMonth, charter: Charter, *, now: datetime) -> Decision | None:
    """Tell the billing desk how a month's invoices stand, or return None: there is nothing new to tell.

    The first report comes once what can be sent is sent; the next ones where late ones went out or something more was
    refused.
    """
    to = desk_address(charter)
    refused = tuple(refusals(month, charter, to.language))
    late = _late(month)
    if month.told and not _is_news(month, refused, late, now=now):
        return None
    if len(month.told) >= MOST_REPORTS:
        return None
    names = {customer.id: customer.name for customer in charter.directory.customers}
    facts = (
        ("month", month.month),
        ("missing", "\n".join(customer.name for customer in missing(month, charter.directory))),
        ("refused", "\n".join(str(refusal) for refusal in refused)),
        ("late", "\n".join(names.get(customer, customer) for customer in late)),
        ("unchecked", "\n".join(file.name for file in month.unchecked(_gone_since(month)))),
        ("sent", str(len({sent.customer for sent in month.sent}))),
    )
    key, subject = _report_key(month.month, len(month.told) + 1), f"Invoices {month.month}"
    told = Notice(kind=NoticeKind.INVOICES_REPORT, to=to, case=None, key=key, facts=facts, subject=subject)
    reason = f"report on the invoices of {month.month} for {to.address}"
    effects = (Queue(notice=told),)
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, reason=reason, rules=("R12.1",))


def is_lost(sent: SentInvoice, bounced_at: datetime | None) -> bool:
    """Tell whether an invoice did not arrive: it was given up (S3.6), or its reader's mail bounces since (S3.4)."""
    if sent.state == "failed":
        return True
    return bounced_at is not None and sent.sent_at is not None and sent.at <= bounced_at <= sent.sent_at + RETURNS


def missing(month: InvoiceMonth, directory: Directory) -> tuple[Customer, ...]:
    """Return the customers without an invoice: none was sent, and there is no file for them."""
    return tuple(
        customer
        for customer in directory.customers
        if not month.is_sent(customer.id) and month.file_of(customer.id) is None
    )


def refusals(month: InvoiceMonth, charter: Charter, language: str) -> Iterator[Refusal]:
    """Yield what did not go, or did not arrive, and why, in the words of a language."""
    for file in month.files:
        if file.flaw is not None:
            yield Refusal(file.name, flaw_words(file, language))
        elif _is_replaced(file, month):
            yield Refusal(file.name, say("invoice replaced").words(language))
        elif not month.is_sent(file.customer) and not _has_reader(file.customer, month, charter):
            yield Refusal(file.name, say("invoice for nobody").words(language))
    for sent in month.sent:
        if sent.row in month.lost:
            yield Refusal(f"{sent.customer}.pdf", say("invoice not arrived", address=sent.recipient).words(language))


def flaw_words(file: InvoiceFile, language: str) -> str:
    """Return why a file is refused, in the words of a language."""
    assert file.flaw is not None, "only a refused file has a flaw"
    return say(f"invoice {file.flaw.value}", detail=file.detail).words(language)


def _is_news(month: InvoiceMonth, refused: tuple[Refusal, ...], late: tuple[str, ...], *, now: datetime) -> bool:
    last = month.told[-1]
    known = frozenset[str]().union(*(told.refused for told in month.told))
    unsettled = {file.name for file in month.files if file.flaw is Flaw.CUT_OFF and not file.is_settled}
    fresh = [one for one in refused if str(one) not in known and one.file not in unsettled]
    return bool(fresh or late) and now >= last.at + PAUSE


def _late(month: InvoiceMonth) -> tuple[str, ...]:
    """Return whose invoices were sent since the last report, if there was one."""
    return _gone_since(month) if month.told else ()


def _gone_since(month: InvoiceMonth) -> tuple[str, ...]:
    """Return whose invoices no report has counted yet."""
    since = month.told[-1].row if month.told else 0
    return tuple(dict.fromkeys(sent.customer for sent in month.sent if sent.row > since))


def _is_replaced(file: InvoiceFile, month: InvoiceMonth) -> bool:
    went = month.sent_hashes(file.customer)
    return bool(went) and file.sha256 not in went


def _has_reader(customer_id: str, month: InvoiceMonth, charter: Charter) -> bool:
    customer = charter.directory.customer(customer_id)
    return customer is not None and bool(readers(customer, charter.plan, month.marked))


def _usable(customer: Customer, role: Role, marked: frozenset[str]) -> tuple[Mpoc, ...]:
    return tuple(mpoc for mpoc in customer.with_role(role) if mpoc.email not in marked)


def _invoice(customer: Customer, mpoc: Mpoc, ref: AttachmentRef, *, month: str, number: int) -> Notice:
    return Notice(
        kind=NoticeKind.INVOICE,
        to=to_mpoc(mpoc),
        case=None,
        key=_key(month, customer.id, number),
        facts=(("month", month), ("customer", customer.name)),
        subject=f"Invoice {month}",
        attachments=(ref,),
    )


def _key(month: str, customer: str, number: int) -> str:
    return f"invoice {month} {customer}:{number}"


def _report_key(month: str, number: int) -> str:
    return f"invoices {month}:{number}"
