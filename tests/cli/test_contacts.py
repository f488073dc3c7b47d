"""`supportd contacts`: whose mail bounces, and taking the mark away (S3.4)."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from daemon.model.mail_effect import MarkContact
from daemon.store import addresses
from daemon.store.database import transaction
from tests.cli.conftest import Shell

SINCE = datetime(2026, 12, 14, 15, 0, tzinfo=UTC)
PRIMARY, GONE = "primary@acme.example", "gone@other.example"


def marked(rows: Engine, *names: str) -> None:
    """Mark addresses as a bounce would."""
    with transaction(rows) as connection:
        for name in names:
            addresses.mark(connection, MarkContact(address=name, why="5.1.1 no such user", at=SINCE))


def test_r2_1_every_contact_is_listed(shell: Shell) -> None:
    """R2.1: whom the configuration names, with their roles; nobody is marked."""
    listed = shell("contacts", "list", "--json").document()

    assert [row["address"] for row in listed][:2] == [PRIMARY, "secondary@acme.example"]
    assert listed[1] == {
        "address": "secondary@acme.example",
        "name": "Acme Secondary",
        "customer": "acme",
        "roles": ["case", "secondary"],
        "bounced_since": None,
        "reason": "",
    }
    assert "No address is marked." in shell("contacts", "list", "--bounced").err


def test_s3_4_whose_mail_bounces_is_listed_and_unmarked(shell: Shell, rows: Engine) -> None:
    """S3.4: contacts and anybody else who is marked, with the reason; `unmark` takes the mark away, once."""
    marked(rows, GONE, PRIMARY)

    listed = shell("contacts", "list", "--bounced", "--json").document()
    assert [(row["address"], row["customer"], row["reason"]) for row in listed] == [
        (PRIMARY, "acme", "5.1.1 no such user"),
        (GONE, "", "5.1.1 no such user"),
    ]
    assert listed[0]["bounced_since"] == "2026-12-14T15:00:00+00:00"

    done = shell("contacts", "unmark", PRIMARY.upper(), "--json")
    assert done.document()["address"] == PRIMARY
    assert "5.1.1" in shell("contacts", "unmark", GONE).out
    assert shell("contacts", "list", "--bounced", "--json").document() == []

    again = shell("contacts", "unmark", PRIMARY)
    assert (again.status, again.out) == (1, "")
    assert "contacts list --bounced" in again.err
