"""Public holidays by the library `holidays`, for the years in which due times may fall."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from daemon.settings.findings import Findings
from daemon.settings.forms.calendar import HolidaysForm
from daemon.settings.nearest import suggestion
from daemon.settings.node import Document, Path

YEARS_BACK = 5
YEARS_AHEAD = 5
"""Clocks of old cases are explained, and simulated months counted, as far as this."""


def free_days(form: HolidaysForm, today: date, *, at: tuple[Document, Path], findings: Findings) -> frozenset[date]:
    """Return the days from five years ago to five years ahead that are no business days (R3.1).

    Args:
        form: what is written.
        today: the day from which the years are counted.
        at: the document, and where in it the form stands.
        findings: takes what is wrong.
    """
    years = tuple(range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1))
    public = _known(form, years, at=at, findings=findings)
    for index, day in enumerate(form.remove):
        if day.year in years and day not in public:
            findings.fault(at[0], (*at[1], "remove", index), f"{day} is no public holiday: nothing to take out")
    return (public - frozenset(form.remove)) | frozenset(form.add)


def _known(
    form: HolidaysForm, years: tuple[int, ...], *, at: tuple[Document, Path], findings: Findings
) -> frozenset[date]:
    if form.country is None:
        return frozenset()
    days = public_holidays(form.country, form.subdivision, years)
    if days is None:
        _say_what_is_known(form, at=at, findings=findings)
    return days or frozenset()


def _say_what_is_known(form: HolidaysForm, *, at: tuple[Document, Path], findings: Findings) -> None:
    document, path = at
    subdivisions = supported().get(form.country or "")
    if subdivisions is None:
        message = f"no holidays are known for `{form.country}`; {suggestion(form.country or '', supported())}"
        findings.fault(document, (*path, "country"), message)
    else:
        message = f"no such part of `{form.country}`; {suggestion(form.subdivision or '', subdivisions)}"
        findings.fault(document, (*path, "subdivision"), message)


@cache
def supported() -> dict[str, list[str]]:
    """Return the countries whose holidays are known, with their subdivisions: a tenth of a second the first time."""
    import holidays

    return holidays.list_supported_countries(include_aliases=False)


@cache
def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> frozenset[date] | None:
    """Return the public holidays of a country, observed days included; None: it, or that part of it, is not known.

    Both are known by their ISO 3166 codes alone: the library's other names for them are not taken.
    """
    import holidays

    try:
        days = holidays.country_holidays(country, subdiv=subdivision, years=years)
    except NotImplementedError:
        return None
    is_code = days.country == country and (not subdivision or subdivision in days.subdivisions)
    return frozenset(days) if is_code else None
