"""A rehearsal: months of a desk in seconds, on rows in memory (issue 3).

The same functions as in earnest decide and write (`receive.settle`, `act.carry_out`, `tick.tick`); left out is what
stands before and behind them: no octets are read, nothing is rendered, nothing is sent, and the clock is a variable.
"""

from daemon.simulate.load_events import AgentEvent, LoadEvent, MailEvent
from daemon.simulate.rehearsal import Rehearsal, Span
from daemon.simulate.stage import Stage, set_stage

__all__ = ["AgentEvent", "LoadEvent", "MailEvent", "Rehearsal", "Span", "Stage", "set_stage"]
