"""Commands about work that is counted and charged: time, MACD, a carrier's delay (R10)."""

import difflib

from daemon.model.case import NEW_CASE, Kind, Macd, Priority
from daemon.model.promise_effect import RecordTime, SetCarrierDelay
from daemon.model.promises import EXTENDED
from daemon.rules.business_time import closing_of, local_date
from daemon.rules.commands.command import Command
from daemon.rules.commands.dates import read_date
from daemon.rules.commands.duration import MAX_MINUTES, read_minutes, written
from daemon.rules.draft import Draft
from daemon.rules.macd.commission import Order, requested, tell_changed, to_urgent_team
from daemon.rules.notices import everybody_on
from daemon.rules.sayings.saying import Fault, say

MACD_WORDS = {"standard": Macd.STANDARD, "expedited": Macd.EXPEDITED, "expedite": Macd.EXPEDITED}


def _time(draft: Draft, argument: str) -> Draft:
    """Record minutes of work, on a case of any status and on one that the mail opens (R10.4)."""
    minutes = read_minutes(argument)
    number = NEW_CASE if draft.opens_for is not None else draft.on_case().number
    before = sum(effect.minutes for effect in draft.effects if isinstance(effect, RecordTime))
    if before + minutes > MAX_MINUTES:
        raise Fault("much time")
    entry = RecordTime(case=number, minutes=minutes, at=draft.at, actor=draft.agent.id)
    return draft.with_line(say("time", time=written(minutes)), effects=(*draft.effects, entry))


def _macd(draft: Draft, argument: str) -> Draft:
    """Make a case a MACD request, or hurry it; its approvers are asked where they must be (R10.1-R10.3)."""
    macd = _read_macd(argument)
    done = say("macd", macd=macd.value)
    if draft.incident:
        raise Fault("macd master")
    if draft.opens_for is not None:
        return draft.with_line(done, macd=macd)
    case, facts = draft.on_worked_case("#macd"), draft.facts
    if case.priority is Priority.P1G:
        raise Fault("macd master")
    if case.macd is macd and case.approved_at is not None:  # while an approval is awaited it is asked for anew
        raise Fault("is macd", macd=macd.value)
    order = Order(at=draft.at, actor=draft.agent.email, event=facts.event, request=facts.last_mail, loads=facts.loads)
    draft = draft.with_effects(requested(case, macd, order, draft.charter), done)
    if macd is Macd.EXPEDITED:
        draft = draft.with_more(to_urgent_team(draft.on_case(), order, draft.charter))
    now = draft.on_case()
    told = (tell_changed(now, to, facts.event, draft.charter) for to in everybody_on(now, draft.directory))
    return draft.with_more(tuple(told))


def _read_macd(argument: str) -> Macd:
    word = argument.casefold()
    if word in MACD_WORDS:
        return MACD_WORDS[word]
    near = difflib.get_close_matches(word, MACD_WORDS, n=1, cutoff=0.5)
    hint = say("did you mean", word=near[0]) if near else say("there are", words="standard, expedited")
    raise Fault("no macd", word=repr(argument), hint=hint)


def _carrier_delay(draft: Draft, argument: str) -> Draft:
    """Note until when a carrier needs: the closing of the extended hours of that day, or of the next one (R10.1)."""
    case, plan = draft.on_worked_case("#carrier-delay"), draft.plan
    if case.kind is not Kind.MACD:
        raise Fault("no macd request")
    if not argument:
        raise Fault("delay needs date")
    until = closing_of(plan.calendar(EXTENDED), read_date(argument, today=draft.today), plan.zone)
    day = local_date(until, plan.zone).isoformat()
    change = SetCarrierDelay(case=case.number, until=until, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(change, say("carrier delay", day=day), carrier_delay=day)


TIME = Command("time", _time, repeats=True)
MACD = Command("macd", _macd)
CARRIER_DELAY = Command("carrier-delay", _carrier_delay)
