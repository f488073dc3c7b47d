"""Inside django-helpdesk's environment: what its `get_email` does with a mail, in processes that stay.

`python -m benchmarks.peers.django_worker SPOOL ...` works; `… fill COUNT` makes the database, with so many tickets.
"""

import logging
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.utils.encoding import force_str

from benchmarks.peers.spool import mails, read_all
from benchmarks.people import address

START = datetime(2024, 1, 1, tzinfo=UTC)
OPEN, CLOSED = 1, 4  # of a Ticket
TEXT = "It does not work.\n" * 20
A_BATCH = 5_000


def work(spool: Path) -> None:
    """Make a ticket of every mail of the spool, for ever."""
    from helpdesk.email import extract_email_metadata
    from helpdesk.models import Queue

    queue, logger = Queue.objects.get(slug="support"), logging.getLogger("django.helpdesk.queue.support")
    for octets in mails(spool):
        extract_email_metadata(force_str(octets, errors="replace"), queue, logger)


def fill(count: int) -> None:
    """Make the database: its mail templates, a queue, and `count` tickets, one in ten of them open."""
    from helpdesk.models import Queue

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate", verbosity=0)
    queue = Queue.objects.create(
        title="Support",
        slug="support",
        email_address="support@desk.example",
        allow_email_submission=True,
        email_box_type="local",
        locale="en",
    )
    for first in range(0, count, A_BATCH):
        _fill_some(queue, range(first, min(first + A_BATCH, count)))


def _fill_some(queue: Any, numbers: range) -> None:
    from helpdesk.models import FollowUp, Ticket

    tickets = Ticket.objects.bulk_create(Ticket(queue=queue, **_ticket(number)) for number in numbers)
    FollowUp.objects.bulk_create(
        FollowUp(ticket=ticket, date=ticket.created, message_id=f"<{number}@mail.example>", comment=TEXT, public=True)
        for number, ticket in zip(numbers, tickets, strict=True)
    )


def _ticket(number: int) -> dict[str, Any]:
    at = START + timedelta(minutes=7 * number)
    status = OPEN if number // 7 % 10 == 0 else CLOSED
    title, sender = f"Request {number}", address(number)
    return {
        "title": title,
        "submitter_email": sender,
        "description": TEXT,
        "status": status,
        "created": at,
        "modified": at,
    }


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        read_all(sys.argv[1:], work)
