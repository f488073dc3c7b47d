"""Global incidents have a public face, and storms are remembered."""

import sqlalchemy as sa
from alembic import op

from daemon.store.instant import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "incidents",
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_incidents_case_number")),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_incidents")),
    )
    op.create_index("ix_incidents_opened_at", "incidents", ["opened_at"], unique=False)
    op.create_table(
        "incident_updates",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("case_number", KEY, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["incidents.case_number"], name=op.f("fk_incident_updates_case_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_updates")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_updates_case_number", "incident_updates", ["case_number", "id"], unique=False)
    op.create_table(
        "storms",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("incident", KEY, nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["cases.number"], name=op.f("fk_storms_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storms")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_storms_at", "storms", ["at"], unique=False)


def downgrade():
    op.drop_table("storms")
    op.drop_table("incident_updates")
    op.drop_table("incidents")
