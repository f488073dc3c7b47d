"""A load out of a seed: so many cases over a time, each living one of a few plausible lives.

Requests come mostly in the business hours, agents answer in them, some things are late and some people silent: every
rule of R3, R4, R5 and R6 gets its share.  The same seed gives the same load.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from daemon.model.people import Customer, Mpoc, Role
from daemon.model.setup import Config
from daemon.rules.business_time import is_business_day, next_business_day, next_open
from daemon.simulate.load_events import ASSIGNEE, AgentEvent, LoadEvent, MailEvent
from daemon.simulate.rehearsal import Span

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SUBJECTS = (
    "Phones in the meeting rooms are silent",
    "Calls drop on transfer",
    "Voicemail lamp stays on",
    "Messenger does not connect",
    "No dial tone at the front desk",
    "Fax to mail arrives late",
    "Call quality is poor since this morning",
    "Cannot log in to the portal",
)
OFF_HOURS_SHARE = 0.25
CONFIRMATION = "Thank you, it works again."


@dataclass(frozen=True, slots=True)
class Life:
    """A case whose story is being written."""

    chance: random.Random
    config: Config
    opening: MailEvent

    def writes(self, at: datetime, text: str, to_plus: str = "") -> MailEvent:
        """The contact answers."""
        return MailEvent(at=at, sender=self.opening.sender, answers=self.opening.label, text=text, to_plus=to_plus)

    def does(self, at: datetime, text: str, *commands: str) -> AgentEvent:
        """The case's technician does something."""
        return AgentEvent(at=at, agent=ASSIGNEE, case=self.opening.label, commands=commands, text=text)

    def worked(self, after: datetime, mean: timedelta) -> datetime:
        """Return when an agent gets round to it: some time after, in business hours."""
        at = after + self.some(mean)
        plan = self.config.plan
        opens = next_open(plan.business, at, plan.zone)
        return at if opens == at else opens + self.some(HOUR)

    def some(self, mean: timedelta) -> timedelta:
        """Return a span that is short more often than long, a minute at least."""
        seconds = self.chance.expovariate(1 / mean.total_seconds())
        return timedelta(seconds=max(60, min(int(seconds), int(8 * mean.total_seconds()))))


Story = Callable[[Life], Iterator[LoadEvent]]


def quick(life: Life) -> Iterator[LoadEvent]:
    """Answered, done, confirmed; or nobody confirms, and it closes by itself (R4.4)."""
    at = life.worked(life.opening.at, 2 * HOUR)
    yield life.does(at, "We are looking at it.")
    at = life.worked(at, 5 * HOUR)
    yield life.does(at, "It is mended.", "status resolved")
    if life.chance.random() < 0.6:
        yield life.writes(at + life.some(3 * HOUR), CONFIRMATION)


def asked_back(life: Life) -> Iterator[LoadEvent]:
    """The agent asks; the customer answers soon, late or never (R6)."""
    at = life.worked(life.opening.at, 3 * HOUR)
    yield life.does(at, "Which floor is it?", "waiting")
    if life.chance.random() < 0.25:
        return
    answered = at + life.some(12 * HOUR)
    yield life.writes(answered, "It is the second floor.")
    yield life.does(life.worked(answered, 4 * HOUR), "Done and tested.", "status closed")


def urgent(life: Life) -> Iterator[LoadEvent]:
    """Raised to P1 or P2 by phone; updates by the hour, some of them late (R3.3, R3.9)."""
    at = life.opening.at + life.some(12 * MINUTE)
    level = life.chance.choice((1, 2))
    yield life.does(at, "We work on it at once.", f"priority {level}")
    for _ in range(life.chance.randint(1, 4)):
        at += (50 if level == 1 else 105) * MINUTE + life.some(8 * MINUTE)
        yield life.does(at, "Still at it; here is what we know.")
    if life.chance.random() < 0.4:
        yield life.writes(at + 5 * MINUTE, "How long will it take?")
    yield life.does(at + 15 * MINUTE, "The line is back.", "status resolved")
    yield life.writes(at + life.some(2 * HOUR) + 15 * MINUTE, CONFIRMATION)


