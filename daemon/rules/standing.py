"""Who is writing, and how sure we are (S2).

The originator is the strictly read From address and nothing else (S2.1); it is looked up whole (S2.4); and it counts
for somebody only with a proof (S2.2).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from daemon.model.case import Case
from daemon.model.charter import Charter
from daemon.model.mail import Authentication, InboundMail, Reference
from daemon.model.people import Agent, Customer, Mpoc
from daemon.model.plan import MailboxPolicy, Unauthenticated


class Proof(StrEnum):
    """Why we believe the From address."""

    AUTHENTICATED = "authenticated"  # Authentication-Results of our own server
    SIGNED_REPLY = "signed reply"  # it answers a mail that was signed for this very address
    CHALLENGED = "challenge answered"  # the address itself said, in answer to a challenge, that it wrote this mail
    ACCEPTED = "accepted"  # nothing but the mailbox's policy
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who the From address belongs to, and what speaks for it."""

    address: str
    name: str
    proof: Proof
    agent: Agent | None = None
    customer: Customer | None = None  # whose MPOC or colleague this is
    mpoc: Mpoc | None = None

    @property
    def is_proven(self) -> bool:
        """Tell whether the sender may act: an agent needs more than the mailbox's policy (S2.3)."""
        if self.agent is not None:
            return self.proof in (Proof.AUTHENTICATED, Proof.SIGNED_REPLY, Proof.CHALLENGED)
        return self.proof is not Proof.NONE

    def is_on(self, case: Case) -> bool:
        """Tell whether a reference to this case is followed for a customer (S2.5).

        Not for a participant whose company has become another customer since (S2.6).
        """
        if self.customer is not None and self.customer.id != case.customer:
            return False
        return self.mpoc is not None or case.has_participant(self.address)

    def may_reopen(self, case: Case) -> bool:
        """Tell whether the sender is an MPOC of the case's customer (R2.2)."""
        return self.mpoc is not None and self.customer is not None and self.customer.id == case.customer


def standing(
    mail: InboundMail, references: tuple[Reference, ...], charter: Charter, *, policy: MailboxPolicy, today: date
) -> Standing:
    """Tell who is writing.

    Args:
        mail: its originator is not ambiguous.
        references: the verified references of the mail.
        charter: whom the desk knows, and for how many days an answer proves its writer.
        policy: of the mailbox that the mail reached.
        today: the date of receipt, by which a signature's age is counted.
    """
    address, name = mail.originator.address, mail.originator.name
    plan, directory = charter.plan, charter.directory
    agent = directory.agent(address)
    proof = _proof(
        mail, references, policy=policy, oldest=today - timedelta(days=plan.proof_days), is_agent=agent is not None
    )
    if agent is not None:
        return Standing(address, agent.name, proof, agent=agent)
    listed = directory.mpoc(address)
    if listed is not None:
        return Standing(address, listed[1].name, proof, customer=listed[0], mpoc=listed[1])
    return Standing(address, name, proof, customer=directory.customer_of_domain(mail.originator.domain))


def vouched(who: Standing, mail: InboundMail, policy: MailboxPolicy) -> Standing:
    """Return the standing of a mail for which its address has answered a challenge (S2.3).

    Such an answer is a signed reply: what switches that proof off for agents switches this one off too (S2.8), and a
    mail whose authentication is found to fail after all is believed on nobody's word (S2.2).
    """
    refused = mail.authentication is Authentication.FAIL or (who.agent is not None and policy.require_authentication)
    if refused or who.proof is Proof.AUTHENTICATED:
        return who
    return replace(who, proof=Proof.CHALLENGED)


def _proof(
    mail: InboundMail, references: tuple[Reference, ...], *, policy: MailboxPolicy, oldest: date, is_agent: bool
) -> Proof:
    if mail.authentication is Authentication.PASS:
        return Proof.AUTHENTICATED
    if mail.authentication is Authentication.FAIL:
        return Proof.NONE
    signed = any(reference.made_for_sender and reference.issued_on >= oldest for reference in references)
    if signed and not (is_agent and policy.require_authentication):
        return Proof.SIGNED_REPLY
    return Proof.ACCEPTED if policy.unauthenticated is Unauthenticated.ACCEPT else Proof.NONE
