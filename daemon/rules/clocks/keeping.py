"""What a decision does to the clocks of its cases (R3): the one place that starts, pauses, meets and stops them.

No rule touches a clock by itself.  Every decision passes here on its way to `apply`, which writes the clocks in the
same transaction, so that a reply, a command, a tick and the shell cannot differ.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from daemon.model.case import NEW_CASE, Case, CaseNumber, Kind, Priority, Status, WaitingOn
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
from daemon.model.charter import Charter
from daemon.model.clocks import Clock, ClockName
from daemon.model.effect import Effect
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
from daemon.rules.case_after import case_after, opened
from daemon.rules.clocks.active import ClockSet
from daemon.rules.clocks.terms import PAUSED_BY_STATE, is_silence, pause_of, terms, vendor_response

OUR_BOUNCE = "our mail to the customer bounced"


def with_clocks(effects: tuple[Effect, ...], cases: tuple[Case, ...], charter: Charter) -> tuple[Effect, ...]:
    """Return a decision's effects with what they do to the clocks, one `KeepClock` for each clock that changed.

    Args:
        effects: of one decision, in their order.
        cases: the cases that the decision was taken on, with their active clocks.
        charter: the plan's figures, and the customers' contracts.
    """
    keepers: dict[CaseNumber, _Keeper] = {case.number: _Keeper(case, charter) for case in cases}
    for effect in effects:
        if isinstance(effect, OpenCase):
            keepers[NEW_CASE] = _Keeper(opened(effect, NEW_CASE), charter)
            keepers[NEW_CASE].open(effect)
        elif isinstance(effect, CaseEffect | PromiseEffect) and effect.case in keepers:
            keepers[effect.case].follow(effect)
    kept = (
        KeepClock(case=number, clock=clock) for number, keeper in keepers.items() for clock in keeper.clocks.changed()
    )
    return (*effects, *kept)


@dataclass(slots=True)
class _Keeper:
    """The clocks of one case, while a decision's effects are followed."""

    case: Case
    charter: Charter
    clocks: ClockSet = field(init=False)
    requested_at: datetime | None = None  # when this decision made it a MACD request

    def __post_init__(self) -> None:
        self.clocks = ClockSet(self.charter.plan, {clock.name: clock for clock in self.case.clocks})

    def open(self, effect: OpenCase) -> None:
        """Start the clocks of a new case (R3.11, R10.2)."""
        start = effect.clock_from or effect.opened_at
        self._start(ClockName.FIRST_RESPONSE, start)
        if self.case.priority is Priority.P1G:
            self._start(ClockName.UPDATE, start)  # the hourly clock runs from the opening
        if effect.kind is Kind.MACD and effect.approved_at is not None:
            self._start(ClockName.COMPLETION, effect.approved_at)

    def follow(self, effect: CaseEffect | PromiseEffect) -> None:  # noqa: C901, PLR0912 - one case an effect
        """Let one effect do to the clocks what the plan says."""
        before, self.case = self.case, case_after(self.case, effect)
        match effect:
            case AddMessage():
                self._message(effect)
            case ChangeStatus():
                self._status(before, effect.at)
            case SetPriority():
                self._priority(before, effect.at)
            case SetWaiting():
                self._waiting(effect)
            case SetEtr():
                self._measure(ClockName.UPDATE, effect.at, is_anew=True)
            case SetVendor():
                self._vendor(effect.at)
            case SetMacd():
                self._macd(effect)
            case Approve():
                self._approve(effect.at)
            case SetCarrierDelay():
                self._measure(ClockName.COMPLETION, effect.at, is_anew=True)
            case Escalate():
                self._start(ClockName.MANAGER_ACK, effect.at)
            case Acknowledge():
                self.clocks.meet(ClockName.MANAGER_ACK, effect.at)
            case PauseSilence():
                self.clocks.pause(ClockName.WAITING, (OUR_BOUNCE, None), effect.at)
            case KeepClock():
                self.clocks.take_over(effect.clock)
            case Assign() | AddParticipant() | LinkCases() | UnlinkCases() | Record() | RecordTime():
                pass
            case _:
                assert_never(effect)

    def _message(self, effect: AddMessage) -> None:
        at = effect.received_at
        is_request = effect.incoming and self.case.number == NEW_CASE
        if effect.automatic or is_request or self.case.is_closed():
            return
        if effect.incoming:
            self.clocks.meet(ClockName.WAITING, at)
            if self._demands_update(effect):
                self._start(ClockName.ON_DEMAND, at)
        elif effect.public:
            self._reply(at)
        else:
            return  # a note reaches no customer: it is no new try, and lifts no bounce (R6.2, S3.4)
        if is_silence(self.case):
            self._start(ClockName.WAITING, at)

    def _reply(self, at: datetime) -> None:
        """An agent's public reply meets what is owed, and begins the next interval of updates (R3.2, R3.9).

        One that was read late, after what came later, answers nothing of that.
        """
        for name in (ClockName.FIRST_RESPONSE, ClockName.UPDATE, ClockName.ON_DEMAND):
            clock = self.clocks.active.get(name)
            if clock is not None and clock.started_at <= at:
                self.clocks.meet(name, at)
        if ClockName.UPDATE not in self.clocks.active:
            self._start_update(at)

    def _demands_update(self, effect: AddMessage) -> bool:
        """Tell whether an MPOC wrote on a P1 whose clock of this kind does not run yet (R3.9)."""
        listed = self.charter.directory.mpoc(effect.author)
        is_mpoc = listed is not None and listed[0].id == self.case.customer
        return is_mpoc and self.case.priority is Priority.P1 and ClockName.ON_DEMAND not in self.clocks.active

    def _start_update(self, at: datetime) -> None:
        """Begin the next interval of updates; a MACD request has a completion instead (R10.1)."""
        if self.case.kind is Kind.SUPPORT:
            self._start(ClockName.UPDATE, at)

    def _status(self, before: Case, at: datetime) -> None:
        if self.case.is_closed():
            self._close(at)
            return
        if before.is_closed():
            self._reopen(at)
        elif before.vendor and not self.case.vendor:
            self._start_update_if_running(at)
        self._silence(at)
        self._pause_by_state(at)

    def _silence(self, at: datetime) -> None:
        """The customer's silence is counted while their word is awaited, and only then (R4.4, R6.2)."""
        clock = self.clocks.active.get(ClockName.WAITING)
        if not is_silence(self.case):
            self.clocks.stop(ClockName.WAITING, at)
        elif clock is None or clock.terms.basis != terms(ClockName.WAITING, self.case, self.charter, start=at).basis:
            self._start(ClockName.WAITING, at)

    def _close(self, at: datetime) -> None:
        """No clock runs while a case is closed (R3.4), but for a manager's acknowledgement (R3.11)."""
        if self.case.status is Status.CLOSED:
            self.clocks.meet(ClockName.COMPLETION, at)
        for name in tuple(self.clocks.active):
            if name is not ClockName.MANAGER_ACK:
                self.clocks.stop(name, at)

    def _reopen(self, at: datetime) -> None:
        """First response and updates start anew (R3.11); where a closing is undone (R5.6), an update is owed."""
        if self.case.status is Status.REOPENED:
            self._start(ClockName.FIRST_RESPONSE, at)
        self._start_update(at)
        if self.case.kind is Kind.MACD and self.case.approved_at is not None:
            self._start(ClockName.COMPLETION, at)

    def _priority(self, before: Case, at: datetime) -> None:
        if before.priority is Priority.P1G is not self.case.priority and self._has_update_by_incident():
            self.clocks.stop(ClockName.UPDATE, at)
        if self.case.priority is Priority.P1G and ClockName.UPDATE not in self.clocks.active:
            self._start(ClockName.UPDATE, at)  # the hourly clock runs from the opening of the incident (R3.11)
        if self.case.priority is not Priority.P1:
            self.clocks.stop(ClockName.ON_DEMAND, at)
        self._measure(ClockName.FIRST_RESPONSE, at)
        if self.charter.plan.vendor(self.case.vendor) is None:
            self._measure(ClockName.UPDATE, at)  # else the vendor's times are followed, whatever the priority (R3.6)
        self._pause_by_state(at)

    def _has_update_by_incident(self) -> bool:
        """Tell whether updates run only for an incident: before any public reply, and by no reopening (R3.11)."""
        first = self.clocks.active.get(ClockName.FIRST_RESPONSE)
        update = self.clocks.active.get(ClockName.UPDATE)
        if first is None or update is None:
            return False
        return update.started_at != first.started_at or first.started_at == self.case.opened_at

    def _waiting(self, effect: SetWaiting) -> None:
        if effect.waiting_on is WaitingOn.CUSTOMER and is_silence(self.case):
            self._start(ClockName.WAITING, effect.at)
        self._silence(effect.at)
        self._pause_by_state(effect.at)

    def _vendor(self, at: datetime) -> None:
        """The vendor's response is awaited first, its updates after that (R3.6); an ETR ahead comes before both."""
        self._start_update_if_running(at)
        response = vendor_response(self.case, self.charter.plan)
        update = self.clocks.active.get(ClockName.UPDATE)
        if response is not None and update is not None and update.terms.fixed is None:
            self.clocks.start(ClockName.UPDATE, response, at)
        self._silence(at)
        self._pause_by_state(at)

    def _start_update_if_running(self, at: datetime) -> None:
        clock = self.clocks.active.get(ClockName.UPDATE)
        if clock is not None:
            self._start_update(max(at, clock.started_at))  # a hold's end may be seen to after a later reply

    def _macd(self, effect: SetMacd) -> None:
        self.requested_at = effect.at
        self.clocks.stop(ClockName.UPDATE, effect.at)
        for name in (ClockName.FIRST_RESPONSE, ClockName.COMPLETION):
            if effect.since is not None and name in self.clocks.active:
                self._start(name, effect.since)  # "expedite yes": both count from that word (R10.3)
        self._measure(ClockName.FIRST_RESPONSE, effect.at)
        self._measure(ClockName.COMPLETION, effect.at)
        self._pause_by_state(effect.at)

    def _approve(self, at: datetime) -> None:
        """The completion runs from the approval (R10.2), which is also the word that was awaited.

        `#macd` may date that back to the receipt: the completion pauses where the first response since then did (R3.4).
        """
        now = max(at, self.requested_at or at)
        first = self.case.clock(ClockName.FIRST_RESPONSE)  # as this decision found it: its own reply may have met it
        pauses = first.pauses if first is not None and first.started_at == at else ()
        if not self.case.is_closed():
            measured = terms(ClockName.COMPLETION, self.case, self.charter, start=at, pauses=pauses)
            begun = Clock(name=ClockName.COMPLETION, started_at=at, terms=measured, pauses=pauses)
            self.clocks.take_up(begun, now)
        self._silence(now)
        self._pause_by_state(now)

    def _start(self, name: ClockName, at: datetime) -> None:
        """Begin a clock of the case as it stands; its state may pause it at once, or keep it from running (R3.4)."""
        if self.case.is_closed() and name is not ClockName.MANAGER_ACK:
            return
        self.clocks.start(name, terms(name, self.case, self.charter, start=at), at)
        self.clocks.pause(name, pause_of(self.case, name, at=at), at)

    def _measure(self, name: ClockName, at: datetime, *, is_anew: bool = False) -> None:
        clock = self.clocks.active.get(name)
        if clock is not None:
            measured = terms(name, self.case, self.charter, start=clock.started_at, pauses=clock.pauses)
            self.clocks.measure(name, measured, at, is_anew=is_anew)

    def _pause_by_state(self, at: datetime) -> None:
        for name in PAUSED_BY_STATE:
            self.clocks.pause(name, pause_of(self.case, name, at=at), at)
        silence = self.clocks.active.get(ClockName.WAITING)
        halt = silence.paused_at(max(at, silence.started_at)) if silence else None
        if halt is None or halt.why != OUR_BOUNCE:  # a bounce outlasts a hold (S3.4)
            self.clocks.pause(ClockName.WAITING, pause_of(self.case, ClockName.WAITING, at=at), at)
