"""Invented tables, as notices carry them in JSON: of the weekly report, the digest and the alarm."""

from typing import Final

from daemon.model.clocks import Breach, ClockName

FIGURES: Final = {  # as daemon/reporting.py makes them
    "sla": [
        {"priority": "P1", "kept": 3, "missed": 1, "reclassified": 0, "open": 0, "percent": "75.0"},
        {"priority": "P4", "kept": 12, "missed": 0, "reclassified": 1, "open": 2, "percent": "100.0"},
    ],
    "total": {"kept": 15, "missed": 1, "reclassified": 1, "open": 2, "percent": "93.7"},
    "customers": [
        {
            "name": "Acme Corporation",
            "opened": 4,
            "closed": 2,
            "kept": 9,
            "missed": 1,
            "percent": "90.0",
            "minutes": 75,
        },
        {"name": "Globex", "opened": 1, "closed": 1, "kept": 6, "missed": 0, "percent": "100.0", "minutes": 0},
    ],
    "more_customers": 1,
    "missed": [
        {
            "case": "SUP-1042",
            "customer": "Acme Corporation",
            "priority": "P1",
            "clock": ClockName.FIRST_RESPONSE.value,
            "basis": "P1",
            "due": "2026-11-24T15:45:00+00:00",
            "ended": "2026-11-24T16:05:00+00:00",  # "": still open
            "late_minutes": 20,
            "breach": Breach.RAN_OUT.value,
        },
    ],
    "more_missed": 2,
    "ages": [{"age": "0-1", "cases": 2}, {"age": ">30", "cases": 1}],  # days that the open cases are old
    "opened": 5,
    "closed": 3,
    "open_now": 3,
    "minutes": 75,
}
WAITING: Final = [
    {
        "id": 12,
        "kind": "quarantined",
        "sender": "somebody@stranger.example",
        "subject": "Our telephones",
        "reason": "the sender belongs to no customer",
        "received_at": "2026-12-01T09:12:00+00:00",
        "case": "",
        "lapses_at": "",
    },
    {
        "id": 13,
        "kind": "quarantined",
        "sender": "agent1@desk.example",
        "subject": "",
        "reason": "an agent's address without proof",
        "received_at": "2026-12-01T10:40:00+00:00",
        "case": 1042,
        "lapses_at": "",
    },
    {
        "id": 14,
        "kind": "held",
        "sender": "user@acme.example",
        "subject": "My telephone rings twice",
        "reason": "user@acme.example is no MPOC of Acme Corporation",
        "received_at": "2026-12-01T11:05:00+00:00",
        "case": "",
        "lapses_at": "",
    },
]
ASKED: Final = [
    {
        "id": 11,
        "kind": "held",
        "sender": "user@acme.example",
        "subject": "No line",
        "reason": "user@acme.example is no MPOC of Acme Corporation",
        "received_at": "2026-12-01T08:05:00+00:00",
        "case": 1001,
        "lapses_at": "2026-12-15T15:30:00+00:00",
    },
]
MACHINE: Final = [{"outcome": "auto_reply", "count": 4}, {"outcome": "bounce", "count": 1}]
TROUBLES: Final = [
    {
        "part": "mailbox support",
        "trouble": "login refused: check user and password, then send SIGHUP",
        "since": "2026-12-01T15:29:00+00:00",
    },
    {
        "part": "delivery server",
        "trouble": "mail.desk.example:587: Connection refused",
        "since": "2026-12-01T15:20:00+00:00",
    },
]
MENDED: Final = [{"part": "disk", "trouble": "", "since": "2026-12-01T15:25:00+00:00"}]
