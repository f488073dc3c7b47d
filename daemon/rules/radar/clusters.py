"""The radar: mails of several customers of the last hour that look alike, more than is usual (R7).

It only finds.  What makes a cluster of mails:

- A telling word (`words`) that more customers use in this window than is usual is its seed; a product counts as one
  word, however it is called, and so does a kind of trouble.
- Its words are the few least likely ones that many of the seed's customers use; its mails are all that have two of
  them at least, or three, or all, so that different wordings meet.
- Every customer counts once, however many mails they write.
- Such mails must be so many that what is usual does not explain them: the chance of so many customers in this window,
  or in the last part of it, where the last weeks had so many of them, is at most `CHANCE`; less in a new desk's weeks,
  more where a product or a kind of trouble is among the words.  And where many such came on this day a month ago
  (invoices), they are clearly more than those.

The figures are chosen by `benchmarks/radar.py` (docs/decisions/0047).  The work grows with the words of the window's
mails, of which the newest `MOST_MAILS` count; no two mails are compared with each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.plan import RadarPolicy
from daemon.model.radar import Cluster, Listened
from daemon.rules.radar.past import WEEKS, Past, chance, most_a_month_ago, usual
from daemon.rules.radar.words import PRODUCT, TROUBLE

MOST_MAILS = 500
MOST_SEEDS = 12
CHANCE = 2e-8
CHANCE_ON_BUSIEST = 1e-4
FIRST_WEEK = 0.5
"""So many weeks are known in the first one."""
LIKELIER = 15.0
"""So much more are mails that share a product, or a kind of trouble, likely to be of one trouble than others are."""
STRETCHES = (1, 2, 4, 8)
"""The last of so many parts of the window is looked at by itself: trouble makes many write at once."""
CHANCE_OF_SEED = 0.005
"""How unlikely so many users of a word must be, for a cluster to be looked for around it."""
SHARED_BY = 0.5
"""A word belongs to a cluster where so large a part of the seed's customers use it."""
MOST_STEMS = 4
LEAST_STEMS = 2
"""A mail has so many of a cluster's words at least."""
MOST_SHOWN = 6
MOST_CLUSTERS = 5


@dataclass(frozen=True, slots=True)
class Window:
    """The mails of the last hour, and those of the weeks before."""

    mails: tuple[Listened, ...]  # the oldest first
    past: Past
    since: datetime
    now: datetime
    looked_at: int = 0  # mails up to this one were looked at before: what is new must be part of a cluster


@dataclass(frozen=True, slots=True)
class _Scene:
    """A window, with what is counted in it once."""

    window: Window
    policy: RadarPolicy
    holders: dict[str, set[str]]  # stem → the customers who use it
    writers: int  # how many customers write in this window
    hourly: float  # and in such an hour, where that is more


def clusters(window: Window, policy: RadarPolicy) -> tuple[Cluster, ...]:
    """Return the clusters of a window, the least likely first; no mail is in two of them."""
    left = window.mails[-MOST_MAILS:]
    found: list[Cluster] = []
    while len(found) < MOST_CLUSTERS:
        cluster = _least_likely(_scene(replace(window, mails=left), policy))
        if cluster is None:
            break
        found.append(cluster)
        taken = {mail.message for mail in cluster.mails}
        left = tuple(mail for mail in left if mail.message not in taken)
    return tuple(found)


def _scene(window: Window, policy: RadarPolicy) -> _Scene:
    holders: dict[str, set[str]] = defaultdict(set)
    for mail in window.mails:
        for stem in mail.words:
            holders[stem].add(mail.customer)
    writers = len({mail.customer for mail in window.mails})
    return _Scene(window, policy, holders, writers, max(writers, window.past.hourly(window.since, window.now)))


def _least_likely(scene: _Scene) -> Cluster | None:
    sets = {_telling(seed, scene) for seed in _seeds(scene)}
    judged = (_judge(stems, least, scene) for stems in sets for least in range(LEAST_STEMS, len(stems) + 1))
    found = [one for one in judged if one is not None]
    return min(found, key=lambda one: (one.chance, -len(one.mails), one.stems), default=None)


