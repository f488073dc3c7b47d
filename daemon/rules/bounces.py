"""What a report on a mail of ours means (S3.4): the address is dead, the mail is late, its reader complained, nothing.

Only a report that came to the signed reverse-path of that very mail is judged here: each mail of ours has one recipient
and one reverse-path (VERP), so whatever address a report names, the mail to this recipient did not arrive.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.facts import SentMail
from daemon.model.mail import DeliveryReport
from daemon.model.mail_effect import MarkContact
from daemon.rules.address_marks import COMPLAINT

LONGEST_WHY = 300


class Verdict(StrEnum):
    """What a report says of the mail."""

    HARD = "bounced for good"
    SOFT = "delayed, or refused for now"
    COMPLAINT = "its reader complained"  # a feedback report, RFC 5965
    NOTHING = "nothing failed"  # a success report, or whatever a vacation program sends to a reverse-path


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, with the server's words."""

    verdict: Verdict
    why: str = ""


def judge(report: DeliveryReport | None, sent: SentMail) -> Judged:
    """Judge a report that is bound to a mail of ours.

    Args:
        report: what was read; None where the mail to the reverse-path is none.
        sent: the mail of ours.
    """
    if report is None or report.is_success:
        return Judged(Verdict.NOTHING)
    if report.is_feedback and not report.is_complaint:
        return Judged(Verdict.NOTHING)
    if report.is_complaint:
        return Judged(Verdict.COMPLAINT, f"{COMPLAINT}: {sent.recipient} reported our mail as unwanted")
    failed = next((recipient for recipient in report.recipients if recipient.hard), None)
    if failed is not None:
        return Judged(Verdict.HARD, failed.reason or failed.status)
    named = next(iter(report.recipients), None)
    return Judged(Verdict.SOFT, (named.reason or named.status) if named else "")


def mark_of(judged: Judged, sent: SentMail, *, at: datetime) -> tuple[MarkContact, ...]:
    """Return the mark of an address that is dead or that complained (S3.4)."""
    if judged.verdict not in (Verdict.HARD, Verdict.COMPLAINT):
        return ()
    return (MarkContact(address=sent.recipient, why=judged.why[:LONGEST_WHY], at=at),)
