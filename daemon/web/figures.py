"""`status.json`: the page for programs.  Fields are added, none is changed or taken away within a version."""

import json
from datetime import UTC, datetime, timedelta

from daemon.web import addresses
from daemon.web.addresses import Place
from daemon.web.picture import Picture, ShownIncident, ShownWindow, State

VERSION = 1
KEPT = timedelta(days=90)
_STATES = {State.OPERATIONAL: "operational", State.MAINTENANCE: "maintenance", State.INCIDENT: "incident"}


def figures_of(picture: Picture, *, name: str, place: Place) -> bytes:
    """Return the document: the present state, what is open or was told lately, and the windows that are known."""
    newest = max((incident.changed_at for incident in picture.incidents), default=None)
    shown = [
        one for one in picture.incidents if one.resolved_at is None or (newest and one.changed_at >= newest - KEPT)
    ]
    document = {
        "version": VERSION,
        "name": name,
        "url": place.whole(""),
        "state": _STATES[picture.state],
        "platforms": [{"id": p.id, "name": p.name, "state": _STATES[p.state]} for p in picture.platforms],
        "incidents": [_incident(incident, place) for incident in shown],
        "maintenance": [_window(window) for window in picture.windows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _incident(incident: ShownIncident, place: Place) -> dict[str, object]:
    return {
        "id": str(incident.number),
        "url": place.whole(addresses.incident("en", incident.number)),
        "title": incident.title,
        "platforms": list(incident.platforms),
        "opened_at": _at(incident.opened_at),
        "resolved_at": _at(incident.resolved_at) if incident.resolved_at else None,
        "updates": [{"at": _at(told.at), "kind": told.kind.value, "text": told.text} for told in incident.updates],
    }


def _window(window: ShownWindow) -> dict[str, object]:
    return {
        "id": window.key,
        "name": window.name,
        "state": window.phase.value,
        "platforms": list(window.platforms),
        "impact": window.impact.value,
        "description": window.description,
        "reason": window.reason,
        "start": _at(window.start),
        "end": _at(window.end),
    }


def _at(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
