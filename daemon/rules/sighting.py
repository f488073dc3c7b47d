"""An incoming mail seen whole: with its facts, its writer's standing and the case that it is about."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.effect import Decision, Effect, Outcome
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.people import Directory
from daemon.model.plan import MailboxPolicy, Plan
from daemon.rules.business_time import local_date
from daemon.rules.matching import Match, matched
from daemon.rules.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Sighting:
    """What triage looks at.  `who` is None where the originator is ambiguous (S2.1)."""

    mail: InboundMail
    facts: Facts
    plan: Plan
    directory: Directory
    policy: MailboxPolicy
    now: datetime
    who: Standing | None
    match: Match | None


def see(mail: InboundMail, facts: Facts, plan: Plan, directory: Directory, *, mailbox: str, now: datetime) -> Sighting:  # fmt: skip
    """Find out who is writing and about which case."""
    policy = plan.mailbox(mailbox)
    who = None
    if not mail.originator.ambiguous:
        references = facts.address_references + facts.references
        today = local_date(facts.received_at, plan.zone)
        who = standing(mail, references, directory, policy=policy, today=today, plan=plan)
    match = matched(facts, who) if who else None
    return Sighting(mail, facts, plan, directory, policy, now, who, match)


def decided(sighting: Sighting, outcome: Outcome, effects: tuple[Effect, ...], *, rules: tuple[str, ...], reason: str, case: int | None = None) -> Decision:  # fmt: skip
    """Return a decision together with the facts that `why` tells."""
    told = [("mailbox", sighting.policy.name), ("authentication", sighting.mail.authentication.value)]
    if sighting.who is not None:
        told += [
            ("writer", sighting.who.address),
            ("proof", sighting.who.proof.value),
            ("standing", _standing_of(sighting.who)),
        ]
    if sighting.match is not None:
        told += [
            ("case", str(sighting.match.case.number)),
            ("found by", sighting.match.via),
            ("status", sighting.match.case.status.value),
        ]
    told.append(("received", sighting.facts.received_at.isoformat()))
    return Decision(outcome=outcome, effects=effects, rules=rules, reason=reason, case=case, facts=tuple(told))


def _standing_of(who: Standing) -> str:
    if who.agent is not None:
        return f"agent {who.agent.id}"
    if who.mpoc is not None and who.customer is not None:
        return f"MPOC of {who.customer.id}"
    return f"somebody at {who.customer.id}" if who.customer else "unknown"
