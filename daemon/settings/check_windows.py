"""What maintenance.yaml must agree on with itself and with products.yaml (R11)."""

from collections import Counter
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, date, timedelta

from daemon.model.charter import Charter
from daemon.model.window import Impact, Recurrence, Repeat
from daemon.rules.maintenance.announcing import found_in
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
FARTHEST = 60
"""So many days from its date a window may be moved; farther, the year or the month was mistaken (R11.7)."""
LONGEST_QUIET = 12 * 60
"""Minutes; longer quiet hours are mostly the hours of the day, written instead."""


def check_windows(sources: Sources, findings: Findings) -> None:
    """Record windows that name what is not there, changes of windows that there are not, and notices to nobody."""
    source = sources.maintenance
    if not source:
        return
    form, document, products = source.form, source.document, product_ids(sources)
    check_unique([window.id for window in form.windows], "windows", document, findings)
    _check_products(form, document, products, findings)
    _warn_of_quiet_days(form, document, findings)
    for index, window in enumerate(form.windows):
        path: Path = ("windows", index)
        if window.id == RESERVED:
            message = f"`{RESERVED}` begins the names of unscheduled windows: take another id"
            findings.fault(document, (*path, "id"), message)
        if window.weeks > 1 and window.repeat is not Repeat.WEEKLY:
            findings.fault(document, (*path, "weeks"), "only weekly windows come every so many weeks")
        _check_changes(window, path, document, findings)
        _check_moves(window, path, document, findings)
        _warn_of_nobody(window, path, document, findings)


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


def _check_moves(window: WindowForm, path: Path, document: Document, findings: Findings) -> None:
    """Refuse a window that is moved far away; warn where two of a series then lie on one date."""
    recurrence, changed = recurrence_of(window), {day for _, day in _changed(window)}
    moved = [(number, one.date, one.to) for number, one in enumerate(window.moved) if one.to]
    targets = Counter(to for _, _, to in moved)
    for number, day, to in moved:
        place = (*path, "moved", number, "to")
        if abs(to - day).days > FARTHEST:
            message = f"lies {abs(to - day).days} days from {day}{_other_year(day, to)}: at most {FARTHEST} (R11.7)"
            findings.fault(document, place, message)
        elif targets[to] > 1 or (to not in changed and is_date_of(recurrence, to)):
            findings.warn(document, place, f"two windows of `{window.id}` begin on {to}: is one to be cancelled?")


def _other_year(day: date, to: date) -> str:
    """Return the date that may have been meant where only the year is wrong, to stand in a sentence."""
    years = (day.year + years for years in (0, 1, -1))
    meant = (to.replace(year=year) for year in years if (to.month, to.day) != (2, 29) and MINYEAR <= year <= MAXYEAR)
    near = next((one for one in meant if abs(one - day).days <= FARTHEST), None)
    return f" (did you mean {near}?)" if near else ""


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


def guard_windows(sources: Sources, charter: Charter, findings: Findings) -> None:
    """Record words that give away a customer or a case: every customer with the product reads them (S3.7)."""
    source = sources.maintenance
    for index, window in enumerate(source.form.windows if source else ()):
        assert source
        for key in ("name", "description", "reason"):
            found = found_in((getattr(window, key),), charter)
            if found:
                what = "; ".join(map(str, found))
                message = f"gives away ({what}): change it, or list the name in `policies.guard_exceptions` (S3.7)"
                findings.fault(source.document, ("windows", index, key), message)


def _warn_of_quiet_days(form: MaintenanceFile, document: Document, findings: Findings) -> None:
    start, end = form.quiet_hours
    if end - start > LONGEST_QUIET:
        message = "these are the hours in which unscheduled work needs no confirmation, as `23:00-05:00` (R11.6)"
        findings.warn(document, ("quiet_hours",), f"{(end - start) / 60:g} hours long: {message}")


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
