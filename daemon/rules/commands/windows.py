"""The commands of a mail on an unscheduled maintenance window, and what they make of it (R11.6).

`#start 2026-12-05 23:00`, `#end 2:00`, `#products voice, chat`, `#impact outage`, `#title`, `#description`, `#reason`,
`#confirm`, `#cancel [WINDOW]`, `#follow-up [WINDOW]`, `#window WINDOW`, `#help`.  All of a mail's commands hold or
none.
"""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.model.charter import Charter
from daemon.model.people import Product
from daemon.model.window import Announcement, Impact
from daemon.rules.commands.command import nothing_behind
from daemon.rules.commands.instants import read_moment
from daemon.rules.commands.text import MAX_COMMANDS, CommandLine, bare_lines, read_command
from daemon.rules.sayings.saying import Fault, Saying, say

LATEST_START = timedelta(days=2)
"""A window that began longer ago is announced no more: nobody would be served by it."""
EARLIEST_NOTICE = timedelta(days=90)
"""What begins later is no work that cannot wait: the year was mistaken, or it is to be planned."""
LONGEST = timedelta(days=3)
LONGEST_NAME, LONGEST_TEXT = 200, 2000
NOW = ("now", "maintenant")
"""Behind `#start`: work that could not wait for its announcement (R11.6)."""
_PARTED = re.compile(r"[^\s:=]+\s*[:=]\s*\S")
_SEPARATORS = str.maketrans(dict.fromkeys(",;+&", ","))


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowDraft:
    """A window as the commands leave it, and what else they ask for."""

    announcement: Announcement
    at: datetime  # when the mail was received
    charter: Charter
    end: str = ""  # what was written behind `#end`: read once the start is known
    cancels: str | None = None  # the key of the window that `#cancel` names; empty: this one
    follows_up: str | None = None  # likewise behind `#follow-up`
    names: str | None = None  # the key of the window that all of it is about, where the mail answers none
    wants_help: bool = False
    carried: frozenset[str] = frozenset()


Carry = Callable[[WindowDraft, str], WindowDraft]


def carry_all(draft: WindowDraft, lines: tuple[CommandLine, ...]) -> tuple[WindowDraft, tuple[tuple[str, Saying], ...]]:
    """Carry out commands; every fault is found, not only the first."""
    if len(lines) > MAX_COMMANDS:
        return draft, (("", say("too many", number=str(MAX_COMMANDS))),)
    faults: list[tuple[str, Saying]] = []
    for line in lines:
        try:
            draft = _carry(draft, line)
        except Fault as fault:
            faults.append((f"{line.raw}: ", fault.saying))
    try:
        draft = _with_end(draft)
    except Fault as fault:
        faults.append((f"#end {draft.end}: ", fault.saying))
    faults += [("", say("window alone", command=f"#{name}")) for name in _crowded(draft)]
    return draft, tuple(faults)


def _crowded(draft: WindowDraft) -> Iterator[str]:
    """Give the commands that mean the window as it stands, and are not alone: what the others want would be lost."""
    yield from (name for name in ALONE if name in draft.carried and draft.carried - {name, "help", NAMES})
    other = draft.cancels or draft.follows_up
    if draft.names and other and other.casefold() != draft.names:
        yield NAMES


def help_text(language: str) -> str:
    """Return every command with its help, one a line."""
    names = (name for name in COMMANDS if name != "help")
    lines = (f"{say(f'form {key}').words(language)}: {say(f'help {key}').words(language)}" for key in map(_key, names))
    return "\n".join(lines)


def _carry(draft: WindowDraft, line: CommandLine) -> WindowDraft:
    carry = COMMANDS.get(line.name)
    if carry is None:
        near = difflib.get_close_matches(line.name, COMMANDS, n=1, cutoff=0.4)
        hint = say("nearest", form=say(f"form {_key(near[0])}")) if near else say("help lists")
        raise Fault("no command", word=line.name, hint=hint)
    if line.name in draft.carried:
        raise Fault("stands twice", command=f"#{line.name}")
    return replace(carry(draft, line.argument), carried=draft.carried | {line.name})


def _key(name: str) -> str:
    return name if name == "help" else f"window {name}"


def _start(draft: WindowDraft, argument: str) -> WindowDraft:
    zone = draft.charter.plan.zone
    if argument.casefold() in NOW:
        start = draft.at.replace(second=0, microsecond=0)
    else:
        start = read_moment(argument, now=draft.at, zone=zone, after=draft.at - LATEST_START)
    if start > draft.at + EARLIEST_NOTICE:
        raise Fault("window far", moment=clock_words(start, zone), days=str(EARLIEST_NOTICE.days))
    return _changed(draft, start=start, is_confirmed="confirm" in draft.carried)


def _end(draft: WindowDraft, argument: str) -> WindowDraft:
    if not argument:
        raise Fault("window needs", command="#end")
    return replace(_changed(draft, is_confirmed="confirm" in draft.carried), end=argument)


