"""What a proven agent's mail does: its text goes to the customer, its commands move the case, a note stays inside.

All of a mail's commands hold, or none: one wrong command changes nothing, sends nothing to the customer, and goes
back to the agent with what was wrong and their text (S2.7, interface.md).
"""

from dataclasses import replace

from daemon.model.case import Case, Priority, Status
from daemon.model.case_effect import AddMessage, ChangeStatus
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.plan import Plan
from daemon.model.promise_effect import Acknowledge
from daemon.rules.agents.opening import open_for_mpoc, open_master, resume
from daemon.rules.agents.overtaken import customer_wrote_since, overtaken
from daemon.rules.agents.settling import settle_detained
from daemon.rules.agents.text import AgentText
from daemon.rules.commands.table import BY_NAME, carry, help_text
from daemon.rules.commands.text import MAX_COMMANDS, CommandLine, misplaced_commands
from daemon.rules.draft import Draft
from daemon.rules.due.silence_end import closes_at
from daemon.rules.incidents.told import Words, tell_everybody
from daemon.rules.notices import everybody_on, notice, to_agent
from daemon.rules.sayings.saying import Fault, Saying, say

PUBLIC_RULES = ("R7.4", "R7.5")
"""What a mail on a master goes by, beside what it goes by on any case."""

Wrong = tuple[str, Saying]
"""The command as it was written, with a colon, or nothing; and what is wrong."""


def decide_agent_text(wanted: AgentText, charter: Charter) -> Decision:
    """Decide on an agent's commands and text."""
    plan = charter.plan
    draft, faults = _carry_all(_start(wanted, charter), wanted.commanded.commands)
    faults += tuple((f"{line}: ", say("misplaced")) for line in misplaced_commands(wanted.commanded.text, BY_NAME))
    faults += overtaken(draft, wanted.case)
    if draft.wants_help or faults:
        return refuse(wanted, plan, faults, wants_help=draft.wants_help)
    if draft.opens_for is not None:
        return open_for_mpoc(
            draft, wanted.commanded.text, wanted.forwarded_text, subject=wanted.subject, policy=wanted.policy
        )
    if wanted.case is None or draft.case is None:
        return _on_no_case(draft, wanted, plan)
    if draft.resumes is not None:
        return resume(draft, draft.resumes, wanted.commanded.text, policy=wanted.policy)
    if not (wanted.commanded.text or wanted.commanded.commands or wanted.facts.attachments):
        return refuse(wanted, plan, (("", say("no text")),), wants_help=False)
    return _keep_note(draft, wanted) if draft.is_note else _answer_customer(draft, wanted)


def _on_no_case(draft: Draft, wanted: AgentText, plan: Plan) -> Decision:
    """On no case an agent can open a global incident (R7.1), and settle what is held and quarantined (R2.3, R2.4)."""
    if draft.incident:
        return open_master(draft, wanted.commanded.text, policy=wanted.policy)
    if draft.settled:
        return settle_detained(draft, wanted.commanded.text, subject=wanted.subject, message_id=wanted.message_id)
    return refuse(wanted, plan, (("", say("on no case")),), wants_help=False)


def _start(wanted: AgentText, charter: Charter) -> Draft:
    """Return the draft before the commands: a manager's answer of whatever kind acknowledges an escalation (R9.3)."""
    draft = Draft(
        agent=wanted.agent,
        facts=wanted.facts,
        charter=charter,
        case=wanted.case,
        subject=wanted.subject,
        is_note=wanted.is_note,
        may_override=wanted.at_shell and bool(wanted.commanded.text),
    )
    answered = acknowledged(wanted)
    return draft.with_more(answered) if answered else draft


def acknowledged(wanted: AgentText) -> tuple[Acknowledge, ...]:
    """Any reply of the manager whom an escalation reached acknowledges it, one that is refused too (R9.3)."""
    case = wanted.case
    if case is None or case.escalated_to != wanted.agent.id:
        return ()
    return (Acknowledge(case=case.number, at=wanted.facts.received_at, actor=wanted.agent.email),)


def _carry_all(draft: Draft, commands: tuple[CommandLine, ...]) -> tuple[Draft, tuple[Wrong, ...]]:
    """Carry out commands in their order, what opens a case first; every fault is found, not only the first."""
    if len(commands) > MAX_COMMANDS:
        return draft, (("", say("too many", number=str(MAX_COMMANDS))),)
    faults: list[Wrong] = []
    first = {"for": 0, "p1g": 1} if draft.case is None else {"for": 0}
    for line in sorted(commands, key=lambda line: first.get(line.name, len(first))):
        try:
            draft = carry(draft, line)
        except Fault as fault:
            faults.append((f"{line.raw}: ", fault.saying))
    return draft, tuple(faults)


