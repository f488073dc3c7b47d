"""What an agent wants done, by mail or from the shell: the case, the commands, the words (interface.md)."""

from dataclasses import dataclass

from daemon.model.case import Case
from daemon.model.facts import Facts
from daemon.model.people import Agent
from daemon.model.plan import MailboxPolicy
from daemon.rules.commands.text import CommandedText


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentText:
    """What an agent wants done, by mail or from the shell."""

    agent: Agent
    case: Case | None
    commanded: CommandedText
    facts: Facts
    policy: MailboxPolicy
    is_note: bool = False  # it came to the address of a note
    message_id: str = ""
    subject: str = ""
    forwarded_text: str = ""
    at_shell: bool = False

    @property
    def written(self) -> str:
        """Return the agent's own words, commands and all, to be handed back."""
        return "\n".join([*(line.raw for line in self.commanded.commands), "", self.commanded.text]).strip()

    @property
    def commands(self) -> frozenset[str]:
        """Return the names of the commands."""
        return frozenset(line.name for line in self.commanded.commands)
