"""What a colleague writes about their held request waits with it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("detained", sa.Column("waits_with", KEY))
    op.create_index("ix_detained_waits_with", "detained", ["waits_with"])


def downgrade():
    op.drop_index("ix_detained_waits_with", "detained")
    op.drop_column("detained", "waits_with")
