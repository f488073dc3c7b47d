"""Whom a window is told to, and what each mail of it says (R11.2, R11.7, R8.2, S3.4)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daemon.model.desk_effect import NoteTold
from daemon.model.effect import Effect, Queue
from daemon.model.notice import Notice
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Customer, Directory, Mpoc, Role
from daemon.model.subscriber import Scope, ScopeKind, Subscriber
from daemon.model.window import Told, Window
from daemon.rules.maintenance.contacts import contacts_of, customers_with
from daemon.rules.maintenance.known import ANNOUNCED, CANCELLED, CHANGED, END, FOLLOW_UP, PUBLIC, START
from daemon.rules.maintenance.notices import Telling, people_told, tell
from daemon.rules.maintenance.recurrence import window_on
from tests.rules.maintaining import EARLY, END_AT, LEAD_AT, MONTHLY, START_AT
from tests.rules.making import CHARTER, DENVER, DIRECTORY, FOREIGN, NOW, OTHER, PRIMARY, charter_with, fact, mt

PAGE = charter_with(status_url="https://status.desk.example")
VOICE = Scope(ScopeKind.PLATFORM, "voice")


def the_window(**fields: Any) -> Window:
    """Return December's monthly maintenance."""
    window = window_on(MONTHLY, date(2026, 12, 18), DENVER)
    assert window is not None
    return replace(window, **fields)


def telling(step: str, **fields: Any) -> Telling:
    """Return a step of December's maintenance, to be told early in December."""
    known: dict[str, Any] = {"window": the_window(), "now": EARLY}
    return Telling(step=step, **known | fields)


def mails(effects: tuple[Effect, ...]) -> list[Notice]:
    """Return the notices among effects."""
    return [effect.notice for effect in effects if isinstance(effect, Queue)]


def told(effects: tuple[Effect, ...]) -> tuple[Told, ...]:
    """Return what is to be remembered."""
    return tuple(effect.told for effect in effects if isinstance(effect, NoteTold))


def person(name: str, *roles: Role) -> Mpoc:
    """Return an MPOC."""
    return Mpoc(name, f"{name}@acme.example", frozenset(roles))


def company(*mpocs: Mpoc, products: tuple[str, ...] = ()) -> Customer:
    """Return a customer with these MPOCs."""
    return Customer(id="acme", name="Acme", domains=("acme.example",), mpocs=mpocs, products=products)


M1, M2 = person("m1", Role.MAINTENANCE), person("m2", Role.MAINTENANCE, Role.CASE)
P, C, S = person("p", Role.PRIMARY), person("c", Role.CASE), person("s", Role.SECONDARY)
CONTACTS = [
    ("all maintenance contacts", (P, M1, C, M2), "", "m1 m2"),
    ("else the primary", (P, C, S), "", "p"),
    ("a maintenance contact whose mail bounces is left out", (P, M1, M2), "m1", "m2"),
    ("where all bounce, the primary", (P, M1, M2), "m1 m2", "p"),
    ("then the case contacts", (P, M1, C, S), "m1 p", "c"),
    ("then anybody", (P, M1, C, S), "m1 p c", "s"),
    ("where everybody bounces, the first ones are tried", (P, M1, C), "m1 p c", "m1"),
    ("without any role everybody", (person("a"), person("b")), "", "a b"),
]


@pytest.mark.parametrize(
    ("people", "bounced", "wanted"), [row[1:] for row in CONTACTS], ids=[row[0] for row in CONTACTS]
)
def test_s3_4_whom_a_customer_is_told_by(people: tuple[Mpoc, ...], bounced: str, wanted: str) -> None:
    """R11.1, S3.4: the maintenance contacts, else the primary; another contact where mail bounces."""
    marked = frozenset(f"{name}@acme.example" for name in bounced.split())

    assert [mpoc.name for mpoc in contacts_of(company(*people), marked)] == wanted.split()


@pytest.mark.parametrize(
    ("has", "affected", "is_told"),
    [
        (("voice",), ("voice", "chat"), True),
        (("portal",), ("voice", "chat"), False),
        ((), ("voice",), True),
        ((), (), False),
        (("voice",), (), False),
    ],
)
def test_r11_2_only_customers_with_an_affected_product(
    has: tuple[str, ...], affected: tuple[str, ...], *, is_told: bool
) -> None:
    """R11.2: who lists no products has every one; a window without products concerns nobody."""
    directory = Directory((company(P, products=has),), (), (), (), "support")

    assert bool(customers_with(affected, directory)) == is_told


KINDS = [
    ("1 week before", NoticeKind.MAINTENANCE_AHEAD),
    (ANNOUNCED, NoticeKind.MAINTENANCE_AHEAD),
    (START, NoticeKind.MAINTENANCE_BEGUN),
    (END, NoticeKind.MAINTENANCE_ENDED),
    (FOLLOW_UP, NoticeKind.MAINTENANCE_FOLLOW_UP),
]


