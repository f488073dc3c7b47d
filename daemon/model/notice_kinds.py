"""Every kind of mail that the daemon sends: who reads it, what a reply to it would be, the facts its templates use."""

from enum import StrEnum

from daemon.model.mail import Purpose
from daemon.model.notice_spec import Audience, NoticeSpec


class NoticeKind(StrEnum):
    """Every kind of mail that the daemon sends; each has a folder of templates a language."""

    ACKNOWLEDGEMENT = "acknowledgement"
    FOLLOW_UP_OPENED = "follow_up_opened"
    REOPENED = "reopened"
    UPDATE = "update"
    UPDATE_RECEIVED = "update_received"
    STATUS_CHANGED = "status_changed"
    HELD = "held"
    DECLINED = "declined"
    QUARANTINE_ANSWER = "quarantine_answer"
    CASE_ASSIGNED = "case_assigned"
    CUSTOMER_WROTE = "customer_wrote"
    OUTSIDER_WROTE = "outsider_wrote"
    AGENT_UNPROVEN = "agent_unproven"
    DELIVERY_FAILED = "delivery_failed"
    HOLD_ENDED = "hold_ended"
    COMMANDS_DONE = "commands_done"
    COMMAND_FAILED = "command_failed"
    CLOCK_REMINDER = "clock_reminder"
    CLOCK_BREACHED = "clock_breached"
    CONFIRMATION_REMINDER = "confirmation_reminder"
    ANSWER_REMINDER = "answer_reminder"
    SILENCE_WARNING = "silence_warning"
    ESCALATED = "escalated"
    ESCALATION_REPORT = "escalation_report"
    ESCALATION_ANSWER = "escalation_answer"
    MACD_ACKNOWLEDGEMENT = "macd_acknowledgement"
    MACD_CHANGED = "macd_changed"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_GIVEN = "approval_given"
    APPROVAL_LATE = "approval_late"
    BILLING_FORWARDED = "billing_forwarded"
    WEEKLY_REPORT = "weekly_report"
    CHALLENGE = "challenge"
    CHALLENGE_LATE = "challenge_late"
    HELD_REQUEST = "held_request"
    HELD_MORE = "held_more"
    HELD_DECIDED = "held_decided"
    HELD_LAPSED = "held_lapsed"
    REQUEST_APPROVED = "request_approved"
    QUARANTINE_DIGEST = "quarantine_digest"
    REPLY_HELD_BACK = "reply_held_back"
    REPLY_EXPIRED = "reply_expired"
    REPLIES_CROSSED = "replies_crossed"
    ALARM = "alarm"
    MAINTENANCE_AHEAD = "maintenance_ahead"
    MAINTENANCE_BEGUN = "maintenance_begun"
    MAINTENANCE_ENDED = "maintenance_ended"
    MAINTENANCE_CHANGED = "maintenance_changed"
    MAINTENANCE_CANCELLED = "maintenance_cancelled"
    MAINTENANCE_FOLLOW_UP = "maintenance_follow_up"
    WINDOW_ASKED = "window_asked"
    WINDOW_KEPT = "window_kept"
    INCIDENT_JOINED = "incident_joined"
    INCIDENT_UPDATE = "incident_update"
    INCIDENT_RESOLVED = "incident_resolved"
    CLOCK_OVERDUE = "clock_overdue"
    STORM = "storm"
    STATUS_CONFIRM = "status_confirm"
    STATUS_INCIDENT = "status_incident"
    STATUS_MAINTENANCE = "status_maintenance"
    INVOICE = "invoice"
    INVOICES_REPORT = "invoices_report"


def _customer(
    *facts: str, automatic: bool = True, answers: bool = False, offers: tuple[Purpose, ...] = ()
) -> NoticeSpec:
    return NoticeSpec(Audience.CUSTOMER, Purpose.CUSTOMER, facts, automatic, answers, offers=offers)


_CHANGES = (
    "status", "priority", "until", "reopen_until", "primary", "etr", "vendor", "macd", "carrier_delay", "waiting",
    "ends_at",
)  # fmt: skip


_WORK = ("window", "start", "end", "products", "impact", "description", "reason")
"""What every notice of a window tells (R11.2): its name, two instants, names of products (one a line), a code."""
_EVENT = ("uid", "sequence")
"""What names its calendar event, the same for ever, and counts its changes (RFC 5546)."""
_WAS = ("was_start", "was_end")
"""When a window was to be, as its reader was told (R11.7)."""
_LINKS = ("link", "manage", "unsubscribe")
"""Addresses of the page itself, of one's subscriptions, and of the one-click end of this one (RFC 8058)."""


