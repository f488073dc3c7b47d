"""A month of everything at once: people, robots, another supportd, absent readers, lists and spam, counted (S3.1-S3.4).

The daemon lives through it in order, with what comes due in between.  Its people answer, and get tired; programs answer
whatever they get.  What left is then counted by kind and by reader, and every bound of S3.3 is asked of every hour.
"""

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import Row, select

from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Mpoc, Role
from daemon.model.setup import Config
from daemon.store.database import reading
from daemon.store.tables import outbox
from tests.scenarios import reports
from tests.scenarios.desk import TestDesk, Writer, example_desk
from tests.scenarios.post import Mail
from tests.scenarios.test_loops import through_the_list
from tests.scenarios.test_two_desks import HERE, MARKS, Change

HONEST = ("primary@acme.example", "primary@globex.example")
ROBOT, SLOW_ROBOT, LIST = "robot@acme.example", "monitor@acme.example", "it-list@acme.example"
AWAY, THERE, GUEST = "finance@globex.example", "help@initech.example", "guest@partner.example"
PROVEN_STRANGER = "sales@elsewhere.example"
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTH, BEGINS = 30 * DAY, range(0, 29, 14)
PATIENCE = 3  # so many times an agent answers on a case
LOOP = 12  # S3.3


Happening: TypeAlias = tuple[datetime, int, Callable[[], object]]
"""When, in which order at that time, and what."""


@dataclass(slots=True)
class Month:
    """A desk, and what is going to happen to it."""

    desk: TestDesk
    readers: dict[str, Callable[[Mail], None]] = field(default_factory=dict)
    agenda: list[Happening] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    seen: int = 0

    def then(self, pause: timedelta, act: Callable[..., object], *given: object, **more: object) -> None:
        """Let something happen a while after now."""
        entry: Happening = (self.desk.now + pause, next(self.numbers), partial(act, *given, **more))
        heapq.heappush(self.agenda, entry)

    def goes_by(self, end: datetime) -> None:
        """Let everything happen in its order, and everybody read what they get."""
        while self.agenda and self.agenda[0][0] <= end:
            at, _, act = heapq.heappop(self.agenda)
            self.desk.passes_until(at.isoformat())
            act()
            self.desk.reads_all()
            self._is_read()
        self.desk.passes_until(end.isoformat())

    def _is_read(self) -> None:
        for mail in self.desk.mails(after=self.seen):
            self.seen = mail.id
            if mail.to in self.readers:
                self.readers[mail.to](mail)


@dataclass(slots=True)
class Program:
    """What answers each mail that it gets, after the same while; counts how long each of its loops was."""

    month: Month
    pause: timedelta
    answer: Callable[[Mail], object]
    loops: list[int] = field(default_factory=list)

    def begins(self, act: Callable[..., object], *given: object) -> None:
        """Begin something."""
        self.loops.append(0)
        act(*given)

    def __call__(self, mail: Mail) -> None:
        """Read a mail, and answer it."""
        self.loops[-1] += 1
        self.month.then(self.pause, self.answer, mail)


def staffed(config: Config) -> Config:
    """Let every update be answered, and list the programs among the customers' contacts."""
    acme, globex, initech = config.directory.customers
    programs = tuple(Mpoc("A program", one, frozenset({Role.SECONDARY})) for one in (ROBOT, SLOW_ROBOT, LIST))
    there = Mpoc("The other desk", THERE, frozenset({Role.PRIMARY, Role.CASE}))
    customers = (replace(acme, mpocs=(*acme.mpocs, *programs)), globex, replace(initech, mpocs=(there,)))
    plan = replace(config.plan, confirm_updates=True)
    return replace(config, plan=plan, directory=replace(config.directory, customers=customers))


def agents_work(month: Month) -> None:
    """Let technicians answer honest customers and those who are away, a few times a case; then they call instead."""
    desk, answered = month.desk, Counter[int]()

    def works(mail: Mail) -> None:
        number = int(mail.subject.partition("SUP-")[2].partition("]")[0] or 0)
        if mail.kind not in ("case_assigned", "customer_wrote") or answered[number] == PATIENCE:
            return
        case = desk.case(number)
        if case.requester not in {*HONEST, AWAY} or case.closed_at is not None:
            return
        answered[number] += 1
        text = "#status resolved\n\nIt was the line card." if answered[number] > 1 else "We look into it."
        month.then(20 * MINUTE, Writer(desk, mail.to).replies_to, mail, text)

    for agent in desk.desk.config.directory.agents:
        month.readers[agent.email] = works


def people_write(month: Month) -> None:
    """Let honest contacts ask every few days, with a guest and our own address in Cc, and answer."""
    desk, everybody = month.desk, f"support@desk.example, {GUEST}, Desk <SUPPORT+x@desk.example>"

    def answers(mail: Mail) -> None:
        if mail.kind == "update":
            words = "It works again, thank you." if "line card" in mail.text else "It is still down."
            month.then(3 * HOUR, desk.mpoc(mail.to).replies_to, mail, words)

    for number, address in enumerate(HONEST):
        month.readers[address] = answers
        for day in range(number, 29, 4):
            month.then(day * DAY + HOUR, desk.mpoc(address).writes, f"Line {day} is down", Cc=everybody)


