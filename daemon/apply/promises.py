"""Effects on what a case was promised → its rows: ETR, vendor, MACD, time, escalation, clocks (R3, R9, R10)."""

from collections.abc import Sequence
from typing import assert_never

from daemon.apply.applying import Applying
from daemon.model.case import Kind, WaitingOn
from daemon.model.promise_effect import (
    Acknowledge,
    Approve,
    Escalate,
    KeepClock,
    PauseSilence,
    PromiseEffect,
    RecordTime,
    SetCarrierDelay,
    SetEtr,
    SetMacd,
    SetVendor,
)
from daemon.rules.case_after import waiting_with
from daemon.store import case_rows


def carry(applying: Applying, effect: PromiseEffect) -> None:  # noqa: C901 - one case an effect
    """Write one effect; a new kind fails type-checking here until it is handled."""
    match effect:
        case SetEtr():
            _set_etr(applying, effect)
        case SetVendor():
            _set_vendor(applying, effect)
        case SetMacd():
            _set_macd(applying, effect)
        case Approve():
            _approve(applying, effect)
        case SetCarrierDelay():
            _set_carrier_delay(applying, effect)
        case RecordTime():
            _record_time(applying, effect)
        case Escalate():
            _escalate(applying, effect)
        case Acknowledge():
            _acknowledge(applying, effect)
        case PauseSilence():
            _pause_silence(applying, effect)
        case KeepClock():
            keep_clocks(applying, (effect,))
        case _:
            assert_never(effect)


def _set_etr(applying: Applying, effect: SetEtr) -> None:
    """Note an estimated time of resolution."""
    applying.change(effect.case, {"etr": effect.etr})
    applying.record(effect.case, "etr_given", effect.etr.isoformat(), at=effect.at, actor=effect.actor)


def _set_vendor(applying: Applying, effect: SetVendor) -> None:
    """Note the vendor that a case waits for, or that it waits for none."""
    before = case_rows.standing_of(applying.connection, applying.number(effect.case)).waiting_on
    waiting_on = waiting_with(WaitingOn(before) if before else None, effect.vendor)
    applying.change(effect.case, {"vendor": effect.vendor, "waiting_on": waiting_on.value if waiting_on else None})
    applying.record(effect.case, "vendor_named", effect.vendor or "none", at=effect.at, actor=effect.actor)


def _set_macd(applying: Applying, effect: SetMacd) -> None:
    """Make a case a MACD request."""
    applying.change(effect.case, {"kind": Kind.MACD.value, "macd": effect.macd.value})
    detail = f"{effect.macd.value} ({effect.why})"
    applying.record(effect.case, "macd_set", detail, at=effect.at, actor=effect.actor)


def _approve(applying: Applying, effect: Approve) -> None:
    """Note that a MACD request may be carried out."""
    applying.change(effect.case, {"approved_at": effect.at, "waiting_on": None})
    applying.record(effect.case, "macd_approved", effect.actor, at=effect.at, actor=effect.actor)


def _set_carrier_delay(applying: Applying, effect: SetCarrierDelay) -> None:
    """Note until when a carrier needs."""
    applying.change(effect.case, {"carrier_delay": effect.until})
    applying.record(effect.case, "carrier_delayed", effect.until.isoformat(), at=effect.at, actor=effect.actor)


def _record_time(applying: Applying, effect: RecordTime) -> None:
    """Insert minutes of work."""
    number = applying.number(effect.case)
    case_rows.insert_time(applying.connection, number, effect, inbox_id=applying.posting.inbox_id)
    applying.record(number, "time_recorded", f"{effect.minutes} minutes", at=effect.at, actor=effect.actor)


def _escalate(applying: Applying, effect: Escalate) -> None:
    """Note the level that a case was brought to, and whom that reached."""
    applying.change(effect.case, {"escalation_level": effect.level, "escalated_to": effect.to})
    detail = f"level {effect.level}, {effect.to} ({effect.why})"
    applying.record(effect.case, "escalated", detail, at=effect.at, actor=effect.actor)


def _acknowledge(applying: Applying, effect: Acknowledge) -> None:
    """Note that the manager answered; nobody's answer is awaited any more."""
    applying.change(effect.case, {"escalated_to": ""})
    applying.record(effect.case, "escalation_acknowledged", effect.actor, at=effect.at, actor=effect.actor)


def _pause_silence(applying: Applying, effect: PauseSilence) -> None:
    """Note why a customer's silence is none; the clock itself follows as an effect of its own."""
    applying.record(effect.case, "silence_paused", effect.why, at=effect.at, actor="daemon")


def keep_clocks(applying: Applying, effects: Sequence[KeepClock]) -> None:
    """Write clocks as they now stand."""
    kept = [(applying.number(effect.case), effect.clock) for effect in effects]
    case_rows.keep_clocks(applying.connection, kept)
