"""Who inside hears of a mail that was kept away from a case: its agent, and an agent in whose name it came (S2.5)."""

from dataclasses import replace
from enum import StrEnum

from daemon.model.case import Case
from daemon.model.effect import Queue
from daemon.model.notice import NEW
from daemon.model.notice_kinds import NoticeKind
from daemon.rules.business_time import local_date
from daemon.rules.matching import root_of, signed_proposal
from daemon.rules.messages import new_text
from daemon.rules.notices import answer, notice, to_agent
from daemon.rules.opening import responsible
from daemon.rules.sighting import Sighting
from daemon.rules.subjects import tag

UNREADABLE_WRITER = "somebody whose address cannot be read"
"""What agents are told of whoever wrote a mail with an ambiguous From field (S2.1)."""


class Fate(StrEnum):
    """What became of the mail, as its case's agent is told."""

    HELD = "held"
    QUARANTINED = "quarantined"  # of somebody who is not on the case
    UNPROVEN = "unproven"  # quarantined: it claims to be of somebody who is
    AGENTS = "agents"  # quarantined: it claims to be of an agent


def case_meant(sighting: Sighting) -> Case | None:
    """Return the case that a mail is about, or that a signature in it names, or the primary of that one (R4.5)."""
    if sighting.match is not None:
        return sighting.match.case
    case = signed_proposal(sighting.facts)
    return root_of(sighting.facts, case) if case is not None else None


def fate_in_quarantine(sighting: Sighting) -> Fate:
    """Return as what a quarantined mail is told to the agent of its case."""
    if sighting.who is not None and sighting.who.agent is not None:
        return Fate.AGENTS
    return Fate.UNPROVEN if sighting.match is not None else Fate.QUARANTINED


def tell_case_agent(sighting: Sighting, fate: Fate) -> tuple[Queue, ...]:
    """Tell the case's agent what somebody wrote who may not write on it, once a day a sender (S2.5, R2.6).

    Only where a signature names the case: its number alone anybody can guess.
    """
    case = signed_proposal(sighting.facts)
    if case is None or sighting.facts.told_of_sender:
        return ()
    wrote = notice(
        NoticeKind.OUTSIDER_WROTE,
        to_agent(responsible(case, sighting.directory), sighting.plan),
        case=case.number,
        event=sighting.facts.event,
        facts={"writer": sighting.mail.originator.address or UNREADABLE_WRITER, "fate": fate.value},
        text=new_text(sighting.mail),
        author=sighting.mail.originator.name,
    )
    return (Queue(notice=replace(wrote, about=NEW)),)


def tell_named_agent(sighting: Sighting) -> tuple[Queue, ...]:
    """Tell an agent, at the address on file, that an answer of theirs had no effect; once a day (S2.3, S2.7, S3.1).

    Only where it answers what was signed for this very agent, which nobody else gets: mail that merely bears their
    address makes us write to nobody.  Nothing of it is quoted: who wrote it is not known.
    """
    who, facts = sighting.who, sighting.facts
    is_answer = any(found.made_for_sender for found in facts.address_references + facts.references)
    if who is None or who.agent is None or not is_answer:
        return ()
    case = case_meant(sighting)
    told = {
        "received_at": facts.received_at.isoformat(),
        "about": tag(sighting.plan.provider.prefix, case.number) if case else "",
    }
    unproven = notice(
        NoticeKind.AGENT_UNPROVEN,
        to_agent(who.agent, sighting.plan),
        case=None,
        event=facts.event,
        facts=told,
    )
    day = local_date(sighting.now, sighting.plan.zone).isoformat()
    once_a_day = replace(unproven, key=f"{unproven.kind}:{day}:{who.agent.email}")
    return answer(once_a_day, facts, sighting.mail, sighting.plan)
