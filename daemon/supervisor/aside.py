"""Work that is done once, in a process of its own: what it imports and allocates goes away with it (S1.5).

Reading the configuration loads the holidays of 250 countries, and a first start loads alembic: 20 MiB that the daemon
would keep for as long as it runs.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def aside(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what the work returns, and raise what it raises; both are pickled.

    The process is forked, so that it has our imports: call this before any thread runs.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as process:
        return process.submit(work, *arguments, **named).result()
