"""The challenge: an address that proves nothing is asked, in a mail of its own, whether it wrote (S2.3).

The mail waits; the answer of that very address to the signed challenge lets it through.  An answer vouches for the one
mail that its challenge names: whoever waits for somebody to answer must not be carried along.  What waits behind it is
asked about next, so that nobody has more than one challenge open.
"""

from dataclasses import replace
from datetime import timedelta

from daemon.model.effect import Decision, Detain, Effect, Queue, Settle
from daemon.model.mail import Authentication, Purpose, Reference
from daemon.model.mail_effect import Readmit
from daemon.model.notice import NEW, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.readmission import DetainedRequest, Readmission, Readmitted
from daemon.rules.business_time import days_later, local_date
from daemon.rules.detained.challenge_words import denies, is_brief
from daemon.rules.notices import answer, notice, to_agent, to_mpoc, to_outsider
from daemon.rules.sighting import Sighting

LONGEST_SAYING = 10_000  # letters of an answer that go with the mail; all of it is kept


def may_be_challenged(sighting: Sighting) -> bool:
    """Somebody whom the desk knows, without a proof, at a mailbox that challenges such mail (S2.3).

    Whose authentication failed is not asked: the policy is for senders of whom nothing is known, and a mail that their
    domain's owner disowns must not make us write.  Nor is who could not be let through by an answer, or may not be
    answered (S3.2): an agent sees to these.
    """
    who, policy = sighting.who, sighting.policy
    if who is None or who.is_proven or policy.unauthenticated is not Unauthenticated.CHALLENGE:
        return False
    if sighting.mail.authentication is Authentication.FAIL or sighting.mail.marks.no_answer:
        return False
    if who.agent is not None:
        return not policy.require_authentication
    return who.mpoc is not None or sighting.match is not None or _is_askable_colleague(sighting)


def _is_askable_colleague(sighting: Sighting) -> bool:
    """Tell whether somebody at a customer's domain may be asked: not once too many of them are (S3.3).

    Anybody can invent addresses at a known domain; each would otherwise make us write to it.
    """
    who, facts = sighting.who, sighting.facts
    if who is None or who.customer is None:
        return False
    return bool(facts.challenged) or facts.challenged_colleagues < sighting.plan.governor.address_day


def challenge(sighting: Sighting) -> Decision:
    """Keep the mail until its address answers, and ask them, unless they are being asked already (S2.3).

    Only what somebody was asked about lapses: the rest waits for its turn, or for an agent, who sees it listed.
    """
    who = sighting.who
    asking = () if any(one.is_asked for one in sighting.facts.challenged) else _ask_about_this(sighting)
    is_asked = any(not queued.cancelled for queued in asking)
    days = sighting.plan.challenge_days
    detain = Detain(
        kind=DetainedKind.CHALLENGED,
        reason="the sender is not authenticated: it waits for the answer to a challenge",
        customer=who.customer.id if who and who.customer else "",
        lapses_at=days_later(sighting.now, days, sighting.plan.zone) if is_asked else None,
    )
    effects: tuple[Effect, ...] = (detain, *asking)
    return Decision(outcome=Outcome.CHALLENGED, effects=effects, rules=("S2.2", "S2.3"), reason=detain.reason)


def answers_challenge(sighting: Sighting) -> bool:
    """The answer to a challenge by the address that it was made for (S2.3).

    Once what was asked is settled, or has lapsed, only a brief answer is one still: whoever has more to say writes
    something new, and is heard like anybody.
    """
    asked, who = sighting.facts.answered, sighting.who
    if asked is None or who is None or not who.is_proven or asked.sender != who.address:
        return False
    if not any(one.purpose is Purpose.CHALLENGE and one.detained == asked.id for one in _signed(sighting)):
        return False
    if _still_waits(sighting, asked):
        return True
    return _was_settled(asked) and is_brief(sighting.mail)


def _signed(sighting: Sighting) -> tuple[Reference, ...]:
    """Return what shows which mail of ours is answered: its thread, or the address that it was made to be answered at."""
    return sighting.facts.references + sighting.facts.address_references


def _still_waits(sighting: Sighting, asked: DetainedRequest) -> bool:
    """Tell whether the mail waits for this answer: one received before it lapsed counts, however late it is read.

    What was asked about in its turn has no time of its own: there the date of its challenge counts.
    """
    if asked.kind is not DetainedKind.CHALLENGED or asked.state not in (DetainedState.OPEN, DetainedState.LAPSED):
        return False
    received_at, plan = sighting.facts.received_at, sighting.plan
    if asked.lapses_at is not None:
        return received_at <= asked.lapses_at
    oldest = local_date(received_at, plan.zone) - timedelta(days=plan.challenge_days)
    return any(one.detained == asked.id and one.issued_on >= oldest for one in _signed(sighting))


