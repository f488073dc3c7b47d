"""What mails call things, a language a table: statuses, priorities, days and instants.

No locale of the machine is asked, so that a mail reads the same wherever the daemon runs.
"""

# ruff: noqa: RUF001  the plan writes two statuses with a dash (R4)

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daemon.model.case import Priority, Status
from daemon.model.clocks import ClockName
from daemon.model.window import Impact


@dataclass(frozen=True, slots=True, eq=False)  # each language has one: what is spelt is remembered by it
class Words:
    """The words of one language that do not stand in a template."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    statuses: dict[str, str]
    priorities: dict[str, str]
    clocks: dict[str, str]
    bases: dict[str, str]  # what a clock is measured against; a key that ends in a space is a beginning
    impacts: dict[str, str]  # what customers feel of a window
    instant: str  # how a day, a time and a zone are put together
    own: str  # how an instant on the reader's own clock is marked beside the same one on the plan's
    first: str = "1"  # what the first of a month is called


ENGLISH: Final = Words(
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    statuses={
        Status.NEW: "New",
        Status.IN_PROGRESS: "In Progress",
        Status.DUPLICATE: "Duplicate",
        Status.ON_HOLD: "On Hold",
        Status.SHIPPING: "Shipping",
        Status.RESOLVED: "Resolved – Follow-up Needed",
        Status.REOPENED: "Customer Reopened",
        Status.CLOSED_NO_RESPONSE: "Closed – No Response",
        Status.CLOSED: "Closed",
    },
    priorities={
        Priority.P1: "Priority 1",
        Priority.P2: "Priority 2",
        Priority.P3: "Priority 3",
        Priority.P4: "Priority 4",
        Priority.P1G: "Priority 1G (global incident)",
    },
    clocks={
        ClockName.FIRST_RESPONSE: "first response",
        ClockName.UPDATE: "next update",
        ClockName.ON_DEMAND: "update on demand",
        ClockName.MANAGER_ACK: "manager's acknowledgement",
        ClockName.COMPLETION: "completion",
        ClockName.WAITING: "customer's answer",
    },
    bases={
        "ETR": "the estimated time of resolution",
        "carrier": "the date until when the carrier needs",
        "on demand": "the customer asked for news",
        "the customer's answer": "the customer's answer",
        "the customer's confirmation": "the customer's confirmation",
        "contract of ": "contract of {}",
        "level ": "escalation to level {}",
        "vendor ": "the times of vendor {}",
        "MACD standard": "standard MACD request",
        "MACD expedited": "expedited MACD request",
    },
    impacts={
        Impact.NONE: "services are not affected",
        Impact.DEGRADED: "services may be slow or interrupted for short times",
        Impact.OUTAGE: "services are not available",
    },
    instant="{day}, {time:%H:%M} {zone}",
    own="{} (your time)",
)  # fmt: skip

FRENCH: Final = Words(
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    statuses={
        Status.NEW: "Nouveau",
        Status.IN_PROGRESS: "En cours",
        Status.DUPLICATE: "Doublon",
        Status.ON_HOLD: "En attente",
        Status.SHIPPING: "Expédition en cours",
        Status.RESOLVED: "Résolu – confirmation attendue",
        Status.REOPENED: "Rouvert par le client",
        Status.CLOSED_NO_RESPONSE: "Clos – sans réponse",
        Status.CLOSED: "Clos",
    },
    priorities={
        Priority.P1: "Priorité 1",
        Priority.P2: "Priorité 2",
        Priority.P3: "Priorité 3",
        Priority.P4: "Priorité 4",
        Priority.P1G: "Priorité 1G (incident général)",
    },
    clocks={
        ClockName.FIRST_RESPONSE: "première réponse",
        ClockName.UPDATE: "prochaine mise à jour",
        ClockName.ON_DEMAND: "mise à jour à la demande",
        ClockName.MANAGER_ACK: "accusé de réception du responsable",
        ClockName.COMPLETION: "achèvement",
        ClockName.WAITING: "réponse du client",
    },
    bases={
        "ETR": "l’heure de résolution annoncée",
        "carrier": "la date jusqu’à laquelle l’opérateur a besoin",
        "on demand": "le client a demandé des nouvelles",
        "the customer's answer": "la réponse du client",
        "the customer's confirmation": "la confirmation du client",
        "contract of ": "contrat de {}",
        "level ": "escalade au niveau {}",
        "vendor ": "les délais du fournisseur {}",
        "MACD standard": "demande MACD standard",
        "MACD expedited": "demande MACD accélérée",
    },
    impacts={
        Impact.NONE: "les services ne sont pas touchés",
        Impact.DEGRADED: "les services peuvent être lents ou brièvement interrompus",
        Impact.OUTAGE: "les services ne sont pas disponibles",
    },
    instant="{day} à {time:%H} h {time:%M} ({zone})",
    own="{}, à votre heure",
    first="1er",
)  # fmt: skip

WORDS: Final = {"en": ENGLISH, "fr": FRENCH}


def words_of(language: str) -> Words:
    """Return the words of `language`; a language that only a site's own templates speak borrows the English ones."""
    return WORDS.get(language, ENGLISH)