def refuse(wanted: AgentText, plan: Plan, faults: tuple[Wrong, ...], *, wants_help: bool) -> Decision:
    """Carry out nothing; the agent gets what was wrong, and their text back."""
    language = wanted.agent.language
    said = [f"{line}{fault.words(language)}" for line, fault in faults]
    told = {"faults": "\n".join(said), "help": help_text(language) if wants_help else ""}
    failed = notice(
        NoticeKind.COMMAND_FAILED,
        to_agent(wanted.agent, plan),
        case=wanted.case.number if wanted.case else None,
        event=wanted.facts.event,
        facts=told,
        text=wanted.written,
        subject=wanted.subject,
        in_reply_to=wanted.message_id,
    )
    outcome, reason = Outcome.COMMAND_FAILED, "; ".join(f"{line}{fault.words('en')}" for line, fault in faults)
    if not faults:
        outcome, reason = Outcome.AGENT_NOTE, "help was asked for"
    number = wanted.case.number if wanted.case else None
    effects: tuple[Effect, ...] = (*(acknowledged(wanted) if faults else ()), Queue(notice=failed))
    return Decision(outcome=outcome, effects=effects, reason=reason, rules=("S2.7",), case=number)


def _keep_note(draft: Draft, wanted: AgentText) -> Decision:
    case = draft.on_case()
    has_note = bool(wanted.commanded.text or wanted.facts.attachments)
    closing = _closing_sentence(draft, wanted)
    done: tuple[Effect, ...] = (
        *((_message(wanted, case, public=False),) if has_note else ()),
        *((_sentence(wanted, case, closing),) if closing else ()),
        *draft.effects,
    )
    mails = _tell_customer(draft, wanted, done, text=closing) if draft.news() else ()
    draft, public = _with_everybody(draft, wanted, Words())
    if case.priority is Priority.P1G and has_note and not public:
        draft = replace(draft, done=(*(draft.done or (say("note"),)), say("nobody told")))
    effects: tuple[Effect, ...] = (
        *done,
        *mails,
        *public,
        *_tell_assignee(draft, wanted),
        _transcript(draft, wanted, sent_to=()),
    )
    reason, rules = f"an internal note of {wanted.agent.id}", ("S3.7", *(PUBLIC_RULES if public else ()))
    return Decision(outcome=Outcome.AGENT_NOTE, effects=effects, reason=reason, rules=rules, case=case.number)


def _with_everybody(draft: Draft, wanted: AgentText, words: Words) -> tuple[Draft, tuple[Effect, ...]]:
    """Return what a mail on a master does for everybody (R7.4), and the draft whose transcript says so."""
    assert wanted.case is not None
    told = tell_everybody(draft, wanted.case, words)
    return replace(draft, done=(*draft.done, *told.line)), told.effects


def _answer_customer(draft: Draft, wanted: AgentText) -> Decision:
    words = Words(wanted.commanded.text, wanted.facts.attachments)
    text = wanted.commanded.text or _closing_sentence(draft, wanted)
    wanted = replace(wanted, commanded=replace(wanted.commanded, text=text))
    has_answer = bool(text or wanted.facts.attachments)
    if has_answer:
        draft = _begin_work(draft, wanted)
    case = draft.on_case()
    done = draft.effects
    if has_answer:
        reopened = tuple(e for e in done if isinstance(e, ChangeStatus) and e.status is Status.REOPENED)
        rest = tuple(e for e in done if e not in reopened)
        done = (*reopened, _message(wanted, case, public=True), *rest)  # what is reopened is answered (R3.2)
    mails = _tell_customer(draft, wanted, done, text=text) if has_answer or draft.news() else ()
    draft, public = _with_everybody(draft, wanted, words)
    effects = done + mails + public + _tell_assignee(draft, wanted)
    if draft.done:  # a command, or everybody was told
        effects += (_transcript(draft, wanted, sent_to=tuple(queued.notice.to.address for queued in mails)),)
    rules = ("S2.7", "R4.2") if has_answer else ("S2.7",)
    reason = f"{wanted.agent.id} answered the customer" if has_answer else f"{wanted.agent.id} commanded the case"
    if public:
        reason, rules = f"{wanted.agent.id} told everybody of the incident", (*rules, *PUBLIC_RULES)
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=rules, case=case.number)