def _with_end(draft: WindowDraft) -> WindowDraft:
    """Read the end: a time alone is the next one after the start, or from now while that is not known."""
    start, zone = draft.announcement.start, draft.charter.plan.zone
    if draft.end:
        earliest = min(start or draft.at, draft.at - LATEST_START)  # what ends before it begins is told so
        end = read_moment(draft.end, now=start or draft.at, zone=zone, after=earliest, comes_next=True)
        draft = _changed(draft, end=end)
    known = draft.announcement
    if known.start is None or known.end is None:
        return draft
    if known.end <= known.start:
        raise Fault("window ends first", times=times_of(known, zone))
    if known.end - known.start > LONGEST:
        raise Fault("window too long", days=str(LONGEST.days), times=times_of(known, zone))
    return draft


def _products(draft: WindowDraft, argument: str) -> WindowDraft:
    words = [word.strip() for word in argument.translate(_SEPARATORS).split(",")]
    found = tuple(_product(word, draft.charter.directory.products) for word in words if word)
    if not found:
        raise Fault("window needs", command="#products")
    return _changed(draft, products=tuple(dict.fromkeys(found)))


def _product(word: str, products: tuple[Product, ...]) -> str:
    named = {key.casefold(): product.id for product in products for key in (product.id, product.name)}
    if word.casefold() not in named:
        raise Fault("no product", word=repr(word), known=", ".join(product.id for product in products))
    return named[word.casefold()]


def _impact(draft: WindowDraft, argument: str) -> WindowDraft:
    word = argument.casefold()
    if word not in tuple(Impact):
        raise Fault("no impact", word=repr(argument), known=", ".join(Impact))
    return _changed(draft, impact=Impact(word))


def _text(name: str, longest: int) -> Carry:
    def carry(draft: WindowDraft, argument: str) -> WindowDraft:
        if not argument:
            raise Fault("window needs", command=f"#{name}")
        words, field = " ".join(argument.split()), "name" if name == "title" else name
        if len(words) > longest:
            raise Fault("window long text", command=f"#{name}", most=str(longest), number=str(len(words)))
        return _changed(draft, **{field: words})

    return carry


def _confirm(draft: WindowDraft, argument: str) -> WindowDraft:
    nothing_behind("#confirm", argument)
    return _changed(draft, is_confirmed=True)


def _named(draft: WindowDraft, argument: str) -> WindowDraft:
    if not argument:
        raise Fault("window needs", command=f"#{NAMES}")
    return replace(draft, names=argument.casefold())


def _cancel(draft: WindowDraft, argument: str) -> WindowDraft:
    return replace(draft, cancels=argument)


def _follow_up(draft: WindowDraft, argument: str) -> WindowDraft:
    return replace(draft, follows_up=argument)


def _help(draft: WindowDraft, argument: str) -> WindowDraft:
    nothing_behind("#help", argument)
    return replace(draft, wants_help=True)


def _changed(draft: WindowDraft, **fields: object) -> WindowDraft:
    return replace(draft, announcement=replace(draft.announcement, **fields))  # type: ignore[arg-type]


NAMES = "window"
COMMANDS: dict[str, Carry] = {
    NAMES: _named,
    "start": _start,
    "end": _end,
    "products": _products,
    "impact": _impact,
    "title": _text("title", LONGEST_NAME),
    "description": _text("description", LONGEST_TEXT),
    "reason": _text("reason", LONGEST_TEXT),
    "confirm": _confirm,
    "cancel": _cancel,
    "follow-up": _follow_up,
    "help": _help,
}
ALONE = ("cancel", "follow-up")
"""Beside these no other command can stand, but `#window`.  What they name, if anything, is a window announced."""
SURE = ("start", "end", "products", "impact")
"""Commands whose argument tells that they are meant, also without their `#`."""
UNDERSTOOD = ("window ends first", "window too long", "window far", "past moment")
"""What is said of times that were read as such."""


def bare_commands(draft: WindowDraft, text: str) -> tuple[str, ...]:
    """Return lines of a text that are commands but for their `#`: they must not become what customers read (R11.2).

    Prose may begin with "Start" or "Reason": a line counts where its argument makes sense, or a colon parts it, and
    with it every other that begins with a command's name.
    """
    lines = (line for line in bare_lines(text) if not line.startswith("#"))
    named = [line for line in lines if read_command(line).name in COMMANDS]
    return tuple(line[:100] for line in named[:MAX_COMMANDS]) if any(_is_sure(draft, line) for line in named) else ()


def _is_sure(draft: WindowDraft, line: str) -> bool:
    command = read_command(line)
    if command.name not in SURE:
        return bool(_PARTED.match(line))
    try:
        _with_end(COMMANDS[command.name](draft, command.argument))
    except Fault as fault:
        return fault.saying.name in UNDERSTOOD
    return True


def times_of(announcement: Announcement, zone: ZoneInfo) -> str:
    """Return a window's hours on the plan's wall clock, as they were understood."""
    return " - ".join(clock_words(at, zone) for at in (announcement.start, announcement.end) if at)


def clock_words(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as commands write it, with the zone's name."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M %Z}"
