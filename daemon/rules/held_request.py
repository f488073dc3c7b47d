"""How the contacts of a customer are asked about a held request (R2.3, R2.6)."""

from dataclasses import replace

from daemon.model.case import Case
from daemon.model.effect import Detain, Queue
from daemon.model.notice import NEW
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Customer, Mpoc
from daemon.rules.deciders import deciders
from daemon.rules.messages import new_text
from daemon.rules.notices import notice, to_mpoc
from daemon.rules.sighting import Sighting
from daemon.rules.subjects import tag


def ask_deciders(sighting: Sighting, customer: Customer, case: Case | None, detain: Detain) -> tuple[Queue, ...]:
    """Show the request to each contact who decides, in a mail of their own; not to whoever wrote it (S3.6).

    Nor to those whose mail bounces (S3.4): where nobody is left, agents find the request in their digest (R2.4).
    """
    out_of_reach = {sighting.mail.originator.address} | sighting.facts.marked
    asked = (mpoc for mpoc in deciders(customer, is_macd=detain.is_macd) if mpoc.email not in out_of_reach)
    return tuple(_question(sighting, mpoc, case, detain) for mpoc in asked)


def _question(sighting: Sighting, mpoc: Mpoc, case: Case | None, detain: Detain) -> Queue:
    mail, facts = sighting.mail, sighting.facts
    told = {
        "writer": _writer(sighting),
        "subject": mail.subject,
        "received_at": facts.received_at.isoformat(),
        "wish": _wish(case),
        "about": tag(sighting.plan.provider.prefix, case.number) if case else "",
        "lapses_at": detain.lapses_at.isoformat() if detain.lapses_at else "",
        "files": "\n".join(ref.name for ref in facts.attachments),
    }
    question = notice(
        NoticeKind.HELD_REQUEST,
        to_mpoc(mpoc),
        case=None,
        event=facts.event,
        facts=told,
        text=new_text(mail),  # without what it quotes: signed addresses of others may stand there (S2.8)
        author=mail.originator.name,
        subject=mail.subject,
    )
    return Queue(notice=replace(question, about=NEW))


def _writer(sighting: Sighting) -> str:
    name, address = sighting.mail.originator.name, sighting.mail.originator.address
    return f"{name} <{address}>" if name else address


def _wish(case: Case | None) -> str:
    if case is None:
        return "case"
    return "reopen" if case.is_closed() else "join"
