"""Cases that an agent opens and commands from the shell (R1.4): the same rules as by mail."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.act.starting import agent_named, facts_now, mpoc_at, opened_number
from daemon.apply import apply
from daemon.desk import Desk
from daemon.errors import Permanent
from daemon.gather import ASSIGNING, SHOWING, cases_named, locked_loads
from daemon.gather.incidents import P1G, lock_with_children, with_incidents
from daemon.gather.replies import AgentWords, reply_facts
from daemon.model.case import Case, CaseNumber, Priority
from daemon.model.effect import Decision, Queue
from daemon.model.facts import Facts
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.posting import Posting
from daemon.rules.agents.reply import take_effect
from daemon.rules.agents.text import AgentText
from daemon.rules.commands.text import CommandedText, read_command
from daemon.rules.opening import Request, acknowledge, tell_technician
from daemon.rules.opening import open_case as opening
from daemon.rules.subjects import tag
from daemon.store.case_text import case_text
from daemon.store.database import Connection, transaction
from daemon.store.last_mail import last_mail

SPOKEN = (NoticeKind.COMMANDS_DONE, NoticeKind.COMMAND_FAILED)
"""Mails to the agent who commands, which at a shell are words on the screen."""


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A case that an agent opens after a call or a chat (R1.4)."""

    mpoc: str
    subject: str
    text: str
    priority: Priority
    actor: str  # agent id, or "command line"


def open_case(desk: Desk, call: CallRequest, *, now: datetime) -> CaseNumber:
    """Open a case on an MPOC's behalf (R1.4); the MPOC gets the acknowledgement.

    Raises:
        Permanent: nobody with that address is an MPOC.
    """
    customer, mpoc = mpoc_at(desk, call.mpoc)
    request = Request(
        customer=customer,
        mpoc=mpoc,
        subject=call.subject,
        text=call.text,
        author=mpoc.email,
        author_name=mpoc.name,
        received_at=now,
        actor=call.actor,
        why="R1.4",
        priority=call.priority,
    )
    plan = desk.config.plan
    with transaction(desk.engine) as connection:
        facts = facts_now(connection, desk, now)
        opened = opening(request, facts, desk.config.charter, policy=plan.mailboxes[0])
        effects = (
            *opened.effects,
            acknowledge(request, facts, plan, now=now),
            tell_technician(opened, request, facts, plan),
        )
        decision = Decision(
            outcome=Outcome.CASE_OPENED, effects=effects, reason=f"entered by {call.actor}", rules=("R1.4",)
        )
        return opened_number(apply(connection, decision, Posting(desk, now, None), cases=()))


@dataclass(frozen=True, slots=True)
class ShellWish:
    """What an agent wants done on a case, from the shell."""

    agent: str  # id or address
    lines: tuple[str, ...]  # commands without their `#`, such as "status closed"
    text: str  # public text, or empty


def carry_out(desk: Desk, case: CaseNumber, wish: ShellWish, *, now: datetime) -> str:
    """Carry out an agent's commands and public text; all or nothing.

    Returns:
        What would stand in the transcript by mail: what was done, one line a command, or the help that was asked for.

    Raises:
        Permanent: the case, the agent or a command is wrong; nothing was changed.  One line a fault.
    """
    by = agent_named(desk, wish.agent)
    commanded = CommandedText(tuple(read_command(line) for line in wish.lines), wish.text.strip())
    if any(line.name == "for" for line in commanded.commands):
        raise Permanent("at the shell a case is opened with: supportd case open --for ADDRESS --subject TEXT")
    with transaction(desk.engine) as connection:
        named = cases_named([line.argument for line in commanded.commands], desk)
        cases = lock_with_children(connection, {case} | named, {case})
        on_case = next((found for found in cases if found.number == case), None)
        if on_case is None:
            raise Permanent(f"there is no case {tag(desk.config.plan.provider.prefix, case)}")
        facts = replace(_facts_asked(connection, desk, on_case, commanded, now=now), cases=cases)
        opens = any(line.name == P1G for line in commanded.commands)
        facts = with_incidents(connection, desk, facts, masters={case}, opens=opens)
        policy = desk.config.plan.mailboxes[0]
        wanted = AgentText(
            agent=by,
            case=on_case,
            commanded=commanded,
            facts=replace(facts, replies=reply_facts(connection, desk, AgentWords(by, case, wish.text, now))),
            policy=policy,
            subject=on_case.subject,
            at_shell=True,
        )
        decision = take_effect(wanted, desk.config.charter)
        _refuse_faults(decision)
        apply(connection, _without_transcript(decision), Posting(desk, now, None), cases=cases)
        return _said(decision)


def _facts_asked(connection: Connection, desk: Desk, case: Case, commanded: CommandedText, *, now: datetime) -> Facts:
    """Return what the commands ask for, and no more: most ask for nothing."""
    names = frozenset(line.name for line in commanded.commands)
    return Facts(
        event=f"act {desk.new_token()}",
        received_at=now,
        now=now,
        loads=locked_loads(connection) if names & ASSIGNING else (),
        last_mail=last_mail(connection, case.number) if names & SHOWING else None,
        history=case_text(connection, case.number) if "escalate" in names else "",
    )


def _refuse_faults(decision: Decision) -> None:
    if decision.outcome is Outcome.COMMAND_FAILED:
        raise Permanent(decision.reason)


def _without_transcript(decision: Decision) -> Decision:
    """At a shell the answer is on the screen: no transcript by mail."""
    kept = tuple(e for e in decision.effects if not (isinstance(e, Queue) and e.notice.kind in SPOKEN))
    return replace(decision, effects=kept)


def _said(decision: Decision) -> str:
    spoken = (e.notice for e in decision.effects if isinstance(e, Queue) and e.notice.kind in SPOKEN)
    return "\n".join(value for told in spoken for name, value in told.facts if name in {"done", "help"} and value)
