"""Invoices: PDFs that somebody puts into a folder a month, one a customer (R12.1)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Flaw(StrEnum):
    """Why a file is not sent."""

    MISNAMED = "misnamed"  # it does not end in .pdf
    NO_CUSTOMER = "no customer"
    NO_FILE = "no file"  # a folder, a link, a device
    CANNOT_OPEN = "cannot open"
    EMPTY = "empty"
    TOO_LARGE = "too large"
    NO_PDF = "no pdf"
    CUT_OFF = "cut off"  # its end is missing, perhaps still being written
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    TOO_MANY_PAGES = "too many pages"
    TOO_SLOW = "too slow"
    OTHER_CUSTOMER = "other customer"
    SENT_BEFORE = "sent before"  # to this customer, as another month's


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What is in one file."""

    flaw: Flaw | None = None
    detail: str = ""  # more about the flaw, in the words of whoever found it
    size: int = 0
    sha256: str = ""
    pages: int = 0
    text: str = ""  # of the first pages; empty: it is a picture of paper


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFile:
    """One file of a month's folder, as it was found."""

    name: str
    customer: str  # id of the customer that it is named for, or empty
    size: int = 0
    sha256: str = ""  # empty where it has a flaw
    flaw: Flaw | None = None
    detail: str = ""
    names_its_own: bool = True  # False: nothing in it says whose it is, as in a scanned one
    is_settled: bool = True  # False: it was cut off, and may be whole at the next look


@dataclass(frozen=True, slots=True)
class SentInvoice:
    """An invoice that was queued, whatever became of the mail."""

    customer: str
    row: int  # its outbox row
    sha256: str
    recipient: str
    state: str  # of the outbox row
    at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldInvoices:
    """A report that the billing desk got."""

    row: int
    at: datetime
    refused: frozenset[str]  # its lines


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceMonth:
    """How the invoices of one month stand."""

    month: str  # 2026-11
    files: tuple[InvoiceFile, ...] = ()
    sent: tuple[SentInvoice, ...] = ()
    told: tuple[ToldInvoices, ...] = ()  # oldest first
    marked: frozenset[str] = frozenset()  # contacts' addresses to which mail bounces (S3.4)
    lost: frozenset[int] = frozenset()  # rows of `sent` whose mail did not arrive
    _files: dict[str, InvoiceFile] = field(init=False, repr=False, compare=False)
    _sent: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by customer."""
        object.__setattr__(self, "_files", {file.customer: file for file in self.files if file.customer})
        hashes: dict[str, set[str]] = {}
        for one in self.sent:
            hashes.setdefault(one.customer, set()).add(one.sha256)
        object.__setattr__(self, "_sent", {customer: frozenset(found) for customer, found in hashes.items()})

    def unchecked(self, customers: Collection[str]) -> tuple[InvoiceFile, ...]:
        """Return which files of these customers went by their names alone: nothing in them says whose they are."""
        return tuple(
            file
            for file in self.files
            if file.customer in customers and not file.names_its_own and file.sha256 in self.sent_hashes(file.customer)
        )

    def is_sent(self, customer: str) -> bool:
        """Tell whether a customer's invoice was queued."""
        return customer in self._sent

    def sent_hashes(self, customer: str) -> frozenset[str]:
        """Return what a customer was sent, by hash; empty: nothing."""
        return self._sent.get(customer, frozenset())

    def file_of(self, customer: str) -> InvoiceFile | None:
        """Return the file that is named for a customer, flawed or not."""
        return self._files.get(customer)
