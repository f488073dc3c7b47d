"""A proven agent's mail to the maintenance address, or in answer to ours about an unscheduled window (R11.6).

All of its commands hold, or none; what is missing is asked for.  What it writes is kept on no case.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.charter import Charter
from daemon.model.desk_effect import KeepAnnouncement
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.facts import WindowFacts
from daemon.model.notice import NEW, Notice
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Agent, Directory
from daemon.model.text import clean_line
from daemon.model.window import Announcement, Told, Window
from daemon.rules.agents.reply import read_agent_text
from daemon.rules.agents.sign_off import without_sign_off
from daemon.rules.commands.text import CommandedText, misplaced_commands
from daemon.rules.commands.windows import COMMANDS, LONGEST_NAME, LONGEST_TEXT, WindowDraft, carry_all, help_text
from daemon.rules.maintenance.announcing import (
    Known,
    Step,
    announce,
    cancel,
    changes,
    follow_up,
    found_in,
    missing,
    overruns,
    texts_of,
    told_already,
)
from daemon.rules.maintenance.notices import names_of, work_facts
from daemon.rules.maintenance.recurrence import window_named
from daemon.rules.maintenance.steps import ANNOUNCED_KEY, Reach, window_of
from daemon.rules.notices import notice, to_agent
from daemon.rules.sayings.saying import Fault, Saying, say
from daemon.rules.sighting import Sighting
from daemon.rules.subjects import bare_subject

Wrong = tuple[tuple[str, Saying], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowMail:
    """What an agent writes about a window, and what is known of it."""

    agent: Agent
    commanded: CommandedText
    subject: str
    sighting: Sighting
    facts: WindowFacts

    @property
    def charter(self) -> Charter:
        """Return what the rules go by."""
        return self.sighting.charter

    @property
    def before(self) -> Announcement:
        """Return the window as it stood, or a new one."""
        event = self.sighting.facts.event.replace(" ", "-")
        name = clean_line(bare_subject(self.subject, self.charter.plan.provider.prefix), longest=LONGEST_NAME)
        return self.facts.announcement or Announcement(id=0, key=f"{ANNOUNCED_KEY}{event}", name=name, by=self.agent.id)

    def known(self, key: str) -> Known:
        """Return what was told of a window, and who can be told."""
        told: tuple[Told, ...] = tuple(one for one in self.facts.told if one.window == key)
        reach = Reach(self.facts.bounced, self.facts.subscribers)
        return Known(now=self.sighting.facts.now, told=told, reach=reach)


def is_about_window(sighting: Sighting) -> bool:
    """A proven agent's mail to the maintenance address, or in answer to a mail about an unscheduled window."""
    who = sighting.who
    is_agents = who is not None and who.agent is not None and who.is_proven
    return is_agents and sighting.facts.window is not None


def take_window_mail(sighting: Sighting) -> Decision:
    """Carry out what an agent writes about an unscheduled window: all of it, or nothing."""
    who, facts = sighting.who, sighting.facts.window
    assert who is not None
    assert who.agent is not None
    assert facts is not None
    mail = WindowMail(
        agent=who.agent,
        commanded=read_agent_text(sighting.mail),
        subject=sighting.mail.subject,
        sighting=sighting,
        facts=facts,
    )
    start = WindowDraft(announcement=mail.before, at=sighting.facts.received_at, charter=sighting.charter)
    draft, faults = carry_all(start, mail.commanded.commands)
    faults += tuple((f"{line}: ", say("misplaced")) for line in misplaced_commands(mail.commanded.text, COMMANDS))
    if faults or draft.wants_help:
        return _ask(mail, mail.before, faults, wants_help=draft.wants_help)
    try:
        return _carried_out(mail, draft)
    except Fault as fault:
        return _ask(mail, mail.before, (("", fault.saying),))


def _carried_out(mail: WindowMail, draft: WindowDraft) -> Decision:
    """Carry out what the commands ask for.

    Raises:
        Fault: the window is in no state for it, or the guard found something.
    """
    if draft.follows_up is not None:
        return _follow_up(mail, draft.follows_up)
    if draft.cancels is not None:
        return _cancel(mail, draft.cancels)
    after = _with_words(mail, draft.announcement)
    if not overruns(mail.before, after, mail.sighting.facts.now):
        _refuse_ended(mail.before, mail.sighting.facts.now)
    _refuse_leaks(texts_of(after), mail.charter)
    lacking = missing(after, mail.charter.plan)
    if lacking and after.announced_at:  # what is announced stays as it is: nothing of a change is kept
        raise Fault("window wants confirm")
    if lacking:
        return _ask(mail, after, ())
    if after.announced_at and not any(changes(mail.before, after)):
        raise Fault("window unchanged")
    if after.end is not None and after.end <= mail.sighting.facts.now:
        raise Fault("window past")
    if twin := told_already(after, mail.facts.others):
        raise Fault("window told already", window=twin)
    return _done(mail, after, announce(after, mail.known(after.key), mail.charter))


def _cancel(mail: WindowMail, name: str) -> Decision:
    """Cancel the window that a mail answers, or names: a new mail that names none means another one (R11.7)."""
    found = mail.facts.named if name else mail.facts.announcement
    if found is None and window_named(name.casefold(), mail.charter.plan.windows, mail.charter.plan.zone):
        raise Fault("window planned", word=name)
    if found is None:
        raise Fault("no window", word=repr(name)) if name else Fault("window not named", command="#cancel")
    _refuse_ended(found, mail.sighting.facts.now)
    return _done(mail, found, cancel(found, mail.known(found.key), mail.charter))


