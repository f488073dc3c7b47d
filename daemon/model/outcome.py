"""How a kept message ends, and what becomes of one that waits for a person."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a kept message ended: the contract of interface.md."""

    CASE_OPENED = "case_opened"
    CASE_UPDATED = "case_updated"
    CASE_REOPENED = "case_reopened"
    FOLLOW_UP_OPENED = "follow_up_opened"
    HELD = "held"
    APPROVED = "approved"
    DECLINED = "declined"
    CHALLENGED = "challenged"
    QUARANTINED = "quarantined"
    DUPLICATE_MESSAGE = "duplicate_message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"
    AGENT_UPDATE = "agent_update"
    AGENT_NOTE = "agent_note"
    COMMAND_FAILED = "command_failed"
    REJECTED = "rejected"
    FAILED = "failed"


class DetainedKind(StrEnum):
    """Why a mail waits for a person."""

    HELD = "held"  # for a customer's MPOC (R2.3)
    QUARANTINED = "quarantined"  # for agents (R2.4)
    CHALLENGED = "challenged"  # for the answer of the address on file (S2.3)

    @property
    def for_agents(self) -> "DetainedKind":
        """Return what agents list and settle it as: challenged mail with what is quarantined."""
        return DetainedKind.QUARANTINED if self is DetainedKind.CHALLENGED else self


class DetainedState(StrEnum):
    """What became of a detained mail."""

    OPEN = "open"
    RELEASED = "released"
    DECLINED = "declined"
    DISCARDED = "discarded"
    LAPSED = "lapsed"
