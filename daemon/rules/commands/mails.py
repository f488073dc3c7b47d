"""Commands about mails: a note, the billing desk, the waiting period of a mail to many, and help."""

from dataclasses import replace

from daemon.model.effect import Queue
from daemon.model.notice import NoticeKind, Recipient
from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.draft import Draft
from daemon.rules.notices import notice
from daemon.rules.sayings import Fault, say


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


def _stop(_draft: Draft, argument: str) -> Draft:
    nothing_behind("#stop", argument)
    raise Fault("nothing waits", command="#stop")


def _send_anyway(_draft: Draft, argument: str) -> Draft:
    nothing_behind("#send-anyway", argument)
    raise Fault("nothing waits", command="#send-anyway")


def _help(draft: Draft, argument: str) -> Draft:
    nothing_behind("#help", argument)
    return replace(draft, wants_help=True)


NOTE = Command("note", _note)
BILLING = Command("billing", _billing)
STOP = Command("stop", _stop)
SEND_ANYWAY = Command("send-anyway", _send_anyway)
HELP = Command("help", _help)
