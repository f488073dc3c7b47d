"""A detained mail that comes again because somebody let it through: an MPOC, or an agent for one (R2.3, R2.4, R2.6)."""

from dataclasses import replace

from daemon.model.case import Case
from daemon.model.effect import Decision
from daemon.model.outcome import DetainedKind
from daemon.model.people import Customer, Mpoc
from daemon.model.readmission import DetainedRequest, Readmission, Readmitted
from daemon.rules.detained.deciders import deciders
from daemon.rules.detained.holding import quarantine_unowned
from daemon.rules.detained.releasing import Detained, Release, release
from daemon.rules.matching import root_of
from daemon.rules.sighting import Sighting

BY_MPOC = (Readmission.APPROVED, Readmission.JOINED)
LET_THROUGH = (*BY_MPOC, Readmission.RELEASED)


def is_approved(sighting: Sighting) -> bool:
    """A held mail that an MPOC, or an agent on their authority, has approved (R2.3)."""
    again = sighting.facts.readmitted
    return again is not None and again.why in BY_MPOC and sighting.facts.released is not None


def is_released(sighting: Sighting) -> bool:
    """A quarantined mail that an agent has released for an MPOC (R2.4)."""
    again = sighting.facts.readmitted
    return again is not None and again.why is Readmission.RELEASED and sighting.facts.released is not None


def carry_on(sighting: Sighting) -> Decision:
    """Do what the approval asks for, as of its instant; the original receipt time is shown (R2.3, R3.11)."""
    request, again = sighting.facts.released, sighting.facts.readmitted
    assert request is not None, "triage sent a readmitted mail here"
    assert again is not None
    authority = _authority(sighting, request, again)
    if authority is None:
        return quarantine_unowned(sighting)
    customer, mpoc = authority
    joins = again.why is Readmission.JOINED
    granted = Release(customer, mpoc, again.by, again.at, adds_writer=joins, word=again.word)
    return release(_detained(sighting, request), granted, sighting.charter)


def _authority(sighting: Sighting, request: DetainedRequest, again: Readmitted) -> tuple[Customer, Mpoc] | None:
    """Return on whose authority it goes on; None: the configuration knows them no more.

    A contact who approved and is gone since is followed by whoever decides now.
    """
    listed = sighting.directory.mpoc(again.authority or again.by)
    if request.kind is not DetainedKind.HELD:
        return listed
    customer = sighting.directory.customer(request.customer)
    if customer is None:
        return None
    if listed is not None and listed[0].id == customer.id:
        return listed
    return customer, deciders(customer, is_macd=request.is_macd)[0]


def _detained(sighting: Sighting, request: DetainedRequest) -> Detained:
    facts = sighting.facts
    return Detained(
        id=request.id,
        mailbox=sighting.policy.name,
        kind=request.kind,
        sender=sighting.mail.originator.address or request.sender,
        subject=request.subject,
        mail=sighting.mail,
        facts=replace(facts, event=f"{facts.event} released"),
        case=asked_for(sighting, request),
    )


def asked_for(sighting: Sighting, request: DetainedRequest) -> Case | None:
    """Return the case that a held mail asks to join, or the primary that it has become a duplicate of (R4.5)."""
    case = sighting.facts.case(request.case)
    return root_of(sighting.facts, case) if case else None
