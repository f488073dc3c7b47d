"""Stories of what the reports say: promises kept and missed, work and money, the weekly mail to managers."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from daemon.model.case import Macd
from daemon.model.effect import Decision, Effect
from daemon.model.outcome import Outcome
from daemon.model.people import EscalationLevel
from daemon.model.promise_effect import Approve, RecordTime, SetMacd
from daemon.model.report import CaseCount, MissedClock, Period, Promises, SlaRow, Surcharge, WorkLine
from daemon.model.setup import Config
from daemon.posting import Posting
from daemon.rules.report_period import span_of
from daemon.store import report_cases, report_sla, report_time
from daemon.store.cases import lock_cases
from daemon.store.database import Connection, reading, transaction
from daemon.store.tables import outbox
from daemon.tick import Action, tick
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

pytestmark = pytest.mark.both_databases

PRIMARY = "primary@acme.example"
MANAGER = "manager@desk.example"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@contextmanager
def reading_of(desk: TestDesk) -> Iterator[Connection]:
    """Give a connection that reads."""
    with reading(desk.desk.engine) as connection:
        yield connection


def asked(desk: TestDesk, period: Period = NOVEMBER, customer: str | None = None) -> report_sla.Asked:
    """Return what a report on promises is asked for, as of now."""
    return report_sla.Asked(span=span_of(period, desk.desk.config.plan.zone), now=desk.now, customer=customer)


def promised(desk: TestDesk, period: Period = NOVEMBER) -> dict[tuple[str, str], Promises]:
    """Return the promises by priority and clock."""
    with reading_of(desk) as connection:
        rows: tuple[SlaRow, ...] = report_sla.promises(connection, asked(desk, period))
    return {(row.priority, row.clock): row.promises for row in rows}


def missed(desk: TestDesk, period: Period = NOVEMBER) -> list[MissedClock]:
    """Return what was missed."""
    with reading_of(desk) as connection:
        return list(report_sla.missed(connection, asked(desk, period), prefix="SUP"))


def worked(desk: TestDesk, period: Period, customer: str | None = None) -> list[WorkLine]:
    """Return the lines of work."""
    plan = desk.desk.config.plan
    tariff = report_time.Tariff(charges=plan.charges, zone=plan.zone, prefix="SUP")
    with reading_of(desk) as connection:
        return list(report_time.work_lines(connection, period, tariff, customer=customer))


def happens(desk: TestDesk, case: int, *effects: Effect) -> None:
    """Let something happen to a case, as a command would."""
    from daemon.apply import apply

    decision = Decision(outcome=Outcome.AGENT_NOTE, effects=effects, reason="a test", rules=("R10.4",), case=case)
    with transaction(desk.desk.engine) as connection:
        apply(connection, decision, Posting(desk.desk, desk.now, None), cases=lock_cases(connection, [case]))


def works(desk: TestDesk, case: int, minutes: int, at: str) -> None:
    """Let agent1 record minutes."""
    happens(desk, case, RecordTime(case=case, minutes=minutes, at=datetime.fromisoformat(at), actor="agent1"))


def is_macd(desk: TestDesk, case: int, macd: Macd, at: datetime | None = None) -> None:
    """Let agent1 make a case a MACD request."""
    happens(desk, case, SetMacd(case=case, macd=macd, at=at or desk.now, actor="agent1", why="R10.1"))


def approved(desk: TestDesk, case: int) -> None:
    """Let the approver say yes."""
    happens(desk, case, Approve(case=case, at=desk.now, actor=PRIMARY))


def opened(desk: TestDesk) -> int:
    """Let an MPOC open a case."""
    return desk.mpoc(PRIMARY).writes("Phones are down").case


def answered(desk: TestDesk, case: int) -> None:
    """Let the technician answer."""
    desk.assignee(case).answers(case, "We are looking into it.\n")


def test_r3_3_a_promise_kept_late_or_open_is_counted_as_such(desk: TestDesk) -> None:
    """R3.3: of three first responses one is in time, one late, one still owed; reasons are given for two."""
    in_time, late, owed = opened(desk), opened(desk), opened(desk)
    desk.it_is("2026-11-16T18:00:00+00:00")
    answered(desk, in_time)
    desk.it_is("2026-11-17T17:25:30+00:00")
    answered(desk, late)
    desk.it_is("2026-11-18T16:00:00+00:00")

    assert promised(desk)["P4", "first_response"] == Promises(kept=1, missed=2)
    first, second = missed(desk)
    assert (first.case, first.state, first.late_minutes, first.breach) == (f"SUP-{late}", "met late", 86, "ran out")
    assert (second.case, second.state, second.late_minutes) == (f"SUP-{owed}", "open", 24 * 60)
    assert (first.basis, first.due) == ("P4", datetime.fromisoformat("2026-11-17T16:00:00+00:00"))


def test_r3_3_what_is_not_due_yet_is_open_and_what_is_closed_stopped(desk: TestDesk) -> None:
    """R3.3, R3.4: a clock that runs is open; one that a closing stopped had nothing left to keep."""
    opened(desk)
    closed = opened(desk)
    desk.it_is("2026-11-16T18:00:00+00:00")
    answered(desk, closed)
    desk.it_is("2026-11-16T19:00:00+00:00")
    desk.assignee(closed).answers(closed, "#status closed\n\nDone and tested.\n")

    counts = promised(desk)

    assert counts["P4", "first_response"] == Promises(kept=1, open=1)
    assert counts["P4", "update"].stopped + counts["P4", "update"].kept == 1
    assert counts["P4", "update"].missed == 0
    assert missed(desk) == []


def test_r3_11_a_breach_by_reclassification_stands_apart(desk: TestDesk) -> None:
    """R3.11: a due time that a change of priority put into the past is no missed promise of its own."""
    case = opened(desk)
    desk.it_is("2026-11-16T20:00:00+00:00")
    desk.assignee(case).answers(case, "#priority 1\n#note\n\nIt is worse than it seemed.\n")

    assert promised(desk)["P1", "first_response"] == Promises(reclassified=1)
    assert [line.breach for line in missed(desk)] == ["by reclassification"]


def test_r3_3_each_clock_counts_in_exactly_one_period(desk: TestDesk) -> None:
    """R3.3: a clock belongs to the period in which it was due: the days of a month sum up to the month."""
    for _ in range(3):
        case = opened(desk)
        desk.days_pass(0.4)
        answered(desk, case)
        desk.days_pass(2.2)
    day = timedelta(days=1)
    days = [Period(first, first) for first in (NOVEMBER.first + number * day for number in range(30))]

    by_day = [sum(promised(desk, period).values(), Promises()) for period in days]

    assert sum(by_day, Promises()) == sum(promised(desk).values(), Promises())
    assert len(missed(desk)) == sum(len(missed(desk, period)) for period in days)


def test_the_customers_silence_is_no_promise_of_ours(desk: TestDesk) -> None:
    """R6.2: the clock of a customer's silence runs out in nobody's disfavour: no report counts it."""
    case = opened(desk)
    desk.assignee(case).answers(case, "#waiting\n\nWhich telephone is it?\n")
    desk.days_pass(10)
    desk.ticks()

    assert "waiting" not in {clock for _, clock in promised(desk)}


def test_r10_4_minutes_are_rounded_once_a_case_and_month(desk: TestDesk) -> None:
    """R10.4: 1 + 15 minutes are 16, so $50; an entry counts at its receipt, in the month of the plan's zone."""
    case = opened(desk)
    is_macd(desk, case, Macd.STANDARD)
    works(desk, case, 1, "2026-11-17T17:00:00+00:00")
    works(desk, case, 15, "2026-11-18T17:00:00+00:00")
    works(desk, case, 60, "2026-12-01T06:59:59+00:00")  # 30 November, 23:59:59 in Denver
    works(desk, case, 1, "2026-12-01T07:00:00+00:00")

    lines = worked(desk, Period(date(2026, 11, 1), date(2026, 12, 31)))

    assert [(line.month, line.minutes, line.charged_minutes, line.work_cents) for line in lines] == [
        ("2026-11", 76, 90, 15_000),
        ("2026-12", 1, 15, 2_500),
    ]


