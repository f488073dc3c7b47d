"""An instant as agents write it behind `#etr`: a date and a time of day on the plan's wall clock (R3.5).

`2026-12-01 14:00`, `tomorrow 9:30`, `monday 08h00`, `demain à 14h`, `2pm`; a time alone is today's.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.rules.business_time import at_wall_clock, local_date
from daemon.rules.commands.dates import read_day
from daemon.rules.sayings.saying import Fault

_WORDS = {"noon": time(12), "midi": time(12), "midnight": time(0), "minuit": time(0)}
_DOTTED = re.compile(r"\b([ap])\.? ?m\b\.?")
_TWELVE = re.compile(r"([0-9]{1,2})(?:[:h]([0-9]{2}))? ?([ap])m")
_TWENTY_FOUR = re.compile(r"([0-9]{1,2})(?::([0-9]{2})(?::00)?| ?h ?([0-9]{2})?)")
_ISO_MOMENT = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})t([0-9])")
_EXAMPLE = "14:00"


def read_moment(
    argument: str, *, now: datetime, zone: ZoneInfo, after: datetime | None = None, comes_next: bool = False
) -> datetime:
    """Read a date and a time of day, and return the instant in UTC.

    In autumn, of two instants of one wall-clock time the first is meant.

    Args:
        argument: what was written.
        now: the instant by which "today" and "tomorrow" are understood.
        zone: of the wall clock.
        after: it must lie after this; else after `now`.
        comes_next: a time alone that is past today is tomorrow's.

    Raises:
        Fault: it is no date or no time of day, it is past, or the clock skips it in spring.
    """
    today = local_date(now, zone)
    day_words, clock = _parted(argument, today)
    day = read_day(day_words, today=today) if day_words else today
    if comes_next and not day_words and at_wall_clock(day, clock, zone) <= now:
        day += timedelta(days=1)
    moment = instant_of(day, clock, zone)
    if moment <= (after or now):
        raise Fault("past moment", moment=f"{day} {clock:%H:%M}", now=f"{now.astimezone(zone):%Y-%m-%d %H:%M}")
    return moment


def instant_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return when the wall clock shows a time on a day; in autumn, of two instants the first.

    Raises:
        Fault: the clock skips it in spring.
    """
    moment = at_wall_clock(day, clock, zone)
    if moment.astimezone(zone).time() != clock:
        raise Fault("clock skips", clock=f"{clock:%H:%M}", day=str(day), nearest=_after_gap(day, clock, zone))
    return moment


def _parted(argument: str, today: date) -> tuple[str, time]:
    """Part the date from the time of day, which stands last."""
    plain = _DOTTED.sub(r"\1m", _ISO_MOMENT.sub(r"\1 \2", argument.casefold().strip()))
    for found in _partings(plain):
        clock = read_clock(found[1])
        if clock is not None:
            return found[0], clock
    raise Fault("no moment", word=repr(argument), example=f"{today + timedelta(days=1)} {_EXAMPLE}")


def _partings(plain: str) -> list[tuple[str, str]]:
    """Return each way to part a text in two at a blank, the longest time of day first."""
    words = plain.replace(",", " ").split()
    ways = ((words[:cut], words[cut:]) for cut in range(max(0, len(words) - 3), len(words)))
    return [(" ".join(_without_at(day)), " ".join(_without_at(clock))) for day, clock in ways]


def _without_at(words: list[str]) -> list[str]:
    return [word for word in words if word not in {"at", "à", "a"}]


def read_clock(word: str) -> time | None:
    """Read a time of day: `14:00`, `9h30`, `14h`, `2pm`, `2:30 pm`, `noon`; None: it is none, or says no minutes."""
    if word in _WORDS:
        return _WORDS[word]
    if found := _TWELVE.fullmatch(word):
        hour = int(found.group(1))
        return _time(hour % 12 + (12 if found.group(3) == "p" else 0), found.group(2)) if 1 <= hour <= 12 else None
    if found := _TWENTY_FOUR.fullmatch(word):
        return _time(int(found.group(1)), found.group(2) or found.group(3))
    return None


def _time(hour: int, minute: str | None) -> time | None:
    minutes = int(minute or 0)
    return time(hour, minutes) if hour < 24 and minutes < 60 else None


def _after_gap(day: date, clock: time, zone: ZoneInfo) -> str:
    """Return the first wall-clock time after one that the clock skips in spring."""
    minutes = clock.hour * 60 + clock.minute
    later = (time(*divmod(minute, 60)) for minute in range(minutes, 24 * 60))
    shown = (at for at in later if at_wall_clock(day, at, zone).astimezone(zone).time() == at)
    return f"{day} {next(shown, time(23, 59)):%H:%M}"
