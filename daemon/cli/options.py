"""The options that every command takes, before or after its name: --config, --json, --now.

Click hands an option to the command that it stands behind; these are gathered in the context's `meta`, which all levels
share, so `supportd --json case list` and `supportd case list --json` mean the same.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from daemon.clock import Clock, fixed_clock, system_clock

CONFIG_VARIABLE = "SUPPORTD_CONFIG"
FALLBACK_FOLDERS = (Path("config"), Path("/etc/supportd"))
_META = "supportd."


class Instant(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.3
    """An aware ISO 8601 instant; `Z` is an offset too."""

    name = "ISO8601"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the instant; a date or a time without an offset names none."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant: write 2026-12-18T16:30:00Z or 2026-12-18T09:30-07:00", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no time zone: add an offset, as in {instant.isoformat()}Z", param, ctx)
        return instant


@dataclass(frozen=True, slots=True)
class Choices:
    """What the global options said."""

    config: Path | None
    json: bool
    now: datetime | None

    def clock(self) -> Clock:
        """Return the clock by which the command acts: the system's, or the one that --now stopped."""
        return fixed_clock(self.now) if self.now else system_clock

    def has_folder(self) -> bool:
        """Tell whether a configuration was named, or stands where one is looked for."""
        return self._named() is not None or any(folder.is_dir() for folder in FALLBACK_FOLDERS)

    def folder(self) -> Path:
        """Return the configuration folder: --config, else $SUPPORTD_CONFIG, else ./config, else /etc/supportd.

        Raises:
            UsageError: there is none.
        """
        found = self._named() or next((folder for folder in FALLBACK_FOLDERS if folder.is_dir()), FALLBACK_FOLDERS[0])
        if not found.is_dir():
            raise click.UsageError(f"there is no configuration folder {found}: `supportd init {found}` writes one")
        return found.absolute()

    def _named(self) -> Path | None:
        variable = os.environ.get(CONFIG_VARIABLE)
        return self.config or (Path(variable) if variable else None)


def choices() -> Choices:
    """Return what the global options of the running command said."""
    meta = click.get_current_context().meta
    return Choices(meta.get(_META + "config"), meta.get(_META + "json", False), meta.get(_META + "now"))


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value:
        ctx.meta[_META + str(param.name)] = value


def global_options() -> list[click.Option]:
    """Return fresh copies of the options that every command takes."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember}
    folder = click.Path(path_type=Path)
    return [
        click.Option(["--config"], type=folder, metavar="DIR", help="Configuration folder.", **shared),
        click.Option(["--json"], is_flag=True, help="Machine output on stdout.", **shared),
        click.Option(["--now"], type=Instant(), metavar="ISO8601", help="Act as if it were this instant.", **shared),
    ]
