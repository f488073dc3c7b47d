"""The week on the stage: who takes part, and what every chapter needs to act, to wait and to check."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from examples.demo.company import CommandFailed, Company
from examples.demo.postbox import Person, Postbox, Received
from examples.demo.stage import Stage
from examples.demo.waiting import wait_for

ACME = Person("Acme Primary", "primary@acme.example")
ACME_SECOND = Person("Acme Secondary", "secondary@acme.example")
ACME_USER = Person("Acme User", "user@acme.example")
GLOBEX = Person("Globex Direction Informatique", "primary@globex.example")
INITECH = Person("Initech Primary", "primary@initech.example")
MANAGER = Person("Service Manager", "manager@desk.example")
STRANGER = Person("Stranger", "somebody@stranger.example")
AGENTS = {
    "agent1": Person("Agent One", "agent1@desk.example"),
    "agent2": Person("Agent Two", "agent2@desk.example"),
    "agent3": Person("Agent Three", "agent3@desk.example"),
}
DESK_DOMAIN = "@desk.example"
DECISION_SECONDS = 20


@dataclass(slots=True)
class Week:
    """The company in its week."""

    company: Company
    postbox: Postbox
    stage: Stage
    old_subject: str
    recent: str  # the case closed three days ago
    old: str  # the case closed nine days ago
    current: str = ""  # this week's case
    agent: Person = AGENTS["agent1"]  # who has it
    mails: int = 0  # received so far
    last_to: dict[tuple[str, str], Received] = field(default_factory=dict)  # the last mail by (address, case)
    verdicts: list[tuple[str, bool]] = field(default_factory=list)

    def check(self, expected: str, came_out: bool) -> None:  # noqa: FBT001 - a verdict is a yes or no
        """Note whether what the plan promises came out so, and show it."""
        self.verdicts.append((expected, came_out))
        self.stage.verdicts(self.verdicts[-1:])

    def send(self, message: EmailMessage) -> str:
        """Send a mail; returns its Message-ID."""
        return self.postbox.send(message)

    def answer(self, by: Person, case: str, text: str) -> str:
        """Answer the last mail that this person got on a case; returns the answer's Message-ID."""
        return self.send(self.postbox.reply(by, self.last_to[by.address, case], text))

    def receives(self, to: str, *, about: str = "") -> Received:
        """Wait for a mail of the desk and show it; a person's last mail on a case is what they answer."""
        mail = self.postbox.fetch(to, about=about)
        self.stage.mail(mail.message, mail.text, by_desk=True)
        self.remember(mail)
        return mail

    def remember(self, mail: Received) -> None:
        """Note a mail, the last one that its recipient got on its case."""
        self.last_to[mail.to, mail.case] = mail
        self.mails += 1

    def decided(self, message_id: str) -> dict[str, Any]:
        """Wait until the desk has decided on a mail, and return how it ended."""
        return wait_for(lambda: self._ended(message_id), seconds=DECISION_SECONDS, what=f"a decision on {message_id}")

    def case(self, case: str) -> dict[str, Any]:
        """Return a case, whole."""
        shown: dict[str, Any] = self.company.ask("case", "show", case)
        return shown

    def is_quiet(self, person: Person) -> bool:
        """Tell whether the desk has sent this person nothing more; `nothing_unexpected` has the last word."""
        return person.address not in [mail.to for mail in self.postbox.unread()]

    def nothing_unexpected(self) -> bool:
        """Tell whether the outbox holds the mails of the story, each sent, and not one more.

        The managers' weekly report comes besides where the week has had its first opening.
        """
        listed: list[dict[str, Any]] = self.company.ask("outbox", "list")
        rows = [row for row in listed if row["kind"] != "weekly_report"]
        return {row["state"] for row in rows} == {"sent"} and len(rows) == self.mails

    def _ended(self, message_id: str) -> dict[str, Any]:
        listed: list[dict[str, Any]] = self.company.ask("mail", "list")
        mine = [line for line in listed if (line["message_id"] or "").strip("<>") == message_id.strip("<>")]
        return mine[0] if mine and mine[0]["outcome"] else {}


def play(week: Week, chapters: tuple[tuple[str, Callable[[Week], None]], ...]) -> None:
    """Play chapters in their order; one whose mail is refused or never comes fails, and the next one begins."""
    for title, chapter in chapters:
        week.stage.chapter(title)
        try:
            chapter(week)
        except (OSError, KeyError, CommandFailed) as missing:
            week.check(f"{title}: {missing}", came_out=False)
