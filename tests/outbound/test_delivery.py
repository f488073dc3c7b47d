"""The outbox is emptied: every row ends, none sticks, none is lost, and a server that is away costs nothing (S3.6)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, event, insert, select

from daemon.errors import Temporary
from daemon.model.notice import OutgoingMail
from daemon.model.notice_kinds import NoticeKind
from daemon.model.setup import DeliverySettings, Security
from daemon.outbound.delivery import Delivery
from daemon.outbound.maildir import Maildir
from daemon.outbound.outcomes import Deferred, Outcome, Parcel, Refused, Sent, Transport, Unknown, Unreachable
from daemon.outbound.recording import Retry
from daemon.outbound.route import Route
from daemon.outbound.samples import PROVIDER
from daemon.outbound.submission import Submission
from daemon.outbound.templates import Templates
from daemon.rules.retry import next_try
from daemon.store import blobs
from daemon.store.database import Engine, open_database, reading, transaction
from daemon.store.outbox import encode_payload, release_all_of
from daemon.store.tables import outbox
from tests.outbound.mails import NOW, file_of, mail_of
from tests.outbound.packaged import TEMPLATES
from tests.servers.migrated import migrate
from tests.servers.smtp_sink import AfterDot, SmtpSink


@dataclass
class Script:
    """A way for mail that does as it is told."""

    outcomes: Callable[[Parcel], Outcome] = lambda _: Sent("250 taken")
    handed: list[Parcel] = field(default_factory=list)

    def hand_over(self, parcel: Parcel) -> Outcome:
        self.handed.append(parcel)
        return self.outcomes(parcel)

    def probe(self) -> Outcome:
        return Sent("")

    def close(self) -> None:
        self.handed.clear()


class Post:
    """An outbox with a delivery, and a clock that is a variable."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = NOW
        self.failed: list[tuple[int, str, str]] = []
        self.on_failed: Callable[[int, str, str], None] = lambda *told: self.failed.append(told)

    def clock(self) -> datetime:
        return self.now

    def queue(self, mail: OutgoingMail, token: str) -> int:
        """Write a row as `apply` does."""
        row = {
            "key": token,
            "token": token,
            "kind": mail.notice.kind.value,
            "recipient": mail.notice.to.address,
            "subject": "",
            "message_id": f"<{token}@desk.example>",
            "answers": False,
            "payload": encode_payload(mail),
            "state": "queued",
            "created_at": self.now,
            "not_before": self.now,
        }
        with transaction(self.engine) as connection:
            return int(connection.execute(insert(outbox).values(row).returning(outbox.c.id)).scalar_one())

    def queue_many(self, count: int) -> list[int]:
        return [
            self.queue(mail_of(NoticeKind.UPDATE, to_address=f"user{n}@acme.example"), f"many{n}") for n in range(count)
        ]

    def delivery(self, transport: Transport, templates: Templates = TEMPLATES) -> Delivery:
        route = Route(PROVIDER, templates, transport, connections=4, give_up=timedelta(hours=72))
        retry = Retry(next_try, lambda: 0.5)
        return Delivery(self.engine, route, clock=self.clock, retry=retry, on_failed=self.tell)

    def tell(self, row: int, recipient: str, reason: str) -> None:
        """Hand a failure on to whatever the test has put there by now."""
        self.on_failed(row, recipient, reason)

    def row(self, row_id: int) -> Row[Any]:
        with reading(self.engine) as connection:
            return connection.execute(select(outbox).where(outbox.c.id == row_id)).one()

    def states(self) -> list[str]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(outbox.c.state).order_by(outbox.c.id)).scalars())


@pytest.fixture
def post(database_url: str) -> Iterator[Post]:
    """An empty outbox, on each database."""
    engine = open_database(database_url)
    migrate(engine)
    yield Post(engine)
    engine.dispose()


def test_a_row_is_sent_once_and_says_so(post: Post, smtp_sink: SmtpSink) -> None:
    """S3.6, by a real server: the mail to its one recipient, under its reverse-path; then the row is `sent`."""
    settings = DeliverySettings(host=smtp_sink.host, port=smtp_sink.port, security=Security.PLAIN, timeout_seconds=5)
    delivery = post.delivery(Submission(settings, clock=post.clock))
    row = post.queue(mail_of(NoticeKind.UPDATE), "one")
    (told,) = delivery.deliver_due("sender")

    assert (told.id, told.kind, told.to, told.state) == (row, "update", "primary@acme.example", "sent")
    assert delivery.deliver_due("sender") == ()
    (taken,) = smtp_sink.mails
    assert (taken.recipients, taken.reverse_path) == (("primary@acme.example",), "support+b.sample@desk.example")
    stored = post.row(row)
    assert (stored.state, stored.attempts, stored.octets) == ("sent", 1, taken.octets)
    delivery.close()


