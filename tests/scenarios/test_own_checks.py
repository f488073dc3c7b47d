"""S2.2: mail that comes straight from outside is authenticated by our own look at its sender's domain."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from daemon.clock import system_clock
from daemon.ingest.intake import Intake
from daemon.ingest.own_checks import own_checks
from daemon.model.outcome import Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.setup import AuthenticationSettings, Config
from daemon.reader.reading import Reader, read_batch
from daemon.reader.senders import TRIES
from daemon.store.database import reading, transaction
from daemon.store.inbox import park
from daemon.store.inbox_tables import inbox
from tests.ingest.abroad import stand_at
from tests.ingest.running import RunningListener
from tests.scenarios.desk import TestDesk
from tests.servers.name_server import NameServer
from tests.servers.signing import rsa_key, signed


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    """A name system in which acme.example signs its mail, names a host, and asks for rejection of the rest."""
    with NameServer() as server:
        server.publish("s1._domainkey.acme.example", rsa_key().record)
        server.publish("acme.example", "v=spf1 ip4:203.0.113.5 -all")
        server.publish("_dmarc.acme.example", "v=DMARC1; p=reject")
        server.publish("s1._domainkey.desk.example", rsa_key().record)
        yield server


@pytest.fixture
def checking(desk: TestDesk, names: NameServer) -> TestDesk:
    """A desk that looks at senders itself and quarantines who proves nothing."""

    def strictly(config: Config) -> Config:
        asked = AuthenticationSettings(resolvers=(names.address,), timeout_seconds=2, spf=True)
        mailboxes = tuple(
            replace(mailbox, unauthenticated=Unauthenticated.QUARANTINE) for mailbox in config.plan.mailboxes
        )
        settings = replace(config.settings, authentication=asked)
        return replace(config, settings=settings, plan=replace(config.plan, mailboxes=mailboxes))

    own_checks.cache_clear()
    desk.change(strictly)
    desk.now = datetime.now(UTC)
    return desk


def request(subject: str, *, sender: str = "primary@acme.example") -> bytes:
    return f"From: {sender}\r\nTo: support@desk.example\r\nSubject: {subject}\r\n\r\nThe phones are down.\r\n".encode()


def test_s2_2_a_signed_request_opens_a_case(checking: TestDesk) -> None:
    """S2.2: an MPOC's mail, signed by its domain and handed to the listener by a stranger's host, is theirs."""
    ended = checking.deliver(signed(request("Phones"), "acme.example"))

    assert ended.outcome is Outcome.CASE_OPENED


def test_s2_2_a_forged_request_opens_none(checking: TestDesk) -> None:
    """S2.2, S3.1: unsigned, or signed by somebody else, it is nobody's: quarantined, and no mail leaves."""
    forged = checking.deliver(request("Pay at once"))
    foreign = checking.deliver(signed(request("Pay twice"), "desk.example"))

    assert {forged.outcome, foreign.outcome} == {Outcome.QUARANTINED}
    assert (forged.answers, foreign.answers) == ((), ())


def read_once(desk: TestDesk) -> list[object]:
    reader = Reader(desk.desk, "reader", slow_lane=False, clock=lambda: desk.now, say=lambda _standing: None)
    return [received for _, received in read_batch(reader)]


def rests(desk: TestDesk) -> tuple[str, timedelta | None]:
    """Return the state of the one mail, and for how long it rests."""
    with reading(desk.desk.engine) as connection:
        row = connection.execute(select(inbox.c.state, inbox.c.lease_until)).one()
    return row.state, row.lease_until and row.lease_until - datetime.now(UTC)


def rest_is_over(desk: TestDesk) -> None:
    with transaction(desk.desk.engine) as connection:
        park(connection, 1, reason="over", until=datetime.now(UTC) - timedelta(seconds=1))


def test_s2_2_trouble_with_the_name_system_waits_twice(checking: TestDesk, names: NameServer) -> None:
    """S2.2: while the names of a customer's domain cannot be had, its mail rests, twice; then it is unauthenticated."""
    names.broken = {"acme.example"}
    checking.reads = False
    checking.deliver(signed(request("Phones"), "acme.example", selector="s2"))

    for pause in TRIES:
        assert read_once(checking) == [None]
        state, left = rests(checking)
        assert state == "parked"
        assert left is not None
        assert pause - timedelta(seconds=10) < left <= pause
        rest_is_over(checking)
    (received,) = read_once(checking)
    names.broken = set()

    assert rests(checking)[0] == "done"
    assert getattr(received, "outcome", None) is Outcome.QUARANTINED


Hands = Callable[[str, str], None]


@pytest.fixture
def hands_over(checking: TestDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    """Return what hands an MPOC's unsigned request, from a host, to a listener of the desk."""
    intake = Intake(checking.desk.engine, system_clock, lambda: None)
    intake.start()

    def hand_over(peer: str, subject: str) -> None:
        stand_at(peer, monkeypatch)
        with RunningListener(intake, config=checking.desk.config) as listener, listener.connect() as client:
            client.begin("support@desk.example")
            client.send(request(subject) + b".\r\n")
            assert client.answer() == "250 2.0.0 kept"
        checking.now = datetime.now(UTC)

    yield hand_over
    intake.close()


def verdict(desk: TestDesk) -> str:
    """Return what was found out about the sender of the last mail."""
    with reading(desk.desk.engine) as connection:
        return str(connection.execute(select(inbox.c.authentication).order_by(inbox.c.id.desc())).scalar())


def test_s2_2_the_domains_host_opens_a_case(checking: TestDesk, hands_over: Hands) -> None:
    """S2.2: unsigned mail of a domain that asks for rejection is theirs when a host that it names hands it over."""
    hands_over("203.0.113.5", "Phones")

    assert checking.read_next().outcome is Outcome.CASE_OPENED
    assert verdict(checking) == "pass"


def test_s2_2_another_host_opens_none(checking: TestDesk, hands_over: Hands) -> None:
    """S2.2, S3.1: the same octets from a host that the domain does not name are nobody's, and cause no mail."""
    hands_over("203.0.113.6", "Phones")
    forged = checking.read_next()

    assert (forged.outcome, forged.answers) == (Outcome.QUARANTINED, ())
    assert verdict(checking) == "fail"


def test_s2_2_a_host_nobody_answers_for_waits(checking: TestDesk, hands_over: Hands, names: NameServer) -> None:
    """S2.2: while the domain's SPF record cannot be had, the mail rests."""
    names.broken = {"acme.example"}
    own_checks.cache_clear()
    hands_over("203.0.113.5", "Phones")

    assert read_once(checking) == [None]
    assert rests(checking)[0] == "parked"
    names.broken = set()
