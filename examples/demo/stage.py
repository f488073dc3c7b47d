"""What the audience sees: mails, cases, what came out right; panels on a terminal, plain text elsewhere."""

import re
import sys
from collections.abc import Mapping, Sequence
from email.message import Message
from email.utils import parseaddr
from io import TextIOWrapper
from textwrap import wrap
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

WIDTH = 80
MARGIN = 4
LONGEST_MAIL_LINES = 16
THREAD = re.compile(r"^(?:> ?)*On .{1,200} wrote:$", re.MULTILINE)
SIGNATURE = re.compile(r"(\+\w+\.\w\.)[^@]+@")
CASE_COLUMNS = (
    ("case", "id"),
    ("prio", "priority"),
    ("status", "status"),
    ("agent", "assignee"),
    ("subject", "subject"),
)


class Stage:
    """Prints the story, never wider than 80 columns."""

    def __init__(self) -> None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        self._console = Console(highlight=False, soft_wrap=False)
        self._console.width = min(self._console.width, WIDTH) if self._console.is_terminal else WIDTH

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self._console.print()
        self._console.rule(f"[bold]{escape(title)}", style="cyan", characters="─" if self._console.is_terminal else "-")

    def say(self, text: str) -> None:
        """Tell something in the narrator's voice."""
        self._console.print(escape(text), style="dim" if self._console.is_terminal else None)

    def mail(self, fields: Message, text: str, *, by_desk: bool) -> None:
        """Show a mail: who, to whom, the subject, and its text without what is quoted."""
        title = f"{_shown(fields['From'])} → {_shown(fields['To'])}"
        lines = shortened(text, self._console.width - MARGIN)
        if not self._console.is_terminal:
            self._console.print(escape("\n".join(("", title, f"Subject: {fields['Subject']}", "", *indented(lines)))))
            return
        body = f"[bold]{escape(str(fields['Subject']))}[/]\n\n{escape(chr(10).join(lines))}"
        style = "green" if by_desk else "blue"
        self._console.print(Panel(body, title=escape(title), title_align="left", border_style=style))

    def cases(self, cases: Sequence[Mapping[str, Any]]) -> None:
        """Show cases as they stand."""
        table = self._table()
        for title, _ in CASE_COLUMNS:
            table.add_column(title, overflow="fold", no_wrap=title != "subject")
        for case in cases:
            table.add_row(*(escape(str(case[key]).replace("_", " ")) for _, key in CASE_COLUMNS))
        self._console.print(table)

    def verdicts(self, verdicts: Sequence[tuple[str, bool]]) -> None:
        """Show what was expected, and whether it came out so."""
        for expected, came_out in verdicts:
            mark = "[green]✓[/]" if came_out else "[bold red]✗[/]"
            self._console.print(f" {mark} {escape(expected)}")

    def _table(self) -> Table:
        return Table(box=box.ROUNDED if self._console.is_terminal else box.ASCII, width=self._console.width)


def shortened(text: str, width: int) -> list[str]:
    """Return a mail's lines without the thread that it quotes, folded to `width` columns, at most so many."""
    own = THREAD.split(text, maxsplit=1)[0].rstrip()
    lines = [part for line in own.splitlines() for part in (wrap(line, width, break_on_hyphens=False) or [""])]
    if len(lines) <= LONGEST_MAIL_LINES:
        return lines
    return [*lines[:LONGEST_MAIL_LINES], f"[{len(lines) - LONGEST_MAIL_LINES} more lines]"]


def indented(lines: Sequence[str]) -> list[str]:
    """Return lines as they stand below a mail's head where no panel can be drawn."""
    return [f"    {line}".rstrip() for line in lines]


def _shown(field: object) -> str:
    """Return a person as a mail client shows one: the name, else the address, whose signature is cut short."""
    name, address = parseaddr(str(field))
    return name or SIGNATURE.sub(r"\1…@", address)
