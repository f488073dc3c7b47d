"""Commands about the mail itself: a note, and help."""

from dataclasses import replace

from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.draft import Draft
from daemon.rules.sayings import say


def _note(draft: Draft, argument: str) -> Draft:
    nothing_behind("#note", argument)
    draft.on_case()
    return replace(draft, is_note=True, done=(*draft.done, say("note")))


def _help(draft: Draft, argument: str) -> Draft:
    nothing_behind("#help", argument)
    return replace(draft, wants_help=True)


NOTE = Command("note", _note)
HELP = Command("help", _help)
