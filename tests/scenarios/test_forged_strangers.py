"""Three hundred forged mails by the way that SMTP takes: they cause no mail at all (S3.1, S2.3, R2.4, S3.4)."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from daemon.model.outcome import Outcome
from daemon.model.plan import Unauthenticated
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

NUMBER = 300
ON_FILE = ("primary@acme.example", "secondary@acme.example")
AGENTS = ("agent1@desk.example", "agent2@desk.example")
VERDICTS = ("", "dmarc=fail", "spf=softfail", "dkim=none", "dmarc=temperror")
Forgery = Callable[[random.Random, Mail], tuple[str, ...]]
"""Lines of a header and a body, forged after a mail of ours that leaked."""


def unknown_domain(dice: random.Random, _: Mail) -> tuple[str, ...]:
    return (
        f"From: Sales {dice.random()} <sales{dice.randrange(99)}@unknown{dice.randrange(30)}.example>",
        "",
        "Buy now",
    )


def colleague(dice: random.Random, _: Mail) -> tuple[str, ...]:
    return (f"From: user{dice.randrange(30)}@acme.example", "Reply-To: thief@evil.example", "", "My phone is dead")


def contact(dice: random.Random, _: Mail) -> tuple[str, ...]:
    return (f"From: Contact <{dice.choice(ON_FILE)}>", "Sender: thief@evil.example", "", "Cancel all our lines")


def contact_in_the_thread(dice: random.Random, leaked: Mail) -> tuple[str, ...]:
    """A case number and a Message-ID whose signature is not right."""
    broken = leaked.message["Message-ID"].replace("@", "x@")
    return (f"From: {dice.choice(ON_FILE)}", f"In-Reply-To: {broken}", f"References: {broken}", "", "Approved")


def agent(dice: random.Random, _: Mail) -> tuple[str, ...]:
    return (f"From: Agent <{dice.choice(AGENTS)}>", "", "#status closed", "#for primary@acme.example", "", "Done.")


def two_senders(dice: random.Random, _: Mail) -> tuple[str, ...]:
    return (f"From: {ON_FILE[0]}", f"From: thief{dice.randrange(9)}@evil.example", "", "Which one?")


def bounce(dice: random.Random, leaked: Mail) -> tuple[str, ...]:
    head = ("From: MAILER-DAEMON@mx.acme.example", "Auto-Submitted: auto-replied", "Subject: failure notice")
    words = f"<{ON_FILE[0]}>: 550 5.1.1 user unknown {dice.random()}"
    return (*head, "", words, "--- Below this line is a copy", f"Message-ID: {leaked.message['Message-ID']}")


def mailing_list(dice: random.Random, _: Mail) -> tuple[str, ...]:
    return (f"From: {ON_FILE[0]}", "List-Id: <news.acme.example>", "Precedence: list", "", f"News {dice.random()}")


def ourselves(_: random.Random, leaked: Mail) -> tuple[str, ...]:
    return ("From: support@desk.example", f"Message-ID: {leaked.message['Message-ID']}", "", "An echo")


FORGERIES: tuple[Forgery, ...] = (
    unknown_domain,
    colleague,
    contact,
    contact_in_the_thread,
    agent,
    two_senders,
    bounce,
    mailing_list,
    ourselves,
)


def forged(leaked: Mail, *, seed: int) -> Iterator[bytes]:
    """Yield the octets of the mails, each with a verdict of our own server that authenticates nobody."""
    dice = random.Random(seed)
    for number in range(NUMBER):
        lines = dice.choice(FORGERIES)(dice, leaked)
        split = lines.index("")
        head = [*lines[:split], "To: support@desk.example, victim@elsewhere.example", "Cc: other@elsewhere.example"]
        if not any(line.startswith("Message-ID:") for line in head):
            head.append(f"Message-ID: <forged-{seed}-{number}@evil.example>")
        if not any(line.startswith("Subject:") for line in head):
            head.append(f"Subject: [SUP-{dice.randrange(1000, 1010)}] number {number}")
        verdict = dice.choice(VERDICTS)
        trusted = [f"Authentication-Results: mx.desk.example; {verdict} header.from=acme.example"] if verdict else []
        yield "\r\n".join((*trusted, *head, *lines[split:], "")).encode()


def under(desk: TestDesk, policy: Unauthenticated) -> TestDesk:
    """Set the policy of every mailbox."""
    plan = desk.desk.config.plan
    mailboxes = tuple(replace(mailbox, unauthenticated=policy) for mailbox in plan.mailboxes)
    desk.change(lambda config: replace(config, plan=replace(plan, mailboxes=mailboxes)))
    return desk


def flooded(desk: TestDesk, *, seed: int) -> tuple[Counter[Outcome | None], tuple[Mail, ...]]:
    """Deliver the forged mails over two days; return how they ended and every mail that the desk queued since."""
    leaked = desk.somebody(ON_FILE[0], authenticated="pass").writes("Lines").told(ON_FILE[0])
    last, before = desk.mails()[-1].id, desk.case(1001)
    ended: Counter[Outcome | None] = Counter()
    for raw in forged(leaked, seed=seed):
        desk.days_pass(2 / NUMBER)
        ended[desk.deliver(raw, peer="127.0.0.1", reverse_path="bounce@evil.example").outcome] += 1
    assert desk.case(1001).status == before.status
    return ended, desk.mails(after=last)


@pytest.mark.parametrize("seed", [1, 2])
def test_s3_1_forged_strangers_cause_no_mail_at_all(desk: TestDesk, seed: int) -> None:
    """S3.1, S2.3, R2.4: under `quarantine` three hundred of them bring nothing out, and open no case."""
    ended, sent = flooded(under(desk, Unauthenticated.QUARANTINE), seed=seed)

    assert [(mail.kind, mail.to) for mail in sent] == []
    assert sum(ended.values()) == NUMBER
    assert set(ended) <= {Outcome.QUARANTINED, Outcome.BOUNCE, Outcome.LOOP, Outcome.AUTO_REPLY}


def test_s2_3_under_challenge_nobody_is_asked_twice_and_no_stranger_ever(desk: TestDesk) -> None:
    """S2.3, S3.1: one open challenge an address, to people of the customers only; invented colleagues are bounded."""
    _, sent = flooded(under(desk, Unauthenticated.CHALLENGE), seed=3)

    asked = Counter(mail.to for mail in sent)
    assert {mail.kind for mail in sent} <= {"challenge"}
    assert set(asked.values()) <= {1}
    invented = [address for address in asked if address not in (*ON_FILE, *AGENTS)]
    assert all(address.endswith("@acme.example") for address in invented)
    assert len(invented) <= desk.desk.config.plan.governor.address_day