def _was_settled(asked: DetainedRequest) -> bool:
    return asked.kind is not DetainedKind.CHALLENGED or asked.state not in (DetainedState.OPEN, DetainedState.LAPSED)


def take_answer(sighting: Sighting) -> Decision:
    """Let the mail through that the challenge named, or settle it where its address says that they did not write it.

    The answer itself opens nothing; what it says beyond a quick word goes with the mail (`after_challenge`), and its
    octets are kept like every mail's.  A program's answer proves nothing, even
    one whose marks only forbid that we answer it: `Precedence: bulk` is how older vacation programs sign (S3.2).
    """
    asked = sighting.facts.answered
    assert asked is not None, "the check saw it"
    mark = sighting.mail.marks.programs
    if mark:
        reason = f"a program's answer to a challenge: {mark}"
        return Decision(outcome=Outcome.AUTO_REPLY, effects=(), rules=("S3.2", "S2.3"), reason=reason)
    if not _still_waits(sighting, asked):
        reason = f"another answer to a challenge: mail {asked.mail} waits no more"
        return Decision(outcome=Outcome.APPROVED, effects=(), rules=("S2.3",), reason=reason)
    if denies(sighting.mail.reply_text):
        return _disowned(sighting, asked)
    return _let_through(sighting, asked)


def _let_through(sighting: Sighting, asked: DetainedRequest) -> Decision:
    at, by = sighting.facts.received_at, sighting.mail.originator.address
    word = "" if is_brief(sighting.mail) else sighting.mail.reply_text.strip()[:LONGEST_SAYING]
    effects: tuple[Effect, ...] = (
        Settle(detained=asked.id, state=DetainedState.RELEASED, at=at, actor=by),
        Readmit(mail=asked.mail, readmitted=Readmitted(Readmission.CHALLENGE, at, by, word=word)),
        *_ask_about_next(sighting, asked),
    )
    reason = f"{by} answered the challenge: mail {asked.mail} is let through"
    return Decision(outcome=Outcome.APPROVED, effects=effects, rules=("S2.3",), reason=reason)


def _disowned(sighting: Sighting, asked: DetainedRequest) -> Decision:
    at, by = sighting.facts.received_at, sighting.mail.originator.address
    settle = Settle(detained=asked.id, state=DetainedState.DECLINED, at=at, actor=by)
    reason = f"{by} says that they did not write mail {asked.mail}"
    effects: tuple[Effect, ...] = (settle, *_ask_about_next(sighting, asked))
    return Decision(outcome=Outcome.DECLINED, effects=effects, rules=("S2.3",), reason=reason)


def _ask_about_this(sighting: Sighting) -> tuple[Queue, ...]:
    told = {"subject": sighting.mail.subject, "received_at": sighting.facts.received_at.isoformat()}
    return _ask(sighting, NEW, sighting.facts.event, told)


def _ask_about_next(sighting: Sighting, asked: DetainedRequest) -> tuple[Queue, ...]:
    """Ask about the oldest of the other mails under this address that still wait, unless one was asked about."""
    others = [one for one in sighting.facts.challenged if one.id != asked.id]
    if not others or any(one.is_asked for one in others):
        return ()
    first = others[0]
    told = {"subject": first.subject, "received_at": first.received_at.isoformat()}
    return _ask(sighting, first.id, f"{sighting.facts.event} on {first.id}", told)


def _ask(sighting: Sighting, detained: int, event: str, told: dict[str, str]) -> tuple[Queue, ...]:
    """Queue a challenge to the address on file; it names no Message-ID: nobody knows that they wrote that (S2.8)."""
    asking = notice(
        NoticeKind.CHALLENGE,
        _on_file(sighting),
        case=None,
        event=event,
        facts=told | {"days": str(sighting.plan.challenge_days)},
        subject=told["subject"],
    )
    return answer(replace(asking, about=detained), sighting.facts, sighting.mail, sighting.plan)


def _on_file(sighting: Sighting) -> Recipient:
    """Return the sender as we know them: agents and contacts as configured, others by the address they have (S3.1)."""
    who = sighting.who
    assert who is not None, "nobody is asked whose address cannot be read"
    if who.agent is not None:
        return to_agent(who.agent, sighting.plan)
    if who.mpoc is not None:
        return to_mpoc(who.mpoc)
    customer = who.customer or (sighting.directory.customer(sighting.match.case.customer) if sighting.match else None)
    return to_outsider(who.address, customer)