def held(life: Life) -> Iterator[LoadEvent]:
    """Put off to a date (R4.3), then done."""
    at = life.worked(life.opening.at, 4 * HOUR)
    until = at + life.chance.randint(2, 12) * DAY
    yield life.does(at, "The part comes next week.", f"hold {until.astimezone(life.config.plan.zone):%Y-%m-%d}")
    yield life.does(life.worked(until + DAY, 6 * HOUR), "Done and tested.", "status closed")


def neglected(life: Life) -> Iterator[LoadEvent]:
    """Nobody answers for days: reminders, a breach (R3.3); the customer asks after it."""
    late = life.opening.at + life.chance.randint(2, 5) * DAY
    yield life.writes(late - 6 * HOUR, "Is anybody there?")
    yield life.does(life.worked(late, 4 * HOUR), "We are sorry. Done and tested.", "status closed")


def reopened(life: Life) -> Iterator[LoadEvent]:
    """Closed, and down again within the seven days or later (R5.1, R5.2)."""
    at = life.worked(life.opening.at, 3 * HOUR)
    yield life.does(at, "Done and tested.", "status closed")
    again = at + life.chance.randint(1, 12) * DAY
    label = f"{life.opening.label}+"
    yield MailEvent(at=again, sender=life.opening.sender, answers=life.opening.label, label=label, text="Down again.")
    done = life.worked(again, 4 * HOUR)
    yield AgentEvent(
        at=done, agent=ASSIGNEE, case=label, commands=("status closed",), text="Now it is done and tested."
    )


STORIES: tuple[tuple[float, Story], ...] = (
    (0.38, quick),
    (0.27, asked_back),
    (0.10, urgent),
    (0.10, held),
    (0.07, neglected),
    (0.08, reopened),
)


def synthetic(config: Config, span: Span, *, cases: int, seed: int) -> tuple[LoadEvent, ...]:
    """Return the events of `cases` cases that are opened within a span, in order of time; none lies beyond it."""
    chance = random.Random(seed)  # noqa: S311 - a rehearsal repeats; nothing here is secret
    contacts = [(customer, mpoc) for customer in config.directory.customers for mpoc in _writers(customer)]
    weights, stories = zip(*STORIES, strict=True)
    events: list[LoadEvent] = []
    for number in range(1, cases + 1) if contacts else ():
        opening = _opening(config, span, contacts=contacts, chance=chance, number=number)
        (story,) = chance.choices(stories, weights)
        events += (opening, *story(Life(chance, config, opening)))
    return tuple(sorted((event for event in events if event.at <= span.last), key=lambda event: event.at))


def _writers(customer: Customer) -> tuple[Mpoc, ...]:
    return customer.with_role(Role.PRIMARY) + customer.with_role(Role.CASE) or customer.mpocs


def _opening(
    config: Config, span: Span, *, contacts: list[tuple[Customer, Mpoc]], chance: random.Random, number: int
) -> MailEvent:
    _, mpoc = chance.choice(contacts)
    subject = f"{chance.choice(SUBJECTS)} ({number})"
    at = _moment(config, span, chance)
    return MailEvent(at=at, sender=mpoc.email, subject=subject, text="Please help.", label=f"case {number}")


def _moment(config: Config, span: Span, chance: random.Random) -> datetime:
    """Return an instant of the span, in the day more often than at night or on a weekend."""
    at = span.first + timedelta(seconds=int(chance.random() * (span.last - span.first).total_seconds()))
    if chance.random() < OFF_HOURS_SHARE:
        return at
    calendar, zone = config.plan.business, config.plan.zone
    day = at.astimezone(zone).date()
    day = day if is_business_day(calendar, day) else next_business_day(calendar, day)
    hour, minute = chance.choice((8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16)), chance.randrange(60)
    within = datetime.combine(day, time(hour, minute, chance.randrange(60)), tzinfo=zone)
    return min(max(within.astimezone(UTC), span.first), span.last)
