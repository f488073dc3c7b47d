"""An incoming mail as a message on a case: what is new in it; quoted text stays in the kept octets."""

from daemon.model.case import CaseNumber
from daemon.model.effect import AddMessage
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail


def incoming_message(mail: InboundMail, facts: Facts, case: CaseNumber) -> AddMessage:
    """Return what somebody wrote on a case, public to everybody on it."""
    return AddMessage(
        case=case,
        incoming=True,
        author=mail.originator.address,
        public=True,
        text=mail.reply_text or mail.text,
        received_at=facts.received_at,
        message_id=mail.message_id,
        attachments=facts.attachments,
    )
