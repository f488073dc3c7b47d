"""Unscheduled maintenance from the shell (R11.6): announced, cancelled, followed up; the same rules as by mail."""

from dataclasses import dataclass
from datetime import datetime

from daemon.apply import apply
from daemon.desk import Desk
from daemon.errors import Permanent
from daemon.gather.reach import reach_of_all
from daemon.model.effect import Decision
from daemon.model.outcome import Outcome
from daemon.model.window import Announcement, Window
from daemon.posting import Posting
from daemon.rules.commands.instants import instant_of
from daemon.rules.commands.windows import EARLIEST_NOTICE, LATEST_START, LONGEST, clock_words, times_of
from daemon.rules.maintenance.announcing import (
    Known,
    Step,
    announce,
    cancel,
    follow_up,
    found_in,
    missing,
    same_at_that_time,
    texts_of,
    told_already,
    what_hinders_follow_up,
)
from daemon.rules.maintenance.recurrence import window_named
from daemon.rules.maintenance.steps import ANNOUNCED_KEY, window_of
from daemon.rules.sayings.saying import Fault, say
from daemon.settings.announcement_file import AnnouncementFile
from daemon.store.database import Connection, lock, transaction
from daemon.store.windows import announced_since, announcement_with, steps_done, told_of

SHELL = "command line"


@dataclass(frozen=True, slots=True)
class Announced:
    """What was done, and how many contacts hear of it."""

    key: str  # of the window
    done: str
    told: int


def announce_file(desk: Desk, form: AnnouncementFile, *, is_confirmed: bool, now: datetime) -> Announced:
    """Announce an unscheduled window at once (R11.6).

    Args:
        desk: the open desk.
        form: the file, with all parts.
        is_confirmed: it may lie inside the day's hours.
        now: the instant.

    Raises:
        Permanent: it ends before it begins, is over, lies inside the day's hours, names a customer, or is announced
            already.
    """
    announcement = Announcement(
        id=0,
        key=f"{ANNOUNCED_KEY}{desk.new_token()}",
        name=form.name,
        start=_instant(form.start, desk),
        end=_instant(form.end, desk),
        products=tuple(dict.fromkeys(form.products)),
        impact=form.impact,
        description=form.description,
        reason=form.reason,
        by=SHELL,
        is_confirmed=is_confirmed,
    )
    _refuse(announcement, desk, now)
    with transaction(desk.engine) as connection:
        known = _known(connection, desk, announcement.key, now)
        others = announced_since(connection, now)
        if twin := told_already(announcement, others):
            raise Permanent(say("window told already", window=twin).words("en"))
        if twin := same_at_that_time(announcement, others):
            raise Permanent(say("window told otherwise", window=twin).words("en"))
        step = announce(announcement, known, desk.config.charter)
        return _carried_out(connection, desk, announcement.key, step, now=now)


def cancel_window(desk: Desk, key: str, *, now: datetime) -> Announced:
    """Cancel an unscheduled window; who was told of it is told (R11.7).

    Raises:
        Permanent: there is none of that name, it is cancelled or over, or it is planned in maintenance.yaml.
    """
    with transaction(desk.engine) as connection:
        announcement = announcement_with(connection, _full(key))
        if announcement is None:
            raise Permanent(_no_window(desk, key))
        if announcement.cancelled_at is not None:
            raise Permanent(f"{announcement.key} is cancelled already")
        if announcement.end is not None and announcement.end <= now:
            raise Permanent(f"{announcement.key} is over")
        step = cancel(announcement, _known(connection, desk, announcement.key, now), desk.config.charter)
        return _carried_out(connection, desk, announcement.key, step, now=now)


def follow_up_window(desk: Desk, key: str, text: str, *, now: datetime) -> Announced:
    """Tell a window's contacts more about new features after it (R11.3).

    Raises:
        Permanent: there is no window of that name, it has not begun or was cancelled, nobody was told of it, there is
            no text, it was sent already, or it names a customer.
    """
    _refuse_leaks((text,), desk)
    with transaction(desk.engine) as connection:
        window = _window(connection, desk, key)
        known, name = _known(connection, desk, window.key, now), desk.config.plan.provider.name
        if hinders := what_hinders_follow_up(window, text, known):
            raise Permanent(say(hinders).words("en"))
        step = follow_up(window, text.strip(), name, known=known, charter=desk.config.charter)
        return _carried_out(connection, desk, window.key, step, now=now)


def _instant(moment: datetime, desk: Desk) -> datetime:
    """Return when the plan's wall clock shows this.

    Raises:
        Permanent: it never does.
    """
    try:
        return instant_of(moment.date(), moment.time(), desk.config.plan.zone)
    except Fault as fault:
        raise Permanent(fault.saying.words("en")) from fault


def _refuse(announcement: Announcement, desk: Desk, now: datetime) -> None:
    start, end = announcement.start, announcement.end
    assert start is not None
    assert end is not None
    if end <= start:
        raise Permanent("it ends before it begins")
    if end - start > LONGEST:
        times = times_of(announcement, desk.config.plan.zone)
        raise Permanent(say("window too long", days=str(LONGEST.days), times=times).words("en"))
    if start > now + EARLIEST_NOTICE:
        moment = clock_words(start, desk.config.plan.zone)
        raise Permanent(say("window far", moment=moment, days=str(EARLIEST_NOTICE.days)).words("en"))
    if end <= now or start <= now - LATEST_START:
        raise Permanent("it is over, or began too long ago to be announced")
    if missing(announcement, desk.config.plan):
        raise Permanent(
            "it lies inside the hours of the day, where customers feel it: add --confirm to announce it (R11.6)"
        )
    _refuse_leaks(texts_of(announcement), desk)


def _refuse_leaks(texts: tuple[str, ...], desk: Desk) -> None:
    found = found_in(texts, desk.config.charter)
    if found:
        raise Permanent(say("window leaks", found="; ".join(map(str, found))).words("en"))


def _known(connection: Connection, desk: Desk, key: str, now: datetime) -> Known:
    lock(connection, "maintenance")
    told, done = told_of(connection, [key]), steps_done(connection, [key])
    return Known(now=now, told=told, reach=reach_of_all(connection, desk), done=done)


def _window(connection: Connection, desk: Desk, key: str) -> Window:
    plan = desk.config.plan
    announcement = announcement_with(connection, _full(key))
    if announcement is not None and announcement.announced_at is not None:
        return window_of(announcement)
    planned = window_named(key, plan.windows, plan.zone)
    if planned is None:
        raise Permanent(f"there is no window {key}: `supportd maintenance list` shows their names")
    return planned


def _full(key: str) -> str:
    return key if key.startswith(ANNOUNCED_KEY) else f"{ANNOUNCED_KEY}{key}"


def _no_window(desk: Desk, key: str) -> str:
    plan = desk.config.plan
    if window_named(key, plan.windows, plan.zone) is not None:
        series, _, day = key.partition(":")
        return f"{key} is planned: write `cancelled: [{day}]` at the window `{series}` in maintenance.yaml"
    return f"there is no window {key}: `supportd maintenance list` shows their names"


def _carried_out(connection: Connection, desk: Desk, key: str, step: Step, *, now: datetime) -> Announced:
    reason = f"{SHELL}: {key} {step.done}, {step.told} told"
    decision = Decision(outcome=Outcome.AGENT_UPDATE, effects=step.effects, reason=reason, rules=("R11.6",))
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Announced(key, step.done, step.told)
