"""Windows as events of a calendar: asked, changed and cancelled by mail (RFC 5545, RFC 5546, RFC 6047; R11)."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from daemon.model.notice import OutgoingMail
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.outbound import guard
from daemon.outbound.building import build
from daemon.outbound.compose import compose
from daemon.outbound.invitation import METHODS
from daemon.outbound.samples import PROVIDER
from tests.outbound.mails import file_of, mail_of
from tests.outbound.packaged import TEMPLATES
from tests.outbound.test_guard import HOSTILE, assert_harmless

LANGUAGES = ("en", "fr")
AHEAD, CHANGED, CANCELLED = (
    NoticeKind.MAINTENANCE_AHEAD,
    NoticeKind.MAINTENANCE_CHANGED,
    NoticeKind.MAINTENANCE_CANCELLED,
)


def mail_with_event(kind: NoticeKind, language: str = "en", **changed: Any) -> EmailMessage:
    parsed = message_from_bytes(octets_of(mail_of(kind, language, **changed)), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def octets_of(mail: OutgoingMail) -> bytes:
    return build(mail, TEMPLATES, PROVIDER, files=())


def part_of(message: EmailMessage) -> EmailMessage:
    """Return the one part that is a calendar."""
    (part,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert isinstance(part, EmailMessage)
    return part


def calendar_of(kind: NoticeKind, language: str = "en", **changed: Any) -> Component:
    payload = part_of(mail_with_event(kind, language, **changed)).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return Calendar.from_ical(payload)


def event_of(kind: NoticeKind, language: str = "en", **changed: Any) -> Component:
    """Return the one event that a mail of the kind carries, read by the library."""
    (event,) = calendar_of(kind, language, **changed).walk("VEVENT")
    return event


def test_every_kind_that_names_an_event_carries_one() -> None:
    """R11.1, R11.7: kinds with the facts of an event, and no others."""
    assert set(METHODS) == {kind for kind in NoticeKind if "uid" in NOTICES[kind].facts}
    for kind in set(NoticeKind) - set(METHODS):
        assert b"VCALENDAR" not in octets_of(mail_of(kind))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", METHODS)
def test_clients_find_the_event_beside_the_text(kind: NoticeKind, language: str) -> None:
    """RFC 6047: the last form of the text, whose type names the same method as the calendar within; and no file."""
    message = mail_with_event(kind, language)
    part = part_of(message)

    assert message.get_content_type() == "multipart/alternative"
    assert [form.get_content_type() for form in message.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    assert (part.get_param("method"), part.get_content_charset()) == (METHODS[kind], "utf-8")
    assert calendar_of(kind, language)["METHOD"] == METHODS[kind]
    assert part.get_content_disposition() is None


@pytest.mark.parametrize("kind", METHODS)
def test_r11_2_the_event_says_what_the_notice_says(kind: NoticeKind) -> None:
    """R11.2: name, instants, and in the reader's language products, impact, work and reason; nobody need answer."""
    event = event_of(kind, "fr")

    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (
        datetime(2026, 12, 19, 5, tzinfo=UTC),
        datetime(2026, 12, 19, 11, tzinfo=UTC),
    )
    assert event["SUMMARY"] == "Example Telecom Support: Monthly maintenance"
    for words in (
        "Voice, Internet",
        "Les services peuvent être lents",
        "Updates of servers",
        "Security and stability",
        "22 h 00 (MST)",
    ):
        assert words in str(event["DESCRIPTION"])
    assert event["ORGANIZER"] == "mailto:support@desk.example"
    assert event["ORGANIZER"].params["CN"] == PROVIDER.name
    assert (event["ATTENDEE"], event["ATTENDEE"].params["RSVP"]) == ("mailto:primary@acme.example", "FALSE")
    assert (event["TRANSP"], event["STATUS"]) == (
        "TRANSPARENT",
        "CANCELLED" if kind is CANCELLED else "CONFIRMED",
    )
    assert event.decoded("DTSTAMP") == datetime(2026, 12, 1, 15, 31, tzinfo=UTC)


