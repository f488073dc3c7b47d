"""A reply to all carries addresses that somebody else chose: those of ours that decide something decide nothing there.

Whoever got hold of a contact's address that approves, confirms or declines can put it into Cc of a mail to that very
contact, whose "Thanks, see you at lunch" to everybody would then approve (S2.5, S2.8).  So such an address counts where
a mail was written to the desk alone, by its header: a mail to somebody else that they send on to us as it was signed
(DKIM replay) decides nothing either.  A direct reply to our question counts by its words, whoever reads it too, if the
desk is among them.
"""

from dataclasses import replace

from daemon.model.mail import InboundMail, Purpose, Reference, Subject, subject_of
from daemon.model.plan import Plan
from daemon.rules.opening import is_own

NOT_ON_CASES = frozenset(purpose for purpose in Purpose if subject_of(purpose) is not Subject.CASE)
DECIDING = NOT_ON_CASES | {Purpose.APPROVE, Purpose.DECLINE, Purpose.CONFIRM}


def is_to_us_alone(mail: InboundMail, plan: Plan) -> bool:
    """Tell whether a mail names the desk as its reader, perhaps its own writer, and nobody else.

    One that names nobody may have been written to anybody: whoever got it can send it on to us as it was signed.
    """
    readers = {reader.address for reader in mail.to + mail.cc} - {mail.originator.address}
    return bool(readers) and all(is_own(reader, plan) for reader in readers)


def is_to_us(mail: InboundMail, plan: Plan) -> bool:
    """Tell whether a mail names the desk among its readers: whoever answers one of ours does."""
    return any(is_own(reader.address, plan) for reader in mail.to + mail.cc)


def that_count(references: tuple[Reference, ...], mail: InboundMail, plan: Plan) -> tuple[Reference, ...]:
    """Return the signed addresses of a mail for what they say there: case and writer as ever, decisions perhaps not."""
    if is_to_us_alone(mail, plan):
        return references
    return tuple(_plain(one) if one.purpose in DECIDING else one for one in references)


def _plain(reference: Reference) -> Reference:
    return replace(reference, purpose=Purpose.CUSTOMER if reference.case else Purpose.NOTHING, number=reference.case)
