"""What the answer to a challenge does (S2.3): the mails that it vouches for come through, those it disowns do not.

An answer vouches for the mails that its challenge lists, and for no other: whoever waits for somebody to answer must
not be carried along.  The same proof serves later: who let a mail lapse, or said no by mistake, may still say yes.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daemon.model.effect import Decision, Effect, Settle
from daemon.model.mail import Purpose, Reference
from daemon.model.mail_effect import Readmit
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.readmission import DetainedRequest, Readmission, Readmitted
from daemon.rules.customers.mail import tell_agent
from daemon.rules.detained.asking import Question, challenge_notice, listed, on_file
from daemon.rules.detained.challenge_words import Answer, Said, answer_in, is_brief
from daemon.rules.detained.lapse import DAEMON
from daemon.rules.messages import incoming_message
from daemon.rules.notices import answer, notice
from daemon.rules.sighting import Sighting

LONGEST_SAYING = 10_000  # letters of an answer that go with the mail; all of it is kept


def answers_challenge(sighting: Sighting) -> bool:
    """The answer to a challenge by the address that it was made for (S2.3).

    Once nothing that was asked waits, only a plain yes and a brief answer are one still: whoever has more to say writes
    something new, and is heard like anybody.  So is who only writes to the challenge's address, as address books do.
    """
    asked, who, facts = sighting.facts.answered, sighting.who, sighting.facts
    if asked is None or who is None or not who.is_proven or asked.sender != who.address:
        return False
    if not _names(facts.references + facts.address_references, asked):
        return False
    if is_brief(sighting.mail) or (_waiting(sighting) and _names(facts.references, asked)):
        return True
    said = _said(sighting).said
    return (said is Said.YES and bool(_revivable(sighting))) or (said is Said.NO and bool(_waiting(sighting)))


def take_answer(sighting: Sighting) -> Decision:
    """Let through what the answer vouches for, or settle it where its address says that they did not write it.

    The answer itself opens nothing; what it says beyond a quick word goes with the mail (`after_challenge`), and its
    octets are kept like every mail's.  A program's answer proves nothing, even one whose marks only forbid that we
    answer it: `Precedence: bulk` is how older vacation programs sign (S3.2).
    """
    mark = sighting.mail.marks.programs
    if mark:
        reason = f"a program's answer to a challenge: {mark}"
        return Decision(outcome=Outcome.AUTO_REPLY, effects=(), rules=("S3.2", "S2.3"), reason=reason)
    word, waiting = _said(sighting), _waiting(sighting)
    meant = waiting or (_revivable(sighting) if word.said is Said.YES else ())
    named = tuple(one for one in meant if one.id in word.named or not word.named)
    if word.said is Said.NO:
        return _disowned(sighting, named) if waiting else _taken_back(sighting)
    if not named:
        return _too_late(sighting)
    if word.said is Said.UNCLEAR or (word.said is Said.ASSENT and _needs_plain_yes(sighting)):
        return _explain(sighting, waiting)
    return _let_through(sighting, named, (one for one in waiting if one not in named))


def _names(references: Iterable[Reference], asked: DetainedRequest) -> bool:
    return any(one.purpose is Purpose.CHALLENGE and one.detained == asked.id for one in references)


def _asked(sighting: Sighting) -> tuple[DetainedRequest, ...]:
    """Return the mails that the challenge asked about: the one that it names, and those beside it."""
    asked = sighting.facts.answered
    assert asked is not None, "the check saw it"
    return (asked, *sighting.facts.asked_beside)


def _said(sighting: Sighting) -> Answer:
    return answer_in(sighting.mail.reply_text, [one.id for one in _asked(sighting)])


def _needs_plain_yes(sighting: Sighting) -> bool:
    """Tell whether less than a yes is too little.

    An agent's mail commands, of several mails one may be forged, and what is in no thread may be about something else.
    """
    facts, who = sighting.facts, sighting.who
    is_agents = who is not None and who.agent is not None
    return is_agents or bool(facts.asked_beside) or not _names(facts.references, _asked(sighting)[0])


def _waiting(sighting: Sighting) -> tuple[DetainedRequest, ...]:
    return tuple(one for one in _asked(sighting) if _waits(one, sighting.facts.received_at))


def _waits(one: DetainedRequest, received_at: datetime) -> bool:
    """Tell whether a mail waits for an answer received then: before it lapsed counts, however late it is read."""
    if one.kind is not DetainedKind.CHALLENGED or one.state not in (DetainedState.OPEN, DetainedState.LAPSED):
        return False
    return one.lapses_at is None or received_at <= one.lapses_at


def _revivable(sighting: Sighting) -> tuple[DetainedRequest, ...]:
    """Return the mails that only their own address has ended, by silence or a no: its yes undoes that."""
    return tuple(one for one in _asked(sighting) if _may_revive(one))


def _may_revive(one: DetainedRequest) -> bool:
    if one.kind is not DetainedKind.CHALLENGED:
        return False
    is_own_no = one.state is DetainedState.DECLINED and one.settled_by == one.sender
    return is_own_no or one.state in (DetainedState.OPEN, DetainedState.LAPSED)


def _let_through(sighting: Sighting, named: tuple[DetainedRequest, ...], others: Iterable[DetainedRequest]) -> Decision:
    at, by = sighting.facts.received_at, sighting.mail.originator.address
    word = "" if is_brief(sighting.mail) else sighting.mail.reply_text.strip()[:LONGEST_SAYING]
    effects: list[Effect] = list(_declined(sighting, others))
    for one in named:
        readmitted = Readmitted(Readmission.CHALLENGE, at, by, word=word if one is named[0] else "")
        effects.append(Settle(detained=one.id, state=DetainedState.RELEASED, at=at, actor=by))
        effects.append(Readmit(mail=one.mail, readmitted=readmitted))
    reason = f"{by} answered the challenge: mail {_mails(named)} is let through"
    return Decision(outcome=Outcome.APPROVED, effects=tuple(effects), rules=("S2.3",), reason=reason)


def _disowned(sighting: Sighting, named: tuple[DetainedRequest, ...]) -> Decision:
    reason = f"{sighting.mail.originator.address} says that they did not write mail {_mails(named)}"
    return Decision(outcome=Outcome.DECLINED, effects=_declined(sighting, named), rules=("S2.3",), reason=reason)


def _declined(sighting: Sighting, requests: Iterable[DetainedRequest]) -> tuple[Settle, ...]:
    at, by = sighting.facts.received_at, sighting.mail.originator.address
    return tuple(Settle(detained=one.id, state=DetainedState.DECLINED, at=at, actor=by) for one in requests)


def _explain(sighting: Sighting, waiting: tuple[DetainedRequest, ...]) -> Decision:
    """Ask whoever answered neither yes nor no once more, in other words; a second such answer changes nothing."""
    question = Question(mails=listed(waiting), event=f"asked again {waiting[0].id}", is_again=True)
    to = on_file(waiting[0].sender, sighting.directory.customer(waiting[0].customer), sighting.charter)
    asking = answer(challenge_notice(question, to, sighting.charter), sighting.facts, sighting.mail, sighting.plan)
    reason = f"the answer says neither yes nor no: mail {_mails(waiting)} waits on"
    return Decision(outcome=Outcome.CHALLENGED, effects=asking, rules=("S2.3",), reason=reason)


def _taken_back(sighting: Sighting) -> Decision:
    """Take a no to what has been let through: the technician of the case that came of it must hear."""
    asked = _asked(sighting)[0]
    case = sighting.facts.case(asked.case)
    reason = f"{sighting.mail.originator.address} says that they did not write mail {asked.mail}, which waits no more"
    effects: tuple[Effect, ...] = ()
    if case is not None and asked.state is DetainedState.RELEASED:
        effects = (incoming_message(sighting.mail, sighting.facts, case.number), tell_agent(sighting, case, None))
    number = case.number if effects and case else None
    return Decision(outcome=Outcome.DECLINED, effects=effects, rules=("S2.3",), reason=reason, case=number)


def _too_late(sighting: Sighting) -> Decision:
    """Tell the writer what became of the mail, where they have not heard of it otherwise."""
    asked = _asked(sighting)[0]
    reason = f"another answer to a challenge: mail {asked.mail} waits no more"
    told = _tell_state(sighting, asked) if _is_unheard_of(asked) else ()
    return Decision(outcome=Outcome.APPROVED, effects=told, rules=("S2.3",), reason=reason)


def _is_unheard_of(asked: DetainedRequest) -> bool:
    """Tell whether a mail ended without a word to its sender; a better copy of it was answered (S1.3)."""
    if asked.kind is not DetainedKind.CHALLENGED or asked.state is DetainedState.RELEASED:
        return False
    return not (asked.state is DetainedState.DISCARDED and asked.settled_by == DAEMON)


def _tell_state(sighting: Sighting, asked: DetainedRequest) -> tuple[Effect, ...]:
    state = DetainedState.LAPSED if asked.state is DetainedState.OPEN else asked.state
    shown = listed([asked])[0]
    told = {"subject": shown.subject, "received_at": shown.received_at.isoformat(), "verdict": state.value}
    to = on_file(asked.sender, sighting.directory.customer(asked.customer), sighting.charter)
    late = notice(
        NoticeKind.CHALLENGE_LATE, to, case=None, event=sighting.facts.event, facts=told, subject=asked.subject
    )
    return answer(replace(late, about=asked.id), sighting.facts, sighting.mail, sighting.plan)


def _mails(requests: Iterable[DetainedRequest]) -> str:
    return ", ".join(str(one.mail) for one in requests)
