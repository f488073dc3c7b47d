"""Planned maintenance as customers read it: ahead, at the start, at the end, moved, called off (R11)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar

from daemon.model.due import Action
from daemon.model.mail_effect import MarkContact
from daemon.model.setup import Config
from daemon.model.window import Change, Recurrence, Repeat, Series
from daemon.settings import load
from daemon.store import addresses
from daemon.store.database import transaction
from tests.scenarios.desk import EXAMPLE, TestDesk
from tests.scenarios.post import Mail

ACME, GLOBEX, INITECH = "primary@acme.example", "primary@globex.example", "primary@initech.example"
EARLY = "2026-12-05T12:00:00-07:00"
LEAD, START, END = "2026-12-11T22:00:00-07:00", "2026-12-18T22:00:00-07:00", "2026-12-19T04:00:00-07:00"
PLANNED = load(EXAMPLE, {}, date(2026, 11, 16)).plan.windows
MONTHLY, CERTIFICATES, PORTAL = PLANNED


def planning(*windows: Series) -> Callable[[Config], Config]:
    """Return the change of a configuration that plans these windows."""
    return lambda config: replace(config, plan=replace(config.plan, windows=windows))


@pytest.fixture(autouse=True)
def _example_windows(desk: TestDesk) -> None:
    desk.change(planning(*PLANNED))
    at(desk, EARLY)


def at(desk: TestDesk, instant: str) -> list[Mail]:
    """Do what is due at an instant, and return the mails on maintenance that it sent."""
    before = desk.mails()
    desk.it_is(instant)
    desk.ticks()
    new = desk.mails(after=before[-1].id if before else 0)
    return [mail for mail in new if mail.kind.startswith(("maintenance", "status"))]


def told(mails: list[Mail]) -> list[tuple[str, str]]:
    """Return who got what."""
    return [(mail.kind, mail.to) for mail in mails]


def event_of(mail: Mail) -> dict[str, str]:
    """Return what a mail says to a calendar program: its method, and the fields of its one event."""
    (part,) = (one for one in mail.message.walk() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(str(part.get_content()))
    (event,) = calendar.walk("VEVENT")
    assert part["Content-Type"].params["method"] == str(calendar["METHOD"])
    found = {name: str(event[name]) for name in ("UID", "SEQUENCE", "SUMMARY") if name in event}
    found |= {name: event.decoded(name).isoformat() for name in ("DTSTART", "DTEND")}
    return found | {"METHOD": str(calendar["METHOD"]), "STATUS": str(event.get("STATUS", ""))}


def bounces(desk: TestDesk, address: str) -> None:
    """Mark an address whose mail comes back."""
    with transaction(desk.desk.engine) as connection:
        addresses.mark(connection, MarkContact(address=address, at=desk.now, why="550 no such user"))


def test_r11_1_the_monthly_maintenance_from_the_first_notice_to_the_end(desk: TestDesk) -> None:
    """R11.1, R11.2: a week before, at the start, at the end: to the maintenance contacts, once each."""
    everybody = (ACME, GLOBEX, INITECH)
    for instant, kind in ((LEAD, "maintenance_ahead"), (START, "maintenance_begun"), (END, "maintenance_ended")):
        assert told(at(desk, instant)) == [(kind, address) for address in everybody]
        assert at(desk, instant) == []


def test_r11_2_a_notice_tells_it_in_english_and_in_new_york(desk: TestDesk) -> None:
    """R11.2: date and time in MT and the reader's zone, products, description and reason."""
    mail = next(mail for mail in at(desk, LEAD) if mail.to == ACME)

    for words in (
        "Friday 18 December 2026, 22:00 MST",
        "Saturday 19 December 2026, 00:00 EST (your time)",
        "Saturday 19 December 2026, 04:00 MST",
        "Saturday 19 December 2026, 06:00 EST (your time)",
        "Voice, Chat, Internet",
        "Updates of servers and network equipment.",
        "Security and stability.",
    ):
        assert words in mail.text, words
    assert "Monthly maintenance" in mail.subject