def test_many_rows_go_at_once_and_each_once(post: Post, smtp_sink: SmtpSink) -> None:
    """S3.6: more than a batch, over several connections, a mail of their own for each."""
    settings = DeliverySettings(host=smtp_sink.host, port=smtp_sink.port, security=Security.PLAIN, timeout_seconds=5)
    delivery = post.delivery(Submission(settings, clock=post.clock))
    post.queue_many(100)
    told = delivery.deliver_due("sender") + delivery.deliver_due("sender")

    assert len(told) == 100
    assert sorted(mail.recipients for mail in smtp_sink.mails) == sorted((f"user{n}@acme.example",) for n in range(100))
    assert 1 < len({mail.session for mail in smtp_sink.mails}) <= 4
    delivery.close()


@pytest.mark.parametrize("after", [AfterDot.DEFER, AfterDot.DROP])
def test_every_try_sends_the_same_bytes(post: Post, smtp_sink: SmtpSink, after: AfterDot) -> None:
    """S3.6: put off, or without an answer after the dot: the same octets again, whatever the templates say by then."""
    settings = DeliverySettings(host=smtp_sink.host, port=smtp_sink.port, security=Security.PLAIN, timeout_seconds=5)
    row = post.queue(mail_of(NoticeKind.UPDATE), "one")
    smtp_sink.script(after)
    first = post.delivery(Submission(settings, clock=post.clock))
    (told,) = first.deliver_due("sender")
    assert told.state == "queued"
    assert post.row(row).not_before == NOW + timedelta(minutes=1)

    post.now += timedelta(minutes=1)
    second = post.delivery(Submission(settings, clock=post.clock), templates=_Broken(None))
    (told,) = second.deliver_due("sender")

    assert told.state == "sent"
    assert len({mail.octets for mail in (*smtp_sink.mails, *smtp_sink.turned_away)}) == 1
    first.close()
    second.close()


@pytest.mark.parametrize("outcome", [Deferred("451 later"), Unknown("no answer")])
def test_a_mail_that_is_always_put_off_is_given_up_after_72_hours(post: Post, outcome: Deferred | Unknown) -> None:
    """S3.6: growing pauses, then the row fails and its agent is told, once."""
    row = post.queue(mail_of(NoticeKind.UPDATE), "one")
    delivery = post.delivery(Script(lambda _: outcome))
    tries = 0
    while post.row(row).state == "queued":
        tries += len(delivery.deliver_due("sender"))
        post.now = max(post.row(row).not_before, post.now)

    assert post.row(row).state == "failed"
    assert timedelta(hours=72) <= post.now - NOW <= timedelta(hours=76)
    assert post.failed == [(row, "primary@acme.example", f"given up after {tries} tries: {outcome.reason}")]


def test_a_refusal_for_good_is_told_at_once(post: Post) -> None:
    """S3.6: `5yz`: the row fails, the caller is told of row, recipient and reason."""
    row = post.queue(mail_of(NoticeKind.UPDATE), "one")
    (told,) = post.delivery(Script(lambda _: Refused(550, "550 5.1.1 no such user"))).deliver_due("sender")

    assert (told.state, told.detail) == ("failed", "550 5.1.1 no such user")
    assert post.failed == [(row, "primary@acme.example", "550 5.1.1 no such user")]
    assert post.row(row).last_error == "550 5.1.1 no such user"


def test_one_bad_address_stops_nobody_else(post: Post) -> None:
    """S3.6: the batch goes on around a refusal, a deferral, and a transport that raises."""
    post.queue_many(5)
    faults: dict[str, Outcome] = {
        "user1@acme.example": Refused(550, "550 no"),
        "user2@acme.example": Deferred("451 later"),
    }

    def answer(parcel: Parcel) -> Outcome:
        if parcel.recipient == "user3@acme.example":
            raise RuntimeError("a defect of ours")
        return faults.get(parcel.recipient, Sent("250"))

    post.delivery(Script(answer)).deliver_due("sender")

    assert post.states() == ["sent", "failed", "queued", "queued", "sent"]


