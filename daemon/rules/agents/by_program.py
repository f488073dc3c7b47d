"""A proven agent's address, and a mark that a program or a list wrote the mail: it commands nothing (S2.7, S3.2)."""

from dataclasses import replace

from daemon.model.effect import Decision, Queue
from daemon.model.notice import Notice
from daemon.model.notice_kinds import NoticeKind
from daemon.rules.agents.reply import read_agent_text
from daemon.rules.business_time import local_date
from daemon.rules.machine_mail import file_unanswered
from daemon.rules.notices import notice, to_agent
from daemon.rules.sayings.saying import say
from daemon.rules.sighting import Sighting


def is_by_program(sighting: Sighting) -> bool:
    """A proven agent's mail with a mark of programs or lists; the one mark that people's mail programs set is none."""
    who = sighting.who
    return who is not None and who.agent is not None and who.is_proven and bool(sighting.mail.marks.programs)


def file_and_tell(sighting: Sighting) -> Decision:
    """File it, and tell the agent once a day: it may be their own; a vacation note goes on for weeks."""
    filed = file_unanswered(sighting)
    is_meant = sighting.match is not None or bool(read_agent_text(sighting.mail).commands)
    effects = (*filed.effects, Queue(notice=_told(sighting))) if is_meant else filed.effects
    return replace(filed, effects=effects, rules=("S2.7", *filed.rules))


def _told(sighting: Sighting) -> Notice:
    mail, plan = sighting.mail, sighting.plan
    assert sighting.who is not None
    assert sighting.who.agent is not None
    agent = sighting.who.agent
    failed = notice(
        NoticeKind.COMMAND_FAILED,
        to_agent(agent, plan),
        case=sighting.match.case.number if sighting.match else None,
        event=sighting.facts.event,
        facts={"faults": say("by a program", mark=mail.marks.programs).words(agent.language), "help": ""},
        text=mail.reply_text,
        subject=mail.subject,
        in_reply_to=mail.message_id,
    )
    day = local_date(sighting.now, plan.zone).isoformat()
    return replace(failed, key=f"{failed.kind}:by a program:{day}:{agent.email}")