def a_robot_answers(month: Month, address: str, pause: timedelta) -> Program:
    """Let a robot without any mark answer everything with a new subject, anew every fortnight."""
    writer = month.desk.mpoc(address)
    program = Program(month, pause, lambda mail: writer.writes(f"Ticket {mail.id} opened", mail.text))
    month.readers[address] = program
    for day in BEGINS:
        month.then(day * DAY + 2 * HOUR, program.begins, writer.writes, f"Alarm {day}")
    return program


def a_list_resends(month: Month) -> Program:
    """Let a contact that is a list give us back every mail of ours, under its own name and without our marks."""
    program = Program(month, 5 * SECOND, lambda mail: month.desk.deliver(through_the_list(mail, keeps_ids=False)))
    month.readers[LIST] = program
    for day in BEGINS:
        month.then(day * DAY + 3 * HOUR, program.begins, month.desk.mpoc(LIST).writes, f"From the list {day}")
    return program


def somebody_is_away(month: Month) -> Program:
    """Let a contact ask and leave: a responder without any mark answers, and after half of the month bounces too."""
    desk, begin = month.desk, month.desk.now
    writer = desk.mpoc(AWAY)

    def responds(mail: Mail) -> None:
        writer.replies_to(mail, "I am away until January.")
        if desk.now > begin + 15 * DAY:
            desk.deliver(reports.postfix(mail), recipients=(mail.reverse_path,), reverse_path="")

    program = Program(month, 10 * SECOND, responds)
    month.readers[AWAY] = program
    for day in (1, 12, 20):
        month.then(day * DAY, program.begins, writer.writes, f"An invoice {day}")
    return program


def the_other_desk(month: Month, there: TestDesk) -> Program:
    """Let another supportd be a contact: mails go through its own decisions, and all marks are lost on the way."""
    seen = [0]

    def carries(mail: Mail) -> None:
        there.now = max(there.now, month.desk.now)
        there.deliver(MARKS.sub(b"", mail.octets), recipients=(THERE,), reverse_path=mail.reverse_path)
        there.reads_all()
        returns()

    def returns() -> None:
        for mail in there.mails(after=seen[0]):
            seen[0] = mail.id
            if mail.to == HERE:
                octets = MARKS.sub(b"", mail.octets)
                month.then(30 * SECOND, month.desk.deliver, octets, reverse_path=mail.reverse_path)

    def comes_due() -> None:
        there.passes_until(max(there.now, month.desk.now).isoformat())
        returns()

    program = Program(month, 30 * SECOND, carries)
    month.readers[THERE] = program
    for day in BEGINS:
        month.then(day * DAY + 4 * HOUR, program.begins, month.desk.somebody(THERE).writes, f"A person there {day}")
        month.then(day * DAY + 100 * HOUR, comes_due)
    return program


def strangers_write(month: Month) -> None:
    """Let spam come every day, forged, unproven and with case numbers; one stranger's domain is authenticated."""
    for day in range(30):
        for number, verdict in enumerate(("", "fail", "none")):
            one = month.desk.somebody(f"x{day}@spam{number}.example", authenticated=verdict)
            month.then(day * DAY + 5 * HOUR, one.writes, f"[SUP-100{number}] Your invoice")
        proven = month.desk.somebody(PROVEN_STRANGER, authenticated="pass")
        for pause in (6 * HOUR, 7 * HOUR):
            month.then(day * DAY + pause, proven.writes, "An offer")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[TestDesk]:
    """The example company's desk, on SQLite alone: the other stories of loops are told on both databases."""
    told = example_desk(f"sqlite:///{tmp_path / 'here.db'}")
    told.change(staffed)
    yield told
    told.desk.engine.dispose()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[TestDesk]:
    """The desk of a customer who runs supportd too."""
    told = example_desk(f"sqlite:///{tmp_path / 'there.db'}")
    told.change(Change(THERE, HERE, confirms=True))
    told.change(
        lambda config: replace(config, directory=replace(config.directory, customers=config.directory.customers[:1]))
    )
    yield told
    told.desk.engine.dispose()


def test_s3_3_a_month_of_everything_keeps_its_bounds(here: TestDesk, there: TestDesk) -> None:
    """S3.1-S3.4: no loop is longer than twelve mails, nobody is answered past a bound, no stranger gets a word."""
    here.reads = there.reads = False  # each mail that leaves is composed and looked at once
    month, begin = Month(here), here.now
    agents_work(month)
    people_write(month)
    strangers_write(month)
    programs = (
        a_robot_answers(month, ROBOT, 20 * SECOND),
        a_robot_answers(month, SLOW_ROBOT, 150 * SECOND),
        a_list_resends(month),
        the_other_desk(month, there),
        somebody_is_away(month),
    )

    month.goes_by(begin + MONTH)

    rows = sent(here)
    assert [program.loops for program in programs if max(program.loops) > LOOP] == []
    assert_bounds(here, rows)
    assert_readers(here, rows)
    assert_counts(rows)


