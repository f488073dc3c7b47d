"""The only place that builds objects: `supportd run`, in the foreground, from start to orderly stop.

Threads of one process take mail, deliver it and keep time; reader processes decide on it.  Each part that fails is
started again; a set-up that cannot work ends the command with what to mend.
"""

import asyncio
import os
from pathlib import Path

from daemon.clock import system_clock
from daemon.log import configure
from daemon.supervisor.allocation import give_memory_back
from daemon.supervisor.pool import prepare
from daemon.supervisor.running import Supervisor
from daemon.supervisor.turns import take_short_turns

__all__ = ["run"]


def run(config_folder: Path) -> int:
    """Run the daemon until it is told to stop; returns the exit status, 0.

    Raises:
        ConfigInvalid: the configuration is wrong; with every fault.
        Permanent: an address cannot be bound, or the database has an old schema.
        Temporary: the SQLite database cannot be opened or written.  (A PostgreSQL that is away is waited for.)
    """
    prepare()
    give_memory_back()
    take_short_turns()
    configure()
    supervisor = Supervisor(config_folder, os.environ, system_clock)
    asyncio.run(supervisor.run())
    if not supervisor.ended_in_order:
        os._exit(0)  # a peer that says nothing must not hold us up; what it was told is repeated after the start
    return 0
