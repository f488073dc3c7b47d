"""Everybody outside: clients with seeded mails, people who answer what they get, a colleague in the mailbox."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.faults.clients import Clients
from tests.faults.colleague import Colleague
from tests.faults.correspondents import Correspondents
from tests.faults.invariants import Handed
from tests.faults.mails import seeded_mails
from tests.faults.stage import Stage
from tests.waiting import wait_for

ANSWERS = 0.3
"""Of all mails so many answer one of ours."""
LAST_ANSWERS_SECONDS = 30.0


class Traffic:
    """All the mail of one run: so many mails in all, an answer being one."""

    def __init__(self, stage: Stage, *, seed: int, mails: int) -> None:
        mailbox = stage.neighbours.mailbox
        by_imap = mailbox is not None
        self._answers = int(mails * ANSWERS)
        first = seeded_mails(seed, mails - self._answers, by_imap=by_imap)
        self.clients = Clients(first, [site.smtp_port for site in stage.sites], mailbox, seed=seed)
        self.people = Correspondents(stage.sink, self.clients.hand_in, seed=seed, by_imap=by_imap)
        self._colleague = Colleague(mailbox, seed=seed) if mailbox else None

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Have everybody at work."""
        others = (self.people, self._colleague) if self._colleague else (self.people,)
        self.clients.start()
        for other in others:
            other.start()
        try:
            yield
        finally:
            self.clients.stop()
            for other in others:
                other.stop()

    def feed(self, count: int) -> None:
        """Have so many mails more handed in."""
        answers = min(int(count * ANSWERS), self._answers)
        self._answers -= answers
        self.people.allow(answers)
        self.clients.feed(count - answers)

    @property
    def waiting(self) -> int:
        """Return how many mails are with the clients, and not taken yet."""
        return self.clients.given - len(self.clients.taken)

    def feed_rest(self) -> None:
        """Have all that is left handed in."""
        self.people.allow(self._answers)
        self.clients.feed_all()

    def finish(self, *, seconds: float) -> None:
        """Wait until all that was fed is taken."""
        with suppress(TimeoutError):  # nobody may have got enough to answer
            wait_for(lambda: self.people.left == 0, seconds=LAST_ANSWERS_SECONDS, what="all answers are written")
        self.people.stop()
        self.clients.finish()
        wait_for(lambda: not self.clients.busy, seconds=seconds, what="all mails are taken")

    @property
    def handed(self) -> tuple[Handed, ...]:
        """Return what the daemons are responsible for."""
        noise = self._colleague.noise if self._colleague else ()
        vanishing = (Handed(name, frozenset({"quarantined"}), may_vanish=True) for name in noise)
        return (*(mail.handed for mail in self.clients.taken), *vanishing)
