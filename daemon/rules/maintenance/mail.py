"""A proven agent's mail to the maintenance address, or in answer to ours about an unscheduled window (R11.6).

All of its commands hold, or none; what is missing is asked for.  What it writes is kept on no case.
"""

from dataclasses import replace
from datetime import datetime

from daemon.model.charter import Charter
from daemon.model.effect import Decision
from daemon.model.window import Announcement, Window
from daemon.rules.agents.reply import read_agent_text
from daemon.rules.commands.text import misplaced_commands
from daemon.rules.commands.windows import COMMANDS, LONGEST_TEXT, WindowDraft, bare_commands, carry_all, times_of
from daemon.rules.maintenance.announcing import (
    announce,
    cancel,
    changes,
    follow_up,
    found_in,
    missing,
    overruns,
    same_at_that_time,
    texts_of,
    told_already,
    what_hinders_follow_up,
)
from daemon.rules.maintenance.answers import WindowMail, answer_done, answer_followed_up, ask
from daemon.rules.maintenance.recurrence import window_named
from daemon.rules.maintenance.steps import window_of
from daemon.rules.sayings.saying import Fault, say
from daemon.rules.sighting import Sighting


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
    bare = bare_commands(start, mail.commanded.text) if draft.follows_up is None else ()
    faults += ((f"{'; '.join(bare)}: ", say("bare command")),) if bare else ()
    if faults or draft.wants_help:
        return ask(mail, mail.before, faults, wants_help=draft.wants_help)
    try:
        return _carried_out(mail, draft)
    except Fault as fault:
        return ask(mail, mail.before, (("", fault.saying),))


def _carried_out(mail: WindowMail, draft: WindowDraft) -> Decision:
    """Carry out what the commands ask for.

    Raises:
        Fault: the window is in no state for it, or the guard found something.
    """
    _refuse_other_name(mail, draft.names)
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
        raise Fault("window wants confirm", times=times_of(after, mail.charter.plan.zone))
    if lacking:
        return ask(mail, after, ())
    if after.announced_at and not any(changes(mail.before, after)):
        raise Fault("window unchanged")
    if after.end is not None and after.end <= mail.sighting.facts.now:
        raise Fault("window past", times=times_of(after, mail.charter.plan.zone))
    if twin := told_already(after, mail.facts.others):
        raise Fault("window told already", window=twin)
    if twin := same_at_that_time(after, mail.facts.others):
        raise Fault("window told otherwise", window=twin)
    return answer_done(mail, after, announce(after, mail.known(after.key), mail.charter))


def _refuse_other_name(mail: WindowMail, name: str | None) -> None:
    """Refuse a name that no unscheduled window has: what stands beside it would make a new one."""
    if name and (mail.facts.announcement is None or mail.facts.announcement.key != name):
        is_planned = window_named(name, mail.charter.plan.windows, mail.charter.plan.zone) is not None
        raise Fault("window planned" if is_planned else "no window", word=repr(name))


def _cancel(mail: WindowMail, name: str) -> Decision:
    """Cancel the window that a mail answers, or names: a new mail that names none means another one (R11.7)."""
    found = mail.facts.named if name else mail.facts.announcement
    if found is None and window_named(name.casefold(), mail.charter.plan.windows, mail.charter.plan.zone):
        raise Fault("window planned", word=name)
    if found is None:
        raise Fault("no window", word=repr(name)) if name else Fault("window not named", command="#cancel")
    _refuse_ended(found, mail.sighting.facts.now)
    return answer_done(mail, found, cancel(found, mail.known(found.key), mail.charter))


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

    Later words below the commands are words to us: "Yes, go ahead" describes nothing, and the answer says so.
    """
    if announcement.announced_at is not None or announcement.description:
        return announcement
    if len(mail.words) > LONGEST_TEXT:
        raise Fault("window long text", command="#description", most=str(LONGEST_TEXT), number=str(len(mail.words)))
    return replace(announcement, description=mail.words)


def _follow_up(mail: WindowMail, named: str) -> Decision:
    """Tell more after a window: this one, or one that is planned and named by its key (R11.3)."""
    text = mail.commanded.text
    window = _window_to_follow(mail, named)
    if window is None:
        raise Fault("no window", word=repr(named)) if named else Fault("window not named", command="#follow-up")
    known = mail.known(window.key)
    if hinders := what_hinders_follow_up(window, text, known):
        raise Fault(hinders)
    _refuse_leaks((text,), mail.charter)
    step = follow_up(window, text, mail.agent.name, known=known, charter=mail.charter)
    found = mail.facts.named if named else mail.before
    return answer_followed_up(mail, window, step, about=found.id if found else 0)


def _window_to_follow(mail: WindowMail, named: str) -> Window | None:
    plan = mail.charter.plan
    found = mail.facts.named if named else mail.facts.announcement
    if found is not None and found.announced_at is not None:
        return window_of(found)
    return window_named(named.casefold(), plan.windows, plan.zone) if named else None
