"""Rotated keys (S2.8): what was signed before still counts for its time, and a running office takes up a new key."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.model.outcome import Outcome
from daemon.store.database import transaction
from daemon.store.keys import LEARNING, kept_for, keyring, rotate
from daemon.supervisor.office import Office
from tests.scenarios.desk import EXAMPLE, TestDesk

pytestmark = pytest.mark.both_databases

PRIMARY = "primary@acme.example"


def rotates(desk: TestDesk) -> None:
    """Rotate the keys on the desk's database, and have the desk open anew once the new one signs."""
    with transaction(desk.desk.engine) as connection:
        rotate(connection, kept=kept_for(desk.desk.config), now=desk.now)
    desk.now += LEARNING
    looks(desk)


def looks(desk: TestDesk) -> None:
    """Have the desk read its keys again, as a running daemon does every minute."""
    with transaction(desk.desk.engine) as connection:
        desk.desk = replace(desk.desk, keyring=keyring(connection, desk.desk.config, now=desk.now))


def test_s2_8_an_answer_to_a_mail_of_the_old_key_counts(desk: TestDesk) -> None:
    """S2.8, S2.2: a customer's answer finds its case, and an agent's answer still proves the agent."""
    case = desk.mpoc(PRIMARY).writes("Phones").case
    rotates(desk)
    desk.days_pass(20)
    told = desk.last_mail(desk.assignee(case).address, case)
    agent = desk.assignee(case).replies_to(told, "Done.", Subject="No tag")
    customer = desk.mpoc(PRIMARY).replies_to(desk.mails_to(PRIMARY)[0], "Thank you for that.", Subject="No tag")

    assert (agent.outcome, customer.outcome) == (Outcome.AGENT_UPDATE, Outcome.CASE_UPDATED)
    assert customer.case == case


def test_s2_8_the_new_key_signs(desk: TestDesk) -> None:
    """S2.8: once the old key is refused, what it signed is a stranger's; what the new one signed counts."""
    before = desk.mpoc(PRIMARY).writes("Phones").case
    old = desk.desk.keyring.secrets[0]
    rotates(desk)
    after = desk.mpoc(PRIMARY).writes("Doors").case
    desk.days_pass(desk.desk.config.plan.key_days)
    looks(desk)

    assert old not in desk.desk.keyring.secrets
    ours, theirs = (desk.last_mail(PRIMARY, case) for case in (after, before))
    assert desk.mpoc(PRIMARY).replies_to(ours, "Any news?", Subject="No tag").case == after
    assert desk.mpoc(PRIMARY).replies_to(theirs, "Any news?", Subject="No tag").outcome is Outcome.CASE_OPENED


@pytest.fixture
def offices(desk: TestDesk, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """Two daemons' offices on the desk's database, by the desk's clock."""
    folder = tmp_path / "config"
    shutil.copytree(EXAMPLE, folder)
    settings = (folder / "supportd.yaml").read_text().splitlines()
    lines = [line for line in settings if not line.startswith("database:")]
    database = f"database: '{desk.desk.config.settings.database_url}'"
    (folder / "supportd.yaml").write_text("\n".join([*lines, database]) + "\n")
    both = (Office(folder, {}, lambda: desk.now), Office(folder, {}, lambda: desk.now))
    for office in both:
        office.open()
    yield both
    for office in both:
        office.engine.dispose()


def test_s2_8_every_daemon_takes_up_a_rotated_key_by_itself(desk: TestDesk, offices: tuple[Office, Office]) -> None:
    """S2.8: none signs with a key that another does not know yet, though each looks in its own minute."""
    first, second = offices
    old = first.desk().keyring
    desk.now += timedelta(seconds=30)
    with transaction(desk.desk.engine) as connection:
        rotate(connection, kept=kept_for(desk.desk.config), now=desk.now)

    assert (first.renew_keys(), first.renew_keys()) == (True, False)
    assert (first.desk().keyring.secrets[0], second.desk().keyring) == (old.secrets[0], old)
    desk.now += timedelta(seconds=60)
    assert second.renew_keys()
    desk.now += LEARNING
    assert (first.renew_keys(), second.renew_keys()) == (True, True)
    assert first.desk().keyring == second.desk().keyring
    assert first.desk().keyring.secrets[1:] == old.secrets
