"""Commands and groups of this command line: global options at every level, examples, near names for wrong ones."""

from difflib import get_close_matches
from typing import Any

import click

from daemon.cli.options import global_options

_GLOBAL = ("config", "json", "now")


class DeskCommand(click.Command):
    """A command with the global options and an example in its help."""

    def __init__(self, *args: Any, example: str = "", **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.example = example
        self.params.extend(global_options())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then the global ones apart."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example as it is typed, on lines of its own."""
        _write_example(self.example, formatter)


class DeskGroup(click.Group):
    """A group of commands; it takes the global options too, and names the nearest command to a wrong one."""

    command_class = DeskCommand
    group_class = type

    def __init__(self, *args: Any, example: str = "", **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.example = example
        self.params.extend(global_options())

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were added, which is the order of a day's work."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` name.

        Raises:
            UsageError: there is no such command; it names the nearest one.
        """
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f": did you mean {near[0]!r}?" if near else f": one of {', '.join(self.list_commands(ctx))}"
            raise click.UsageError(f"no such command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, the group's own options, then the global ones apart."""
        self.format_commands(ctx, formatter)
        _write_options(self, ctx, formatter)

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example as it is typed, on lines of its own."""
        _write_example(self.example, formatter)


def _write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    records = [
        (param.name, param.get_help_record(ctx)) for param in command.get_params(ctx) if isinstance(param, click.Option)
    ]
    for title, shared in (("Options", False), ("Global options", True)):
        rows = [record for name, record in records if record and (name in _GLOBAL) is shared]
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _write_example(example: str, formatter: click.HelpFormatter) -> None:
    if example:
        with formatter.section("Example"):
            for line in example.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
