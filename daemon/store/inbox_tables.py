"""The tables of what came in: kept mail with its octets, detained mail, mailboxes; migrations/ makes them."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, false

from daemon.store.instant import Instant
from daemon.store.metadata import Key, metadata, new_id

inbox = Table(
    "inbox",
    metadata,
    new_id(),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False, unique=True),
    Column("mailbox", Text, nullable=False),
    Column("reverse_path", Text),
    Column("recipients", JSON, nullable=False),
    Column("peer", Text, nullable=False),
    Column("greeting", Text, nullable=False, server_default=""),
    Column("received_at", Instant, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("unreadable", Text, nullable=False, server_default=""),
    # kept → reading → done | parked | waiting | held_back.  `parked`: our own failure, tried again at `lease_until`;
    # `waiting`, `held_back`: an agent's reply that has had no effect yet, decided again at `lease_until` (S3.7).
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),  # deaths and stalls of a reader on this row
    Column("releases", Integer, nullable=False, server_default="0"),  # claims cut short through no fault of the mail
    Column("claimed_by", Text),
    Column("lease_until", Instant),
    # What reading it gave:
    Column("message_id", Text, nullable=False, server_default=""),
    Column("sender", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("content_key", String(64), index=True),
    Column("authentication", String(16), nullable=False, server_default=""),
    # How it ended:
    Column("outcome", String(24)),
    Column("case_number", Key, index=True),
    Column("reason", Text, nullable=False, server_default=""),
    Column("decision", JSON),  # {rules, checks, facts}
    Column("decided_at", Instant),
    Column("readmitted", JSON),  # {why, at, by}: why it is decided again
    Column("pending_case", Key),  # the case that a postponed reply is on
    Index("ix_inbox_pending_case", "pending_case"),
    Index("ix_inbox_waiting", "state", "received_at", "id"),
    Index("ix_inbox_message_id", "message_id"),
    sqlite_autoincrement=True,
)

octets = Table(
    "octets",
    metadata,
    Column("inbox_id", Key, ForeignKey("inbox.id"), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
)

detained = Table(
    "detained",
    metadata,
    new_id(),
    Column("inbox_id", Key, ForeignKey("inbox.id"), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("lapses_at", Instant),
    Column("case_number", Key),
    Column("settled_at", Instant),
    Column("settled_by", Text),
    Column("is_macd", Boolean, nullable=False, server_default=false()),  # its approvers decide (R10.2)
    Column("waits_with", Key),  # number of the held request whose writer asks after it (R2.3)
    Index("ix_detained_state", "state", "kind"),
    Index("ix_detained_lapses_at", "state", "lapses_at"),
    Index("ix_detained_waits_with", "waits_with"),
    sqlite_autoincrement=True,
)

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("uidvalidity", Key, nullable=False),
    Column("last_uid", Key, nullable=False),
    Column("swept_at", Instant),
    Column("claimed_by", Text),
    Column("lease_until", Instant),
)
