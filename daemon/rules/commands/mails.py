"""Commands about mails: a note, the billing desk, a reply that waits or is held back, and help."""

from dataclasses import replace

from daemon.model.case_effect import Record
from daemon.model.effect import Queue
from daemon.model.mail_effect import EndMail, Readmit
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.readmission import PendingReply, PendingState, Readmission, Readmitted
from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.draft import Draft
from daemon.rules.notices import notice
from daemon.rules.sayings.saying import Fault, say


def _note(draft: Draft, argument: str) -> Draft:
    nothing_behind("#note", argument)
    draft.on_case()
    return draft.with_line(say("note"), is_note=True)


def _billing(draft: Draft, argument: str) -> Draft:
    """Forward what the customer wrote last on the case, files and all (R12.2)."""
    nothing_behind("#billing", argument)
    case, mail, provider = draft.on_case(), draft.facts.last_mail, draft.plan.provider
    if not provider.billing_address:
        raise Fault("no billing desk")
    if mail is None:
        raise Fault("nothing to forward")
    customer = draft.directory.customer(case.customer)
    told = {
        "by": draft.agent.name,
        "customer": customer.name if customer else case.customer,
        "writer": mail.author,
        "received_at": mail.received_at.isoformat(),
    }
    forwarded = notice(
        NoticeKind.BILLING_FORWARDED,
        Recipient(provider.billing_address, "", draft.plan.languages[0], draft.plan.zone.key),
        case=case.number,
        event=draft.facts.event,
        facts=told,
        text=mail.text,
        author=mail.author,
        attachments=mail.attachments,
    )
    return draft.with_effects((Queue(notice=forwarded),), say("forwarded", address=provider.billing_address))


def _stop(draft: Draft, argument: str) -> Draft:
    """End the agent's replies on the case that have had no effect yet; their text is handed back (S3.7)."""
    nothing_behind("#stop", argument)
    case, mine = draft.on_case(), _pending(draft, *PendingState)
    if not mine:
        raise Fault("nothing waits", command="#stop")
    reason = f"stopped by {draft.agent.email}: {draft.facts.event}"
    for reply in mine:
        ended = EndMail(mail=reply.mail, outcome=Outcome.COMMAND_FAILED, reason=reason, at=draft.facts.now)
        detail = f"mail {reply.mail}, received {reply.received_at:%F %T} UTC"
        recorded = Record(case=case.number, event="reply_stopped", detail=detail, at=draft.at, actor=draft.agent.email)
        draft = draft.with_effects((ended, recorded), say("stopped", time=_clock(draft, reply)))
    return replace(draft, handed_back="\n\n".join(reply.text for reply in mine))


def _send_anyway(draft: Draft, argument: str) -> Draft:
    """Let go what the guard holds back of the agent's on the case (S3.7).

    Where nothing can be held back (`#for`, `#p1g` on no case, `#decline`, the shell), the word beside the text lets
    that text pass; and a text that was held back with the word beside it has nothing more to let go once it is let go.
    """
    nothing_behind("#send-anyway", argument)
    again = draft.facts.readmitted is not None and draft.facts.readmitted.why is Readmission.SENT_ANYWAY
    on_no_case = draft.opens_for is not None or draft.case is None
    may_pass = draft.may_override or on_no_case or again
    mine = () if on_no_case else _pending(draft, PendingState.HELD_BACK)
    if not mine and not may_pass:
        raise Fault("nothing waits", command="#send-anyway")
    readmitted = Readmitted(Readmission.SENT_ANYWAY, draft.facts.now, draft.agent.email)
    for reply in mine:
        released = Readmit(mail=reply.mail, readmitted=readmitted)
        draft = draft.with_effects((released,), say("sent anyway", time=_clock(draft, reply)))
    return draft if mine else draft.with_line(say("not guarded"))


def _pending(draft: Draft, *states: PendingState) -> tuple[PendingReply, ...]:
    """Return the agent's own replies on the case in one of these states."""
    case, own = draft.on_case(), draft.agent.email
    return tuple(
        reply
        for reply in draft.facts.replies.pending
        if reply.case == case.number and reply.sender == own and reply.state in states
    )


def _clock(draft: Draft, reply: PendingReply) -> str:
    return f"{reply.received_at.astimezone(draft.plan.zone):%H:%M:%S}"


def _help(draft: Draft, argument: str) -> Draft:
    nothing_behind("#help", argument)
    return replace(draft, wants_help=True)


NOTE = Command("note", _note)
BILLING = Command("billing", _billing)
STOP = Command("stop", _stop)
SEND_ANYWAY = Command("send-anyway", _send_anyway)
HELP = Command("help", _help)
