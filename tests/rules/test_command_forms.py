"""The forms in which a command may be written: a table of what is read, with what it is read as, and of what is not.

It is Wednesday 18 November 2026, 10:00 in Denver.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.case import Kind, Status
from daemon.model.case_effect import AddParticipant, Assign, ChangeStatus, LinkCases, SetPriority, SetWaiting
from daemon.model.effect import Decision, Effect
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.promise_effect import RecordTime, SetCarrierDelay, SetEtr, SetMacd, SetVendor
from daemon.model.promises import HOUR, TWO_BUSINESS_DAYS, Vendor
from daemon.rules.commands.table import BY_NAME
from daemon.rules.commands.text import misplaced_commands
from tests.rules.making import DENVER, PLAN, a_case, charter_with, commanded, fact, mt, notices

VENDORS = (Vendor("carrier1", "Carrier One", HOUR, HOUR), Vendor("lines", "Lines & Co", HOUR, TWO_BUSINESS_DAYS))
CHARTER = charter_with(vendors=VENDORS, provider=replace(PLAN.provider, billing_address="billing@desk.example"))
CASE = a_case(kind=Kind.MACD)
OTHER = a_case(7)

ACCEPTED: dict[str, tuple[str, ...]] = {
    "on_hold 2026-12-01": (
        "#hold 2026-12-01", "#hold 2026-12-1", "#hold 2026/12/01", "#hold 2026.12.01", "#Hold: 2026-12-01",
        "#HOLD 2026-12-01.", "# hold 2026-12-01", "#hold\u00a02026\u201112\u201101", "#hold 2026\u201312\u201301",
        "#hold \u201c2026-12-01\u201d", "#hold 1 december", "#hold 1 December 2026", "#hold 1st December",
        "#hold 1st of December", "#hold the 1st of December", "#hold december 1", "#hold December 1, 2026",
        "#hold dec 1", "#hold Dec. 1st", "#hold 1 dec", "#hold 1 décembre", "#hold 1er décembre",
        "#hold 1er decembre 2026", "#hold 1 déc", "#hold le 1er déc.", "#hold until 1 december", "#hold on dec 1",
        "#hold \uff12\uff10\uff12\uff16\uff0d\uff11\uff12\uff0d\uff10\uff11", "#hold 2026-12-01<br>",
    ),
    "on_hold 2026-11-23": (
        "#hold monday", "#hold Monday", "#hold MONDAY", "#hold mon", "#hold next monday", "#hold on monday",
        "#hold lundi", "#hold lundi prochain", "#hold prochain lundi", "#hold until monday", "#hold monday.",
        "#hold: monday", "#hold saturday", "#hold samedi", "#hold sunday", "#hold dimanche prochain",
    ),
    "on_hold 2026-11-19": (
        "#hold tomorrow", "#hold Tomorrow", "#hold demain", "#hold thursday", "#hold jeudi", "#hold thu",
    ),
    "on_hold 2026-11-25": ("#hold wednesday", "#hold mercredi", "#hold next wednesday"),
    "on_hold 2027-02-15": (
        "#hold 15 february", "#hold 15 feb", "#hold 15 février", "#hold 15 fevrier", "#hold févr. 15",
    ),
    "on_hold 2027-08-02": ("#hold 1 august", "#hold 1er août", "#hold aug 1st"),
    "etr 2026-12-01 14:00": (
        "#etr 2026-12-01 14:00", "#etr 2026-12-01 14h", "#etr 2026-12-01 14h00", "#etr 2026-12-01 2pm",
        "#etr 2026-12-01T14:00", "#etr 2026-12-01, 14:00", "#etr 2026-12-01 at 2 pm", "#etr 1 december 14:00",
        "#etr 1er décembre à 14h", "#etr dec 1, 2pm", "#etr 2026-12-01 14:00:00", "#ETR: 2026-12-01 14:00.",
        "#etr 2026\u201312\u201301\u00a014:00", "#etr 2026-12-01 14 h 00", "#etr december 1, 2026 2:00 PM",
    ),
    "etr 2026-11-19 09:30": (
        "#etr tomorrow 9:30", "#etr tomorrow at 9:30", "#etr tomorrow 09:30", "#etr tomorrow 9h30",
        "#etr demain 9h30", "#etr demain à 9h30", "#etr tomorrow 9:30am", "#etr tomorrow 9:30 a.m.",
        "#etr thursday 9:30", "#etr tomorrow, 9:30",
    ),
    "etr 2026-11-23 08:00": (
        "#etr monday 08h00", "#etr monday 8h", "#etr lundi 8h", "#etr next monday 8am", "#etr lundi prochain 8:00",
    ),
    "etr 2026-11-18 14:00": (
        "#etr 2pm", "#etr 2 pm", "#etr 2 p.m.", "#etr 14:00", "#etr 14h", "#etr 14h00", "#etr today 14:00",
        "#etr at 2pm", "#etr aujourd\u2019hui 14h", "#etr 2:00pm",
    ),
    "etr 2026-11-18 12:00": ("#etr noon", "#etr 12pm", "#etr midi", "#etr 12:00"),
    "etr 2026-11-19 00:00": (
        "#etr tomorrow midnight", "#etr tomorrow 12am", "#etr demain minuit", "#etr tomorrow 0:00",
    ),
    "80 minutes": (
        "#time 1h20", "#time 1h20m", "#time 1h 20m", "#time 1h 20", "#time 1h20min", "#time 1 h 20 min",
        "#time 1:20", "#time 80", "#time 80m", "#time 80 min", "#time 80 minutes", "#time 1 hour 20 minutes",
        "#time 1 hr 20", "#time 1 heure 20", "#time 1h and 20m", "#time 1 heure et 20 minutes", "#Time: 1h20.",
        "#TIME 1H20", "#time 80mn", "#time 1\u00a0h\u00a020", "#time 01:20",
    ),
    "90 minutes": (
        "#time 90", "#time 1.5h", "#time 1,5h", "#time 1.5 h", "#time 1,5 heures", "#time 1.5 hours", "#time 1h30",
    ),
    "25 minutes": ("#time 25m", "#time 0:25", "#time 0h25", "#time 25 Min.", "#time 25"),
    "20 minutes": ("#time 0.33h", "#time 0,33 h"),
    "1440 minutes": ("#time 24h", "#time 1440", "#time 24:00"),
    "1 minutes": ("#time 1", "#time 1m", "#time 0.01h"),
    "in_progress": ("#status in-progress", "#status in progress", "#status In_Progress", "#status: in-progress"),
    "closed_no_response": ("#status closed-no-response", "#status closed no response", "#status CLOSED_NO_RESPONSE"),
    "resolved_follow_up": (
        "#status resolved", "# status resolved", "#Status: resolved", "#status resolved.", "#status\u00a0resolved",
        "#status\tresolved", "\uff03status resolved", "#status \uff52\uff45\uff53\uff4f\uff4c\uff56\uff45\uff44",
        "#status 'resolved'", "#status resolved <br/>", "#status=resolved", "\ufeff#status resolved",
        "#STATUS RESOLVED!",
    ),
    "shipping 2026-12-01": (
        "#status shipping 2026-12-01", "#status shipping 1 december", "#status: shipping dec 1.",
    ),
    "P2": ("#priority 2", "#priority P2", "#priority p2", "#Priority: 2.", "#priority \uff12"),
    "P1G": ("#p1g Calls fail", "#P1G Calls fail", "#p1g: Calls fail.", "# p1g  Calls fail"),
    "agent2": (
        "#assign agent2", "#assign Kim Two", "#assign KIM TWO", "#assign \u201cKim Two\u201d",
        "#assign agent2@desk.example",
    ),
    "vendor carrier1": (
        "#vendor carrier1", "#vendor Carrier One", "#vendor CARRIER ONE", "#vendor: Carrier One.",
        "#vendor \u00abCarrier One\u00bb",
    ),
    "vendor lines": ("#vendor lines", "#vendor Lines & Co", "#vendor lines & co."),
    "customer": ("#waiting", "#Waiting.", "# waiting", "#waiting:"),
    "expedited": ("#macd expedited", "#MACD Expedited", "#macd expedite", "#macd: expedited."),
    "standard": ("#macd standard", "#macd \u201cstandard\u201d"),
    "carrier 2026-12-01 19:00": (
        "#carrier-delay 2026-12-01", "#carrier_delay 2026-12-01", "#carrier\u2011delay 1 december",
        "#Carrier-Delay: dec 1",
    ),
    "duplicate of 7": (
        "#duplicate 7", "#duplicate SUP-7", "#duplicate sup-7", "#duplicate [SUP-7]", "#duplicate SUP\u20117",
    ),
    "new@acme.example": (
        "#cc new@acme.example", "#cc <New@Acme.Example>", "#cc mailto:new@acme.example", "#cc new@acme.example.",
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[str, ...]] = {
    "could be two dates: write 2026-12-01 or 2027-01-12": (
        "#hold 12/01", "#hold 12-01", "#hold 1/12", "#hold 01.12.",
    ),
    "could be two dates: write 2027-01-12 or 2027-12-01": (
        "#hold 12/01/2027", "#hold 01/12/27", "#etr 12/01/2027 14:00",
    ),
    "is no date": (
        "#hold soon", "#hold in 3 days", "#hold next week", "#hold mar", "#hold december", "#hold 1",
        "#hold 2026-02-30", "#hold 31 november", "#hold 2026-13-01", "#hold 20261201", "#hold 2026-W49-1",
        "#hold 1 foo", "#hold 0 december", "#hold today monday", "#hold dec 1 26", "#carrier-delay whenever",
        "#status shipping soon",
    ),
    "is not after today": (
        "#hold today", "#hold 2026-11-18", "#hold 2026-11-17", "#hold aujourd'hui", "#carrier-delay today",
    ),
    "is more than a year away": ("#hold 2028-11-18", "#etr 2028-01-01 9:00", "#hold 1 december 2027 "),
    "is no date with a time": (
        "#etr", "#etr tomorrow", "#etr 2026-12-01", "#etr 14", "#etr tomorrow 14", "#etr 25:00", "#etr 24:00",
        "#etr 9:75", "#etr 13pm", "#etr 0pm", "#etr 9.30", "#etr soon", "#etr 14:00 tomorrow",
        "#etr tomorrow 9:30 UTC", "#etr -1:00",
    ),
    "is past: it is 2026-11-18 10:00": (
        "#etr 9:30", "#etr 10:00", "#etr today 9am", "#etr 2026-11-18 08:00", "#etr 2026-11-01 14:00",
    ),
    "the nearest is 2027-03-14 03:00": ("#etr 2027-03-14 02:30", "#etr 2027-03-14 2:00", "#etr 14 march 2:59am"),
    "is no time of work": (
        "#time", "#time 0", "#time 0m", "#time 0h00", "#time -25m", "#time 25s", "#time 1.5", "#time 1,5",
        "#time 1h75", "#time 1:75", "#time 1:5", "#time one hour", "#time 1h20 and a half", "#time 2d",
        "#time \u00bdh", "#time 1h 20m 30s", "#time 9:00-10:00",
    ),
    "a mail records at most 24 hours": ("#time 25h", "#time 1441", "#time 99999m", "#time 24:01"),
    "is no status": ("#status", "#status done", "#status closd", "#status on-hold", "#status new"),
    "takes nothing more": (
        "#status closed now", "#waiting please", "#note this", "#billing please", "#help me",
        "#stop it", "#status resolved #priority 3",
    ),
    "is no priority": (
        "#priority", "#priority 5", "#priority 0", "#priority high", "#priority P1G", "#priority 1.5",
    ),
    "is no vendor; did you mean carrier1?": ("#vendor carier1", "#vendor Carrier Two"),
    "is no vendor; there are: carrier1, lines": ("#vendor xyzzy",),
    "is no kind of MACD request": ("#macd", "#macd fast", "#macd standart"),
    "is no case": ("#duplicate", "#duplicate soon", "#duplicate ABC-7", "#master", "#master -7", "#master 7.5"),
    "is no level": ("#escalate now", "#escalate 0", "#escalate 12", "#escalate -2"),
    "is no e-mail address": ("#cc", "#cc nobody", "#cc a@b", "#cc two@acme.example three@acme.example"),
    "there is no command": (
        "#etrr tomorrow 9:30", "#Statuss: closed", "#carrierdelay 2026-12-01", "#9", "#:", "#send anyway",
    ),
    "nothing of yours waits": ("#stop", "#Stop.", "#send-anyway", "#send_anyway"),
}  # fmt: skip


def wall(instant: datetime | None) -> str:
    """Return what the wall clock in Denver shows."""
    return f"{instant.astimezone(DENVER):%Y-%m-%d %H:%M}" if instant else ""


READ: dict[type[Effect], Callable[[Any], str]] = {
    ChangeStatus: lambda effect: " ".join(filter(None, (effect.status.value, wall(effect.until)[:10]))),
    SetEtr: lambda effect: f"etr {wall(effect.etr)}",
    SetCarrierDelay: lambda effect: f"carrier {wall(effect.until)}",
    RecordTime: lambda effect: f"{effect.minutes} minutes",
    SetVendor: lambda effect: f"vendor {effect.vendor}",
    SetWaiting: lambda effect: str(effect.waiting_on),
    SetPriority: lambda effect: str(effect.priority),
    SetMacd: lambda effect: str(effect.macd),
    Assign: lambda effect: str(effect.assignee),
    LinkCases: lambda effect: f"duplicate of {effect.other}",
    AddParticipant: lambda effect: str(effect.participant.address),
}


def read_as(decision: Decision) -> str:
    """Return what a mail's one command was read as."""
    (effect,) = (effect for effect in decision.effects if type(effect) in READ and known(effect))
    return READ[type(effect)](effect)


