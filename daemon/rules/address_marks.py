"""What is noted of addresses beyond the configuration: they bounce, they complained, they are muted (S3.3, S3.4)."""

from daemon.model.effect import Effect
from daemon.model.mail import Purpose
from daemon.model.mail_effect import UnmarkContact
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.rules.governor import muting
from daemon.rules.sighting import Sighting

COMPLAINT = "complaint"
"""Begins the reason of a mark that a feedback report set (RFC 5965)."""


def around(sighting: Sighting, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Put around a mail's effects what it says of its writer: first that they are alive, last that they are muted."""
    return (*_alive(sighting), *effects, *muting(effects, sighting.facts, sighting.plan))


def _alive(sighting: Sighting) -> tuple[UnmarkContact, ...]:
    """Take the mark from an address that writes to us, with a proof and not by a program (S3.4)."""
    who = sighting.who
    wrote = who is not None and who.is_proven and not sighting.mail.marks.automatic
    returned = sighting.mail.report is not None or sighting.facts.is_own or sighting.facts.sent is not None
    if who is None or who.address not in sighting.facts.marked or not wrote or returned:
        return ()
    return (UnmarkContact(address=who.address),)


def unwanted(kind: NoticeKind, why_marked: str) -> str:
    """Return why a notice is not sent to a marked address, or the empty string.

    Who complained of our mail gets none that the daemon writes by itself, until they write again; an agent's own words
    go to them, and so does whatever the desk's own people are told.  A challenge does too: a mail of theirs waits, and
    without that question nobody could ever answer it (S2.3).
    """
    spec = NOTICES[kind]
    is_welcome = not spec.automatic or spec.audience is Audience.AGENT or spec.reply is Purpose.CHALLENGE
    if is_welcome or not why_marked.startswith(COMPLAINT):
        return ""
    return "its reader complained of our mail, and has not written since (S3.4)"