def _begin_work(draft: Draft, wanted: AgentText) -> Draft:
    """An agent's first public reply to a New or reopened case makes it In Progress (R4.2, R4.9).

    It comes before the commands, which may say otherwise: a case that is taken up and then waits is waiting.
    """
    case = draft.on_case()
    if wanted.case is None or case.status not in (Status.NEW, Status.REOPENED) or case.status is not wanted.case.status:
        return draft
    if case.status is Status.REOPENED and customer_wrote_since(draft.facts):
        return draft  # it was written before the customer reopened the case: it answers nothing of that
    begun = ChangeStatus(case=case.number, status=Status.IN_PROGRESS, at=draft.at, actor=draft.agent.email, why="R4.2")
    return replace(draft, effects=(begun, *draft.effects), case=replace(case, status=Status.IN_PROGRESS))


def _closing_sentence(draft: Draft, wanted: AgentText) -> str:
    """Return what tells the customer that the work is done and tested, where the agent closes without a word (R4.7)."""
    case, before = draft.on_case(), wanted.case
    has_words = bool(wanted.commanded.text) and not draft.is_note
    if has_words or case.status is not Status.CLOSED or before is None or before.status is Status.CLOSED:
        return ""
    return say("closing sentence").words(case.language)


def _sentence(wanted: AgentText, case: Case, text: str) -> AddMessage:
    """Put the standard sentence beside a note: it has no Message-ID and no files of its own."""
    return AddMessage(
        case=case.number,
        incoming=False,
        author=wanted.agent.email,
        public=True,
        text=text,
        received_at=wanted.facts.received_at,
    )


def _message(wanted: AgentText, case: Case, *, public: bool) -> AddMessage:
    return AddMessage(
        case=case.number,
        incoming=False,
        author=wanted.agent.email,
        public=public,
        text=wanted.commanded.text,
        received_at=wanted.facts.received_at,
        message_id=wanted.message_id,
        attachments=wanted.facts.attachments,
    )


def _tell_customer(draft: Draft, wanted: AgentText, done: tuple[Effect, ...], *, text: str) -> tuple[Queue, ...]:
    """Write to everybody on the case, each a mail of their own (S3.6); a note's files stay inside (S3.7)."""
    files = () if draft.is_note else wanted.facts.attachments
    kind = NoticeKind.UPDATE if text or files else NoticeKind.STATUS_CHANGED
    names = NOTICES[kind].facts
    case = draft.on_case()
    told = {name: value for name, value in draft.news().items() if name in names}
    told["ends_at"] = closes_at(wanted.case or case, done, draft.charter)
    return tuple(
        Queue(
            notice=notice(
                kind,
                to,
                case=case.number,
                event=wanted.facts.event,
                facts=told,
                text=text,
                author=wanted.agent.name,
                attachments=files,
            )
        )
        for to in everybody_on(case, draft.directory)
    )


def _tell_assignee(draft: Draft, wanted: AgentText) -> tuple[Queue, ...]:
    """Tell the technician who gets the case from somebody else."""
    agent = draft.new_assignee
    if agent is None or agent.id == wanted.agent.id:
        return ()
    told = {"event": "reassigned", "writer": wanted.agent.email, "received_at": draft.at.isoformat()}
    given = notice(
        NoticeKind.CASE_ASSIGNED,
        to_agent(agent, draft.plan),
        case=draft.on_case().number,
        event=wanted.facts.event,
        facts=told,
        text="\n\n".join(filter(None, (wanted.commanded.text, wanted.facts.last_words))),
        author=wanted.agent.name,
        attachments=wanted.facts.attachments,
    )
    return (Queue(notice=given),)


def _transcript(draft: Draft, wanted: AgentText, *, sent_to: tuple[str, ...]) -> Queue:
    done = [saying.words(wanted.agent.language) for saying in draft.done or (say("note"),)]
    told = {"done": "\n".join(done), "sent_to": "\n".join(sent_to)}
    return Queue(
        notice=notice(
            NoticeKind.COMMANDS_DONE,
            to_agent(wanted.agent, draft.plan),
            case=draft.on_case().number,
            event=wanted.facts.event,
            facts=told,
            text="\n\n".join(filter(None, (wanted.commanded.text, draft.handed_back))),
            author=wanted.agent.name,
        )
    )