def known(effect: Effect) -> bool:
    """Tell whether this is what a command does, and not what follows from it."""
    if isinstance(effect, ChangeStatus):
        return effect.status is not Status.DUPLICATE
    if isinstance(effect, SetWaiting):
        return effect.waiting_on == "customer"
    return True


@pytest.mark.parametrize(
    ("line", "meaning"), [(line, meaning) for meaning, lines in ACCEPTED.items() for line in lines]
)
def test_a_form_is_read(line: str, meaning: str) -> None:
    """interface.md, R4.3, R3.5, R3.6, R10.1, R10.4: each form of each command means one thing."""
    case = (
        CASE
        if meaning.startswith("carrier")
        else a_case(status=Status.NEW if meaning == "in_progress" else CASE.status)
    )
    decision = commanded(line, case, OTHER, charter=CHARTER)

    assert decision.outcome is Outcome.AGENT_UPDATE, decision.reason
    assert read_as(decision) == meaning


@pytest.mark.parametrize(("line", "fault"), [(line, fault) for fault, lines in REFUSED.items() for line in lines])
def test_a_form_is_refused_with_what_would_be_right(line: str, fault: str) -> None:
    """S2.7: what could be read in two ways, or in none, is never guessed."""
    decision = commanded(f"{line}\nDear customer", CASE, OTHER, charter=CHARTER)

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert fault in fact(notices(decision)[0], "faults")
    assert [notice.kind for notice in notices(decision)] == [NoticeKind.COMMAND_FAILED]


