"""What maintenance.yaml must agree on with itself and with products.yaml (R11)."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from daemon.model.people import words_of
from daemon.model.window import Impact, Recurrence, Repeat
from daemon.rules.maintenance.recurrence import is_date_of
from daemon.settings.build_windows import recurrence_of
from daemon.settings.check_people import check_known, check_unique, product_ids
from daemon.settings.findings import Findings
from daemon.settings.forms.maintenance import MaintenanceFile, WindowForm
from daemon.settings.node import Document, Path
from daemon.settings.reading import Sources

RESERVED = "announced"
"""Begins the names of unscheduled windows."""
NEAR = 400


def check_windows(sources: Sources, findings: Findings) -> None:
    """Record windows that name what is not there, changes of windows that there are not, and notices to nobody."""
    source = sources.maintenance
    if not source:
        return
    form, document, products = source.form, source.document, product_ids(sources)
    check_unique([window.id for window in form.windows], "windows", document, findings)
    _check_products(form, document, products, findings)
    for index, window in enumerate(form.windows):
        path: Path = ("windows", index)
        if window.id == RESERVED:
            message = f"`{RESERVED}` begins the names of unscheduled windows: take another id"
            findings.fault(document, (*path, "id"), message)
        if window.weeks > 1 and window.repeat is not Repeat.WEEKLY:
            findings.fault(document, (*path, "weeks"), "only weekly windows come every so many weeks")
        _check_changes(window, path, document, findings)
        _warn_of_nobody(window, path, document, findings)
        _warn_of_names(window, path, sources, findings)


def _check_products(
    form: MaintenanceFile, document: Document, products: tuple[str, ...] | None, findings: Findings
) -> None:
    for index, window in enumerate(form.windows):
        for number, product in enumerate(window.products if products is not None else ()):
            at = (document, ("windows", index, "products", number))
            check_known(product, products or (), "product", at=at, findings=findings)


def _check_changes(window: WindowForm, path: Path, document: Document, findings: Findings) -> None:
    recurrence = recurrence_of(window)
    days = list(_changed(window))
    often = Counter(day for _, day in days)
    for place, day in days:
        if not is_date_of(recurrence, day):
            message = f"`{window.id}` has no window on {day}{_nearest(recurrence, day)}"
            findings.fault(document, (*path, *place), message)
        elif often[day] > 1:
            findings.fault(document, (*path, *place), f"what becomes of {day} stands twice: move it, or cancel it")


def _changed(window: WindowForm) -> Iterator[tuple[Path, date]]:
    for number, moved in enumerate(window.moved):
        yield ("moved", number, "date"), moved.date
    for number, day in enumerate(window.cancelled):
        yield ("cancelled", number), day


def _nearest(recurrence: Recurrence, day: date) -> str:
    """Return the date of a series that may have been meant, to stand in a sentence."""
    ahead = (
        day + sign * timedelta(days=days)
        for days in range(NEAR)
        for sign in (1, -1)
        if date.min + timedelta(days=NEAR) < day < date.max - timedelta(days=NEAR)
    )
    near = next((one for one in ahead if is_date_of(recurrence, one)), None)
    return f"; did you mean {near}?" if near else ""


def _warn_of_names(window: WindowForm, path: Path, sources: Sources, findings: Findings) -> None:
    """Every customer with the product, and the status page, shows these words (S3.7)."""
    assert sources.maintenance
    for key in ("name", "description", "reason"):
        text = f" {_folded(getattr(window, key))} "
        for customer in sources.customers:
            if f" {_folded(customer.form.name)} " in text:
                message = f"names customer `{customer.form.id}`: every customer with the product reads it (S3.7)"
                findings.warn(sources.maintenance.document, (*path, key), message)


def _folded(text: str) -> str:
    return " ".join(words_of(unicodedata.normalize("NFKC", text).casefold()))


def _warn_of_nobody(window: WindowForm, path: Path, document: Document, findings: Findings) -> None:
    if window.notices and not window.products:
        message = "without `products` no customer is affected: its notices go to nobody (R11.2)"
        findings.warn(document, (*path, "notices"), message)
    if window.impact is not Impact.NONE and not window.notices:
        message = f"customers feel it (`impact: {window.impact}`), but without `notices` nobody is told"
        findings.warn(document, (*path, "impact"), message)
    for number, notice in enumerate(window.notices):
        if notice in window.notices[:number]:
            findings.fault(document, (*path, "notices", number), f"notice `{notice}` stands twice")
