"""Maintenance windows are announced, and what was told of them is remembered."""

import sqlalchemy as sa
from alembic import op

from daemon.store.instant import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "announcements",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("start_at", Instant(), nullable=True),
        sa.Column("end_at", Instant(), nullable=True),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("impact", sa.String(16), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("announced_at", Instant(), nullable=True),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("key", name=op.f("uq_announcements_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcements_end_at", "announcements", ["end_at"], unique=False)
    op.create_table(
        "window_steps",
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("window", "step", name=op.f("pk_window_steps")),
    )
    op.create_table(
        "window_told",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("start_at", Instant(), nullable=False),
        sa.Column("end_at", Instant(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("work", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_told")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_window_told_window", "window_told", ["window", "id"], unique=False)
    op.create_index("ix_window_told_end_at", "window_told", ["end_at"], unique=False)


def downgrade():
    op.drop_table("window_told")
    op.drop_table("window_steps")
    op.drop_table("announcements")
