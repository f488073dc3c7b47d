"""The named steps at which a daemon is killed: by itself, with SIGKILL, at the call that the harness armed.

A step is armed by a file; whichever process comes first to it takes the file away and dies.
"""

import functools
import inspect
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any


class Moment(Enum):
    """When at a call."""

    BEFORE = auto()
    AFTER = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """A call of the daemon's, and who dies there."""

    module: str
    call: str  # a function of the module, or CLASS.METHOD
    moment: Moment
    whole: bool = True  # the whole daemon; else the process alone: a reader
    by_imap: bool = False  # only mail from a mailbox comes by
    counts: Callable[[tuple[Any, ...]], bool] = lambda _arguments: True  # whether this call is one


def _has_work(arguments: tuple[Any, ...]) -> bool:
    return bool(arguments[1])


STEPS = {
    "kept, before commit": Step("daemon.store.inbox", "keep", Moment.AFTER),
    "kept, after commit": Step("daemon.ingest.intake", "Intake._write", Moment.AFTER),
    "after 250": Step("daemon.ingest.listener", "_Session.smtp_DATA", Moment.AFTER),
    "kept, before moved": Step("daemon.ingest.sweep", "Sweep._move", Moment.BEFORE, by_imap=True, counts=_has_work),
    "moved": Step("daemon.ingest.sweep", "Sweep._move", Moment.AFTER, by_imap=True, counts=_has_work),
    "claimed by a reader": Step("daemon.reader.reading", "_read_guarded", Moment.BEFORE),
    "decided, before commit": Step("daemon.receive", "settle", Moment.AFTER),
    "decided, after commit": Step("daemon.receive", "receive", Moment.AFTER),
    "a reader, before commit": Step("daemon.receive", "settle", Moment.AFTER, whole=False),
    "a reader, after commit": Step("daemon.receive", "receive", Moment.AFTER, whole=False),
    "composed, before stored": Step("daemon.outbound.preparing", "_stored", Moment.BEFORE),
    "before DATA": Step("daemon.outbound.submission", "_send_octets", Moment.BEFORE),
    "after DATA": Step("daemon.outbound.submission", "_getreply", Moment.BEFORE),
    "before sent": Step("daemon.outbound.recording", "Recorder.record", Moment.BEFORE, counts=_has_work),
    "sent, before commit": Step("daemon.store.outbox", "record_sent", Moment.AFTER),
    "sent": Step("daemon.outbound.recording", "Recorder.record", Moment.AFTER, counts=_has_work),
}


def trigger(folder: Path, name: str) -> Path:
    """Return the file that arms a step."""
    return folder / f"kill {name}".replace(" ", "-").replace(",", "")


def patch_of(step: Step) -> Callable[[Any, Path], None]:
    """Return what changes a step's module."""
    name = next(name for name, known in STEPS.items() if known is step)

    def patch(module: Any, folder: Path) -> None:
        if step.call == "_getreply":
            _split_sending(module)
        owner_name, _, attribute = step.call.rpartition(".")
        owner = getattr(module, owner_name) if owner_name else module
        setattr(owner, attribute, _dying(getattr(owner, attribute), step, trigger(folder, name)))

    return patch


def _dying(call: Any, step: Step, armed: Path) -> Any:
    """Return a call that ends its process once the step is armed."""

    @functools.wraps(call)
    async def at_once(*arguments: Any, **named: Any) -> Any:
        answer = await call(*arguments, **named)
        if step.counts(arguments):
            _die_if(armed, step)
        return answer

    @functools.wraps(call)
    def dying(*arguments: Any, **named: Any) -> Any:
        if step.moment is Moment.BEFORE and step.counts(arguments):
            _die_if(armed, step)
        answer = call(*arguments, **named)
        if step.moment is Moment.AFTER and step.counts(arguments):
            _die_if(armed, step)
        return answer

    return at_once if inspect.iscoroutinefunction(call) else dying


def _die_if(armed: Path, step: Step) -> None:
    try:
        armed.unlink()
    except FileNotFoundError:
        return
    if step.whole and os.getsid(0) == os.getpgrp():  # the daemon leads a session of its own
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _split_sending(module: Any) -> None:
    """Give the wait for the answer to a mail a name of its own: the mail is on its way, and nobody knows more."""
    if hasattr(module, "_getreply"):
        return
    send = module._send_octets

    class Line:
        def __init__(self, smtp: Any) -> None:
            self.send = smtp.send
            self.getreply = lambda: module._getreply(smtp)

    module._getreply = lambda smtp: smtp.getreply()
    module._send_octets = lambda smtp, octets: send(Line(smtp), octets)
