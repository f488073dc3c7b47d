"""The governor of automatic answers to incoming mail (S3.3): what a robot without any sign cannot make us do.

Everything that counts here is an answer: agents' notifications and replies, clock notices and announcements are not.
The questions about held requests are bounded by the same figures, by themselves.
"""

from daemon.model.effect import Effect, Queue
from daemon.model.facts import AskedContact, Facts
from daemon.model.mail_effect import Mute
from daemon.model.notice_kinds import NOTICES
from daemon.model.plan import Plan

MINUTES = 10
"""Within so many minutes `Plan.burst` answers to one address, each before its next mail, are quick ping-pong."""


def withheld(facts: Facts, plan: Plan, *, on_case: bool) -> str:
    """Return why another automatic answer is written but not sent, or the empty string.

    Args:
        facts: of the mail that would be answered.
        plan: the bounds.
        on_case: the answer is one on a case that exists already.
    """
    if facts.muted:
        return "muted: this address gets no automatic answers for a while (S3.3)"
    if is_ping_pong(facts, plan):
        return f"muted: {facts.answers.burst} automatic answers within {MINUTES} minutes, each written to again (S3.3)"
    return over_bounds(facts, plan, on_case=on_case)


def over_bounds(facts: Facts, plan: Plan, *, on_case: bool) -> str:
    """Return which bound of the governor another automatic answer would break, or the empty string (S3.3)."""
    bounds, counts = plan.governor, facts.answers
    if counts.address_hour >= bounds.address_hour:
        return f"governor: {bounds.address_hour} automatic answers to this address within an hour (S3.3)"
    if counts.address_day >= bounds.address_day:
        return f"governor: {bounds.address_day} automatic answers to this address within a day (S3.3)"
    if on_case and counts.case_hour >= bounds.case_hour:
        return f"governor: {bounds.case_hour} automatic answers on this case within an hour (S3.3)"
    return ""


def is_asked_enough(asked: AskedContact, plan: Plan) -> bool:
    """Tell whether a contact was asked about as many held requests as an address gets answers (S3.3).

    The questions are no answers to them; but whoever invents colleagues of theirs must not fill their mailbox.
    """
    return asked.hour >= plan.governor.address_hour or asked.day >= plan.governor.address_day


def is_ping_pong(facts: Facts, plan: Plan) -> bool:
    """Tell whether the sender has been writing to our answers as fast as they came.

    Counted are answers from before this mail's receipt: a backlog read at once is no ping-pong, nor is a burst of mails
    that came together.
    """
    return facts.answers.burst >= plan.burst


def muting(effects: tuple[Effect, ...], facts: Facts, plan: Plan) -> tuple[Mute, ...]:
    """Return the mute of a sender whom these effects would answer once more in quick ping-pong (S3.3)."""
    answered = {effect.notice.to.address for effect in effects if isinstance(effect, Queue) and _answers(effect)}
    if facts.muted or not is_ping_pong(facts, plan):
        return ()
    why = f"{facts.answers.burst} automatic answers within {MINUTES} minutes"
    return tuple(Mute(address=address, until=facts.now + plan.mute, why=why) for address in sorted(answered))


def _answers(effect: Queue) -> bool:
    return NOTICES[effect.notice.kind].answers
