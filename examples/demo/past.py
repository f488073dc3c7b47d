"""What happened before this week: two cases, opened and closed with `--now` while the daemon is stopped."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from examples.demo.company import CommandFailed, Company
from examples.demo.postbox import Person, Postbox
from examples.demo.week import ACME_SECOND, INITECH

CLOSING = "We replaced the faulty part, and tested that all works again.\n"


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case of the past: who asked for what, and how many days ago it was opened and closed."""

    requester: Person
    subject: str
    text: str
    opened_days_ago: float
    closed_days_ago: float


RECENT = PastCase(INITECH, "Voicemail is full", "No new message can be left.\n", 3.1, 3)
OLD = PastCase(ACME_SECOND, "Echo on the line", "All calls to the warehouse have an echo.\n", 9.1, 9)


def make_past(company: Company, postbox: Postbox, past: PastCase, *, now: datetime) -> str:
    """Open and close a case at its instants, and return its id (`SUP-1042`).

    Raises:
        CommandFailed: the desk did not open a case.
    """
    opened_at = (now - timedelta(days=past.opened_days_ago)).isoformat()
    closed_at = (now - timedelta(days=past.closed_days_ago)).isoformat()
    mail = postbox.write(past.requester, past.subject, past.text).as_bytes().decode("ascii")
    line = json.loads(company.run("--json", "--now", opened_at, "ingest", "--received", opened_at, "-", text=mail))
    if line["outcome"] != "case_opened":
        raise CommandFailed(f"the mail of the past ended as {line['outcome']}: {line['reason']}")
    case = str(line["case"])
    agent = str(company.ask("case", "show", case)["assignee"])
    company.ask("--now", closed_at, "case", "do", case, "--as", agent, "status", "closed", "--text", "-", text=CLOSING)
    company.run("--json", "--now", closed_at, "deliver")
    return case
