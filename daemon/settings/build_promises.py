"""Forms → what is promised: times, contracts, vendors, charges (R3, R10)."""

from typing import TypeVar

from daemon.model.case import Macd, Priority
from daemon.model.plan import Plan
from daemon.model.promises import Charges, Contract, MacdTimes, PriorityTimes, Silence, Vendor
from daemon.settings.forms.macd import MacdForm
from daemon.settings.forms.promises import ContractForm, MacdKindsForm, PrioritiesForm, SilenceForm, VendorsFile

KindT = TypeVar("KindT", Priority, Macd)
TimesT = TypeVar("TimesT", PriorityTimes, MacdTimes)
PrioritiesTimes = tuple[tuple[Priority, PriorityTimes], ...]
MacdKindsTimes = tuple[tuple[Macd, MacdTimes], ...]


def priority_times(form: PrioritiesForm, usual: PrioritiesTimes) -> PrioritiesTimes:
    """Return the times of the priorities that are written; half of a pair that is not written stays as usual."""
    return tuple(
        (priority, PriorityTimes(own.first_response or times.first_response, own.update or times.update))
        for priority, times in usual
        if (own := getattr(form, priority))
    )


def macd_times(form: MacdKindsForm, usual: MacdKindsTimes) -> MacdKindsTimes:
    """Return the times of the kinds of MACD request that are written; half a pair stays as usual."""
    return tuple(
        (macd, MacdTimes(own.first_response or times.first_response, own.completion or times.completion))
        for macd, times in usual
        if (own := getattr(form, macd))
    )


def with_usual(
    own: tuple[tuple[KindT, TimesT], ...], usual: tuple[tuple[KindT, TimesT], ...]
) -> tuple[tuple[KindT, TimesT], ...]:
    """Return the usual times, replaced where there are own ones."""
    replaced = dict(own)
    return tuple((kind, replaced.get(kind, times)) for kind, times in usual)


def contract(form: ContractForm, plan: Plan) -> Contract:
    """Return what a customer's contract replaces (R3.7)."""
    return Contract(
        calendar=form.calendar,
        priority_times=priority_times(form.priorities, plan.priority_times),
        macd_times=macd_times(form.macd, plan.macd_times),
        on_demand=form.on_demand,
    )


def vendors(form: VendorsFile) -> tuple[Vendor, ...]:
    """Return the vendors, in the order of the file (R3.6)."""
    return tuple(Vendor(v.id, v.name, v.response, v.update, v.calendar) for v in form.vendors)


def silence(form: SilenceForm) -> Silence:
    """Return how long a customer may be silent (R4.4, R6.2)."""
    return Silence(form.reminder, form.ending, form.warning)


def charges(form: MacdForm) -> Charges:
    """Return what MACD work costs (R10.4)."""
    return Charges(form.hourly_rate, form.increment, form.expedite_surcharge, form.currency)
