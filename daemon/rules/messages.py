"""An incoming mail as a message on a case: what is new in it; quoted text stays in the kept octets."""

from daemon.model.case import CaseNumber
from daemon.model.case_effect import AddMessage
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail


def incoming_message(mail: InboundMail, facts: Facts, case: CaseNumber) -> AddMessage:
    """Return what somebody wrote on a case, public to everybody on it."""
    return AddMessage(
        case=case,
        incoming=True,
        author=mail.originator.address,
        public=True,
        text=new_text(mail),
        received_at=facts.received_at,
        message_id=mail.message_id,
        attachments=facts.attachments,
    )


def new_text(mail: InboundMail) -> str:
    """Return what is new in a mail: of an answer the reply, of a mail that forwards another one both."""
    forwards = bool(mail.forwarded_text) and not mail.in_reply_to
    return mail.text if forwards or not mail.reply_text else mail.reply_text
