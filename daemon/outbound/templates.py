"""The one door to jinja2: a notice becomes words.

Templates lie in `<language>/<notice kind>/`; those of the site (`config/templates/`) are looked at before the packaged
ones.  What people wrote is data (S4.5): templates run in a sandbox, a missing name is an error, HTML escapes by itself.
"""

from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    meta,
    nodes,
    pass_context,
)
from jinja2.environment import TemplateModule
from jinja2.loaders import split_template_path
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from daemon.model.marks import has_agents_mark, without_agents_marks
from daemon.model.notice import AttachmentRef, CaseCard, Notice, OutgoingMail, Recipient
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.model.plan import Provider
from daemon.model.text import clean_line, clean_text
from daemon.outbound.charts import pictures_of
from daemon.outbound.context import context_of
from daemon.outbound.filters import SET, SPELT, Reader
from daemon.outbound.invitation import METHODS, invitation
from daemon.outbound.rendered import Rendered
from daemon.outbound.subject import LONGEST
from daemon.outbound.words import words_of

FALLBACK_LANGUAGE = "en"
EVENT_FILE = "invitation.txt.j2"
FILES = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
BrokenTemplate = TemplateError
"""What rendering raises where a template is missing, broken, or asks for what the notice does not carry."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, with short ways for what nearly every line of a template does and what is safe by its type alone.

    A name of a frozen value of ours, a key of a dict, a macro: each gives what the long way would.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) in _PLAIN and not attribute.startswith("_"):
            found = getattr(obj, attribute, missing)
            return self.undefined(obj=obj, name=attribute) if found is missing else found
        if type(obj) is dict and attribute in obj and not hasattr(dict, attribute):
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(obj) is Macro:
            kwargs.pop("_block_vars", None)  # which are for functions that take the context
            kwargs.pop("_loop_vars", None)
            return obj(context.eval_ctx, *args, **kwargs)
        return super().call(context, obj, *args, **kwargs)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> dict[str, Any]:
        """Give each template a copy: jinja2's own chain of maps is walked name by name for each context."""
        return {**self.globals, **(d or {})}


_PLAIN: Final = frozenset({AttachmentRef, CaseCard, Provider, Recipient, TemplateModule})
"""Frozen values of ours, and the shared sentences."""

_READER: Final[ContextVar[Reader]] = ContextVar("reader")
"""Who reads the mail in hand.  It stands here, and not in what templates see, so that the modules of shared sentences
hold nothing of any mail: each is made once, not once a mail."""


class Templates:
    """The templates of one configuration, each compiled once."""

    def __init__(self, site_folder: Path | None) -> None:
        self._environment = _environment(site_folder)
        self._languages: dict[tuple[str, NoticeKind], str] = {}

    def render(self, mail: OutgoingMail, provider: Provider) -> Rendered:
        """Say the notice in its reader's language.

        Raises:
            BrokenTemplate: a template is missing or broken, or asks for what the notice does not carry.
            ValueError: a fact is not what its kind promises (a day that is no day).
        """
        language = self.language_for(mail.notice)
        context = context_of(mail, provider, language)
        _READER.set(_reader(mail, provider, language))
        subject, text, html = (
            self._environment.get_template(f"{language}/{mail.notice.kind}/{file}").render(context) for file in FILES
        )
        has_event = mail.notice.kind in METHODS
        event = invitation(mail, provider, self._said_of_event(language, context)) if has_event else None
        subject = _keep_thread(clean_line(subject, longest=LONGEST + 40), str(context["case_subject"]))
        words = Rendered(subject, _tidy(text), _tidy(html), pictures_of(mail), event)
        return words if NOTICES[mail.notice.kind].audience is Audience.AGENT else _for_others(words)

    def language_for(self, notice: Notice) -> str:
        """Return the language a notice is written in: the reader's, where there are templates for it."""
        wanted = (notice.to.language, notice.kind)
        if wanted not in self._languages:
            names = (notice.to.language, notice.to.language.partition("-")[0])
            known = (name for name in names if self._speaks(name, notice.kind))
            self._languages[wanted] = next(known, FALLBACK_LANGUAGE)
        return self._languages[wanted]

    def names_used(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names that a template takes from its context, and those that it takes from `facts`.

        Raises:
            BrokenTemplate: there is no such template, or it cannot be parsed.
        """
        loader = self._environment.loader
        assert loader is not None
        tree = self._environment.parse(loader.get_source(self._environment, name)[0])
        taken = (node.attr for node in tree.find_all(nodes.Getattr) if _is_facts(node.node))
        imported = frozenset(node.target for node in tree.find_all(nodes.Import))  # meta does not see them in blocks
        return frozenset(meta.find_undeclared_variables(tree)) - imported, frozenset(taken)

    def _said_of_event(self, language: str, context: dict[str, object]) -> str:
        """Return what a calendar's event says; a language that only a site speaks borrows the English words."""
        names = [f"{name}/{EVENT_FILE}" for name in (language, FALLBACK_LANGUAGE)]
        return _tidy(self._environment.select_template(names).render(context))

    def _speaks(self, language: str, kind: NoticeKind) -> bool:
        try:
            self._environment.get_template(f"{language}/{kind}/{FILES[0]}")
        except TemplateNotFound:
            return False
        return True


def _is_facts(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "facts"


def _environment(site_folder: Path | None) -> Environment:
    packaged: BaseLoader = FunctionLoader(_packaged)
    site: tuple[BaseLoader, ...] = (FileSystemLoader(site_folder),) if site_folder else ()
    environment = _Sandbox(
        loader=ChoiceLoader([*site, packaged]),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(SET)
    environment.filters.update({name: _of_reader(spell) for name, spell in SPELT.items()})
    return environment


def _of_reader(spell: Callable[[Reader, Any], object]) -> Callable[[Context, Any], object]:
    """Return the filter that spells a value for the reader of the mail in hand."""

    @pass_context  # else jinja2 would work out, once and for all readers, what it makes of a constant
    def spelt(_context: Context, value: Any) -> object:
        return spell(_READER.get(), value)

    return spelt


def _packaged(name: str) -> str | None:
    entry = files("daemon._templates")
    for step in split_template_path(name):
        entry = entry / step
    return entry.read_text("utf-8") if entry.is_file() else None


def _reader(mail: OutgoingMail, provider: Provider, language: str) -> Reader:
    return Reader(
        words=words_of(language),
        timezone=mail.notice.to.timezone,
        timezone_of_plan=provider.timezone,
        prefix=provider.prefix,
        offers=tuple(address for _, address in mail.offers),
    )


def _keep_thread(subject: str, in_thread: str) -> str:
    """Return the subject; on a case it begins with the tag, whatever a site's template makes of it."""
    head = in_thread.partition("]")[0]
    return subject if subject.startswith(head) else in_thread


def _for_others(words: Rendered) -> Rendered:
    """Take out what was signed for an agent, wherever it came from (S2.8)."""
    if not any(map(has_agents_mark, (words.subject, words.text, words.html))):
        return words
    subject, text, html = (without_agents_marks(text) for text in (words.subject, words.text, words.html))
    return replace(words, subject=subject, text=text, html=html)


def _tidy(text: str) -> str:
    return clean_text(text).strip("\n") + "\n"
