"""articles/<language>/*.md: what customers can do at once by themselves (R10.5).

The first line is `# Title`, the first paragraph after it the summary that mails show; the rest is for a knowledge base.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from unicodedata import category

from daemon.model.plan import Article
from daemon.settings.findings import Findings
from daemon.settings.kinds import LANGUAGES
from daemon.settings.nearest import shown, suggestion
from daemon.settings.reading import listed

ARTICLES = "articles"
MAX_OCTETS = 64 * 2**10
MAX_TITLE = 120
MAX_SUMMARY = 600
MAX_ARTICLES = 50
_START = (1, 1)


@dataclass(frozen=True, slots=True)
class _Written:
    """An article and the file it stands in."""

    file: str  # its name below the language's folder
    article: Article


def read_articles(folder: FilePath, findings: Findings) -> tuple[Article, ...]:
    """Return the articles below a configuration folder, by language, then by file name.

    What cannot be an article is a fault; what would never be read, and what one language lacks, is warned of.
    """
    place = folder / ARTICLES
    _warn_of_strays(place, findings)
    found = tuple((language, _of_language(place, language, findings)) for language in LANGUAGES)
    _warn_of_gaps(found, findings)
    return tuple(written.article for _, articles in found for written in articles)


def _warn_of_strays(place: FilePath, findings: Findings) -> None:
    for entry in listed(place):
        name = f"{ARTICLES}/{shown(entry.name)}"
        if not entry.is_dir():
            findings.warn_at(name, _START, f"not read: articles stand in a folder of their language, `{ARTICLES}/en/`")
        elif entry.name not in LANGUAGES:
            message = f"not read: no language of the desk; {suggestion(entry.name, LANGUAGES)}"
            findings.warn_at(name, _START, message)


def _of_language(place: FilePath, language: str, findings: Findings) -> tuple[_Written, ...]:
    return tuple(_read_all(place / language, language, findings))


def _read_all(folder: FilePath, language: str, findings: Findings) -> Iterator[_Written]:
    entries = sorted(listed(folder), key=lambda entry: entry.name)
    for number, entry in enumerate(entries):
        name = f"{ARTICLES}/{language}/{shown(entry.name)}"
        if entry.suffix != ".md":
            findings.warn_at(name, _START, "not read: only names that end in `.md` are")
        elif number >= MAX_ARTICLES:
            findings.fault_at(name, _START, f"too many articles: at most {MAX_ARTICLES} a language")
            return
        elif article := _read(entry, name, language=language, findings=findings):
            yield _Written(entry.name, article)


def _read(path: FilePath, name: str, *, language: str, findings: Findings) -> Article | None:
    text = _text(path, name, findings)
    if text is None:
        return None
    lines = [line.strip() for line in text.splitlines()]
    title, summary = _title(lines), _summary(lines)
    for line, fault in _faults(lines, title, summary):
        findings.fault_at(name, (line, 1), fault)
    return Article(language, title, summary)


def _title(lines: list[str]) -> str:
    return lines[0][2:].strip() if lines and lines[0].startswith("# ") else ""


def _summary(lines: list[str]) -> str:
    """Return the first paragraph after the first line, on one line; none before the next heading."""
    kept: list[str] = []
    for line in lines[1:]:
        if line.startswith("#") or (kept and not line):
            break
        kept += [line] if line else []
    return " ".join(kept)


def _faults(lines: list[str], title: str, summary: str) -> Iterator[tuple[int, str]]:
    if not title:
        yield 1, "the first line of an article is its title: `# Password reset`"
    if len(title) > MAX_TITLE:
        yield 1, f"the title is too long: at most {MAX_TITLE} letters"
    if len(summary) > MAX_SUMMARY:
        place = next(number for number, line in enumerate(lines[1:], start=2) if line)
        yield place, f"the first paragraph is too long: mails show it whole, at most {MAX_SUMMARY} letters"
    for number, line in enumerate(lines, start=1):
        if any(category(letter) == "Cc" for letter in line.replace("\t", " ")):
            yield number, "holds control characters: plain text is expected"
            return


def _text(path: FilePath, name: str, findings: Findings) -> str | None:
    """Return what a file holds, bounded; None, and a fault, where it is no text."""
    try:
        if not path.is_file():
            findings.fault_at(name, _START, "not a file")
            return None
        with path.open("rb") as stream:
            octets = stream.read(MAX_OCTETS + 1)
    except OSError as error:
        findings.fault_at(name, _START, f"cannot be read: {error.strerror}")
        return None
    if len(octets) > MAX_OCTETS:
        findings.fault_at(name, _START, f"the file is too large: at most {MAX_OCTETS} octets are read")
        return None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.fault_at(name, (octets.count(b"\n", 0, error.start) + 1, 1), "is not UTF-8 text")
        return None


def _warn_of_gaps(found: tuple[tuple[str, tuple[_Written, ...]], ...], findings: Findings) -> None:
    """Warn of every article that stands in one language and not in another."""
    names = sorted({written.file for _, articles in found for written in articles})
    if not names:
        message = "no article: nothing is named that customers can do at once by themselves (R10.5)"
        findings.warn_at(ARTICLES, _START, message)
    for language, articles in found:
        has = {written.file for written in articles}
        for name in names:
            if name not in has:
                file = f"{ARTICLES}/{language}/{shown(name)}"
                findings.warn_at(file, _START, "missing: there is one of this name in another language (R10.5)")
