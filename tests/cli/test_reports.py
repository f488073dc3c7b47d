"""`supportd report`: the same figures as tables, CSV and JSON; dates, customers, money, formulas."""

import csv
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from daemon.cli.records import defused, money
from daemon.rules.billing import charge
from tests.cli import seeds
from tests.cli.conftest import Shell

DECEMBER = ("--from", "2026-12-01", "--to", "2026-12-31")
NOW = ("--now", "2026-12-20T12:00:00-07:00")
DUE = datetime(2026, 12, 15, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def add_clock(rows: Engine, case: int, **values: Any) -> int:
    """Insert a clock; what is not given is that of a first response that was met in time."""
    plain: dict[str, Any] = {
        "case_number": case,
        "name": "first_response",
        "active": False,
        "started_at": DUE - 24 * HOUR,
        "amount": 1,
        "unit": "business_days",
        "calendar": "business",
        "basis": "P4",
        "pauses": [],
        "due_at": DUE,
        "met_at": DUE - HOUR,
        "told": [],
    }
    return seeds.add(rows, "clocks", **(plain | values))


def add_time(rows: Engine, case: int, minutes: int, at: datetime = DUE) -> int:
    """Insert minutes of work."""
    return seeds.add(rows, "time_entries", case_number=case, agent="agent1", minutes=minutes, at=at)


@pytest.fixture
def desk(rows: Engine) -> dict[str, int]:
    """A desk with promises kept and missed, for two customers, and work on three cases."""
    acme = seeds.add_case(rows, priority="P2")
    globex = seeds.add_case(rows, customer="globex", status="closed", closed_at=DUE, opened_at=DUE - 400 * HOUR)
    macd = seeds.add_case(rows, kind="macd", macd="expedited", approved_at=DUE)
    late = {"met_at": DUE + HOUR, "breached_at": DUE, "breach": "ran out"}
    add_clock(rows, acme)
    add_clock(rows, acme, name="update", basis="contract of =acme", **late)
    add_clock(rows, acme, name="on_demand", met_at=None, stopped_at=DUE - HOUR)
    add_clock(rows, globex, **late | {"breach": "by reclassification"})
    add_clock(rows, globex, name="completion", met_at=None, active=True)
    add_clock(rows, globex, name="waiting", **late)
    add_clock(rows, macd, met_at=None, active=True, due_at=DUE + 300 * HOUR)
    add_clock(rows, macd, name="completion", due_at=DUE + 400 * HOUR)  # January
    for case, minutes in ((acme, 61), (macd, 1), (macd, 15)):
        add_time(rows, case, minutes)
    return {"acme": acme, "globex": globex, "macd": macd}


def document(shell: Shell, report: str, *words: str) -> Any:
    """Return the JSON of a report on December."""
    return shell("report", report, *DECEMBER, *NOW, "--json", *words).document()


def table(shell: Shell, report: str, *words: str) -> list[dict[str, str]]:
    """Return the rows of a report's CSV on December, as another program reads them."""
    printed = shell("report", report, *DECEMBER, *NOW, "--csv", *words).octets.decode("utf-8")
    assert printed.count("\n") == printed.count("\r\n"), "RFC 4180 ends lines by CR LF"
    return list(csv.DictReader(io.StringIO(printed, newline=""), strict=True))


def test_r3_3_promises_by_customer_priority_and_clock(shell: Shell, desk: dict[str, int]) -> None:
    """R3.3: kept, missed, by reclassification, open and stopped; the share kept is of kept and missed alone."""
    told = document(shell, "sla")

    counts = {
        (row["customer"], row["priority"], row["clock"]): tuple(
            row[name] for name in ("kept", "missed", "reclassified", "open", "stopped", "kept_percent")
        )
        for row in told["rows"]
    }
    assert counts == {
        ("acme", "P2", "first_response"): (1, 0, 0, 0, 0, 100.0),
        ("acme", "P2", "update"): (0, 1, 0, 0, 0, 0.0),
        ("acme", "P2", "on_demand"): (0, 0, 0, 0, 1, None),
        ("acme", "P4", "first_response"): (0, 0, 0, 1, 0, None),
        ("globex", "P4", "first_response"): (0, 0, 1, 0, 0, None),
        ("globex", "P4", "completion"): (0, 1, 0, 0, 0, 0.0),
    }
    assert told["total"] == {
        "kept": 1, "missed": 2, "reclassified": 1, "open": 1, "stopped": 1, "kept_percent": 33.3,
    }  # fmt: skip
    assert (told["from"], told["to"], told["zone"]) == ("2026-12-01", "2026-12-31", "America/Denver")


def test_r3_3_the_missed_ones_are_listed_with_reasons(shell: Shell, desk: dict[str, int]) -> None:
    """R3.3: case, clock, basis, due, when it ended, by how much, and the kind of breach."""
    told = {line["clock"]: line for line in document(shell, "sla")["missed"]}

    assert told["update"] == {
        "case": f"SUP-{desk['acme']}",
        "customer": "acme",
        "priority": "P2",
        "clock": "update",
        "basis": "contract of =acme",
        "due": "2026-12-15T16:00:00+00:00",
        "ended": "2026-12-15T17:00:00+00:00",
        "state": "met late",
        "late_minutes": 60,
        "breach": "ran out",
    }
    assert (told["completion"]["state"], told["completion"]["ended"]) == ("open", None)
    assert told["first_response"]["breach"] == "by reclassification"
    page = shell("report", "sla", *DECEMBER, *NOW).out
    for said in ("by reclassification", "5 d 3 h", "33.3", "all", "contract of =acme"):
        assert said in page


def test_r10_4_money_is_exact(shell: Shell, desk: dict[str, int]) -> None:
    """R10.4: 1 and 15 minutes of one case are 16, $50; a support case costs nothing; no surcharge is invented."""
    told = document(shell, "time")
    lines = {line["case"]: line for line in told["rows"]}

    assert lines[f"SUP-{desk['macd']}"] == {
        "month": "2026-12",
        "customer": "acme",
        "case": f"SUP-{desk['macd']}",
        "kind": "macd",
        "macd": "expedited",
        "approved": True,
        "minutes": 16,
        "charged_minutes": 30,
        "work_cents": 5_000,
        "surcharge": "manual line",
        "surcharge_cents": 0,
        "total_cents": 5_000,
        "currency": "USD",
        "total": "50.00",
    }
    assert lines[f"SUP-{desk['acme']}"]["total_cents"] == 0
    assert told["whole_months"] is True
    assert told["total"]["total"] == "50.00"
    assert told["total"]["manual_lines"] == 1
    page = shell("report", "time", *DECEMBER, *NOW).out
    for said in ("not charged", "50.00", "manual line", "1 to be billed by hand"):
        assert said in page


def test_r10_4_days_that_cut_a_month_are_said_to(shell: Shell, desk: dict[str, int]) -> None:
    """R10.4: an invoice rounds once a month: a part of one is no invoice, and the report says so."""
    answer = shell("report", "time", "--from", "2026-12-01", "--to", "2026-12-20", *NOW)

    assert "cut a month" in answer.err
    assert shell("report", "time", "--to", "2026-12-20", "--json", *NOW).document()["whole_months"] is False


def test_cases_by_status_and_age(shell: Shell, desk: dict[str, int]) -> None:
    """R4: opened in the period by status; open now by age, whenever they were opened."""
    told = document(shell, "cases")

    assert told["by_status"] == [{"customer": "acme", "status": "new", "cases": 2}]
    assert told["by_age"] == [{"customer": "acme", "age": "4-7", "cases": 2}]
    assert told["total"] == {"opened": 2, "closed": 1, "open_now": 2}
    assert "4-7" in shell("report", "cases", *DECEMBER, *NOW).out


@pytest.mark.parametrize("report", ["sla", "time"])
def test_csv_says_what_json_says(shell: Shell, desk: dict[str, int], report: str) -> None:
    """CSV that another program reads again holds the fields and values of the JSON rows."""

    def spelt(value: Any) -> str:
        return (
            {True: "yes", False: "no", None: ""}[value]
            if value is None or value is True or value is False
            else str(value)
        )

    rows = document(shell, report)["rows"]

    assert table(shell, report) == [{name: spelt(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("report", ["sla", "time", "cases"])
def test_the_rows_sum_up_to_the_total(shell: Shell, desk: dict[str, int], report: str) -> None:
    """Every row is counted once: the sum over the rows is the total, for each customer and for all of them."""
    told = document(shell, report)
    parts = [document(shell, report, "--customer", name)["total"] for name in ("acme", "globex")]
    numbers = [name for name, value in told["total"].items() if isinstance(value, int)]

    assert numbers
    for name in numbers:
        assert sum(part[name] for part in parts) == told["total"][name]
        if name in (told.get("rows") or [{}])[0]:
            assert sum(row[name] for row in told["rows"]) == told["total"][name]


def test_s4_5_no_cell_is_a_formula(shell: Shell, desk: dict[str, int], rows: Engine) -> None:
    """S4.5: what a spreadsheet would compute is text: an apostrophe stands before it."""
    case = seeds.add_case(rows, customer='=HYPERLINK("http://evil.example","x")')
    add_clock(rows, case, basis="@SUM(1+9)*cmd|' /C calc'!A0", met_at=DUE + HOUR, breached_at=DUE, breach="ran out")

    (line,) = [row for row in table(shell, "sla", "--missed") if row["case"] == f"SUP-{case}"]

    assert line["customer"] == '\'=HYPERLINK("http://evil.example","x")'
    assert line["basis"] == "'@SUM(1+9)*cmd|' /C calc'!A0"


@given(st.text(st.sampled_from("=+-@\t\r\n ,\"';a1\uff1d"), max_size=6))
def test_s4_5_a_defused_cell_begins_no_formula(text: str) -> None:
    """S4.5: whatever stands in a cell, a spreadsheet finds nothing to compute, and the text stays whole."""
    cell = defused(text)

    assert cell in (text, f"'{text}")
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))


@given(st.integers(0, 10**12))
def test_r10_4_cents_are_spelt_exactly(cents: int) -> None:
    """R10.4: money is never a binary fraction: what is printed is the cents again."""
    units, _, hundredths = money(cents).partition(".")

    assert int(units) * 100 + int(hundredths) == cents
    assert len(hundredths) == 2


def test_the_calendar_month_so_far_is_meant_by_default(shell: Shell, desk: dict[str, int]) -> None:
    """Days are those of the plan's zone: late on the 31st in Denver it is not January yet."""
    told = shell("report", "sla", "--json", "--now", "2027-01-01T06:30:00Z").document()
    assert (told["from"], told["to"]) == ("2026-12-01", "2026-12-31")

    told = shell("report", "sla", "--json", "--to", "2026-11-12", *NOW).document()
    assert (told["from"], told["to"]) == ("2026-11-01", "2026-11-12")


REFUSED = [
    (["--from", "2026-12-32"], "'2026-12-32' is no day: write it as 2026-12-18"),
    (["--from", "yesterday"], "'yesterday' is no day"),
    (["--from", "2026-12-10", "--to", "2026-12-09"], "the first day, 2026-12-10, lies after the last, 2026-12-09"),
    (["--from", "2027-01-01"], "which is today: name the last day with --to"),
    (["--customer", "amce"], "there is no customer 'amce': did you mean 'acme'?"),
    (["--csv", "--json"], "--csv and --json are two forms"),
    (["--to", "9999-12-31"], "9999-12-31 is no day to report on"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
@pytest.mark.parametrize("report", ["sla", "time", "cases"])
def test_wrong_usage_is_refused_with_what_would_be_right(
    shell: Shell, report: str, words: list[str], said: str
) -> None:
    """Exit status 2, one line that names what was wrong and the nearest right thing."""
    answer = shell("report", report, *words, *NOW)

    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_customer_who_left_is_reported_still(shell: Shell, rows: Engine) -> None:
    """Figures outlive the configuration: a customer whose cases are kept can be asked for."""
    case = seeds.add_case(rows, customer="initrode")
    add_time(rows, case, 5)

    assert document(shell, "time", "--customer", "initrode")["total"]["minutes"] == 5


@pytest.mark.parametrize("report", ["sla", "time", "cases"])
def test_an_empty_desk_has_empty_reports(shell: Shell, rows: Engine, report: str) -> None:
    """No case, no error: empty lists, a CSV of names alone, and a word for people."""
    assert document(shell, report)["total"]
    assert table(shell, report) == []
    assert shell("report", report).status == 0


def test_r10_4_many_entries_are_one_line(shell: Shell, rows: Engine) -> None:
    """R10.4: however many entries a case has, they are summed, then rounded up once."""
    case = seeds.add_case(rows, kind="macd", macd="standard")
    with rows.begin() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            " INSERT INTO time_entries (case_number, agent, minutes, at)"
            f" SELECT {case}, 'agent1', 1 + i % 3, '2026-12-15T16:00:00.000000+00:00' FROM n"
        )
    minutes = 20_000 + 6_667 + 2 * 6_667

    told = document(shell, "time")

    assert told["total"]["minutes"] == minutes
    assert told["total"]["total_cents"] == charge(minutes, shell.config().plan.charges).cents


def test_help_is_quick(shell: Shell) -> None:
    """The command line loads neither SQLAlchemy nor Pillow to print its help."""
    probe = (
        "import sys; import daemon.cli.root; print([m for m in ('sqlalchemy', 'PIL', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
