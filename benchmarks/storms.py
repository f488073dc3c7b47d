"""Invented months of customers' mail for the radar, seeded: ordinary ones, and storms in them, in English and French.

An ordinary month has a daily and a weekly rhythm, customers who write a lot and many who seldom do, questions that
come by themselves again and again (passwords on Mondays, invoices on their day), the same faults as in storms, of one
customer alone, answers on cases, and names that few know.  A storm is one fault of several customers within the hour,
each in words of their own, some with slips, some forwarding what their monitoring said, half of them in one place.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.mail_pools import (
    ANSWERS,
    ASIDES,
    AT_PLACE,
    GREETINGS,
    PEOPLE,
    PLACES,
    SIGNED,
    SYLLABLES,
    THINGS,
    Topic,
)
from benchmarks.ordinary_words import ORDINARY
from daemon.model.people import Customer, Directory, Mpoc, Product, Role
from daemon.model.radar import Heard

CUSTOMERS = 150
NAMES = ("Acme", "Globex", "Initech", "Umbra", "Hooli", "Vandel", "Soylen", "Tyrel", "Wonka", "Stark", "Cyberd", "Duff")
KINDS = ("Clinic", "Bank", "Hotels", "Logistics", "Schools", "Printing", "Foods", "Legal", "Motors", "Travel", "Energy")
RHYTHM = (1, 1, 1, 1, 1, 2, 6, 20, 45, 60, 55, 45, 30, 40, 50, 50, 40, 30, 12, 6, 4, 3, 2, 1)
WEEKDAYS = (1.25, 1.05, 1.0, 1.0, 0.9, 0.12, 0.08)
INVOICE_DAY = 27
SAYS_WHERE = 0.4
"""So many of those with a fault say where it is."""
HOUR = timedelta(hours=1)


def directory() -> Directory:
    """Return whom the invented desk knows; its products are named in both languages."""
    return Directory(
        customers=tuple(_customer(number) for number in range(CUSTOMERS)),
        agents=(),
        teams=(),
        products=(
            Product(
                "voice", "Voice", ("phone", "phones", "call", "calls", "trunk", "SIP", "téléphone", "appels", "VoIP")
            ),
            Product("internet", "Internet", ("internet", "circuit", "fiber", "fibre", "WAN")),
            Product("portal", "Portal", ("portal", "login", "portail")),
            Product("chat", "Chat", ("chat", "messenger")),
        ),
        default_team="",
    )


def _customer(number: int) -> Customer:
    domain, name = (
        f"customer{number}.example",
        f"{NAMES[number % len(NAMES)]} {KINDS[number // len(NAMES) % len(KINDS)]}",
    )
    person = PEOPLE[number % len(PEOPLE)]
    contact = Mpoc(person, f"it@{domain}", frozenset({Role.PRIMARY}), language=language_of(number))
    return Customer(id=f"c{number}", name=f"{name} {number}", domains=(domain,), mpocs=(contact,))


def language_of(number: int) -> str:
    """Return the language that a customer writes: three of ten French."""
    return "fr" if number % 10 in (2, 5, 8) else "en"


@dataclass(frozen=True, slots=True)
class Told:
    """One storm as it truly was."""

    start: datetime
    kind: str
    customers: int
    messages: frozenset[int]


@dataclass(slots=True)
class Month:
    """A stream of mails; `storms` says which of them belong together."""

    mails: list[Heard] = field(default_factory=list)
    storms: list[Told] = field(default_factory=list)


@dataclass(slots=True)
class _Author:
    """Writes mails from pools of words, with one source of chance."""

    chance: random.Random
    weights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.weights = [1 / (rank + 8) for rank in range(CUSTOMERS)]

    def anybody(self) -> int:
        return self.chance.choices(range(CUSTOMERS), self.weights)[0]

    def filled(self, text: str) -> str:
        place, thing = self.chance.choice(PLACES), self.chance.choice(THINGS)
        person, number = self.chance.choice(PEOPLE), self.chance.randint(2, 9999)
        hour, name = f"{number % 24}:{number % 60:02}", "".join(self.chance.choices(SYLLABLES, k=3)).capitalize()
        return text.format(place=place, thing=thing, person=person, number=number, hour=hour, name=name)

    def mail(self, topic: Topic, language: str, *, place: str = "") -> tuple[str, str]:
        """Return a subject and a text on a topic, as somebody may write it."""
        said = topic.said[language]
        subject = self.chance.choice(said.subjects)
        many = self.chance.choice((0, 1, 1, 1, 2, 2, 2, 3))
        lines = self.chance.sample(said.sentences, min(many, len(said.sentences)))
        if topic.monitoring and self.chance.random() < SAYS_WHERE:
            lines.append(self.chance.choice(AT_PLACE[language]).replace("{place}", place or "{place}"))
        if self.chance.random() < 0.5:
            lines += self.chance.sample(ASIDES[language], self.chance.randint(1, 2))
        text = (
            f"{self.chance.choice(GREETINGS[language])}\n\n{' '.join(lines)}\n\n{self.chance.choice(SIGNED[language])}"
        )
        return self.slip(self.filled(subject)), self.slip(self.filled(text))

    def slip(self, text: str) -> str:
        """Return a text with a typing slip in some of its longer words."""
        words = text.split(" ")
        for at, word in enumerate(words):
            if len(word) > 5 and word.isalpha() and self.chance.random() < 0.03:
                cut = self.chance.randrange(1, len(word) - 2)
                words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
        return " ".join(words)


def ordinary(seed: int, *, first: date, days: int, a_day: int) -> Month:
    """Return days of mail without a storm."""
    author, month = _Author(random.Random(seed)), Month()
    times = sorted(at for day in range(days) for at in _times(author.chance, first + timedelta(days=day), a_day))
    for at in times:
        _write(month, author, at)
    return _in_order(month)


def _times(chance: random.Random, day: date, a_day: int) -> Iterator[datetime]:
    """Give the instants of a day's mails: independent of each other, by the hour and the weekday."""
    mean = a_day * WEEKDAYS[day.weekday()]
    midnight = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    for _ in range(max(0, round(chance.gauss(mean, mean**0.5)))):
        hour = chance.choices(range(24), RHYTHM)[0]
        yield midnight + timedelta(hours=hour, seconds=chance.randrange(3600))
    if day.day == INVOICE_DAY:
        for _ in range(a_day // 5):
            yield midnight + timedelta(hours=9, seconds=int(chance.expovariate(1 / 5400)))


def _write(month: Month, author: _Author, at: datetime) -> None:
    number = author.anybody()
    language = language_of(number)
    is_invoice = at.day == INVOICE_DAY and 9 <= at.hour <= 13 and author.chance.random() < 0.5
    if not is_invoice and author.chance.random() < 0.45:
        subject, text = "", author.slip(author.filled(author.chance.choice(ANSWERS[language])))
        if author.chance.random() < 0.4:
            again = _topic(author.chance, at, is_invoice=False).said[language].sentences
            text += " " + author.filled(author.chance.choice(again))
    else:
        topic = _topic(author.chance, at, is_invoice=is_invoice)
        subject, text = author.mail(topic, language)
    month.mails.append(_heard(len(month.mails), number, at, subject, text))


def _topic(chance: random.Random, at: datetime, *, is_invoice: bool) -> Topic:
    if is_invoice:
        return next(topic for topic in ORDINARY if topic.name == "invoice")
    weights = [
        topic.weight * (5 if topic.name == "password" and at.weekday() == 0 and at.hour < 11 else 1)
        for topic in ORDINARY
    ]
    return chance.choices(ORDINARY, weights)[0]


def _heard(case: int, number: int, at: datetime, subject: str, text: str) -> Heard:
    return Heard(message=0, case=1000 + case, customer=f"c{number}", subject=subject, text=text, at=at)


def with_storm(month: Month, seed: int, *, at: datetime, customers: int, topics: tuple[Topic, ...]) -> None:
    """Add a storm to a month: so many customers, most of them soon after its beginning, all within the hour."""
    author = _Author(random.Random(seed))
    topic = author.chance.choice(topics)
    place = author.chance.choice(PLACES) if author.chance.random() < 0.5 else ""
    hit = author.chance.sample(range(CUSTOMERS), customers)
    added = []
    for number in hit:
        late = min(author.chance.expovariate(1 / 18), 57)
        subject, text = author.mail(topic, language_of(number), place=place)
        if author.chance.random() < 0.15:
            subject, text = (
                f"Fwd: {subject}",
                f"FYI\n\n{text}\n\n{author.filled(author.chance.choice(topic.monitoring))}",
            )
        elif author.chance.random() < 0.15:
            text = f"{text}\n\n> {author.filled(author.chance.choice(ANSWERS['en']))}\n> regards"
        heard = _heard(len(month.mails), number, at + timedelta(minutes=late), subject, text)
        month.mails.append(heard)
        added.append(heard)
    _in_order(month)
    messages = frozenset(mail.message for mail in month.mails if any(mail.case == one.case for one in added))
    month.storms.append(Told(at, topic.name, customers, messages))


def _in_order(month: Month) -> Month:
    """Number the mails by their time; what was said of storms before keeps its mails."""
    month.mails.sort(key=lambda mail: mail.at)
    by_case = {mail.message: mail.case for mail in month.mails}
    month.mails[:] = [
        Heard(message=at + 1, case=mail.case, customer=mail.customer, subject=mail.subject, text=mail.text, at=mail.at)
        for at, mail in enumerate(month.mails)
    ]
    now = {mail.case: mail.message for mail in month.mails}
    month.storms[:] = [
        Told(one.start, one.kind, one.customers, frozenset(now[by_case[message]] for message in one.messages))
        for one in month.storms
    ]
    return month