def test_r10_4_time_on_a_support_case_costs_nothing(desk: TestDesk) -> None:
    """R10.4: only time on MACD cases is charged; the rest is shown."""
    case = opened(desk)
    works(desk, case, 61, "2026-11-17T17:00:00+00:00")

    (line,) = worked(desk, NOVEMBER)

    assert (line.minutes, line.charged_minutes, line.total_cents, line.kind) == (61, 0, 0, "support")


def with_surcharge(cents: int | None) -> Any:
    """Return a change of the configuration."""

    def change(config: Config) -> Config:
        charges = replace(config.plan.charges, expedite_cents=cents)
        return replace(config, plan=replace(config.plan, charges=charges))

    return change


def test_r10_4_expediting_is_charged_once_in_the_month_in_which_it_was_asked_for(desk: TestDesk) -> None:
    """R10.4: the surcharge is the configured one, once a case, whether or not time was recorded."""
    desk.change(with_surcharge(15_000))
    case = opened(desk)
    desk.it_is("2026-11-30T17:00:00+00:00")
    is_macd(desk, case, Macd.EXPEDITED)
    is_macd(desk, case, Macd.EXPEDITED, at=desk.now + timedelta(days=2))
    approved(desk, case)
    works(desk, case, 16, "2026-12-03T17:00:00+00:00")

    november, december = worked(desk, Period(date(2026, 11, 1), date(2026, 12, 31)))

    assert (november.surcharge, november.total_cents, november.minutes) == (Surcharge.CHARGED, 15_000, 0)
    assert (december.surcharge, december.surcharge_cents, december.total_cents) == (Surcharge.NONE, 0, 5_000)


