"""Whatever has come due by an instant, done in order of due time, exactly once however late.

A further kind of due thing is a module here with a `Source`, and a row in `ticking.SOURCES`.
"""

from daemon.model.due import Action, Ticked
from daemon.tick.source import Source
from daemon.tick.ticking import tick, ticking

__all__ = ["Action", "Source", "Ticked", "tick", "ticking"]