@pytest.mark.parametrize(
    ("is_refusal", "expected"),
    [
        pytest.param(False, [5, *[10] * 8], id="away: it gets mail within 15 s of its return"),
        pytest.param(True, [5, 10, 20, 40, 80, 160, 300, 300, 300], id="it refuses us: left alone for longer"),
    ],
)
def test_a_server_that_is_away_counts_against_no_mail(post: Post, is_refusal: bool, expected: list[int]) -> None:
    """S1.6: the whole delivery pauses, with growing pauses, and no row uses up its schedule."""
    rows = post.queue_many(10)
    script = Script(lambda _: Unreachable("connection refused", is_refusal=is_refusal))
    delivery = post.delivery(script)
    pauses = []
    for _ in range(9):
        script.handed.clear()
        delivery.deliver_due("sender")
        assert len(script.handed) <= 4, "the first that finds nobody keeps the rest from trying"
        assert delivery.trouble == "connection refused"
        due_at = delivery.due_at()
        assert due_at is not None
        pauses.append(int((due_at - post.now).total_seconds()))
        assert delivery.deliver_due("sender") == (), "nothing is tried while delivery pauses"
        post.now = due_at

    assert pauses == expected
    assert [post.row(row).attempts for row in rows] == [0] * 10
    assert post.failed == []
    script.outcomes = lambda _: Sent("250")
    delivery.deliver_due("sender")
    assert post.states() == ["sent"] * 10
    assert delivery.trouble == ""


class _Broken(Templates):
    def render(self, mail: OutgoingMail, provider: object) -> Any:
        raise ZeroDivisionError


def test_a_poison_row_does_not_stick(post: Post) -> None:
    """S3.5: what cannot be rendered goes as the fixed form; what can go to nobody fails; the others go."""
    post.queue(mail_of(NoticeKind.UPDATE, to_address="a@b.example\r\nBcc: c@d.example"), "poison")
    post.queue(mail_of(NoticeKind.UPDATE), "good")
    script = Script()
    post.delivery(script, templates=_Broken(None)).deliver_due("sender")

    assert post.states() == ["failed", "sent"]
    assert [parcel.recipient for parcel in script.handed] == ["primary@acme.example"]
    assert b"News on your case" in script.handed[0].octets
    assert "not a plain mail address" in post.failed[0][2]


def test_attachments_go_with_the_mail(post: Post) -> None:
    """S4.4: loaded by hash, byte for byte; one that is stored nowhere fails the row, loudly."""
    ref, octets = file_of("plan.png", bytes(range(256)))
    lost, _ = file_of("lost.png", b"lost")
    with transaction(post.engine) as connection:
        blobs.store(connection, ref.sha256, octets)
    post.queue(mail_of(NoticeKind.UPDATE, attachments=(ref,)), "one")
    post.queue(mail_of(NoticeKind.UPDATE, attachments=(lost,)), "two")
    script = Script()
    post.delivery(script).deliver_due("sender")

    assert post.states() == ["sent", "failed"]
    assert b"plan.png" in script.handed[0].octets
    assert len(post.failed) == 1


def test_two_senders_share_the_rows(post: Post) -> None:
    """Two daemons on one database: each row is claimed by one of them, and sent once."""
    post.queue_many(70)
    first, second = Script(), Script()
    inner = post.delivery(second)
    first.outcomes = lambda _: (inner.deliver_due("second"), Sent("250"))[1]
    post.delivery(first).deliver_due("first")

    assert len(first.handed) + len(second.handed) == 70
    assert len({parcel.row for parcel in (*first.handed, *second.handed)}) == 70


def test_a_sender_that_died_loses_nothing(post: Post) -> None:
    """Killed between claim and record: after its lease the row is sent by the next, with the octets it had."""
    row = post.queue(mail_of(NoticeKind.UPDATE), "one")

    def die(parcel: Parcel) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        post.delivery(Script(die)).deliver_due("dying")
    composed = post.row(row).octets
    assert (post.row(row).state, bool(composed)) == ("sending", True)

    script = Script()
    assert post.delivery(script).deliver_due("next") == ()
    post.now += timedelta(minutes=16)
    post.delivery(script).deliver_due("next")
    assert [parcel.octets for parcel in script.handed] == [composed]
    assert post.states() == ["sent"]


def test_time_is_bounded_and_what_was_not_tried_is_given_back(post: Post) -> None:
    """A slow server must not hold rows beyond their lease: after four minutes the rest is queued as it was."""
    rows = post.queue_many(10)

    def slowly(parcel: Parcel) -> Outcome:
        post.now += timedelta(minutes=2)
        return Sent("250")

    post.delivery(Script(slowly)).deliver_due("sender")

    waiting = [row for row in rows if post.row(row).state == "queued"]
    assert 4 <= len(waiting) <= 8
    assert {post.row(row).attempts for row in waiting} == {0}