def test_r10_4_without_a_configured_surcharge_the_case_is_flagged(desk: TestDesk) -> None:
    """R10.4: no figure is invented: the line says that somebody has to bill it by hand."""
    desk.change(with_surcharge(None))
    case = opened(desk)
    is_macd(desk, case, Macd.EXPEDITED)
    approved(desk, case)
    works(desk, case, 1, "2026-11-17T17:00:00+00:00")

    (line,) = worked(desk, NOVEMBER)

    assert (line.surcharge, line.surcharge_cents, line.total_cents) == (Surcharge.MANUAL, 0, 2_500)


def test_r10_2_expediting_that_nobody_approved_costs_nothing(desk: TestDesk) -> None:
    """R10.2, R10.4: declined or still waiting, a request bears no surcharge; only the recorded time is charged."""
    desk.change(with_surcharge(15_000))
    idle, worked_on = opened(desk), opened(desk)
    for case in (idle, worked_on):
        is_macd(desk, case, Macd.EXPEDITED)
    works(desk, worked_on, 16, "2026-11-17T17:00:00+00:00")

    (line,) = worked(desk, NOVEMBER)

    assert (line.case, line.approved) == (f"SUP-{worked_on}", False)
    assert (line.surcharge, line.surcharge_cents, line.total_cents) == (Surcharge.NONE, 0, 5_000)


def test_r10_4_expediting_that_is_approved_in_the_next_month_is_charged_there(desk: TestDesk) -> None:
    """R10.2, R10.4: it is owed from the approval on; the month before, billed by then, does not change."""
    desk.change(with_surcharge(15_000))
    case = opened(desk)
    is_macd(desk, case, Macd.EXPEDITED)
    desk.it_is("2026-12-01T17:00:00+00:00")
    approved(desk, case)

    (line,) = worked(desk, Period(date(2026, 11, 1), date(2026, 12, 31)))

    assert (line.month, line.surcharge, line.total_cents) == ("2026-12", Surcharge.CHARGED, 15_000)


def test_cases_are_counted_by_status_and_age(desk: TestDesk) -> None:
    """R4: what was opened in the period by its present status; what is open by its age, whenever it was opened."""
    oldest = opened(desk)
    desk.days_pass(20)
    closed = opened(desk)
    desk.assignee(closed).answers(closed, "#status closed\n\nDone and tested.\n")
    desk.days_pass(2)
    opened(desk)
    span = span_of(Period(date(2026, 12, 1), date(2026, 12, 31)), desk.desk.config.plan.zone)

    with reading_of(desk) as connection:
        statuses = report_cases.by_status(connection, span, customer="acme")
        ages = report_cases.by_age(connection, now=desk.now, zone=desk.desk.config.plan.zone, customer=None)
        (flow,) = report_cases.flow(connection, span, customer=None)

    assert statuses == (
        CaseCount(customer="acme", value="new", cases=1),
        CaseCount(customer="acme", value="closed", cases=1),
    )
    assert {count.value: count.cases for count in ages} == {"0-1": 1, "15-30": 1}
    assert (flow.opened, flow.closed) == (2, 1)
    assert desk.case(oldest).status != "closed"


# --- the weekly mail ------------------------------------------------------------------------------------------------


def reports(desk: TestDesk, to: str = MANAGER) -> list[Mail]:
    """Return the weekly reports that somebody got."""
    return [mail for mail in desk.mails_to(to) if mail.kind == "weekly_report"]


def keys(desk: TestDesk) -> list[str]:
    """Return the keys of all weekly reports."""
    query = select(outbox.c.key).where(outbox.c.kind == "weekly_report").order_by(outbox.c.id)
    with reading_of(desk) as connection:
        return list(connection.execute(query).scalars())


