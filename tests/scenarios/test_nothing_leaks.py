"""A long random story of the desk, of which every mail that leaves is read (S2.6, S2.8, S3.1, S3.2, S3.5-S3.7).

What is looked for stands in `leaving`, and `TestDesk` asks it of every other scenario too.  Here three customers, two
languages, notes, held mail, challenges, escalations, MACD requests and closings are mixed at random.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select

from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.model.plan import Unauthenticated
from daemon.store.database import reading
from daemon.store.tables import outbox
from tests.scenarios import leaving
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

pytestmark = pytest.mark.both_databases

STEPS = 90
CUSTOMER_TEXTS = (
    "It is down again.",
    "Any news?",
    "Yes, please.",
    "escalate",
    "Merci, c’est réglé.",
    "It works again.",
)
AGENT_TEXTS = (
    "We look into it.",
    "#status resolved\n\nDone and tested.",
    "#status closed\n\nDone and tested.",
    "#waiting\n\nWhich line is it?",
    "#priority 2\n\nWe raise this.",
    "#escalate",
    "#macd standard\n\nWe take it as a request.",
    "#hold 2026-12-01\n\nThe part comes on Tuesday.",
)


@dataclass(slots=True)
class Story:
    """A desk to which things happen."""

    desk: TestDesk
    dice: random.Random
    notes: int = 0
    sent: list[Mail] = field(default_factory=list)

    def is_read(self) -> None:
        """Let the desk decide, and look at what it sends."""
        self.desk.reads_all()
        self.sent += self.desk.mails(after=self.sent[-1].id if self.sent else 0)

    def contacts(self) -> tuple[str, ...]:
        """Return every contact of every customer."""
        return tuple(mpoc.email for one in self.desk.desk.config.directory.customers for mpoc in one.mpocs)

    def somebody_asks(self) -> None:
        """An MPOC opens a case, with a colleague in Cc now and then, by an address with a word."""
        sender = self.dice.choice(self.contacts())
        more: dict[str, Any] = {"To": self.dice.choice(("support", "support", "support+macd")) + "@desk.example"}
        if self.dice.random() < 0.4:
            more["Cc"] = f"user{self.dice.randrange(3)}@{sender.rpartition('@')[2]}"
        self.desk.somebody(sender, authenticated="pass").writes(f"Phones {self.dice.randrange(99)}", **more)

    def a_colleague_asks(self) -> None:
        """Somebody who is no contact writes: held, or asked."""
        domain = self.dice.choice(self.desk.desk.config.directory.customers).domains[0]
        verdict = self.dice.choice(("pass", "", "fail"))
        writer = self.desk.somebody(f"user{self.dice.randrange(5)}@{domain}", authenticated=verdict)
        writer.writes("A new phone", self.dice.choice(("My phone is dead.", "Mon téléphone est mort.")))

    def a_contact_is_asked(self) -> None:
        """A contact without authentication writes."""
        self.desk.somebody(self.dice.choice(self.contacts())).writes("Unauthenticated", "Please help.")

    def a_stranger_asks(self) -> None:
        """Somebody unknown writes, with a case number."""
        writer = self.desk.somebody("nobody@elsewhere.example", authenticated=self.dice.choice(("pass", "fail")))
        writer.writes(f"[SUP-{self.dice.randrange(1000, 1020)}] Let me in")

    def a_reader_answers(self) -> None:
        """Whoever outside got a mail answers it; now and then with one that was for somebody else."""
        found = [mail for mail in self.sent if _is_outside(mail)]
        if found:
            mail, other = self.dice.choice(found), self.dice.choice(found)
            writer = self.desk.somebody(self.dice.choice((mail.to, mail.to, mail.to, other.to)), authenticated="pass")
            writer.replies_to(mail, self.dice.choice(CUSTOMER_TEXTS))

    def an_agent_works(self) -> None:
        """The technician of a case answers, with a note above the words now and then."""
        found = [mail for mail in self.sent if not _is_outside(mail) and mail.message["Reply-To"]]
        if not found:
            return
        mail = self.dice.choice(found)
        agent = self.desk.desk.config.directory.agent(mail.to)
        if agent is None:
            return
        text = self.dice.choice(AGENT_TEXTS)
        if self.dice.random() < 0.4:
            self.notes += 1
            text = f"#note\nSecret number {self.notes}: this customer is being difficult."
        writer = self.desk.somebody(agent.email, authenticated="pass")
        writer.replies_to(mail, text)

    def time_passes(self) -> None:
        """Hours or days go by, with the daemon at work."""
        self.desk.days_pass(self.dice.choice((0.02, 0.2, 1, 3)))
        self.desk.ticks()


def _is_outside(mail: Mail) -> bool:
    return NOTICES[NoticeKind(mail.kind)].audience is not Audience.AGENT


@pytest.mark.parametrize("seed", [1, 2])
def test_s2_6_no_mail_says_what_its_reader_must_not_know(desk: TestDesk, seed: int) -> None:
    """S2.6, S2.8, S3.5-S3.7: no other customer's data, no note, no agent's address, one recipient, one Subject."""
    plan = desk.desk.config.plan
    asked = tuple(replace(mailbox, unauthenticated=Unauthenticated.CHALLENGE) for mailbox in plan.mailboxes)
    desk.change(lambda config: replace(config, plan=replace(plan, mailboxes=asked, confirm_updates=True)))
    desk.reads = False  # what is let through by an answer is read beside it
    story = Story(desk, random.Random(seed))
    happenings: tuple[Callable[[], None], ...] = (
        story.somebody_asks,
        story.somebody_asks,
        story.a_colleague_asks,
        story.a_contact_is_asked,
        story.a_stranger_asks,
        story.a_reader_answers,
        story.a_reader_answers,
        story.an_agent_works,
        story.an_agent_works,
        story.time_passes,
    )
    for _ in range(STEPS):
        story.dice.choice(happenings)()
        story.is_read()

    sent = story.sent  # each was held to `leaving` on the way
    kinds = Counter(mail.kind for mail in sent)
    assert len(sent) > STEPS / 2
    assert len(kinds) >= 8, kinds
    assert any("Bonjour" in mail.text for mail in sent if _is_outside(mail)), "nothing in French"


def test_what_is_looked_for_is_found(desk: TestDesk) -> None:
    """S2.6, S2.8, S3.7: a mail that says everything it must not is found out at every point."""
    desk.leaks = True
    opened = desk.mpoc("primary@acme.example").writes("Phones")
    other = desk.somebody(_contact_of(desk, 1)).writes("Lines")
    mail = opened.told("primary@acme.example")
    stolen = str(desk.mails_to(desk.assignee(opened.case).address)[0].message["Reply-To"])
    words = f"\r\nSUP-{other.case} of {_contact_of(desk, 1)}: agent1@desk.example said {stolen}\r\n".encode()
    head, _, _ = mail.octets.partition(b"\r\n\r\n")
    raw = (
        head.split(b"Content-Type")[0] + b"Bcc: thief@evil.example\r\nSubject: two\r\nContent-Type: text/plain\r\n\r\n"
    )
    message = message_from_bytes(raw + words, policy=default)
    spoiled = replace(mail, octets=raw + words, message=message)

    found = "\n".join(faults_of(desk, spoiled))

    assert not faults_of(desk, mail)
    for what in ("2 fields Subject", "a field Bcc", "signed for somebody else", "an agent's address", "SUP-", " of "):
        assert what in found


def faults_of(desk: TestDesk, mail: Mail) -> tuple[str, ...]:
    """Return what a mail says that it must not."""
    with reading(desk.desk.engine) as connection:
        row = connection.execute(select(outbox).where(outbox.c.id == mail.id)).one()
        return leaving.faults(row, mail, desk=desk.desk, about=leaving.known(connection, desk.desk))


def _contact_of(desk: TestDesk, number: int) -> str:
    return desk.desk.config.directory.customers[number].mpocs[0].email