def _seeds(scene: _Scene) -> tuple[str, ...]:
    """Return the words that more customers use than is usual, the least likely first."""
    several = max(2, scene.policy.customers - 1)
    new = {stem for mail in scene.window.mails if mail.message > scene.window.looked_at for stem in mail.words}
    judged = sorted((_chance_of(stem, scene), stem) for stem in new if len(scene.holders[stem]) >= several)
    return tuple(stem for likely, stem in judged[:MOST_SEEDS] if likely <= CHANCE_OF_SEED)


def _chance_of(stem: str, scene: _Scene) -> float:
    """Return how likely it is that so many customers use a word."""
    past, seen = scene.window.past, scene.window.past.holding(stem)
    return chance(len(scene.holders[stem]), past.share(seen) * scene.hourly, seen=seen)


def _telling(seed: str, scene: _Scene) -> tuple[str, ...]:
    """Return the words that the seed's customers share, the least likely first; one product at most."""
    users: dict[str, set[str]] = defaultdict(set)
    for mail in scene.window.mails:
        if seed in mail.words:
            for stem in mail.words:
                users[stem].add(mail.customer)
    least = max(2, SHARED_BY * len(users[seed]))
    judged = sorted((_chance_of(stem, scene), stem) for stem, who in users.items() if len(who) >= least)
    other_products = [stem for _, stem in judged if stem.startswith(PRODUCT)][1:]
    return tuple(stem for _, stem in judged if stem not in other_products)[:MOST_STEMS]


def _judge(stems: tuple[str, ...], least: int, scene: _Scene) -> Cluster | None:
    """Return a cluster, where what is usual does not explain it."""
    window = scene.window
    mails = tuple(mail for mail in window.mails if _belongs(mail, stems, least))
    customers = len({mail.customer for mail in mails})
    if customers < scene.policy.customers:
        return None
    before = window.past.alike(stems, least=least, until=window.since)
    known = usual(window.past, before, since=window.since, now=window.now, others=scene.writers - customers)
    likely = min(chance(_lately(mails, part, window), known.mean / part, seen=known.seen) for part in STRETCHES)
    if likely > _limit(stems, window) or _was_a_month_ago(customers, stems, window):
        return None
    return replace(_cluster(mails, stems), chance=likely, usual=known.mean)


def _belongs(mail: Listened, stems: tuple[str, ...], least: int) -> bool:
    """Tell whether a mail has so many of these words; one that names another product is of another trouble."""
    if sum(stem in mail.words for stem in stems) < least:
        return False
    product = {stem for stem in stems if stem.startswith(PRODUCT)}
    return not product or not mail.products or not product.isdisjoint(mail.words)


def _limit(stems: tuple[str, ...], window: Window) -> float:
    """Return how unlikely a cluster must be: with a short past, much is new that will prove usual."""
    known = max(window.past.weeks(window.now), FIRST_WEEK) / WEEKS
    marks = {stem[0] for stem in stems} & {PRODUCT, TROUBLE}
    return CHANCE * known**2 * LIKELIER ** len(marks)


def _lately(mails: tuple[Listened, ...], part: int, window: Window) -> int:
    """Return how many customers wrote in the last of so many parts of the window."""
    since = window.now - (window.now - window.since) / part
    return len({mail.customer for mail in mails if mail.at >= since})


def _was_a_month_ago(customers: int, stems: tuple[str, ...], window: Window) -> bool:
    """Tell whether mails a little like these were as many on this day of the last month."""
    alike = window.past.alike(stems, least=LEAST_STEMS, until=window.since)
    most = most_a_month_ago(alike, since=window.since, now=window.now)
    return most > 0 and chance(customers, most, seen=most) > CHANCE_ON_BUSIEST


def _cluster(mails: tuple[Listened, ...], stems: tuple[str, ...]) -> Cluster:
    products = Counter(product for mail in mails for product in mail.products)
    half = len(mails) / 2
    return Cluster(
        mails=mails,
        stems=stems,
        words=tuple(_as_written(mails, stems))[:MOST_SHOWN],
        products=tuple(product for product, many in products.most_common() if many >= half),
        chance=1.0,
        usual=0.0,
    )


def _as_written(mails: tuple[Listened, ...], stems: tuple[str, ...]) -> Iterator[str]:
    """Give the words as people wrote them, each in its commonest form."""
    for stem in stems:
        written = Counter(mail.words[stem] for mail in mails if stem in mail.words)
        if written and not stem.startswith(PRODUCT):
            yield written.most_common(1)[0][0]
