"""A second client on the watched mailbox: somebody who reads, flags, moves about and expunges while we work (S1.4)."""

import imaplib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.servers.dovecot import Mailbox
from tests.waiting import wait_for

ELSEWHERE = "Elsewhere"
PROCESSED = "Processed"
_TROUBLE = (OSError, imaplib.IMAP4.error)
"""What imaplib raises; its `abort` is an `error`."""


class Colleague:
    """A thread with a mail program."""

    def __init__(self, mailbox: Mailbox, *, seed: int) -> None:
        self.did: Counter[str] = Counter()
        self.noise: list[str] = []
        self._mailbox = mailbox
        self._seed = seed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and put everything back where it was found."""
        self._stop.set()
        self._thread.join(60)
        wait_for(self._put_back, seconds=30, what="everything is back in INBOX")

    def _work(self) -> None:
        chance = random.Random(self._seed)
        while not self._stop.is_set():
            try:
                with _connected(self._mailbox) as client:
                    client.create(ELSEWHERE)
                    while not self._stop.wait(chance.uniform(0.02, 0.3)):
                        habit = chance.choice(HABITS)
                        habit(self, client, chance)
            except _TROUBLE:
                self._stop.wait(0.3)

    def _flag(self, client: imaplib.IMAP4, chance: random.Random) -> None:
        flags = chance.choice((r"(\Seen)", r"(\Flagged \Seen)", r"(\Answered)"))
        self._on_some(client, chance, "INBOX", ("store", chance.choice(("+FLAGS", "-FLAGS")), flags))

    def _move_away(self, client: imaplib.IMAP4, chance: random.Random) -> None:
        self._on_some(client, chance, "INBOX", ("move", ELSEWHERE))

    def _move_back(self, client: imaplib.IMAP4, chance: random.Random) -> None:
        self._on_some(client, chance, ELSEWHERE, ("move", "INBOX"))

    def _bring_back(self, client: imaplib.IMAP4, chance: random.Random) -> None:
        """Move what we have done back among what is to do: it is the same mail, and no entry (S1.3)."""
        if chance.random() < 0.2:
            self._on_some(client, chance, PROCESSED, ("move", "INBOX"))

    def _expunge(self, client: imaplib.IMAP4, chance: random.Random) -> None:
        """Put a mail there and take it away again, whether or not it was seen."""
        name = f"<noise.{self._seed}.{len(self.noise)}@elsewhere.example>"
        self.noise.append(name)
        text = f"From: offers@elsewhere.example\r\nSubject: noise\r\nMessage-ID: {name}\r\n\r\n{name}\r\n"
        client.append("INBOX", "", "", text.encode())
        client.select("INBOX")
        found = client.uid("search", "HEADER", "Message-ID", name.strip("<>"))[1][0].split()
        for uid in found:
            client.uid("store", uid.decode(), "+FLAGS", r"(\Deleted)")
        client.expunge()
        self.did["expunge"] += 1

    def _on_some(self, client: imaplib.IMAP4, chance: random.Random, folder: str, what: tuple[str, ...]) -> None:
        if client.select(folder)[0] != "OK":
            return
        uids = client.uid("search", "ALL")[1][0].split()
        chosen = chance.sample(uids, min(len(uids), 3))
        if chosen:
            client.uid(what[0], b",".join(chosen).decode(), *what[1:])
            self.did[what[0]] += 1

    def _put_back(self) -> bool:
        try:
            with _connected(self._mailbox) as client:
                if client.select(ELSEWHERE)[0] == "OK" and client.uid("search", "ALL")[1][0]:
                    client.uid("move", "1:*", "INBOX")
            return not self._mailbox.subjects(ELSEWHERE)
        except _TROUBLE:
            return False


@contextmanager
def _connected(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """Give a client, and close it however it ended: saying LOGOUT to a dead server would leave the socket open."""
    client = mailbox.imap()
    try:
        yield client
    finally:
        with suppress(*_TROUBLE):
            client.shutdown()


HABITS = (
    Colleague._flag,
    Colleague._flag,
    Colleague._move_away,
    Colleague._move_back,
    Colleague._move_back,
    Colleague._bring_back,
    Colleague._expunge,
)
