"""What an agent's mail on no case does with detained mail: each is let through, declined or discarded, or none is."""

from daemon.model.effect import Decision, Queue
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.rules.draft import Draft
from daemon.rules.notices import notice, to_agent


def settle_detained(draft: Draft, text: str, *, subject: str, message_id: str) -> Decision:
    """Settle what the commands name, and give the agent a transcript (R2.3, R2.4).

    Their text goes to nobody; the transcript shows it.
    """
    done = [saying.words(draft.agent.language) for saying in draft.done]
    transcript = notice(
        NoticeKind.COMMANDS_DONE,
        to_agent(draft.agent, draft.plan),
        case=None,
        event=draft.facts.event,
        facts={"done": "\n".join(done)},
        text=text,
        author=draft.agent.name,
        subject=subject,
        in_reply_to=message_id,
    )
    effects = (*draft.effects, Queue(notice=transcript))
    settled = ", ".join(str(number) for number in draft.settled)
    reason = f"{draft.agent.id} settled detained mail {settled}"
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=("S2.7", "R2.3", "R2.4"))
