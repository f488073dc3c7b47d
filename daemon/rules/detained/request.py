"""How the contacts of a customer are asked about a held request (R2.3, R2.6)."""

from dataclasses import dataclass, replace

from daemon.model.case import Case, Macd
from daemon.model.effect import Detain, Queue
from daemon.model.notice import NEW
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Customer, Mpoc
from daemon.rules.detained.deciders import deciders
from daemon.rules.governor import is_asked_enough
from daemon.rules.macd.approvers import approver_names, surcharge
from daemon.rules.messages import new_text
from daemon.rules.notices import YES, notice, to_mpoc
from daemon.rules.plus_words import EXPEDITE
from daemon.rules.sighting import Sighting
from daemon.rules.subjects import tag


@dataclass(frozen=True, slots=True)
class Deciders:
    """The contacts who decide on a held request: who is asked about it, and who was asked about enough others."""

    asked: tuple[Mpoc, ...]
    spared: tuple[Mpoc, ...]

    @property
    def all_spared(self) -> bool:
        """Tell whether nobody is asked because there are too many such requests (S3.3)."""
        return bool(self.spared) and not self.asked


def deciders_on(sighting: Sighting, customer: Customer, *, is_macd: bool) -> Deciders:
    """Return who is to be asked: each contact who decides, but for whoever wrote it.

    Nor those whose mail bounces (S3.4): where nobody is left, agents find the request in their digest (R2.4).
    """
    facts, plan = sighting.facts, sighting.plan
    out_of_reach = {sighting.mail.originator.address} | facts.marked
    enough = {asked.address for asked in facts.asked_contacts if is_asked_enough(asked, plan)}
    reached = [mpoc for mpoc in deciders(customer, is_macd=is_macd) if mpoc.email not in out_of_reach]
    return Deciders(
        tuple(mpoc for mpoc in reached if mpoc.email not in enough),
        tuple(mpoc for mpoc in reached if mpoc.email in enough),
    )


def ask(
    sighting: Sighting, found: Deciders, case: Case | None, detain: Detain, *, customer: Customer
) -> tuple[Queue, ...]:
    """Show the request to each contact who is asked, in a mail of their own (S3.6).

    Whoever is spared is told once a day that there are more.
    """
    told = {asked.address for asked in sighting.facts.asked_contacts if asked.is_told}
    return (
        *(_question(sighting, mpoc, case, detain) for mpoc in found.asked),
        *(_more(sighting, mpoc, customer) for mpoc in found.spared if mpoc.email not in told),
    )


def _more(sighting: Sighting, mpoc: Mpoc, customer: Customer) -> Queue:
    facts = {"customer": customer.name}
    more = notice(NoticeKind.HELD_MORE, to_mpoc(mpoc), case=None, event=sighting.facts.event, facts=facts)
    return Queue(notice=more)


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
        "may_join": YES if case is not None and not case.has_participant(mail.originator.address) else "",
        **(_macd_facts(sighting, detain.customer) if detain.is_macd and case is None else {}),
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


def _macd_facts(sighting: Sighting, customer_id: str) -> dict[str, str]:
    """Return what a contact must know of a MACD request: who may approve it, and what haste costs (R10.2, R10.3)."""
    customer = sighting.directory.customer(customer_id)
    return {
        "macd": (Macd.EXPEDITED if EXPEDITE in sighting.facts.plus_words else Macd.STANDARD).value,
        "approvers": approver_names(customer) if customer else "",
        "surcharge": surcharge(sighting.plan),
    }


def _writer(sighting: Sighting) -> str:
    name, address = sighting.mail.originator.name, sighting.mail.originator.address
    return f"{name} <{address}>" if name else address


def _wish(case: Case | None) -> str:
    if case is None:
        return "case"
    return "reopen" if case.is_closed() else "join"