@pytest.mark.parametrize(("step", "kind"), KINDS, ids=[step for step, _ in KINDS])
def test_r11_2_every_step_tells_time_products_work_and_reason(step: str, kind: NoticeKind) -> None:
    """R11.2: each kind carries them; each reader's mail has a key of its own, and is remembered."""
    effects = tell(telling(step, text="New: a button."), CHARTER)

    assert [(mail.kind, mail.to.address) for mail in mails(effects)] == [(kind, PRIMARY), (kind, FOREIGN)]
    for mail in mails(effects):
        assert mail.key == f"window monthly:2026-12-18 {step} 0:{mail.to.address}"
        assert (fact(mail, "start"), fact(mail, "end")) == (START_AT.isoformat(), END_AT.isoformat())
        assert fact(mail, "products") == "Voice\nChat"
        assert (fact(mail, "description"), fact(mail, "reason")) == ("Updates of servers.", "Security.")
        assert mail.text == "New: a button."
    assert [(one.address, one.step, one.start) for one in told(effects)] == [
        (PRIMARY, step, START_AT),
        (FOREIGN, step, START_AT),
    ]
    assert people_told(effects) == 2


def test_r11_6_an_unscheduled_window_says_so_and_that_it_is_late() -> None:
    """R11.6: told after its start, the notice says that it could not be told before."""
    window = the_window(announced_at=START_AT)
    at_once = tell(telling(ANNOUNCED, window=window), CHARTER)
    late = tell(telling(ANNOUNCED, window=window, now=START_AT), CHARTER)

    assert [(fact(mail, "unscheduled"), fact(mail, "late")) for mail in mails(at_once)] == [("yes", "")] * 2
    assert [(fact(mail, "unscheduled"), fact(mail, "late")) for mail in mails(late)] == [("yes", "yes")] * 2


def test_r11_3_each_follow_up_is_a_mail_of_its_own() -> None:
    """R11.3: a second one has another key."""
    first = tell(telling(FOLLOW_UP, text="one"), CHARTER)
    second = tell(telling(FOLLOW_UP, text="two", told=told(first)), CHARTER)

    assert not {mail.key for mail in mails(first)} & {mail.key for mail in mails(second)}


def test_r11_7_corrections_go_to_those_who_know_it_otherwise() -> None:
    """R11.7: one was told the old time, one the new one already, one is on no list any more, one was told nothing."""
    old = told(tell(telling("1 week before", now=LEAD_AT), CHARTER))
    gone = replace(old[0], address="gone@acme.example")
    window = the_window(start=mt(2026, 12, 20, 22), end=mt(2026, 12, 21, 4))
    knows = replace(old[1], start=window.start, end=window.end, sequence=1)
    effects = tell(telling(CHANGED, window=window, told=(*old, gone, knows)), CHARTER)

    assert [mail.to.address for mail in mails(effects)] == [PRIMARY, "gone@acme.example"]
    assert {fact(mail, "was_start") for mail in mails(effects)} == {START_AT.isoformat()}
    assert {fact(mail, "sequence") for mail in mails(effects)} == {"1"}
    assert tell(telling(CHANGED, window=window, told=(*old, knows, *told(effects))), CHARTER) == ()


def test_r11_7_a_cancelled_window_is_named_by_the_time_that_was_told() -> None:
    """R11.7: moved and called off in one edit, its readers know the old time only."""
    known = told(tell(telling("1 week before", now=LEAD_AT), CHARTER))
    window = the_window(start=mt(2026, 12, 20, 22), end=mt(2026, 12, 21, 4), is_cancelled=True)

    for mail in mails(tell(telling(CANCELLED, window=window, told=known), CHARTER)):
        assert (fact(mail, "start"), fact(mail, "sequence")) == (START_AT.isoformat(), "1")


def test_r11_7_the_event_grows_with_each_change() -> None:
    """R11.7: moved, cancelled, taken up again: 1, 2, 3, under one UID; what changes nothing raises nothing."""
    known: tuple[Told, ...] = ()
    seen = []
    moved = {"start": mt(2026, 12, 20, 22), "end": mt(2026, 12, 21, 4)}
    for step, fields in (
        ("1 week before", {}),
        ("24 hours before", {}),
        (CHANGED, moved),
        (CANCELLED, moved | {"is_cancelled": True}),
        (CHANGED, moved),
    ):
        effects = tell(telling(step, window=the_window(**fields), told=known), CHARTER)
        known += told(effects)
        seen.append({(fact(mail, "uid"), fact(mail, "sequence")) for mail in mails(effects)})

    assert seen == [{("monthly:2026-12-18@desk.example", number)} for number in ("0", "0", "1", "2", "3")]


# --- the subscribers of the status page -----------------------------------------------------------------------------


def subscriber(address: str, *scopes: Scope, language: str = "en") -> Subscriber:
    """Return a subscriber."""
    return Subscriber(id=1, address=address, language=language, token="a" * 26, asked_at=NOW, scopes=scopes)


