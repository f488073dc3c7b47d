"""Unscheduled maintenance (R11.6): announced at once, corrected, cancelled, followed up, by mail or from the shell.

What is missing is asked for, and nobody is told before all is there.  Work inside the day's hours needs a confirmation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from daemon.model.charter import Charter
from daemon.model.desk_effect import EndStep, KeepAnnouncement
from daemon.model.effect import Effect
from daemon.model.plan import Plan
from daemon.model.replies import ReplyFacts
from daemon.model.window import Announcement, Told, Window
from daemon.rules.business_time import local_date
from daemon.rules.leak_guard import Leak, leaks
from daemon.rules.maintenance.known import ANNOUNCED, CANCELLED, CHANGED, FOLLOW_UP, PUBLIC, knowing, knows, last_told
from daemon.rules.maintenance.notices import Telling, people_told, tell
from daemon.rules.maintenance.recurrence import instant_of
from daemon.rules.maintenance.steps import Reach, window_of
from daemon.rules.secrets import secrets_from_everybody

PARTS = ("name", "start", "end", "products", "description", "reason")
"""What a window cannot be announced without (R11.2)."""
CONFIRM = "confirm"
DAY = timedelta(days=1)
OVERRUN = timedelta(days=1)
"""So long after its end a window may still get a later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done about an unscheduled window, and by how many contacts it is heard."""

    done: str  # announced, changed, cancelled or followed_up
    effects: tuple[Effect, ...]
    newcomers: int = 0  # so many of them hear of it only now, since it was changed

    @property
    def told(self) -> int:
        """Return how many contacts are told, newcomers apart."""
        return people_told(self.effects) - self.newcomers


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database knows: what was told of the window, and who can be told."""

    now: datetime
    told: tuple[Told, ...]
    reach: Reach
    done: tuple[EndStep, ...] = ()  # among the window's steps, the follow-ups that were sent


def missing(announcement: Announcement, plan: Plan) -> tuple[str, ...]:
    """Return what must be said before a window can be announced, by name; `confirm`: it lies inside the day's hours."""
    lacking = tuple(part for part in PARTS if not _says(getattr(announcement, part)))
    if lacking or announcement.is_confirmed or is_quiet(announcement, plan):
        return lacking
    return (CONFIRM,)


def _says(part: object) -> bool:
    return bool(part.strip() if isinstance(part, str) else part)


def is_quiet(announcement: Announcement, plan: Plan) -> bool:
    """Tell whether a window lies wholly in the hours in which unscheduled work should lie (R11.6)."""
    start, end = announcement.start, announcement.end
    if start is None or end is None:
        return True
    today = local_date(start, plan.zone)
    nights = (
        tuple(instant_of(today + back, minute, plan.zone) for minute in plan.quiet_hours) for back in (-DAY, 0 * DAY)
    )
    return any(first <= start and end <= last for first, last in nights)


def announce(announcement: Announcement, known: Known, charter: Charter) -> Step:
    """Announce a window that has all its parts, or correct one that was announced (R11.6, R11.7)."""
    if announcement.announced_at is None:
        announced = replace(announcement, announced_at=known.now)
        effects = tell(_telling(window_of(announced), ANNOUNCED, known), charter)
        return Step(done="announced", effects=(KeepAnnouncement(announcement=announced), *effects))
    window = window_of(announcement)
    changed = tell(_telling(window, CHANGED, known), charter) if _misleads(window, known) else ()
    newcomers = tell(replace(_telling(window, ANNOUNCED, known), knowing=knowing(known.told)), charter)
    effects = (KeepAnnouncement(announcement=announcement), *changed, *newcomers)
    return Step(done="changed", effects=effects, newcomers=people_told(newcomers))


def cancel(announcement: Announcement, known: Known, charter: Charter) -> Step:
    """Cancel a window; who was told of it is told (R11.7), and of a draft nobody is."""
    cancelled = replace(announcement, cancelled_at=known.now)
    keep = KeepAnnouncement(announcement=cancelled)
    if announcement.announced_at is None:
        return Step(done="cancelled", effects=(keep,))
    return Step(done="cancelled", effects=(keep, *tell(_telling(window_of(cancelled), CANCELLED, known), charter)))


