"""A desk to tell stories with: real octets in, real decisions on a real database, real composed mails out.

People write with `TestDesk.mpoc(...)`, `.agent(...)` or `.somebody(...)`; they answer as mail clients do, from the mail
that they really got.
"""

import email.policy
import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select

from daemon.desk import Desk, open_desk
from daemon.model.mail import Arrival, Envelope
from daemon.model.outcome import Outcome
from daemon.model.setup import AuthenticationSettings, Config
from daemon.reader.reading import Reader, read_batch
from daemon.settings import load
from daemon.store import inbox
from daemon.store.database import open_database, reading, transaction
from daemon.store.due import next_due_at
from daemon.store.inbox_tables import inbox as inbox_rows
from daemon.store.tables import outbox as outbox_rows
from daemon.store.views import CaseView, show_case
from daemon.tick import Ticked, tick
from tests.scenarios import leaving
from tests.scenarios.post import Mail, Post
from tests.servers.migrated import migrate, trust_the_machine

EXAMPLE = Path(__file__).parents[2] / "config"
MONDAY = datetime(2026, 11, 16, 16, 0, tzinfo=UTC)  # 09:00 in Denver


@dataclass(frozen=True, slots=True)
class Ended:
    """How a mail that somebody wrote ended."""

    outcome: Outcome | None  # None: it waits (S3.7)
    case: int
    reason: str
    mail_id: int
    answers: tuple[Mail, ...]  # what the desk sent because of it

    def told(self, address: str) -> Mail:
        """Return the one mail that this person got."""
        found = [mail for mail in self.answers if mail.to == address]
        assert len(found) == 1, f"{address} got {[mail.kind for mail in found]}"
        return found[0]


NOT_READ = Ended(Outcome.FAILED, 0, "not read yet", 0, ())


@dataclass(slots=True)
class Writer:
    """Somebody with a mail client."""

    desk: "TestDesk"
    address: str
    name: str = ""
    authenticated: str = ""  # a value of dmarc= that the desk's own server found; empty: it looked at nothing

    def writes(self, subject: str, text: str = "Please help.\n", **more: object) -> Ended:
        """Write a new mail to the support address."""
        return self.desk.take(self._message(subject, text, **more), writer=self)

    def replies_to(self, mail: Mail, text: str, **more: object) -> Ended:
        """Answer a mail as clients do: to its Reply-To, with its thread, above its quoted text."""
        quoted = "".join(f"> {line}\n" for line in mail.text.splitlines())
        head = f"On Mon, 16 Nov 2026 at 09:00, {mail.message['From']} wrote:\n"
        message = self._message(f"Re: {mail.subject}", f"{text}\n\n{head}{quoted}", **more)
        if "To" not in more:
            to = str(mail.message["Reply-To"] or mail.message["From"]).rpartition("<")[2].strip("<> ")
            message.replace_header("To", to)
        message["In-Reply-To"] = mail.message["Message-ID"]
        message["References"] = " ".join(filter(None, (mail.message["References"], mail.message["Message-ID"])))
        return self.desk.take(message, writer=self)

    def answers(self, case: int, text: str, **more: object) -> Ended:
        """Answer the last mail that this person got on a case."""
        return self.replies_to(self.desk.last_mail(self.address, case), text, **more)

    def _message(self, subject: str, text: str, **more: object) -> EmailMessage:
        message = EmailMessage(policy=email.policy.SMTP.clone(max_line_length=998))
        message["From"] = f"{self.name} <{self.address}>" if self.name else self.address
        message["To"] = "support@desk.example"
        message["Subject"] = subject
        message["Message-ID"] = f"<{next(self.desk.counter)}@client.example>"
        message["Date"] = self.desk.now
        for name, value in more.items():
            if name in message:
                message.replace_header(name, value)
            else:
                message[name.replace("_", "-")] = value
        message.set_content(text)
        return message


