"""Mail can be decided again; addresses can be marked and muted."""

import sqlalchemy as sa
from alembic import op

from daemon.store.instant import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("inbox", sa.Column("readmitted", sa.JSON(), nullable=True))
    op.add_column("inbox", sa.Column("pending_case", KEY, nullable=True))
    op.create_index("ix_inbox_pending_case", "inbox", ["pending_case"], unique=False)
    op.add_column("detained", sa.Column("is_macd", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_detained_lapses_at", "detained", ["state", "lapses_at"], unique=False)
    op.create_table(
        "bounced_contacts",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced_contacts")),
    )
    op.create_table(
        "mutes",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mutes")),
    )


def downgrade():
    op.drop_table("mutes")
    op.drop_table("bounced_contacts")
    op.drop_index("ix_detained_lapses_at", table_name="detained")
    op.drop_column("detained", "is_macd")
    op.drop_index("ix_inbox_pending_case", table_name="inbox")
    op.drop_column("inbox", "pending_case")
    op.drop_column("inbox", "readmitted")
