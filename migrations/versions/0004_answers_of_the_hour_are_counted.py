"""Automatic answers of the last hour are counted every few seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_outbox_answers",
        "outbox",
        ["created_at", "state"],
        unique=False,
        sqlite_where=sa.text("answers IS 1"),
        postgresql_where=sa.text("answers IS true"),
    )


def downgrade():
    op.drop_index("ix_outbox_answers", table_name="outbox")
