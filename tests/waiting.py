"""Waiting for something to become true, with a limit: tests never sleep for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(condition: Callable[[], T], *, seconds: float, what: str) -> T:
    """Return the first true value of `condition`.

    Args:
        condition: asked again and again, with pauses that grow from 2 ms to 50 ms.
        seconds: the limit, on the monotonic clock.
        what: what is waited for, for the message.

    Raises:
        TimeoutError: it did not become true within the limit.
    """
    end = time.monotonic() + seconds
    pause = 0.002
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise TimeoutError(f"waited {seconds:g} s in vain: {what} (last answer: {value!r})")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
