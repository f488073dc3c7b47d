"""Maintenance windows as the database knows them: unscheduled ones, steps that are done, what was told (R11)."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from daemon.model.desk_effect import EndStep
from daemon.model.window import Announcement, Impact, Told, Work
from daemon.store.conflict import insert_into
from daemon.store.desk_tables import announcements, window_steps, window_told


def keep_announcement(connection: Connection, announcement: Announcement) -> int:
    """Write an unscheduled window as it now stands, and return its number."""
    row = {
        "key": announcement.key,
        "name": announcement.name,
        "start_at": announcement.start,
        "end_at": announcement.end,
        "products": list(announcement.products),
        "impact": announcement.impact.value,
        "description": announcement.description,
        "reason": announcement.reason,
        "by": announcement.by,
        "is_confirmed": announcement.is_confirmed,
        "announced_at": announcement.announced_at,
        "cancelled_at": announcement.cancelled_at,
    }
    if announcement.id:
        connection.execute(update(announcements).where(announcements.c.id == announcement.id).values(row))
        return announcement.id
    number: int = connection.execute(insert(announcements).values(row).returning(announcements.c.id)).scalar_one()
    return number


def lock_announcement(connection: Connection, number: int) -> Announcement | None:
    """Return an unscheduled window, locking its row."""
    row = connection.execute(select(announcements).where(announcements.c.id == number).with_for_update()).first()
    return _announcement(row) if row else None


def announcement_with(connection: Connection, key: str) -> Announcement | None:
    """Return the unscheduled window of that key, locking its row."""
    row = connection.execute(select(announcements).where(announcements.c.key == key).with_for_update()).first()
    return _announcement(row) if row else None


def announced_since(connection: Connection, since: datetime) -> tuple[Announcement, ...]:
    """Return the announced windows, cancelled ones too, that end at an instant or later, in order of start."""
    known = announcements.c.announced_at.is_not(None) & (announcements.c.end_at >= since)
    rows = connection.execute(select(announcements).where(known).order_by(announcements.c.start_at, announcements.c.id))
    return tuple(_announcement(row) for row in rows)


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(
        id=row.id,
        key=row.key,
        name=row.name,
        start=row.start_at,
        end=row.end_at,
        products=tuple(row.products),
        impact=Impact(row.impact),
        description=row.description,
        reason=row.reason,
        by=row.by,
        is_confirmed=row.is_confirmed,
        announced_at=row.announced_at,
        cancelled_at=row.cancelled_at,
    )


def end_step(connection: Connection, effect: EndStep) -> None:
    """Note that a step of a window is done; done again (the window was moved), it counts as of then."""
    row = {"window": effect.window, "step": effect.step, "at": effect.at}
    statement = insert_into(connection.dialect.name, window_steps).on_conflict_do_update(
        index_elements=["window", "step"], set_={"at": effect.at}
    )
    connection.execute(statement, row)


def steps_done(connection: Connection, windows: Collection[str]) -> tuple[EndStep, ...]:
    """Return which steps of these windows are done, and when they were last."""
    query = select(window_steps).where(window_steps.c.window.in_(list(windows)))
    return tuple(EndStep(window=row.window, step=row.step, at=row.at) for row in connection.execute(query))


def note_told(connection: Connection, told: Told) -> None:
    """Remember what a contact was told."""
    row = {
        "window": told.window,
        "address": told.address,
        "step": told.step,
        "at": told.at,
        "start_at": told.start,
        "end_at": told.end,
        "sequence": told.sequence,
        "work": asdict(told.work),
    }
    connection.execute(insert(window_told).values(row))


def told_of(connection: Connection, windows: Collection[str]) -> tuple[Told, ...]:
    """Return what was told of these windows, the oldest first."""
    query = select(window_told).where(window_told.c.window.in_(list(windows))).order_by(window_told.c.id)
    return tuple(_told(row) for row in connection.execute(query))


def windows_told_since(connection: Connection, since: datetime) -> frozenset[str]:
    """Return the keys of windows of which somebody was told that they end at an instant or later."""
    query = select(window_told.c.window).where(window_told.c.end_at >= since).distinct()
    return frozenset(connection.execute(query).scalars())


def last_told_between(connection: Connection, since: datetime, until: datetime) -> tuple[Told, ...]:
    """Return what was told last of each window, where that said that it ends in between, `until` included."""
    newest = select(func.max(window_told.c.id)).where(window_told.c.end_at >= since).group_by(window_told.c.window)
    query = select(window_told).where(window_told.c.id.in_(newest), window_told.c.end_at <= until)
    return tuple(_told(row) for row in connection.execute(query.order_by(window_told.c.id)))


def _told(row: Row[Any]) -> Told:
    return Told(
        window=row.window,
        address=row.address,
        step=row.step,
        at=row.at,
        start=row.start_at,
        end=row.end_at,
        sequence=row.sequence,
        work=Work(**row.work | {"products": tuple(row.work["products"]), "impact": Impact(row.work["impact"])}),
    )
