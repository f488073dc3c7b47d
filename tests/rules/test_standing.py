"""S2.2-S2.8: who is writing, and how sure we are."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daemon.model.mail import Authentication, Originator, Purpose
from daemon.model.plan import Unauthenticated
from daemon.rules.business_time import local_date
from daemon.rules.standing import Proof, Standing, standing, vouched
from tests.rules.making import (
    AGENT,
    CHARTER,
    COLLEAGUE,
    DENVER,
    FOREIGN,
    MAILBOX,
    NOW,
    PRIMARY,
    STRANGER,
    a_case,
    a_mail,
    a_reference,
    with_participant,
)

TODAY = local_date(NOW, DENVER)
SIGNED = (a_reference(),)
NOT_MINE = (a_reference(made_for_sender=False),)
PASS, FAIL, NONE, TEMPORARY = Authentication.PASS, Authentication.FAIL, Authentication.NONE, Authentication.TEMPORARY

# authentication, references, then the proof under `quarantine` and under `accept`
PROOFS = [
    (PASS, (), Proof.AUTHENTICATED, Proof.AUTHENTICATED),
    (PASS, SIGNED, Proof.AUTHENTICATED, Proof.AUTHENTICATED),
    (FAIL, (), Proof.NONE, Proof.NONE),
    (FAIL, SIGNED, Proof.NONE, Proof.NONE),
    (NONE, (), Proof.NONE, Proof.ACCEPTED),
    (NONE, NOT_MINE, Proof.NONE, Proof.ACCEPTED),
    (NONE, SIGNED, Proof.SIGNED_REPLY, Proof.SIGNED_REPLY),
    (NONE, NOT_MINE + SIGNED, Proof.SIGNED_REPLY, Proof.SIGNED_REPLY),
    (TEMPORARY, (), Proof.NONE, Proof.ACCEPTED),
    (TEMPORARY, SIGNED, Proof.SIGNED_REPLY, Proof.SIGNED_REPLY),
]


def _of(sender: str, authentication: Authentication, references: tuple[object, ...], **policy: object) -> Standing:
    mail = a_mail(sender, authentication=authentication)
    mailbox = replace(MAILBOX, **policy)  # type: ignore[arg-type]
    return standing(mail, references, CHARTER, policy=mailbox, today=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("sender", [PRIMARY, COLLEAGUE, STRANGER, AGENT])
@pytest.mark.parametrize(("authentication", "references", "quarantine", "accept"), PROOFS)
def test_what_speaks_for_a_sender(
    sender: str, authentication: Authentication, references: tuple[object, ...], quarantine: Proof, accept: Proof
) -> None:
    """S2.2, S2.3: authentication, or an answer to a mail signed for this address unless authentication failed."""
    strict = _of(sender, authentication, references, unauthenticated=Unauthenticated.QUARANTINE)
    lenient = _of(sender, authentication, references, unauthenticated=Unauthenticated.ACCEPT)

    assert (strict.proof, lenient.proof) == (quarantine, accept)
    assert lenient.is_proven is (accept is not Proof.NONE and not (sender == AGENT and accept is Proof.ACCEPTED))


@pytest.mark.parametrize(
    ("days", "proof"), [(0, "signed reply"), (29, "signed reply"), (30, "signed reply"), (31, "none")]
)
def test_an_answer_proves_for_thirty_days(days: int, proof: str) -> None:
    """S2.2: within 30 days, counted as dates."""
    old = a_reference(issued_on=TODAY - timedelta(days=days))

    assert _of(PRIMARY, NONE, (old,)).proof == proof


def test_a_newer_answer_beside_an_old_one_proves() -> None:
    """S2.2: one good reference is enough, wherever it stands."""
    old = a_reference(issued_on=date(2025, 1, 1))

    assert _of(PRIMARY, NONE, (old, a_reference())).proof is Proof.SIGNED_REPLY


@pytest.mark.parametrize("purpose", list(Purpose))
def test_proof_by_reply_can_be_switched_off_for_agents(purpose: Purpose) -> None:
    """S2.8: `require_authentication` switches the proof by reply off for agents, and for nobody else."""
    references = (a_reference(purpose=purpose),)

    assert not _of(AGENT, NONE, references, require_authentication=True).is_proven
    assert _of(AGENT, PASS, references, require_authentication=True).is_proven
    assert _of(PRIMARY, NONE, references, require_authentication=True).is_proven


def test_no_policy_proves_an_agent() -> None:
    """S2.3: unauthenticated agents can never command anything."""
    for required in (True, False):
        who = _of(AGENT, NONE, (), unauthenticated=Unauthenticated.ACCEPT, require_authentication=required)
        assert not who.is_proven


ACCEPTED = {"unauthenticated": Unauthenticated.ACCEPT}
VOUCHED = [
    pytest.param(PRIMARY, NONE, {}, Proof.CHALLENGED, id="a contact"),
    pytest.param(PRIMARY, NONE, {"require_authentication": True}, Proof.CHALLENGED, id="a contact, strictly"),
    pytest.param(COLLEAGUE, TEMPORARY, {}, Proof.CHALLENGED, id="a colleague"),
    pytest.param(AGENT, NONE, {}, Proof.CHALLENGED, id="an agent"),
    pytest.param(AGENT, NONE, {"require_authentication": True}, Proof.NONE, id="an agent, where no reply proves one"),
    pytest.param(AGENT, PASS, {"require_authentication": True}, Proof.AUTHENTICATED, id="an agent, authenticated"),
    pytest.param(PRIMARY, NONE, ACCEPTED, Proof.CHALLENGED, id="a contact whom the mailbox accepts anyway"),
    pytest.param(AGENT, NONE, ACCEPTED, Proof.CHALLENGED, id="an agent whom no policy proves"),
    pytest.param(PRIMARY, FAIL, {}, Proof.NONE, id="authentication fails after all"),
    pytest.param(PRIMARY, PASS, {}, Proof.AUTHENTICATED, id="the better proof stays"),
]


@pytest.mark.parametrize(("sender", "authentication", "policy", "proof"), VOUCHED)
def test_an_answered_challenge_proves_its_mail(
    sender: str, authentication: Authentication, policy: dict[str, object], proof: Proof
) -> None:
    """S2.3, S2.8: as a signed reply would: not where that proves no agent, and never against a failed check."""
    who = _of(sender, authentication, (), **policy)
    believed = vouched(who, a_mail(sender, authentication=authentication), replace(MAILBOX, **policy))  # type: ignore[arg-type]

    assert believed.proof is proof
    assert believed.is_proven is (proof is not Proof.NONE)


LISTED = [
    pytest.param(PRIMARY, "acme", True, id="listed"),
    pytest.param(FOREIGN, "globex", True, id="listed elsewhere"),
    pytest.param(COLLEAGUE, "acme", False, id="the domain alone"),
    pytest.param("primary+x@acme.example", "acme", False, id="a plus-address of a listed one"),
    pytest.param("xprimary@acme.example", "acme", False, id="ends like a listed one"),
    pytest.param("primary@acme.example.evil.example", "", False, id="begins like a listed one"),
    pytest.param("primary@sub.acme.example", "", False, id="a subdomain"),
    pytest.param("primary@acme-example", "", False, id="a look-alike"),
    pytest.param(STRANGER, "", False, id="unknown"),
]


@pytest.mark.parametrize(("address", "customer", "is_mpoc"), LISTED)
def test_an_address_is_looked_up_whole(address: str, customer: str, *, is_mpoc: bool) -> None:
    """S2.4: exactly a listed address; never prefixes, patterns, domains alone."""
    who = _of(address, PASS, ())

    assert who.address == address
    assert (who.customer.id if who.customer else "") == customer
    assert (who.mpoc.email if who.mpoc else "") == (address if is_mpoc else "")
    assert who.agent is None


@pytest.mark.parametrize(
    ("address", "name"), [(PRIMARY, "Acme Primary"), (AGENT, "Robin One"), (COLLEAGUE, "Somebody")]
)
def test_whom_the_desk_knows_has_the_name_on_file(address: str, name: str) -> None:
    """S2.4: a listed contact and an agent are called what the desk calls them, others what they call themselves."""
    who = _of(address, PASS, ())

    assert (who.address, who.name) == (address, name)


def test_a_display_name_is_nobody() -> None:
    """S2.4: somebody who calls themselves by an MPOC's name and address is who their address says."""
    mail = a_mail(STRANGER)
    mail = replace(mail, originator=Originator(STRANGER, f"Acme Primary <{PRIMARY}>"))

    who = standing(mail, (), CHARTER, policy=MAILBOX, today=TODAY)

    assert who.mpoc is None
    assert who.customer is None


