"""S2.7: one forged agent mail can do nothing, with every trick that octets allow."""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail
from tests.scenarios.test_challenge import challenging

OWNER, OTHER = "primary@acme.example", "primary@globex.example"
AGENT, AGENT2 = "agent1@desk.example", "agent2@desk.example"
ORDER = "#status closed\r\n\r\nAll done, good bye.\r\n"
INSIDE = {
    ("outsider_wrote", AGENT),
    ("outsider_wrote", AGENT2),
}  # the case's agent may hear, once a day, that somebody unproven wrote (S2.5)


@dataclass(frozen=True, slots=True)
class Loot:
    """What a thief may have got hold of: customers' mails, mails to the other agent, and how ours are built."""

    case: int
    customers: Mail  # to a customer on the case
    agents: Mail  # to agent1, of which only the form is known: nobody but agent1 ever got it
    others: Mail  # to agent2, on another case

    def id_of(self, mail: Mail) -> str:
        """Return a mail's signed Message-ID."""
        return str(mail.message["Message-ID"])

    def note_to(self, mail: Mail) -> str:
        """Return the address of an internal note that stands in an agent's mail."""
        found = re.findall(r"support\+\d+\.n\.[a-z0-9.]+@desk\.example", mail.text)
        return str(found[0])


@pytest.fixture
def loot(desk: TestDesk) -> Loot:
    """A case of acme's with agent1, one of globex's with agent2, and mails on both."""
    case = desk.mpoc(OWNER).writes("Phones are down").case
    other = desk.mpoc(OTHER).writes("Doors are open").case
    for number, agent in ((case, "agent1"), (other, "agent2")):
        desk.agent(agent).answers(number, "We are looking at it.")
        desk.mpoc(desk.case(number).requester).answers(number, "Thank you.")
    return Loot(case, desk.last_mail(OWNER, case), desk.last_mail(AGENT, case), desk.last_mail(AGENT2, other))


def swapped(text: str) -> str:
    """Return a text whose last letters before the @ are others: a signature that was guessed."""
    head, _, tail = text.rpartition("@")
    alphabet = string.ascii_lowercase + "234567"
    other = str.maketrans(alphabet, alphabet[1:] + alphabet[0])
    return f"{head[:-4]}{head[-4:].translate(other)}@{tail}"


def field(name: str, value: str) -> str:
    """Return one header field."""
    return f"{name}: {value}\r\n"


def answering(message_id: str) -> str:
    """Return the fields of an answer."""
    return field("In-Reply-To", message_id) + field("References", message_id)


PLAIN = field("From", AGENT)
THIEF = "thief@private.example"
PASS = "Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example\r\n"
FAIL = "Authentication-Results: mx.desk.example; dmarc=fail header.from=desk.example\r\n"
ELSEWHERE = "Received: from mx.private.example by relay.private.example; Mon, 16 Nov 2026 09:00:00 -0700\r\n"

