"""What happens to a desk from outside: somebody writes, or an agent does something; and the story that follows."""

from dataclasses import dataclass
from datetime import datetime

ASSIGNEE = "assignee"
"""As the agent of an event: whoever has the case by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEvent:
    """Somebody writes to the desk.

    Cases go by labels: a mail that opens one gives it its `label`; a mail that `answers` a label continues that case.
    """

    at: datetime
    sender: str
    text: str
    subject: str = ""
    answers: str = ""  # a label, or a case such as SUP-1042
    label: str = ""
    to_plus: str = ""  # "macd", "escalate", "expedite"; "confirm", "approve" or "decline": the address so offered
    is_automatic: bool = False  # written by a program, such as a vacation note (R4.8)
    place: str = ""  # "FILE:LINE", for what is said of it


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent:
    """An agent does something on a case, as by `supportd case do`."""

    at: datetime
    agent: str  # id, address, or ASSIGNEE
    case: str  # a label, or a case such as SUP-1042
    commands: tuple[str, ...] = ()
    text: str = ""
    place: str = ""


LoadEvent = MailEvent | AgentEvent


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story."""

    at: datetime
    action: str
    case: str  # SUP-1042, or empty
    detail: str
    to: str = ""  # of a mail: its recipient
    kind: str = ""  # of a mail: its kind