def test_the_tables_are_not_small() -> None:
    """What agents type is various: the tables hold at least 120 forms that are read and 60 that are not."""
    assert sum(map(len, ACCEPTED.values())) >= 120
    assert sum(map(len, REFUSED.values())) >= 60


def test_a_date_without_a_year_is_the_next_one() -> None:
    """R4.3: 1 December written later in December is next year's."""
    decision = commanded("#hold 1 december", a_case(), facts={"received_at": mt(2026, 12, 2, 9)})

    assert read_as(decision) == "on_hold 2027-12-01"


@pytest.mark.parametrize("line", ["#etr dec 1 14:00", "#etr 1 december 2pm", "#etr 1er décembre à 14h"])
def test_r3_5_a_date_without_a_year_that_is_today_is_today(line: str) -> None:
    """R3.5: what is promised for this afternoon by its date is not promised for the next year."""
    decision = commanded(line, a_case(), facts={"received_at": mt(2026, 12, 1, 9)})

    assert read_as(decision) == "etr 2026-12-01 14:00"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("#hold 1 december", "2026-12-01 is not after today"),
        ("#status shipping dec 1", "2026-12-01 is not after today"),
        ("#etr dec 1 8:00", "is past: it is 2026-12-01 09:00"),
    ],
)
def test_r4_3_today_by_its_date_is_refused_and_not_moved_a_year(line: str, fault: str) -> None:
    """R4.3, R3.5: a hold until today, and an instant of today that is past, are told to the agent."""
    decision = commanded(line, a_case(), facts={"received_at": mt(2026, 12, 1, 9)})

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert fault in fact(notices(decision)[0], "faults")


