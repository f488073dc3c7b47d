"""The key `database`: which databases are known, and what their URL becomes inside."""

import re
from urllib.parse import quote

from daemon.settings.node import Path
from daemon.settings.secret import Surroundings

_SQLITE = re.compile(r"sqlite:///(?P<path>[^?#]+)")
_POSTGRESQL = re.compile(r"postgresql(?:\+psycopg)?://(?:(?P<user>[^@/]*)@)?(?P<rest>[^@/]*/[^/@?#]+(?:\?[^#]*)?)")
_PLACE: Path = ("database",)


def database_url(text: str, password: str, around: Surroundings) -> str:
    """Return the URL for SQLAlchemy: an absolute path for SQLite, psycopg 3 for PostgreSQL.

    A fault is recorded, and an empty text returned, where the URL is none of the two or holds a password.
    """
    sqlite = _SQLITE.fullmatch(text)
    if sqlite:
        return _sqlite(sqlite["path"], password, around)
    postgresql = _POSTGRESQL.fullmatch(text)
    if not postgresql:
        message = "no database: write `sqlite:///PATH` or `postgresql://USER@HOST/NAME`"
        around.findings.fault(around.document, _PLACE, message)
        return ""
    return _postgresql(postgresql["user"] or "", postgresql["rest"], password=password, around=around)


def _sqlite(path: str, password: str, around: Surroundings) -> str:
    if password:
        around.findings.fault(around.document, ("database_password",), "SQLite has no password: take this key out")
    return f"sqlite:///{around.absolute(path)}"


def _postgresql(user: str, rest: str, *, password: str, around: Surroundings) -> str:
    if ":" in user or "password=" in rest:
        message = (
            "a password must not stand in YAML: take it out of the URL and write `database_password: {file: PATH}`"
        )
        around.findings.fault(around.document, _PLACE, message)
        return ""
    if password and not user:
        around.findings.fault(
            around.document, _PLACE, "`database_password` needs a user: `postgresql://USER@HOST/NAME`"
        )
        return ""
    login = f"{user}:{quote(password, safe='')}@" if password else f"{user}@" if user else ""
    return f"postgresql+psycopg://{login}{rest}"
