"""What surrounds a daemon under test: a clock that the harness sets, and a disk that it fills.

The disk is full for SQLite by its own means (`max_page_count`): the same error as on a full disk, root or not.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

ALL_PAGES = 4_294_967_294


def set_clock(folder: Path, seconds: float) -> None:
    """Have the clocks of all daemons go so many seconds fast."""
    fresh = folder / "clock.new"
    fresh.write_text(str(seconds))
    fresh.replace(folder / "clock")


def fill_disk(folder: Path) -> None:
    """Leave no room on the disk of the database."""
    (folder / "full").touch()


def free_disk(folder: Path) -> None:
    """Make room again."""
    (folder / "full").unlink(missing_ok=True)


def _changeable_clock(module: Any, folder: Path) -> None:
    file = folder / "clock"

    def system_clock() -> datetime:
        try:
            fast = float(file.read_text())
        except FileNotFoundError:
            fast = 0.0
        return datetime.now(UTC) + timedelta(seconds=fast)

    module.system_clock = system_clock


def _changeable_database_clock(module: Any, folder: Path) -> None:
    """Set the database's clock with those of the machines: they go by it (`daemon.clock`)."""
    present, file = module.present, folder / "clock"

    def set_present(connection: Connection) -> datetime:
        fast = float(file.read_text()) if file.exists() and connection.dialect.name == "postgresql" else 0.0
        shown: datetime = present(connection)
        return shown + timedelta(seconds=fast)

    module.present = set_present


def _machine_of_its_own(module: Any, _folder: Path) -> None:
    """Have a daemon take itself for one on another machine, where it is told so."""
    host_prefix = module.host_prefix
    module.host_prefix = lambda: f"{os.environ['SUPPORTD_HOST']}/" if "SUPPORTD_HOST" in os.environ else host_prefix()


def _fillable_disk(module: Any, folder: Path) -> None:
    open_sqlite, file = module._open_sqlite, folder / "full"

    def opened(url: str, **how: Any) -> Any:
        engine = open_sqlite(url, **how)

        @event.listens_for(engine, "begin")
        def look(connection: Connection) -> None:
            is_full = file.exists()
            if is_full is not connection.info.get("full", False):
                connection.exec_driver_sql(f"PRAGMA max_page_count={1 if is_full else ALL_PAGES}")
                connection.info["full"] = is_full

        return engine

    module._open_sqlite = opened


SURROUNDINGS = {
    "clock": ("daemon.clock", _changeable_clock),
    "database clock": ("daemon.store.nodes", _changeable_database_clock),
    "machine": ("daemon.claimant", _machine_of_its_own),
    "disk": ("daemon.store.database", _fillable_disk),
}
