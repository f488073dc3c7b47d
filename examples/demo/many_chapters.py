"""The chapters about what goes to many: the invoices of the month, as the billing desk put them into their folder."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from examples.demo.company import Company
from examples.demo.week import ACME, GLOBEX, Week

BILLING = "billing@desk.example"
DENVER = ZoneInfo("America/Denver")
DAY, HOUR = 27, 9
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
    """Put Acme's invoice of the month that was due last into the folder, and by mistake the same one for Globex."""
    folder = invoice_folder(company, now=now)
    folder.mkdir(parents=True)
    text = "BT /F 12 Tf 72 770 Td (Invoice to Acme Corporation) Tj ET"
    for customer in ("acme", "globex"):
        (folder / f"{customer}.pdf").write_text(PDF.format(length=len(text), text=text), encoding="ascii")


def invoice_folder(company: Company, *, now: datetime) -> Path:
    """Return the folder of the month whose invoices were due last."""
    here = now.astimezone(DENVER)
    is_over = (here.day, here.hour) >= (DAY, HOUR)
    month = here if is_over else here.replace(day=1) - timedelta(days=1)
    return company.folder / "var" / "invoices" / f"{month:%Y-%m}"


def invoices(week: Week) -> None:
    """R12: each invoice goes once to the finance contact; what is missing or refused is told to the billing desk."""
    invoice = week.receives(ACME.address, about="Invoice")
    told = week.receives(BILLING, about="Invoices")
    (attached,) = invoice.message.iter_attachments()
    week.check("R12.1 the invoice is attached", attached.get_content_type() == "application/pdf")
    week.check("R12.1 one with another customer's name is refused", "globex.pdf" in told.text)
    week.check("R12.1 the customer does not get it", week.is_quiet(GLOBEX))
    week.check("R12.1 a missing one is reported", "Initech" in told.text)


MANY_CHAPTERS = (("The invoices of the month", invoices),)
