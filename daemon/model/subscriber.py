"""Subscribers of the status page (R8.2): confirmed addresses with their language, stored apart from contacts."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ERASED = "erased"
"""Stands for the address in rows that outlive their subscriber."""
TOKEN_LENGTH = 26
"""130 bits."""
_TOKEN = re.compile(rf"[a-z2-7]{{{TOKEN_LENGTH}}}")


class ScopeKind(StrEnum):
    """What one can subscribe to."""

    PLATFORM = "platform"  # a product id
    INCIDENT = "incident"  # a master case's number


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that is subscribed to."""

    kind: ScopeKind
    of: str

    def __str__(self) -> str:
        """Return it as it is stored and stands in forms: `platform:voice`, `incident:1042`."""
        return f"{self.kind}:{self.of}"


def read_scope(text: str) -> Scope | None:
    """Return the scope that is written so, or None."""
    kind, _, of = text.partition(":")
    return Scope(ScopeKind(kind), of) if kind in tuple(ScopeKind) and of else None


def is_token(text: str) -> bool:
    """Tell whether this may be a subscriber's token at all."""
    return _TOKEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Somebody who asked for updates."""

    id: int
    address: str  # lower-cased
    language: str
    token: str  # [a-z2-7]{26}: stands in the links of their mails; whoever has it manages their subscriptions
    asked_at: datetime
    scopes: tuple[Scope, ...] = ()  # those that were confirmed (double opt-in)
    asked: tuple[Scope, ...] = ()  # those that wait to be confirmed
