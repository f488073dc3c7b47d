"""What agents do from the shell: the same rules as by mail, each call one transaction."""

from daemon.act.commanding import CallRequest, ShellWish, carry_out, open_case
from daemon.act.settling import approve_held, decline_held, discard_quarantined, release_quarantined

__all__ = [
    "CallRequest",
    "ShellWish",
    "approve_held",
    "carry_out",
    "decline_held",
    "discard_quarantined",
    "open_case",
    "release_quarantined",
]
