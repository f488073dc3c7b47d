"""S3.3, S3.6: outgoing mail on both databases: written once, claimed under a lease, ended once."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from daemon.apply import apply
from daemon.model.case import NEW_CASE, Status
from daemon.model.effect import Queue
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.outbound.templates import Templates
from daemon.posting import Posting
from daemon.rules.notices import notice
from daemon.store import answers, outbox
from daemon.store.database import Engine, transaction
from daemon.store.tables import outbox as rows
from tests.rules.making import PLAN
from tests.store.making import DAY, HOUR, MINUTE, NOW, WRITER, a_decision, a_desk, opening, queued


def _claim(engine: Engine, sender: str = "s1", *, at: datetime = NOW) -> list[int]:
    with transaction(engine) as connection:
        return [mail.id for mail in outbox.claim(connection, sender, now=at, limit=10)]


def _row(engine: Engine) -> tuple[str, int, str]:
    with transaction(engine) as connection:
        row = connection.execute(select(rows)).one()
    return row.state, row.attempts, row.last_error


def test_a_notice_comes_back_as_it_was_queued(engine: Engine) -> None:
    """architecture.md 5: everything that outbound needs is on the row."""
    queued(engine)
    with transaction(engine) as connection:
        (mail,) = outbox.claim(connection, "s1", now=NOW, limit=10)

    facts = {"subject": "caf\u00e9 \u2014 \U0001f4de"}
    assert mail.notice == notice(
        NoticeKind.QUARANTINE_ANSWER, Recipient(WRITER), case=None, event="mail 1", facts=facts, subject="Hello"
    )
    assert (mail.octets, mail.attempts, mail.reverse_path) == (None, 1, "")
    assert datetime.fromisoformat(mail.created_at) == NOW


def test_the_same_key_adds_no_second_notice(engine: Engine) -> None:
    """architecture.md 4: a repeated decision, a second node or a catch-up adds nothing."""
    queued(engine)
    queued(engine)
    queued(engine, "mail 2")

    assert len(_claim(engine)) == 2


def test_a_claimed_row_comes_back_when_its_lease_ends(engine: Engine) -> None:
    """S3.6: a sender that died sends nothing twice before its lease has run out."""
    queued(engine)
    (row_id,) = _claim(engine)

    assert _claim(engine, "s2", at=NOW + outbox.LEASE - MINUTE) == []
    assert _claim(engine, "s2", at=NOW + outbox.LEASE) == [row_id]


def test_a_cancelled_row_is_written_and_never_sent(engine: Engine) -> None:
    """S3.3: past the governor's bounds the row is written as `cancelled` with its reason."""
    queued(engine, cancelled="governor: enough")

    assert _claim(engine) == []
    assert _row(engine) == ("cancelled", 0, "governor: enough")


def test_every_try_sends_the_bytes_of_the_first(engine: Engine) -> None:
    """S3.6: what was composed once is not composed again."""
    queued(engine)
    (row_id,) = _claim(engine)
    with transaction(engine) as connection:
        outbox.store_octets(connection, [(row_id, b"first")])
        outbox.store_octets(connection, [(row_id, b"second")])
        outbox.record_deferred(connection, row_id, sender="s1", not_before=NOW + HOUR, error="451 later")

    assert _row(engine) == ("queued", 1, "451 later")
    assert _claim(engine, at=NOW + HOUR - MINUTE) == []
    with transaction(engine) as connection:
        (mail,) = outbox.claim(connection, "s1", now=NOW + HOUR, limit=10)
        assert outbox.next_due(connection) is None
    assert mail.octets == b"first"


@pytest.mark.parametrize(("end", "state"), [("sent", "sent"), ("failed", "failed")])
def test_an_ended_row_is_never_claimed_again(engine: Engine, end: str, state: str) -> None:
    """S3.6: taken or refused for good, that is its end; a late word of another sender changes nothing."""
    queued(engine)
    (row_id,) = _claim(engine)
    with transaction(engine) as connection:
        if end == "sent":
            outbox.record_sent(connection, [(row_id, "250 ok")], now=NOW)
        else:
            outbox.record_failed(connection, row_id, sender="s1", error="550 no")
        outbox.record_deferred(connection, row_id, sender="s1", not_before=NOW, error="too late")

    assert _claim(engine, at=NOW + DAY) == []
    assert _row(engine)[0] == state


def test_only_a_mail_that_was_taken_is_a_lost_senders_to_tell(engine: Engine) -> None:
    """S3.6: a sender that stood still for long finds its row in other hands: only that it was sent is true still."""
    queued(engine)
    (row_id,) = _claim(engine)
    with transaction(engine) as connection:
        outbox.release_all_of(connection, "s1")
    assert _claim(engine, "s2") == [row_id]

    with transaction(engine) as connection:
        outbox.record_deferred(connection, row_id, sender="s1", not_before=NOW, error="451 later")
        outbox.record_failed(connection, row_id, sender="s1", error="550 no")
        outbox.release(connection, [row_id], sender="s1", not_before=NOW, error="")
        assert not outbox.holds_claim(connection, row_id, "s1")
        assert outbox.holds_claim(connection, row_id, "s2")
    assert _row(engine) == ("sending", 2, "")

    with transaction(engine) as connection:
        outbox.record_sent(connection, [(row_id, "250 ok")], now=NOW)
    assert _row(engine) == ("sent", 2, "250 ok")


