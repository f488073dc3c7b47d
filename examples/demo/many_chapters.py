"""The chapters about what goes to many: unscheduled maintenance, and the invoices of the month."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daemon.clock import system_clock
from examples.demo.company import CommandFailed, Company
from examples.demo.postbox import Person, Received
from examples.demo.week import ACME, GLOBEX, INITECH, Week

BILLING = "billing@desk.example"
GLOBEX_FINANCE = Person("Globex Finance", "finance@globex.example")
DENVER = ZoneInfo("America/Denver")
DAY, HOUR = 27, 9
NAME = "Replacement of a switch"
REASON = "It drops calls."
PDF = """%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>
endobj
4 0 obj << /Length {length} >> stream
{text}
endstream endobj
5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj
trailer << /Root 1 0 R >>
startxref
0
%%EOF
"""


def put_invoices(company: Company, *, now: datetime) -> None:
    """Put Initech's invoice of the month that was due last into the folder, and by mistake the same one for Globex."""
    folder = invoice_folder(company, now=now)
    folder.mkdir(parents=True)
    text = "BT /F 12 Tf 72 770 Td (Invoice to Initech) Tj ET"
    for customer in ("initech", "globex"):
        (folder / f"{customer}.pdf").write_text(PDF.format(length=len(text), text=text), encoding="ascii")


def invoice_folder(company: Company, *, now: datetime) -> Path:
    """Return the folder of the month whose invoices were due last."""
    here = now.astimezone(DENVER)
    is_over = (here.day, here.hour) >= (DAY, HOUR)
    month = here if is_over else here.replace(day=1) - timedelta(days=1)
    return company.folder / "var" / "invoices" / f"{month:%Y-%m}"


def invoices(week: Week) -> None:
    """R12: each invoice goes once to the finance contact; what is missing or refused is told to the billing desk."""
    invoice = week.receives(INITECH.address, about="Invoice")
    told = week.receives(BILLING, about="Invoices")
    (attached,) = invoice.message.iter_attachments()
    week.check("R12.1 the invoice is attached", attached.get_content_type() == "application/pdf")
    week.check("R12.1 one with another customer's name is refused", "globex.pdf" in told.text)
    week.check("R12.1 the customer does not get it", week.is_quiet(GLOBEX_FINANCE))
    week.check("R12.1 a missing one is reported", "Acme" in told.text)


def announced(week: Week) -> None:
    """R11.6: unscheduled work is announced whole or not at all, and only to customers with the product."""
    night = datetime.combine(system_clock().astimezone(DENVER) + timedelta(days=1), time(23, 30))
    window = {"name": NAME, "start": f"{night:%F %R}", "end": f"{night + timedelta(hours=2):%F %R}"}
    window |= {"description": "We replace the switch of the second floor."}
    week.check("R11.2 without a reason nobody is told", "reason" in _refusal(week, window))
    done = _announce(week, window | {"reason": REASON})
    told = [week.receives(person.address, about=NAME) for person in (ACME, INITECH)]
    week.check("R11.2 each customer reads the reason", all(REASON in mail.text for mail in told))
    week.check("R11   and gets an event for the calendar", all("text/calendar" in _types(mail) for mail in told))
    week.company.run("maintenance", "cancel", done["window"])
    cancelled = [week.receives(person.address, about=NAME) for person in (ACME, INITECH)]
    week.check("R11.7 who was told is told of its cancelling", len(cancelled) == done["told"])
    week.check("R11   who does not have the product is told nothing", week.is_quiet(GLOBEX))


def _announce(week: Week, window: dict[str, str]) -> dict[str, Any]:
    file = week.company.folder / "tonight.yaml"
    lines = (f"{name}: {json.dumps(value)}\n" for name, value in window.items())
    file.write_text("products: [voice]\nimpact: outage\n" + "".join(lines), encoding="utf-8")
    told: dict[str, Any] = week.company.ask("maintenance", "announce", str(file))
    return told


def _refusal(week: Week, window: dict[str, str]) -> str:
    """Return what is said of a window that cannot be announced."""
    try:
        _announce(week, window)
    except CommandFailed as refused:
        return str(refused)
    return ""


def _types(mail: Received) -> set[str]:
    return {part.get_content_type() for part in mail.message.walk()}


MANY_CHAPTERS = (
    ("Unscheduled maintenance", announced),
    ("The invoices of the month", invoices),
)
