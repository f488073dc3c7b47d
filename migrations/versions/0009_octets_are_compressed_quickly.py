"""PostgreSQL compresses the octets of mail by LZ4, where it can: its own way took half of the time of a commit."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OCTETS = (("octets", "raw"), ("blobs", "raw"), ("outbox", "octets"))
KNOWS_LZ4 = sa.text("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")


def upgrade():
    _compress_by("lz4")


def downgrade():
    _compress_by("default")


def _compress_by(way):
    """Have what is stored from now on compressed so; what is stored is read as it is."""
    database = op.get_bind()
    if database.dialect.name == "postgresql" and database.execute(KNOWS_LZ4).scalar():
        for table, column in OCTETS:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION {way}")