READER = subscriber("reader@elsewhere.example", VOICE)
OTHERS = (
    subscriber("internet@elsewhere.example", Scope(ScopeKind.PLATFORM, "internet")),
    subscriber("incident@elsewhere.example", Scope(ScopeKind.INCIDENT, "voice")),
)
STEPS = [("1 week before", "ahead"), (ANNOUNCED, "ahead"), (START, "begun"), (END, "ended")]


@pytest.mark.parametrize(("step", "name"), STEPS)
def test_r8_2_subscribers_of_a_product_are_told(step: str, name: str) -> None:
    """R8.2: with their own links; nothing of them is remembered by name."""
    effects = tell(telling(step, subscribers=(READER, *OTHERS)), PAGE)
    (mail,) = (mail for mail in mails(effects) if mail.kind == "status_maintenance")

    assert (mail.to.address, fact(mail, "step")) == (READER.address, name)
    assert fact(mail, "unsubscribe") == f"https://status.desk.example/unsubscribe/{'a' * 26}?scope=platform:voice"
    assert fact(mail, "manage") == f"https://status.desk.example/en/subscription/{'a' * 26}"
    assert [one.address for one in told(effects)] == [PRIMARY, FOREIGN, PUBLIC]
    assert people_told(effects) == 2


def test_r8_2_one_click_ends_all_that_would_tell_of_the_window() -> None:
    """R8.2, RFC 8058: a subscription for each of its products: the mail names both."""
    both = subscriber("both@elsewhere.example", *(Scope(ScopeKind.PLATFORM, product) for product in ("voice", "chat")))
    window = replace(the_window(), work=replace(the_window().work, products=("voice", "chat")))
    (mail,) = (
        mail
        for mail in mails(tell(telling(START, window=window, subscribers=(both,)), PAGE))
        if mail.kind == "status_maintenance"
    )

    assert fact(mail, "unsubscribe").endswith("?scope=platform:voice&scope=platform:chat")


def test_r8_2_without_a_page_nobody_is_subscribed() -> None:
    """R8.2: links to nowhere are not sent; a follow-up is the contacts' alone."""
    assert [mail.kind for mail in mails(tell(telling(START, subscribers=(READER,)), CHARTER))] == [
        "maintenance_begun"
    ] * 2
    assert {mail.kind for mail in mails(tell(telling(FOLLOW_UP, subscribers=(READER,)), PAGE))} == {
        "maintenance_follow_up"
    }


def test_r8_2_corrections_reach_subscribers_only_after_a_notice() -> None:
    """R8.2, R11.7: those of a product that was told of, though the window has left it out; never twice."""
    known = told(tell(telling("1 week before", subscribers=(READER,)), PAGE))
    moved = the_window(start=mt(2026, 12, 20, 22), end=mt(2026, 12, 21, 4))
    moved = replace(moved, work=replace(moved.work, products=("chat",)))
    effects = tell(telling(CHANGED, window=moved, told=known, subscribers=(READER,)), PAGE)
    (mail,) = (mail for mail in mails(effects) if mail.kind == "status_maintenance")

    assert (fact(mail, "step"), fact(mail, "start")) == ("unaffected", START_AT.isoformat())
    contacts_only = tuple(one for one in known if one.address != PUBLIC)
    again = tell(telling(CHANGED, window=moved, told=contacts_only, subscribers=(READER,)), PAGE)
    assert {mail.kind for mail in mails(again)} == {"maintenance_changed"}
    assert tell(telling(CHANGED, window=moved, told=(*known, *told(effects)), subscribers=(READER,)), PAGE) == ()


def test_r8_2_a_correction_of_which_no_subscriber_is_left_is_done() -> None:
    """R8.2: unsubscribed since, page taken down: it does not come up again and again."""
    known = told(tell(telling("1 week before", subscribers=(READER,)), PAGE))
    cancelled = the_window(is_cancelled=True)
    effects = tell(telling(CANCELLED, window=cancelled, told=known), CHARTER)

    assert [one.address for one in told(effects)] == [PRIMARY, FOREIGN, PUBLIC]
    assert tell(telling(CANCELLED, window=cancelled, told=(*known, *told(effects))), CHARTER) == ()


def test_s3_6_a_contact_who_subscribed_gets_one_mail() -> None:
    """S3.6: the contact's."""
    effects = tell(telling(START, subscribers=(subscriber(PRIMARY, VOICE), READER)), PAGE)

    assert [(mail.kind.value, mail.to.address) for mail in mails(effects)] == [
        ("maintenance_begun", PRIMARY),
        ("maintenance_begun", FOREIGN),
        ("status_maintenance", READER.address),
    ]


def test_s3_4_others_are_told_of_a_window_where_mail_bounces() -> None:
    """S3.4: a secondary contact, in their own language."""
    acme = replace(DIRECTORY.customers[0], mpocs=DIRECTORY.customers[0].mpocs[:2])
    charter = replace(CHARTER, directory=replace(DIRECTORY, customers=(acme,)))
    (mail,) = mails(tell(telling(START, bounced=frozenset({PRIMARY})), charter))

    assert (mail.to.address, mail.to.language) == (OTHER, "fr")
