"""Waiting for something to become true, with a limit."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PAUSE_SECONDS = 0.02


def wait_for(condition: Callable[[], T | None], *, seconds: float, what: str) -> T:
    """Return the first true value of `condition`.

    Raises:
        TimeoutError: it did not become true within the limit.
    """
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise TimeoutError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(PAUSE_SECONDS)
