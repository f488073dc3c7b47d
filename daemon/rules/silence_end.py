"""When a case closes by itself if its customer says nothing more (R4.4, R6.2): what mails about it say."""

from datetime import datetime

from daemon.model.case import Case
from daemon.model.charter import Charter
from daemon.model.clocks import Clock, ClockName
from daemon.rules.clock_terms import is_silence, terms
from daemon.rules.clock_times import due_of


def closes_at(case: Case, charter: Charter, *, at: datetime) -> str:
    """Return when silence that begins at `at` ends the case, as ISO 8601; empty: it waits for no word of theirs.

    Every answer of ours starts the customer's time anew, so that what a mail says holds from that mail on.
    """
    if not is_silence(case):
        return ""
    clock = Clock(name=ClockName.WAITING, started_at=at, terms=terms(ClockName.WAITING, case, charter, start=at))
    due = due_of(clock, charter.plan)
    return due.isoformat() if due else ""