TRICKS: dict[str, Callable[[Loot], str]] = {
    "the bare address": lambda _loot: PLAIN,
    "with a name": lambda _loot: field("From", f"Agent One <{AGENT}>"),
    "in capitals": lambda _loot: field("From", AGENT.upper()),
    "as a display name": lambda _loot: field("From", f'"{AGENT}" <{THIEF}>'),
    "as an encoded display name": lambda _loot: field("From", f"=?utf-8?q?agent1=40desk=2Eexample?= <{THIEF}>"),
    "two angles": lambda _loot: field("From", f"<{AGENT}> <{THIEF}>"),
    "a list": lambda _loot: field("From", f"{AGENT}, {THIEF}"),
    "a group": lambda _loot: field("From", f"agents: {AGENT};"),
    "a comment": lambda _loot: field("From", f"{THIEF} ({AGENT})"),
    "a comment inside": lambda _loot: field("From", f"agent1(x)@desk.example <{THIEF}>"),
    "two From fields": lambda _loot: field("From", THIEF) + PLAIN,
    "two From fields, ours first": lambda _loot: PLAIN + field("From", THIEF),
    "a bare CR": lambda _loot: f"From: {THIEF}\rFrom: {AGENT}\r\n",
    "a folded address": lambda _loot: f"From: {THIEF}\r\n {AGENT}\r\n",
    "an encoded address": lambda _loot: field("From", "=?utf-8?q?agent1=40desk=2Eexample?="),
    "a look-alike": lambda _loot: field("From", "\u0430gent1@desk.example"),
    "a full-width letter": lambda _loot: field("From", "\uff41gent1@desk.example"),
    "a dot at the end": lambda _loot: field("From", f"{AGENT}."),
    "a plus-address": lambda _loot: field("From", "agent1+x@desk.example"),
    "a quoted local part": lambda _loot: field("From", '"agent1"@desk.example'),
    "Reply-To": lambda _loot: field("From", THIEF) + field("Reply-To", AGENT),
    "Sender": lambda _loot: field("From", THIEF) + field("Sender", AGENT),
    "Resent-From": lambda _loot: field("From", THIEF) + field("Resent-From", AGENT),
    "X-fields": lambda _loot: field("From", THIEF) + field("X-Original-From", AGENT) + field("X-Sender", AGENT),
    "a customer's signed Message-ID": lambda loot: PLAIN + answering(loot.id_of(loot.customers)),
    "the same, in capitals": lambda loot: PLAIN + answering(loot.id_of(loot.customers).upper()),
    "a signed Message-ID of another agent": lambda loot: PLAIN + answering(loot.id_of(loot.others)),
    "both, and many more": lambda loot: (
        PLAIN + answering(" ".join([loot.id_of(loot.customers), loot.id_of(loot.others)] * 100))
    ),
    "a guessed signature": lambda loot: PLAIN + answering(swapped(loot.id_of(loot.agents))),
    "another purpose under a signature": lambda loot: (
        PLAIN + answering(re.sub(r"^(<v1\.\d+)\.[a-z]\.", r"\1.n.", loot.id_of(loot.agents)))
    ),
    "another case under a signature": lambda loot: (
        PLAIN + answering(loot.id_of(loot.others).replace("<v1.", f"<v1.{loot.case}", 1))
    ),
    "the recipient of another signature": lambda loot: PLAIN + answering(_grafted(loot)),
    "a stolen Message-ID in the text": lambda loot: (
        PLAIN + field("Subject", f"Re: {loot.agents.subject}") + field("X-Reply", loot.id_of(loot.customers))
    ),
    "the note address of another agent": lambda loot: PLAIN + field("To", loot.note_to(loot.others)),
    "a note address that was guessed": lambda loot: PLAIN + field("To", swapped(loot.note_to(loot.agents))),
    "the subject tag": lambda loot: PLAIN + field("Subject", f"Re: [SUP-{loot.case}] Phones"),
    "a forged verdict above": lambda _loot: PASS + PLAIN,
    "a forged verdict below": lambda _loot: ELSEWHERE + PASS + PLAIN,
    "a verdict of another server": lambda _loot: PASS.replace("mx.desk", "mx.private") + PLAIN,
    "the verdict on another domain": lambda _loot: PASS.replace("from=desk", "from=private") + PLAIN,
    "a verdict after the address": lambda _loot: PLAIN + PASS,
}


def _grafted(loot: Loot) -> str:
    """Return a customer's Message-ID with the recipient that stands in an agent's."""
    stolen, agents = loot.id_of(loot.customers).split("."), loot.id_of(loot.agents).split(".")
    return ".".join([*stolen[:5], agents[5], *stolen[6:]])


def forged(head: str) -> bytes:
    """Return a mail with this head, and an order."""
    fields = head if "\nTo:" in head else head + field("To", "support@desk.example")
    return f"{fields}Message-ID: <forged@private.example>\r\n\r\n{ORDER}".encode()


@pytest.mark.parametrize("trick", TRICKS)
def test_s2_7_a_forged_agent_mail_does_nothing(desk: TestDesk, loot: Loot, trick: str) -> None:
    """S2.1, S2.7, S2.8: nothing changes on the case, and nobody outside gets a mail; it is kept for agents to see."""
    before = desk.case(loot.case)
    raw = forged(TRICKS[trick](loot))
    to = re.findall(rb"(?m)^To: (\S+)", raw)[-1].decode()
    ended = desk.deliver(raw, recipients=(to,), reverse_path=THIEF)

    assert ended.outcome is Outcome.QUARANTINED
    assert desk.case(loot.case) == before
    assert {(mail.kind, mail.to) for mail in ended.answers} <= INSIDE


