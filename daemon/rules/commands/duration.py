"""How long somebody worked, as agents write it behind `#time` (R10.4).

`25m`, `25 min`, `90` (minutes), `1h20`, `1h 20m`, `1:20`, `1.5h`, `1,5 h`, `2 hours`, `1 heure 20`; of hours in
decimals each started minute counts.
"""

import re
from fractions import Fraction

from daemon.rules.sayings.saying import Fault

MAX_MINUTES = 24 * 60
_MINUTE = r"(?:m|mn|min|mins|minutes?)"
_HOUR = r"(?:h|hr|hrs|hours?|heures?)"
_MINUTES = re.compile(rf"([0-9]{{1,5}}) ?{_MINUTE}?")
_HOURS = re.compile(rf"([0-9]{{1,3}}(?:[.,][0-9]{{1,3}})?) ?{_HOUR}")
_BOTH = re.compile(rf"([0-9]{{1,3}}) ?{_HOUR}(?: ?(?:and|et))? ?([0-5]?[0-9]) ?{_MINUTE}?")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")


def read_minutes(argument: str) -> int:
    """Read a time of work in minutes, 1 to 1440.

    Raises:
        Fault: it is none, or more than a day.
    """
    minutes = _minutes(" ".join(argument.casefold().split()))
    if minutes is None or minutes == 0:
        raise Fault("no time", word=repr(argument))
    if minutes > MAX_MINUTES:
        raise Fault("much time")
    return minutes


def _minutes(plain: str) -> int | None:
    if found := _MINUTES.fullmatch(plain):
        return int(found.group(1))
    if found := _HOURS.fullmatch(plain):
        exact = Fraction(found.group(1).replace(",", ".")) * 60
        return -(-exact.numerator // exact.denominator)
    if found := _CLOCK.fullmatch(plain) or _BOTH.fullmatch(plain):
        return int(found.group(1)) * 60 + int(found.group(2))
    return None


def written(minutes: int) -> str:
    """Return minutes for people: `25 min`, `1 h`, `1 h 20 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest else "")))
