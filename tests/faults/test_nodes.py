"""Several nodes on one database, none of which leads: what one had in hand when it went is done by the others."""

import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.faults.nodes import REPLY_DELAY_SECONDS, Cluster, cluster
from tests.servers.dovecot import Mailbox
from tests.servers.postgresql import PostgresqlServer
from tests.servers.running_daemon import PRIMARY, a_request
from tests.servers.smtp_sink import AfterDot
from tests.servers.test_daemon_replies import REPLY, reply_to

COVERED_SECONDS = 30.0
BUSY_MACHINE_SECONDS = 15.0


@pytest.fixture
def three(tmp_path: Path, postgresql: PostgresqlServer, dovecot: Mailbox) -> Iterator[Cluster]:
    """Three nodes on one PostgreSQL and one mailbox; the last one's clock is 5 minutes ahead."""
    with cluster(tmp_path, postgresql, dovecot, clocks=(0, 0, 300)) as nodes:
        yield nodes


def notification(nodes: Cluster) -> EmailMessage:
    """Have a case opened, and return the mail that its technician gets."""
    nodes.nodes[0].send(a_request("a case"))
    nodes.sink.wait_for(2, seconds=20)
    mails = (message_from_bytes(mail.octets, policy=policy.default) for mail in nodes.sink.mails)
    return next(mail for mail in mails if "agent" in str(mail["To"]))


def fill_the_hands_of_the_first(nodes: Cluster) -> None:
    """Leave the first node, alone awake, with mail on its way and the mailbox; a reply waits, and a hold has ended."""
    nodes.nodes[0].send(reply_to(notification(nodes), REPLY))
    nodes.until(lambda: nodes.count("inbox where state = 'waiting'"), seconds=20, what="the reply waits")
    nodes.signal(1, 2, send=signal.SIGSTOP)
    nodes.sink.script(AfterDot.STALL, AfterDot.STALL)
    nodes.nodes[0].send(a_request("on its way"))
    nodes.until(lambda: nodes.count("outbox where state = 'sending'") == 2, seconds=20, what="mail is on its way")
    nodes.change("update cases set status = 'on_hold', hold_until = '2026-01-01 00:00+00' where subject = 'on its way'")


def go_away_in_the_middle(nodes: Cluster) -> float:
    """Have the first node stand still and the second killed, while their readers wait for a lock; returns when."""
    with nodes.cases_locked():
        nodes.nodes[0].send(a_request("decided on 1"), a_request("decided on 2"))
        nodes.until(lambda: nodes.count(WAITING_FOR_THE_LOCK) == 2, seconds=20, what="two readers wait for the lock")
        nodes.signal(0, send=signal.SIGSTOP)
        nodes.signal(1, send=signal.SIGCONT)
        nodes.nodes[1].send(a_request("decided on 3"))
        nodes.until(lambda: nodes.count(WAITING_FOR_THE_LOCK) > 2, seconds=20, what="another reader waits for it")
        nodes.signal(1, send=signal.SIGKILL)
    nodes.signal(2, send=signal.SIGCONT)
    nodes.sink.calm()
    return time.monotonic()


WAITING_FOR_THE_LOCK = "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def are_done(nodes: Cluster, entries: int) -> bool:
    """Tell whether so many mails have their outcome, and all that they caused is sent."""
    decided = nodes.count("inbox where outcome is not null")
    return decided == entries and nodes.count("outbox where state in ('queued', 'sending')") == 0


def assert_each_once(nodes: Cluster, cases: int) -> None:
    """S1.1-S1.3, S3.6: one entry a mail, one acknowledgement a case, the same octets whenever a mail was sent."""
    outcomes = sorted(str(outcome) for outcome in nodes.site.outcomes())
    assert outcomes == ["agent_update", *["case_opened"] * cases]
    rows = nodes.site.rows("select count(*) as n from outbox where kind = 'acknowledgement' group by case_number")
    assert [row.n for row in rows] == [1] * cases == [1] * nodes.count("cases")
    offered = defaultdict(set)
    for mail in nodes.sink.mails:
        offered[message_from_bytes(mail.octets)["Message-ID"]].add((mail.recipients, mail.octets))
    assert {len(ways) for ways in offered.values()} == {1}
    assert len(offered) == nodes.count("outbox where state = 'sent'") == nodes.count("outbox")


def assert_no_defect(nodes: Cluster) -> None:
    """S1.2: a daemon that loses its claims, its sessions or its peers goes on."""
    for node in nodes.nodes:
        assert not [name for name in ("part.crashed", "reader.failed", "mail.set_aside") if node.events(name)]


@pytest.mark.slow
def test_s1_2_what_nodes_had_in_hand_is_done_by_the_one_that_is_left(three: Cluster) -> None:
    """S1.2: claimed mail, mail on its way, the mailbox, a waiting reply, what is due: done within 30 s, each once.

    One node stands still with locks in its hands, one is killed, and the clock of the one that is left is fast.  The
    one that stood still goes on in the end: it does nothing of what is no longer its own.
    """
    fill_the_hands_of_the_first(three)
    gone_at = go_away_in_the_middle(three)
    three.mailbox.deliver(a_request("by IMAP"), sender=PRIMARY)
    three.nodes[2].send(a_request("to another"))

    patience = COVERED_SECONDS + BUSY_MACHINE_SECONDS
    three.until(lambda: are_done(three, 8), seconds=patience, what="the last one has done all of it")
    covered = time.monotonic() - gone_at
    assert_each_once(three, cases=7)

    three.signal(0, send=signal.SIGCONT)
    three.nodes[0].send(a_request("after"))
    three.until(lambda: three.count(ALIVE) == 2, seconds=patience, what="the first speaks again")
    three.until(lambda: are_done(three, 9), seconds=patience, what="and works")
    assert_each_once(three, cases=8)
    assert_no_defect(three)
    assert_one_clock(three)
    three.until(lambda: three.count("outbox where kind = 'hold_ended'") == 1, seconds=patience, what="the hold's end")
    assert covered < patience


ALIVE = "nodes where believed_until > clock_timestamp()"


def assert_one_clock(nodes: Cluster) -> None:
    """S1.2, S3.7: the node that is 5 minutes ahead decided nothing early, and says what is wrong; nobody else does."""
    assert nodes.count("inbox where received_at > clock_timestamp() or decided_at > clock_timestamp()") == 0
    assert nodes.count(f"inbox where outcome = 'agent_update' and decided_at < received_at + {DELAY}") == 0
    assert "300 s ahead of the database's" in nodes.nodes[2].health()[1]["parts"]["clock"]["trouble"]
    assert not nodes.nodes[0].events("clock.corrected")


DELAY = f"interval '{REPLY_DELAY_SECONDS} seconds'"
