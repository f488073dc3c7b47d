"""People who answer what they get: customers add to their cases, and agents reply, command and note (R4.2, R4.4, S2.8).

They read their mail at the sink, where it has our signed addresses and Message-IDs, and write by the ways of all mail.
"""

import email
import random
import re
import threading
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP, default

from tests.faults.mails import AGENTS, CONTACTS, Seeded, Way
from tests.servers.smtp_sink import SmtpSink, Taken

LOOK_SECONDS = 0.1
SHARE = 0.5
"""Of what they get they answer so much, as long as they may."""

UPDATED = frozenset({"case_updated", "case_reopened", "follow_up_opened"})
COMMANDED = frozenset({"agent_update", "command_failed"})
WORDS: tuple[tuple[str, frozenset[str], bool], ...] = (
    ("", frozenset({"agent_update"}), True),
    ("#status resolved", COMMANDED, True),
    ("#status closed", COMMANDED, True),
    ("#priority 3", COMMANDED, True),
    ("#note", frozenset({"agent_note"}), False),
)
"""What agents write above their text, how that may end (a closed case is not closed again), and whether the customer
reads it."""

_CASE = re.compile(r"\[SUP-(\d+)\]")


class Correspondents:
    """A thread that writes for all of them."""

    def __init__(self, sink: SmtpSink, hand_in: Callable[[Seeded], None], *, seed: int, by_imap: bool) -> None:
        self.written = 0
        self._sink = sink
        self._hand_in = hand_in
        self._seed = seed
        self._chance = random.Random(seed)
        self._by_imap = by_imap
        self._allowed = 0
        self._read = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def allow(self, count: int) -> None:
        """Let them write so many mails more."""
        self._allowed += count

    @property
    def left(self) -> int:
        """Return how many mails they may still write."""
        return self._allowed - self.written

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(60)

    def _work(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            mails = self._sink.mails
            while self._read < len(mails) and self.left > 0:
                answer = self._answer(mails[self._read])
                self._read += 1
                if answer:
                    self.written += 1
                    self._hand_in(answer)

    def _answer(self, mail: Taken) -> Seeded | None:
        """Return an answer to a mail about a case, if its reader feels like one."""
        (reader,) = mail.recipients
        heard = email.message_from_bytes(mail.octets, policy=default)
        case = _CASE.search(str(heard["Subject"]))
        if not case or self._chance.random() >= SHARE:
            return None
        if reader in CONTACTS:
            return self._written(heard, reader, int(case[1]), ("", UPDATED, False))
        if reader in AGENTS and ".a." in str(heard["Reply-To"]):
            return self._written(heard, reader, int(case[1]), self._chance.choice(WORDS))
        return None

    def _written(self, heard: EmailMessage, writer: str, case: int, words: tuple[str, frozenset[str], bool]) -> Seeded:
        commands, outcomes, to_customer = words
        name = f"<answer.{self._seed}.{self.written}.{self._chance.getrandbits(64):x}@{writer.partition('@')[2]}>"
        answer = EmailMessage()
        answer["From"], answer["To"] = writer, heard["Reply-To"] or heard["From"]
        answer["Subject"], answer["Date"] = f"Re: {heard['Subject']}", "Mon, 23 Nov 2026 11:00:00 +0000"
        answer["Message-ID"], answer["In-Reply-To"], answer["References"] = (
            name,
            heard["Message-ID"],
            heard["Message-ID"],
        )
        answer.set_content("\n\n".join(part for part in (commands, f"News number {self.written} of mine.") if part))
        ways = self._chance.choice((Way.SMTP, Way.SMTP, Way.IMAP, Way.SMTP | Way.IMAP)) if self._by_imap else Way.SMTP
        octets = answer.as_bytes(policy=SMTP.clone(max_line_length=998))
        return Seeded(name, writer, octets, outcomes, ways, case=case, to_customer=to_customer)
