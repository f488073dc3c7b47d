"""The checker of invariants: silent on a clean run, and never on a broken one."""

from dataclasses import replace

import pytest

from tests.faults.invariants import Breach, Entry, Handed, Observations, Offer, Row, violations

MAIL = Handed("<1@acme.example>", frozenset({"case_opened"}), "digest")
ENTRY = Entry(1, MAIL.name, "case_opened", "digest", 1, 1, case=1)
ROW = Row("<a@desk.example>", "primary@acme.example", "acknowledgement", "sent", 1, b"octets\r\n")
OFFER = Offer(ROW.message_id, ROW.recipient, b"octets\r\n")
CLEAN = Observations((MAIL,), (ENTRY,), (1,), (ROW,), (OFFER,), frozenset({ROW.recipient}))
COPY = replace(ENTRY, id=2, outcome="duplicate_message", messages=0, history=0)
REPLY = Handed("<2@desk.example>", frozenset({"agent_update"}), case=1, to_customer=True)
REPLIED = Entry(3, REPLY.name, "agent_update", "", 1, 1, case=1)
NEWS = replace(ROW, message_id="<n@desk.example>", kind="update", cause=3)
ANSWERED = replace(
    CLEAN,
    handed=(MAIL, REPLY),
    entries=(ENTRY, REPLIED),
    outbox=(ROW, NEWS),
    offers=(OFFER, replace(OFFER, message_id=NEWS.message_id)),
)
NOTE = replace(REPLIED, outcome="agent_note")
NOTED = replace(ANSWERED, handed=(MAIL, replace(REPLY, outcomes=frozenset({"agent_note"}), to_customer=False)))


def breaches(seen: Observations) -> set[Breach]:
    """Return what is wrong."""
    return {violation.breach for violation in violations(seen)}


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(CLEAN, id="one mail, one case"),
        pytest.param(replace(CLEAN, entries=(ENTRY, COPY)), id="a folded copy"),
        pytest.param(replace(CLEAN, offers=(OFFER, OFFER)), id="offered again, with the same octets"),
        pytest.param(ANSWERED, id="an agent's reply"),
        pytest.param(
            replace(NOTED, entries=(ENTRY, NOTE), outbox=(ROW,), offers=(OFFER,)),
            id="an agent's note",
        ),
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
        replace(CLEAN, entries=(replace(ENTRY, outcome="quarantined", messages=0, history=0),)),
        {Breach.WRONG_OUTCOME},
    ),
    "other octets kept": (replace(CLEAN, entries=(replace(ENTRY, sha256="other"),)), {Breach.CHANGED}),
    "no outcome": (replace(CLEAN, entries=(replace(ENTRY, outcome=None, messages=0, history=0),)), {Breach.UNDECIDED}),
    "two messages of one entry": (replace(CLEAN, entries=(replace(ENTRY, messages=2, history=2),)), {Breach.MESSAGES}),
    "a message of a copy": (replace(CLEAN, entries=(ENTRY, replace(COPY, messages=1, history=1))), {Breach.MESSAGES}),
    "an event too many": (replace(CLEAN, entries=(replace(ENTRY, history=2),)), {Breach.HISTORY}),
    "an answer on another case": (replace(ANSWERED, entries=(ENTRY, replace(REPLIED, case=2))), {Breach.ELSEWHERE}),
    "a reply that nobody gets": (replace(ANSWERED, outbox=(ROW,), offers=(OFFER,)), {Breach.REPLY}),
    "a reply mailed twice": (
        replace(ANSWERED, outbox=(ROW, NEWS, replace(NEWS, message_id="<m@desk.example>", state="cancelled"))),
        {Breach.REPLY},
    ),
    "a note that the customer gets": (replace(NOTED, entries=(ENTRY, NOTE)), {Breach.REPLY}),
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
