"""A brief run of the fault harness on each database; `make torture` is the same at length."""

from pathlib import Path

import pytest

from tests.faults.faults import OTHERS
from tests.faults.invariants import violations
from tests.faults.mails import seeded_mails
from tests.faults.stage import Neighbours
from tests.faults.steps import STEPS
from tests.faults.torture import Plan, Result, mixed, torture
from tests.servers.dovecot import Mailbox
from tests.servers.postgresql import PostgresqlServer


def assert_clean(result: Result) -> None:
    """Hold a run to what must hold, and to have been a run."""
    assert result.violations == violations(result.seen) == ()
    assert len(result.seen.cases) > 0
    assert len(result.seen.offers) >= len(result.seen.cases)
    assert {"case_updated", "agent_update"} <= {entry.outcome for entry in result.seen.entries}


@pytest.mark.slow
def test_s1_2_nothing_is_lost_or_doubled_on_sqlite(tmp_path: Path, dovecot: Mailbox) -> None:
    """S1.1-S1.5, S3.6: six kills and as many other faults while mails come by SMTP and IMAP."""
    result = torture(Neighbours(tmp_path, mailbox=dovecot), Plan(1, 60, mixed(6, others=1)))

    assert_clean(result)
    assert len(result.seen.handed) >= 60


@pytest.mark.slow
def test_s1_3_nothing_is_lost_or_doubled_by_two_daemons_on_postgresql(
    tmp_path: Path, postgresql: PostgresqlServer, dovecot: Mailbox
) -> None:
    """S1.1-S1.5, S3.6: two daemons on one database and one mailbox, four kills and as many other faults."""
    result = torture(Neighbours(tmp_path, postgresql, dovecot, daemons=2), Plan(2, 60, mixed(4, others=1)))

    assert_clean(result)
    assert len(result.seen.handed) >= 60


def test_one_seed_gives_one_list_of_mails() -> None:
    """A run that found something can be looked at again: its mails and its order of faults come from the seed."""
    assert tuple(seeded_mails(7, 50, by_imap=True)) == tuple(seeded_mails(7, 50, by_imap=True))
    assert tuple(seeded_mails(7, 50, by_imap=True)) != tuple(seeded_mails(8, 50, by_imap=True))
    assert mixed(3, others=2) == mixed(3, others=2)


def test_a_run_at_length_has_every_fault() -> None:
    """No fault is only a word in a table: twice as many kills as steps meet every step, and every other fault comes."""
    names = [fault.name for fault in mixed(2 * len(STEPS), others=1)]

    assert set(names) >= {fault.name for fault in OTHERS}
    assert names.count("kill -9 at a step") == len(STEPS)