def test_s2_2_our_own_servers_verdict_wins_over_a_forged_one(desk: TestDesk, loot: Loot) -> None:
    """S2.2: what our server wrote above decides, whatever the thief wrote below."""
    raw = forged(FAIL + ELSEWHERE + PASS + PLAIN + answering(loot.id_of(loot.customers)))
    ended = desk.deliver(raw, reverse_path=THIEF, peer="127.0.0.1")

    assert ended.outcome is Outcome.QUARANTINED


def test_s2_7_the_genuine_mail_does_what_it_says(desk: TestDesk, loot: Loot) -> None:
    """The test of the test: the same order, in answer to what agent1 really got, closes the case."""
    raw = forged(PLAIN + answering(loot.id_of(loot.agents)))

    assert desk.deliver(raw, reverse_path=AGENT).outcome is Outcome.AGENT_UPDATE
    assert desk.case(loot.case).status == "closed"


CLAIMS = ["the bare address", "in capitals", "a customer's signed Message-ID", "a guessed signature", "the subject tag"]


@pytest.mark.parametrize("trick", CLAIMS)
def test_s2_3_under_challenge_the_agent_is_asked_once(desk: TestDesk, loot: Loot, trick: str) -> None:
    """S2.3: one challenge to the address on file, however often it is tried; the agent's vacation note answers none."""
    desk.change(challenging)
    before = desk.case(loot.case)
    head = TRICKS[trick](loot)
    tries = [desk.deliver(forged(head) + str(number).encode(), reverse_path=THIEF) for number in range(3)]
    asked = [mail for ended in tries for mail in ended.answers]
    note = desk.agent("agent1").replies_to(asked[0], "I am on holiday.", Auto_Submitted="auto-replied")

    assert [ended.outcome for ended in tries] == [Outcome.CHALLENGED] * 3
    assert [(mail.kind, mail.to) for mail in asked] == [("challenge", AGENT)]
    assert (note.outcome, note.answers) == (Outcome.AUTO_REPLY, ())
    assert desk.case(loot.case) == before


def test_s2_3_an_agent_who_answers_is_believed_for_that_mail_alone(desk: TestDesk, loot: Loot) -> None:
    """S2.3, S2.7: the agent's own mail is carried out; what a thief sent behind it is asked about, and waits."""
    desk.change(challenging)
    own = desk.agent("agent1").writes(f"[SUP-{loot.case}] Phones", "#priority 2\n")
    theirs = desk.deliver(forged(TRICKS["the subject tag"](loot)), reverse_path=THIEF)
    answer = desk.agent("agent1").replies_to(own.told(AGENT), "yes")
    done = desk.read_next()

    assert (own.outcome, theirs.outcome, answer.outcome) == (Outcome.CHALLENGED, Outcome.CHALLENGED, Outcome.APPROVED)
    assert done.mail_id == own.mail_id
    assert desk.case(loot.case).priority == "P2"
    assert desk.case(loot.case).status != "closed"
    assert desk.outcome_of(theirs.mail_id) is Outcome.CHALLENGED


def test_s2_3_an_agents_late_reply_that_was_let_through_is_carried_out(desk: TestDesk, loot: Loot) -> None:
    """S2.3, S3.7: what the agent had got proved nothing any more; the answer does, and they are not asked twice."""
    desk.change(challenging)
    delay = timedelta(seconds=60)
    desk.change(lambda config: replace(config, plan=replace(config.plan, reply_delay=delay)))
    desk.days_pass(desk.desk.config.plan.proof_days + 1)
    own = desk.agent("agent1").replies_to(loot.agents, "#status closed\n\nAll is well again.")
    desk.now += 2 * delay
    desk.agent("agent1").replies_to(own.told(AGENT), "yes")

    assert (own.outcome, desk.read_next().outcome) == (Outcome.CHALLENGED, Outcome.AGENT_UPDATE)
    assert desk.case(loot.case).status == "closed"
    assert len([mail for mail in desk.mails_to(AGENT) if mail.kind == "challenge"]) == 1


def test_s2_8_where_no_answer_proves_an_agent_none_is_asked(desk: TestDesk, loot: Loot) -> None:
    """S2.8: `require_authentication` leaves one way only; a challenge would ask in vain."""
    desk.change(lambda config: challenging(config, require_authentication=True))
    ended = desk.deliver(forged(PLAIN), reverse_path=THIEF)

    assert (ended.outcome, ended.answers) == (Outcome.QUARANTINED, ())
    assert loot.case
