"""The tables of what concerns many customers: windows, incidents, storms, subscribers; migrations/ makes them."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from daemon.store.instant import Instant
from daemon.store.metadata import Key, metadata, new_id
from daemon.store.tables import cases

# --- maintenance (R11) ----------------------------------------------------------------------------------------------

announcements = Table(
    # Unscheduled windows, drafts too (R11.6).
    "announcements",
    metadata,
    new_id(),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("start_at", Instant),
    Column("end_at", Instant),
    Column("products", JSON, nullable=False),  # product ids
    Column("impact", String(16), nullable=False),
    Column("description", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("announced_at", Instant),
    Column("cancelled_at", Instant),
    Index("ix_announcements_end_at", "end_at"),
    sqlite_autoincrement=True,
)

window_steps = Table(
    # Steps of windows that are done, or that make no sense any more.
    "window_steps",
    metadata,
    Column("window", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

window_told = Table(
    # What each contact was told of a window (R11.7).
    "window_told",
    metadata,
    new_id(),
    Column("window", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("work", JSON, nullable=False),  # name, products, impact, description and reason, as they were told
    Index("ix_window_told_window", "window", "id"),
    Index("ix_window_told_end_at", "end_at"),
    sqlite_autoincrement=True,
)

# --- global incidents (R7) ------------------------------------------------------------------------------------------

incidents = Table(
    "incidents",
    metadata,
    Column("case_number", Key, ForeignKey("cases.number"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("products", JSON, nullable=False),  # product ids
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Index("ix_incidents_opened_at", "opened_at"),
)

incident_updates = Table(
    "incident_updates",
    metadata,
    new_id(),
    Column("case_number", Key, ForeignKey("incidents.case_number"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Index("ix_incident_updates_case_number", "case_number", "id"),
    sqlite_autoincrement=True,
)

storms = Table(
    # Customers' mails that looked alike, of which agents were told.
    "storms",
    metadata,
    new_id(),
    Column("at", Instant, nullable=False),
    Column("cases", JSON, nullable=False),  # case numbers
    Column("words", JSON, nullable=False),
    Column("products", JSON, nullable=False),
    Column("incident", Key, ForeignKey(cases.c.number)),
    Index("ix_storms_at", "at"),
    sqlite_autoincrement=True,
)

# --- the status page's subscribers (R8.2) ---------------------------------------------------------------------------

subscribers = Table(
    "subscribers",
    metadata,
    new_id(),
    Column("address", Text, nullable=False, unique=True),
    Column("language", String(8), nullable=False),
    Column("token", String(32), nullable=False, unique=True),
    Column("asked_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    new_id(),
    Column("subscriber_id", Key, ForeignKey("subscribers.id"), nullable=False),
    Column("scope", Text, nullable=False),  # platform:ID or incident:NUMBER
    Column("asked_at", Instant, nullable=False),
    Column("confirmed_at", Instant),  # double opt-in; without it the scope is only asked for
    UniqueConstraint("subscriber_id", "scope"),
    Index("ix_subscriptions_scope", "scope", "subscriber_id"),
    sqlite_autoincrement=True,
)
