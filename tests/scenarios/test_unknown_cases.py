"""S2.5, S2.6: whoever names a case that is not theirs learns nothing, not even whether it exists."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import event

from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

OWNER = "primary@acme.example"
FOREIGN, COLLEAGUE, STRANGER = "primary@globex.example", "user@globex.example", "somebody@unknown.example"
UNKNOWN = 999_999
A_WEEK = 7  # the same weekday and hour: whether the chat is open stands in our mails

_CHANGING = (
    (re.compile(r"SUP-\d+"), "SUP-N"),
    (re.compile(r"v1\.\d+\.[a-z]\.\d+\.[a-z0-9.]+@"), "ID@"),
    (re.compile(r"support(?:\+|%2B)[a-z0-9.]+@"), "support+X@"),
    (re.compile(r"<\d+@client\.example>"), "<N@client.example>"),
    (re.compile(r"\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4}"), "DATE"),
    (re.compile(r"={5,}\d+=="), "BOUNDARY"),
)


def told(mail: Mail) -> list[str]:
    """Return a mail's fields and parts, all of them, without what differs between any two: numbers, tokens, dates."""
    parts = [part.get_content() for part in mail.message.walk() if not part.is_multipart()]
    fields = [f"{name}: {value}" for part in mail.message.walk() for name, value in part.items()]
    return [_without_numbers(text) for text in (*fields, *parts)]


def _without_numbers(text: str) -> str:
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text


def outside(ended: Ended) -> list[tuple[str, str, list[str]]]:
    """Return everything that left the desk's own company because of a mail, in order."""
    return [(m.kind, m.to, told(m)) for m in ended.answers if not m.to.endswith("@desk.example")]


@dataclass(frozen=True, slots=True)
class Names:
    """How a case is named: all that its customer, and nobody else, got to see of it; or the like of it, made up."""

    subject: str
    message_id: str
    address: str


def made_up(real: Names, case: int) -> Names:
    """Return names of the same form for a case that does not exist: whoever invents them has no key."""
    swap = str.maketrans("abcdefghij", "bcdefghija")
    head, _, tail = real.message_id.rpartition(".")
    wrong_id = f"{head}.{tail[:10].translate(swap)}{tail[10:]}"
    local, _, domain = real.address.partition("@")
    stem, _, signature = local.rpartition(".")
    return Names(
        real.subject.replace(f"SUP-{case}", f"SUP-{UNKNOWN}"),
        wrong_id.replace(f".{case}.", f".{UNKNOWN}.", 1),
        f"{stem.replace(f'+{case}.', f'+{UNKNOWN}.')}.{signature.translate(swap)}@{domain}",
    )


def names_of(desk: TestDesk, case: int) -> Names:
    """Return what the owner's mails say of the case: its confirm address stands in the one that resolves it."""
    desk.assignee(case).answers(case, "#status resolved\n\nDone.")
    mail = desk.last_mail(OWNER, case)
    address = re.search(r"support\+[a-z0-9.]+@desk\.example", mail.text)
    assert address is not None
    return Names(mail.subject, str(mail.message["Message-ID"]), address.group())


WAYS: dict[str, Callable[[Names], dict[str, str]]] = {
    "subject tag": lambda names: {"Subject": f"Re: {names.subject}"},
    "address": lambda names: {"To": names.address},
    "reply": lambda names: {"In-Reply-To": names.message_id, "References": names.message_id},
    "all of it": lambda names: {
        "Subject": f"Re: {names.subject}",
        "To": names.address,
        "In-Reply-To": names.message_id,
        "References": names.message_id,
    },
}
WRITERS = [(FOREIGN, "pass"), (FOREIGN, ""), (COLLEAGUE, "pass"), (COLLEAGUE, ""), (STRANGER, "pass"), (STRANGER, "")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("writer", "verdict"), WRITERS)
def test_s2_5_a_foreign_case_and_no_case_are_told_alike(desk: TestDesk, writer: str, verdict: str, way: str) -> None:
    """S2.5: to the byte, and by the number of mails; only the desk itself may hear of the difference."""
    case = desk.mpoc(OWNER).writes("Phones are down").case
    real = names_of(desk, case)
    before = desk.case(case)
    ended = []
    for names in (made_up(real, case), real):
        desk.days_pass(A_WEEK)
        somebody = desk.somebody(writer, authenticated=verdict)
        ended.append(somebody.writes("Phones", "How is it going?\n", **WAYS[way](names)))
    unknown, foreign = ended

    assert outside(unknown) == outside(foreign)
    assert unknown.outcome is foreign.outcome
    assert desk.case(case).messages == before.messages
    assert desk.case(case).status == before.status


def test_s2_5_the_comparison_sees_what_differs(desk: TestDesk) -> None:
    """The test of the test: two mails that say different things are told apart."""
    first, second = (desk.mpoc(OWNER).writes(subject) for subject in ("Phones are down", "Doors are open"))

    assert outside(first) != outside(second)
    assert len(outside(first)) == 1


@pytest.mark.parametrize("writer", [FOREIGN, COLLEAGUE, STRANGER])
def test_s2_5_naming_a_foreign_case_costs_only_reads(desk: TestDesk, writer: str) -> None:
    """S2.5: nor does the time that an answer takes tell: beside the same writes, the case is read, no more."""
    case = desk.mpoc(OWNER).writes("Phones are down").case
    written: list[list[str]] = []
    for number in (UNKNOWN, case):
        desk.days_pass(A_WEEK)
        with statements(desk) as seen:
            desk.somebody(writer, authenticated="pass").writes(f"[SUP-{number}] Phones")
        written.append([line for line in seen if not line.startswith(("SELECT", "BEGIN", "ROLLBACK", "SAVEPOINT"))])

    assert written[0] == written[1]


@contextmanager
def statements(desk: TestDesk) -> Iterator[list[str]]:
    """Collect the statements that the desk sends to its database, without their values."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(desk.desk.engine, "before_cursor_execute", note)
    yield seen
    event.remove(desk.desk.engine, "before_cursor_execute", note)