@dataclass(slots=True)
class TestDesk:
    """The example company's desk on a database of its own, with a clock that is a variable."""

    __test__ = False

    desk: Desk
    now: datetime = MONDAY
    counter: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    post: Post = field(default_factory=Post)
    looked_at: int = 0  # the newest outgoing mail that was held to `leaving`
    leaks: bool = False  # True: the story is about words that somebody lets out on purpose
    reads: bool = True  # False: what is delivered is kept, and lies unread until `read_next`

    def mpoc(self, address: str) -> Writer:
        """Return a contact of a customer."""
        assert self.desk.config.directory.mpoc(address) is not None, f"{address} is listed nowhere"
        return Writer(self, address)

    def agent(self, agent_id: str) -> Writer:
        """Return a technician."""
        agent = self.desk.config.directory.agent(agent_id)
        assert agent is not None
        return Writer(self, agent.email, agent.name)

    def assignee(self, case: int) -> Writer:
        """Return the technician who has a case."""
        return self.agent(self.case(case).assignee)

    def somebody(self, address: str, *, authenticated: str = "") -> Writer:
        """Return whoever writes from this address."""
        return Writer(self, address, authenticated=authenticated)

    def days_pass(self, days: float) -> None:
        """Let time go by."""
        self.now += timedelta(days=days)

    def it_is(self, instant: str) -> None:
        """Set the clock to an ISO 8601 instant."""
        self.now = datetime.fromisoformat(instant)

    def ticks(self) -> tuple[Ticked, ...]:
        """Do what is due."""
        return tick(self.desk, now=self.now)

    def passes_until(self, instant: str) -> tuple[Ticked, ...]:
        """Let time go by with the daemon at work: what comes due is done as it comes; returns what."""
        done: list[Ticked] = []
        while (due := self._next_due()) is not None and due <= datetime.fromisoformat(instant):
            self.now = max(due, self.now)
            done += self.ticks()
        self.it_is(instant)
        return (*done, *self.ticks())

    def _next_due(self) -> datetime | None:
        with reading(self.desk.engine) as connection:
            return next_due_at(connection)

    def change(self, change: Callable[[Config], Config]) -> None:
        """Load another configuration."""
        self.desk = replace(self.desk, config=change(self.desk.config))

    def case(self, number: int) -> CaseView:
        """Return a case, whole."""
        with reading(self.desk.engine) as connection:
            return show_case(connection, number, prefix="SUP", now=self.now)

    def outcome_of(self, mail_id: int) -> Outcome:
        """Return how a kept mail stands to have ended by now."""
        query = select(inbox_rows.c.outcome).where(inbox_rows.c.id == mail_id)
        with reading(self.desk.engine) as connection:
            return Outcome(connection.execute(query).scalar_one())

    def take(self, message: EmailMessage, *, writer: Writer) -> Ended:
        """Deliver what somebody wrote, now."""
        recipients = tuple(str(message["To"]).replace(" ", "").split(","))
        head = b""
        if writer.authenticated:
            domain = writer.address.rpartition("@")[2]
            verdict = f"Authentication-Results: mx.desk.example; dmarc={writer.authenticated} header.from={domain}\r\n"
            head = verdict.encode()
        own = tuple(address for address in recipients if address.endswith("@desk.example"))
        peer = "127.0.0.1" if head else "192.0.2.1"  # verdicts are believed from our own servers only
        return self.deliver(head + message.as_bytes(), recipients=own, reverse_path=writer.address, peer=peer)

    def deliver(
        self,
        raw: bytes,
        *,
        recipients: tuple[str, ...] = ("support@desk.example",),
        reverse_path: str | None = "writer@client.example",
        source: str = "smtp 192.0.2.1",
        peer: str = "192.0.2.1",
        received_at: datetime | None = None,
        unreadable: str = "",
    ) -> Ended:
        """Deliver octets and let a reader decide on them."""
        envelope = Envelope(reverse_path, recipients, peer)
        key = f"test:{next(self.counter)}"
        arrival = Arrival(raw, source, key, "support", envelope, received_at or self.now, unreadable)
        with transaction(self.desk.engine) as connection:
            inbox.keep(connection, [arrival], now=self.now)
        return self.read_next() if self.reads else NOT_READ

    def read_next(self) -> Ended:
        """Let a reader take the oldest waiting mail."""
        before = self._newest_row()
        reader = Reader(self.desk, "reader", slow_lane=False, clock=lambda: self.now, say=lambda _standing: None)
        ((mail_id, received),) = read_batch(reader)
        assert received is not None, "the reader parked the mail"
        return Ended(received.outcome, received.case or 0, received.reason, mail_id, self.mails(after=before))

    def reads_all(self) -> int:
        """Let a reader take all that waits, batch by batch; returns how many mails it read."""
        reader = Reader(self.desk, "reader", slow_lane=False, clock=lambda: self.now, say=lambda _standing: None)
        read = 0
        while found := list(read_batch(reader)):
            read += len(found)
        return read

    def mails(self, *, after: int = 0) -> tuple[Mail, ...]:
        """Return the mails that were queued after a row, as their recipients get them; each is looked at once."""
        first = min(after, self.looked_at)  # what a tick sent before is looked at too
        query = select(outbox_rows).where(outbox_rows.c.id > first, outbox_rows.c.state == "queued")
        with reading(self.desk.engine) as connection:
            rows = connection.execute(query.order_by(outbox_rows.c.id)).all()
            found = tuple(self.post.mail(connection, row, sender=self.desk.config.plan.sender) for row in rows)
            new = [pair for pair in zip(rows, found, strict=True) if pair[0].id > self.looked_at and not self.leaks]
            leaving.look_at(connection, self.desk, new)
        self.looked_at = max((self.looked_at, *(mail.id for mail in found)))
        return tuple(mail for mail in found if mail.id > after)

    def mails_to(self, address: str) -> tuple[Mail, ...]:
        """Return every mail that this person got."""
        return tuple(mail for mail in self.mails() if mail.to == address)

    def last_mail(self, address: str, case: int) -> Mail:
        """Return the last mail that this person got on a case."""
        tag = f"[SUP-{case}]"
        found = [mail for mail in self.mails_to(address) if tag in mail.subject]
        assert found, f"{address} got nothing on {tag}"
        return found[-1]

    def _newest_row(self) -> int:
        with reading(self.desk.engine) as connection:
            return connection.execute(select(outbox_rows.c.id).order_by(outbox_rows.c.id.desc())).scalar() or 0


@functools.cache
def example_config() -> Config:
    """Return the example company's configuration, read once."""
    return load(EXAMPLE, {}, date(2026, 11, 16))


def example_desk(database_url: str) -> TestDesk:
    """Return the example company's desk on an empty database."""
    config = example_config()
    settings = replace(
        config.settings,
        database_url=database_url,
        authserv_ids=("mx.desk.example",),
        authentication=AuthenticationSettings(own_checks=False),  # no questions to the name system
        invoices=None,  # a story about them brings a folder
    )
    config = replace(config, settings=settings, plan=replace(config.plan, windows=()))  # likewise those on windows
    engine = open_database(database_url)
    migrate(engine)
    engine.dispose()
    desk = open_desk(config, now=MONDAY)
    trust_the_machine(desk.engine)
    return TestDesk(desk)
