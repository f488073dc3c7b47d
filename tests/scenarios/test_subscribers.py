"""What subscribers' mails do when they come back (S3.4), and two nodes that are asked the same (S3.1)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from daemon.act import subscribing
from daemon.act.subscribing import Wanted
from daemon.model.outcome import Outcome
from daemon.model.subscriber import Scope, ScopeKind, Subscriber
from daemon.receive import delivery_failed
from daemon.store.addresses import bounced_among, is_muted
from daemon.store.database import reading, transaction
from daemon.store.subscribers import subscriber_at
from daemon.store.tables import outbox
from tests.scenarios import reports
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail
from tests.web.reading import with_page

READER, CONTACT = "reader@elsewhere.example", "primary@acme.example"
VOICE = Scope(ScopeKind.PLATFORM, "voice")


def asked(desk: TestDesk, address: str = READER) -> Mail:
    """Let somebody ask for news; returns the question."""
    with_page(desk)
    subscribing.ask(desk.desk, Wanted(address, "en", (VOICE,)), now=desk.now)
    return desk.mails_to(address)[-1]


def news(desk: TestDesk, address: str = READER) -> Mail:
    """Let somebody have subscribed, and get an update of an incident."""
    asked(desk, address)
    found = known(desk, address)
    assert found
    subscribing.confirm(desk.desk, found.token, (VOICE,), now=desk.now)
    agent = desk.somebody("agent1@desk.example", authenticated="pass")
    return agent.writes("A master", "#p1g Telephone calls fail\n").told(address)


def known(desk: TestDesk, address: str = READER) -> Subscriber | None:
    """Return what is kept of an address."""
    with reading(desk.desk.engine) as connection:
        return subscriber_at(connection, address)


def noted(desk: TestDesk, address: str, *, after: float = 0) -> tuple[bool, bool]:
    """Tell whether an address is marked as one that bounces, and whether it is muted, so many days later."""
    with reading(desk.desk.engine) as connection:
        muted = is_muted(connection, address, now=desk.now + timedelta(days=after))
        return bool(bounced_among(connection, [address])), muted


def returned(desk: TestDesk, mail: Mail, octets: bytes) -> Ended:
    """Deliver a report to the reverse-path of a mail."""
    return desk.deliver(octets, recipients=(mail.reverse_path,), reverse_path="")


@pytest.mark.parametrize("report", [reports.postfix, reports.exchange, reports.complaint])
@pytest.mark.parametrize("first", [asked, news])
def test_s3_4_a_subscriber_whose_mail_comes_back_is_one_no_more(
    desk: TestDesk, first: Callable[[TestDesk], Mail], report: Callable[[Mail], bytes]
) -> None:
    """S3.4, R8.2: bounced for good or reported as unwanted: forgotten, no agent is told, and not asked for 30 days."""
    mail = first(desk)

    ended = returned(desk, mail, report(mail))

    assert (ended.outcome, ended.case, ended.answers) == (Outcome.BOUNCE, 0, ())
    assert READER not in ended.reason
    assert known(desk) is None
    assert desk.mails_to(READER) == ()
    assert noted(desk, READER) == (False, True)
    assert noted(desk, READER, after=30.1) == (False, False)
    subscribing.ask(desk.desk, Wanted(READER, "en", (VOICE,)), now=desk.now + timedelta(days=1))
    assert known(desk) is None


def test_s3_4_a_late_mail_changes_nothing(desk: TestDesk) -> None:
    """S3.4: full or slow is not gone."""
    mail = news(desk)
    returned(desk, mail, reports.postfix(mail, status="5.2.2", said="552 5.2.2 Mailbox full"))
    assert known(desk) is not None


def test_s3_4_a_report_on_somebody_erased_harms_nobody(desk: TestDesk) -> None:
    """S3.4: it comes after the subscriber went; the word that stands for them is no address to be marked."""
    mail = news(desk)
    found = known(desk)
    assert found
    subscribing.erase(desk.desk, found.token)

    assert returned(desk, mail, reports.postfix(mail)).outcome is Outcome.BOUNCE
    assert noted(desk, "erased") == noted(desk, READER) == (False, False)


def test_s3_4_a_contact_is_marked_as_for_any_mail(desk: TestDesk) -> None:
    """S3.4: a contact's address that is dead is dead for cases too, whichever mail showed it."""
    mail = news(desk, CONTACT)
    returned(desk, mail, reports.postfix(mail))
    assert known(desk, CONTACT) is None
    assert noted(desk, CONTACT) == (True, False)


