"""The log: one line an event on stderr, JSON for machines, in colours where a terminal reads it.

An event is named `noun.past_verb` and stands in EVENTS; `docs/operations.md` explains each.  No bodies, no subjects, no
secrets: a mail is named by its number, a case by its own.  Each line is one write, so that several processes can share
one stderr.
"""

import logging
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

EVENTS: Mapping[str, str] = {
    "address.muted": "an address gets no automatic answers until then, for the reason given (S3.3, S3.4)",
    "alarm.failed": "an alarm could not be handed to the second server, for the reason given",
    "alarm.sent": "whoever runs the daemon was mailed which parts cannot do their job, or that all is well again",
    "answer.withheld": "an automatic answer was written but not sent: a bound of the governor, or a mute (S3.3)",
    "answers.alarmed": "more automatic answers left within an hour than is usual; nothing is stopped",
    "certificate.failed": "a changed certificate cannot be loaded; the old one stays",
    "certificate.loaded": "a changed certificate is in use",
    "claims.released": "work that a dead daemon of this host had in hand was given back",
    "client.dropped": "a client spoke HTTP to the listener; its connection was cut",
    "client.refused": "a client was refused: too many connections",
    "clock.corrected": "this machine's clock differs from the database's by `ahead` seconds; we go by the database's",
    "clock.set_back": "mail rested for longer than any pause, so the clock was set back since; it is due now",
    "config.loaded": "a changed configuration is in force",
    "config.refused": "a changed configuration has a fault (one line each); the last good one stays in force",
    "config.warned": "the configuration in force has a risky setting",
    "daemon.reloading": "a reload was asked for, by signal or by a changed file",
    "daemon.started": "everything runs; mail is taken",
    "daemon.stopped": "the daemon has ended in order",
    "daemon.stopping": "a stop was asked for; what is in hand is finished first",
    "daemon.waited": "the database is away at start or at a reload; tried again and again, told ever more rarely",
    "delivery.paused": "delivery cannot reach the database; tried again and again, told ever more rarely",
    "delivery.server_away": "the outgoing mail server takes no mail at all; tried again after the pause",
    "delivery.server_back": "the outgoing mail server takes mail again",
    "health.failed": "a part cannot do its job; says what to mend",
    "health.recovered": "a part does its job again",
    "intake.deferred": "the database could not store incoming mail; its senders were told to try again",
    "intake.failed": "the database refuses one mail for its own sake; it stays with its sender",
    "incident.opened": "a case became the master of a global incident, which the status page shows (R7.1)",
    "incident.told": "everybody is told of a global incident: mails are queued for its cases and subscribers (R7.4)",
    "invoice.folder_unreadable": "a month's folder of invoices cannot be read; looked at again",
    "invoice.remarked": "a PDF is not sent as an invoice, or sent without a check of its names, for the reason given",
    "keys.changed": "signing keys were rotated; they are in force now",
    "library.warned": "a library logged a warning",
    "listener.failed": "a defect in the listener; the client was answered 451",
    "listener.started": "a socket takes mail",
    "listener.stopped": "a socket was closed",
    "mail.attempt_counted": "a reader died or stalled while it read this mail",
    "mail.decided": "a mail came to its outcome",
    "mail.deferred": "too many octets are in flight; the sender was told to try again",
    "mail.kept": "a mail is stored, and ours from now on",
    "mail.rejected": "a mail over the size limit was refused for good; its envelope is recorded",
    "mail.replaced_by_fixed_form": "an outgoing mail could not be built as meant; a fixed text was sent instead",
    "mail.sender_unanswered": "the name system fails for a known sender's domain; tried again after the pause",
    "mail.set_aside": "deciding on a mail failed through our own fault; it is tried again after the pause",
    "mail.unreadable": "a mail cannot be read, and is quarantined with the reason",
    "mailbox.claim_left": "the watch of a mailbox could not be given back; its lease runs out by itself",
    "mailbox.failed": "a defect in the watch of a mailbox; it is tried again and again, told ever more rarely",
    "mailbox.lost": "a mailbox cannot be reached, for `away` seconds by now; tried often, told ever more rarely",
    "mailbox.move_refused": "the IMAP server did not move a mail that is stored; tried again after the pause",
    "mailbox.opened": "a mailbox was read and is watched; it was out of reach for `away` seconds",
    "mailbox.refused": "a mailbox refuses user or password",
    "mailbox.renumbered": "a mailbox has a new UIDVALIDITY; it is read anew, and known mails are folded",
    "node.covered": "a daemon on this database has said nothing for too long; what it had in hand was given back",
    "node.unended": "the others could not be told that we end; they notice it by our silence",
    "notice.deferred": "an outgoing mail was put off; tried again later",
    "notice.failed": "an outgoing mail was refused for good, or given up",
    "notice.failure_untold": "the agent could not be told of a failed mail, through a defect of ours",
    "notice.sent": "an outgoing mail was taken by the mail server, or is in the Maildir",
    "notice.undeliverable": "an outgoing mail failed for good; the agent on the case is told",
    "part.crashed": "a part of the daemon ended by an exception; it is started again after the pause",
    "reader.ended": "a reader process ended; a negative status is a signal",
    "reader.failed": "a defect ended a reader between two mails; another takes its place",
    "reader.paused": "a reader cannot reach the database; tried again and again, told ever more rarely",
    "reader.relieved": "a reader is at one mail for long: another takes its place, and the other mail it had",
    "reader.stalled": "a reader was over its time on one mail, and was killed",
    "reader.started": "a reader process works",
    "recipient.refused": "a client named a recipient that is none of our mailboxes",
    "reply.held_back": "an agent's reply was stopped: it may say what its customer must not read (S3.7)",
    "status_page.closed": "the status page is not served at that address any more",
    "status_page.failed": "a defect in one request to the status page; it was answered 500",
    "status_page.opened": "the status page is served",
    "status_page.written": "the status page was written as files",
    "subscriber.erased": "a subscriber of the status page was forgotten, with the mails sent to them",
    "subscription.asked": "somebody asks on the status page for news by e-mail; the address gets the question",
    "subscription.confirmed": "a subscriber of the status page confirmed what was asked for",
    "subscription.ended": "a subscriber of the status page ended a subscription",
    "subscription.lapsed": "subscriptions ended by themselves: not confirmed in time, or to an incident long over",
    "subscription.refused": "the status page asks no more questions this hour: it has reached its bound",
    "timetable.failed": "a job of the timetable failed; it comes again at its next turn",
    "timetable.item_failed": "a defect in one thing that was due; it is tried again, and the others go on",
    "timetable.ticked": "something had come due and was done",
    "watch.started": "a configured IMAP mailbox got its watch",
    "watch.stopped": "an IMAP mailbox is configured no longer; its watch ended",
}
"""Every event, and what it means."""


def configure() -> None:
    """Send the log of this process, and its libraries' warnings, to stderr."""
    on_terminal = sys.stderr.isatty()
    last: Any = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer(ensure_ascii=True)
    # The console renderer draws exceptions by itself.
    exceptions = () if on_terminal else (structlog.processors.format_exc_info,)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            *exceptions,
            _one_line,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_OneWrite,
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_ToStructlog()], level=logging.WARNING, force=True)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd tells of every odd client


def _one_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the process: readers write to the same stderr."""
    event["pid"] = os.getpid()
    return event


class _OneWrite:
    """A logger whose every line is one write(2): lines of several processes do not mix."""

    def __init__(self, *_arguments: Any) -> None:
        self._descriptor = 2

    def msg(self, line: str) -> None:
        """Write a line; a closed stderr must not take the daemon down."""
        try:
            os.write(self._descriptor, line.encode("utf-8", "backslashreplace") + b"\n")
        except OSError:
            return

    debug = info = warning = error = critical = msg


class _ToStructlog(logging.Handler):
    """Libraries' own warnings become events of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one warning of a library."""
        structlog.get_logger().warning("library.warned", library=record.name, message=record.getMessage())
