"""What an agent's `#macd` and a new request amount to (R10.1-R10.5)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.model.case import Kind, Macd, WaitingOn
from daemon.model.case_effect import Assign, Record, SetWaiting
from daemon.model.clocks import Clock, ClockName, Terms
from daemon.model.effect import Effect, Queue
from daemon.model.facts import LastMail
from daemon.model.plan import Article
from daemon.model.promise_effect import Approve, SetMacd
from daemon.model.promises import Charges, business_days
from daemon.rules.macd.approvers import surcharge
from daemon.rules.macd.commission import Order, hints, is_outside, requested, tell_changed, to_urgent_team, wish
from daemon.rules.notices import to_mpoc
from tests.rules.making import ACME, APPROVER, CHARTER, FOREIGN, NOW, OTHER, PLAN, PRIMARY, a_case, charter_with, mt

NIGHT = mt(2026, 11, 20, 21)
ORDER = Order(
    at=NOW, actor="agent1@desk.example", event="mail 7", request=LastMail(PRIMARY, "Two phones, please.", NOW)
)


def asked(effects: tuple[Effect, ...]) -> list[str]:
    """Return whom effects ask for an approval."""
    return [e.notice.to.address for e in effects if isinstance(e, Queue) and e.notice.kind == "approval_asked"]


def kinds(effects: tuple[Effect, ...]) -> list[type[Effect]]:
    """Return the kinds of effects but for mails, in their order."""
    return [type(effect) for effect in effects if not isinstance(effect, Queue)]


EARLIER = NOW - timedelta(days=7)
FIRST = Clock(name=ClockName.FIRST_RESPONSE, started_at=EARLIER, terms=Terms(business_days(1), "P4"), id=1)


@pytest.mark.parametrize(("clocks", "at"), [((FIRST,), EARLIER), ((), NOW)], ids=["unanswered", "answered"])
def test_r10_2_a_request_of_an_approver_was_approved_at_its_receipt(clocks: tuple[Clock, ...], at: datetime) -> None:
    """R10.2: `#macd` needs nobody; an unanswered case was received when it began, another becomes a request now."""
    effects = requested(a_case(requester=APPROVER, clocks=clocks), Macd.STANDARD, ORDER, CHARTER)

    assert kinds(effects) == [SetMacd, Approve]
    (approved,) = (effect for effect in effects if isinstance(effect, Approve))
    assert (approved.at, approved.actor) == (at, APPROVER)


@pytest.mark.parametrize("waiting_on", [None, WaitingOn.APPROVAL])
def test_r10_2_any_other_waits_for_the_approvers(waiting_on: WaitingOn | None) -> None:
    """R10.2: they are asked, with the request; anew, where the agent says it once more."""
    effects = requested(a_case(requester=PRIMARY, waiting_on=waiting_on), Macd.STANDARD, ORDER, CHARTER)

    assert kinds(effects) == [SetMacd, SetWaiting, Record]
    assert asked(effects) == [APPROVER]
    (question,) = (effect.notice for effect in effects if isinstance(effect, Queue))
    assert question.text == "Two phones, please."


def test_r10_2_what_is_approved_stays_approved() -> None:
    """R10.2: a change of kind asks nobody again."""
    case = a_case(requester=PRIMARY, kind=Kind.MACD, macd=Macd.STANDARD, approved_at=NOW)

    effects = requested(case, Macd.EXPEDITED, ORDER, CHARTER)

    assert kinds(effects) == [SetMacd, Record]
    assert asked(effects) == []


@pytest.mark.parametrize(("customer", "requester"), [("globex", FOREIGN), ("gone", "primary@gone.example")])
def test_r10_2_nobody_to_ask_breaks_nothing(customer: str, requester: str) -> None:
    """R10.2: a customer without approvers, or one that is not configured any more."""
    effects = requested(a_case(customer=customer, requester=requester), Macd.STANDARD, ORDER, CHARTER)

    assert kinds(effects)[0] is SetMacd
    assert asked(effects) == []


@pytest.mark.parametrize(("cents", "flags"), [(None, 1), (7_500, 0)])
def test_r10_4_without_a_surcharge_the_case_is_flagged(cents: int | None, flags: int) -> None:
    """R10.4: expedited and nothing configured: a manual line is needed; no figure is invented."""
    charter = charter_with(charges=Charges(expedite_cents=cents))
    case = a_case(requester=APPROVER)

    flagged = [e for e in requested(case, Macd.EXPEDITED, ORDER, charter) if isinstance(e, Record)]

    assert [record.event for record in flagged] == ["charge_open"] * flags
    assert not [e for e in requested(case, Macd.STANDARD, ORDER, charter) if isinstance(e, Record)]


@pytest.mark.parametrize(
    ("cents", "words"), [(None, ""), (0, "0.00 USD"), (7_505, "75.05 USD"), (100_000, "1000.00 USD")]
)
def test_r10_4_a_surcharge_is_exact(cents: int | None, words: str) -> None:
    """R10.4: integer cents, two digits."""
    assert surcharge(replace(PLAN, charges=Charges(expedite_cents=cents))) == words


def test_r10_3_by_night_it_goes_to_the_team_that_is_there() -> None:
    """R10.3: to the urgent team, else the default one; by day, or where it is with them, it stays."""
    charter = charter_with(urgent_team="voice")
    case = a_case(team="support", assignee="agent1")
    by_night = replace(ORDER, at=NIGHT)

    effects = to_urgent_team(case, by_night, charter)

    assert kinds(effects) == [Assign]
    (given,) = (effect for effect in effects if isinstance(effect, Assign))
    assert (given.team, given.assignee, len(effects)) == ("voice", "night", 2)
    assert to_urgent_team(case, ORDER, charter) == ()
    assert to_urgent_team(replace(case, team="voice"), by_night, charter) == ()
    assert to_urgent_team(case, by_night, CHARTER) == ()  # the default team has it


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (mt(2026, 12, 18, 18, 59, 59), False),
        (mt(2026, 12, 18, 19), True),
        (mt(2026, 12, 21, 6, 59, 59), True),
        (mt(2026, 12, 21, 7), False),
        (mt(2026, 12, 19, 12), True),
        (mt(2026, 12, 25, 12), True),
    ],
)
def test_r10_3_the_extended_hours_are_half_open(at: datetime, outside: bool) -> None:
    """R10.3, R3.1: Monday-Friday 07:00-19:00, holidays left out."""
    assert is_outside(PLAN, at) is outside


def test_r10_5_hints_are_in_the_readers_language() -> None:
    """R10.5: a line each; where nothing is written in a language, in the plan's first one."""
    articles = (Article("en", "Passwords", "In the portal."), Article("fr", "Mots de passe", ""))
    plan = replace(PLAN, articles=articles)

    assert hints(plan, "en") == "Passwords: In the portal."
    assert hints(plan, "fr") == "Mots de passe"
    assert hints(plan, "de") == "Passwords: In the portal."
    assert hints(PLAN, "en") == ""


