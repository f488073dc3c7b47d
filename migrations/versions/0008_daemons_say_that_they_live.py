"""Daemons on one database say that they live; what a silent one had claimed is given back."""

import sqlalchemy as sa
from alembic import op

from daemon.store.instant import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "nodes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("believed_until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_nodes")),
    )


def downgrade():
    op.drop_table("nodes")
