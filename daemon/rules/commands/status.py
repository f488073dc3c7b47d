"""Commands that move a case along R4's table: its status, a hold, a duplicate, a reopening."""

import difflib

from daemon.model.case import LinkType, Priority, Status
from daemon.model.case_effect import LinkCases
from daemon.rules.business_time import opening_of
from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.commands.dates import read_date
from daemon.rules.commands.values import read_case
from daemon.rules.draft import STATUS_WORDS, Draft, change_status
from daemon.rules.matching import root_of
from daemon.rules.reopening import Reopening, reopening
from daemon.rules.sayings.saying import Fault, say
from daemon.rules.subjects import tag


def _status(draft: Draft, argument: str) -> Draft:
    status, word, rest = _read_status(argument)
    if rest and status is not Status.SHIPPING:
        raise Fault("too much", command=f"#status {word}", rest=repr(rest))
    until = opening_of(draft.plan, read_date(rest, today=draft.today)) if rest else None
    return change_status(draft, status, until=until)


def _read_status(argument: str) -> tuple[Status, str, str]:
    """Return the status, how it was written, and what stands behind it."""
    words = argument.split()
    plain = [word.casefold().replace("_", "-") for word in words]
    for length in (3, 2, 1):  # "closed no response" before "closed"
        status = STATUS_WORDS.get("-".join(plain[:length]))
        if status is not None:
            return status, " ".join(words[:length]), " ".join(words[length:])
    word = words[0] if words else ""
    near = difflib.get_close_matches(word.casefold(), STATUS_WORDS, n=1, cutoff=0.5)
    hint = say("did you mean", word=near[0]) if near else say("there are", words=", ".join(STATUS_WORDS))
    raise Fault("no status", word=repr(word), hint=hint)


def _hold(draft: Draft, argument: str) -> Draft:
    if not argument:
        raise Fault("hold needs date")
    return change_status(draft, Status.ON_HOLD, until=opening_of(draft.plan, read_date(argument, today=draft.today)))


def _duplicate(draft: Draft, argument: str) -> Draft:
    case, number = draft.on_case(), read_case(argument, draft.plan.provider.prefix)
    if case.priority is Priority.P1G:
        raise Fault("master duplicate")
    named = draft.facts.case(number)
    if named is None or named.customer != case.customer:
        raise Fault("not this customer's", tag=tag(draft.plan.provider.prefix, number))
    primary = root_of(draft.facts, named)
    if primary.number == case.number:
        raise Fault("circle")
    draft = change_status(draft, Status.DUPLICATE)
    actor = draft.agent.email
    link = LinkCases(case=case.number, type=LinkType.DUPLICATE_OF, other=primary.number, at=draft.at, actor=actor)
    done = say("duplicate", tag=tag(draft.plan.provider.prefix, primary.number))
    return draft.with_effect(link, done, primary=str(primary.number))


def _reopen(draft: Draft, argument: str) -> Draft:
    nothing_behind("#reopen", argument)
    case = draft.on_case()
    if case.status is Status.DUPLICATE:
        return change_status(draft, Status.IN_PROGRESS)
    if not case.is_closed():
        raise Fault("is open")
    way = reopening(case, draft.at, draft.plan)
    if way is Reopening.SAME_CASE:
        return change_status(draft, Status.REOPENED)
    if draft.done:
        raise Fault("reopen alone")
    if draft.directory.customer(case.customer) is None:
        raise Fault("customer gone" if case.customer else "old master")
    return draft.with_line(say("resumed"), resumes=case)


STATUS = Command("status", _status)
HOLD = Command("hold", _hold)
DUPLICATE = Command("duplicate", _duplicate)
REOPEN = Command("reopen", _reopen)
