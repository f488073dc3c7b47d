"""One decision on its way into the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from daemon.model.case import NEW_CASE, Case, CaseNumber
from daemon.model.effect import Decision
from daemon.posting import Posting
from daemon.store import case_rows
from daemon.store.database import Connection
from daemon.store.detained import DetainedMail


@dataclass(frozen=True, slots=True)
class InHand:
    """What is kept of the mail in hand: its detention, where it is detained, and its attachments by hash."""

    detained: DetainedMail | None = None
    octets: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Applying:
    """A decision whose effects are being written, in one transaction."""

    connection: Connection
    posting: Posting
    decision: Decision
    mail: InHand
    opened: CaseNumber = NEW_CASE
    made: int = 0  # number of the detained mail, window or storm that the decision makes
    seen: Case | None = None  # the case of the decision, then of the last notice, until an effect may have changed it
    events: list[dict[str, Any]] = field(default_factory=list)  # lines of history, written at the end

    def number(self, case: CaseNumber) -> CaseNumber:
        """Return the number behind `NEW_CASE`."""
        return self.opened if case == NEW_CASE else case

    def change(self, case: CaseNumber, values: dict[str, Any]) -> None:
        """Change columns of a case."""
        case_rows.change_case(self.connection, self.number(case), values)

    def record(self, case: CaseNumber, event: str, detail: str, **at_and_actor: Any) -> None:
        """Note a line of history."""
        row = {"case_number": self.number(case), "inbox_id": self.posting.inbox_id, "event": event, "detail": detail}
        self.events.append(row | {"rules": list(self.decision.rules)} | at_and_actor)

    def end(self) -> None:
        """Write the history of the whole decision."""
        if self.events:
            case_rows.insert_history(self.connection, self.events)
