"""What is told of one step of a maintenance window, to whom, and what is remembered of it (R11.2, R11.7).

News go to the contacts of customers with an affected product; corrections to exactly those who were told something else
before.  Whom a change leaves out hears that their services are not affected any more: for them it is cancelled.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.charter import Charter
from daemon.model.desk_effect import NoteTold
from daemon.model.effect import Effect, Queue
from daemon.model.notice import Notice, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Directory
from daemon.model.subscriber import Scope, ScopeKind, Subscriber
from daemon.model.window import Told, Window
from daemon.rules.maintenance.contacts import concerned, contacts_with
from daemon.rules.maintenance.known import (
    CANCELLED,
    CHANGED,
    CORRECTIONS,
    END,
    FOLLOW_UP,
    PUBLIC,
    START,
    UNAFFECTED,
    expects,
    knows,
    knows_other_times,
    last_told,
)
from daemon.rules.notices import YES, notice, to_mpoc, to_outsider
from daemon.rules.status_links import links_of

_AHEAD = (NoticeKind.MAINTENANCE_AHEAD, "ahead")
_STEPS: dict[str, tuple[NoticeKind, str]] = {
    START: (NoticeKind.MAINTENANCE_BEGUN, "begun"),
    END: (NoticeKind.MAINTENANCE_ENDED, "ended"),
    CHANGED: (NoticeKind.MAINTENANCE_CHANGED, "changed"),
    CANCELLED: (NoticeKind.MAINTENANCE_CANCELLED, "cancelled"),
    UNAFFECTED: (NoticeKind.MAINTENANCE_CANCELLED, "unaffected"),
    FOLLOW_UP: (NoticeKind.MAINTENANCE_FOLLOW_UP, ""),
}
"""What a step sends to contacts, and its name for subscribers (empty: they are not told); any other is `_AHEAD`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One step of a window that is to be told at an instant."""

    window: Window
    step: str
    now: datetime
    told: tuple[Told, ...] = ()  # all that was told of this window before, the oldest first
    bounced: frozenset[str] = frozenset()  # addresses whose mail bounces (S3.4)
    subscribers: tuple[Subscriber, ...] = ()  # who wants to hear of one of its products (R8.2)
    knowing: frozenset[str] = frozenset()  # addresses that are left out: they have been told just this
    text: str = ""  # of a follow-up (R11.3)
    author: str = ""  # display name of who wrote `text`

    @property
    def sequence(self) -> int:
        """Return the number of the calendar event: it grows when something else is told than before (RFC 5546)."""
        last = max((told.sequence for told in self.told), default=0)
        newest = (told for told in self.told if told.sequence == last)
        return last if all(knows(told, self.window) for told in newest) else last + 1


@dataclass(frozen=True, slots=True)
class _Round:
    """What the mails of one telling have in common."""

    telling: Telling
    charter: Charter
    sequence: int
    event: str  # begins the keys of its notices

    def for_reader(self, address: str) -> "_Round":
        """Return what is told to one of them: whom a change leaves out, that it does not concern them any more."""
        telling = self.telling
        if telling.step != CHANGED or concerned(address, telling.window.work.products, self.charter.directory):
            return self
        return self.as_unaffected()

    def as_unaffected(self) -> "_Round":
        """Return what is told to somebody whom a change leaves out."""
        return replace(self, telling=replace(self.telling, step=UNAFFECTED))


def tell(telling: Telling, charter: Charter) -> tuple[Effect, ...]:
    """Return the mails of a step, and for each what is to be remembered of it; nobody gets the same one twice."""
    before, sequence = last_told(telling.told), telling.sequence
    round_ = _Round(telling, charter, sequence, _event(telling, sequence))
    effects: list[Effect] = []
    for reader in _readers(telling, before, charter.directory):
        own, known = round_.for_reader(reader.address), before.get(reader.address)
        counts_on_it = known is None or own.telling.step != UNAFFECTED or expects(known)
        effects += [Queue(notice=_notice(own, reader, known))] if counts_on_it else []
        effects.append(_note(own, reader.address))
    known, got_it = before.get(PUBLIC), frozenset(_addresses(effects))
    if not _concerns_public(telling, known):
        return tuple(effects)
    subscribers = (one for one in telling.subscribers if one.address not in got_it)
    public = [Queue(notice=made) for one in subscribers if (made := _public_notice(round_, one, known))]
    is_told = public or telling.step in CORRECTIONS
    return (*effects, *public, _note(round_, PUBLIC)) if is_told else tuple(effects)


def people_told(effects: tuple[Effect, ...]) -> int:
    """Return how many contacts are told by these effects; the subscribers of the status page are not counted."""
    return sum(isinstance(effect, NoteTold) and effect.told.address != PUBLIC for effect in effects)


def names_of(products: tuple[str, ...], directory: Directory) -> str:
    """Return the names of products, one a line."""
    names = {product.id: product.name for product in directory.products}
    return "\n".join(names.get(product, product) for product in products)


def work_facts(window: Window, directory: Directory) -> dict[str, str]:
    """Return what every notice tells of a window (R11.2)."""
    work = window.work
    return {
        "window": work.name,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "products": names_of(work.products, directory),
        "impact": work.impact.value,
        "description": work.description,
        "reason": work.reason,
    }


def _addresses(effects: Iterable[Effect]) -> Iterator[str]:
    return (effect.notice.to.address for effect in effects if isinstance(effect, Queue))


def _readers(telling: Telling, before: dict[str, Told], directory: Directory) -> Iterator[Recipient]:
    if telling.step in CORRECTIONS:
        yield from _misled(telling, before, directory)
        return
    for mpoc in contacts_with(telling.window.work.products, directory, telling.bounced):
        if mpoc.email not in telling.knowing:
            yield to_mpoc(mpoc)


def _misled(telling: Telling, before: dict[str, Told], directory: Directory) -> Iterator[Recipient]:
    """Give those who were told something else, in the order in which they were, contacts still or not (R11.7)."""
    for address, told in before.items():
        if address == PUBLIC or knows(told, telling.window):
            continue
        listed = directory.mpoc(address)
        domain = address.rpartition("@")[2]
        yield to_mpoc(listed[1]) if listed else to_outsider(address, directory.customer_of_domain(domain))


def _notice(round_: _Round, to: Recipient, known: Told | None) -> Notice:
    telling = round_.telling
    kind, _ = _STEPS.get(telling.step, _AHEAD)
    made = notice(
        kind,
        to,
        case=None,
        event=round_.event,
        facts=_facts(round_, known),
        text=telling.text,
        author=telling.author,
        subject=_subject(round_),
    )
    return replace(made, key=f"{round_.event}:{to.address}")


def _facts(round_: _Round, known: Told | None) -> dict[str, str]:
    """Return every fact that a notice of any kind may carry; of what is cancelled, as its reader knows it."""
    telling, charter = round_.telling, round_.charter
    window, domain = telling.window, charter.plan.provider.support_address.rpartition("@")[2]
    if known and telling.step == CANCELLED:
        window = replace(window, start=known.start, end=known.end)
    if known and telling.step == UNAFFECTED:
        window = replace(window, start=known.start, end=known.end, work=known.work)
    was = known if known and (telling.step == CHANGED or knows_other_times(known, window)) else None
    return {
        **work_facts(window, charter.directory),
        "was_start": was.start.isoformat() if was else "",
        "was_end": was.end.isoformat() if was else "",
        "late": YES if telling.now >= window.start else "",
        "again": YES if known and known.step == CANCELLED and telling.step == CHANGED else "",
        "unaffected": YES if telling.step == UNAFFECTED else "",
        "unscheduled": YES if window.announced_at else "",
        "uid": f"{window.key}@{domain}",
        "sequence": str(round_.sequence),
    }


def _event(telling: Telling, sequence: int) -> str:
    """Return what begins the keys of a telling's notices: of several follow-ups each is another one."""
    before = len({told.at for told in telling.told if told.step == FOLLOW_UP}) if telling.step == FOLLOW_UP else 0
    return f"window {telling.window.key} {telling.step} {sequence}{f'.{before}' if before else ''}"


