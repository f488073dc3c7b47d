"""Subscribers on both databases: kept, confirmed, erased without a trace of their address, ended by time (R8.2)."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from daemon.act import subscribing
from daemon.act.subscribing import Wanted
from daemon.apply import apply
from daemon.errors import Permanent
from daemon.model.desk_effect import OpenIncident
from daemon.model.incident import IncidentUpdate, UpdateKind
from daemon.model.subscriber import ERASED, Scope, ScopeKind, Subscriber
from daemon.posting import Posting
from daemon.rules.subscribing import question
from daemon.store import outbox as rows
from daemon.store.database import reading, transaction
from daemon.store.desk_tables import subscribers as subscribers_table
from daemon.store.desk_tables import subscriptions
from daemon.store.incidents import open_incident, tell_incident
from daemon.store.outbox_views import retry_outgoing, show_outgoing
from daemon.store.subscribers import all_subscribers, subscribed_to, subscriber_at
from daemon.store.tables import outbox
from daemon.tick import Ticked
from tests.scenarios.desk import TestDesk, example_desk
from tests.web.reading import with_page

READER, OTHER = "reader@elsewhere.example", "other@elsewhere.example"
VOICE, CHAT = Scope(ScopeKind.PLATFORM, "voice"), Scope(ScopeKind.PLATFORM, "chat")


@pytest.fixture
def desk(database_url: str) -> Iterator[TestDesk]:
    """The example company's desk, with a page."""
    told = example_desk(database_url)
    with_page(told)
    yield told
    told.desk.engine.dispose()


def ask(desk: TestDesk, *scopes: Scope, address: str = READER, language: str = "en") -> Subscriber:
    """Let somebody ask for news."""
    subscribing.ask(desk.desk, Wanted(address, language, scopes), now=desk.now)
    found = known(desk, address)
    assert found
    return found


def known(desk: TestDesk, address: str = READER) -> Subscriber | None:
    """Return what is kept of an address."""
    with reading(desk.desk.engine) as connection:
        return subscriber_at(connection, address)


def whole_database(desk: TestDesk) -> str:
    """Return every row that could name a subscriber, as text."""
    with reading(desk.desk.engine) as connection:
        found = [
            dict(row) for table in (subscribers_table, subscriptions, outbox)
            for row in connection.execute(select(table)).mappings()
        ]  # fmt: skip
    return json.dumps(found, default=lambda value: bytes(value).decode() if isinstance(value, bytes) else str(value))


def news(ticked: tuple[Ticked, ...]) -> list[str]:
    """Return what the tick said of subscribers."""
    return [one.detail for one in ticked if "subscribers erased" in one.detail]


def test_r8_2_asked_confirmed_and_ended(desk: TestDesk) -> None:
    """R8.2: only what is confirmed counts; asking again keeps it, and the token."""
    asked = ask(desk, VOICE, CHAT)
    assert (asked.scopes, asked.asked) == ((), (VOICE, CHAT))
    assert subscribing.confirm(desk.desk, asked.token, (VOICE,), now=desk.now)
    with reading(desk.desk.engine) as connection:
        assert [one.address for one in subscribed_to(connection, [VOICE])] == [READER]
        assert subscribed_to(connection, [CHAT]) == ()
    again = ask(desk, VOICE, language="fr")
    assert (again.scopes, again.asked, again.token, again.language) == ((VOICE,), (CHAT,), asked.token, "en")

    assert subscribing.end(desk.desk, asked.token, (VOICE,))
    left = known(desk)
    assert left
    assert (left.scopes, left.asked) == ((), (CHAT,))
    assert subscribing.end(desk.desk, asked.token, (CHAT,))
    assert known(desk) is None
    assert not subscribing.end(desk.desk, asked.token, (CHAT,))


def test_r8_2_who_has_confirmed_nothing_is_asked_in_the_language_of_the_last_form(desk: TestDesk) -> None:
    """R8.2: until then nobody knows whose the first form was."""
    ask(desk, VOICE, language="en")
    assert ask(desk, VOICE, language="fr").language == "fr"


def test_r8_2_erasing_leaves_no_address_anywhere(desk: TestDesk) -> None:
    """R8.2: sent and waiting mails keep key, token and state of their own; who they were for is gone, links too."""
    subscriber, other = ask(desk, VOICE), ask(desk, VOICE, address=OTHER)
    desk.days_pass(1)
    ask(desk, VOICE)
    desk.days_pass(1)
    ask(desk, VOICE)
    with transaction(desk.desk.engine) as connection:
        first, second, *_ = connection.execute(select(outbox.c.id).where(outbox.c.recipient == READER)).scalars()
        sent = {"state": "sent", "octets": READER.encode(), "last_error": f"250 {READER}"}
        connection.execute(update(outbox).where(outbox.c.id == first).values(sent))
        connection.execute(update(outbox).where(outbox.c.id == second).values(state="sending", claimed_by="x"))
    before = whole_database(desk)
    assert READER in before

    assert subscribing.erase(desk.desk, subscriber.token)

    after = whole_database(desk)
    assert READER not in after
    assert subscriber.token not in after
    assert OTHER in after
    assert other == known(desk, OTHER)
    with reading(desk.desk.engine) as connection:
        query = select(outbox.c.key, outbox.c.state, outbox.c.recipient).where(outbox.c.recipient == ERASED)
        erased = connection.execute(query.order_by(outbox.c.id)).all()
        assert show_outgoing(connection, first).notice.to.address == ERASED
    assert [row.state for row in erased] == ["sent", "cancelled", "cancelled"]
    assert len({row.key for row in erased}) == 3


