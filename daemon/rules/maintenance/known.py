"""What people know of a maintenance window, by what they were told of it last (R11.2, R11.7).

A step is `str(Lead)` ("1 week before"), `START`, `END`, `ANNOUNCED`, `CHANGED`, `CANCELLED`, `UNAFFECTED` or
`FOLLOW_UP`.
"""

from daemon.model.window import Told, Window

START = "start"
END = "end"
ANNOUNCED = "announced"
CHANGED = "changed"
CANCELLED = "cancelled"
UNAFFECTED = "not affected"
"""The window changed so that it concerns somebody no more: to them it is cancelled, to others it takes place."""
FOLLOW_UP = "follow up"
CORRECTIONS = (CHANGED, CANCELLED)

PUBLIC = ""
"""Among the addresses that were told: the subscribers of the status page, of whom none is remembered by name."""


def last_told(told: tuple[Told, ...]) -> dict[str, Told]:
    """Return what each address was told last."""
    return {one.address: one for one in told}


def knowing(told: tuple[Told, ...]) -> frozenset[str]:
    """Return who hears corrections of a window, so that it is no news to them; it may come back to whom it left."""
    return frozenset(address for address, one in last_told(told).items() if one.step != UNAFFECTED)


def knows(told: Told, window: Window) -> bool:
    """Tell whether what somebody was told of a window is still so (R11.7)."""
    if told.step == UNAFFECTED:
        return True
    if window.is_cancelled or told.step == CANCELLED:
        return window.is_cancelled == (told.step == CANCELLED)
    return (told.start, told.end, told.work) == (window.start, window.end, window.work)


def expects(told: Told) -> bool:
    """Tell whether somebody counts on a window, whenever that is."""
    return told.step not in (CANCELLED, UNAFFECTED)


def knows_other_times(told: Told, window: Window) -> bool:
    """Tell whether somebody counts on a window at other times than it is."""
    return expects(told) and (told.start, told.end) != (window.start, window.end)
