"""The signing keys on both databases (S2.8): made once, rotated without a gap, refused when their time is over."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from daemon.model.setup import Config, DeliverySettings, Settings
from daemon.store import keys
from daemon.store.database import Engine, transaction
from daemon.store.keys import LEARNING, StoredKey
from tests.rules.making import DIRECTORY, PLAN
from tests.store.making import DAY, NOW

CONFIG = Config(Settings(Path("/nonexistent"), "sqlite://", (), (), DeliverySettings()), PLAN, DIRECTORY)
KEPT = timedelta(days=CONFIG.plan.key_days)


def ring(engine: Engine, now: datetime, config: Config = CONFIG) -> tuple[bytes, ...]:
    """Return the keys in force, the one that signs first."""
    with transaction(engine) as connection:
        return keys.keyring(connection, config, now=now).secrets


def rotated(engine: Engine, now: datetime) -> int:
    """Rotate, and return how many keys were deleted."""
    with transaction(engine) as connection:
        return keys.rotate(connection, kept=KEPT, now=now)


def listed(engine: Engine, now: datetime) -> list[StoredKey]:
    """Return what is told of the keys."""
    with transaction(engine) as connection:
        return list(keys.list_keys(connection, CONFIG, now=now))


def test_s2_8_a_key_is_made_once_and_kept(engine: Engine) -> None:
    """S2.8: 32 random octets; configured secrets are used instead and none is stored."""
    settings = replace(CONFIG.settings, signing_secrets=(b"c" * 16,))
    configured = ring(engine, NOW, replace(CONFIG, settings=settings))
    first = ring(engine, NOW)

    assert configured == (b"c" * 16,)
    assert first == ring(engine, NOW + DAY)
    assert [len(secret) for secret in first] == [32]


def test_s2_8_looking_makes_no_key(engine: Engine) -> None:
    """S2.8: who only looks whether keys were rotated writes nothing."""
    with transaction(engine) as connection:
        assert keys.known_keys(connection, CONFIG, now=NOW) is None
    assert listed(engine, NOW) == []


def test_s2_8_a_new_key_verifies_at_once_and_signs_when_everybody_knows_it(engine: Engine) -> None:
    """S2.8: a daemon that has not looked yet must not take another one's mail for a stranger's."""
    (old,) = ring(engine, NOW)
    rotated(engine, NOW + DAY)

    before = ring(engine, NOW + DAY + LEARNING - timedelta(seconds=1))
    after = ring(engine, NOW + DAY + LEARNING)

    assert (before[0], after[1]) == (old, old)
    assert set(before) == set(after)
    assert [key.state for key in listed(engine, NOW + DAY + LEARNING)] == ["signs", "verifies"]


def test_s2_8_an_old_key_is_refused_when_its_time_is_over_and_deleted_later(engine: Engine) -> None:
    """S2.8: it verifies for `key_days`, no instant longer; the next rotation deletes it."""
    (old,) = ring(engine, NOW)
    rotated(engine, NOW)

    assert old in ring(engine, NOW + KEPT - timedelta(seconds=1))
    assert old not in ring(engine, NOW + KEPT)
    assert [key.state for key in listed(engine, NOW + KEPT)] == ["signs", "expired"]
    assert rotated(engine, NOW + KEPT) == 1
    assert [key.state for key in listed(engine, NOW + KEPT + LEARNING)] == ["signs", "verifies"]


def test_s2_8_keys_rotated_in_haste_all_verify(engine: Engine) -> None:
    """S2.8: a second rotation before the first one's key signs takes nothing away."""
    ring(engine, NOW)
    for _ in range(3):
        rotated(engine, NOW + DAY)

    assert len(ring(engine, NOW + DAY)) == 4
    newest = listed(engine, NOW + DAY + LEARNING)
    assert [key.state for key in newest] == ["signs", "verifies", "verifies", "verifies"]
    assert newest[0].retired_at is None


def test_s2_8_no_list_shows_a_key(engine: Engine) -> None:
    """S2.8: a fingerprint tells keys apart and gives none away."""
    (secret,) = ring(engine, NOW)
    (key,) = listed(engine, NOW)

    assert secret.hex()[:16] != key.fingerprint
    assert len(key.fingerprint) == 16
