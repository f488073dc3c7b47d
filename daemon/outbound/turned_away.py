"""A server that answers and yet takes no mail (S1.6): relaying denied, all put off.  Each mail alone does not show it.

One wrong address is no trouble of the server; several people in a row, and nobody between them, are.
"""

from collections.abc import Iterable

from daemon.model.notice import OutgoingMail
from daemon.outbound.outcomes import Deferred, Outcome, Refused, Sent, Unknown
from daemon.outbound.preparing import CANNOT_BE_BUILT
from daemon.outbound.recording import Untried

MANY = 5
"""So many different recipients in a row are no chance."""


class TurnedAway:
    """Whom the server has refused or put off since it took a mail."""

    def __init__(self) -> None:
        self._recipients: set[str] = set()
        self._reason = ""

    @property
    def trouble(self) -> str:
        """Return what is wrong, for health, or nothing."""
        if len(self._recipients) < MANY:
            return ""
        return (
            f"the server takes no mail: {len(self._recipients)} people in a row were turned away, last: {self._reason}"
        )

    def note(self, outcomes: Iterable[tuple[OutgoingMail, Outcome | Untried]]) -> None:
        """Count what became of some mails; one that was taken ends the row."""
        for mail, outcome in outcomes:
            if isinstance(outcome, Sent | Unknown):
                self._recipients.clear()
            elif isinstance(outcome, Deferred) or (isinstance(outcome, Refused) and outcome.code != CANNOT_BE_BUILT):
                self._recipients.add(mail.notice.to.address)
                self._reason = outcome.reason
