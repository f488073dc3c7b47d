"""The schema and its migrations: made, compared and upgraded by alembic."""

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect

from daemon.errors import Permanent
from daemon.store.database import transaction

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision; a newest one is left alone."""
    if current(engine) == newest():
        return
    from alembic import command  # imported late: 0.4 s

    with as_file(files("daemon._migrations")) as folder, transaction(engine) as connection:
        command.upgrade(_alembic(str(folder), connection), "head")


def current(engine: Engine) -> str:
    """Return the database's revision, or the empty string where there is no schema."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def newest() -> str:
    """Return the newest revision, read off the file names: `NNNN_what_it_does.py` (alembic itself loads slowly)."""
    names = (entry.name for entry in (files("daemon._migrations") / "versions").iterdir())
    return max(name[:4] for name in names if name[:4].isdigit())


def require_newest(engine: Engine) -> None:
    """Refuse an old or a newer schema.

    Raises:
        Permanent: with what to run.
    """
    found = current(engine)
    if found == newest():
        return
    if found > newest():
        raise Permanent(f"the database's schema ({found}) is newer than this supportd ({newest()}): upgrade supportd")
    raise Permanent(f"the database's schema is {found or 'missing'}, wanted {newest()}: run `supportd db upgrade`")


def differences(engine: Engine) -> tuple[str, ...]:
    """Return how the database differs from the tables that the program expects, one line each."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from daemon.store.every_table import EVERY_TABLE

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return tuple(str(difference) for difference in compare_metadata(context, EVERY_TABLE))


def _alembic(folder: str, connection: object) -> "AlembicConfig":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
