"""When a case closes by itself if its customer says nothing more (R4.4, R6.2): what mails about it say."""

from daemon.model.case import Case
from daemon.model.charter import Charter
from daemon.model.clocks import ClockName
from daemon.model.effect import Effect
from daemon.model.promise_effect import KeepClock
from daemon.rules.clocks.keeping import with_clocks


def closes_at(case: Case, effects: tuple[Effect, ...], charter: Charter) -> str:
    """Return when silence ends a case once these effects on it hold, as ISO 8601; empty: no word is awaited.

    It is read off the very clock that will run out, so that a mail never names another time.
    """
    clock = case.clock(ClockName.WAITING)
    for effect in with_clocks(effects, (case,), charter):
        if isinstance(effect, KeepClock) and effect.clock.name is ClockName.WAITING:
            clock = effect.clock if effect.clock.is_active else None
    return clock.due.isoformat() if clock is not None and clock.due is not None else ""