def _subject(round_: _Round) -> str:
    window, zone = round_.telling.window, round_.charter.plan.zone
    return f"{window.work.name} {window.start.astimezone(zone).date().isoformat()}"


def _note(round_: _Round, address: str) -> NoteTold:
    telling, window = round_.telling, round_.telling.window
    told = Told(
        window=window.key,
        address=address,
        step=telling.step,
        at=telling.now,
        start=window.start,
        end=window.end,
        work=window.work,
        sequence=round_.sequence,
    )
    return NoteTold(told=told)


# --- the subscribers of the status page ---------------------------------------------------------------------------


def _concerns_public(telling: Telling, known: Told | None) -> bool:
    """Tell whether subscribers are told of a step; corrections go to them only where they were told before."""
    _, step = _STEPS.get(telling.step, _AHEAD)
    if telling.step in CORRECTIONS:
        return known is not None and not knows(known, telling.window)
    return bool(step) and PUBLIC not in telling.knowing


def _public_notice(round_: _Round, subscriber: Subscriber, known: Told | None) -> Notice | None:
    """Return the mail to a subscriber; None: there is no page any more, or they want none of these products."""
    telling, plan = round_.telling, round_.charter.plan
    scopes = _scopes(telling, subscriber, known)
    if not scopes or not plan.status_url:
        return None
    if telling.step == CHANGED and scopes[0].of not in telling.window.work.products:
        round_ = round_.as_unaffected()
    _, step = _STEPS.get(round_.telling.step, _AHEAD)
    made = notice(
        NoticeKind.STATUS_MAINTENANCE,
        Recipient(subscriber.address, "", subscriber.language, plan.zone.key),
        case=None,
        event=round_.event,
        facts={**_facts(round_, known), **links_of(subscriber, scopes, plan), "step": step},
        subject=_subject(round_),
    )
    return replace(made, key=f"{round_.event}:{subscriber.address}")


def _scopes(telling: Telling, subscriber: Subscriber, known: Told | None) -> tuple[Scope, ...]:
    """Return their subscriptions to one of the products: first those that are affected now, then as they were told."""
    told = known.work.products if known and telling.step in CORRECTIONS else ()
    products = dict.fromkeys((*telling.window.work.products, *told))
    chosen = {scope.of: scope for scope in subscriber.scopes if scope.kind is ScopeKind.PLATFORM}
    return tuple(chosen[product] for product in products if product in chosen)
