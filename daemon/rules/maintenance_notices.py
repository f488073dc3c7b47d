"""What is told of one step of a maintenance window, to whom, and what is remembered of it (R11.2, R11.7).

A step is `str(Lead)` ("1 week before"), `START`, `END`, `ANNOUNCED`, `CHANGED`, `CANCELLED` or `FOLLOW_UP`.  News go to
the contacts of customers with an affected product; corrections to exactly those who were told something else before.
"""

from collections.abc import Iterator
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
from daemon.rules.maintenance_contacts import contacts_of, customers_with
from daemon.rules.notices import YES, notice, to_mpoc, to_outsider
from daemon.rules.status_links import links_of

START = "start"
END = "end"
ANNOUNCED = "announced"
CHANGED = "changed"
CANCELLED = "cancelled"
FOLLOW_UP = "follow up"
CORRECTIONS = (CHANGED, CANCELLED)

PUBLIC = ""
"""Among the addresses that were told: the subscribers of the status page, of whom none is remembered by name."""

_AHEAD = (NoticeKind.MAINTENANCE_AHEAD, "ahead")
_STEPS: dict[str, tuple[NoticeKind, str]] = {
    START: (NoticeKind.MAINTENANCE_BEGUN, "begun"),
    END: (NoticeKind.MAINTENANCE_ENDED, "ended"),
    CHANGED: (NoticeKind.MAINTENANCE_CHANGED, "changed"),
    CANCELLED: (NoticeKind.MAINTENANCE_CANCELLED, "cancelled"),
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
        """Return the number of the calendar event: a correction raises it for everybody (RFC 5546)."""
        last = max((told.sequence for told in self.told), default=0)
        return last + 1 if self.step in CORRECTIONS else last


def tell(telling: Telling, charter: Charter) -> tuple[Effect, ...]:
    """Return the mails of a step, and for each what is to be remembered of it; nobody gets the same one twice."""
    before = last_told(telling.told)
    readers = tuple(_readers(telling, charter.directory))
    effects: list[Effect] = []
    for reader in readers:
        effects += (Queue(notice=_notice(telling, reader, charter)), _note(telling, reader.address))
    public = _for_public(telling, before, frozenset(reader.address for reader in readers))
    for subscriber in public if charter.plan.status_url else ():
        effects.append(Queue(notice=_public_notice(telling, subscriber, charter)))
    return (*effects, _note(telling, PUBLIC)) if public and charter.plan.status_url else tuple(effects)


def people_told(effects: tuple[Effect, ...]) -> int:
    """Return how many contacts are told by these effects; the subscribers of the status page are not counted."""
    return sum(isinstance(effect, NoteTold) and effect.told.address != PUBLIC for effect in effects)


def last_told(told: tuple[Told, ...]) -> dict[str, Told]:
    """Return what each address was told last."""
    return {one.address: one for one in told}


def knows(told: Told, window: Window) -> bool:
    """Tell whether what somebody was told of a window is still so (R11.7)."""
    if window.is_cancelled or told.step == CANCELLED:
        return window.is_cancelled == (told.step == CANCELLED)
    return (told.start, told.end, told.work) == (window.start, window.end, window.work)


def product_names(window: Window, directory: Directory) -> str:
    """Return the names of the products affected, one a line."""
    names = {product.id: product.name for product in directory.products}
    return "\n".join(names.get(product, product) for product in window.work.products)


def work_facts(window: Window, directory: Directory) -> dict[str, str]:
    """Return what every notice tells of a window (R11.2)."""
    work = window.work
    return {
        "window": work.name,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "products": product_names(window, directory),
        "impact": work.impact.value,
        "description": work.description,
        "reason": work.reason,
    }


def _readers(telling: Telling, directory: Directory) -> Iterator[Recipient]:
    if telling.step in CORRECTIONS:
        yield from _misled(telling, directory)
        return
    for customer in customers_with(telling.window.work.products, directory):
        for mpoc in contacts_of(customer, telling.bounced):
            if mpoc.email not in telling.knowing:
                yield to_mpoc(mpoc)


def _misled(telling: Telling, directory: Directory) -> Iterator[Recipient]:
    """Give those who were told something else, in the order in which they were, contacts still or not (R11.7)."""
    for address, told in last_told(telling.told).items():
        if address == PUBLIC or knows(told, telling.window):
            continue
        listed = directory.mpoc(address)
        domain = address.rpartition("@")[2]
        yield to_mpoc(listed[1]) if listed else to_outsider(address, directory.customer_of_domain(domain))


def _notice(telling: Telling, to: Recipient, charter: Charter) -> Notice:
    window, (kind, _) = telling.window, _STEPS.get(telling.step, _AHEAD)
    made = notice(
        kind,
        to,
        case=None,
        event=_event(telling),
        facts=_facts(telling, to.address, charter),
        text=telling.text,
        author=telling.author,
        subject=_subject(window, charter),
    )
    return replace(made, key=f"{_event(telling)}:{to.address}")


def _facts(telling: Telling, address: str, charter: Charter) -> dict[str, str]:
    """Return every fact that a notice of any kind may carry; those of another kind are left out."""
    window, domain = _as_known(telling, address), charter.plan.provider.support_address.rpartition("@")[2]
    return {
        **work_facts(window, charter.directory),
        **_was(telling, address),
        "late": YES if telling.now >= window.start else "",
        "unscheduled": YES if window.announced_at else "",
        "uid": f"{window.key}@{domain}",
        "sequence": str(telling.sequence),
    }


def _as_known(telling: Telling, address: str) -> Window:
    """Return the window as a mail speaks of it: of a cancelled one, at the times that its reader was told."""
    told = last_told(telling.told).get(address)
    if told is None or telling.step != CANCELLED:
        return telling.window
    return replace(telling.window, start=told.start, end=told.end)


def _was(telling: Telling, address: str) -> dict[str, str]:
    told = last_told(telling.told).get(address)
    if told is None or telling.step != CHANGED:
        return {"was_start": "", "was_end": ""}
    return {"was_start": told.start.isoformat(), "was_end": told.end.isoformat()}


def _event(telling: Telling) -> str:
    return f"window {telling.window.key} {telling.step} {telling.sequence}"


def _subject(window: Window, charter: Charter) -> str:
    return f"{window.work.name} {window.start.astimezone(charter.plan.zone).date().isoformat()}"


def _note(telling: Telling, address: str) -> NoteTold:
    window = telling.window
    told = Told(
        window=window.key,
        address=address,
        step=telling.step,
        at=telling.now,
        start=window.start,
        end=window.end,
        work=window.work,
        sequence=telling.sequence,
    )
    return NoteTold(told=told)


# --- the subscribers of the status page ---------------------------------------------------------------------------


def _for_public(telling: Telling, before: dict[str, Told], got_it: frozenset[str]) -> tuple[Subscriber, ...]:
    """Return the subscribers to tell: corrections only where they were told before; nobody gets two mails of one."""
    _, step = _STEPS.get(telling.step, _AHEAD)
    known = before.get(PUBLIC)
    needs_none = known is None or knows(known, telling.window)
    if not step or PUBLIC in telling.knowing or (telling.step in CORRECTIONS and needs_none):
        return ()
    return tuple(one for one in telling.subscribers if one.address not in got_it and _scope(telling, one))


def _scope(telling: Telling, subscriber: Subscriber) -> Scope | None:
    """Return the first of their subscriptions that is about one of the window's products."""
    products = telling.window.work.products
    return next((s for s in subscriber.scopes if s.kind is ScopeKind.PLATFORM and s.of in products), None)


def _public_notice(telling: Telling, subscriber: Subscriber, charter: Charter) -> Notice:
    plan, scope = charter.plan, _scope(telling, subscriber)
    assert scope is not None, "chosen for it"
    _, step = _STEPS.get(telling.step, _AHEAD)
    facts = {**_facts(telling, PUBLIC, charter), **links_of(subscriber, scope, plan), "step": step}
    made = notice(
        NoticeKind.STATUS_MAINTENANCE,
        Recipient(subscriber.address, "", subscriber.language, plan.zone.key),
        case=None,
        event=_event(telling),
        facts=facts,
        subject=_subject(telling.window, charter),
    )
    return replace(made, key=f"{_event(telling)}:{subscriber.address}")
