"""An incoming mail seen whole: with its facts, its writer's standing and the case that it is about."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.charter import Charter
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.people import Directory
from daemon.model.plan import MailboxPolicy, Plan
from daemon.rules.business_time import local_date
from daemon.rules.matching import Match, matched
from daemon.rules.standing import Standing, standing, vouched


@dataclass(frozen=True, slots=True)
class Sighting:
    """What triage looks at.  `who` is None where the originator is ambiguous (S2.1)."""

    mail: InboundMail
    facts: Facts
    charter: Charter
    policy: MailboxPolicy
    now: datetime
    who: Standing | None
    match: Match | None

    @property
    def plan(self) -> Plan:
        """Return the plan's figures."""
        return self.charter.plan

    @property
    def directory(self) -> Directory:
        """Return whom the desk knows."""
        return self.charter.directory


def see(mail: InboundMail, facts: Facts, charter: Charter, *, mailbox: str, now: datetime) -> Sighting:
    """Find out who is writing and about which case."""
    policy = charter.plan.mailbox(mailbox)
    who = None
    if not mail.originator.ambiguous:
        references = facts.address_references + facts.references
        today = local_date(facts.received_at, charter.plan.zone)
        who = standing(mail, references, charter, policy=policy, today=today)
        if facts.vouched is not None:
            who = vouched(who, mail, policy)
    match = matched(facts, who) if who else None
    return Sighting(mail, facts, charter, policy, now, who, match)


def told(sighting: Sighting) -> tuple[tuple[str, str], ...]:
    """Return the facts of a sighting, as `why` tells them."""
    facts = [("mailbox", sighting.policy.name), ("authentication", sighting.mail.authentication.value)]
    if sighting.who is not None:
        facts += [
            ("writer", sighting.who.address),
            ("proof", sighting.who.proof.value),
            ("standing", _standing_of(sighting.who)),
        ]
    if sighting.match is not None:
        case = sighting.match.case
        facts += [("case", str(case.number)), ("found by", sighting.match.via), ("status", case.status.value)]
    return (*facts, *_detained(sighting.facts), ("received", sighting.facts.received_at.isoformat()))


def _detained(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return what the mail has to do with detained mail."""
    told = []
    if facts.answered is not None:
        told.append(("answers", f"{facts.answered.kind.value} mail {facts.answered.id}, {facts.answered.state.value}"))
    if facts.readmitted is not None:
        told.append(("decided again", " by ".join(filter(None, (facts.readmitted.why.value, facts.readmitted.by)))))
    return tuple(told)


def _standing_of(who: Standing) -> str:
    if who.agent is not None:
        return f"agent {who.agent.id}"
    if who.mpoc is not None and who.customer is not None:
        return f"MPOC of {who.customer.id}"
    return f"somebody at {who.customer.id}" if who.customer else "unknown"
