"""What a reply repeats of the mail of ours that it answers: told by the words, whatever the mailer left of it.

Our reply marker and the marks of mailers (`reply`) tell the quote of nearly every mail.  Where a mailer keeps neither,
the octets that we sent are asked: words that stand there in the same order are ours.  The work grows with both texts.
"""

import re
from dataclasses import replace

from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.mail import REPLY_MARKER, Envelope, InboundMail

_RUN = 12  # words in a row that nobody writes by chance
_MOST_WORDS = 50_000
_WORD = re.compile(r"\w+")
_COMMAND = "#"


def may_repeat_us(mail: InboundMail) -> bool:
    """Tell whether a mail answers another and shows no quote that begins with our marker."""
    return bool(mail.parent) and bool(mail.reply_text.strip()) and REPLY_MARKER not in mail.elided_text


def with_our_words_quoted(mail: InboundMail, sent: bytes) -> InboundMail:
    """Return the mail with the lines that repeat the sent one taken from its new text to the quoted.

    S2.7: what stands below the first of them is no opening any more.

    Args:
        mail: an answer.
        sent: the octets that we sent, and that it answers.
    """
    ours = _runs(_words(read_mail(sent, Envelope(None, ()), Trust()).text))
    lines = mail.reply_text.split("\n")
    repeated = _repeated(lines, ours)
    if not any(repeated):
        return mail
    new = [line for line, is_ours in zip(lines, repeated, strict=True) if not is_ours]
    quoted = [line for line, is_ours in zip(lines, repeated, strict=True) if is_ours]
    opening = mail.opening_text.split("\n")
    first = next((number for number, is_ours in enumerate(_repeated(opening, ours)) if is_ours), len(opening))
    return replace(
        mail,
        reply_text="\n".join(new).strip("\n"),
        opening_text="\n".join(opening[:first]).strip("\n"),
        elided_text="\n".join(text for text in (mail.elided_text, *quoted) if text),
    )


def _words(text: str) -> list[str]:
    """Return the words of a text, as many as are looked at."""
    return _WORD.findall(text.casefold())[:_MOST_WORDS]


def _runs(words: list[str]) -> frozenset[tuple[str, ...]]:
    """Return every run of words."""
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _repeated(lines: list[str], ours: frozenset[tuple[str, ...]]) -> list[bool]:
    """Tell of each line whether all its words stand in runs that are ours; a command is always the writer's own."""
    placed = [(word, number) for number, line in enumerate(lines) if not _is_command(line) for word in _words(line)]
    placed = placed[:_MOST_WORDS]
    words = [word for word, _ in placed]
    covered = [False] * len(words)
    for at in range(len(words) - _RUN + 1):
        if tuple(words[at : at + _RUN]) in ours:
            covered[at : at + _RUN] = [True] * _RUN
    own = {number for (_, number), is_ours in zip(placed, covered, strict=True) if not is_ours}
    seen = {number for _, number in placed}
    return [number in seen and number not in own for number in range(len(lines))]


def _is_command(line: str) -> bool:
    """Tell whether a line may be a command of an agent."""
    return line.lstrip().startswith(_COMMAND)
