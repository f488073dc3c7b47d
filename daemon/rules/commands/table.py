"""All commands of an agent's mail, in the order of `#help`, and what finds the one that a line means (interface.md).

A command changes a `Draft`: the case as it would stand, the effects so far, and what the customer will be told.  All
of a mail's commands hold or none does, so a `Fault` anywhere throws the whole draft away.
"""

import difflib
from dataclasses import replace

from daemon.rules.commands import detained, incidents, mails, people, promises, status, work
from daemon.rules.commands.command import Command
from daemon.rules.commands.text import CommandLine
from daemon.rules.commands.windows import COMMANDS as OF_WINDOWS
from daemon.rules.draft import Draft
from daemon.rules.sayings.saying import Fault, Saying, say

COMMANDS: tuple[Command, ...] = (
    status.STATUS,
    status.HOLD,
    promises.PRIORITY,
    people.ASSIGN,
    promises.WAITING,
    mails.NOTE,
    work.TIME,
    promises.ETR,
    promises.VENDOR,
    status.DUPLICATE,
    incidents.MASTER,
    incidents.P1G,
    incidents.PUBLIC_TITLE,
    work.MACD,
    work.CARRIER_DELAY,
    incidents.ESCALATE,
    people.CC,
    people.FOR,
    status.REOPEN,
    mails.BILLING,
    mails.STOP,
    mails.SEND_ANYWAY,
    detained.APPROVE,
    detained.DECLINE,
    detained.RELEASE,
    detained.DISCARD,
    mails.HELP,
)
BY_NAME = {command.name: command for command in COMMANDS}


def carry(draft: Draft, line: CommandLine) -> Draft:
    """Carry out one command on a draft.

    Raises:
        Fault: there is no such command, or it cannot be carried out; the text names the nearest right one.
    """
    command = BY_NAME.get(line.name)
    if command is None:
        raise Fault("no command", word=line.name, hint=_hint(line.name))
    if line.name in draft.carried and not command.repeats:
        raise Fault("stands twice", command=f"#{line.name}")
    if draft.resumes is not None:
        raise Fault("reopen alone")
    return replace(command.carry(draft, line.argument), carried=draft.carried | {line.name})


def help_text(language: str) -> str:
    """Return every command with its help, one a line."""
    return "\n".join(f"{command.form.words(language)}: {command.help.words(language)}" for command in COMMANDS)


def _hint(name: str) -> Saying:
    """Say what was meant: a command of the other kind of mail, or the nearest one."""
    if name in OF_WINDOWS:
        return say("of windows")
    near = difflib.get_close_matches(name, BY_NAME, n=1, cutoff=0.4)
    return say("nearest", form=BY_NAME[near[0]].form) if near else say("help lists")
