"""Cases have clocks, promises of their own, an escalation level and recorded time."""

import sqlalchemy as sa
from alembic import op

from daemon.store.instant import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CASE_COLUMNS = ("etr", "vendor", "macd", "approved_at", "carrier_delay", "escalation_level", "escalated_to")


def upgrade():
    op.add_column("cases", sa.Column("etr", Instant(), nullable=True))
    op.add_column("cases", sa.Column("vendor", sa.Text(), server_default="", nullable=False))
    op.add_column("cases", sa.Column("macd", sa.String(length=16), nullable=True))
    op.add_column("cases", sa.Column("approved_at", Instant(), nullable=True))
    op.add_column("cases", sa.Column("carrier_delay", Instant(), nullable=True))
    op.add_column("cases", sa.Column("escalation_level", sa.Integer(), server_default="1", nullable=False))
    op.add_column("cases", sa.Column("escalated_to", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "clocks",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("fixed_at", Instant(), nullable=True),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("met_at", Instant(), nullable=True),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.Column("breached_at", Instant(), nullable=True),
        sa.Column("breach", sa.String(length=24), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_clocks_case_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_clocks_case_number", "clocks", ["case_number", "id"], unique=False)
    op.create_index("ix_clocks_next_at", "clocks", ["next_at"], unique=False)
    op.create_index(
        "uq_clocks_active",
        "clocks",
        ["case_number", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "time_entries",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("inbox_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_time_entries_case_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entries")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_time_entries_case_number", "time_entries", ["case_number", "at"], unique=False)
    op.create_index("ix_time_entries_at", "time_entries", ["at"], unique=False)


def downgrade():
    op.drop_table("time_entries")
    op.drop_table("clocks")
    for column in reversed(CASE_COLUMNS):
        op.drop_column("cases", column)
