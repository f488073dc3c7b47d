"""Which signed addresses of a mail decide something: those in a mail to the desk alone (S2.5, S2.8)."""

from dataclasses import replace

import pytest

from daemon.model.mail import Address, Purpose
from daemon.rules.customers.reply_all import DECIDING, is_to_us_alone, that_count
from tests.rules.making import COLLEAGUE, PLAN, PRIMARY, SUPPORT, a_mail, a_reference

EXTENDED = SUPPORT.replace("@", "+1.w.2511.signature@")
READERS = [
    ("the desk", (SUPPORT,), (), True),
    ("an address of ours", (EXTENDED,), (), True),
    ("the writer too", (EXTENDED,), (PRIMARY,), True),
    ("a colleague in Cc", (EXTENDED,), (COLLEAGUE,), False),
    ("a colleague, us in Cc", (COLLEAGUE,), (EXTENDED,), False),
    ("nobody: a hidden copy, or a mail sent on as it was signed", (), (), False),
    ("the writer alone", (PRIMARY,), (), False),
]


@pytest.mark.parametrize(("to", "cc", "alone"), [row[1:] for row in READERS], ids=[row[0] for row in READERS])
def test_s2_5_who_a_mail_was_written_to(to: tuple[str, ...], cc: tuple[str, ...], *, alone: bool) -> None:
    """S2.5: by its header, whatever its envelope says."""
    mail = replace(a_mail(PRIMARY), to=tuple(map(Address, to)), cc=tuple(map(Address, cc)))

    assert is_to_us_alone(mail, PLAN) is alone


@pytest.mark.parametrize("purpose", list(Purpose))
def test_s2_8_only_decisions_are_taken_from_an_address_among_others(purpose: Purpose) -> None:
    """S2.5, S2.8: it still names its case and proves its writer, as any reply address does."""
    reference = a_reference(1042, purpose)
    shared = replace(a_mail(PRIMARY), cc=(Address(COLLEAGUE),))
    (found,) = that_count((reference,), shared, PLAN)

    assert that_count((reference,), a_mail(PRIMARY), PLAN) == (reference,)
    assert (found == reference) is (purpose not in DECIDING)
    assert (found.case, found.made_for_sender, found.issued_on) == (reference.case, True, reference.issued_on)
    assert not any((found.detained, found.window, found.storm))
    assert found.purpose not in DECIDING
