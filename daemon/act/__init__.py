"""What agents do from the shell: the same rules as by mail, each call one transaction."""

from daemon.act.announcing import Announced, announce_file, cancel_window, follow_up_window
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
from daemon.act.subscribing import erase_address

__all__ = [
    "Announced",
    "CallRequest",
    "IncidentWish",
    "ShellWish",
    "Telling",
    "announce_file",
    "approve_held",
    "cancel_window",
    "carry_out",
    "decline_held",
    "discard_quarantined",
    "erase_address",
    "follow_up_window",
    "link_cases",
    "open_case",
    "open_master",
    "release_quarantined",
    "resolve_incident",
    "update_incident",
]
