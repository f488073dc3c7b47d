"""`supportd simulate`: months of the desk in seconds, nothing written and nothing sent."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.commands import DeskCommand
from daemon.cli.opening import load_config
from daemon.cli.options import choices
from daemon.cli.printing import note, print_line, shown
from daemon.errors import Permanent

if TYPE_CHECKING:
    from daemon.model.setup import Config
    from daemon.simulate import LoadEvent, Rehearsal, Span
    from daemon.simulate.load_events import Line

MOST_CASES = 1_000_000
FILE = click.Path(path_type=Path)
EXAMPLE = """\
supportd simulate --from 2026-12-01 --to 2026-12-31
supportd simulate --from 2026-12-14 --to 2027-01-15 --load load.yaml --ics load.ics
supportd simulate --from 2026-01-01 --to 2026-12-31 --cases 2000 --seed 7 --json > year.jsonl"""


class Moment(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.3
    """A date, or an instant; without an offset on the plan's wall clock, which is known once the plan is."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the instant, without a zone where none was given."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is no date: write 2026-12-14, or 2026-12-14T09:00:00-07:00", param, ctx)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be rehearsed."""

    load: Path | None
    cases: int
    seed: int
    empty: bool


@click.command("simulate", cls=DeskCommand, example=EXAMPLE)
@click.option("--from", "first", type=Moment(), required=True, help="When it begins: a date, or an instant.")
@click.option("--to", "last", type=Moment(), required=True, help="When it ends.")
@click.option("--load", type=FILE, metavar="FILE", help="Events to happen: a YAML list, or JSON Lines.")
@click.option("--cases", type=click.IntRange(0, MOST_CASES), default=0, help="So many made-up cases, by --seed.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of --cases: the same seed, the same story.")
@click.option("--ics", type=FILE, metavar="FILE", help="Write what is due, and maintenance, as a calendar.")
@click.option("--empty", is_flag=True, help="Begin with an empty desk rather than a copy of the present one.")
def simulate(first: datetime, last: datetime, *, ics: Path | None, **wish: Any) -> None:
    """Let time pass on a copy of the desk and print what would happen and be sent.

    The same rules as in earnest, on rows in memory: nothing is written to the database, no mail is rendered or sent.
    Without --load and --cases the present cases live on as nobody writes.  With --json: JSON Lines of
    {at, action, case, detail, to, kind}.
    """
    from daemon.simulate.story import story
    from daemon.store.database import reading

    config = load_config(choices())
    span = _span(config, first, last)
    rehearsal = _lived(config, span, Wish(**wish))
    counted: Counter[str] = Counter()
    with reading(rehearsal.stage.desk.engine) as connection:
        if ics is not None:
            _write_calendar(rehearsal, connection, ics, span)
        for line in story(rehearsal, connection):
            counted[line.action] += 1
            _print(line)
    note("supportd: " + (", ".join(f"{count} {action}" for action, count in sorted(counted.items())) or "nothing"))


def _span(config: "Config", first: datetime, last: datetime) -> "Span":
    from daemon.simulate import Span

    zone = config.plan.zone
    begin, end = ((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC) for at in (first, last))
    if end <= begin:
        raise click.UsageError(f"--to {shown(end)} lies before --from {shown(begin)}: nothing would pass")
    return Span(begin, end)


def _lived(config: "Config", span: "Span", wish: Wish) -> "Rehearsal":
    """Return a rehearsal that has lived through its load."""
    from daemon.simulate import Rehearsal, set_stage

    load = _load(config, span, wish)
    stage = set_stage(config, now=span.first, copying=not wish.empty)
    rehearsal = Rehearsal(stage, span.first)
    rehearsal.live(load, span.last)
    return rehearsal


def _load(config: "Config", span: "Span", wish: Wish) -> tuple["LoadEvent", ...]:
    from daemon.simulate.load_file import read_load
    from daemon.simulate.synthetic import synthetic

    written = read_load(wish.load, config) if wish.load else ()
    outside = sum(not span.first <= event.at <= span.last for event in written)
    if outside:
        note(f"supportd: warning: {outside} events of {wish.load} lie outside --from and --to, and do not happen")
    return (*written, *synthetic(config, span, cases=wish.cases, seed=wish.seed))


def _write_calendar(rehearsal: "Rehearsal", connection: Any, file: Path, span: "Span") -> None:
    from daemon.simulate.agenda import calendar_of

    try:
        file.write_bytes(calendar_of(rehearsal, connection, stamp=span.first))
    except OSError as trouble:
        raise Permanent(f"{file}: {trouble.strerror}") from trouble


def _print(line: "Line") -> None:
    if choices().json:
        print_line(line)
        return
    what = f"{line.kind} → {line.to}" if line.to else line.detail
    click.echo(f"{shown(line.at)}  {line.action:<18}  {line.case:<10}  {shown(what)}".rstrip())