def spell_basis(words: Words, basis: str) -> str:
    """Say what a clock is measured against (R3.10): "Priority 2, contract of acme"; a basis without words stays."""
    return ", ".join(_spell_basis(words, piece) for piece in basis.split(", "))


def _spell_basis(words: Words, piece: str) -> str:
    named = words.priorities.get(piece) or words.bases.get(piece)
    if named:
        return named
    head, space, name = piece.rpartition(" ")
    return words.bases.get(head + space, "{}").format(name if head + space in words.bases else piece)


def spell_day(words: Words, value: str) -> str:
    """Spell out a date, or the date of an instant as it stands: "Friday 18 December 2026".

    Raises:
        ValueError: `value` is not ISO 8601.
    """
    return _spell(words, date.fromisoformat(value[:10]))


@lru_cache(maxsize=256)  # text and HTML spell the same ones, and so do the mails of one case
def spell_instant(words: Words, value: str, *, timezone: str) -> str:
    """Spell out an instant on the clock of `timezone`, with the zone's name.

    Args:
        words: of the reader's language.
        value: ISO 8601 with an offset.
        timezone: an IANA name; an unknown one gives UTC, which the text then says.

    Raises:
        ValueError: `value` is not ISO 8601, or has no offset.
    """
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"an instant without an offset: {value}")
    local = instant.astimezone(_zone(timezone))
    return words.instant.format(day=_spell(words, local.date()), time=local, zone=_zone_name(local))


def spell_clocks(words: Words, value: str, *, here: str, there: str) -> tuple[str, ...]:
    """Spell out an instant on the plan's clock, and on the reader's own where that shows another time (R11.2).

    Args:
        words: of the reader's language.
        value: ISO 8601 with an offset.
        here: the plan's zone.
        there: the reader's.

    Raises:
        ValueError: `value` is not ISO 8601, or has no offset.
    """
    told = spell_instant(words, value, timezone=here)
    instant = datetime.fromisoformat(value)
    if instant.astimezone(_zone(here)).utcoffset() == instant.astimezone(_zone(there)).utcoffset():
        return (told,)
    return told, words.own.format(spell_instant(words, value, timezone=there))


def spell_month(words: Words, value: str) -> str:
    """Spell out a month such as 2026-11: "November 2026".

    Raises:
        ValueError: `value` is no month.
    """
    first = date.fromisoformat(f"{value}-01")
    return f"{words.months[first.month - 1]} {first.year}"


def _spell(words: Words, day: date) -> str:
    number = words.first if day.day == 1 else str(day.day)
    return f"{words.weekdays[day.weekday()]} {number} {words.months[day.month - 1]} {day.year}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _zone_name(local: datetime) -> str:
    """Return "MST", or "UTC+04:00" where the zone's name is itself no more than an offset."""
    name = local.tzname() or ""
    offset = f"{local:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
