"""Effects on what concerns many customers → its rows: windows, incidents, storms (R7, R11)."""

from dataclasses import replace
from typing import assert_never

import structlog

from daemon.apply.applying import Applying
from daemon.model.desk_effect import (
    DeskEffect,
    EndStep,
    ForgetSubscriber,
    KeepAnnouncement,
    KeepStorm,
    NoteTold,
    OpenIncident,
    RetitleIncident,
    TellIncident,
)
from daemon.store import incidents, subscribers, windows

log = structlog.get_logger()

LONGEST = 200
"""Letters of an update in a line of history; whole it stands on the case as a message."""


def carry(applying: Applying, effect: DeskEffect) -> None:
    """Write one effect; a new kind fails type-checking here until it is handled."""
    connection = applying.connection
    match effect:
        case KeepAnnouncement():
            applying.made = windows.keep_announcement(connection, effect.announcement)
        case NoteTold():
            windows.note_told(connection, effect.told)
        case EndStep():
            windows.end_step(connection, effect)
        case OpenIncident():
            _open_incident(applying, effect)
        case RetitleIncident():
            incidents.retitle_incident(connection, applying.number(effect.case), effect.title)
            applying.record(effect.case, "incident_retitled", effect.title, at=effect.at, actor=effect.actor)
        case TellIncident():
            _tell_incident(applying, effect)
        case KeepStorm():
            incident = effect.storm.incident
            numbered = replace(effect.storm, incident=None if incident is None else applying.number(incident))
            applying.made = incidents.keep_storm(connection, numbered)
        case ForgetSubscriber():
            if subscribers.forget(connection, effect.address):
                log.info("subscriber.erased", why="mail to it is not taken, or not wanted")
        case _:
            assert_never(effect)


def _open_incident(applying: Applying, effect: OpenIncident) -> None:
    numbered = replace(effect, case=applying.number(effect.case))
    incidents.open_incident(applying.connection, numbered)
    log.info("incident.opened", case=numbered.case, products=list(effect.products))
    applying.record(effect.case, "incident_opened", effect.title, at=effect.at, actor=effect.actor)


def _tell_incident(applying: Applying, effect: TellIncident) -> None:
    told, number = effect.update, applying.number(effect.case)
    incidents.tell_incident(applying.connection, number, told)
    log.info("incident.told", case=number, kind=told.kind.value)
    detail = ": ".join(filter(None, (told.kind.value, " ".join(told.text[:LONGEST].split()))))
    applying.record(effect.case, "incident_told", detail, at=told.at, actor=told.author)
