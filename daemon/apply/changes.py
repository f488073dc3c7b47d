"""Effects on a case itself → its rows: opening, messages, status, people, links."""

from collections.abc import Sequence
from typing import assert_never

from daemon.apply.applying import Applying
from daemon.model.case import CLOSED_STATUSES, NEW_CASE, SETTLED_STATUSES, Status, WaitingOn
from daemon.model.case_effect import (
    AddMessage,
    AddParticipant,
    Assign,
    CaseEffect,
    ChangeStatus,
    LinkCases,
    OpenCase,
    Record,
    SetPriority,
    SetWaiting,
    UnlinkCases,
)
from daemon.rules.case_after import is_taken_up, opened, waiting_after
from daemon.store import blobs, case_rows


def open_case(applying: Applying, effect: OpenCase) -> None:
    """Insert a case with its participants; later effects name it `NEW_CASE`."""
    applying.opened = case_rows.insert_case(applying.connection, effect)
    case_rows.add_load(applying.connection, effect.assignee, 1, assigned_at=effect.opened_at)
    applying.seen = opened(effect, applying.opened)
    whose = f" for {effect.requester}" if effect.requester else ""  # a master that nobody asked for (R7.1)
    detail = f"{effect.priority}{whose}, assigned to {effect.assignee}"
    applying.record(NEW_CASE, "case_opened", detail, at=effect.opened_at, actor=effect.actor)
    for person in effect.participants:
        case_rows.insert_participant(applying.connection, applying.opened, person, at=effect.opened_at, by=effect.actor)


def carry(applying: Applying, effect: CaseEffect) -> None:
    """Write one effect; a new kind fails type-checking here until it is handled."""
    match effect:
        case AddMessage():
            add_messages(applying, (effect,))
        case ChangeStatus():
            _change_status(applying, effect)
        case SetPriority():
            _set_priority(applying, effect)
        case Assign():
            _assign(applying, effect)
        case SetWaiting():
            _set_waiting(applying, effect)
        case AddParticipant():
            _add_participant(applying, effect)
        case LinkCases():
            _link(applying, effect)
        case UnlinkCases():
            _unlink(applying, effect)
        case Record():
            applying.record(effect.case, effect.event, effect.detail, at=effect.at, actor=effect.actor)
        case _:
            assert_never(effect)


def add_messages(applying: Applying, effects: Sequence[AddMessage]) -> None:
    """Insert messages, with whatever is attached to them."""
    connection = applying.connection
    for digest in dict.fromkeys(ref.sha256 for effect in effects for ref in effect.attachments):
        if digest in applying.mail.octets:
            blobs.store(connection, digest, applying.mail.octets[digest])
    numbered = [(applying.number(effect.case), effect) for effect in effects]
    case_rows.insert_messages(connection, numbered, inbox_id=applying.posting.inbox_id)
    for number, effect in numbered:
        kind = "automatic mail" if effect.automatic else "public" if effect.public else "internal note"
        applying.record(number, "message_added", kind, at=effect.received_at, actor=effect.author)


def _change_status(applying: Applying, effect: ChangeStatus) -> None:
    """Move a case along R4's table; whom it waited for is past, unless it is merely taken up."""
    number = applying.number(effect.case)
    standing = case_rows.standing_of(applying.connection, number)
    before = Status(standing.status)
    waiting_on = waiting_after(WaitingOn(standing.waiting_on) if standing.waiting_on else None, before, effect.status)
    is_closing = effect.status in CLOSED_STATUSES
    values = {
        "status": effect.status.value,
        "closed_at": effect.at if is_closing else None,
        "hold_until": effect.until if effect.status is Status.ON_HOLD else None,
        "expected_delivery": effect.until if effect.status is Status.SHIPPING else None,
        "waiting_on": waiting_on.value if waiting_on else None,
    }
    values |= {} if is_taken_up(before, effect.status) else {"vendor": ""}
    values |= {"etr": None, "carrier_delay": None} if is_closing else {}
    case_rows.change_case(applying.connection, number, values)
    change = int(before in SETTLED_STATUSES) - int(effect.status in SETTLED_STATUSES)
    if change:
        case_rows.add_load(applying.connection, standing.assignee, change)
    until = f" until {effect.until.isoformat()}" if effect.until else ""
    detail = f"{standing.status} → {effect.status.value}{until} ({effect.why})"
    applying.record(number, "status_changed", detail, at=effect.at, actor=effect.actor)


def _set_priority(applying: Applying, effect: SetPriority) -> None:
    """Give a case another priority."""
    case_rows.change_case(applying.connection, applying.number(effect.case), {"priority": effect.priority.value})
    applying.record(effect.case, "priority_changed", effect.priority.value, at=effect.at, actor=effect.actor)


def _assign(applying: Applying, effect: Assign) -> None:
    """Give a case to another technician, and count the load."""
    number = applying.number(effect.case)
    standing = case_rows.standing_of(applying.connection, number)
    values = {"assignee": effect.assignee, "team": effect.team, "assigned_at": effect.at}
    case_rows.change_case(applying.connection, number, values)
    if Status(standing.status) not in SETTLED_STATUSES:
        case_rows.add_load(applying.connection, standing.assignee, -1)
        case_rows.add_load(applying.connection, effect.assignee, 1, assigned_at=effect.at)
    detail = f"{standing.assignee} → {effect.assignee} ({effect.why})"
    applying.record(number, "assigned", detail, at=effect.at, actor=effect.actor)


def _set_waiting(applying: Applying, effect: SetWaiting) -> None:
    """Note whom a case waits for."""
    waiting = effect.waiting_on.value if effect.waiting_on else None
    case_rows.change_case(applying.connection, applying.number(effect.case), {"waiting_on": waiting})
    detail = f"{waiting or 'nobody'} ({effect.why})"
    applying.record(effect.case, "waiting_on", detail, at=effect.at, actor=effect.actor)


def _add_participant(applying: Applying, effect: AddParticipant) -> None:
    """Let somebody follow a case; who does already is not recorded again."""
    number, person = applying.number(effect.case), effect.participant
    if case_rows.insert_participant(applying.connection, number, person, at=effect.at, by=effect.actor):
        applying.record(number, "participant_added", person.address, at=effect.at, actor=effect.actor)


def _link(applying: Applying, effect: LinkCases) -> None:
    """Tie two cases, on both."""
    number, other = applying.number(effect.case), applying.number(effect.other)
    case_rows.link(applying.connection, number, effect.type, other)
    for here, kind, there in ((number, effect.type, other), (other, effect.type.inverse, number)):
        applying.record(here, "linked", f"{kind.value} {there}", at=effect.at, actor=effect.actor)


def _unlink(applying: Applying, effect: UnlinkCases) -> None:
    """Cut a tie, on both."""
    number = applying.number(effect.case)
    case_rows.unlink(applying.connection, number, effect.type, effect.other)
    for here, kind, there in ((number, effect.type, effect.other), (effect.other, effect.type.inverse, number)):
        applying.record(here, "unlinked", f"{kind.value} {there}", at=effect.at, actor=effect.actor)