def test_an_hour_that_comes_twice_is_the_first() -> None:
    """R3.5: in autumn the wall clock shows 01:30 twice; the promise holds for the first."""
    decision = commanded("#etr 2027-11-07 01:30", a_case(), facts={"received_at": mt(2027, 11, 6, 9)})
    (effect,) = (effect for effect in decision.effects if isinstance(effect, SetEtr))

    assert effect.etr == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)


WORDS = (
    "0", "1", "12", "31", "99", "2026", "9999", "0000-00-00", "2026-12-01", "29 february", "december", "monday",
    "next", "at", "9:30", "24:00", "2pm", "0am", "1h20", "1.5h", ":", "h", "none", "level", "SUP-", "\u00bd",
    "\u0663", "\u00b2", "#", ",", ".", "-", "\u2028",
)  # fmt: skip
arguments = st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=5).map(" ".join)


@given(st.sampled_from(sorted(BY_NAME)), arguments)
def test_whatever_stands_behind_a_command_it_is_carried_out_or_refused(name: str, argument: str) -> None:
    """S2.7: no argument breaks the reading: a mail is decided, one way or the other, and told to the agent."""
    decision = commanded(f"#{name} {argument}", CASE, OTHER, charter=CHARTER)

    assert notices(decision)
    assert decision.outcome in {Outcome.AGENT_UPDATE, Outcome.AGENT_NOTE, Outcome.COMMAND_FAILED}


@pytest.mark.parametrize("text", ["Hello\u2028#note", "Hello\n- #Note:", "Hello\n#note<br>", "Hello\r#note."])
def test_a_command_below_the_text_is_noticed_however_it_is_written(text: str) -> None:
    """S3.7: what was meant to stay inside is not sent."""
    assert misplaced_commands(text, BY_NAME)
