"""The alarm (S1.6): who runs the daemon is mailed when it cannot do its job, by a server of its own.

It goes by the table of health alone, past outbox and database, in a thread of its own: whatever is wrong, the others
cannot hold it up.  What cannot leave is tried again, logged, and shown by the health page.
"""

import json
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from daemon.clock import Clock
from daemon.errors import Permanent
from daemon.health import Health, PartHealth
from daemon.model.notice import Notice, OutgoingMail, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.setup import AlarmSettings, Config
from daemon.outbound.building import build
from daemon.outbound.outcomes import Parcel, Sent, Unknown
from daemon.outbound.submission import Submission
from daemon.outbound.templates import Templates
from daemon.supervisor.alarm_book import Episode, Telling, after, next_telling

OWN_PART = "alarm server"
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(minutes=15)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mails of one telling share: their Message-ID, the thread they stand in, and when they were written."""

    message_id: str
    thread: tuple[str, ...]
    written_at: datetime


class Alarm:
    """What was told of the daemon's troubles, and how more is told."""

    def __init__(self, config: Callable[[], Config], health: Health, clock: Clock) -> None:
        self._config = config
        self._health = health
        self._clock = clock
        self._episode: Episode | None = None
        self._thread: tuple[str, ...] = ()  # Message-IDs of the episode's mails
        self._retry_at: datetime | None = None
        self._retry = FIRST_RETRY

    def look(self) -> None:
        """Tell what has to be told now; called every few seconds."""
        config, now = self._config(), self._clock()
        if config.settings.alarm is None or (self._retry_at and now < self._retry_at):
            return
        parts = tuple(part for part in self._health.parts() if part.part != OWN_PART)
        telling = next_telling(self._episode, parts, now=now)
        if telling:
            self._tell(telling, config, config.settings.alarm)

    def _tell(self, telling: Telling, config: Config, settings: AlarmSettings) -> None:
        """Mail it to everybody; it counts as told once the server has taken it for somebody."""
        now = self._clock()
        domain = config.plan.provider.support_address.rpartition("@")[2]
        letter = Letter(f"<alarm.{secrets.token_hex(16)}@{domain}>", self._thread, now)
        failures = self._hand_over(alarm_mails(telling, config, letter), config, settings)
        failure = failures[0] if len(failures) == len(settings.to) else ""
        self._health.report(OWN_PART, failure)
        for reason in failures:
            log.error("alarm.failed", reason=reason)
        if failure:
            self._retry_at, self._retry = now + self._retry, min(2 * self._retry, LONGEST_RETRY)
            return
        log.info("alarm.sent", parts=[part.part for part in telling.troubles], over=telling.again_at is None)
        self._retry_at, self._retry = None, FIRST_RETRY
        self._episode = after(self._episode, telling)
        self._thread = (*letter.thread, letter.message_id) if self._episode else ()

    def _hand_over(self, mails: Iterable[OutgoingMail], config: Config, settings: AlarmSettings) -> tuple[str, ...]:
        """Hand over each mail; returns why some could not be."""
        server = Submission(settings.submission, clock=self._clock)
        try:
            outcomes = [server.hand_over(_parcel(mail, config, settings)) for mail in mails]
        except Permanent as trouble:
            return (str(trouble),) * len(settings.to)
        finally:
            server.close()
        return tuple(outcome.reason for outcome in outcomes if not isinstance(outcome, Sent | Unknown))


def alarm_mails(telling: Telling, config: Config, letter: Letter) -> Iterator[OutgoingMail]:
    """Yield the alarm to each of its people as outbound sees mail: it is composed and looked at as any other (S3.5)."""
    settings = config.settings.alarm
    facts = {
        "host": socket.gethostname(),
        "troubles": _listed(telling.troubles),
        "mended": _listed(telling.mended),
        "again_at": telling.again_at.isoformat() if telling.again_at else "",
    }
    if settings is None:
        return
    for address in settings.to:
        to = Recipient(address, language=settings.language, timezone=config.plan.zone.key)
        yield OutgoingMail(
            id=0,
            notice=Notice(kind=NoticeKind.ALARM, to=to, case=None, key=letter.message_id, facts=tuple(facts.items())),
            card=None,
            message_id=letter.message_id,
            reply_to="",
            note_to="",
            reverse_path=settings.sender or config.plan.provider.support_address,
            in_reply_to=letter.thread[-1] if letter.thread else "",
            references=letter.thread,
            created_at=letter.written_at.isoformat(),
            offers=(),
            octets=None,
            attempts=0,
        )


def _parcel(mail: OutgoingMail, config: Config, settings: AlarmSettings) -> Parcel:
    """Compose a mail.

    Raises:
        Permanent: it cannot be built.
    """
    provider = config.plan.sender
    sender = replace(provider, support_address=settings.sender or provider.support_address)
    return Parcel(
        row=mail.id,
        message_id=mail.message_id,
        created_at=datetime.fromisoformat(mail.created_at),
        reverse_path=mail.reverse_path,
        recipient=mail.notice.to.address,
        octets=build(mail, Templates(config.settings.templates), sender, files=()),
    )


def _listed(parts: Iterable[PartHealth]) -> str:
    return json.dumps([{"part": p.part, "trouble": p.trouble, "since": p.since.isoformat()} for p in parts])