def test_r10_3_the_customer_is_told_what_the_case_is_now() -> None:
    """R10.2, R10.3: its kind, who must approve, what haste costs."""
    case = a_case(kind=Kind.MACD, macd=Macd.EXPEDITED, waiting_on=WaitingOn.APPROVAL)
    other = next(mpoc for mpoc in ACME.mpocs if mpoc.email == OTHER)

    told = tell_changed(case, to_mpoc(other), "mail 7", charter_with(charges=Charges(expedite_cents=7_500)))

    assert dict(told.notice.facts) == {
        "macd": "expedited",
        "approval": "yes",
        "approvers": "Acme Approver",
        "surcharge": "75.00 USD",
    }


@pytest.mark.parametrize(
    ("words", "macd", "shown"),
    [
        ({"macd"}, None, "macd"),
        ({"expedite"}, None, "expedite"),
        ({"macd", "expedite"}, Macd.STANDARD, "expedite"),
        ({"macd"}, Macd.STANDARD, ""),
        ({"expedite", "macd"}, Macd.EXPEDITED, ""),
        ({"escalate"}, None, ""),
        (set(), None, ""),
    ],
)
def test_r10_3_what_a_replys_address_asks_for_is_shown(words: set[str], macd: Macd | None, shown: str) -> None:
    """R10.3: only what the case is not yet."""
    case = a_case(kind=Kind.MACD if macd else Kind.SUPPORT, macd=macd)

    assert wish(words, case) == shown
