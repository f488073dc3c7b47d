"""What answers an agent's mail about a window: what became of it, or what is missing or wrong in it (R11.2, R11.6)."""

from dataclasses import dataclass, replace

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
from daemon.rules.agents.sign_off import without_sign_off
from daemon.rules.commands.text import CommandedText
from daemon.rules.commands.windows import LONGEST_NAME, help_text
from daemon.rules.maintenance.announcing import Known, Step, missing
from daemon.rules.maintenance.notices import names_of, work_facts
from daemon.rules.maintenance.steps import ANNOUNCED_KEY, Reach
from daemon.rules.notices import notice, to_agent
from daemon.rules.sayings.saying import Saying
from daemon.rules.sighting import Sighting
from daemon.rules.subjects import bare_subject

Wrong = tuple[tuple[str, Saying], ...]
LONGEST_QUOTE = 200


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

    @property
    def words(self) -> str:
        """Return the text below the commands as one line, without thanks and regards: what could describe the work."""
        return " ".join(without_sign_off(self.commanded.text, self.agent.name).split())

    def known(self, key: str) -> Known:
        """Return what was told of a window, and who can be told."""
        told: tuple[Told, ...] = tuple(one for one in self.facts.told if one.window == key)
        reach = Reach(self.facts.bounced, self.facts.subscribers)
        return Known(now=self.sighting.facts.now, told=told, reach=reach, done=self.facts.done)


def answer_done(mail: WindowMail, announcement: Announcement, step: Step) -> Decision:
    """Carry a step out, and tell the agent how many contacts hear of it."""
    facts = _known_facts(announcement, mail.charter.directory) | _step_facts(step, announcement.key)
    kept = _mail(mail, NoticeKind.WINDOW_KEPT, facts | {"unused": _unused(mail, announcement)})
    effects = (*step.effects, Queue(notice=replace(kept, about=announcement.id or NEW)))
    reason = f"{mail.agent.id}: maintenance {announcement.name!r} {step.done}, {step.told + step.newcomers} told"
    rules = ("R11.6",) if step.done == "announced" else ("R11.7",)
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=(*rules, "S2.7"))


def answer_followed_up(mail: WindowMail, window: Window, step: Step, *, about: int) -> Decision:
    """Send a follow-up, and tell the agent how many contacts get it (R11.3)."""
    key = window.key if window.key.startswith(ANNOUNCED_KEY) else ""
    facts = work_facts(window, mail.charter.directory) | _step_facts(step, key) | {"unused": ""}
    kept = _mail(mail, NoticeKind.WINDOW_KEPT, facts, text=mail.commanded.text)
    effects = (*step.effects, Queue(notice=replace(kept, about=about)))
    reason = f"{mail.agent.id} followed up on {window.key}: {step.told} told"
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=("R11.3", "S2.7"))


def ask(mail: WindowMail, announcement: Announcement, faults: Wrong, *, wants_help: bool = False) -> Decision:
    """Ask for what is missing, or say what was wrong; the window is kept as far as it is known, and told to nobody."""
    language, lacking = mail.agent.language, () if faults else missing(announcement, mail.charter.plan)
    told = {
        "missing": "\n".join(lacking),
        "faults": "\n".join(f"{line}{fault.words(language)}" for line, fault in faults),
        "help": help_text(language) if wants_help or faults else "",
        "unused": "" if faults else _unused(mail, announcement),
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


def _step_facts(step: Step, key: str) -> dict[str, str]:
    return {"done": step.done, "told": str(step.told), "newcomers": str(step.newcomers or ""), "key": key}


def _unused(mail: WindowMail, announcement: Announcement) -> str:
    """Return the words that describe nothing, since the work is described already: the agent must know (R11.6)."""
    known = announcement.description.rstrip(".")  # a command's argument ends without
    return clean_line(mail.words, longest=LONGEST_QUOTE) if known and mail.words.rstrip(".") != known else ""
