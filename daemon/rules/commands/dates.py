"""Dates as agents write them behind a command: only forms that can be read in one way.

`2026-12-01`, `2026/12/1`, `tomorrow`, `monday`, `next monday`, `1 december`, `dec 1`, `1er décembre 2026`.  `12/01` is
the twelfth of January to some and the first of December to others: it is refused, with the ISO forms of both.
"""

import re
import unicodedata
from datetime import date, timedelta

from daemon.rules.sayings.saying import Fault, say

DAYS_AHEAD = 366
TODAY = {"today", "aujourd'hui"}
TOMORROW = {"tomorrow", "demain"}
FILLERS = {"on", "the", "of", "until", "next", "le", "prochain", "prochaine"}
"""Words between which a date is the same date."""

WEEKDAYS = {
    word: number
    for words in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    )
    for number, word in enumerate(words)
}
MONTHS = {
    word: number
    for words in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "janv fev mars avr mai juin juil aout sept oct nov dec",
        "janv fevr mars avr mai juin juil aout sept oct nov dec",
    )
    for number, word in enumerate(words.split(), 1)
}
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|e)?")
_YEAR = re.compile(r"[0-9]{4}")
_AMBIGUOUS = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})(?:[-/. ]([0-9]{2}|[0-9]{4}))?")


def read_date(argument: str, *, today: date) -> date:
    """Read a date after today; a weekday is the next one after today, a date without a year the next one of its name.

    A date without a year that is today is today's, and refused: nobody means the day one year ahead.

    Raises:
        Fault: it is no date or could be two, it is not after today, or more than a year away.
    """
    day = read_day(argument, today=today)
    if day <= today:
        raise Fault("past date", day=str(day), today=str(today))
    return day


def read_day(argument: str, *, today: date) -> date:
    """Read a date as `read_date` does, or today's.

    Raises:
        Fault: it is no date or could be two, or it is more than a year away.
    """
    words = _words(argument)
    day = _named(words, today) or _iso(words) or _with_month(words, today)
    if day is None:
        raise _no_date(argument, words, today)
    if day > today + timedelta(days=DAYS_AHEAD):
        raise Fault("far date", day=str(day))
    return day


def _words(argument: str) -> list[str]:
    plain = argument.casefold().replace("\u2019", "'").replace(",", " ")
    unaccented = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = [word.rstrip(".") for word in unaccented.split()]
    return [word for word in words if word not in FILLERS]


def _named(words: list[str], today: date) -> date | None:
    match words:
        case [word] if word in TODAY:
            return today
        case [word] if word in TOMORROW:
            return today + timedelta(days=1)
        case [word] if word in WEEKDAYS:
            return today + timedelta(days=(WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
    return None


def _iso(words: list[str]) -> date | None:
    found = _ISO.fullmatch(words[0]) if len(words) == 1 else None
    return _date(*(int(found.group(part)) for part in (1, 3, 4))) if found else None


def _with_month(words: list[str], today: date) -> date | None:
    """Read `1 december`, `december 1`, `1 december 2026`; without a year it is the next one."""
    year = int(words[-1]) if len(words) == 3 and _YEAR.fullmatch(words[-1]) else None
    if len(words) != (3 if year else 2):
        return None
    first, second = words[:2]
    month = MONTHS.get(first) or MONTHS.get(second)
    found = _DAY.fullmatch(second if first in MONTHS else first)
    if month is None or found is None:
        return None
    day = int(found.group(1))
    return _date(year, month, day) if year else _next(month, day, today)


def _next(month: int, day: int, today: date) -> date | None:
    """Return the next date of that name, which may be today."""
    near = (_date(today.year + ahead, month, day) for ahead in (0, 1))
    return next((candidate for candidate in near if candidate is not None and candidate >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _no_date(argument: str, words: list[str], today: date) -> Fault:
    """Say what would be right: of a date that could be two, both."""
    found = _AMBIGUOUS.fullmatch(" ".join(words))
    if found:
        one, other, year = int(found.group(1)), int(found.group(2)), found.group(3)
        readings = {_numbered(year, *pair, today=today) for pair in ((one, other), (other, one))} - {None}
        if readings:
            forms = sorted(str(day) for day in readings)
            examples = say("or", one=forms[0], other=forms[1]) if len(forms) > 1 else forms[0]
            return Fault("unclear date", word=repr(argument), examples=examples)
    return Fault("no date", word=repr(argument), example=str(today + timedelta(days=7)))


def _numbered(year: str | None, month: int, day: int, *, today: date) -> date | None:
    if year is None:
        return _next(month, day, today)
    return _date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
