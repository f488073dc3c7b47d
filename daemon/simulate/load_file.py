"""A load file → events, or every fault found, each with its line and what would be right."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daemon.errors import ConfigInvalid, Fault, Permanent
from daemon.model.setup import Config
from daemon.model.text import clean_line, clean_text
from daemon.rules.commands.values import read_address, read_case
from daemon.rules.sayings.saying import Fault as Wrong
from daemon.settings.nearest import suggestion
from daemon.simulate.load_events import ASSIGNEE, AgentEvent, LoadEvent, MailEvent
from daemon.simulate.load_text import Entry, read_entries
from daemon.simulate.postbox import OFFERS, PLAIN_WORDS

MAX_OCTETS = 64 * 2**20
MAIL_FIELDS = ("at", "from", "subject", "text", "answers", "label", "to_plus", "automatic")
AGENT_FIELDS = ("at", "agent", "case", "do", "text")
EXAMPLE_INSTANT = "2026-12-14 09:00 (on the plan's wall clock), or 2026-12-14T16:00:00Z"


def read_load(path: Path, config: Config) -> tuple[LoadEvent, ...]:
    """Return the events of a load file, in order of time.

    Raises:
        Permanent: the file cannot be read.
        ConfigInvalid: with every fault found.
    """
    try:
        with path.open("rb") as stream:
            octets = stream.read(MAX_OCTETS + 1)
    except OSError as trouble:
        raise Permanent(f"{path}: {trouble.strerror}") from trouble
    if len(octets) > MAX_OCTETS:
        raise Permanent(f"{path}: longer than {MAX_OCTETS:,} octets: rehearse it in parts")
    return _Loading(str(path), config).read(read_entries(octets, str(path)))


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 date or instant; without an offset it is on the wall clock of `zone`.

    Raises:
        ValueError: it is none.
    """
    instant = datetime.fromisoformat(text.strip())
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


class _Loading:
    """A load while it is checked; faults are gathered."""

    def __init__(self, file: str, config: Config) -> None:
        self.file = file
        self.config = config
        self.faults: list[Fault] = []

    def read(self, entries: tuple[Entry, ...]) -> tuple[LoadEvent, ...]:
        read = [(event, entry) for entry in entries if (event := self._event(entry)) is not None]
        read.sort(key=lambda pair: pair[0].at)
        known: set[str] = set()
        for event, entry in read:
            self._check_names(event, entry, known)
        if self.faults:
            raise ConfigInvalid(tuple(sorted(self.faults, key=lambda fault: (fault.line, fault.column))))
        return tuple(event for event, _ in read)

    def _fault(self, entry: Entry, key: str, message: str) -> None:
        self.faults.append(Fault(self.file, *entry.place_of(key), message))

    def _event(self, entry: Entry) -> LoadEvent | None:
        before = len(self.faults)
        is_mail = "from" in entry.fields
        if is_mail == ("agent" in entry.fields):
            self._fault(entry, "from", "an event has either `from` (a mail) or `agent` (commands on a case)")
            return None
        known = MAIL_FIELDS if is_mail else AGENT_FIELDS
        for key in entry.fields:
            if key not in known:
                self._fault(entry, key, f"unknown key `{key[:40]}`: {suggestion(key, known)}")
        at = self._instant(entry)
        for key in ("subject", "text", "answers", "label", "case", "from", "agent"):
            if not isinstance(entry.fields.get(key, ""), str | int):
                self._fault(entry, key, f"`{key}` is text")
        if at is None or len(self.faults) > before:
            return None
        event = self._mail(entry, at) if is_mail else self._agent(entry, at)
        return event if len(self.faults) == before else None

    def _instant(self, entry: Entry) -> datetime | None:
        try:
            return read_instant(str(entry.fields.get("at", "")), self.config.plan.zone)
        except ValueError:
            self._fault(entry, "at", f"`at` is no instant: write {EXAMPLE_INSTANT}")
            return None

    def _mail(self, entry: Entry, at: datetime) -> MailEvent:
        fields = entry.fields
        try:
            sender = read_address(str(fields["from"]))
        except Wrong:
            sender = ""
            self._fault(entry, "from", f"`from` is no address: write one as {self._any_mpoc()}")
        to_plus = str(fields.get("to_plus") or "")
        words = (*PLAIN_WORDS, *OFFERS)
        if to_plus and to_plus not in words:
            self._fault(entry, "to_plus", f"`to_plus: {to_plus[:40]}` means nothing: {suggestion(to_plus, words)}")
        if not fields.get("subject") and not fields.get("answers"):
            self._fault(entry, "subject", "a mail needs a `subject`, or names what it `answers`")
        return MailEvent(
            at=at,
            sender=sender,
            subject=clean_line(str(fields.get("subject") or ""), longest=200),
            text=clean_text(str(fields.get("text") or "")),
            answers=str(fields.get("answers") or ""),
            label=str(fields.get("label") or ""),
            to_plus=to_plus,
            is_automatic=fields.get("automatic") is True,
            place=self._place(entry),
        )

    def _agent(self, entry: Entry, at: datetime) -> AgentEvent:
        fields, agents = entry.fields, self.config.directory.agents
        agent = str(fields["agent"])
        if agent != ASSIGNEE and self.config.directory.agent(agent.lower()) is None:
            known = (ASSIGNEE, *(agent.id for agent in agents))
            self._fault(entry, "agent", f"`{agent[:40]}` is no agent: {suggestion(agent, known)}")
        if not fields.get("case"):
            self._fault(entry, "case", "name the `case`: a label that a mail before gave, or a number")
        commands = tuple(_commands(fields.get("do")))
        if not commands and not fields.get("text"):
            self._fault(entry, "do", "an agent's event has commands (`do: [status resolved]`), a `text`, or both")
        text = clean_text(str(fields.get("text") or ""))
        case = str(fields.get("case") or "")
        return AgentEvent(at=at, agent=agent, case=case, commands=commands, text=text, place=self._place(entry))

    def _check_names(self, event: LoadEvent, entry: Entry, known: set[str]) -> None:
        """Refuse a label that no earlier mail gave."""
        key, name = ("answers", event.answers) if isinstance(event, MailEvent) else ("case", event.case)
        if name and name not in known and not self._is_case(name):
            message = f"no earlier mail has `label: {name[:40]}`: {suggestion(name, known)}"
            self._fault(entry, key, message)
        if isinstance(event, MailEvent) and event.label:
            known.add(event.label)

    def _is_case(self, name: str) -> bool:
        try:
            return bool(read_case(name, self.config.plan.provider.prefix))
        except Wrong:
            return False

    def _place(self, entry: Entry) -> str:
        return f"{self.file}:{entry.place[0]}"

    def _any_mpoc(self) -> str:
        customers = self.config.directory.customers
        return customers[0].mpocs[0].email if customers else "name@customer.example"


def _commands(written: Any) -> Iterator[str]:
    """Yield the commands of `do`: a list, or one line with commas between them."""
    for line in written if isinstance(written, list) else str(written or "").split(","):
        if word := clean_line(str(line), longest=200).removeprefix("#").strip():
            yield word
