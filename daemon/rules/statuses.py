"""R4.9: which changes of status are allowed, as one table."""

from daemon.model.case import Case, Status

_WORK = frozenset(
    {Status.ON_HOLD, Status.SHIPPING, Status.RESOLVED, Status.DUPLICATE, Status.CLOSED, Status.CLOSED_NO_RESPONSE}
)

ALLOWED: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset(
        {Status.IN_PROGRESS, Status.ON_HOLD, Status.SHIPPING, Status.RESOLVED, Status.DUPLICATE, Status.CLOSED}
    ),
    Status.IN_PROGRESS: _WORK,
    Status.ON_HOLD: _WORK | {Status.IN_PROGRESS},
    Status.SHIPPING: _WORK | {Status.IN_PROGRESS},
    Status.RESOLVED: frozenset({Status.IN_PROGRESS, Status.CLOSED, Status.DUPLICATE}),
    Status.REOPENED: _WORK | {Status.IN_PROGRESS},
    Status.DUPLICATE: frozenset({Status.IN_PROGRESS}),  # by an agent only: the link is removed
    Status.CLOSED: frozenset({Status.REOPENED}),  # R5.1
    Status.CLOSED_NO_RESPONSE: frozenset(),  # resumed by a linked case, save R5.6
}


def may_become(case: Case, status: Status) -> bool:
    """Tell whether R4.9 allows this change.

    A hold may be moved to another date and a delivery to another day; any other change to the same status is none.
    """
    if case.status is status:
        return status in (Status.ON_HOLD, Status.SHIPPING)
    return status in ALLOWED[case.status]
