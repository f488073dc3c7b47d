"""A proven agent's mail from its receipt to its effect: guarded, made to wait, then carried out whole (S3.7).

What an agent wants done is `agents.mail`'s to decide.  Here it is decided whether that holds now: the guard may stop
it, the waiting time may put it off; until then it has had no effect at all.
"""

from dataclasses import replace

from daemon.model.case_effect import Record
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect
from daemon.model.mail import InboundMail, Purpose
from daemon.model.outcome import Outcome
from daemon.model.readmission import Readmission
from daemon.rules.agents.crossing import tell_each_other
from daemon.rules.agents.delay import must_wait, postpone, writes_to_customers
from daemon.rules.agents.guarding import can_be_held, expire, found_in, hold_back, replaced, ring_once_urgent
from daemon.rules.agents.mail import decide_agent_text, refuse
from daemon.rules.agents.text import AgentText
from daemon.rules.commands.text import CommandedText, read_commands
from daemon.rules.leak_guard import SEND_ANYWAY, Leak
from daemon.rules.sayings.saying import say
from daemon.rules.sighting import Sighting


def carry_out(sighting: Sighting) -> Decision:
    """Carry out a proven agent's mail, or put it off."""
    mail, match = sighting.mail, sighting.match
    assert sighting.who is not None
    assert sighting.who.agent is not None
    wanted = AgentText(
        agent=sighting.who.agent,
        case=match.case if match else None,
        commanded=read_agent_text(mail),
        facts=sighting.facts,
        policy=sighting.policy,
        is_note=match is not None and match.purpose is not Purpose.ANSWER,
        message_id=mail.message_id,
        subject=mail.subject,
        forwarded_text="" if match else mail.forwarded_text,  # an answer's quote is no forwarded mail
    )
    if mail.is_sealed:
        return refuse(wanted, sighting.plan, (("", say("sealed")),), wants_help=False)
    return take_effect(wanted, sighting.charter)


def read_agent_text(mail: InboundMail) -> CommandedText:
    """Read commands before the first quoted line only (S2.7); the text may go on between quotes."""
    opening = read_commands(mail.opening_text)
    return replace(opening, text=(opening.text + mail.reply_text.removeprefix(mail.opening_text)).strip())


def take_effect(wanted: AgentText, charter: Charter) -> Decision:
    """Decide on an agent's text, and whether that holds now; the shell waits for nothing."""
    decision = decide_agent_text(wanted, charter)
    found = found_in(decision, wanted, charter) if decision.outcome is not Outcome.COMMAND_FAILED else ()
    if _why(wanted) is Readmission.EXPIRED:
        return expire(found, wanted, charter)
    if wanted.facts.replies.marked and writes_to_customers(decision):
        fault = say("marked file", files=", ".join(wanted.facts.replies.marked))
        return refuse(wanted, charter.plan, (("", fault),), wants_help=False)
    if found and not _is_overridden(wanted):
        return _stop(found, decision, wanted, charter)
    if must_wait(decision, wanted, charter.plan):
        return postpone(wanted, charter.plan)
    more = (*_recorded(found, wanted), *replaced(decision, wanted), *tell_each_other(decision, wanted, charter))
    decision = replace(decision, effects=(*decision.effects, *more))
    return replace(decision, effects=(*decision.effects, *ring_once_urgent(decision, wanted, charter)))


def _why(wanted: AgentText) -> Readmission | None:
    return wanted.facts.readmitted.why if wanted.facts.readmitted else None


def _is_overridden(wanted: AgentText) -> bool:
    """Tell whether the agent has read what the guard finds, and wants it sent all the same.

    By mail that word is another mail's, once this one was held back; where nothing can be held back, it stands beside
    the text.
    """
    is_word_here = SEND_ANYWAY in wanted.commands and not can_be_held(wanted)
    return _why(wanted) is Readmission.SENT_ANYWAY or is_word_here


def _stop(found: tuple[Leak, ...], decision: Decision, wanted: AgentText, charter: Charter) -> Decision:
    if can_be_held(wanted):
        return hold_back(found, decision, wanted, charter)
    number = wanted.case.number if wanted.case else None
    is_master = any(incident.case == number for incident in wanted.facts.incidents)
    fault = say("may leak everybody" if is_master else "may leak", found="; ".join(map(str, found)))
    return refuse(wanted, charter.plan, (("", fault),), wants_help=False)


def _recorded(found: tuple[Leak, ...], wanted: AgentText) -> tuple[Effect, ...]:
    """Write into the history who let pass what the guard had found."""
    if not found or wanted.case is None or "for" in wanted.commands:
        return ()
    readmitted = wanted.facts.readmitted
    actor = readmitted.by if readmitted and readmitted.by else wanted.agent.email
    at = readmitted.at if readmitted else wanted.facts.now
    detail = "; ".join(map(str, found))
    return (Record(case=wanted.case.number, event="guard_overridden", detail=detail, at=at, actor=actor),)
