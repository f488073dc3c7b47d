"""What stands in the Atom feeds (RFC 4287): an entry an incident and a window of which somebody is told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from daemon.web.picture import Phase, Picture, ShownIncident, ShownWindow

KEPT = timedelta(days=90)
"""An entry stays for so long after the last change before the newest entry's."""
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When an empty feed changed last: never."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: of an incident or of a window, never both."""

    name: str  # `incident/1042`, `window/monthly:2026-12-18`: the same for ever
    updated: datetime
    incident: ShownIncident | None = None
    window: ShownWindow | None = None


def entries_of(picture: Picture) -> tuple[Entry, ...]:
    """Return the entries of a picture, the newest first."""
    incidents = [Entry(f"incident/{one.number}", one.changed_at, incident=one) for one in picture.incidents]
    told = [one for one in picture.windows if one.is_told]
    windows = [Entry(f"window/{one.key}", one.changed_at, window=one) for one in told]
    entries = sorted((*incidents, *windows), key=lambda entry: (entry.updated, entry.name), reverse=True)
    oldest = entries[0].updated - KEPT if entries else EPOCH
    return tuple(entry for entry in entries if entry.updated >= oldest or not _is_over(entry))


def moment_of(picture: Picture) -> datetime:
    """Return when the feed changed last."""
    return max((entry.updated for entry in entries_of(picture)), default=EPOCH)


def _is_over(entry: Entry) -> bool:
    if entry.incident:
        return entry.incident.resolved_at is not None
    return entry.window is None or entry.window.phase in (Phase.OVER, Phase.CANCELLED)
