"""The facts that the rules ask for, read under the decision's lock: what every mail needs, and a module a subject."""

from daemon.gather.gathering import (
    ASSIGNING,
    SHOWING,
    attachment_refs,
    cases_named,
    gather,
    locked_loads,
    receipt_time,
    said_by_address,
)

__all__ = [
    "ASSIGNING",
    "SHOWING",
    "attachment_refs",
    "cases_named",
    "gather",
    "locked_loads",
    "receipt_time",
    "said_by_address",
]
