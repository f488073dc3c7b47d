"""Strict clients: each hands its mail in again until it got a 250, as a mail server would (S1.1)."""

import itertools
import queue
import random
import smtplib
import socket
import threading
from collections.abc import Callable, Iterable, Sequence

from tests.faults.mails import Seeded, Way
from tests.servers.dovecot import Mailbox
from tests.servers.neighbour import HOST
from tests.servers.running_daemon import SUPPORT

HandIn = Callable[[Seeded, int, int], None]
_TROUBLE = (OSError, smtplib.SMTPException)


class Clients:
    """Threads that hand in mails from one list, to whichever daemon takes them."""

    def __init__(self, mails: Iterable[Seeded], ports: Sequence[int], mailbox: Mailbox | None, *, seed: int) -> None:
        self.taken: list[Seeded] = []
        self.given = 0  # how many mails they were given so far
        self.answers: dict[int, int] = {}
        self._mails = iter(mails)
        self._queue: queue.SimpleQueue[Seeded | None] = queue.SimpleQueue()
        self._ports = ports
        self._mailbox = mailbox
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(seed + number,)) for number in range(CLIENTS)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def feed(self, count: int) -> None:
        """Have the next `count` mails handed in."""
        for mail in itertools.islice(self._mails, count):
            self.hand_in(mail)

    def hand_in(self, mail: Seeded) -> None:
        """Have one mail more handed in."""
        self.given += 1
        self._queue.put(mail)

    def feed_all(self) -> None:
        """Have all that is left handed in."""
        for mail in self._mails:
            self.hand_in(mail)

    def finish(self) -> None:
        """End once all is handed in."""
        for _ in self._threads:
            self._queue.put(None)

    def stop(self) -> None:
        """End, whatever is left."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    @property
    def busy(self) -> bool:
        """Tell whether mails are still being handed in."""
        return any(thread.is_alive() for thread in self._threads)

    def _work(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._stop.is_set():
            try:
                mail = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            if mail is None:
                return
            if Way.IMAP in mail.ways and self._mailbox and not self._until_taken(mail, self._deliver, chance):
                return
            if Way.SMTP in mail.ways and not self._until_taken(mail, self._send, chance):
                return
            self.taken.append(mail)

    def _until_taken(self, mail: Seeded, hand_in: HandIn, chance: random.Random) -> bool:
        tries = 0
        while not self._stop.is_set():
            tries += 1
            try:
                hand_in(mail, chance.choice(self._ports), tries)
            except _TROUBLE as trouble:
                code = getattr(trouble, "smtp_code", 0)
                self.answers[code] = self.answers.get(code, 0) + 1
                self._stop.wait(chance.uniform(0.05, 0.4))
            else:
                return True
        return False

    def _send(self, mail: Seeded, port: int, tries: int) -> None:
        with smtplib.SMTP(HOST, port, local_hostname="client.test.example", timeout=40) as server:
            if mail.deaf and tries == 1:
                _send_and_leave(server, mail)
            server.sendmail(mail.sender, [SUPPORT], mail.octets)

    def _deliver(self, mail: Seeded, _port: int, _tries: int) -> None:
        assert self._mailbox
        self._mailbox.deliver(mail.octets, sender=mail.sender)


CLIENTS = 10


def _send_and_leave(server: smtplib.SMTP, mail: Seeded) -> None:
    """Hand a mail in and go away without reading the answer; always raises."""
    server.ehlo()
    server.mail(mail.sender)
    server.rcpt(SUPPORT)
    server.docmd("DATA")
    server.send(mail.octets.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    server.close()
    raise ConnectionAbortedError("it did not wait for the answer")


class HalfOpen:
    """Clients that say half a mail and then nothing, and never go away by themselves."""

    def __init__(self, port: int, count: int) -> None:
        self._sockets = [line for _ in range(count) if (line := _half_a_mail(port))]

    @property
    def count(self) -> int:
        """Return how many there are."""
        return len(self._sockets)

    def close(self) -> None:
        """Let them go."""
        for line in self._sockets:
            line.close()


def _half_a_mail(port: int) -> socket.socket | None:
    words = (
        b"EHLO there\r\n",
        b"MAIL FROM:<primary@acme.example>\r\n",
        f"RCPT TO:<{SUPPORT}>\r\n".encode(),
        b"DATA\r\n",
    )
    try:
        line = socket.create_connection((HOST, port), timeout=3)
    except OSError:
        return None
    try:
        line.recv(1000)
        for word in words:
            line.sendall(word)
            line.recv(1000)
        line.sendall(b"From: primary@acme.example\r\nMessage-ID: <half@acme.example>\r\nSubject: half\r\n\r\nhalf\r\n")
    except OSError:
        line.close()
        return None
    return line
