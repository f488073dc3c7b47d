"""flufl.bounce, asked where our own reader names no recipient of a delivery report: the one door to it.

It knows the free forms of many old servers.  It is given the first octets only, it may fail as it likes, and what it
calls permanent is judged again by the words of the report: it counts a full mailbox as permanent, S3.4 does not.
"""

import logging
from email import message_from_bytes
from email.message import Message
from typing import TypeAlias

from flufl.bounce import all_failures

from daemon.ingest.bounce_reason import is_only_late, is_passing
from daemon.model.mail import BouncedRecipient
from daemon.model.text import clean_line

_MOST_OCTETS = 65_536
_MOST_LINES = 1_000  # each of its hundred readers looks at each line
_LONGEST_ADDRESS = 320
_LONGEST_REASON = 1_000
_Parsed: TypeAlias = "Message[str, str]"
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)  # a traceback for every odd report, by anybody


def library_recipients(raw: bytes, words: str) -> tuple[BouncedRecipient, ...]:
    """Return the recipients that flufl.bounce finds in a mail, in the order of their addresses.

    Args:
        raw: the mail.
        words: the report's own words, without the message that it returns; they tell hard from soft.
    """
    late, permanent = _failures(b"\n".join(raw[:_MOST_OCTETS].split(b"\n", _MOST_LINES)[:_MOST_LINES]))
    passing = is_passing(words) or is_only_late(words)
    reason = clean_line(words, longest=_LONGEST_REASON)
    found = dict.fromkeys(late, False) | dict.fromkeys(permanent, not passing)
    return tuple(
        BouncedRecipient(address, "5.0.0" if found[address] else "4.0.0", reason, hard=found[address])
        for address in sorted(found)
    )


def _failures(octets: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """Ask the library; the standard library's parser and the detectors may raise on odd mail, which finds nothing."""
    try:
        parsed: _Parsed = message_from_bytes(octets)
        late, permanent = all_failures(parsed)
    except Exception:  # noqa: BLE001 - a library on hostile octets: nothing is found, and the mail is kept all the same
        return frozenset(), frozenset()
    return _addresses(late), _addresses(permanent)


def _addresses(found: frozenset[bytes]) -> frozenset[str]:
    """Return what may be an address, lower-cased."""
    decoded = (clean_line(address.decode("ascii", "replace"), longest=_LONGEST_ADDRESS).lower() for address in found)
    return frozenset(address for address in decoded if "@" in address)
