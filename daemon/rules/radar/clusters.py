"""The radar: mails of several customers of the last hour that look alike, more than is usual (R7).

It only finds.  What makes a cluster of mails:

- A telling word (`radar_words`) that more customers use in this window than is usual is its seed; a product counts as
  one word, however it is called.
- Its words are those that many of the seed's customers use and that are rarer otherwise; its mails are all that have
  two of them at least, so that different wordings meet.
- Every customer counts once, however many mails they write.
- Such mails must be so many that what is usual does not explain them: the chance of so many customers in this window,
  where the last weeks had `usual` of them, is at most `CHANCE`, in the whole window or in the last third of it; and
  where many such came about a month ago within an hour (invoices), they are clearly more than those.

The figures are chosen by `benchmarks/radar.py` (docs/decisions/0047).  The work grows with the words of the window's
mails, of which the newest `MOST_MAILS` count; no two mails are compared with each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.plan import RadarPolicy
from daemon.model.radar import Cluster, Listened
from daemon.rules.radar.past import Past, chance, usual
from daemon.rules.radar.words import PRODUCT

MOST_MAILS = 500
MOST_SEEDS = 12
CHANCE = 1e-6
CHANCE_WHEN_YOUNG = 5e-7
"""In the first week nothing is known of what comes every week."""
FEW = {2: 3000.0, 3: 150.0, 4: 50.0}
"""Few customers agree by accident in more ways: their chance counts so many times."""
CHANCE_ON_BUSIEST = 1e-4
CORE = 0.6
"""One word at least must be so large a part of the customers'."""
STRETCHES = 3
"""The last of so many parts of the window is looked at by itself: trouble makes many write at once."""
CHANCE_OF_SEED = 0.02
"""How unlikely so many users of a word must be, for a cluster to be looked for around it."""
SHARED_BY = 0.3
"""A word belongs to a cluster where so large a part of the seed's customers use it."""
SHAPES = ((3, 2), (5, 2), (8, 2), (10, 3))
"""So many of the most telling words, and how many of them a mail must have: the least likely one counts."""
COMMON = 0.5
MOST_STEMS = 10
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
    hourly: float  # how many customers write in such an hour, or do in this one


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
    return _Scene(window, policy, holders, max(writers, window.past.hourly(window.since, window.now)))


def _least_likely(scene: _Scene) -> Cluster | None:
    judged = (_judge(stems, least, scene) for stems, least in _shapes(scene))
    found = [one for one in judged if one is not None]
    return min(found, key=lambda one: (one.chance, -len(one.stems), one.stems), default=None)


def _shapes(scene: _Scene) -> set[tuple[tuple[str, ...], int]]:
    """Return the sets of words around every seed."""
    found = set()
    for seed in _seeds(scene):
        stems = _telling(seed, scene)
        found |= {(stems[:many], least) for many, least in SHAPES if len(stems) >= least}
    return found


def _seeds(scene: _Scene) -> tuple[str, ...]:
    """Return the words that more customers use than is usual, the least likely first."""
    several = max(2, scene.policy.customers - 1)
    new = {stem for mail in scene.window.mails if mail.message > scene.window.looked_at for stem in mail.words}
    used = ((stem, len(scene.holders[stem])) for stem in new)
    judged = [(chance(many, _share(stem, scene) * scene.hourly), stem) for stem, many in used if many >= several]
    return tuple(stem for likely, stem in sorted(judged)[:MOST_SEEDS] if likely <= CHANCE_OF_SEED)


def _share(stem: str, scene: _Scene) -> float:
    return scene.window.past.share(scene.window.past.holding(stem))


def _telling(seed: str, scene: _Scene) -> tuple[str, ...]:
    """Return the words that the seed's customers share, the most telling first: used by many, rare otherwise."""
    users: dict[str, set[str]] = defaultdict(set)
    for mail in scene.window.mails:
        if seed in mail.words:
            for stem in mail.words:
                users[stem].add(mail.customer)
    least = max(2, SHARED_BY * len(users[seed]))
    judged = (
        (chance(len(scene.holders[stem]), _share(stem, scene) * scene.hourly), stem)
        for stem, who in users.items()
        if len(who) >= least
    )
    return tuple(stem for likely, stem in sorted(judged) if likely < COMMON or stem.startswith(PRODUCT))[:MOST_STEMS]


def _judge(stems: tuple[str, ...], least: int, scene: _Scene) -> Cluster | None:
    """Return a cluster, where what is usual does not explain it."""
    window = scene.window
    mails = tuple(mail for mail in window.mails if sum(stem in mail.words for stem in stems) >= least)
    customers = len({mail.customer for mail in mails})
    if customers < scene.policy.customers:
        return None
    if max(len({mail.customer for mail in mails if stem in mail.words}) for stem in stems) < CORE * customers:
        return None
    before = window.past.alike(stems, least=least, until=window.since)
    others = len({mail.customer for mail in window.mails}) - customers
    known = usual(window.past, before, since=window.since, now=window.now, others=others)
    likely = min(_likely(customers, known.now), _likely(_lately(mails, window), known.now / STRETCHES))
    limit = CHANCE if window.past.weeks(window.now) else CHANCE_WHEN_YOUNG
    if likely > limit or chance(customers, known.busiest) > CHANCE_ON_BUSIEST:
        return None
    return replace(_cluster(mails, stems), chance=likely, usual=known.now)


def _likely(customers: int, mean: float) -> float:
    """Return how likely so many are, weighed: few customers agree by accident in more ways."""
    return chance(customers, mean) * FEW.get(customers, 1.0)


def _lately(mails: tuple[Listened, ...], window: Window) -> int:
    """Return how many customers wrote in the last stretch of the window: trouble makes many write at once."""
    since = window.now - (window.now - window.since) / STRETCHES
    return len({mail.customer for mail in mails if mail.at >= since})


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
