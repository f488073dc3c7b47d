"""S2.8: signatures in Message-IDs and addresses: keyed, of 128 bits, rotated, and worthless when touched."""

import base64
import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.credentials import (
    Claim,
    Keyring,
    read_address,
    read_bounce,
    read_message_id,
    sign_address,
    sign_bounce,
    sign_message_id,
)
from daemon.model.mail import Purpose, Reference, Subject, subject_of

OLD, NEW = b"o" * 32, b"n" * 32
RING, ROTATED, OTHERS = Keyring((OLD,)), Keyring((NEW, OLD)), Keyring((NEW,))
DAY = date(2026, 11, 18)
CLAIM = Claim(1042, Purpose.ANSWER, DAY, "abc234")
AGENT, MPOC, BASE = "agent1@desk.example", "primary@acme.example", "support@desk.example"
MESSAGE_ID = sign_message_id(RING, CLAIM, recipient=AGENT, domain="desk.example")
ADDRESS = sign_address(RING, CLAIM, recipient=AGENT, base=BASE)
BOUNCE = sign_bounce(RING, "abc234", base=BASE)


def test_a_message_id_names_the_case_and_whom_it_was_made_for() -> None:
    """S2.5, S2.8: anybody's reply names the case; only the recipient's shows who answers."""
    assert read_message_id(RING, MESSAGE_ID, sender=AGENT) == Reference(1042, Purpose.ANSWER, DAY, True, "abc234")
    assert read_message_id(RING, MESSAGE_ID, sender=MPOC) == Reference(1042, Purpose.ANSWER, DAY, False, "abc234")


def test_an_address_is_worth_something_to_its_recipient_alone() -> None:
    """S2.8: a leaked reply address gives nobody else any power."""
    assert read_address(RING, ADDRESS, sender=AGENT) == Reference(1042, Purpose.ANSWER, DAY, True)
    assert read_address(RING, ADDRESS, sender=MPOC) is None
    assert read_address(RING, ADDRESS, sender="") is None


READ: dict[str, tuple[str, Callable[[Keyring, str], object]]] = {
    "message-id": (MESSAGE_ID, lambda ring, text: read_message_id(ring, text, sender=AGENT)),
    "address": (ADDRESS, lambda ring, text: read_address(ring, text, sender=AGENT)),
    "bounce": (BOUNCE, read_bounce),
}
KINDS = pytest.mark.parametrize(("signed", "read"), READ.values(), ids=READ)


@KINDS
def test_case_is_folded(signed: str, read: Callable[[Keyring, str], object]) -> None:
    """S2.8: servers that lower- or upper-case what they relay break nothing."""
    assert read(RING, signed) is not None
    assert read(RING, signed.upper()) == read(RING, signed.lower()) == read(RING, signed)


@KINDS
def test_keys_are_rotated(signed: str, read: Callable[[Keyring, str], object]) -> None:
    """S2.8: the first key signs, all verify; a key that was taken out verifies no more."""
    assert read(ROTATED, signed) == read(RING, signed)
    assert read(OTHERS, signed) is None


def test_the_newest_key_signs() -> None:
    """S2.8: after a rotation the old key makes nothing new."""
    fresh = sign_message_id(ROTATED, CLAIM, recipient=AGENT, domain="desk.example")

    assert read_message_id(OTHERS, fresh, sender=AGENT) is not None
    assert read_message_id(RING, fresh, sender=AGENT) is None


@KINDS
def test_every_changed_letter_spoils_it(signed: str, read: Callable[[Keyring, str], object]) -> None:
    """S2.8: case, purpose, day, token and signature are all covered."""
    begin = signed.index("+") + 1 if "+" in signed else 1
    for place in range(begin, signed.rindex("@")):
        for letter in "a2z7":
            if signed[place] != letter:
                assert read(RING, signed[:place] + letter + signed[place + 1 :]) is None, f"{place} {letter}"


@KINDS
def test_a_signature_has_128_bits(signed: str, read: Callable[[Keyring, str], object]) -> None:
    """S2.8: sixteen octets in base 32."""
    mac = re.split(r"[.@]", signed[: signed.rindex("@")])[-1]

    assert len(base64.b32decode(f"{mac.upper()}======")) == 16


def test_one_kind_is_no_other() -> None:
    """S2.8: a token's bounce signature opens no case, a reply address is no bounce."""
    assert read_bounce(RING, ADDRESS) is None
    assert read_address(RING, BOUNCE, sender=AGENT) is None
    assert read_message_id(RING, f"<{ADDRESS}>", sender=AGENT) is None


def test_an_address_fits_the_wire() -> None:
    """RFC 5321 4.5.3.1.1: 64 octets before the @, for the longest case number too."""
    claim = Claim(999_999_999_999, Purpose.ANSWER, date(2099, 12, 31), "t" * 32)

    assert len(sign_address(RING, claim, recipient=AGENT, base=BASE).rpartition("@")[0]) <= 64
    assert len(sign_bounce(RING, "t" * 16, base=BASE).rpartition("@")[0]) <= 64


def test_signatures_differ_by_recipient_and_mail() -> None:
    """S2.8: two people's mails on a case share no signature; nothing in it shows the address."""
    other = sign_message_id(RING, CLAIM, recipient=MPOC, domain="desk.example")

    assert other.split(".")[-2] != MESSAGE_ID.split(".")[-2]
    assert "agent1" not in MESSAGE_ID


@pytest.mark.parametrize("secrets", [(), (b"short",), (OLD, b"short"), (b"",)])
def test_a_weak_ring_is_refused(secrets: tuple[bytes, ...]) -> None:
    """S2.8: no key, or one below 128 bits, signs nothing."""
    with pytest.raises(ValueError, match="at least one key"):
        Keyring(secrets)


@given(st.text() | st.from_regex(r"<?v1\.\d{1,14}\.[acdghjkmnprvwxyz]\.\d{1,9}\.[a-z0-9]{1,40}(\.[a-z2-7]{26}){2}@x>?"))
def test_foreign_text_is_none_and_never_an_error(text: str) -> None:
    """S2.8: whatever stands in In-Reply-To or To."""
    assert read_message_id(RING, text, sender=text) is None
    assert read_address(RING, f"support+{text}@desk.example", sender=text) is None
    assert read_bounce(RING, f"support+{text}@desk.example") is None


@given(st.integers(0, 10**12 - 1), st.sampled_from(Purpose), st.dates(date(2020, 1, 1), date(2200, 1, 1)))
def test_what_is_signed_is_read(number: int, purpose: Purpose, day: date) -> None:
    """S2.8: any number, purpose and day comes back; that of a detained mail is never taken for a case's."""
    claim = Claim(number, purpose, day, "t0ken")
    message_id = sign_message_id(RING, claim, recipient=MPOC, domain="desk.example")
    address = sign_address(RING, claim, recipient=MPOC, base=BASE)

    by_id, by_address = (Reference(number, purpose, day, True, token) for token in ("t0ken", ""))
    assert read_message_id(RING, f" {message_id} ", sender=MPOC) == by_id
    assert read_address(RING, address, sender=MPOC) == by_address
    found = {Subject.CASE: by_id.case, Subject.DETAINED: by_id.detained, Subject.WINDOW: by_id.window}
    found |= {Subject.STORM: by_id.storm}
    assert found == dict.fromkeys(Subject, 0) | {subject_of(purpose): number}
