"""Programs that answer us, for a simulated month: every mail is counted, and each loop ends (S3.2, S3.3).

Nobody at the desk lifts a finger in these stories: what leaves is what the daemon does by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from daemon.model.outcome import Outcome
from daemon.model.setup import Config
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

PRIMARY = "primary@acme.example"
COLLEAGUE = "printer@acme.example"
MONTH, WEEK = timedelta(days=30), timedelta(days=7)


@dataclass(slots=True)
class Robot:
    """A program that answers every mail it gets, after the same while, and starts anew every week."""

    desk: TestDesk
    address: str
    pause: timedelta
    answer: Callable[["Robot", Mail], Ended]
    written: int = 0

    def writes(self, subject: str, text: str = "Alarm.\n", **fields: object) -> Ended:
        """Write a mail of its own, with a new Message-ID and no mark."""
        self.written += 1
        return self.desk.somebody(self.address).writes(subject, text, **fields)

    def replies_to(self, mail: Mail, **fields: object) -> Ended:
        """Answer in the thread."""
        self.written += 1
        return self.desk.somebody(self.address).replies_to(mail, f"Received, number {self.written}.", **fields)


def opens_a_ticket(robot: Robot, mail: Mail) -> Ended:
    """A ticket system that answers with a new Message-ID and a changed subject."""
    return robot.writes(f"[Ticket#{robot.written:05}] We received your request", mail.text)


def keeps_the_thread(robot: Robot, mail: Mail) -> Ended:
    """A robot that answers like a person."""
    return robot.replies_to(mail)


def copies_us_in(robot: Robot, mail: Mail) -> Ended:
    """A robot that answers with our own address in Cc too."""
    return robot.replies_to(mail, Cc="support@desk.example, Desk <SUPPORT@desk.example>")


def is_away(robot: Robot, mail: Mail) -> Ended:
    """A vacation responder known by its subject only."""
    return robot.replies_to(mail, Subject=f"Automatic reply: {mail.subject}")


def a_month(desk: TestDesk, robot: Robot) -> tuple[int, int]:
    """Let a month go by; return how many mails the robot got, and how many everybody else."""
    begin, seen, got, others = desk.now, 0, 0, 0
    for week in range(5):
        if desk.now < begin + week * WEEK:
            desk.passes_until((begin + week * WEEK).isoformat())
        robot.writes(f"Weekly test {week}")
        while new := desk.mails(after=seen):
            seen = new[-1].id
            mine = [mail for mail in new if mail.to == robot.address]
            got, others = got + len(mine), others + len(new) - len(mine)
            for mail in mine:
                desk.now += robot.pause
                robot.answer(robot, mail)
    desk.passes_until((begin + MONTH).isoformat())
    late = desk.mails(after=seen)
    return got + sum(mail.to == robot.address for mail in late), others + len(late)


def confirming(config: Config) -> Config:
    """Answer each update with a mail, as some desks want."""
    return replace(config, plan=replace(config.plan, confirm_updates=True))


SECONDS, MINUTES = timedelta(seconds=20), timedelta(minutes=2, seconds=30)

LOOPS = (
    # who, how fast, how, at most so many mails to it in a month of five beginnings
    (PRIMARY, SECONDS, opens_a_ticket, 5 * 6),  # muted after six within ten minutes, until the next week
    (PRIMARY, MINUTES, opens_a_ticket, 5 * 10),  # too slow for ping-pong: ten an hour
    (PRIMARY, SECONDS, keeps_the_thread, 5 * (1 + 3)),  # three an hour on a case
    (PRIMARY, MINUTES, keeps_the_thread, 5 * (1 + 3)),
    (PRIMARY, SECONDS, copies_us_in, 5 * (1 + 3)),
    (PRIMARY, SECONDS, is_away, 5),
    (COLLEAGUE, SECONDS, opens_a_ticket, 5 * 6 + 5 * 6),  # held, and in the end told that it lapsed
    (COLLEAGUE, MINUTES, opens_a_ticket, 5 * 10 + 5 * 10),
)


@pytest.mark.parametrize(("address", "pause", "way", "most"), LOOPS, ids=lambda value: getattr(value, "__name__", None))
def test_s3_3_a_robot_without_any_mark_is_stopped(
    desk: TestDesk, address: str, pause: timedelta, way: Callable[[Robot, Mail], Ended], most: int
) -> None:
    """S3.3: whatever a robot does, a month holds so many mails to it, and everything it wrote is kept."""
    desk.change(confirming)
    robot = Robot(desk, address, pause, way)

    got, others = a_month(desk, robot)

    assert 5 <= got <= most
    assert robot.written <= got + 5
    assert others <= 12 * robot.written, "agents, managers and contacts are told of each mail a few times, not more"


def test_s3_3_quick_ping_pong_mutes_for_a_day(desk: TestDesk) -> None:
    """S3.3: after six answers within ten minutes there are none for 24 hours; the rows say why; all mail is kept."""
    robot = Robot(desk, PRIMARY, SECONDS, opens_a_ticket)
    answered = []
    for number in range(9):
        desk.now += SECONDS
        answered.append(bool(_to(robot, robot.writes(f"Alarm {number}"))))

    assert answered == [True] * 6 + [False] * 3
    desk.now += timedelta(hours=23)
    assert not _to(robot, robot.writes("Still muted"))
    assert desk.case(robot.writes("Stored always").case).status == "new"
    desk.now += timedelta(hours=1)
    assert _to(robot, robot.writes("A day later"))


def test_s3_3_every_bound_is_told_to_the_log(desk: TestDesk) -> None:
    """S3.3: what was withheld, why, and who is muted until when; `supportd outbox` shows the same."""
    robot = Robot(desk, PRIMARY, SECONDS, opens_a_ticket)
    with capture_logs() as said:
        for number in range(8):
            desk.now += SECONDS
            robot.writes(f"Alarm {number}")

    withheld = [line for line in said if line["event"] == "answer.withheld"]
    muted = [line for line in said if line["event"] == "address.muted"]
    assert [line["kind"] for line in withheld] == ["acknowledgement"] * 2
    assert all("muted" in line["reason"] for line in withheld)
    assert [line["until"] for line in muted] == [(desk.now - SECONDS + timedelta(hours=24)).isoformat()]


def test_s3_3_mails_that_came_together_are_no_ping_pong(desk: TestDesk) -> None:
    """S3.3: nine mails received before the first was answered mute nobody: a backlog after an outage, say."""
    together, answered = desk.now, 0
    for number in range(9):
        desk.now += SECONDS
        raw = f"From: {PRIMARY}\r\nTo: support@desk.example\r\nSubject: Site {number}\r\n\r\nIt is down.\r\n".encode()
        ended = desk.deliver(raw, received_at=together)
        answered += PRIMARY in [mail.to for mail in ended.answers]

    assert answered == 9


def _to(robot: Robot, ended: Ended) -> list[Mail]:
    return [mail for mail in ended.answers if mail.to == robot.address]


@pytest.mark.parametrize("keeps_ids", [True, False])
def test_s3_2_a_list_that_resends_our_mail_to_us(desk: TestDesk, *, keeps_ids: bool) -> None:
    """S3.2: a contact that is a list gives us back every mail of ours; in a month that is one case, or a loop noted."""
    seen, resent = 0, []
    desk.mpoc(PRIMARY).writes("Lines")
    end = desk.now + MONTH
    while new := [mail for mail in desk.mails(after=seen) if mail.to == PRIMARY]:
        seen = new[-1].id
        desk.now += SECONDS
        resent += [desk.deliver(through_the_list(mail, keeps_ids=keeps_ids)) for mail in new]
        assert len(resent) < 20
    desk.passes_until(end.isoformat())

    assert {ended.outcome for ended in resent} == {Outcome.LOOP if keeps_ids else Outcome.CASE_UPDATED}
    assert len(desk.mails_to(PRIMARY)) <= 3


def through_the_list(mail: Mail, *, keeps_ids: bool) -> bytes:
    """Return a mail of ours as a list hands it on: From rewritten, a tag, a footer, our marks of automation lost."""
    ids = f"Message-ID: {mail.message['Message-ID']}" if keeps_ids else "Message-ID: <list-1@lists.acme.example>"
    head = (
        f"From: Desk via Helpdesk list <{mail.to}>",
        "To: support@desk.example",
        f"Subject: [helpdesk] {mail.subject}",
        ids,
        "List-Id: <helpdesk.acme.example>",
        "List-Post: <mailto:helpdesk@acme.example>",
        "Content-Type: text/plain; charset=utf-8",
    )
    return "\r\n".join((*head, "", mail.text, "-- ", "helpdesk list")).encode()


def test_s3_2_our_own_address_in_cc_gets_nothing(desk: TestDesk) -> None:
    """S3.2: we never write to ourselves, however often our address stands in To and Cc."""
    opened = desk.mpoc(PRIMARY).writes("Lines", Cc="support@desk.example, Support <support+macd@desk.example>")
    desk.assignee(opened.case).answers(opened.case, "We look into it.")
    desk.passes_until((desk.now + MONTH).isoformat())

    assert not [mail.to for mail in desk.mails() if mail.to.endswith("@desk.example") and "support" in mail.to]


def test_s3_3_a_robot_on_a_duplicate_is_bounded_by_its_primary(desk: TestDesk) -> None:
    """S3.3, R4.5: its mails go to the primary case, and three answers an hour is what that one gets."""
    desk.change(confirming)
    primary, duplicate = desk.mpoc(PRIMARY).writes("Lines").case, desk.mpoc(PRIMARY).writes("Lines again").case
    told = desk.assignee(duplicate).answers(duplicate, f"#duplicate {primary}\n\nThe same.").told(PRIMARY)
    desk.days_pass(1)
    robot, answered = Robot(desk, PRIMARY, MINUTES, keeps_the_thread), 0
    for _ in range(9):
        desk.now += MINUTES
        ended = robot.replies_to(told)
        assert ended.case == primary
        answered += len(_to(robot, ended))

    assert answered == 3
