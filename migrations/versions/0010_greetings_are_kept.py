"""What a client calls itself is kept with its mail: SPF asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("inbox", sa.Column("greeting", sa.Text(), nullable=False, server_default=""))


def downgrade():
    op.drop_column("inbox", "greeting")
