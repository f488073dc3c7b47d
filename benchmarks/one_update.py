"""How long one update of a global incident takes: `python -m benchmarks.one_update [CASES [SUBSCRIBERS]]`.

A customer a case, each with a mail before in its thread.  Measured from the command to the commit, on SQLite and, where
there is one, on PostgreSQL; what is sent goes out later.  The goal is 5 s each for 500 cases and 5,000 subscribers.
"""

import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks.postgresql import postgresql
from daemon.act import (
    CallRequest,
    IncidentWish,
    Telling,
    link_cases,
    open_case,
    open_master,
    resolve_incident,
    update_incident,
)
from daemon.desk import Desk, open_desk
from daemon.model.case import Priority
from daemon.model.people import Customer, Directory, Mpoc, Role
from daemon.settings import load, write_example
from daemon.store.database import open_database, reading, transaction
from daemon.store.desk_tables import subscribers, subscriptions
from daemon.store.readiness import make_ready
from daemon.store.schema import upgrade
from daemon.store.tables import outbox

NOW = datetime(2026, 11, 18, 17, tzinfo=UTC)
GOAL_SECONDS = 5.0
TEXT = "The carrier has found the fault: a fibre is cut between two exchanges. A crew is on its way. " * 4


def main() -> None:
    """Fill, tell, print a table."""
    asked = [int(word) for word in sys.argv[1:3]] or [500]
    cases, readers = (*asked, 5_000)[:2]
    print(f"{cases:,} linked cases of as many customers, {readers:,} subscribers\n")
    with tempfile.TemporaryDirectory(prefix="supportd-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs under an account of its own
        measure("SQLite", f"sqlite:///{folder / 'desk.sqlite'}", cases, readers, folder)
        with postgresql(folder) as new_database:
            if new_database:
                measure("PostgreSQL", new_database().url, cases, readers, folder)


def measure(kind: str, url: str, cases: int, readers: int, folder: Path) -> None:
    """Fill one database and time what is told to everybody."""
    desk = made_desk(url, cases, folder / kind)
    numbers = tuple(opened(desk, customer) for customer in range(cases))
    subscribe(desk, readers)
    master = open_master(desk, IncidentWish(title="Calls fail", products=(), text="", agent="agent1"), now=NOW)
    telling = Telling(text=TEXT, agent="agent1")
    for what, tell in (
        ("cases linked", lambda: link_cases(desk, master, numbers, agent="agent1", now=NOW)),
        ("update", lambda: update_incident(desk, master, telling, now=NOW)),
        ("another", lambda: update_incident(desk, master, telling, now=NOW)),
        ("resolved", lambda: resolve_incident(desk, master, telling, now=NOW)),
    ):
        before, began, used = mails(desk), time.perf_counter(), time.process_time()
        tell()
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        mark = "" if seconds <= GOAL_SECONDS else f"  over {GOAL_SECONDS:g} s"
        print(f"{kind:10}  {what:12}  {mails(desk) - before:6,} mails  {seconds:6.2f} s  (CPU {cpu:.2f} s){mark}")
    desk.engine.dispose()


def made_desk(url: str, customers: int, folder: Path) -> Desk:
    """Return a desk with many customers on an empty database."""
    write_example(folder)
    config = load(folder, {}, NOW.date())
    plan = replace(config.plan, status_url="https://status.desk.example")
    config = replace(config, plan=plan, settings=replace(config.settings, database_url=url))
    config = replace(config, directory=with_customers(config.directory, customers))
    engine = open_database(url)
    upgrade(engine)
    make_ready(engine)
    engine.dispose()
    return open_desk(config, now=NOW)


def with_customers(directory: Directory, number: int) -> Directory:
    """Return the directory with other customers, each with three contacts."""
    return replace(directory, customers=tuple(_customer(at) for at in range(number)))


def _customer(number: int) -> Customer:
    domain = f"customer{number}.example"
    roles = (frozenset({Role.PRIMARY, Role.CASE}), frozenset({Role.SECONDARY}), frozenset({Role.MAINTENANCE}))
    mpocs = tuple(Mpoc(f"Contact {at}", f"contact{at}@{domain}", held) for at, held in enumerate(roles))
    return Customer(id=f"customer{number}", name=f"Customer {number}", domains=(domain,), mpocs=mpocs)


def opened(desk: Desk, customer: int) -> int:
    """Open a case of a customer, as after a call."""
    mpoc = f"contact0@customer{customer}.example"
    call = CallRequest(mpoc=mpoc, subject="Calls fail", text="Help.", priority=Priority.P2, actor="agent1")
    return open_case(desk, call, now=NOW)


def subscribe(desk: Desk, number: int) -> None:
    """Let so many addresses have asked for updates on a platform, and confirmed it."""
    with transaction(desk.engine) as connection:
        rows = [
            {
                "id": at,
                "address": f"reader{at}@anywhere.example",
                "language": "en",
                "token": f"{at:026}",
                "asked_at": NOW,
            }
            for at in range(1, number + 1)
        ]
        connection.execute(insert(subscribers), rows)
        scopes = [
            {"subscriber_id": at, "scope": "platform:voice", "asked_at": NOW, "confirmed_at": NOW}
            for at in range(1, number + 1)
        ]
        connection.execute(insert(subscriptions), scopes)


def mails(desk: Desk) -> int:
    """Return how many rows the outbox has."""
    with reading(desk.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(outbox)).scalar_one())


if __name__ == "__main__":
    main()
