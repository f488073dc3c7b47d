"""Who is challenged: an address that proves nothing is asked, in a mail of its own, whether it wrote (S2.3).

The mail waits; the answer of that very address to the signed challenge lets it through (`challenge_answer`).  Nobody
has more than one challenge open: what comes meanwhile waits, and is asked about in its turn (`asking`), however the
first one ends.
"""

from daemon.model.effect import Decision, Detain, Effect, Queue
from daemon.model.mail import Authentication
from daemon.model.notice import NEW
from daemon.model.outcome import DetainedKind, Outcome
from daemon.model.plan import Unauthenticated
from daemon.rules.business_time import days_later
from daemon.rules.detained.asking import Listed, Question, challenge_notice, on_file
from daemon.rules.detained.insiders import case_meant
from daemon.rules.notices import answer
from daemon.rules.sighting import Sighting

UNPROVEN = "the sender is not authenticated: it waits for the answer to a challenge"


def may_be_challenged(sighting: Sighting) -> bool:
    """Somebody whom the desk knows, without a proof, at a mailbox that challenges such mail (S2.3).

    Whose authentication failed is not asked: the policy is for senders of whom nothing is known, and a mail that their
    domain's owner disowns must not make us write.  Nor is who could not be let through by an answer, or may not be
    answered (S3.2): an agent sees to these.
    """
    who, policy = sighting.who, sighting.policy
    if who is None or who.is_proven or policy.unauthenticated is not Unauthenticated.CHALLENGE:
        return False
    if sighting.mail.authentication is Authentication.FAIL or sighting.mail.marks.no_answer:
        return False
    if who.agent is not None:
        return not policy.require_authentication
    return who.mpoc is not None or sighting.match is not None or _is_askable_colleague(sighting)


def _is_askable_colleague(sighting: Sighting) -> bool:
    """Tell whether somebody at a customer's domain may be asked: not once too many of them are (S3.3).

    Anybody can invent addresses at a known domain; each would otherwise make us write to it.
    """
    who, facts = sighting.who, sighting.facts
    if who is None or who.customer is None:
        return False
    return facts.awaits_word or facts.challenged_colleagues < sighting.plan.governor.address_day


def challenge(sighting: Sighting) -> Decision:
    """Keep the mail until its address answers, and ask them, unless other mail of theirs waits already (S2.3).

    That one is asked about, or will be, and this one after it.  What nobody is asked about yet does not lapse; an agent
    sees it listed meanwhile.
    """
    who, about = sighting.who, case_meant(sighting)
    asking = () if sighting.facts.awaits_word else _ask(sighting)
    is_asked = any(not queued.cancelled for queued in asking)
    days = sighting.plan.challenge_days
    detain = Detain(
        kind=DetainedKind.CHALLENGED,
        reason=UNPROVEN,
        customer=who.customer.id if who and who.customer else "",
        lapses_at=days_later(sighting.now, days, sighting.plan.zone) if is_asked else None,
        case=about.number if about else None,
    )
    effects: tuple[Effect, ...] = (detain, *asking)
    return Decision(outcome=Outcome.CHALLENGED, effects=effects, rules=("S2.2", "S2.3"), reason=detain.reason)


def _ask(sighting: Sighting) -> tuple[Queue, ...]:
    facts, mail, who = sighting.facts, sighting.mail, sighting.who
    assert who is not None, "nobody is asked whose address cannot be read"
    question = Question(mails=(Listed(NEW, mail.subject, facts.received_at, facts.size),), event=facts.event)
    customer = who.customer or (sighting.directory.customer(sighting.match.case.customer) if sighting.match else None)
    asking = challenge_notice(question, on_file(who.address, customer, sighting.charter), sighting.charter)
    return answer(asking, facts, mail, sighting.plan)
