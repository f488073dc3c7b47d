"""What lies in an IMAP folder becomes kept mail, and is moved away only then (S1.1, S1.4).

Everything in the folder is unfinished business, whatever its flags.  Oldest first, in batches bounded by number and
octets, so that a backlog of any size needs little memory.  A copy is known by mailbox, folder, UIDVALIDITY and UID: a
crash between keeping and moving adds nothing.  UIDs are not believed blindly: where a server gives one out again for
another mail (a restored backup, a rebuilt index with the old UIDVALIDITY), the octets tell, and both are kept.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog

from daemon.clock import Clock
from daemon.ingest.intake import Intake
from daemon.ingest.mailbox import Fetched, ImapFolder, Listed
from daemon.ingest.oversize import too_large
from daemon.model.mail import Arrival, Envelope
from daemon.model.setup import ImapSettings
from daemon.store import inbox
from daemon.store.database import Engine, reading

CHUNK_MAILS = 250
BATCH_MAILS = 50
BATCH_OCTETS = 16 * 2**20
MOVE_AGAIN_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
"""After a refused move, and each refusal in a row after it; the last pause repeats."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that are fetched together; `too_large`: one alone, of which only the header is fetched."""

    uids: tuple[int, ...]
    too_large: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds for one sweep."""

    max_message_octets: int
    proceed: Callable[[], bool]  # asked before each batch; False: leave the rest


class Sweep:
    """Takes mail out of one open folder; lives as long as its connection."""

    def __init__(
        self, folder: ImapFolder, settings: ImapSettings, *, engine: Engine, intake: Intake, clock: Clock
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._engine = engine
        self._intake = intake
        self._clock = clock
        self._unmoved: dict[int, str] = {}  # kept, and compared with what is kept, but not to be moved to this folder
        self._refusals, self._move_again_at = 0, 0.0
        self.last_uid = 0
        self.refusal = ""  # why the server last refused to move mail; empty: it does move

    def take_all(self, bounds: Bounds) -> bool:
        """Take everything that is in the folder; False: left early, because `proceed` said so."""
        before = self._folder.uidvalidity
        self._folder.select()
        if self._folder.uidvalidity != before:
            log.warning("mailbox.renumbered", mailbox=self._settings.mailbox, uidvalidity=self._folder.uidvalidity)
            self._unmoved.clear()
            self.last_uid = 0
        return self._take(self._folder.uids(), bounds)

    def take_new(self, bounds: Bounds) -> bool:
        """Take what has come since, and move what could not be moved; False: left early, because `proceed` said so."""
        self._move_again()
        return self._take(self._folder.uids_above(self.last_uid), bounds)

    def _take(self, uids: Sequence[int], bounds: Bounds) -> bool:
        for start in range(0, len(uids), CHUNK_MAILS):
            chunk = uids[start : start + CHUNK_MAILS]
            known = self._known(chunk)
            for batch in batches(self._unfinished(chunk, known), bounds.max_message_octets):
                if not bounds.proceed():
                    return False
                self._take_batch(batch, known, bounds.max_message_octets)
            self.last_uid = max(self.last_uid, *chunk)
        return True

    def _unfinished(self, chunk: Sequence[int], known: dict[str, str]) -> tuple[Listed, ...]:
        """Return what has to be taken or moved; a server that cannot expunge by UID keeps what was moved, flagged."""
        listed = self._folder.listing(chunk)
        if self._folder.can_expunge:
            return listed
        return tuple(mail for mail in listed if not (mail.deleted and self._key(mail.uid) in known))

    def _take_batch(self, batch: Batch, known: dict[str, str], limit: int) -> None:
        stored = set(batch.uids) & self._unmoved.keys()
        wanted = [uid for uid in batch.uids if uid not in stored]
        fetched = self._fetch(wanted, too_large=batch.too_large) if wanted else ()
        unreadable = too_large(limit) if batch.too_large else ""
        arrivals = [self._arrival(mail, known, unreadable) for mail in fetched]
        for mail, arrival, is_stored in zip(fetched, arrivals, self._intake.keep_now(arrivals), strict=True):
            if is_stored:
                stored.add(mail.uid)
            if is_stored and arrival.source_key not in known:
                log.info("mail.kept", source=arrival.source, source_key=arrival.source_key, octets=len(mail.raw))
        self._move(stored, self._settings.unreadable if batch.too_large else self._settings.processed)
        self.last_uid = max(self.last_uid, *batch.uids)

    def _fetch(self, uids: Sequence[int], *, too_large: bool) -> tuple[Fetched, ...]:
        return self._folder.fetch_header(uids[0]) if too_large else self._folder.fetch(uids)

    def _move_again(self) -> None:
        """Try what the server refused to move once more, after pauses that grow while it refuses."""
        if not self._unmoved or time.monotonic() < self._move_again_at:
            return
        for target in sorted(set(self._unmoved.values())):
            uids = sorted(uid for uid, folder in self._unmoved.items() if folder == target)
            for start in range(0, len(uids), BATCH_MAILS):
                self._move(set(uids[start : start + BATCH_MAILS]), target)

    def _move(self, uids: set[int], target: str) -> None:
        if not uids:
            return
        refusal = self._folder.move(sorted(uids), target)
        if refusal:
            self._note_refusal(refusal, uids, target)
            return
        self._unmoved = {uid: folder for uid, folder in self._unmoved.items() if uid not in uids}
        if not self._unmoved:
            self.refusal, self._refusals = "", 0

    def _note_refusal(self, refusal: str, uids: set[int], target: str) -> None:
        """Remember what was refused; of many batches refused at once the pause grows, and the log hears, once."""
        self.refusal = refusal
        self._unmoved |= dict.fromkeys(uids, target)
        if time.monotonic() < self._move_again_at:
            return
        pause = MOVE_AGAIN_SECONDS[min(self._refusals, len(MOVE_AGAIN_SECONDS) - 1)]
        self._refusals, self._move_again_at = self._refusals + 1, time.monotonic() + pause
        log.warning("mailbox.move_refused", mailbox=self._settings.mailbox, folder=target, reason=refusal, pause=pause)

    def _arrival(self, mail: Fetched, known: dict[str, str], unreadable: str) -> Arrival:
        key = self._key(mail.uid)
        digest = hashlib.sha256(mail.raw).hexdigest()
        if known.get(key, digest) != digest:
            key = f"{key}:{digest[:32]}"
        return Arrival(
            raw=mail.raw,
            source=f"imap {self._settings.mailbox}",
            source_key=key,
            mailbox=self._settings.mailbox,
            envelope=Envelope(None, ()),
            received_at=mail.received_at or self._clock(),
            unreadable=unreadable,
        )

    def _known(self, uids: Sequence[int]) -> dict[str, str]:
        with reading(self._engine) as connection:
            return inbox.digests(connection, [self._key(uid) for uid in uids])

    def _key(self, uid: int) -> str:
        return f"imap:{self._settings.mailbox}:{self._settings.folder}:{self._folder.uidvalidity}:{uid}"


def batches(mails: Sequence[Listed], max_message_octets: int) -> Iterator[Batch]:
    """Group messages, in order, so that what is fetched at once stays within the bounds of number and octets."""
    uids: list[int] = []
    octets = 0
    for mail in mails:
        too_large = mail.octets > max_message_octets
        if uids and (too_large or len(uids) >= BATCH_MAILS or octets + mail.octets > BATCH_OCTETS):
            yield Batch(tuple(uids), too_large=False)
            uids, octets = [], 0
        if too_large:
            yield Batch((mail.uid,), too_large=True)
        else:
            uids.append(mail.uid)
            octets += mail.octets
    if uids:
        yield Batch(tuple(uids), too_large=False)
