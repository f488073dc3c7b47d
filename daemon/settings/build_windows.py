"""maintenance.yaml → the series of windows (R11)."""

from daemon.model.window import LAST, Change, Lead, LeadUnit, Recurrence, Repeat, Series, Work
from daemon.settings.forms.maintenance import MaintenanceFile, WindowForm
from daemon.settings.weekly import DAYS

_WHICH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST}


def series(form: MaintenanceFile) -> tuple[Series, ...]:
    """Return the planned windows in the order of the file."""
    return tuple(_series(window) for window in form.windows)


def _series(form: WindowForm) -> Series:
    return Series(
        id=form.id,
        work=Work(
            name=form.name,
            products=form.products,
            impact=form.impact,
            description=form.description,
            reason=form.reason,
        ),
        recurrence=recurrence_of(form),
        hours=form.hours,
        leads=tuple(_lead(text) for text in form.notices if text.endswith("before")),
        tells_start="start" in form.notices,
        tells_end="end" in form.notices,
        changes=(
            *(Change(day=moved.date, to=moved.to, hours=moved.hours) for moved in form.moved),
            *(Change(day=day, is_cancelled=True) for day in form.cancelled),
        ),
    )


def recurrence_of(form: WindowForm) -> Recurrence:
    """Return the dates on which a window begins."""
    words = (form.on or "").lower().split()
    if form.repeat is Repeat.ONCE:
        return Recurrence(repeat=form.repeat, first=form.first)
    which = _WHICH[words[0]] if form.repeat is Repeat.MONTHLY else 0
    return Recurrence(
        repeat=form.repeat, weekday=DAYS.index(words[-1]), which=which, weeks=form.weeks, first=form.first
    )


def _lead(text: str) -> Lead:
    amount, unit, _ = text.split()
    return Lead(int(amount), LeadUnit(unit.removesuffix("s")))
