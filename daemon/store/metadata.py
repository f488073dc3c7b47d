"""What every table shares: the metadata, the names of constraints, and keys that both databases number."""

from sqlalchemy import BigInteger, Column, Integer, MetaData

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


Key = BigInteger().with_variant(Integer, "sqlite")


def new_id() -> Column[int]:
    """Return the column of ids that a table numbers by itself."""
    return Column("id", Key, primary_key=True, autoincrement=True)
