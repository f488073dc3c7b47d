"""Invoices that are due (R12.1): each customer's in a transaction of its own, then the report to the billing desk.

The folder is looked at when a month is due, at most every minute while something of it is open, else every hour.  Files
are read outside any transaction but the one that only reads; what is sent is what was examined, by its hash.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary
from zlib import crc32

import structlog

from daemon.apply import apply
from daemon.desk import Desk
from daemon.gather.invoices import invoice_month, went_elsewhere
from daemon.invoice_folder import InvoiceFolder, Look
from daemon.model.due import Action, Ticked
from daemon.model.invoice import InvoiceFile, InvoiceMonth
from daemon.model.setup import Config
from daemon.posting import Posting
from daemon.rules import invoice_months, invoices
from daemon.store import blobs
from daemon.store.addresses import bounced_among
from daemon.store.database import Connection, Engine, lock
from daemon.store.due import Due
from daemon.store.invoices import began_at, sent_invoices
from daemon.tick.source import Source

OPEN_PAUSE, DONE_PAUSE = timedelta(minutes=1), timedelta(hours=1)
_REPORT = ""
"""Stands, in work, for the customer of the report."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do: a customer's invoice of a month, or the report on it."""

    due: Due
    month: str
    customer: str
    file: InvoiceFile | None


@dataclass(slots=True)
class Memory:
    """What a process knows of the folder since its last look."""

    config: Config
    folder: InvoiceFolder
    again_at: datetime
    looked_at: datetime
    work: dict[int, Work] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    said: set[tuple[str, InvoiceFile]] = field(default_factory=set)  # what the log was told


_MEMORY: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()
"""By database: this is asked at every due thing."""


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    if desk.config.settings.invoices is None:
        return None
    memory = _memory(desk, now)
    if not memory.work and not memory.looked_at <= now < memory.again_at:
        _look(connection, desk, memory, now)
    return next((work.due for key, work in memory.work.items() if key not in aside), None)


def _memory(desk: Desk, now: datetime) -> Memory:
    """Return what is known under this configuration; another one begins anew."""
    memory, folder = _MEMORY.get(desk.engine), desk.config.settings.invoices
    if memory is None or memory.config is not desk.config:
        assert folder is not None, "asked before"
        memory = Memory(desk.config, InvoiceFolder(folder, desk.config.directory), again_at=now, looked_at=now)
        _MEMORY[desk.engine] = memory
    return memory


def _look(connection: Connection, desk: Desk, memory: Memory, now: datetime) -> None:
    """Find what there is to do: invoices first, the report once all that can go has gone."""
    began, pause = began_at(connection), DONE_PAUSE
    for due in invoice_months.months_due(now, desk.config.plan):
        look = _looked(memory, due.month)
        if not invoice_months.is_ours(due, now=now, began=began, has_folder=look.has_folder):
            pause = OPEN_PAUSE if due.is_last else pause
            continue
        memory.looks[due.month] = look
        month = invoice_month(connection, desk.config, due.month, look)
        _tell_log(memory, month, look.trouble)
        found = _work(month, due, desk, now=now, is_whole=look.is_whole)
        memory.work |= {work.due.key: work for work in found}
        if not look.is_whole or not _is_done(month, desk):
            pause = OPEN_PAUSE
    memory.looked_at, memory.again_at = now, min(now + pause, invoice_months.next_due_at(now, desk.config.plan))


def _looked(memory: Memory, month: str) -> Look:
    """Look at a folder; a defect of ours must not hold up what else is due."""
    try:
        return memory.folder.look(month)
    except Exception as defect:  # the unit of work: the folder is looked at again
        log.error("timetable.item_failed", source=INVOICES.name, case=None, exc_info=defect)
        return Look((), is_whole=False)


def _work(
    month: InvoiceMonth, due: invoice_months.DueMonth, desk: Desk, *, now: datetime, is_whole: bool
) -> tuple[Work, ...]:
    charter = desk.config.charter
    sends = tuple((file.customer, file) for file in invoices.to_send(month, charter))
    if sends or not is_whole or invoices.report(month, charter, now=now) is None:
        return tuple(Work(_due(due, customer), due.month, customer, file) for customer, file in sends)
    return (Work(_due(due, _REPORT), due.month, _REPORT, None),)


def _due(due: invoice_months.DueMonth, customer: str) -> Due:
    return Due(crc32(f"{due.month} {customer}".encode()), None, due.due)


def _is_done(month: InvoiceMonth, desk: Desk) -> bool:
    is_sent = all(month.is_sent(customer.id) for customer in desk.config.directory.customers)
    return is_sent and bool(month.told) and all(file.flaw is None for file in month.files)


def _tell_log(memory: Memory, month: InvoiceMonth, trouble: str) -> None:
    for file in month.files:
        if (month.month, file) not in memory.said and (file.flaw is not None or not file.names_its_own):
            why = file.flaw.value if file.flaw else "goes by its file name alone: nothing in it says whose it is"
            log.warning("invoice.remarked", month=month.month, file=file.name, why=why)
            memory.said.add((month.month, file))
    if trouble:
        log.error("invoice.folder_unreadable", month=month.month, why=trouble)


def _do(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    memory = _MEMORY.get(desk.engine)
    work = memory.work.pop(due.key, None) if memory else None
    if memory is None or work is None:
        return None
    if not memory.work:
        memory.again_at = now  # what is left to tell shows at a new look
    lock(connection, "invoices")
    return _report(connection, desk, work, now) if work.file is None else _send(connection, desk, work, now)


def _send(connection: Connection, desk: Desk, work: Work, now: datetime) -> Ticked | None:
    """Send what was examined, unless another node did, or the file is another by now."""
    memory, file = _MEMORY[desk.engine], work.file
    assert file is not None, "the report is not sent here"
    customer = desk.config.directory.customer(file.customer)
    octets = memory.folder.read(work.month, file)
    keys = dict.fromkeys(invoices.invoice_keys(work.month, file.customer), file.customer)
    if customer is None or octets is None or sent_invoices(connection, keys):
        return None
    if went_elsewhere(connection, work.month, file):
        return None
    marks = bounced_among(connection, [mpoc.email for mpoc in customer.mpocs])
    month = InvoiceMonth(month=work.month, marked=frozenset(mark.address for mark in marks))
    decision = invoices.send_invoice(file, month, desk.config.charter)
    if not decision.effects:
        return None
    blobs.store(connection, file.sha256, octets)
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Ticked(Action.INVOICE_QUEUED, None, work.due.at, decision.reason)


def _report(connection: Connection, desk: Desk, work: Work, now: datetime) -> Ticked | None:
    """Tell the billing desk, unless another node did."""
    look = _MEMORY[desk.engine].looks[work.month]
    month = invoice_month(connection, desk.config, work.month, look)
    decision = invoices.report(month, desk.config.charter, now=now)
    if decision is None:
        return None
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Ticked(Action.NOTICE_QUEUED, None, work.due.at, decision.reason)


INVOICES = Source("invoices", _first, _do)
