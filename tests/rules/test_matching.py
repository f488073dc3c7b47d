"""S2.5, S2.6, R4.5: which case a mail is about."""

import pytest

from daemon.model.case import Case, Link, LinkType, Status
from daemon.model.facts import Facts
from daemon.model.mail import Purpose, Subject, subject_of
from daemon.model.outcome import Outcome
from daemon.rules.matching import Match, matched, root_of, signed_proposal
from tests.rules.making import (
    AGENT,
    COLLEAGUE,
    FOREIGN,
    OTHER,
    PARTNER,
    PRIMARY,
    STRANGER,
    a_case,
    a_mail,
    a_reference,
    decided,
    duplicate_of,
    seen,
    the_facts,
    with_participant,
)

CASE = with_participant(a_case())
THEIRS = a_case(1043, customer="globex", requester=FOREIGN)
TAG = {"references": (), "hinted": 1042}
SIGNED = {"references": (a_reference(),)}
LEAKED = {"references": (a_reference(made_for_sender=False),)}
BY_ADDRESS = {"references": (), "address_references": (a_reference(),)}


@pytest.mark.parametrize(
    "how", [TAG, SIGNED, LEAKED, BY_ADDRESS], ids=["tag", "signed", "not made for them", "address"]
)
@pytest.mark.parametrize(
    ("sender", "followed"),
    [
        (PRIMARY, True),
        (OTHER, True),
        (PARTNER, True),
        (AGENT, True),
        (COLLEAGUE, False),
        (FOREIGN, False),
        (STRANGER, False),
    ],
)
def test_a_reference_proposes_and_standing_disposes(sender: str, how: dict[str, object], *, followed: bool) -> None:
    """S2.5: followed when the sender is that customer's MPOC, a participant, or an agent; however it was named."""
    sighting = seen(a_mail(sender), the_facts(CASE, **how))

    assert (sighting.match is not None) is followed


@pytest.mark.parametrize(
    "how", [TAG, SIGNED, LEAKED, BY_ADDRESS], ids=["tag", "signed", "not made for them", "address"]
)
@pytest.mark.parametrize("sender", [COLLEAGUE, FOREIGN, STRANGER])
def test_a_reference_to_anothers_case_is_judged_as_if_there_were_none(sender: str, how: dict[str, object]) -> None:
    """S2.5: outside, nothing tells whether that case exists: the answers are the same to the letter."""
    named = decided(a_mail(sender), the_facts(CASE, **how))
    plain = decided(a_mail(sender), the_facts())

    assert named.outcome is plain.outcome
    assert named.case is None
    assert _outside(named.effects) == _outside(plain.effects)


def _outside(effects: tuple[object, ...]) -> list[object]:
    """Return what leaves the house, but for the question to the case's own contacts what is to be done (R2.6)."""
    mails = [effect.notice for effect in effects if hasattr(effect, "notice")]
    outside = [mail for mail in mails if not mail.to.address.endswith("@desk.example")]
    return [mail for mail in outside if mail.kind != "held_request"]


def _match(facts: Facts, sender: str = PRIMARY) -> Match | None:
    who = seen(a_mail(sender), facts).who
    assert who is not None
    return matched(facts, who)


@pytest.mark.parametrize(
    ("how", "via", "purpose"),
    [
        (TAG, "subject tag", Purpose.NOTHING),
        (SIGNED, "signed Message-ID", Purpose.CUSTOMER),
        (BY_ADDRESS, "signed reply address", Purpose.CUSTOMER),
    ],
    ids=["tag", "signed", "address"],
)
def test_how_the_case_was_found_is_told(how: dict[str, object], via: str, purpose: Purpose) -> None:
    """S2.5: `why` says what named the case; a tag is signed for nothing."""
    assert _match(the_facts(CASE, **how)) == Match(CASE, via, purpose)


def test_the_most_telling_reference_wins() -> None:
    """S2.5: a signed reply address, then a signed Message-ID, then the subject tag."""
    first, second, third = (a_case(number) for number in (1, 2, 3))
    facts = the_facts(
        first,
        second,
        third,
        address_references=(a_reference(3, Purpose.ANSWER),),
        references=(a_reference(2),),
        hinted=1,
    )

    match = _match(facts)

    assert match == Match(third, "signed reply address", Purpose.ANSWER)


@pytest.mark.parametrize("other", [purpose for purpose in Purpose if purpose is not Purpose.NOTE])
def test_of_two_addresses_that_of_a_note_counts(other: Purpose) -> None:
    """S3.7: what an agent sends to both stays inside, in whatever order a mail program writes them."""
    note, answer = a_reference(1, Purpose.NOTE), a_reference(2, other)

    for both in ((note, answer), (answer, note)):
        match = _match(the_facts(a_case(1), a_case(2), address_references=both), AGENT)

        assert match == Match(a_case(1), "signed reply address", Purpose.NOTE)