def test_r11_2_a_notice_tells_it_in_french_and_in_paris(desk: TestDesk) -> None:
    """R11.2: the same for a contact who reads French."""
    mail = next(mail for mail in at(desk, LEAD) if mail.to == GLOBEX)

    for words in (
        "vendredi 18 décembre 2026 à 22 h 00 (MST)",
        "samedi 19 décembre 2026 à 06 h 00 (CET), à votre heure",
        "Voice, Chat, Internet",
        "Updates of servers and network equipment.",
    ):
        assert words in mail.text, words


def test_r11_2_customers_without_the_product_get_nothing(desk: TestDesk) -> None:
    """R11.2, R11.5: the portal, 24 hours before: Acme does not have it; Initech lists no products and has every one."""
    desk.change(planning(PORTAL))
    ahead = at(desk, "2026-12-21T21:00:00-07:00")

    assert told(ahead) == [("maintenance_ahead", GLOBEX), ("maintenance_ahead", INITECH)]
    assert at(desk, "2026-12-22T21:00:00-07:00") == at(desk, "2026-12-22T23:00:00-07:00") == []


def test_r11_4_certificates_are_told_to_nobody(desk: TestDesk) -> None:
    """R11.4: Friday at midnight passes without a mail."""
    desk.change(planning(CERTIFICATES))
    for day in ("11", "18"):
        assert at(desk, f"2026-12-{day}T00:00:00-07:00") == []
        assert at(desk, f"2026-12-{day}T00:30:00-07:00") == []


def test_s3_4_a_contact_whose_mail_bounces_is_replaced(desk: TestDesk) -> None:
    """S3.4: another contact of that customer is told; where there is no other, the same one again."""
    for address in (ACME, INITECH):
        bounces(desk, address)

    assert [mail.to for mail in at(desk, LEAD)] == ["secondary@acme.example", GLOBEX, INITECH]


def test_s3_4_who_is_told_instead_is_told_ahead(desk: TestDesk) -> None:
    """S3.4, R11.1: the notice of a week before came back: another contact gets it within minutes, once."""
    at(desk, LEAD)
    bounces(desk, ACME)

    assert told(at(desk, "2026-12-11T22:10:00-07:00")) == [("maintenance_ahead", "secondary@acme.example")]
    assert at(desk, "2026-12-11T22:30:00-07:00") == []
    assert [mail.to for mail in at(desk, START)] == ["secondary@acme.example", GLOBEX, INITECH]


def test_r11_7_whom_a_change_leaves_out_loses_the_event(desk: TestDesk) -> None:
    """R11.2, R11.7: from voice to the portal, which Acme has not: METHOD:CANCEL for them, a change for the others."""
    at(desk, LEAD)
    desk.change(planning(replace(MONTHLY, work=replace(MONTHLY.work, products=("portal",)))))
    corrections = at(desk, "2026-12-14T09:00:00-07:00")
    event = event_of(corrections[0])

    assert told(corrections) == [
        ("maintenance_cancelled", ACME),
        ("maintenance_changed", GLOBEX),
        ("maintenance_changed", INITECH),
    ]
    assert (event["METHOD"], event["SEQUENCE"], event["UID"]) == ("CANCEL", "1", "monthly:2026-12-18@desk.example")
    assert "no longer affected" in corrections[0].text
    assert [mail.to for mail in at(desk, START)] == [GLOBEX, INITECH]


def test_r11_7_a_moved_window_moves_in_the_calendar(desk: TestDesk) -> None:
    """R11.7: the event of the first notice is replaced: the same UID, a higher number, the new time; in words too."""
    first = event_of(next(mail for mail in at(desk, LEAD) if mail.to == ACME))
    moved = Change(day=date(2026, 12, 18), to=date(2026, 12, 20), hours=(21 * 60, 27 * 60))
    desk.change(planning(replace(MONTHLY, changes=(moved,))))
    corrections = at(desk, "2026-12-14T09:00:00-07:00")
    second = event_of(corrections[0])

    assert told(corrections) == [("maintenance_changed", address) for address in (ACME, GLOBEX, INITECH)]
    assert (first["UID"], first["METHOD"], first["SEQUENCE"]) == ("monthly:2026-12-18@desk.example", "REQUEST", "0")
    assert (second["UID"], second["METHOD"], second["SEQUENCE"]) == (first["UID"], "REQUEST", "1")
    assert second["DTSTART"].startswith("2026-12-21T04:00")
    for words in ("Friday 18 December 2026, 22:00 MST", "Sunday 20 December 2026, 21:00 MST"):
        assert words in corrections[0].text
    assert at(desk, START) == []
    assert [mail.kind for mail in at(desk, "2026-12-20T21:00:00-07:00")] == ["maintenance_begun"] * 3


