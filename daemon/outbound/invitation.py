"""A maintenance window as an event for its reader's calendar (RFC 5545), by mail (RFC 5546, RFC 6047).

The UID is the window's for ever; SEQUENCE counts what has changed since it was first told.  Nobody is asked to answer
(RSVP=FALSE), and the hours stay free in the calendar (TRANSPARENT).  Instants are in UTC: every calendar shows them on
its own clock.  The same row gives the same octets: DTSTAMP is the row's.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from daemon.model.marks import without_agents_marks
from daemon.model.notice import OutgoingMail
from daemon.model.notice_kinds import NoticeKind
from daemon.model.plan import Provider
from daemon.model.text import clean_line, clean_text
from daemon.outbound.rendered import Invitation

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

METHODS: Final = {
    NoticeKind.MAINTENANCE_AHEAD: "REQUEST",
    NoticeKind.MAINTENANCE_CHANGED: "REQUEST",
    NoticeKind.MAINTENANCE_CANCELLED: "CANCEL",
}
"""What a kind of mail does with the event: a second request with the same UID changes it."""

LONGEST = 200
_SAFE_IN_URI = "@+!$'*/="


def invitation(mail: OutgoingMail, provider: Provider, description: str) -> Invitation | None:
    """Return the event of a notice, or None where its kind carries none.

    Args:
        mail: the row.
        provider: who asks.
        description: what the event says of the work, in the reader's language.

    Raises:
        ValueError: an instant or the count of changes is none.
    """
    method = METHODS.get(mail.notice.kind)
    if method is None:
        return None
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//supportd//maintenance//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(mail, provider, method=method, description=description))
    return Invitation(method, calendar.to_ical().decode().replace("\r\n", "\n"))


def _event(mail: OutgoingMail, provider: Provider, *, method: str, description: str) -> "Event":
    from icalendar import Event

    facts = dict(mail.notice.facts)
    event = Event()
    event.add("uid", clean_line(facts["uid"], longest=LONGEST))
    event.add("sequence", int(facts["sequence"]))
    event.add("dtstamp", _utc(mail.created_at))
    event.add("dtstart", _utc(facts["start"]))
    event.add("dtend", _utc(facts["end"]))
    event.add("summary", _fit(f"{provider.name}: {clean_line(facts['window'], longest=LONGEST)}"))
    event.add("description", _fit(description).strip("\n"))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("organizer", _person(provider.support_address, CN=_label(provider.name)))
    event.add("attendee", _person(mail.notice.to.address, ROLE="REQ-PARTICIPANT", RSVP="FALSE"))
    return event


def _utc(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"an instant without an offset: {value}")
    return instant.astimezone(UTC)


def _person(address: str, **parameters: str) -> "vCalAddress":
    """Return a calendar address; no name of the reader stands beside theirs (S3.5)."""
    from icalendar import vCalAddress

    person = vCalAddress(f"mailto:{quote(address, safe=_SAFE_IN_URI)}")
    for name, value in parameters.items():
        person.params[name] = value
    return person


def _label(name: str) -> str:
    """Return a name that a parameter can hold as it is: quotes and carets would need RFC 6868, which not all read."""
    return clean_line(name, longest=LONGEST).replace('"', "'").replace("^", " ")


def _fit(text: str) -> str:
    """Return text without control characters, and without what was signed for an agent (S2.8)."""
    return without_agents_marks(clean_text(text))