def test_managers_get_the_week_when_the_next_one_opens(desk: TestDesk) -> None:
    """R3.3: on Monday at 08:00 each manager gets the figures of the past Monday to Sunday, not a minute before."""
    late = opened(desk)
    desk.it_is("2026-11-17T17:30:00+00:00")
    answered(desk, late)
    desk.it_is("2026-11-23T14:59:59+00:00")
    desk.ticks()
    assert reports(desk) == []

    desk.it_is("2026-11-23T15:00:00+00:00")
    queued = [ticked for ticked in desk.ticks() if ticked.action is Action.NOTICE_QUEUED]

    (report,) = reports(desk)
    assert [(ticked.case, ticked.at) for ticked in queued] == [(None, desk.now)]
    assert keys(desk) == [f"report:2026-11-16:{MANAGER}"]
    assert "Monday 16 November 2026" in report.text
    assert f"SUP-{late}, Acme" in report.text
    assert "1 h 30 min late" in report.text


def test_the_report_carries_its_charts_and_says_the_same_in_words(desk: TestDesk) -> None:
    """S3.5: the pictures are parts of the mail itself, each shown by the HTML, each with words beside it."""
    answered(desk, opened(desk))
    opened(desk)
    desk.it_is("2026-11-23T15:00:00+00:00")
    desk.ticks()

    message = reports(desk)[0].message
    pictures = {str(part["Content-ID"]).strip("<>"): part.get_content() for part in message.walk() if is_png(part)}
    page = message.get_body(("html",))
    assert page is not None
    html = str(page.get_content())

    assert len(pictures) == 2
    assert all(octets.startswith(b"\x89PNG\r\n") for octets in pictures.values())
    assert all(html.count(f'src="cid:{content_id}" alt="') == 1 for content_id in pictures)


def is_png(part: Any) -> bool:
    """Tell whether a part is a picture."""
    return bool(part.get_content_type() == "image/png")


def test_the_report_is_sent_once_however_often_it_is_looked_for(desk: TestDesk) -> None:
    """R3.3: a second tick, and two daemons at once, add nothing."""
    opened(desk)
    desk.it_is("2026-11-23T15:00:00+00:00")
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda _: tick(desk.desk, now=desk.now), range(2)))
    desk.days_pass(3)
    desk.ticks()

    assert keys(desk) == [f"report:2026-11-16:{MANAGER}"]
    assert sum(ticked.action is Action.NOTICE_QUEUED for ticks in done for ticked in ticks) == 1


def test_after_a_long_outage_only_the_last_week_is_told(desk: TestDesk) -> None:
    """R3.3: nobody reads four old reports: what comes late is the last week's alone."""
    opened(desk)
    desk.it_is("2026-12-16T20:00:00+00:00")
    desk.ticks()

    assert keys(desk) == [f"report:2026-12-07:{MANAGER}"]


def test_a_new_desk_has_no_last_week(desk: TestDesk) -> None:
    """R3.3: no report of weeks before the desk's first event."""
    desk.ticks()
    opened(desk)
    desk.days_pass(2)
    desk.ticks()

    assert keys(desk) == []


def test_who_wants_no_report_gets_none(desk: TestDesk) -> None:
    """R3.3: `weekly_report: false` sends nothing; without managers there is nobody to send it to."""
    opened(desk)
    desk.it_is("2026-11-23T15:00:00+00:00")
    configured = desk.desk.config
    desk.change(lambda config: replace(config, plan=replace(config.plan, weekly_report=False)))
    desk.ticks()
    only_support = (EscalationLevel(1, "Support", ("agent1",)),)
    people = replace(configured.directory, escalation=only_support)
    desk.change(lambda _config: replace(configured, directory=people))
    desk.ticks()

    assert keys(desk) == []


def test_the_figures_of_the_week_agree_with_the_reports(desk: TestDesk) -> None:
    """R3.3: the mail says what `supportd report` says of the same days: the sums over customers are the total."""
    for text in ("one", "two", "three"):
        answered(desk, desk.mpoc(PRIMARY).writes(text).case)
        desk.days_pass(1.3)
    works(desk, opened(desk), 25, "2026-11-20T17:00:00+00:00")
    desk.it_is("2026-11-23T15:00:00+00:00")
    week = Period(date(2026, 11, 16), date(2026, 11, 22))
    total = sum(promised(desk, week).values(), Promises())
    desk.ticks()
    with reading_of(desk) as connection:
        payload = connection.execute(select(outbox.c.payload).where(outbox.c.kind == "weekly_report")).scalar_one()

    figures = json.loads(dict(payload["notice"]["facts"])["figures"])

    assert (figures["total"]["kept"], figures["total"]["missed"]) == (total.kept, total.missed)
    assert sum(row["kept"] for row in figures["sla"]) == sum(row["kept"] for row in figures["customers"]) == total.kept
    assert len(figures["missed"]) + figures["more_missed"] == total.missed + total.reclassified
    assert figures["minutes"] == 25
    assert figures["open_now"] == sum(row["cases"] for row in figures["ages"])
