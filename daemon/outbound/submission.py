"""The one door to smtplib: hands mails to the SMTP server, each to its one recipient (RFC 5321, RFC 6409; S3.6).

Connections are kept open and used again.  One that turns out to be closed before it took the mail in hand costs that
mail no attempt: the mail goes by another.  The commands before a mail go out together where the server allows it.
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock

from daemon.clock import Clock
from daemon.model.setup import DeliverySettings, Security
from daemon.model.text import clean_line
from daemon.outbound.outcomes import Deferred, Outcome, Parcel, Refused, Sent, Unknown, Unreachable

MAILS_A_CONNECTION = 100
IDLE = timedelta(seconds=30)
CHUNK = 64 * 1024  # the time limit holds for each, so a large mail on a slow line is no stall
LONGEST_ANSWER = 400
PARTING_SECONDS = 2
_TROUBLE = (OSError, smtplib.SMTPException, ValueError)
"""What smtplib, ssl and socket raise; ValueError: names and passwords that cannot be encoded."""
_NOT_ABOUT_THE_MAIL = {"MAIL": frozenset({421, 530, 534, 535, 538}), "RCPT": frozenset({530})}
"""Answers that speak of our connection or login, whichever mail was in hand (RFC 5321, RFC 4954)."""
_GO_ON, _CLOSING, _TOO_LARGE = 354, 421, 552


@dataclass(slots=True)
class _Line:
    """An open connection, and how much it was used."""

    smtp: smtplib.SMTP
    used_at: datetime
    mails: int = 0


class Submission:
    """An SMTP server to submit to, and the connections to it; safe to use from several threads."""

    def __init__(self, settings: DeliverySettings, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._idle: list[_Line] = []
        self._lock = Lock()

    def hand_over(self, parcel: Parcel) -> Outcome:
        """Submit one mail; a server that cannot be used at all is `Unreachable`."""
        while True:
            try:
                line = self._take()
            except _TROUBLE as trouble:
                return Unreachable(self._say(trouble), is_refusal=isinstance(trouble, smtplib.SMTPResponseException))
            outcome, usable = _transact(line.smtp, parcel)
            was_new, line.mails, line.used_at = not line.mails, line.mails + 1, self._clock()
            self._give_back(line) if usable else _hang_up(line.smtp)
            if usable or was_new or not isinstance(outcome, Deferred | Unreachable):
                return outcome

    def probe(self) -> Outcome:
        """Connect and log in, as for a mail."""
        try:
            smtp = self._connect()
        except _TROUBLE as trouble:
            return Unreachable(self._say(trouble))
        self._give_back(_Line(smtp, self._clock()))
        return Sent(f"{self._settings.host}:{self._settings.port} takes mail")

    def close(self) -> None:
        """Say goodbye on every idle connection."""
        with self._lock:
            lines, self._idle = self._idle, []
        for line in lines:
            _part(line.smtp)

    def _take(self) -> _Line:
        """Return an idle connection, else a new one."""
        while (line := self._pop()) is not None:
            if line.mails < MAILS_A_CONNECTION and self._clock() - line.used_at <= IDLE:
                return line
            _part(line.smtp)
        return _Line(self._connect(), self._clock())

    def _pop(self) -> _Line | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, line: _Line) -> None:
        with self._lock:
            self._idle.append(line)

    def _connect(self) -> smtplib.SMTP:
        """Open a connection, protected and logged in as configured."""
        smtp = self._open()
        try:
            if smtp.sock:
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if self._settings.security is Security.STARTTLS:
                smtp.starttls(context=self._tls)
                smtp.ehlo()
            if self._settings.user:
                smtp.login(self._settings.user, self._settings.password)
        except BaseException:
            _hang_up(smtp)
            raise
        return smtp

    def _open(self) -> smtplib.SMTP:
        host, port, seconds = self._settings.host, self._settings.port, self._settings.timeout_seconds
        own_name = socket.gethostname()  # smtplib would ask the DNS, which can take many seconds
        if self._settings.security is Security.TLS:
            return smtplib.SMTP_SSL(host, port, own_name, timeout=seconds, context=self._tls)
        return smtplib.SMTP(host, port, own_name, timeout=seconds)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        ca_file = self._settings.ca_file
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        if not self._settings.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _say(self, trouble: Exception) -> str:
        return f"{self._settings.host}:{self._settings.port}: {_reason(trouble)}"


def _transact(smtp: smtplib.SMTP, parcel: Parcel) -> tuple[Outcome, bool]:
    """Send one mail on an open connection.

    Returns:
        The outcome, and whether the connection can be used again.
    """
    size = f" SIZE={len(parcel.octets)}" if smtp.has_extn("size") else ""
    commands = (f"MAIL FROM:<{parcel.reverse_path}>{size}", f"RCPT TO:<{parcel.recipient}>", "DATA")
    try:
        refusal = _offer(smtp, commands)
    except _TROUBLE as trouble:
        return Deferred(f"broken off before the mail was sent: {_reason(trouble)}"), False
    return refusal or _send_octets(smtp, parcel.octets)


def _offer(smtp: smtplib.SMTP, commands: Sequence[str]) -> tuple[Outcome, bool] | None:
    """Give the commands before a mail, all at once where the server takes them so (RFC 2920), else one by one.

    Returns:
        None: the server waits for the mail.  Else what the first refusal means, and whether the connection can be used
        again: not where a mail is waited for all the same.
    """
    together = smtp.has_extn("pipelining")
    if together:
        smtp.send(_lines(commands))
    refused, code = None, 0
    for command in commands:
        code, answer = smtp.getreply() if together else smtp.docmd(command)
        if code // 100 != (3 if command == "DATA" else 2):
            refused = refused or _turned_down(command[:4], code, answer)
            if not together or code == _CLOSING:
                break
    return (refused, code not in (_GO_ON, _CLOSING) and _answers(smtp)) if refused else None


def _lines(commands: Sequence[str]) -> bytes:
    if any("\r" in command or "\n" in command for command in commands):
        raise ValueError("a line end within a command")
    return "".join(f"{command}\r\n" for command in commands).encode("ascii")


def _send_octets(smtp: smtplib.SMTP, octets: bytes) -> tuple[Outcome, bool]:
    """Send the mail and its final dot, and read the answer."""
    line_end = b"" if octets.endswith(b"\r\n") else b"\r\n"
    stuffed = (b"\n" + octets).replace(b"\n.", b"\n..")[1:] + line_end + b".\r\n"
    try:
        for start in range(0, len(stuffed), CHUNK):
            smtp.send(stuffed[start : start + CHUNK])
        code, answer = smtp.getreply()
    except _TROUBLE as trouble:
        return Unknown(f"no answer to the mail: {_reason(trouble)}"), False
    if code // 100 == 2:
        return Sent(_words(code, answer)), True
    return _turned_down("mail", code, answer), code != _CLOSING


def _turned_down(command: str, code: int, answer: bytes) -> Outcome:
    """Read a refusal: of our connection, of our own reverse-path (a set-up to mend, so put off), or of the mail."""
    said = _words(code, answer)
    if code in _NOT_ABOUT_THE_MAIL.get(command, ()):
        return Unreachable(said, is_refusal=True)
    if code // 100 != 5 or (command == "MAIL" and code != _TOO_LARGE):
        return Deferred(f"{command}: {said}")
    return Refused(code, said)


def _answers(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.docmd("RSET")[0] == 250
    except _TROUBLE:
        return False


def _part(smtp: smtplib.SMTP) -> None:
    with suppress(*_TROUBLE):
        if smtp.sock:
            smtp.sock.settimeout(PARTING_SECONDS)
        smtp.quit()
    _hang_up(smtp)


def _hang_up(smtp: smtplib.SMTP) -> None:
    with suppress(*_TROUBLE):
        smtp.close()


def _reason(trouble: Exception) -> str:
    if isinstance(trouble, smtplib.SMTPResponseException):
        error = trouble.smtp_error
        return _words(trouble.smtp_code, error if isinstance(error, bytes) else error.encode())
    return clean_line(str(trouble), longest=LONGEST_ANSWER) or type(trouble).__name__


def _words(code: int, answer: bytes) -> str:
    return clean_line(f"{code} {answer.decode('utf-8', 'replace')}", longest=LONGEST_ANSWER)
