"""What a template may use: the names, and the values behind them.

`provider`, `card` (None where there is no case), `recipient`, `facts`, `text`, `author`, `note_to`, `reply`
(`customer`, `note`, `commands`, `window`, or empty), `language`, `marker`, `case` (such as SUP-1042, or empty),
`case_subject`, `answer_subject`, `subject` (of the mail that is answered), `number` (of
the detained mail, window or storm that the mail is about, or empty), `name` (of the recipient, one line),
`attachments`, `offers` (signed addresses: `confirm`, `approve`, `join`, `decline`, each empty where the kind does not
offer it), `charts` (Content-IDs of the pictures that the mail carries, by name; empty where it carries none).
"""

from dataclasses import replace

from daemon.model.mail import REPLY_MARKER, Purpose
from daemon.model.notice import CaseCard, OutgoingMail
from daemon.model.notice_kinds import NOTICES
from daemon.model.plan import Provider
from daemon.model.text import clean_line, clean_text
from daemon.outbound.charts import content_id, names_of
from daemon.outbound.subject import LONGEST_ECHO, answer_subject, plain_subject, tag, tagged_subject

_REPLIES = {
    Purpose.CUSTOMER: "customer",
    Purpose.ANSWER: "customer",
    Purpose.NOTE: "note",
    Purpose.DIGEST: "commands",
    Purpose.STORM: "commands",
    Purpose.WINDOW: "window",
}
_OFFERS = {
    Purpose.CONFIRM: "confirm",
    Purpose.APPROVE: "approve",
    Purpose.DECLINE: "decline",
    Purpose.HELD_APPROVE: "approve",
    Purpose.HELD_JOIN: "join",
    Purpose.HELD_DECLINE: "decline",
}
_NO_OFFERS = dict.fromkeys(_OFFERS.values(), "")
LONGEST_NAME = 80
LONGEST_LINE = 300


def context_of(mail: OutgoingMail, provider: Provider, language: str) -> dict[str, object]:
    """Return every name that the templates of this notice may use."""
    notice, card = mail.notice, mail.card
    original_subject = notice.subject or notice_fact(mail, "subject")
    return {
        "provider": provider,
        "card": _clean(card) if card else None,
        "recipient": notice.to,
        "name": clean_line(notice.to.name, longest=LONGEST_NAME),
        "facts": {name: clean_text(value) for name, value in notice.facts},
        "text": clean_text(notice.text).strip("\n"),
        "author": clean_line(notice.author, longest=LONGEST_NAME),
        "attachments": notice.attachments,
        "note_to": mail.note_to,
        "offers": _NO_OFFERS | {_OFFERS[purpose]: to for purpose, to in mail.offers},
        "charts": {name: content_id(mail, name) for name in names_of(mail)},
        "reply": _REPLIES.get(NOTICES[notice.kind].reply, ""),
        "language": language,
        "marker": REPLY_MARKER.strip(),
        "case": tag(provider.prefix, card.number) if card else "",
        "case_subject": tagged_subject(card, provider.prefix) if card else "",
        "number": str(notice.about or ""),
        "subject": plain_subject(original_subject, provider.prefix, longest=LONGEST_ECHO),
        "answer_subject": answer_subject(original_subject, provider.prefix),
    }


def _clean(card: CaseCard) -> CaseCard:
    """Return the card with clean lines: subjects and names were other people's."""
    return replace(
        card,
        subject=_line(card.subject),
        customer_name=_line(card.customer_name),
        requester=_line(card.requester),
        assignee_name=_line(card.assignee_name),
        escalation=tuple(_line(contact) for contact in card.escalation),
    )


def _line(text: str) -> str:
    return clean_line(text, longest=LONGEST_LINE)


def notice_fact(mail: OutgoingMail, name: str) -> str:
    """Return one fact of the notice, or the empty string."""
    return dict(mail.notice.facts).get(name, "")
