"""Two supportd that write to each other, wired by real octets, for a simulated month (S3.3)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.model.people import Mpoc, Role
from daemon.model.setup import Config
from tests.scenarios.desk import TestDesk, example_desk
from tests.scenarios.post import Mail

pytestmark = pytest.mark.both_databases

HERE, THERE = "support@desk.example", "help@acme.example"
TRANSIT = timedelta(seconds=30)
MARKS = re.compile(
    rb"^(?:Auto-Submitted|X-Auto-Response-Suppress|In-Reply-To|References): .*\r\n(?:[ \t].*\r\n)*", re.MULTILINE
)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[TestDesk]:
    """The desk of a customer who runs supportd too."""
    told = example_desk(f"sqlite:///{tmp_path / 'there.db'}")
    yield told
    told.desk.engine.dispose()


class Change:
    """One configuration from another."""

    def __init__(self, own: str, other: str, *, confirms: bool) -> None:
        self._own, self._other, self._confirms = own, other, confirms

    def __call__(self, config: Config) -> Config:
        """Return the configuration, changed."""
        plan, directory = config.plan, config.directory
        contact = Mpoc("The other desk", self._other, frozenset({Role.PRIMARY, Role.CASE}))
        first = replace(directory.customers[0], domains=(self._other.rpartition("@")[2],), mpocs=(contact,))
        mailboxes = tuple(
            replace(mailbox, address=self._own) if mailbox.name == "support" else mailbox for mailbox in plan.mailboxes
        )
        provider = replace(plan.provider, support_address=self._own)
        changed = replace(plan, provider=provider, mailboxes=mailboxes, confirm_updates=self._confirms)
        return replace(config, plan=changed, directory=replace(directory, customers=(first, *directory.customers[1:])))


class Wire:
    """Carries every mail for the other desk to it, and counts."""

    def __init__(self, here: TestDesk, there: TestDesk, *, strips_marks: bool) -> None:
        self._desks = ((here, THERE), (there, HERE))
        self._strips = strips_marks
        self._seen = [0, 0]
        self.carried: list[Mail] = []

    def carries_all(self) -> None:
        """Carry until neither desk has anything for the other."""
        while self._carries(0) + self._carries(1):
            assert len(self.carried) < 50, "this goes on for ever"

    def _carries(self, side: int) -> int:
        (sender, address), (receiver, _) = self._desks[side], self._desks[1 - side]
        new = sender.mails(after=self._seen[side])
        self._seen[side] = new[-1].id if new else self._seen[side]
        for mail in (found := [mail for mail in new if mail.to == address]):
            self.carried.append(mail)
            sender.now = receiver.now = max(sender.now, receiver.now) + TRANSIT
            octets = MARKS.sub(b"", mail.octets) if self._strips else mail.octets
            receiver.deliver(octets, recipients=(address,), reverse_path=mail.reverse_path)
        return len(found)


@pytest.mark.parametrize("confirms", [False, True])
@pytest.mark.parametrize("strips_marks", [False, True])
def test_s3_3_two_daemons_end_within_twelve_mails(
    desk: TestDesk, there: TestDesk, *, strips_marks: bool, confirms: bool
) -> None:
    """S3.3: also where every mark of automation and every thread is lost on the way, and for a month."""
    desk.change(Change(HERE, THERE, confirms=confirms))
    there.change(Change(THERE, HERE, confirms=confirms))
    wire = Wire(desk, there, strips_marks=strips_marks)

    desk.somebody(THERE).writes("A person at the other desk writes by its address")
    wire.carries_all()
    for day in (1, 2, 8, 15, 30):
        until = (desk.now + timedelta(days=day)).isoformat()
        desk.passes_until(until)
        there.passes_until(until)
        wire.carries_all()

    assert 1 <= len(wire.carried) <= 12