def test_what_a_dead_daemon_was_sending_is_queued_again(engine: Engine) -> None:
    """S3.6: a row never sticks."""
    queued(engine)
    _claim(engine, "host:7:delivery")
    with transaction(engine) as connection:
        assert outbox.release_all_of(connection, "host:8:") == 0
        assert outbox.release_all_of(connection, "host:7:") == 1

    assert len(_claim(engine)) == 1


def test_the_next_due_row_is_known(engine: Engine) -> None:
    """S3.6: delivery sleeps until something is due."""
    with transaction(engine) as connection:
        assert outbox.next_due(connection) is None
    queued(engine, at=NOW + HOUR)
    with transaction(engine) as connection:
        assert outbox.next_due(connection) == NOW + HOUR


def test_the_governor_counts_sent_answers_of_the_hour_and_the_day(engine: Engine) -> None:
    """S3.3: automatic answers count, cancelled ones and other mail do not."""
    queued(engine, "one", at=NOW - 30 * MINUTE)
    queued(engine, "two", at=NOW - 2 * HOUR)
    queued(engine, "three", at=NOW - 25 * HOUR)
    queued(engine, "four", cancelled="governor", at=NOW - MINUTE)
    queued(engine, "five", kind=NoticeKind.DECLINED, at=NOW - MINUTE)
    with transaction(engine) as connection:
        counts = answers.counts(connection, WRITER, (), now=NOW, received_at=NOW)
        nobody = answers.counts(connection, "other@unknown.example", (1,), now=NOW, received_at=NOW)

    assert (counts.address_hour, counts.address_day) == (1, 2)
    assert (nobody.address_hour, nobody.address_day, nobody.case_hour) == (0, 0, 0)


@pytest.mark.parametrize(("ago", "answered"), [(0, True), (23, True), (24, False), (30, False)])
def test_a_stranger_is_answered_once_a_day(engine: Engine, ago: int, *, answered: bool) -> None:
    """R2.4: at most one quarantine answer a day and sender."""
    queued(engine, at=NOW - ago * HOUR)
    kind = NoticeKind.QUARANTINE_ANSWER
    with transaction(engine) as connection:
        assert answers.got_since(connection, WRITER, kind, since=NOW - 24 * HOUR) is answered
        assert not answers.got_since(connection, "x@unknown.example", kind, since=NOW - 24 * HOUR)


def test_a_mail_is_found_by_its_token(engine: Engine) -> None:
    """S3.4: a report is bound to the row that it answers, by the token in its reverse-path."""
    queued(engine)
    with transaction(engine) as connection:
        token = connection.execute(select(rows.c.token)).scalar_one()
        found = answers.sent_mail(connection, token)
        assert answers.sent_mail(connection, "nosuchtoken") is None
        assert found is not None
        assert answers.sent_row(connection, found.id) == found

    assert (found.recipient, found.case, found.kind) == (WRITER, None, "quarantine_answer")


def _rewritten_by_an_older_version(engine: Engine) -> None:
    """Take out of the queued row what the payload has got since."""
    with transaction(engine) as connection:
        payload = connection.execute(select(rows.c.payload)).scalar_one()
        old = {"status", "priority", "until", "reopen_until", "primary"}
        payload["notice"]["facts"] = [[name, value] for name, value in payload["notice"]["facts"] if name in old]
        del payload["offers"]
        connection.execute(update(rows).values(payload=payload))


def test_a_row_of_an_older_version_is_still_sent(engine: Engine) -> None:
    """S3.6: facts and addresses that a kind got after the row was queued are empty; the mail reads as it did."""
    _updated(engine, "primary@acme.example")
    _rewritten_by_an_older_version(engine)
    with transaction(engine) as connection:
        (mail,) = outbox.claim(connection, "s1", now=NOW, limit=10)
    words = Templates(None).render(mail, PLAN.provider).text

    assert dict(mail.notice.facts) == dict.fromkeys(NOTICES[NoticeKind.UPDATE].facts, "") | {
        "status": "resolved_follow_up"
    }
    assert mail.offers == ()
    assert "We believe that the work is done." in words
    assert "Please try it." in words


@pytest.mark.parametrize(("reader", "is_offered"), [("primary@acme.example", True), ("user@acme.example", False)])
def test_r2_6_only_an_mpoc_is_offered_to_confirm(engine: Engine, reader: str, is_offered: bool) -> None:
    """R2.6, R4.4: a participant cannot confirm, and their mail does not say that they could."""
    _updated(engine, reader)
    with transaction(engine) as connection:
        (mail,) = outbox.claim(connection, "s1", now=NOW, limit=10)
    words = Templates(None).render(mail, PLAN.provider).text

    assert bool(mail.offers) is is_offered
    assert ('"confirmed"' in words) is is_offered
    assert "we go on with the work" in words


def _updated(engine: Engine, reader: str) -> None:
    """Open a case and queue an agent's reply that resolves it."""
    facts = {"status": Status.RESOLVED.value}
    told = notice(
        NoticeKind.UPDATE, Recipient(reader), case=NEW_CASE, event="mail 1", facts=facts, text="Please try it."
    )
    with transaction(engine) as connection:
        apply(connection, a_decision(opening(), Queue(notice=told)), Posting(a_desk(engine), NOW, None), cases=())