def test_s3_4_a_contact_who_complains_of_news_still_gets_answers(desk: TestDesk) -> None:
    """S3.4: what they did not want is the subscription, which ends; their cases go on."""
    mail = news(desk, CONTACT)
    returned(desk, mail, reports.complaint(mail))
    assert known(desk, CONTACT) is None
    assert noted(desk, CONTACT) == (False, False)
    assert desk.mpoc(CONTACT).writes("Lines").told(CONTACT).kind == "acknowledgement"


def test_s3_6_an_address_that_our_server_knows_to_be_none_is_forgotten_too(desk: TestDesk) -> None:
    """S3.6, S3.4: refused for good as unknown; where it is refused for another reason, that may be ours: they stay."""
    mail = news(desk)
    delivery_failed(desk.desk, mail.id, reason="550 5.7.1 relaying denied", now=desk.now)
    assert known(desk) is not None

    delivery_failed(desk.desk, mail.id, reason="550 5.1.1 no such user", now=desk.now)

    assert known(desk) is None
    assert noted(desk, READER) == (False, True)
    assert "delivery_failed" not in {mail.kind for mail in desk.mails()}, "no agent can do anything about it"


@pytest.mark.both_databases
def test_s3_1_two_nodes_ask_once(desk: TestDesk) -> None:
    """S3.1, R8.2: the same address by eight forms at once: one subscriber, one question; no form fails."""
    with_page(desk)

    def ask(number: int) -> None:
        scope = Scope(ScopeKind.PLATFORM, ("voice", "chat")[number % 2])
        subscribing.ask(desk.desk, Wanted(READER, "en", (scope,)), now=desk.now)

    with ThreadPoolExecutor(8) as nodes:
        list(nodes.map(ask, range(8)))

    assert [mail.kind for mail in desk.mails_to(READER)] == ["status_confirm"]
    found = known(desk)
    assert found
    assert {scope.of for scope in found.asked} == {"voice", "chat"}


@pytest.mark.both_databases
def test_r8_2_two_nodes_forget_once(desk: TestDesk) -> None:
    """R8.2: unconfirmed ones at the end of their time; four ticks at once, nobody fails, one says so."""
    for number in range(20):
        asked(desk, f"r{number}@elsewhere.example")
    desk.days_pass(4)
    with ThreadPoolExecutor(4) as nodes:
        ticked = [one for many in nodes.map(lambda _: desk.ticks(), range(4)) for one in many]

    assert [one.detail for one in ticked if "subscribers erased" in one.detail] == [
        "20 subscriptions ended, 20 subscribers erased (R8.2)"
    ]


def test_r8_2_the_first_mail_leads_to_the_incident_that_was_just_opened(desk: TestDesk) -> None:
    """R8.1, R8.2: also where the number is known only once the case is there."""
    mail = news(desk)

    assert "https://status.desk.example/en/incident/1001\n" in mail.text.replace("\r", "")


@pytest.mark.both_databases
def test_r8_2_after_one_click_nothing_more_comes_of_the_incident(desk: TestDesk) -> None:
    """RFC 8058: what waits to be sent is cancelled, unless another subscription that is left would bring it."""
    chat = Scope(ScopeKind.PLATFORM, "chat")
    news(desk)
    found = known(desk)
    assert found
    subscribing.add(desk.desk, found.token, (chat,), now=desk.now)
    agent = desk.somebody("agent1@desk.example", authenticated="pass")
    agent.writes("Another", "#p1g Chat is slow\n")
    agent.writes("A third", "#p1g Chat and voice are slow\n")
    states = states_of(desk, wait=True)

    subscribing.end(desk.desk, found.token, (VOICE,))

    assert states == ["queued"] * 3
    assert states_of(desk) == ["cancelled", "queued", "queued"]


def states_of(desk: TestDesk, *, wait: bool = False) -> list[str]:
    """Return how the news to the reader stand; `wait`: as if none had left yet."""
    theirs = (outbox.c.recipient == READER) & (outbox.c.kind == "status_incident")
    with transaction(desk.desk.engine) as connection:
        if wait:
            connection.execute(update(outbox).where(theirs).values(state="queued"))
        return list(connection.execute(select(outbox.c.state).where(theirs).order_by(outbox.c.id)).scalars())


@pytest.mark.both_databases
def test_r8_2_two_clicks_at_once(desk: TestDesk) -> None:
    """RFC 8058: a mail program that posts several times at once; nothing fails."""
    news(desk)
    found = known(desk)
    assert found
    with ThreadPoolExecutor(4) as nodes:
        done = list(nodes.map(lambda _: subscribing.end(desk.desk, found.token, (VOICE,)), range(4)))
    assert sum(done) == 1
    assert known(desk) is None