def _refuse_ended(before: Announcement, now: datetime) -> None:
    """Refuse to change what is cancelled, or over."""
    if before.cancelled_at is not None:
        raise Fault("window cancelled")
    if before.announced_at and before.end and before.end <= now:
        raise Fault("window over")


def _refuse_leaks(texts: tuple[str, ...], charter: Charter) -> None:
    found = found_in(texts, charter)
    if found:
        raise Fault("window leaks", found="; ".join(map(str, found)))


def _with_words(mail: WindowMail, announcement: Announcement) -> Announcement:
    """Take the text for its description, where none is known yet.

    Later words below the commands are words to us: "Thanks!" corrects nothing, and "Yes, go ahead" describes nothing.
    """
    if announcement.announced_at is not None or announcement.description:
        return announcement
    words = without_sign_off(mail.commanded.text, mail.agent.name).split()
    return replace(announcement, description=" ".join(words)[:LONGEST_TEXT])


def _follow_up(mail: WindowMail, named: str) -> Decision:
    """Tell more after a window: this one, or one that is planned and named by its key (R11.3)."""
    text = mail.commanded.text
    window = _window_to_follow(mail, named)
    if window is None:
        raise Fault("no window", word=repr(named)) if named else Fault("window not named", command="#follow-up")
    if not text:
        raise Fault("follow-up needs text")
    if window.start > mail.sighting.facts.now:
        raise Fault("window to come")
    _refuse_leaks((text,), mail.charter)
    step = follow_up(window, text, mail.agent.name, known=mail.known(window.key), charter=mail.charter)
    facts = work_facts(window, mail.charter.directory)
    reason = f"{mail.agent.id} followed up on {window.key}: {step.told} told"
    kept = _mail(mail, NoticeKind.WINDOW_KEPT, facts | {"done": step.done, "told": str(step.told)}, text=text)
    found = mail.facts.named if named else mail.before
    effects = (*step.effects, Queue(notice=replace(kept, about=found.id if found else 0)))
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=("R11.3", "S2.7"))


def _window_to_follow(mail: WindowMail, named: str) -> Window | None:
    plan = mail.charter.plan
    found = mail.facts.named if named else mail.facts.announcement
    if found is not None and found.cancelled_at is not None:
        raise Fault("window cancelled")
    if found is not None and found.announced_at is not None:
        return window_of(found)
    return window_named(named.casefold(), plan.windows, plan.zone) if named else None


def _done(mail: WindowMail, announcement: Announcement, step: Step) -> Decision:
    """Carry a step out, and tell the agent how many contacts hear of it."""
    facts = _known_facts(announcement, mail.charter.directory)
    kept = _mail(mail, NoticeKind.WINDOW_KEPT, facts | {"done": step.done, "told": str(step.told)})
    effects = (*step.effects, Queue(notice=replace(kept, about=announcement.id or NEW)))
    reason = f"{mail.agent.id}: maintenance {announcement.name!r} {step.done}, {step.told} told"
    rules = ("R11.6",) if step.done == "announced" else ("R11.7",)
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=(*rules, "S2.7"))


def _ask(mail: WindowMail, announcement: Announcement, faults: Wrong, *, wants_help: bool = False) -> Decision:
    """Ask for what is missing, or say what was wrong; the window is kept as far as it is known, and told to nobody."""
    language, lacking = mail.agent.language, () if faults else missing(announcement, mail.charter.plan)
    told = {
        "missing": "\n".join(lacking),
        "faults": "\n".join(f"{line}{fault.words(language)}" for line, fault in faults),
        "help": help_text(language) if wants_help or faults else "",
    }
    facts = _known_facts(announcement, mail.charter.directory) | told
    asked = _mail(mail, NoticeKind.WINDOW_ASKED, facts, text=_written(mail.commanded))
    keeps = not announcement.announced_at
    effects: tuple[Effect, ...] = (KeepAnnouncement(announcement=announcement),) if keeps else ()
    reason = "; ".join(fault.words("en") for _, fault in faults) or f"asked for {', '.join(lacking) or 'help'}"
    effects = (*effects, Queue(notice=replace(asked, about=announcement.id or NEW)))
    outcome = Outcome.COMMAND_FAILED if faults else Outcome.AGENT_UPDATE
    return Decision(outcome=outcome, effects=effects, reason=reason, rules=("R11.2", "R11.6", "S2.7"))


def _written(commanded: CommandedText) -> str:
    return "\n".join([*(line.raw for line in commanded.commands), "", commanded.text]).strip()


def _known_facts(announcement: Announcement, directory: Directory) -> dict[str, str]:
    """Return what is known of a window, complete or not."""
    return {
        "window": announcement.name,
        "start": announcement.start.isoformat() if announcement.start else "",
        "end": announcement.end.isoformat() if announcement.end else "",
        "products": names_of(announcement.products, directory),
        "impact": announcement.impact.value,
        "description": announcement.description,
        "reason": announcement.reason,
    }


def _mail(mail: WindowMail, kind: NoticeKind, facts: dict[str, str], *, text: str = "") -> Notice:
    return notice(
        kind,
        to_agent(mail.agent, mail.charter.plan),
        case=None,
        event=mail.sighting.facts.event,
        facts=facts,
        text=text,
        author=mail.agent.name,
        subject=mail.subject,
        in_reply_to=mail.sighting.mail.message_id,
    )
