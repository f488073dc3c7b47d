"""Effects on kept mail and on addresses → their rows (S2.3, S3.3, S3.4, S3.7)."""

from typing import assert_never

from daemon.apply.applying import Applying
from daemon.model.mail_effect import (
    AskAbout,
    EndMail,
    LapseBehind,
    MailEffect,
    MarkContact,
    Mute,
    Postpone,
    Readmit,
    UnmarkContact,
)
from daemon.store import addresses, challenges, inbox, pending


def carry(applying: Applying, effect: MailEffect) -> None:
    """Write one effect; a new kind fails type-checking here until it is handled."""
    connection = applying.connection
    match effect:
        case Postpone():
            _postpone(applying, effect)
        case Readmit():
            pending.readmit(connection, effect.mail, effect.readmitted)
        case AskAbout():
            challenges.ask_about(connection, effect)
        case LapseBehind():
            challenges.lapse_behind(connection, effect)
        case EndMail():
            ended = {"outcome": effect.outcome.value, "reason": effect.reason, "decided_at": effect.at}
            inbox.finish(connection, effect.mail, ended)
        case MarkContact():
            addresses.mark(connection, effect)
        case UnmarkContact():
            addresses.unmark(connection, effect.address)
        case Mute():
            addresses.mute(connection, effect)
        case _:
            assert_never(effect)


def _postpone(applying: Applying, effect: Postpone) -> None:
    mail = applying.posting.inbox_id
    assert mail is not None, "only a mail in hand can be postponed"
    pending.postpone(applying.connection, mail, effect, reason=applying.decision.reason)