def follow_up(window: Window, text: str, author: str, *, known: Known, charter: Charter) -> Step:
    """Tell more about new features after a window (R11.3)."""
    telling = replace(_telling(window, FOLLOW_UP, known), text=text, author=author)
    sent = EndStep(window=window.key, step=_name_of(text), at=known.now)
    return Step(done="followed_up", effects=(*tell(telling, charter), sent))


def what_hinders_follow_up(window: Window, text: str, known: Known) -> str:
    """Return why a follow-up makes no sense, as what is said of it; empty: it does (R11.3)."""
    hindrances = (
        ("follow-up needs text", not text.strip()),
        ("follow-up of cancelled", window.is_cancelled),
        ("window to come", window.start > known.now),
        ("follow-up to nobody", not any(one.address != PUBLIC for one in known.told)),
        ("follow-up sent", any(one.window == window.key and one.step == _name_of(text) for one in known.done)),
    )
    return next((saying for saying, hinders in hindrances if hinders), "")


def _name_of(text: str) -> str:
    """Return the name under which it is remembered that a follow-up was sent."""
    return f"{FOLLOW_UP} {sha256(' '.join(text.split()).encode()).hexdigest()[:16]}"


def found_in(texts: tuple[str, ...], charter: Charter) -> tuple[Leak, ...]:
    """Return what these texts would give away of any customer: everybody with the products reads them (S3.7)."""
    secrets = secrets_from_everybody(ReplyFacts(), (), charter.plan)
    return leaks("\n".join(texts), secrets, charter.directory, prefix=charter.plan.provider.prefix)


def texts_of(announcement: Announcement) -> tuple[str, ...]:
    """Return what customers would read of a window."""
    return (announcement.name, announcement.description, announcement.reason)


def told_already(announcement: Announcement, others: tuple[Announcement, ...]) -> str:
    """Return the key of the same work, announced before for the same hours, or the empty string.

    A command that was typed twice, a mail that was sent again: customers are told once.
    """
    same = (one for one in others if one.announced_at and not one.cancelled_at and one.id != announcement.id)
    return next((one.key for one in same if not any(changes(one, announcement))), "")


def same_at_that_time(announcement: Announcement, others: tuple[Announcement, ...]) -> str:
    """Return the key of work of the same name whose hours overlap, or the empty string: it is to be changed instead."""
    standing = (one for one in others if one.announced_at and not one.cancelled_at and one.id != announcement.id)
    return next((one.key for one in standing if _is_named_alike(one, announcement) and _overlap(one, announcement)), "")


def overruns(before: Announcement, after: Announcement, now: datetime) -> bool:
    """Tell whether a window that is over gets a later end, and nothing else: its work goes on (R11.7)."""
    if before.announced_at is None or before.cancelled_at or before.end is None or after.end is None:
        return False
    is_late = before.end <= now < before.end + OVERRUN
    return is_late and after.end > now and tuple(changes(before, after)) == ("end",)


def changes(before: Announcement, after: Announcement) -> Iterator[str]:
    """Give the names of the parts that differ."""
    yield from (part for part in (*PARTS, "impact") if getattr(before, part) != getattr(after, part))


def _is_named_alike(one: Announcement, other: Announcement) -> bool:
    return " ".join(one.name.casefold().split()) == " ".join(other.name.casefold().split())


def _overlap(one: Announcement, other: Announcement) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return one.start < other.end and other.start < one.end


def _telling(window: Window, step: str, known: Known) -> Telling:
    return Telling(
        window=window,
        step=step,
        now=known.now,
        told=known.told,
        bounced=known.reach.bounced,
        subscribers=known.reach.subscribers,
    )


def _misleads(window: Window, known: Known) -> bool:
    return any(not knows(told, window) for told in last_told(known.told).values())