def test_r11_7_a_cancelled_window_leaves_the_calendar(desk: TestDesk) -> None:
    """R11.7: METHOD:CANCEL under the same UID; nothing of the window comes after it."""
    at(desk, LEAD)
    desk.change(planning(replace(MONTHLY, changes=(Change(day=date(2026, 12, 18), is_cancelled=True),))))
    cancelled = at(desk, "2026-12-14T09:00:00-07:00")
    event = event_of(cancelled[0])

    assert told(cancelled) == [("maintenance_cancelled", address) for address in (ACME, GLOBEX, INITECH)]
    assert (event["UID"], event["METHOD"]) == ("monthly:2026-12-18@desk.example", "CANCEL")
    assert (event["SEQUENCE"], event["STATUS"]) == ("1", "CANCELLED")
    assert at(desk, START) == at(desk, END) == []


def test_r11_7_a_series_that_was_deleted_is_called_off_in_full(desk: TestDesk) -> None:
    """R11.2, R11.7: the mail still says what it was, products and reason."""
    at(desk, LEAD)
    desk.change(planning())
    cancelled = at(desk, "2026-12-14T09:00:00-07:00")

    assert [mail.kind for mail in cancelled] == ["maintenance_cancelled"] * 3
    assert "Voice, Chat, Internet" in cancelled[0].text
    assert "Security and stability." in cancelled[0].text


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2027, 3, 13), ("22:00 MST", "04:00 MDT", "00:00 EST", "06:00 EDT")),
        (date(2027, 11, 6), ("22:00 MDT", "04:00 MST", "00:00 EDT", "06:00 EST")),
    ],
)
def test_r3_1_a_night_in_which_the_clocks_change(desk: TestDesk, day: date, shown: tuple[str, ...]) -> None:
    """R3.1, R11.2: from 22:00 to 04:00 on the wall clock, in both zones, and told a week before at 22:00."""
    once = replace(MONTHLY, recurrence=Recurrence(repeat=Repeat.ONCE, first=day))
    desk.change(planning(once))
    offset = {3: "-07:00", 11: "-06:00"}[day.month]
    week_before = f"{day.replace(day=day.day - 7) if day.day > 7 else '2027-10-30'}T22:00:00{offset}"
    mail = next(mail for mail in at(desk, week_before) if mail.to == ACME)

    for words in shown:
        assert words in mail.text, words
    assert told(at(desk, f"{day}T22:00:00{offset}"))[0] == ("maintenance_begun", ACME)


def test_r11_1_after_an_outage_the_end_alone_is_told(desk: TestDesk) -> None:
    """R11.1: a daemon that was down from before the start says that it has ended, once; a month later nothing."""
    desk.change(planning(MONTHLY))
    at(desk, LEAD)

    assert [mail.kind for mail in at(desk, "2026-12-22T09:00:00-07:00")] == ["maintenance_ended"] * 3
    assert at(desk, "2027-02-02T09:00:00-07:00") == []


def test_r11_1_what_is_too_late_is_skipped_and_told_so(desk: TestDesk) -> None:
    """R11.1: a notice of 24 hours before that nobody was there to send is reported, not sent."""
    desk.change(planning(PORTAL))
    desk.it_is("2026-12-23T09:00:00-07:00")
    (skipped,) = (done for done in desk.ticks() if done.action is Action.SKIPPED)

    assert skipped.detail == "Portal updates 2026-12-22: 24 hours before: too late to be told"
    assert skipped not in desk.ticks()
