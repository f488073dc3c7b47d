"""Start to ready: from the start of the process to the first healthy answer of the health page."""

import statistics
import time
from pathlib import Path

from benchmarks.company import found_busy_company
from benchmarks.whole_way import serving
from examples.demo.company import Company

STARTS = 5


def start_seconds(company: Company) -> float:
    """Return the median of a few starts, the start of Python included."""
    return statistics.median(_start(company) for _ in range(STARTS))


def empty_desk(folder: Path) -> Company:
    """Found a company whose database has been made and holds nothing."""
    return found_busy_company(folder, sink_port=0, database="")


def _start(company: Company) -> float:
    began = time.perf_counter()
    with serving(company):
        return time.perf_counter() - began
