"""The tables of cases, outgoing mail and the installation, as SQLAlchemy Core sees them; migrations/ makes them."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from daemon.store.inbox_tables import inbox
from daemon.store.instant import Instant
from daemon.store.metadata import Key, metadata, new_id

# --- cases ----------------------------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(24), nullable=False),
    Column("priority", String(4), nullable=False),
    Column("customer", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("assigned_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("hold_until", Instant),
    Column("expected_delivery", Instant),
    Column("waiting_on", String(16)),
    Column("etr", Instant),
    Column("vendor", Text, nullable=False, server_default=""),
    Column("macd", String(16)),
    Column("approved_at", Instant),
    Column("carrier_delay", Instant),
    Column("escalation_level", Integer, nullable=False, server_default="1"),
    Column("escalated_to", Text, nullable=False, server_default=""),
    Index("ix_cases_customer", "customer", "number"),
    Index("ix_cases_assignee", "assignee", "status"),
    Index("ix_cases_status", "status", "number"),
    Index("ix_cases_hold_until", "hold_until"),
    sqlite_autoincrement=True,
)

participants = Table(
    "participants",
    metadata,
    Column("case_number", Key, ForeignKey("cases.number"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_by", Text, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("case_number", Key, ForeignKey("cases.number"), primary_key=True),
    Column("type", String(16), primary_key=True),
    Column("other", Key, ForeignKey("cases.number"), primary_key=True),
)

messages = Table(
    "messages",
    metadata,
    new_id(),
    Column("case_number", Key, ForeignKey("cases.number"), nullable=False),
    Column("inbox_id", Key, ForeignKey(inbox.c.id)),
    Column("incoming", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("message_id", Text, nullable=False),
    Index("ix_messages_case_number", "case_number", "id"),
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    new_id(),
    Column("message_id", Key, ForeignKey("messages.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    sqlite_autoincrement=True,
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
)

clocks = Table(
    # R3.10: one row a clock; a case has at most one active of a name.
    "clocks",
    metadata,
    new_id(),
    Column("case_number", Key, ForeignKey("cases.number"), nullable=False),
    Column("name", String(16), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("unit", String(24), nullable=False),
    Column("calendar", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("fixed_at", Instant),
    Column("pauses", JSON, nullable=False),  # [[start, end or null, why], ...], ISO 8601 in UTC
    Column("due_at", Instant),
    Column("met_at", Instant),
    Column("stopped_at", Instant),
    Column("breached_at", Instant),
    Column("breach", String(24)),
    Column("told", JSON, nullable=False),
    Column("next_at", Instant),  # when `tick` has something to do with it
    Index("ix_clocks_case_number", "case_number", "id"),
    Index("ix_clocks_next_at", "next_at"),
    Index(
        "uq_clocks_active",
        "case_number",
        "name",
        unique=True,
        sqlite_where=text("active"),
        postgresql_where=text("active"),
    ),
    sqlite_autoincrement=True,
)

time_entries = Table(
    "time_entries",
    metadata,
    new_id(),
    Column("case_number", Key, ForeignKey("cases.number"), nullable=False),
    Column("agent", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("inbox_id", Key),
    Index("ix_time_entries_case_number", "case_number", "at"),
    Index("ix_time_entries_at", "at"),
    sqlite_autoincrement=True,
)

history = Table(
    "history",
    metadata,
    new_id(),
    Column("case_number", Key, ForeignKey("cases.number"), nullable=False),
    Column("inbox_id", Key),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("rules", JSON, nullable=False),
    Index("ix_history_case_number", "case_number", "id"),
    sqlite_autoincrement=True,
)

loads = Table(
    # Kept beside the cases by `apply`, so that assigning one costs the same with a thousand cases and with a million.
    "loads",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("open_cases", Integer, nullable=False),
    Column("last_assigned_at", Instant),
)

# --- what goes out --------------------------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    new_id(),
    Column("key", Text, nullable=False, unique=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("case_number", Key),
    Column("inbox_id", Key),  # the mail that caused it, if one did
    Column("answers", Boolean, nullable=False),  # counted by the governor (S3.3)
    Column("payload", JSON, nullable=False),  # what outbound needs: model.notice.OutgoingMail as JSON
    Column("octets", LargeBinary),
    # queued → sending → sent | failed | cancelled
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("claimed_by", Text),
    Column("lease_until", Instant),
    Column("last_error", Text, nullable=False, server_default=""),
    Index("ix_outbox_due", "state", "not_before"),
    Index("ix_outbox_case_number", "case_number", "recipient"),
    Index("ix_outbox_recipient", "recipient", "created_at"),
    Index(
        "ix_outbox_answers",
        "created_at",
        "state",
        sqlite_where=text("answers IS 1"),
        postgresql_where=text("answers IS true"),
    ),
    sqlite_autoincrement=True,
)

# --- addresses ------------------------------------------------------------------------------------------------------

bounced_contacts = Table(
    # Mail to these bounced for good (S3.4).
    "bounced_contacts",
    metadata,
    Column("address", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

mutes = Table(
    # These get no automatic answers for a while (S3.3).
    "mutes",
    metadata,
    Column("address", Text, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

# --- the installation -----------------------------------------------------------------------------------------------

nodes = Table(
    # The daemons on this database, by the prefix of the names under which they claim work.
    "nodes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("believed_until", Instant, nullable=False),  # by the database's clock
)

signing_keys = Table(
    "signing_keys",
    metadata,
    new_id(),
    Column("secret", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
    UniqueConstraint("secret"),
    sqlite_autoincrement=True,
)
