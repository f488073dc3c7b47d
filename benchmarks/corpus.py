"""A seeded corpus of requests as support desks get them: the same seed and number give the same octets."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from benchmarks.people import CONTACTS_A_CUSTOMER, CUSTOMERS

WORDS = (  # noqa: SIM905  # words read better so
    "line phone office router message voice call floor switch port number the of to is we it not since morning again "
    "please help error light red green cable wall new old queue menu caller transfer minute room printer mail"
).split()
FRENCH = "la ligne téléphonique ne répond plus depuis ce matin, à l'étage où l'équipe est installée; merci de rappeler"
HOPS = ("edge.client.example", "filter.client.example", "mx.client.example", "mx.desk.example")


@dataclass(frozen=True, slots=True)
class Request:
    """One mail of the corpus."""

    sender: str
    mark: str  # stands in parentheses in the subject, which every answer quotes
    message_id: str  # without its angle brackets
    octets: bytes


def make_corpus(count: int, *, seed: int, name: str) -> tuple[Request, ...]:
    """Return `count` new requests of contacts of all customers, each another message.

    Args:
        count: how many.
        seed: of everything that varies.
        name: stands in every Message-ID: corpora of other names share no message.
    """
    dice = random.Random(f"{seed} {name}")
    shapes = tuple(SHAPES)
    weights = tuple(SHAPES.values())
    return tuple(_request(dice, dice.choices(shapes, weights)[0], f"{name}.{number}") for number in range(count))


def _request(dice: random.Random, shape: "Shape", mark: str) -> Request:
    customer, contact = dice.randrange(CUSTOMERS), dice.randrange(CONTACTS_A_CUSTOMER)
    sender = f"contact{contact}@customer{customer}.example"
    mail = EmailMessage(policy=SMTP)
    message_id = f"{mark}.{dice.getrandbits(64):x}@customer{customer}.example"
    for hop in HOPS[: dice.randint(1, len(HOPS))]:
        mail["Received"] = (
            f"from {hop} by {hop} with ESMTPS id {dice.getrandbits(40):X}; Mon, 23 Nov 2026 08:00:00 +0000"
        )
    mail["From"] = Address(f"Contact {contact} of Customer {customer}", addr_spec=sender)
    mail["To"] = "support@desk.example"
    mail["Subject"] = f"({mark}) {_sentence(dice, 5)}"
    mail["Date"] = "Mon, 23 Nov 2026 08:00:00 +0000"
    mail["Message-ID"] = f"<{message_id}>"
    mail["X-Mailer"] = "Client 5.1"
    shape(mail, dice)
    for part in mail.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{dice.getrandbits(64):x}")  # the library's own are not seeded
    return Request(sender, mark, message_id, mail.as_bytes())


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(WORDS, k=words)).capitalize()


def _text(dice: random.Random, sentences: int) -> str:
    return "\n".join(f"{_sentence(dice, dice.randint(6, 14))}." for _ in range(sentences)) + "\n"


def _short_text(mail: EmailMessage, dice: random.Random) -> None:
    mail.set_content(_text(dice, dice.randint(2, 10)))


def _long_text(mail: EmailMessage, dice: random.Random) -> None:
    mail.set_content(_text(dice, dice.randint(40, 120)))


def _quoting(mail: EmailMessage, dice: random.Random) -> None:
    """Write above a thread that other people had before, and of which the desk knows nothing."""
    earlier = f"<{dice.getrandbits(64):x}@mail.client.example>"
    mail["In-Reply-To"] = mail["References"] = earlier
    thread = "".join(f"> {line}\n" for line in _text(dice, dice.randint(10, 40)).splitlines())
    mail.set_content(f"{_text(dice, 4)}\nOn Mon, 23 Nov 2026, Somebody <somebody@client.example> wrote:\n{thread}")


def _french(mail: EmailMessage, dice: random.Random) -> None:
    charset = dice.choice(("utf-8", "iso-8859-15", "windows-1252"))
    mail.set_content(f"Bonjour,\n\n{FRENCH}.\n" * dice.randint(1, 4), charset=charset)


def _with_html(mail: EmailMessage, dice: random.Random) -> None:
    text = _text(dice, dice.randint(5, 30))
    mail.set_content(text)
    lines = "".join(
        f'<p class="MsoNormal" style="margin:0"><span lang="EN">{line}</span></p>' for line in text.splitlines()
    )
    mail.add_alternative(
        f"<html><head><style>p {{color: black}}</style></head><body>{lines}</body></html>", subtype="html"
    )


def _with_attachment(mail: EmailMessage, dice: random.Random) -> None:
    _with_html(mail, dice)
    octets = dice.randbytes(dice.randint(10_000, 60_000))
    mail.add_attachment(octets, maintype="image", subtype="png", filename=f"screenshot {dice.randint(1, 99)}.png")


Shape = Callable[[EmailMessage, random.Random], None]
SHAPES: dict[Shape, int] = {  # of a hundred
    _short_text: 35,
    _long_text: 8,
    _quoting: 12,
    _french: 10,
    _with_html: 27,
    _with_attachment: 8,
}