def test_of_two_other_addresses_the_first_counts() -> None:
    """S2.5: without a note's among them, addresses are followed as the mail has them."""
    both = (a_reference(2, Purpose.CONFIRM), a_reference(1, Purpose.CUSTOMER))

    match = _match(the_facts(a_case(1), a_case(2), address_references=both))

    assert match == Match(a_case(2), "signed reply address", Purpose.CONFIRM)


def test_a_reference_that_may_not_be_followed_hides_none_that_may() -> None:
    """S2.5: another customer's case before one's own is passed over."""
    facts = the_facts(THEIRS, CASE, references=(a_reference(1043), a_reference(1042)))

    match = _match(facts)

    assert match is not None
    assert match.case.number == 1042


def test_a_case_that_is_gone_is_none() -> None:
    """S2.5: a number without a case proposes nothing; neither does a mail about no case."""
    assert _match(the_facts(references=(a_reference(77), a_reference(0)), hinted=78)) is None


ROOT = a_case(1, Status.IN_PROGRESS)
CHAIN = (duplicate_of(3, 2), duplicate_of(2, 1), ROOT)


@pytest.mark.parametrize("number", [3, 2])
def test_a_reply_to_a_duplicate_goes_to_the_end_of_its_chain(number: int) -> None:
    """R4.5: a customer's reply to a duplicate is one to the primary."""
    facts = the_facts(*CHAIN, references=(a_reference(number),))

    assert _match(facts) == Match(ROOT, "signed Message-ID", Purpose.CUSTOMER, duplicate=number)


def test_a_participant_of_the_duplicate_alone_stays_there() -> None:
    """R2.6, R4.5: the primary is not theirs to follow, if it is the same customer's or not."""
    lone = with_participant(duplicate_of(2, 1))

    for root in (a_case(1), a_case(1, customer="globex")):
        assert _match(the_facts(lone, root), PARTNER) == Match(lone, "signed Message-ID", Purpose.CUSTOMER)


def test_an_agent_who_answers_a_duplicate_means_that_one() -> None:
    """R4.5 is about customers: the agent's answer goes to the duplicate's own people."""
    match = _match(the_facts(*CHAIN, references=(a_reference(3),)), AGENT)

    assert match is not None
    assert (match.case.number, match.duplicate) == (3, None)


def test_a_circle_of_duplicates_ends() -> None:
    """R4.9: a circle, however it came to be, is walked once."""
    one, two = duplicate_of(1, 2), duplicate_of(2, 1)

    assert root_of(the_facts(one, two), one).number == 2
    assert root_of(the_facts(one, two), duplicate_of(3, 1)).number == 2  # one that leads into it


def test_a_primary_that_is_not_there_leaves_the_duplicate() -> None:
    """R4.5: a chain is followed as far as it is known."""
    lone = duplicate_of(3, 2)

    assert root_of(the_facts(lone), lone) is lone


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (Status.IN_PROGRESS, Outcome.CASE_UPDATED),
        (Status.CLOSED, Outcome.CASE_REOPENED),
        (Status.CLOSED_NO_RESPONSE, Outcome.FOLLOW_UP_OPENED),
    ],
)
def test_a_reply_to_a_duplicate_follows_the_primarys_rules(status: Status, outcome: Outcome) -> None:
    """R4.5: an open primary is updated, a closed one reopened, an aged one followed up."""
    facts = the_facts(duplicate_of(2, 1), a_case(1, status))

    assert decided(a_mail(), facts).outcome is outcome


def test_only_a_signature_is_worth_telling_the_agent() -> None:
    """S2.5: the case's agent is told of an outsider who shows a signature, not of one who guesses a number."""
    assert signed_proposal(the_facts(CASE, references=(), hinted=1042)) is None
    assert signed_proposal(the_facts(CASE, references=(a_reference(77), a_reference()))) == CASE  # 77 is gone


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if subject_of(purpose) is Subject.CASE])
def test_a_mail_that_expects_no_reply_is_not_worth_telling(purpose: Purpose) -> None:
    """S2.5: every other signed mail of ours on a case is, by address and by Message-ID."""
    reference = (a_reference(purpose=purpose),)
    expected = None if purpose is Purpose.NOTHING else CASE

    assert signed_proposal(the_facts(CASE, references=reference)) == expected
    assert signed_proposal(the_facts(CASE, references=(), address_references=reference)) == expected


def test_other_links_are_no_duplicates() -> None:
    """R4.5: a case that follows another up is a case of its own."""
    case: Case = a_case(2, links=(Link(LinkType.FOLLOW_UP_OF, 1), Link(LinkType.HAS_DUPLICATE, 1)))

    assert root_of(the_facts(case, a_case(1)), case) is case
