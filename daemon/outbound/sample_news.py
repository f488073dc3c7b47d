"""Invented facts of mails on windows, incidents, storms, the status page and invoices: nothing here is ever sent."""

import json
from typing import Final

from daemon.model.notice_kinds import NoticeKind
from daemon.model.window import Impact

STORM: Final = [
    {
        "case": 1042,
        "customer": "Acme Corporation",
        "subject": "Phones are down",
        "at": "2026-12-01T15:02:00+00:00",
    },
    {
        "case": 1043,
        "customer": "Globex",
        "subject": "No calls possible since this morning",
        "at": "2026-12-01T15:09:00+00:00",
    },
    {
        "case": 1045,
        "customer": "Initech",
        "subject": "Calls drop at once",
        "at": "2026-12-01T15:24:00+00:00",
    },
]
PAGE: Final = "https://status.desk.example"
TOKEN: Final = "abcdefghijklmnopqrstuvwx23"

CHALLENGED: Final = [
    {"id": 18, "subject": "Phones are down", "received_at": "2026-12-01T15:30:00+00:00", "size": 5200},
    {"id": 17, "subject": "", "received_at": "2026-12-01T14:02:00+00:00", "size": 900},
]
NEWS: Final = {
    "again": "",
    "at": "2026-12-01T16:15:00+00:00",
    "cases": json.dumps(STORM),
    "description": "Updates of servers and network equipment.",
    "end": "2026-12-19T11:00:00+00:00",
    "impact": Impact.DEGRADED.value,
    "key": "announced:mail-42",
    "late": "",
    "link": f"{PAGE}/en/incident/1042",
    "mails": json.dumps(CHALLENGED),
    "manage": f"{PAGE}/en/subscription/{TOKEN}",
    "minutes": "75",
    "missing": "",
    "newcomers": "",
    "month": "2026-11",
    "number": "17",
    "ours": "",
    "products": "Voice\nInternet",
    "refused": "globex.pdf: it is no PDF\ninitech.pdf: it names another customer, Acme Corporation",
    "scopes": "platform: Voice\nincident: Calls fail in the north",
    "sent": "12",
    "sequence": "0",
    "since": "2026-12-01T15:02:00+00:00",
    "start": "2026-12-19T05:00:00+00:00",
    "state": "update",
    "step": "ahead",
    "told": "14",
    "unaffected": "",
    "uid": "monthly:2026-12-18@desk.example",
    "unchecked": "",
    "unscheduled": "",
    "unsubscribe": f"{PAGE}/unsubscribe/{TOKEN}?scope=platform:voice",
    "unused": "",
    "usual": "0.4",
    "was_end": "2026-12-20T11:00:00+00:00",
    "was_start": "2026-12-20T05:00:00+00:00",
    "window": "Monthly maintenance",
    "words": "phones\ncalls\ndown",
}
"""A value for every fact that only these kinds have."""

_OF_WINDOWS = {"reason": "Security and stability."}
_ON_TIME = _OF_WINDOWS | {"was_start": ""}
_OF_INCIDENTS = {"title": "Calls fail in the north"}
OF_KINDS: Final[dict[NoticeKind, dict[str, str]]] = {
    NoticeKind.MAINTENANCE_AHEAD: _ON_TIME,
    NoticeKind.MAINTENANCE_BEGUN: _ON_TIME,
    NoticeKind.MAINTENANCE_ENDED: _ON_TIME,
    NoticeKind.MAINTENANCE_CHANGED: _OF_WINDOWS | {"sequence": "1"},
    NoticeKind.MAINTENANCE_CANCELLED: _OF_WINDOWS | {"sequence": "2"},
    NoticeKind.MAINTENANCE_FOLLOW_UP: _OF_WINDOWS,
    NoticeKind.WINDOW_ASKED: {
        "description": "",
        "end": "",
        "missing": "end\ndescription\nreason\nconfirm",
        "faults": "#end tomorrow: write a date and a time, such as 2026-12-18 22:00",
        "help": "#start DATE TIME: when the work begins\n#end TIME: when it ends",
        "reason": "",
    },
    NoticeKind.WINDOW_KEPT: _OF_WINDOWS | {"done": "announced"},
    NoticeKind.INCIDENT_JOINED: _OF_INCIDENTS,
    NoticeKind.INCIDENT_UPDATE: _OF_INCIDENTS,
    NoticeKind.INCIDENT_RESOLVED: _OF_INCIDENTS,
    NoticeKind.CLOCK_OVERDUE: {"clock": "update", "basis": "P1G"},
    NoticeKind.STATUS_CONFIRM: {"link": f"{PAGE}/en/confirm/{TOKEN}", "days": "3"},
    NoticeKind.STATUS_INCIDENT: _OF_INCIDENTS,
    NoticeKind.STATUS_MAINTENANCE: _OF_WINDOWS | {"link": f"{PAGE}/en/", "step": "changed"},
    NoticeKind.INVOICES_REPORT: {
        "missing": "Hooli\nUmbrella",
        "late": "Acme Corporation",
        "unchecked": "acme.pdf",
    },
}
"""Values that a kind's sample has for itself."""

TEXTS: Final = {
    NoticeKind.MAINTENANCE_FOLLOW_UP: 'The portal now shows your invoices.\n\nYou find them under "Billing".',
    NoticeKind.INCIDENT_JOINED: "A line of our carrier is cut. They expect to have it mended by noon.",
    NoticeKind.INCIDENT_UPDATE: "A line of our carrier is cut. They expect to have it mended by noon.",
    NoticeKind.INCIDENT_RESOLVED: "The line is mended. Calls work again.",
    NoticeKind.STATUS_INCIDENT: "A line of our carrier is cut. They expect to have it mended by noon.",
}
"""What people write in them."""
