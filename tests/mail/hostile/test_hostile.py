"""S4.1-S4.5: every hostile mail has the outcome that it must have, for work in step with its size."""

import time
from collections.abc import Iterator

import pytest

from daemon.errors import Unreadable
from daemon.ingest.parse import read_mail
from daemon.model.mail import InboundMail
from tests.mail.hostile.families import FAMILIES, HOSTILE, LARGEST
from tests.mail.hostile.invariants import ENVELOPE, TRUST, faults_of
from tests.mail.hostile.message import Hostile

ORDINARY_SECONDS = 2.0  # of the processor (S4.1)
UNNOTICED_SECONDS = 0.1
TIMES = 4
MOST_TIMES_THE_WORK = 9.0  # where the work grows with the square of the size, it is sixteen
SLOW_LANE_SECONDS = 10.0


def read(raw: bytes) -> tuple[InboundMail | None, float]:
    """Read a mail; returns it, None where it cannot be read, and the seconds of the processor that this took."""
    begun = time.process_time()
    try:
        mail = read_mail(raw, ENVELOPE, TRUST)
    except Unreadable:
        mail = None
    return mail, time.process_time() - begun


def differences(hostile: Hostile, mail: InboundMail) -> Iterator[str]:
    """Tell in what a reading is not what it must be."""
    if hostile.limits not in {mail.limits, ("*",)}:
        yield f"it names the limits {mail.limits}"
    if hostile.subject not in {mail.subject, "*"}:
        yield f"its subject is {mail.subject[:80]!r}"
    if hostile.text not in mail.text:
        yield f"its text is {mail.text[:80]!r}"
    if not hostile.holds(mail):
        yield f"its attachments are {[attachment.name[:80] for attachment in mail.attachments[:5]]}, or more is wrong"
    if hostile.outcome == "case_opened" and mail.originator.address != "primary@acme.example":
        yield f"its sender is unknown: {mail.originator.ambiguous}"


def test_there_are_hostile_mails_of_every_kind() -> None:
    """S4: each family has its mails, all named differently, and there are more than 400."""
    assert all(FAMILIES.values())
    assert len(HOSTILE) == sum(len(cases) for cases in FAMILIES.values()) >= 400


@pytest.mark.parametrize("name", HOSTILE)
def test_s4_1_a_hostile_mail_has_its_outcome_in_time(name: str) -> None:
    """S4.1, S4.2: read as far as the limits allow, it says which it met; four times as much is not much dearer."""
    hostile = HOSTILE[name]
    mail, spent = read(hostile.build(hostile.size))

    assert mail is not None or hostile.outcome == "quarantined"
    assert list(differences(hostile, mail) if mail else ()) == []
    assert spent < ORDINARY_SECONDS
    if spent > UNNOTICED_SECONDS:
        assert grows_with_its_size(hostile)


def grows_with_its_size(hostile: Hostile) -> bool:
    """Tell whether a mail four times as large takes about four times the work; the best of some tries is believed."""
    small, large = (hostile.build(size) for size in (max(1, hostile.size // TIMES), hostile.size))
    if len(large) < 2 * len(small):
        return True
    least_small = least_large = float("inf")
    for _ in range(5):
        least_small, least_large = min(least_small, read(small)[1]), min(least_large, read(large)[1])
        if least_large <= MOST_TIMES_THE_WORK * least_small:
            return True
    return False


@pytest.mark.parametrize("name", HOSTILE)
def test_s4_3_whatever_it_is_its_reading_is_sound(name: str) -> None:
    """S4.1, S4.3, S4.4, S4.5: what holds of any reading holds of a hostile mail's."""
    hostile = HOSTILE[name]

    assert faults_of(hostile.build(max(1, hostile.size // TIMES))) == []


def test_s4_1_octets_of_one_kind_are_read() -> None:
    """S4.1, S4.3: any one octet again and again, with a header and without, is read, and its reading sound."""
    for octet in range(256):
        pattern = bytes([octet])
        assert faults_of(b"From: a@b.example\r\n\r\n" + pattern * 2_000) == []
        assert [fault for fault in faults_of(pattern * 2_000) if fault != "S1.2: unreadable, and not blank"] == []


@pytest.mark.slow
def test_s4_1_much_of_every_octet_is_read_in_time() -> None:
    """S4.1: much of each octet (SUPPORTD_HOSTILE_MB) is read within the seconds of an ordinary reader."""
    slowest = max((read(b"From: a@b.example\r\n\r\n" + bytes([octet]) * LARGEST)[1], octet) for octet in range(256))

    assert slowest[0] < ORDINARY_SECONDS, f"the octet {slowest[1]}"


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_s4_1_as_large_as_may_come_it_is_read_in_time(family: str) -> None:
    """S4.1: however large, it takes less than the slow lane allows, nearly always less than an ordinary reader."""
    spent = {hostile.name: read(grown(hostile))[1] for hostile in FAMILIES[family]}

    slow = [name for name, seconds in spent.items() if seconds > ORDINARY_SECONDS]
    assert max(spent.values()) < SLOW_LANE_SECONDS
    assert len(slow) <= 1, f"{slow}: more of them would hold up the readers"


def grown(hostile: Hostile) -> bytes:
    """Return a hostile mail of the largest size, or as it is where it does not grow."""
    raw = hostile.build(hostile.size)
    if len(hostile.build(2 * hostile.size)) <= 1.5 * len(raw):
        return raw
    return hostile.build(hostile.size * LARGEST // len(raw))
