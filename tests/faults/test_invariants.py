"""The checker of invariants: silent on a clean run, and never on a broken one."""

from dataclasses import replace

import pytest

from tests.faults.invariants import Breach, Entry, Handed, Observations, Offer, Row, violations

MAIL = Handed("<1@acme.example>", frozenset({"case_opened"}), "digest")
ENTRY = Entry(1, MAIL.name, "case_opened", "digest", 1)
ROW = Row("<a@desk.example>", "primary@acme.example", "acknowledgement", "sent", 1, b"octets\r\n")
OFFER = Offer(ROW.message_id, ROW.recipient, b"octets\r\n")
CLEAN = Observations((MAIL,), (ENTRY,), (1,), (ROW,), (OFFER,), frozenset({ROW.recipient}))
COPY = replace(ENTRY, id=2, outcome="duplicate_message", messages=0)


def breaches(seen: Observations) -> set[Breach]:
    """Return what is wrong."""
    return {violation.breach for violation in violations(seen)}


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(CLEAN, id="one mail, one case"),
        pytest.param(replace(CLEAN, entries=(ENTRY, COPY)), id="a folded copy"),
        pytest.param(replace(CLEAN, offers=(OFFER, OFFER)), id="offered again, with the same octets"),
        pytest.param(
            replace(CLEAN, handed=(MAIL, replace(MAIL, name="<2@acme.example>", may_vanish=True))),
            id="one that another client expunged first",
        ),
    ],
)
def test_a_clean_run_has_no_violation(seen: Observations) -> None:
    """S1.1-S1.3: what may be so is not complained of."""
    assert violations(seen) == ()


WRONG = {
    "taken and not stored": (replace(CLEAN, entries=(), cases=(), outbox=(), offers=()), {Breach.LOST}),
    "copies alone": (replace(CLEAN, entries=(COPY,)), {Breach.LOST}),
    "two entries": (replace(CLEAN, entries=(ENTRY, replace(ENTRY, id=2))), {Breach.TWICE}),
    "a mail of nobody": (replace(CLEAN, handed=()), {Breach.UNCALLED}),
    "another outcome": (
        replace(CLEAN, entries=(replace(ENTRY, outcome="quarantined", messages=0),)),
        {Breach.WRONG_OUTCOME},
    ),
    "other octets kept": (replace(CLEAN, entries=(replace(ENTRY, sha256="other"),)), {Breach.CHANGED}),
    "no outcome": (replace(CLEAN, entries=(replace(ENTRY, outcome=None, messages=0),)), {Breach.UNDECIDED}),
    "two messages of one entry": (replace(CLEAN, entries=(replace(ENTRY, messages=2),)), {Breach.MESSAGES}),
    "a message of a copy": (replace(CLEAN, entries=(ENTRY, replace(COPY, messages=1))), {Breach.MESSAGES}),
    "a case without acknowledgement": (replace(CLEAN, cases=(1, 2)), {Breach.UNACKNOWLEDGED}),
    "an acknowledgement without its case": (replace(CLEAN, cases=()), {Breach.UNACKNOWLEDGED}),
    "two acknowledgements": (
        replace(CLEAN, outbox=(ROW, replace(ROW, message_id="<b@desk.example>", state="cancelled"))),
        {Breach.UNACKNOWLEDGED},
    ),
    "other bytes": (replace(CLEAN, offers=(OFFER, replace(OFFER, octets=b"others\r\n"))), {Breach.OTHER_BYTES}),
    "bytes that were never stored": (replace(CLEAN, outbox=(replace(ROW, octets=None),)), {Breach.OTHER_BYTES}),
    "another recipient": (
        replace(CLEAN, offers=(replace(OFFER, recipient="x@acme.example"),), known=frozenset({"x@acme.example"})),
        {Breach.OTHER_BYTES},
    ),
    "a new Message-ID": (replace(CLEAN, offers=(OFFER, replace(OFFER, message_id="<new>"))), {Breach.NAMELESS}),
    "sent and never offered": (replace(CLEAN, offers=()), {Breach.UNSENT}),
    "a stranger": (replace(CLEAN, known=frozenset()), {Breach.STRANGER}),
    "a row that waits": (replace(CLEAN, outbox=(replace(ROW, state="queued"),)), {Breach.LEFT_OVER}),
    "a row that failed": (replace(CLEAN, outbox=(replace(ROW, state="failed"),)), {Breach.LEFT_OVER}),
    "a daemon that ended by itself": (replace(CLEAN, exits=(0, 1)), {Breach.ENDED}),
    "a mail in the folder": (replace(CLEAN, in_folder=1), {Breach.LEFT_OVER}),
}


@pytest.mark.parametrize("name", WRONG)
def test_s1_2_each_breach_is_found_and_no_other(name: str) -> None:
    """S1.2: each kind of loss, doubling, change, leak and delay has its name."""
    seen, expected = WRONG[name]

    assert breaches(seen) == expected


def test_every_breach_has_a_case_here() -> None:
    """A breach that no observation shows would be a word."""
    assert {breach for _, expected in WRONG.values() for breach in expected} == set(Breach)