def test_a_stop_finishes_what_is_in_hand(post: Post) -> None:
    """SIGTERM: mails that are on their way are finished and recorded, the others are queued as they were."""
    rows = post.queue_many(20)
    script = Script()
    delivery = post.delivery(script)

    def stopped(parcel: Parcel) -> Outcome:
        delivery.stop()
        return Sent("250")

    script.outcomes = stopped
    delivery.deliver_due("sender")

    states = post.states()
    assert 1 <= states.count("sent") <= 4
    assert states.count("queued") == len(rows) - states.count("sent")


def test_a_sender_that_may_have_lost_its_rows_sends_no_more_of_them(post: Post) -> None:
    """S3.6: what another may have taken over is not sent; nor is a refusal told that is no longer ours to tell."""
    rows = post.queue_many(20)
    held = [True]

    def lose(parcel: Parcel) -> Outcome:
        held[0] = False
        with transaction(post.engine) as connection:
            release_all_of(connection, "sender")
        return Refused(550, "550 no such user")

    script = Script(lose)
    delivery = post.delivery(script)
    delivery.deliver_due("sender", is_ours=lambda: held[0])
    delivery.deliver_due("sender", is_ours=lambda: held[0])

    assert 1 <= len(script.handed) <= 4
    assert post.states() == ["queued"] * len(rows)
    assert post.failed == []


def test_whoever_cannot_be_told_does_not_stop_the_record(post: Post) -> None:
    """The caller's trouble: a defect is logged and the row marked; a database that is away is tried again."""
    rows = post.queue_many(1)
    delivery = post.delivery(Script(lambda _: Refused(550, "550 no")))
    post.on_failed = _raising(Temporary("database: away"))
    with pytest.raises(Temporary):
        delivery.deliver_due("sender")
    assert post.states() == ["sending"]

    post.on_failed = _raising(ValueError("a defect"))
    (told,) = delivery.deliver_due("sender")
    assert (told.id, told.state) == (rows[0], "failed")
    assert post.states() == ["failed"]


def _raising(error: Exception) -> Callable[[int, str, str], None]:
    def on_failed(row: int, recipient: str, reason: str) -> None:
        raise error

    return on_failed


def test_into_a_maildir(post: Post, tmp_path: Path) -> None:
    """The example's way: every kind ends as a file."""
    for kind in NoticeKind:
        mail = mail_of(kind)
        post.queue(replace(mail, notice=replace(mail.notice, case=None)), kind.value)
    post.delivery(Maildir(tmp_path / "out")).deliver_due("sender")

    assert set(post.states()) == {"sent"}
    assert len(list((tmp_path / "out" / "new").iterdir())) == len(NoticeKind)


@pytest.mark.parametrize("count", [2, 40])
def test_a_batch_costs_four_statements_and_three_transactions(post: Post, count: int) -> None:
    """S3.6: claimed, kept and recorded, each for the whole batch at once, however many mails it has."""
    post.queue_many(count)
    seen: list[str] = []
    event.listen(post.engine, "before_cursor_execute", lambda _c, _cu, statement, *_: seen.append(statement.split()[0]))
    event.listen(post.engine, "commit", lambda _connection: seen.append("COMMIT"))
    told = post.delivery(Script()).deliver_due("sender")

    assert len(told) == count
    assert [word for word in seen if word != "BEGIN"] == [
        *("SELECT", "UPDATE", "COMMIT"),
        *("UPDATE", "COMMIT"),
        *("UPDATE", "COMMIT"),
    ]


def test_a_batch_is_handed_over_by_few_connections(post: Post, smtp_sink: SmtpSink) -> None:
    """Kept-open connections: pass after pass goes by the four of the first, up to what one may carry."""
    settings = DeliverySettings(host=smtp_sink.host, port=smtp_sink.port, security=Security.PLAIN, timeout_seconds=5)
    delivery = post.delivery(Submission(settings, clock=post.clock))
    post.queue_many(60)
    passes = [len(delivery.deliver_due("sender"))]
    post.queue(mail_of(NoticeKind.UPDATE), "later")
    passes.append(len(delivery.deliver_due("sender")))
    delivery.close()

    assert passes == [60, 1]
    assert len({mail.session for mail in smtp_sink.mails}) <= 4