def _maintenance(*facts: str) -> NoticeSpec:
    return NoticeSpec(Audience.CUSTOMER, Purpose.NOTHING, (*_WORK, *facts))


def _agent(reply: Purpose, *facts: str) -> NoticeSpec:
    return NoticeSpec(Audience.AGENT, reply, facts)


NOTICES: dict[NoticeKind, NoticeSpec] = {
    # `chat_open` is "yes" or "" (R1.3).  `on_behalf_of` is who wrote the request, "unreadable" where their address
    # cannot be read, or "" where that is its MPOC (R2.3, R2.4).  `undecided`: whose held request the mail answers
    # without deciding on it, or "".
    NoticeKind.ACKNOWLEDGEMENT: _customer("chat_open", "on_behalf_of", "undecided", answers=True),
    # `original` is a case number, `closed_at` an instant; `no_response` is "yes" where R5.4 holds, or "".
    # `by_agent`: "yes" where an agent opened it on the customer's behalf (R5.1), or "".
    NoticeKind.FOLLOW_UP_OPENED: _customer(
        "chat_open", "original", "closed_at", "no_response", "by_agent", "on_behalf_of", answers=True
    ),
    NoticeKind.REOPENED: _customer("chat_open", "closed_at", answers=True),
    NoticeKind.UPDATE_RECEIVED: _customer("chat_open", answers=True),
    # An agent's public reply.  `status`, `priority`: what it changed (codes), or "".  `until`: the date of a hold or a
    # delivery, or "".  `reopen_until`: last day (ISO date) on which a closed case can be reopened, or "".
    # `primary`: the number of the case that this one is a duplicate of, or "".  `etr`: an instant, or "" (R3.5).
    # `vendor`: the name of the vendor that the case waits for, or "" (R3.6).  `macd`: standard or expedited, or "".
    # `carrier_delay`: the date until when a carrier needs, or "" (R10.1).  `waiting`: "yes" where we wait for an
    # answer (R6.1), or "".  `ends_at`: the instant at which a resolved or waiting case closes by itself, or "" where
    # that is not known.  The confirm address is offered for a resolved case (R4.4).
    NoticeKind.UPDATE: _customer(*_CHANGES, automatic=False, offers=(Purpose.CONFIRM,)),
    NoticeKind.STATUS_CHANGED: _customer(*_CHANGES, offers=(Purpose.CONFIRM,)),
    # `contacts`: names, one a line.  `days`: how long the contacts may take, or "" where they are not asked (S3.3,
    # S3.4).  `word`: what the person who declined said, or "".
    NoticeKind.HELD: NoticeSpec(
        Audience.STRANGER, Purpose.WAITING, ("contacts", "customer", "subject", "days"), answers=True, null_path=True
    ),
    NoticeKind.DECLINED: NoticeSpec(Audience.STRANGER, Purpose.NOTHING, ("contacts", "customer", "subject", "word")),
    NoticeKind.QUARANTINE_ANSWER: NoticeSpec(
        Audience.STRANGER, Purpose.NOTHING, ("subject",), answers=True, null_path=True
    ),
    # `event`: new, follow_up or reassigned.  `original`: the number of the earlier case, or "" (its priority likewise).
    # Of a MACD request: `macd`, `approval`, `approvers`, `surcharge` as below; `wish`: expedite, where its writer
    # wants it expedited but may not order that (R10.3), or "".  `undecided`: the number of the held request that the
    # mail answers without deciding on it, or "".
    NoticeKind.CASE_ASSIGNED: _agent(
        Purpose.ANSWER,
        *("event", "writer", "original", "original_priority", "received_at"),
        *("macd", "approval", "approvers", "surcharge", "wish", "undecided"),
    ),
    # `status`: the status that the mail moved the case to (a code; `customer_reopened` for R5.1), or "".
    # `verdict`: approved or declined, where the mail decided on a MACD request (R10.2), or "".  `macd`: expedited,
    # where it ordered that, at the `surcharge` as below; `wish`: expedite or macd, where its
    # address asks for what only an agent can do, or "".
    NoticeKind.CUSTOMER_WROTE: _agent(
        Purpose.ANSWER, "writer", "status", "received_at", "verdict", "macd", "surcharge", "wish", "mark"
    ),
    # `fate`: held; quarantined; unproven or agents, where it claims to be of somebody on the case, or of an agent.
    # `text`: what they wrote.  The commands of a reply settle it, by its `number`.
    NoticeKind.OUTSIDER_WROTE: _agent(Purpose.NOTE, "writer", "fate"),
    # To an agent in whose name a mail came that proves nothing: `received_at`; `about`: the case's tag, or "" (S2.3).
    NoticeKind.AGENT_UNPROVEN: NoticeSpec(Audience.AGENT, Purpose.NOTHING, ("received_at", "about"), answers=True),
    # `silence_paused`: "yes" where the clock of the customer's silence stands still because of it (R4.8), or "".
    # `complaint`: "yes" where the mail arrived and its reader reported it as unwanted (RFC 5965), or "".  `ours`: the
    # kind of ours, where it is challenge, held_request or quarantine_digest, or ""; `number`: of the mail that waits.
    NoticeKind.DELIVERY_FAILED: _agent(
        Purpose.NOTE, "recipient", "reason", "subject", "silence_paused", "complaint", "ours", "number"
    ),
    NoticeKind.HOLD_ENDED: _agent(Purpose.ANSWER),
    # `done`: one line a command that was carried out; `sent_to`: the addresses that got the text, one a line, or "".
    NoticeKind.COMMANDS_DONE: _agent(Purpose.ANSWER, "done", "sent_to"),
    # `faults`: one line a wrong command with the nearest right one.  `help`: the commands, one a line, or "".
    NoticeKind.COMMAND_FAILED: _agent(Purpose.ANSWER, "faults", "help"),
    # `clock`: the name of a clock (a code), `basis`: what it is measured against, `due`: an instant, `share`: percent.
    NoticeKind.CLOCK_REMINDER: _agent(Purpose.ANSWER, "clock", "basis", "due", "share"),
    # `breach`: "ran out" or "by reclassification".  A reply to it is a note: it goes to managers too (R3.3).
    NoticeKind.CLOCK_BREACHED: _agent(Purpose.NOTE, "clock", "basis", "due", "breach"),
    # `ends_at`: the instant at which the case closes by itself (R4.4, R6.2).
    NoticeKind.CONFIRMATION_REMINDER: _customer("ends_at", offers=(Purpose.CONFIRM,)),
    NoticeKind.ANSWER_REMINDER: _customer("ends_at"),
    NoticeKind.SILENCE_WARNING: _agent(Purpose.ANSWER, "ends_at"),
    # To the manager.  `level` 1 to 4, `title` of it, `by`: who escalated, `due`: until when an answer is awaited,
    # `unanswered`: the name of the manager of the level below who did not answer, or "".  `text`: the case's history.
    NoticeKind.ESCALATED: _agent(Purpose.NOTE, "level", "title", "by", "due", "unanswered"),
    # To the case's agent: whom it reached.
    NoticeKind.ESCALATION_REPORT: _agent(Purpose.ANSWER, "level", "title", "by", "reached", "unanswered"),
    # To the customer.  `next_title`: of the next level, or "" at the last one; `unanswered`: "yes" or "".
    NoticeKind.ESCALATION_ANSWER: _customer("level", "title", "reached", "next_title", "unanswered", answers=True),
    # `macd`: standard or expedited.  `approval`: "yes" where an approver must agree first, or "".  `approvers`: their
    # names, one a line.  `hints`: what customers can do by themselves, "title: summary", one a line (R10.5).
    # `outside`: "yes" where the request came outside the extended hours and may be expedited on demand (R10.3), or "".
    # `surcharge`: of expediting, such as "150.00 USD", or "" where none is configured.
    NoticeKind.MACD_ACKNOWLEDGEMENT: _customer(
        "chat_open", "macd", "approval", "approvers", "hints", "outside", "surcharge", "on_behalf_of", answers=True
    ),
    # An agent or an approver made it a MACD request, or expedited it.
    NoticeKind.MACD_CHANGED: _customer("macd", "approval", "approvers", "surcharge"),
    # To each approver; `requester`: name and address; `text`: the request.
    NoticeKind.APPROVAL_ASKED: _customer(
        "requester", "macd", "outside", "surcharge", offers=(Purpose.APPROVE, Purpose.DECLINE)
    ),
    # To the requester; `verdict`: approved or declined; `by`: a name; `word`: what the approver said, or "".
    NoticeKind.APPROVAL_GIVEN: _customer("verdict", "by", "word"),
    # To an approver whose answer came after the first; `verdict`, `by` as above.
    NoticeKind.APPROVAL_LATE: _customer("verdict", "by", answers=True),
    # To the billing desk; `by`: the agent; `writer`, `received_at`: of the customer's mail (R12.2).
    NoticeKind.BILLING_FORWARDED: _agent(Purpose.NOTHING, "by", "customer", "writer", "received_at"),
    # To the address on file: did they write these (S2.3)?  `mails`: JSON, [{id, subject, received_at, size}], newest
    # first; `more`: how many older ones wait, or ""; `again`: "yes" where an answer said neither yes nor no, or "".
    NoticeKind.CHALLENGE: NoticeSpec(
        Audience.STRANGER, Purpose.CHALLENGE, ("mails", "more", "days", "again"), answers=True, asks=True
    ),
    # To the same, whose answer came too late: `verdict`: lapsed, declined (by their own no) or discarded (by an agent).
    NoticeKind.CHALLENGE_LATE: NoticeSpec(
        Audience.STRANGER, Purpose.CHALLENGE, ("subject", "received_at", "verdict"), answers=True, asks=True
    ),
    # To each contact who decides (R2.3).  `writer`: who asks; `wish`: case (a new one), join or reopen; `about`: the
    # case's tag, or ""; `lapses_at`: an instant; `files`: the names of what is attached to it, one a line, or "".
    # `may_join`: "yes" where its writer would follow the case only if they are added, or "".  Of a MACD request:
    # `macd`: expedited where its writer wants haste, else standard; `approvers`, `surcharge` as above (R10.2).
    # `text`: the request.  Answered by its first line or by address.
    NoticeKind.HELD_REQUEST: NoticeSpec(
        Audience.CUSTOMER,
        Purpose.HELD,
        (
            *("writer", "subject", "received_at", "wish", "about", "lapses_at", "files", "may_join"),
            *("macd", "approvers", "surcharge"),
        ),
        offers=(Purpose.HELD_APPROVE, Purpose.HELD_JOIN, Purpose.HELD_DECLINE),
        asks=True,
    ),
    # To a contact who is asked about no more held requests for now: they are too many (S3.3).
    NoticeKind.HELD_MORE: NoticeSpec(Audience.CUSTOMER, Purpose.NOTHING, ("customer",)),
    # To a contact whose answer came too late.  `verdict`: approved, declined or lapsed; `by`: a name.
    NoticeKind.HELD_DECIDED: NoticeSpec(
        Audience.CUSTOMER, Purpose.NOTHING, ("writer", "subject", "verdict", "by"), answers=True
    ),
    # To the colleague whose held mail is on a case now, which they follow.  `by`: the contact's name (R2.3, R2.6).
    NoticeKind.REQUEST_APPROVED: _customer("by"),
    # To the sender and to the contacts; `contacts` as in `held`.
    NoticeKind.HELD_LAPSED: NoticeSpec(
        Audience.STRANGER, Purpose.NOTHING, ("writer", "subject", "contacts", "customer", "days")
    ),
    # To the desk, once a day.  `items`: JSON, [{id, kind, sender, subject, reason, received_at, case, lapses_at}],
    # `kind` held or quarantined; `more`: how many more wait than are listed, or "".  `asked`, `more_asked`: the same of
    # what contacts were asked about (R2.3).  `many`: of all that wait.  `machine`: JSON, [{outcome, count}] of the mail
    # that programs wrote since the last one (S1.2).
    NoticeKind.QUARANTINE_DIGEST: NoticeSpec(
        Audience.AGENT, Purpose.DIGEST, ("day", "items", "more", "asked", "more_asked", "many", "machine")
    ),
    # To the agent whose reply the guard holds back: `leaks`: what it found, one a line; `until`: an instant (S3.7).
    NoticeKind.REPLY_HELD_BACK: _agent(Purpose.ANSWER, "leaks", "until"),
    NoticeKind.REPLY_EXPIRED: _agent(Purpose.ANSWER, "leaks"),
    # To each of two agents who answered at once: `other`: the name of the other one, `received_at`: of their reply.
    NoticeKind.REPLIES_CROSSED: _agent(Purpose.NOTE, "other", "received_at"),
    # To who runs the daemon (S1.6).  `troubles`, `mended`: JSON, [{part, trouble, since}].  `again_at`: instant, or "".
    NoticeKind.ALARM: _agent(Purpose.NOTHING, "host", "troubles", "mended", "again_at"),
    # --- maintenance (R11), to a maintenance contact: on no case ---
    # `late`: "yes" where it could not be told before its start (R11.6), or "".  `unscheduled`: "yes" or "".
    # `was_start`, `was_end`: as the reader was told before, or "" (R11.7).
    NoticeKind.MAINTENANCE_AHEAD: _maintenance("late", "unscheduled", *_WAS, *_EVENT),
    NoticeKind.MAINTENANCE_BEGUN: _maintenance(*_WAS),
    NoticeKind.MAINTENANCE_ENDED: _maintenance(*_WAS),
    # `again`: "yes" where it was cancelled, and takes place after all, or "".
    NoticeKind.MAINTENANCE_CHANGED: _maintenance("again", *_WAS, *_EVENT),
    # `late`: "yes" where it had begun, or ""; `unaffected`: "yes" where it takes place, and leaves the reader alone.
    NoticeKind.MAINTENANCE_CANCELLED: _maintenance("late", "unaffected", *_EVENT),
    NoticeKind.MAINTENANCE_FOLLOW_UP: _maintenance(),  # `text`: what is new (R11.3)
    # To the agent who announces: `missing`: codes, one a line: name, start, end, products, description, reason, confirm
    # (it lies inside the day's hours, R11.6); `faults`: one line a wrong command; `help`: the commands, one a line, or
    # ""; `unused`: words of theirs that describe nothing, or ""; the rest: what is known so far, or "".
    NoticeKind.WINDOW_ASKED: _agent(Purpose.WINDOW, *_WORK, "missing", "faults", "help", "unused"),
    # `done`: announced, changed, cancelled or followed_up; `told`: how many contacts were told, without the `newcomers`
    # to what was changed, a number or ""; `key`: its name, or ""; `unused`: as above.
    NoticeKind.WINDOW_KEPT: _agent(Purpose.WINDOW, *_WORK, "done", "told", "newcomers", "key", "unused"),
    # --- global incidents (R7), to everybody on a child case, in its own thread.  `text`: the update, or "" ---
    # `since`: when it began; `at`: when `text` was told, or "".
    NoticeKind.INCIDENT_JOINED: _customer("title", "since", "at"),
    NoticeKind.INCIDENT_UPDATE: _customer("title", "since"),
    # The case has moved to Resolved - Follow-up Needed; `ends_at`: the instant at which it closes by itself.
    NoticeKind.INCIDENT_RESOLVED: _customer("title", "since", "ends_at", offers=(Purpose.CONFIRM,)),
    # To ever more people: `minutes`: how long a communication has been due (R7.3).
    NoticeKind.CLOCK_OVERDUE: _agent(Purpose.NOTE, "clock", "basis", "due", "minutes"),
    # To the agents on duty.  `cases`: JSON, [{case, customer, subject, at}]; `words`, `products`: one a line; `usual`:
    # how many such mails an hour has otherwise, such as "0.4".
    NoticeKind.STORM: _agent(Purpose.STORM, "cases", "words", "products", "usual"),
    # --- the status page's subscribers (R8.2) ---
    # The opt-in question.  `scopes`: what is asked for, one a line, as `platform: NAME` or `incident: TITLE`.
    NoticeKind.STATUS_CONFIRM: NoticeSpec(Audience.SUBSCRIBER, Purpose.NOTHING, ("scopes", "link", "days")),
    # `state`: opened, update or resolved; `text`: the update, or "".
    NoticeKind.STATUS_INCIDENT: NoticeSpec(
        Audience.SUBSCRIBER, Purpose.NOTHING, ("title", "products", "state", "since", *_LINKS)
    ),
    # `step`: ahead, begun, ended, changed, cancelled or unaffected; the rest as for contacts.
    NoticeKind.STATUS_MAINTENANCE: NoticeSpec(
        Audience.SUBSCRIBER, Purpose.NOTHING, (*_WORK, "step", *_WAS, "late", "again", "unaffected", *_LINKS)
    ),
    # --- invoices (R12.1) ---
    # `month`: such as 2026-11; the PDF is attached.
    NoticeKind.INVOICE: NoticeSpec(Audience.CUSTOMER, Purpose.NOTHING, ("month", "customer")),
    # To the billing desk.  `missing`: names of customers, one a line; `refused`: "FILE: why", one a line; `late`: names
    # of customers whose invoice came late and is sent now; `sent`: how many were sent.
    NoticeKind.INVOICES_REPORT: _agent(Purpose.NOTHING, "month", "missing", "refused", "late", "unchecked", "sent"),
    # To managers: `first`, `last`: the days of the week (ISO dates); `figures`: tables as JSON (see daemon/reporting).
    NoticeKind.WEEKLY_REPORT: _agent(Purpose.NOTHING, "first", "last", "figures"),
}
