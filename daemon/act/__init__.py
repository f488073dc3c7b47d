"""What agents do from the shell: the same rules as by mail, each call one transaction."""

from daemon.act.commanding import CallRequest, ShellWish, carry_out, open_case
from daemon.act.incidents import (
    IncidentWish,
    Telling,
    link_cases,
    open_master,
    resolve_incident,
    update_incident,
)
from daemon.act.settling import approve_held, decline_held, discard_quarantined, release_quarantined

__all__ = [
    "CallRequest",
    "IncidentWish",
    "ShellWish",
    "Telling",
    "approve_held",
    "carry_out",
    "decline_held",
    "discard_quarantined",
    "link_cases",
    "open_case",
    "open_master",
    "release_quarantined",
    "resolve_incident",
    "update_incident",
]