def sent(desk: TestDesk) -> Sequence[Row[Any]]:
    """Return every mail that left."""
    with reading(desk.desk.engine) as connection:
        return connection.execute(select(outbox).where(outbox.c.state == "queued").order_by(outbox.c.id)).all()


def busiest(times: Sequence[datetime], span: timedelta) -> int:
    """Return how many of these instants, in order, lie within so long of each other at most."""
    return max(
        (sum(first <= at < first + span for at in times[place:]) for place, first in enumerate(times)), default=0
    )


def assert_bounds(desk: TestDesk, rows: Sequence[Row[Any]]) -> None:
    """S3.3: in every hour and day of the month."""
    bounds, to, on = desk.desk.config.plan.governor, defaultdict(list), defaultdict(list)
    for row in rows:
        if row.answers:
            to[row.recipient].append(row.created_at)
            on[row.case_number].append(row.created_at)
    on.pop(None, None)
    assert {one for one, times in to.items() if busiest(times, HOUR) > bounds.address_hour} == set()
    assert {one for one, times in to.items() if busiest(times, DAY) > bounds.address_day} == set()
    assert {case for case, times in on.items() if busiest(times, HOUR) > bounds.case_hour} == set()


def assert_readers(desk: TestDesk, rows: Sequence[Row[Any]]) -> None:
    """S3.1: contacts, agents, and whom an MPOC put in Cc; an authenticated stranger once a day, others never."""
    directory = desk.desk.config.directory
    known = {mpoc.email for customer in directory.customers for mpoc in customer.mpocs}
    known |= {agent.email for agent in directory.agents} | {GUEST}
    strangers = [row for row in rows if row.recipient not in known]
    assert {(row.recipient, row.kind) for row in strangers} <= {(PROVEN_STRANGER, NoticeKind.QUARANTINE_ANSWER.value)}
    assert len(strangers) <= 30
    assert not [row for row in rows if row.recipient.endswith("@desk.example") and "support" in row.recipient]


def assert_counts(rows: Sequence[Row[Any]]) -> None:
    """What each kind came to, by its readers: never more than stated, and to nobody anything else."""
    counted = Counter((WHO.get(row.recipient, "agents"), row.kind) for row in rows)
    assert {what: found for what, found in counted.items() if found > MOST.get(what, 0)} == {}
    assert {what: counted[what] for what in EXACTLY} == EXACTLY


REQUESTS, BEGINNINGS, ABSENCES = 15, 3, 3
WHO = {
    **dict.fromkeys(HONEST, "honest"),
    ROBOT: "quick robot",
    SLOW_ROBOT: "slow robot",
    LIST: "list",
    AWAY: "away",
    THERE: "other desk",
    GUEST: "guest",
    PROVEN_STRANGER: "proven stranger",
}
EXACTLY = {
    ("honest", "acknowledgement"): REQUESTS,  # nobody honest is kept waiting by what programs do
    ("honest", "update"): 2 * REQUESTS,
    ("honest", "update_received"): REQUESTS,
    ("honest", "status_changed"): REQUESTS,
    ("proven stranger", "quarantine_answer"): 30,  # one a day, of two mails
    ("agents", "quarantine_digest"): 30,
    ("agents", "weekly_report"): 4,
}
CASES = REQUESTS + ABSENCES + BEGINNINGS * ((1 + 6) + (1 + 10) + 1 + LOOP)
MOST = EXACTLY | {
    ("quick robot", "acknowledgement"): BEGINNINGS * 6,  # muted after six within ten minutes
    ("slow robot", "acknowledgement"): BEGINNINGS * 10,  # ten an hour
    ("list", "acknowledgement"): BEGINNINGS,
    ("list", "update_received"): 2 * BEGINNINGS,
    ("other desk", "acknowledgement"): BEGINNINGS * LOOP // 2,
    ("other desk", "update_received"): BEGINNINGS * LOOP // 2,
    ("away", "acknowledgement"): ABSENCES,
    ("away", "update"): ABSENCES * PATIENCE,
    ("away", "update_received"): ABSENCES * PATIENCE,
    ("guest", "update"): 2 * REQUESTS,
    ("guest", "status_changed"): REQUESTS,
    ("agents", "case_assigned"): CASES,
    ("agents", "customer_wrote"): 2 * REQUESTS + ABSENCES * LOOP + BEGINNINGS * LOOP,
    ("agents", "commands_done"): REQUESTS + ABSENCES * PATIENCE,
    ("agents", "delivery_failed"): ABSENCES * LOOP,  # once a mail that bounced
    ("agents", "clock_reminder"): 2 * CASES,
    ("agents", "clock_breached"): 2 * CASES,  # the technician and a manager
}
