"""What `supportd check` says of the templates.

Every kind in every language exists, renders, and asks for no more than its notices carry.
"""

from collections.abc import Iterator

from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.outbound.context import context_of
from daemon.outbound.samples import PROVIDER, sample, samples
from daemon.outbound.templates import FILES, BrokenTemplate, Templates

_GIVEN_BY_LAYOUTS = frozenset({"words", "parts"})


def missing(templates: Templates, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return every fault of the templates, one line each; none: every notice can be said in every language."""
    return tuple(
        fault for language in languages for kind in NoticeKind for fault in _faults_of_kind(templates, kind, language)
    )


def _faults_of_kind(templates: Templates, kind: NoticeKind, language: str) -> Iterator[str]:
    broken = [fault for file in FILES for fault in _faults_of_file(templates, kind, f"{language}/{kind}/{file}")]
    yield from broken
    if not broken:
        yield from _faults_of_rendering(templates, kind, language)


def _faults_of_file(templates: Templates, kind: NoticeKind, name: str) -> Iterator[str]:
    try:
        names, facts = templates.names_used(name)
    except BrokenTemplate as broken:
        yield f"templates/{name}: {_say(broken, name)}"
        return
    allowed = frozenset(context_of(sample(kind, "en"), PROVIDER, "en")) | _GIVEN_BY_LAYOUTS
    for unknown in sorted(names - allowed):
        yield f"templates/{name}: nothing is called {unknown!r} here; there are {', '.join(sorted(allowed))}"
    for unknown in sorted(facts - frozenset(NOTICES[kind].facts)):
        yield f"templates/{name}: {kind} has no fact {unknown!r}; it has {', '.join(NOTICES[kind].facts) or 'none'}"


def _faults_of_rendering(templates: Templates, kind: NoticeKind, language: str) -> Iterator[str]:
    for mail in samples(kind, language):
        try:
            templates.render(mail, PROVIDER)
        except Exception as broken:  # noqa: BLE001  a template may raise anything; the rest is still checked
            yield f"templates/{language}/{kind}: {_say(broken, '')}"
            return


def _say(broken: Exception, name: str) -> str:
    """Return the fault in one line; jinja2 says no more than the name where a template does not exist."""
    said = str(broken).strip() or type(broken).__name__
    line = getattr(broken, "lineno", None)
    where = f"line {line}: " if line else ""
    return "does not exist" if said == name else where + said.splitlines()[0]