@pytest.mark.parametrize("customer", ["acme", "globex"])
@pytest.mark.parametrize(
    ("sender", "own"), [(PRIMARY, "acme"), (FOREIGN, "globex"), (COLLEAGUE, ""), (STRANGER, ""), (AGENT, "")]
)
def test_who_is_on_a_case(sender: str, own: str, customer: str) -> None:
    """S2.5, S2.6, R2.2: the customer's MPOCs are on every case of theirs, nobody else by belonging to the company."""
    case = a_case(customer=_as_stored(customer))
    who = _of(sender, PASS, ())

    assert (who.is_on(case), who.may_reopen(case)) == (own == customer, own == customer)


def _as_stored(word: str) -> str:
    """Return an equal word that is another object, as one from the database is beside one from a file."""
    return word.encode().decode()


def test_a_participant_is_on_their_case_and_reopens_nothing() -> None:
    """R2.6: a participant adds to this case; reopening and every other case are the MPOCs'."""
    who = _of(COLLEAGUE, PASS, ())

    assert who.is_on(with_participant(a_case(), COLLEAGUE))
    assert not who.may_reopen(with_participant(a_case(), COLLEAGUE))


def test_a_participant_who_now_belongs_to_another_customer_is_off_the_case() -> None:
    """S2.6: whose domain has since become another customer's follows this customer's case no more."""
    theirs = a_case(customer="globex")

    assert not _of(FOREIGN, PASS, ()).is_on(with_participant(a_case(), FOREIGN))
    assert not _of(COLLEAGUE, PASS, ()).is_on(with_participant(theirs, COLLEAGUE))
    assert not _of("guest@globex.example", PASS, ()).is_on(with_participant(a_case(), "guest@globex.example"))
