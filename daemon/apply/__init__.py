"""Effects → rows: the only writer of cases and of the outbox, in the transaction of the decision.

A new kind of effect fails type-checking here (`assert_never`) until it is handled.
"""

from daemon.apply.applying import InHand
from daemon.apply.carrying import apply

__all__ = ["InHand", "apply"]
