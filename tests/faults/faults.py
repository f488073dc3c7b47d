"""The faults: each a function that does one thing to a stage, lasts a while, and undoes what can be undone."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.faults.clients import HalfOpen
from tests.faults.disk_and_clock import fill_disk, free_disk
from tests.faults.stage import Stage, locked, pass_seconds
from tests.faults.steps import STEPS, trigger
from tests.servers.smtp_sink import AfterDot
from tests.waiting import wait_for

STEP_SECONDS = 6.0
"""So long a step is waited for; then the daemon is killed wherever it is."""


def kill_at_random(stage: Stage) -> str:
    """Kill a daemon with all its processes, wherever they are, and start it again."""
    number = stage.chance.randrange(len(stage.daemons))
    pass_seconds(stage.chance.uniform(0, 0.3))
    stage.kill(number)
    stage.start(number)
    return f"daemon {number}, ready in {stage.ready_seconds[-1]:.1f} s"


def kill_at_step(stage: Stage) -> str:
    """Have a daemon die at the next named step, each in turn, and start what died."""
    names = [name for name, step in STEPS.items() if stage.neighbours.mailbox or not step.by_imap]
    stage.steps += 1
    return die_at(stage, names[(stage.steps - 1) % len(names)])


def die_at(stage: Stage, name: str) -> str:
    """Arm a step and wait until somebody died there."""
    armed = trigger(stage.tampered, name)
    armed.touch()
    with suppress(TimeoutError):
        wait_for(lambda: not armed.exists(), seconds=STEP_SECONDS, what=name)
    was_met = not armed.exists()
    armed.unlink(missing_ok=True)
    if not STEPS[name].whole:
        return f"{name}: a reader {'died' if was_met else 'never came by'}"
    if not was_met:
        stage.kill(0)
    dead = _first_dead(stage) if was_met else 0
    stage.start(dead)
    return f"{name}: {'died' if was_met else 'never came by, killed'}, ready in {stage.ready_seconds[-1]:.1f} s"


def _first_dead(stage: Stage) -> int:
    def dead() -> list[int]:
        return [number for number, daemon in enumerate(stage.daemons) if daemon.process.poll() is not None]

    return wait_for(dead, seconds=10, what="a daemon is dead")[0]


def stop_and_go_on(stage: Stage) -> str:
    """Stop a daemon in its tracks for a while (SIGSTOP), and let it go on."""
    return _stopped(stage, seconds=stage.chance.uniform(0.3, 3))


def stand_still(stage: Stage) -> str:
    """Stop a node in its tracks for longer than the others believe in it, and let it go on."""
    return _stopped(stage, seconds=stage.chance.uniform(19, 26))


def _stopped(stage: Stage, *, seconds: float) -> str:
    daemon = stage.chance.choice(stage.daemons)
    os.killpg(daemon.process.pid, signal.SIGSTOP)
    try:
        pass_seconds(seconds)
    finally:
        os.killpg(daemon.process.pid, signal.SIGCONT)
    return f"{seconds:.1f} s"


def database_away(stage: Stage) -> str:
    """Restart PostgreSQL, in order or as a crash; lock SQLite for a while."""
    seconds, server = stage.chance.uniform(0.5, 4), stage.neighbours.postgresql
    if server is None:
        with locked(stage):
            pass_seconds(seconds)
        return f"locked for {seconds:.1f} s"
    is_crash = stage.chance.random() < 0.5
    server.kill() if is_crash else server.stop()
    pass_seconds(seconds / 2)
    server.start()
    return "crashed and recovered" if is_crash else "stopped and started"


def full_disk(stage: Stage) -> str:
    """Leave the database no room for a while."""
    seconds, disk = stage.chance.uniform(0.5, 3), stage.neighbours.disk
    disk.fill() if disk else fill_disk(stage.tampered)
    try:
        pass_seconds(seconds)
    finally:
        disk.make_room() if disk else free_disk(stage.tampered)
    return f"{seconds:.1f} s"


def clock_set(stage: Stage) -> str:
    """Set the clock forward, past every lease, or back, by a little or by an hour."""
    seconds = stage.chance.choice((-3_600.0, -20.0, 60.0, 150.0, 1_000.0, 3_600.0))
    stage.set_clock_ahead(seconds)
    return f"{seconds:+.0f} s"


def renumbered(stage: Stage) -> str:
    """Reset the UIDVALIDITY of the watched folder (the server is killed for it)."""
    assert stage.neighbours.mailbox
    stage.neighbours.mailbox.reset_uidvalidity()
    return "done"


def imap_away(stage: Stage) -> str:
    """Kill the IMAP server, or freeze it with its connections half open, for a while."""
    assert stage.neighbours.mailbox
    server, seconds = stage.neighbours.mailbox.server, stage.chance.uniform(0.5, 3)
    is_frozen = stage.chance.random() < 0.5
    server.freeze() if is_frozen else server.kill()
    try:
        pass_seconds(seconds)
    finally:
        server.thaw() if is_frozen else server.start()
    return f"{'frozen' if is_frozen else 'gone'} for {seconds:.1f} s"


def smtp_away(stage: Stage) -> str:
    """Have nobody take our mail for a while."""
    seconds = stage.chance.uniform(0.3, 2)
    stage.sink.stop()
    pass_seconds(seconds)
    stage.sink.start()
    return f"{seconds:.1f} s"


def smtp_odd(stage: Stage) -> str:
    """Have some of our next mails deferred, dropped or left without an answer after the dot."""
    odd = [stage.chance.choice((AfterDot.DEFER, AfterDot.DROP, AfterDot.DROP, AfterDot.TAKE)) for _ in range(8)]
    stage.sink.script(*odd, AfterDot.STALL)
    return ", ".join(sorted({after.name.lower() for after in odd} | {"stall"}))


def half_open_clients(stage: Stage) -> str:
    """Have clients say half a mail and then nothing."""
    clients = HalfOpen(stage.chance.choice(stage.sites).smtp_port, 10)
    try:
        pass_seconds(0.5)
    finally:
        clients.close()
    return f"{clients.count} of them"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and where it can be had."""

    name: str
    happen: Callable[[Stage], str]
    by_imap: bool = False
    by_disk: bool = False
    machines_only: bool = False

    def is_possible(self, stage: Stage) -> bool:
        """Tell whether this stage has what the fault needs."""
        if self.by_imap and not stage.neighbours.mailbox:
            return False
        if self.machines_only and not stage.neighbours.machines:
            return False
        return not (self.by_disk and stage.neighbours.postgresql and not stage.neighbours.disk)


KILLS = (Fault("kill -9", kill_at_random), Fault("kill -9 at a step", kill_at_step))
OTHERS = (
    Fault("SIGSTOP", stop_and_go_on),
    Fault("database", database_away),
    Fault("disk full", full_disk, by_disk=True),
    Fault("clock", clock_set),
    Fault("UIDVALIDITY", renumbered, by_imap=True),
    Fault("IMAP away", imap_away, by_imap=True),
    Fault("SMTP away", smtp_away),
    Fault("SMTP odd", smtp_odd),
    Fault("half-open clients", half_open_clients),
    Fault("a node stands still", stand_still, machines_only=True),
)