def test_r8_2_a_mail_that_is_just_being_sent_is_not_sent_again(desk: TestDesk) -> None:
    """R8.2: whatever the server answers, and whatever was composed meanwhile: the row stays as it was erased."""
    subscriber = ask(desk, VOICE)
    with transaction(desk.desk.engine) as connection:
        (mail,) = rows.claim(connection, "sender", now=desk.now, limit=10)
    subscribing.erase(desk.desk, subscriber.token)
    with transaction(desk.desk.engine) as connection:
        rows.store_octets(connection, [(mail.id, READER.encode())])
        rows.record_deferred(connection, mail.id, sender="sender", not_before=desk.now, error=READER)
        rows.release(connection, [mail.id], sender="sender", not_before=desk.now, error=READER)

    assert READER not in whole_database(desk)
    with transaction(desk.desk.engine) as connection:
        assert rows.claim(connection, "sender", now=desk.now + timedelta(days=1), limit=10) == ()
        with pytest.raises(Permanent, match="erased"):
            retry_outgoing(connection, mail.id, now=desk.now)


def test_r8_2_what_is_being_queued_is_erased_too(desk: TestDesk) -> None:
    """R8.2: who is told in a transaction that began before: the erasure waits for its end, and finds the mail."""
    subscriber = ask(desk, VOICE)
    subscribing.confirm(desk.desk, subscriber.token, (VOICE,), now=desk.now)
    with ThreadPoolExecutor(1) as other:
        with transaction(desk.desk.engine) as connection:
            (told,) = subscribed_to(connection, [VOICE])
            erasing = other.submit(subscribing.erase, desk.desk, subscriber.token)
            assert not wait([erasing], timeout=0.5).done
            tomorrow = desk.now + timedelta(days=1)
            mail = question(told, ((VOICE, "Voice"),), desk.desk.config.charter, now=tomorrow)
            apply(connection, mail, Posting(desk.desk, tomorrow, None), cases=())
        assert erasing.result(timeout=20)

    assert READER not in whole_database(desk)


def test_r8_2_a_contact_keeps_their_case_mails(desk: TestDesk) -> None:
    """R8.2: erased is the subscriber, not the customer's contact of the same address."""
    contact = "primary@acme.example"
    case = desk.mpoc(contact).writes("Lines").case
    subscriber = ask(desk, VOICE, address=contact)
    assert [mail.kind for mail in desk.mails_to(contact)] == ["acknowledgement", "status_confirm"]

    subscribing.erase(desk.desk, subscriber.token)

    assert [mail.kind for mail in desk.mails_to(contact)] == ["acknowledgement"]
    assert desk.last_mail(contact, case).to == contact


def test_r8_2_an_operator_erases_by_address(desk: TestDesk) -> None:
    """R8.2: on request by mail or telephone."""
    ask(desk, VOICE)
    assert subscribing.erase_address(desk.desk, READER)
    assert not subscribing.erase_address(desk.desk, READER)
    assert READER not in whole_database(desk)


def test_s3_1_who_does_not_confirm_is_forgotten_after_three_days(desk: TestDesk) -> None:
    """S3.1, R8.2: address and mail; who has confirmed something else keeps that; asking again begins anew."""
    ask(desk, VOICE)
    other = ask(desk, VOICE, address=OTHER)
    subscribing.confirm(desk.desk, other.token, (VOICE,), now=desk.now)
    ask(desk, CHAT, address=OTHER)
    late = ask(desk, VOICE, address="late@elsewhere.example")
    desk.days_pass(1)
    assert news(desk.ticks()) == []
    ask(desk, VOICE, address=late.address)
    desk.days_pass(2.01)

    assert news(desk.ticks()) == ["2 subscriptions ended, 1 subscribers erased (R8.2)"]

    assert READER not in whole_database(desk)
    kept = known(desk, OTHER)
    assert kept
    assert (kept.scopes, kept.asked) == ((VOICE,), ())
    assert known(desk, late.address) is not None
    assert news(desk.ticks()) == []
    desk.days_pass(1)
    assert news(desk.ticks()) == ["1 subscriptions ended, 1 subscribers erased (R8.2)"]


def test_r8_2_a_subscription_ends_thirty_days_after_its_incident(desk: TestDesk) -> None:
    """R8.2: an incident that goes on again within that time keeps its subscribers; a platform's stay."""
    case = desk.mpoc("primary@acme.example").writes("Down").case
    scope = Scope(ScopeKind.INCIDENT, str(case))
    with transaction(desk.desk.engine) as connection:
        opened = OpenIncident(case=case, title="No calls", products=(), at=desk.now, actor="agent1")
        open_incident(connection, opened)
    for address, scopes in ((READER, (scope,)), (OTHER, (scope, VOICE))):
        subscribing.confirm(desk.desk, ask(desk, *scopes, address=address).token, scopes, now=desk.now)
    with transaction(desk.desk.engine) as connection:
        tell_incident(connection, case, IncidentUpdate(desk.now, UpdateKind.RESOLVED, "Over.", "agent1"))
    desk.days_pass(29)
    assert news(desk.ticks()) == []
    desk.days_pass(1)

    assert news(desk.ticks()) == ["2 subscriptions ended, 1 subscribers erased (R8.2)"]

    assert known(desk) is None
    kept = known(desk, OTHER)
    assert kept
    assert kept.scopes == (VOICE,)


def test_r8_2_everybody_is_listed(desk: TestDesk) -> None:
    """R8.2: in the order in which they came, with what is confirmed and what waits."""
    first = ask(desk, VOICE)
    ask(desk, CHAT, address=OTHER)
    subscribing.confirm(desk.desk, first.token, (VOICE,), now=desk.now)

    with reading(desk.desk.engine) as connection:
        found = all_subscribers(connection)

    assert [(one.address, one.scopes, one.asked) for one in found] == [(READER, (VOICE,), ()), (OTHER, (), (CHAT,))]
