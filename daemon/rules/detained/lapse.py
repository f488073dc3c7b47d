"""What becomes of detained mail that nobody answers in its time (R2.3, S2.3)."""

from datetime import datetime

from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Queue, Settle
from daemon.model.mail_effect import LapseBehind
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.people import Customer
from daemon.model.readmission import DetainedRequest
from daemon.rules.detained.deciders import contacts_of, deciders
from daemon.rules.notices import notice, to_mpoc, to_outsider

DAEMON = "daemon"


def lapse(request: DetainedRequest, at: datetime, charter: Charter) -> Decision:
    """Let detained mail lapse as of `at`: it stays stored.

    Of a held request its sender and the contacts are told, once each (R2.3); mail that a challenge was about lapses
    silently, since nobody has proved to have written it (S2.3, S3.1), and with it what the challenge only counted: what
    came later is asked about in its turn.
    """
    settle = Settle(detained=request.id, state=DetainedState.LAPSED, at=at, actor=DAEMON)
    customer = charter.directory.customer(request.customer)
    told: tuple[Effect, ...] = (LapseBehind(sender=request.sender, before=request.id, at=at, actor=DAEMON),)
    outcome, reason = Outcome.CHALLENGED, f"nobody answered the challenge about mail {request.mail}"
    if request.kind is DetainedKind.HELD:
        outcome, reason = Outcome.HELD, f"nobody answered held request {request.id}"
        told = _tell(request, customer, charter) if customer else ()
    return Decision(outcome=outcome, effects=(settle, *told), reason=reason, rules=("R2.3", "S2.3"))


def _tell(request: DetainedRequest, customer: Customer, charter: Charter) -> tuple[Queue, ...]:
    contacts = [to_mpoc(mpoc) for mpoc in deciders(customer, is_macd=request.is_macd)]
    people = {to.address: to for to in (*contacts, to_outsider(request.sender, customer))}
    return tuple(_lapsed(request, to, customer, charter) for to in people.values())


def _lapsed(request: DetainedRequest, to: Recipient, customer: Customer, charter: Charter) -> Queue:
    told = {
        "writer": request.sender,
        "subject": request.subject,
        "contacts": contacts_of(customer, charter.plan, is_macd=request.is_macd),
        "customer": customer.name,
        "days": str(charter.plan.held_days),
    }
    wrote = request.message_id if to.address == request.sender else ""
    lapsed = notice(
        NoticeKind.HELD_LAPSED,
        to,
        case=None,
        event=f"lapsed {request.id}",
        facts=told,
        subject=request.subject,
        in_reply_to=wrote,
    )
    return Queue(notice=lapsed)
