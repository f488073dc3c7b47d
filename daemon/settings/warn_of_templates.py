"""Templates of the site that nothing would ever read: a misspelt language, kind of mail, or file."""

from collections.abc import Iterator
from pathlib import Path as FilePath

from daemon.model.notice_kinds import NoticeKind
from daemon.settings.findings import Findings
from daemon.settings.kinds import LANGUAGES
from daemon.settings.nearest import nearest, shown, suggestion
from daemon.settings.reading import listed

TEMPLATES = "templates"
SHARED = "shared"
FILES = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
"""What a kind of mail is made of."""

_KINDS = tuple(kind.value for kind in NoticeKind)


def warn_of_templates(folder: FilePath, findings: Findings) -> None:
    """Warn of each folder and file below `templates/` that no mail is made of."""
    for name, message in _strays(folder / TEMPLATES):
        findings.warn_at(name, (1, 1), f"not read: {message}")


def _strays(place: FilePath) -> Iterator[tuple[str, str]]:
    for entry in listed(place):
        name = f"{TEMPLATES}/{shown(entry.name)}"
        if entry.name in LANGUAGES:
            yield from _strays_of(entry, name)
        elif entry.is_dir() and entry.name != SHARED:
            yield name, f"no language of the desk; {suggestion(entry.name, (*LANGUAGES, SHARED))}"


def _strays_of(language: FilePath, name: str) -> Iterator[tuple[str, str]]:
    for kind in listed(language):
        below = f"{name}/{shown(kind.name)}"
        if not kind.is_dir():
            continue
        if kind.name not in _KINDS:
            yield below, f"no kind of mail; {suggestion(kind.name, _KINDS)}"
            continue
        for file in listed(kind):
            near = nearest(file.name, FILES)
            if near and file.name not in FILES:  # any other may be a part that a site includes itself
                yield f"{below}/{shown(file.name)}", f"no part of a mail; did you mean `{near}`?"
