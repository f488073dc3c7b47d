"""Commands about what a customer is promised and whom a case waits for: priority, ETR, vendor, waiting (R3, R6)."""

import difflib

from daemon.model.allowance import Allowance
from daemon.model.case import Priority, Status, WaitingOn
from daemon.model.case_effect import SetPriority, SetWaiting
from daemon.model.promise_effect import SetEtr, SetVendor
from daemon.model.promises import Vendor
from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.commands.instants import read_moment
from daemon.rules.commands.values import read_priority
from daemon.rules.draft import Draft
from daemon.rules.incidents.masters import has_worked_children
from daemon.rules.notices import YES
from daemon.rules.sayings.saying import Fault, Saying, say

NO_VENDOR = frozenset({"none", "nobody", "aucun", "personne"})


def _priority(draft: Draft, argument: str) -> Draft:
    priority = read_priority(argument)
    done = say("priority", priority=priority.value)
    if draft.opens_for is not None:
        return draft.with_line(done, priority=priority, incident="")
    case = draft.on_case()
    if case.is_closed():
        raise Fault("closed priority")
    if case.priority is priority:
        raise Fault("has priority", priority=priority.value)
    if case.priority is Priority.P1G and has_worked_children(draft.facts, case):
        raise Fault("has children")
    change = SetPriority(case=case.number, priority=priority, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(change, done, priority=priority.value)


def _etr(draft: Draft, argument: str) -> Draft:
    """Give an estimated time of resolution; it replaces the scheduled updates until it passes (R3.5)."""
    case, zone = draft.on_worked_case("#etr"), draft.plan.zone
    etr = read_moment(argument, now=draft.at, zone=zone)
    change = SetEtr(case=case.number, etr=etr, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(change, say("etr", etr=f"{etr.astimezone(zone):%Y-%m-%d %H:%M %Z}"), etr=etr.isoformat())


def _vendor(draft: Draft, argument: str) -> Draft:
    """Let a case follow a vendor's times, or no longer; without a name, list the vendors (R3.6)."""
    if not argument:
        draft.on_case()
        return _with_vendors_listed(draft)
    case = draft.on_worked_case("#vendor")
    if case.waiting_on is WaitingOn.APPROVAL:
        raise Fault("waits for approval")
    if argument.casefold() in NO_VENDOR:
        return _without_vendor(draft)
    vendor = read_vendor(argument, draft.plan.vendors)
    if vendor.id == case.vendor:
        raise Fault("waits for vendor", name=vendor.name)
    change = SetVendor(case=case.number, vendor=vendor.id, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(change, say("vendor", name=vendor.name), vendor=vendor.name, waiting="")


def _without_vendor(draft: Draft) -> Draft:
    case = draft.on_case()
    if not case.vendor:
        raise Fault("waits for no vendor")
    change = SetVendor(case=case.number, vendor="", at=draft.at, actor=draft.agent.email)
    return draft.with_effect(change, say("no vendor now"), vendor="")


def _with_vendors_listed(draft: Draft) -> Draft:
    if not draft.plan.vendors:
        return draft.with_line(say("no vendors"))
    for vendor in draft.plan.vendors:
        response, update = _allowed(vendor.response), _allowed(vendor.update)
        draft = draft.with_line(say("vendor times", id=vendor.id, name=vendor.name, response=response, update=update))
    return draft


def _allowed(allowance: Allowance) -> Saying:
    number = "one" if allowance.amount == 1 else "some"
    return say(f"{number} {allowance.unit.value}", amount=str(allowance.amount))


def read_vendor(argument: str, vendors: tuple[Vendor, ...]) -> Vendor:
    """Read a vendor by id or name.

    Raises:
        Fault: there is none; the nearest, or all, are named.
    """
    word = argument.casefold()
    by_word = {key.casefold(): vendor for vendor in vendors for key in (vendor.id, vendor.name)}
    if word in by_word:
        return by_word[word]
    near = difflib.get_close_matches(word, by_word, n=1, cutoff=0.5)
    known = ", ".join(vendor.id for vendor in vendors)
    hint = say("did you mean", word=by_word[near[0]].id) if near else say("there are", words=known or say("nothing"))
    raise Fault("no such vendor", word=repr(argument), hint=hint)


def _waiting(draft: Draft, argument: str) -> Draft:
    """Wait for the customer's answer (R6.1); a case that waits for a confirmation or an approval waits already."""
    nothing_behind("#waiting", argument)
    case = draft.on_case()
    if case.is_closed():
        raise Fault("closed waits")
    if case.priority is Priority.P1G:
        raise Fault("master waits")
    if case.status is Status.DUPLICATE:
        raise Fault("not worked on", command="#waiting", status="duplicate")
    if case.status is Status.RESOLVED:
        raise Fault("waits for confirmation")
    if case.waiting_on is WaitingOn.APPROVAL:
        raise Fault("waits for approval")
    actor = draft.agent.email
    change = SetWaiting(case=case.number, waiting_on=WaitingOn.CUSTOMER, at=draft.at, actor=actor, why="R6.1")
    return draft.with_effect(change, say("waiting"), waiting=YES)


PRIORITY = Command("priority", _priority)
ETR = Command("etr", _etr)
VENDOR = Command("vendor", _vendor)
WAITING = Command("waiting", _waiting)
