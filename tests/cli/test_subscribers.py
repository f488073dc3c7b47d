"""`supportd subscribers`: who gets news of the page by e-mail, and their erasure on request (R8.2)."""

import pytest

from daemon.act import subscribing
from daemon.act.subscribing import Wanted
from daemon.clock import system_clock
from daemon.desk import open_desk
from daemon.model.subscriber import Scope, ScopeKind
from tests.cli.conftest import Shell

READER = "reader@elsewhere.example"


@pytest.fixture
def token(shell: Shell) -> str:
    """Somebody asks for news of a platform and confirms; the token of their links."""
    shell("db", "upgrade")
    now = system_clock()
    desk = open_desk(shell.config(), now=now)
    voice, chat = (Scope(ScopeKind.PLATFORM, product) for product in ("voice", "chat"))
    subscribing.ask(desk, Wanted(READER, "fr", (voice,)), now=now)
    subscribing.ask(desk, Wanted("other@elsewhere.example", "en", (chat,)), now=now)
    from daemon.store.database import reading
    from daemon.store.subscribers import subscriber_at

    with reading(desk.engine) as connection:
        found = subscriber_at(connection, READER)
    assert found
    subscribing.confirm(desk, found.token, (voice,), now=now)
    desk.engine.dispose()
    return found.token


def test_r8_2_subscribers_are_listed_without_their_tokens(shell: Shell, token: str) -> None:
    """R8.2: for people and for programs; a token would let whoever reads the list change subscriptions."""
    table, listed = shell("subscribers", "list"), shell("subscribers", "list", "--json")

    assert READER in table.out
    assert [(one["address"], one["language"], one["confirmed"], one["waiting"]) for one in listed.document()] == [
        (READER, "fr", ["platform:voice"], []),
        ("other@elsewhere.example", "en", [], ["platform:chat"]),
    ]
    assert token not in table.out + listed.out


def test_r8_2_somebody_is_erased_on_request(shell: Shell, token: str) -> None:
    """R8.2: in whatever case the address is typed; somebody unknown is said to be so, with status 1."""
    done = shell("subscribers", "erase", "Reader@Elsewhere.example", "--json")
    again = shell("subscribers", "erase", READER)

    assert (done.status, done.document()) == (0, {"address": READER, "erased": True})
    assert (again.status, again.out) == (1, "")
    assert "nobody has subscribed" in again.err
    assert READER not in shell("subscribers", "list").out
    mails = shell("outbox", "list", "--json").document()
    assert [mail["to"] for mail in mails if mail["kind"] == "status_confirm"] == [
        ["erased"],
        ["other@elsewhere.example"],
    ]
    assert token not in shell("outbox", "show", str(mails[0]["id"])).out


def test_r8_2_nobody_has_subscribed(shell: Shell) -> None:
    """R8.2: an empty list is one."""
    shell("db", "upgrade")
    assert "Nobody has subscribed." in shell("subscribers", "list").err + shell("subscribers", "list").out
    assert shell("subscribers", "list", "--json").document() == []
