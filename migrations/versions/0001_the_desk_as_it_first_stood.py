"""The desk as it first stood."""

import sqlalchemy as sa
from alembic import op

from daemon.store.instant import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


FIRST_CASE = 1001
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_table(
        "cases",
        sa.Column("number", KEY, autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.String(length=4), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("assigned_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("hold_until", Instant(), nullable=True),
        sa.Column("expected_delivery", Instant(), nullable=True),
        sa.Column("waiting_on", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_assignee", "cases", ["assignee", "status"], unique=False)
    op.create_index("ix_cases_customer", "cases", ["customer", "number"], unique=False)
    op.create_index("ix_cases_hold_until", "cases", ["hold_until"], unique=False)
    op.create_index("ix_cases_status", "cases", ["status", "number"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("reverse_path", sa.Text(), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("unreadable", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("releases", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("message_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=True),
        sa.Column("authentication", sa.String(length=16), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("case_number", KEY, nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decision", sa.JSON(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source_key", name=op.f("uq_inbox_source_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inbox_case_number"), "inbox", ["case_number"], unique=False)
    op.create_index(op.f("ix_inbox_content_key"), "inbox", ["content_key"], unique=False)
    op.create_index("ix_inbox_message_id", "inbox", ["message_id"], unique=False)
    op.create_index("ix_inbox_waiting", "inbox", ["state", "received_at", "id"], unique=False)
    op.create_table(
        "loads",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("open_cases", sa.Integer(), nullable=False),
        sa.Column("last_assigned_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_loads")),
    )
    op.create_table(
        "mailboxes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uidvalidity", KEY, nullable=False),
        sa.Column("last_uid", KEY, nullable=False),
        sa.Column("swept_at", Instant(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxes")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("case_number", KEY, nullable=True),
        sa.Column("inbox_id", KEY, nullable=True),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
        sa.UniqueConstraint("token", name=op.f("uq_outbox_token")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_case_number", "outbox", ["case_number", "recipient"], unique=False)
    op.create_index("ix_outbox_due", "outbox", ["state", "not_before"], unique=False)
    op.create_index("ix_outbox_recipient", "outbox", ["recipient", "created_at"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("secret", name=op.f("uq_signing_keys_secret")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "detained",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("inbox_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("lapses_at", Instant(), nullable=True),
        sa.Column("case_number", KEY, nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_detained_inbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detained")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_detained_inbox_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_detained_state", "detained", ["state", "kind"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("inbox_id", KEY, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_history_case_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_history_case_number", "history", ["case_number", "id"], unique=False)
    op.create_table(
        "links",
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("other", KEY, nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_links_case_number")),
        sa.ForeignKeyConstraint(["other"], ["cases.number"], name=op.f("fk_links_other")),
        sa.PrimaryKeyConstraint("case_number", "type", "other", name=op.f("pk_links")),
    )
    op.create_table(
        "messages",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("inbox_id", KEY, nullable=True),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_messages_case_number")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_messages_inbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_case_number", "messages", ["case_number", "id"], unique=False)
    op.create_table(
        "octets",
        sa.Column("inbox_id", KEY, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_octets_inbox_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_octets")),
    )
    op.create_table(
        "participants",
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_participants_case_number")),
        sa.PrimaryKeyConstraint("case_number", "address", name=op.f("pk_participants")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attachments_message_id"), "attachments", ["message_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('cases', {FIRST_CASE - 1})")
    else:
        op.execute(f"ALTER SEQUENCE cases_number_seq RESTART WITH {FIRST_CASE}")


def downgrade():
    op.drop_index(op.f("ix_attachments_message_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_table("participants")
    op.drop_table("octets")
    op.drop_index("ix_messages_case_number", table_name="messages")
    op.drop_table("messages")
    op.drop_table("links")
    op.drop_index("ix_history_case_number", table_name="history")
    op.drop_table("history")
    op.drop_index("ix_detained_state", table_name="detained")
    op.drop_table("detained")
    op.drop_table("signing_keys")
    op.drop_index("ix_outbox_recipient", table_name="outbox")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_index("ix_outbox_case_number", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("mailboxes")
    op.drop_table("loads")
    op.drop_index("ix_inbox_waiting", table_name="inbox")
    op.drop_index("ix_inbox_message_id", table_name="inbox")
    op.drop_index(op.f("ix_inbox_content_key"), table_name="inbox")
    op.drop_index(op.f("ix_inbox_case_number"), table_name="inbox")
    op.drop_table("inbox")
    op.drop_index("ix_cases_status", table_name="cases")
    op.drop_index("ix_cases_hold_until", table_name="cases")
    op.drop_index("ix_cases_customer", table_name="cases")
    op.drop_index("ix_cases_assignee", table_name="cases")
    op.drop_table("cases")
    op.drop_table("blobs")
