"""A proven agent's answer to a mail about a storm: `#p1g TITLE` makes it a global incident (R7.1, R7.2).

Nothing else can be done by it: whatever else they write is answered with what can be.
"""

from daemon.model.charter import Charter
from daemon.model.effect import Decision
from daemon.rules.agents.mail import Wrong, refuse
from daemon.rules.agents.reply import read_agent_text, take_effect
from daemon.rules.agents.text import AgentText
from daemon.rules.leak_guard import SEND_ANYWAY
from daemon.rules.sayings.saying import say
from daemon.rules.sighting import Sighting
from daemon.rules.subjects import tag

OPENS = "p1g"
HELP = "help"


def is_about_storm(sighting: Sighting) -> bool:
    """A proven agent's answer to a mail about customers' mails that look alike, which was signed for them."""
    who = sighting.who
    is_agents = who is not None and who.agent is not None and who.is_proven
    return is_agents and sighting.facts.storm is not None


def take_storm_mail(sighting: Sighting) -> Decision:
    """Open a master of the storm and let its cases join, or say what can be done."""
    assert sighting.who is not None
    assert sighting.who.agent is not None
    wanted = AgentText(
        agent=sighting.who.agent,
        case=None,
        commanded=read_agent_text(sighting.mail),
        facts=sighting.facts,
        policy=sighting.policy,
        message_id=sighting.mail.message_id,
        subject=sighting.mail.subject,
    )
    faults = _faults(wanted, sighting.charter)
    if faults:
        return refuse(wanted, sighting.charter.plan, faults, wants_help=HELP in wanted.commands)
    return take_effect(wanted, sighting.charter)


def _faults(wanted: AgentText, charter: Charter) -> tuple[Wrong, ...]:
    storm = wanted.facts.storm
    if storm is not None and storm.incident is not None and OPENS in wanted.commands:
        return (("", say("storm is incident", tag=tag(charter.plan.provider.prefix, storm.incident))),)
    if OPENS not in wanted.commands or wanted.commands - {OPENS, SEND_ANYWAY}:
        return (("", say("storm answers")),)
    return ()