def test_r11_7_a_change_and_a_cancellation_are_of_the_same_event() -> None:
    """R11.7, RFC 5546: the UID stays, the sequence grows, and the last one is called off."""
    events = [event_of(kind) for kind in (AHEAD, CHANGED, CANCELLED)]

    assert len({str(event["UID"]) for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert [METHODS[kind] for kind in (AHEAD, CHANGED, CANCELLED)] == ["REQUEST", "REQUEST", "CANCEL"]


@pytest.mark.parametrize("zone", ["America/Denver", "Europe/Paris", "Asia/Kathmandu"])
@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2028-02-29"])
def test_instants_are_exact_across_clock_changes(day: str, zone: str) -> None:
    """R3.1, R11.2: an event keeps its instants, whatever the clocks do that night and wherever the reader is."""
    start = datetime.fromisoformat(f"{day}T00:00:00-07:00")
    end = start + timedelta(hours=6)
    event = event_of(AHEAD, to_timezone=zone, fact_start=start.isoformat(), fact_end=end.isoformat())

    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (start, end)


def test_the_same_row_gives_the_same_event() -> None:
    """S3.6: a later try sends the same octets: the stamp is the row's, not the clock's."""
    assert octets_of(mail_of(AHEAD)) == octets_of(mail_of(AHEAD))
    assert event_of(AHEAD, created_at="2026-12-02T09:00:00-07:00").decoded("DTSTAMP") == datetime(
        2026, 12, 2, 16, tzinfo=UTC
    )


def test_an_address_with_a_plus_stays_an_address() -> None:
    """RFC 6068: what a URI would read otherwise is encoded, so that the attendee is the reader."""
    attendees = [
        str(event_of(AHEAD, to_address=address)["ATTENDEE"])
        for address in ("it+windows@acme.example", "a%b@acme.example", "a?b#c@acme.example")
    ]

    assert attendees == ["mailto:it+windows@acme.example", "mailto:a%25b@acme.example", "mailto:a%3Fb%23c@acme.example"]


def test_a_mail_with_a_broken_event_goes_as_the_fixed_form() -> None:
    """S3.5: an instant that is none makes no wrong date in anybody's calendar, and no row sticks."""
    message = mail_with_event(CHANGED, fact_was_start="", fact_sequence="many")

    assert message.get_content_type() == "text/plain"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_written_the_event_is_one_event(data: st.DataObject) -> None:
    """S3.5, S4.5: names, reasons and UIDs add no line to a calendar, no attendee and no second event."""
    kind = data.draw(st.sampled_from(list(METHODS)))
    names = ("window", "products", "description", "reason", "uid")
    mail = mail_of(kind, "fr", **{f"fact_{name}": data.draw(HOSTILE | ICAL) for name in names})
    rendered = TEMPLATES.render(mail, PROVIDER)
    octets = compose(mail, rendered, PROVIDER, ())
    assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=()) == ()
    assert_harmless(octets, mail.notice.to.address)

    assert rendered.invitation is not None
    (event,) = Calendar.from_ical(rendered.invitation.text.replace("\n", "\r\n")).walk("VEVENT")
    assert sorted(event) == [
        "ATTENDEE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "STATUS", "SUMMARY",
        "TRANSP", "UID",
    ]  # fmt: skip
    assert event["ATTENDEE"] == "mailto:primary@acme.example"
    assert max(len(line.encode()) for line in rendered.invitation.text.split("\n")) <= 75


ICAL = st.sampled_from(
    [
        "x\r\nEND:VEVENT\r\nBEGIN:VEVENT",
        "x\nATTENDEE:mailto:spy@evil.example",
        "a\rORGANIZER:mailto:spy@evil.example",
        "\\n;,:\\,\\;",
        "a;b,c\\d",
        'CN="x":mailto:y',
        "\u2028ATTENDEE:mailto:spy@evil.example",
    ]
)

FILE = file_of("plan.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
SABOTAGE = [
    ("another method in the type", b"method=REQUEST", b"method=CANCEL"),
    ("no method in the type", b"; method=REQUEST", b""),
    ("another method within", b"METHOD:REQUEST", b"METHOD:CANCEL"),
    ("another hour", b"DTSTART:20261219T050000Z", b"DTSTART:20261219T060000Z"),
    ("another event", b"UID:monthly", b"UID:weekly"),
    ("another attendee", b"ATTENDEE;ROLE", b"ATTENDEE:mailto:spy@evil.example\r\nATTENDEE;ROLE"),
    ("no calendar", b"Content-Type: text/calendar", b"Content-Type: text/x-calendar"),
]


@pytest.mark.parametrize(("what", "found", "put"), SABOTAGE, ids=[row[0] for row in SABOTAGE])
def test_s3_5_the_guard_sees_another_event(what: str, found: bytes, put: bytes) -> None:
    """S3.5: an event that differs from what was meant does not leave."""
    mail = mail_of(AHEAD)
    rendered = TEMPLATES.render(mail, PROVIDER)
    octets = compose(mail, rendered, PROVIDER, ())
    assert octets.count(found) == 1
    assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=()) == ()

    assert guard.faults(octets.replace(found, put), mail, rendered, provider=PROVIDER, files=())


def test_s3_5_an_attached_calendar_is_no_event_of_ours() -> None:
    """S3.5: a calendar that somebody attaches stays a file; it does not take the place of the event."""
    mail = mail_of(AHEAD, attachments=(FILE[0],))
    rendered = TEMPLATES.render(mail, PROVIDER)
    octets = compose(mail, rendered, PROVIDER, (FILE,))

    assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=(FILE,)) == ()
    without = compose(mail, TEMPLATES.render(mail_of(NoticeKind.UPDATE), PROVIDER), PROVIDER, (FILE,))
    assert guard.faults(without, mail, rendered, provider=PROVIDER, files=(FILE,))


def test_s2_8_no_agents_mark_stands_in_an_event() -> None:
    """S2.8: what was signed for an agent is taken out of the calendar too, folded lines or not."""
    mark = "support+1042.a.2500." + "a" * 26 + "@desk.example"
    event = event_of(AHEAD, fact_description=f"See {mark}", fact_window=mark)

    assert mark not in str(event["DESCRIPTION"])
    assert mark not in str(event["SUMMARY"])
