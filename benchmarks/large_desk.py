"""A desk of many cases, and how fast the command line answers on it: `python -m benchmarks.large_desk [CASES]`.

The cases are of the contacts that write in the bench, one in ten is open, and each has a mail, a message and two
events.  A filled SQLite database is kept in `var/bench` and used again until migrations or rows change.
The goal is 0.7 s a command, the start of Python included.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from benchmarks.company import found_busy_company
from benchmarks.kept import ROOT, kept_file
from benchmarks.people import address, customer
from daemon.store.database import open_database, transaction
from daemon.store.inbox_tables import inbox, octets
from daemon.store.readiness import make_ready
from daemon.store.tables import cases, history, messages
from examples.demo.company import Company

START = datetime(2024, 1, 1, tzinfo=UTC)
STATUSES = ("closed",) * 18 + ("in_progress", "new")
BATCH = 10_000
GOAL_SECONDS = 0.7
LARGE = 200_000
DATABASE = Path("var", "supportd.db")  # in a company's folder


def main() -> None:
    """Fill, measure, print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with tempfile.TemporaryDirectory() as temporary:
        company = found_large_company(Path(temporary), count, sink_port=0)
        print(f"{count:,} cases, each with a message, a mail and two events\n")
        for words in commands(count):
            seconds, cpu = fastest(company, words)
            mark = "" if seconds <= GOAL_SECONDS else f"  over {GOAL_SECONDS} s"
            print(f"{seconds:6.2f} s  (CPU {cpu:.2f} s)  supportd {' '.join(words)}{mark}")


def commands(count: int) -> tuple[tuple[str, ...], ...]:
    """Return the commands to measure."""
    last = str(1000 + count)
    return (
        ("--help",),
        ("case", "list"),
        ("case", "list", "--json"),
        ("case", "list", "--open"),
        ("case", "list", "--status", "new", "--customer", "customer7"),
        ("case", "list", "--assignee", "agent2", "--open"),
        ("case", "show", last),
        ("why", f"SUP-{last}"),
        ("why", f"<{count}@mail.example>"),
        ("mail", "list", "--limit", "50"),
        ("mail", "list", "--state", "quarantined"),
        ("outbox", "list", "--state", "queued"),
    )


def fastest(company: Company, words: tuple[str, ...]) -> tuple[float, float]:
    """Return how long the fastest of three runs takes and how much of that is CPU, in seconds."""
    return min(_run(company.config, words) for _ in range(3))


def _run(config: Path, words: tuple[str, ...]) -> tuple[float, float]:
    began, used = time.perf_counter(), cpu_of_children()
    subprocess.run([sys.executable, "-m", "daemon", "--config", str(config), *words], check=True, capture_output=True)
    return time.perf_counter() - began, cpu_of_children() - used


def cpu_of_children() -> float:
    """Return the CPU time of all commands run so far, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def found_large_company(folder: Path, count: int, *, sink_port: int) -> Company:
    """Found a company with so many cases behind it, on SQLite."""
    company = found_busy_company(folder, sink_port=sink_port, database="")
    shutil.copyfile(filled_database(count), company.folder / DATABASE)
    return company


def filled_database(count: int) -> Path:
    """Return an SQLite database with so many cases, made now or before."""
    sources = (*sorted((ROOT / "migrations").rglob("*.py")), Path(__file__))
    return kept_file(f"desk-{count}", sources, lambda path: fill(path, count))


def fill(database: Path, count: int) -> None:
    """Write `count` cases with what belongs to them into a new SQLite database."""
    engine = open_database(f"sqlite:///{database}")
    make_ready(engine)
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        with transaction(engine) as connection:
            for table, rows in filled(numbers):
                write(connection, table, rows)
    engine.dispose()  # the last connection that is closed brings all into the one file


def write(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    """Insert many rows."""
    connection.execute(insert(table), list(rows))


def filled(numbers: range) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    """Yield each table with the rows of these cases, in an order that foreign keys allow."""
    yield inbox, (mail_row(n) for n in numbers)
    yield octets, ({"inbox_id": n, "raw": b"Subject: x\r\n\r\nx\r\n"} for n in numbers)
    yield cases, (case_row(n) for n in numbers)
    yield messages, (message_row(n) for n in numbers)
    yield history, (event_row(n, event) for n in numbers for event in ("case_opened", "message_added"))


def at(number: int) -> datetime:
    """Return when the case with this number was opened."""
    return START + timedelta(minutes=7 * number)


def mail_row(n: int) -> dict[str, Any]:
    """Return a row of `inbox`."""
    return {
        "id": n,
        "source": "imap support",
        "source_key": f"imap:support:INBOX:1:{n}",
        "mailbox": "support",
        "recipients": ["support@desk.example"],
        "peer": "",
        "received_at": at(n),
        "kept_at": at(n),
        "size": 17,
        "sha256": f"{n:064x}",
        "state": "done",
        "message_id": f"<{n}@mail.example>",
        "sender": address(n),
        "subject": f"Request {n}",
        "content_key": f"{n:064x}",
        "outcome": "case_opened",
        "case_number": 1000 + n,
        "decision": {"rules": ["R1.1"], "checks": [["new request of an MPOC", True]], "facts": [], "reason": "new"},
        "decided_at": at(n),
    }


def case_row(n: int) -> dict[str, Any]:
    """Return a row of `cases`."""
    status = STATUSES[n // 7 % len(STATUSES)]  # of every contact some are open
    return {
        "number": 1000 + n,
        "subject": f"Request {n}",
        "kind": "support",
        "status": status,
        "priority": "P4",
        "customer": customer(n),
        "requester": address(n),
        "assignee": f"agent{1 + n % 3}",
        "team": "voice",
        "language": "en",
        "opened_at": at(n),
        "assigned_at": at(n),
        "closed_at": at(n) if status == "closed" else None,
    }


def message_row(n: int) -> dict[str, Any]:
    """Return a row of `messages`."""
    return {
        "case_number": 1000 + n,
        "inbox_id": n,
        "incoming": True,
        "author": address(n),
        "public": True,
        "automatic": False,
        "text": "It does not work.\n" * 20,
        "received_at": at(n),
        "message_id": f"<{n}@mail.example>",
    }


def event_row(n: int, event: str) -> dict[str, Any]:
    """Return a row of `history`."""
    return {
        "case_number": 1000 + n,
        "inbox_id": n,
        "at": at(n),
        "actor": address(n),
        "event": event,
        "detail": "",
        "rules": ["R1.1"],
    }


if __name__ == "__main__":
    main()
