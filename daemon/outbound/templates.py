"""The one door to jinja2: a notice becomes words.

Templates lie in `<language>/<notice kind>/`; those of the site (`config/templates/`) are looked at before the packaged
ones.  What people wrote is data (S4.5): templates run in a sandbox, a missing name is an error, HTML escapes by itself.
"""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    meta,
    nodes,
    pass_context,
)
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from daemon.model.notice import Notice, OutgoingMail
from daemon.model.notice_kinds import NOTICES, Audience, NoticeKind
from daemon.model.plan import Provider
from daemon.model.text import clean_line, clean_text
from daemon.outbound.charts import pictures_of
from daemon.outbound.context import context_of
from daemon.outbound.invitation import METHODS, invitation
from daemon.outbound.marks import without_agents_marks
from daemon.outbound.rendered import Rendered
from daemon.outbound.subject import LONGEST, tag
from daemon.outbound.words import spell_basis, spell_clocks, spell_day, spell_instant, spell_month, words_of

FALLBACK_LANGUAGE = "en"
EVENT_FILE = "invitation.txt.j2"
FILES = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
BrokenTemplate = TemplateError
"""What rendering raises where a template is missing, broken, or asks for what the notice does not carry."""


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
        subject, text, html = (
            self._environment.get_template(f"{language}/{mail.notice.kind}/{file}").render(context) for file in FILES
        )
        in_thread = str(context["case_subject"])
        subject = _keep_thread(clean_line(subject, longest=LONGEST + 40), in_thread)
        event = (
            invitation(mail, provider, self._said_of_event(language, context)) if mail.notice.kind in METHODS else None
        )
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


def _environment(site_folder: Path | None) -> ImmutableSandboxedEnvironment:
    packaged: BaseLoader = FunctionLoader(_packaged)
    site: tuple[BaseLoader, ...] = (FileSystemLoader(site_folder),) if site_folder else ()
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*site, packaged]),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        when=_when,
        day=_day,
        here=_here,
        clocks=_clocks,
        month=_month,
        impact_label=_impact_label,
        status_label=_status_label,
        priority_label=_priority_label,
        clock_label=_clock_label,
        basis_label=_basis_label,
        mailto=_mailto,
        weblink=_weblink,
        from_json=_from_json,
        tag=_tag,
        line=_line,
        quoted=_quoted,
        breaks=_breaks,
        spaced=_spaced,
        paragraphs=_paragraphs,
    )
    return environment


def _packaged(name: str) -> str | None:
    entry = files("daemon._templates")
    for step in split_template_path(name):
        entry = entry / step
    return entry.read_text("utf-8") if entry.is_file() else None


def _keep_thread(subject: str, in_thread: str) -> str:
    """Return the subject; on a case it begins with the tag, whatever a site's template makes of it."""
    head = in_thread.partition("]")[0]
    return subject if subject.startswith(head) else in_thread


def _for_others(words: Rendered) -> Rendered:
    """Take out what was signed for an agent, wherever it came from (S2.8)."""
    subject, text, html = (without_agents_marks(text) for text in (words.subject, words.text, words.html))
    return replace(words, subject=subject, text=text, html=html)


def _tidy(text: str) -> str:
    return clean_text(text).strip("\n") + "\n"


@pass_context
def _when(context: Context, value: str) -> str:
    """Spell out an instant on the reader's clock."""
    return spell_instant(words_of(context["language"]), value, timezone=context["recipient"].timezone)


@pass_context
def _day(context: Context, value: str) -> str:
    """Spell out a date."""
    return spell_day(words_of(context["language"]), value)


@pass_context
def _here(context: Context, value: str) -> str:
    """Spell out an instant on the plan's clock."""
    return spell_instant(words_of(context["language"]), value, timezone=context["provider"].timezone)


@pass_context
def _clocks(context: Context, value: str) -> tuple[str, ...]:
    """Spell out an instant on the plan's clock, and on the reader's where that shows another time (R11.2)."""
    here, there = context["provider"].timezone, context["recipient"].timezone
    return spell_clocks(words_of(context["language"]), value, here=here, there=there)


@pass_context
def _month(context: Context, value: str) -> str:
    return spell_month(words_of(context["language"]), value)


@pass_context
def _impact_label(context: Context, code: str) -> str:
    return words_of(context["language"]).impacts[code]


@pass_context
def _status_label(context: Context, code: str) -> str:
    return words_of(context["language"]).statuses[code]


@pass_context
def _priority_label(context: Context, code: str) -> str:
    return words_of(context["language"]).priorities[code]


@pass_context
def _clock_label(context: Context, code: str) -> str:
    return words_of(context["language"]).clocks[code]


@pass_context
def _basis_label(context: Context, basis: str) -> str:
    return spell_basis(words_of(context["language"]), basis)


def _mailto(address: str) -> Markup:
    """Return an address as a link; a plus in it would be read as a space by some clients (RFC 6068)."""
    return Markup('<a href="mailto:{}">{}</a>').format(quote(address, safe="@"), address)


def _weblink(address: str) -> Markup:
    """Return a page's address as a link; what is no address of the web stays text."""
    if not address.startswith(("https://", "http://")):
        return escape(address)
    return Markup('<a href="{0}">{0}</a>').format(address)


def _from_json(text: str) -> object:
    """Return figures that a notice carries as JSON; none: an empty table of tables."""
    return json.loads(text) if text else {}


@pass_context
def _tag(context: Context, number: int | str) -> str:
    return tag(context["provider"].prefix, number)


def _line(text: str, longest: int = LONGEST) -> str:
    """Return what stands in a fact's JSON as one clean line: nothing in it can pass for a line of ours."""
    return clean_line(text, longest=longest)


def _quoted(text: str) -> str:
    """Set off what a person wrote, line by line, so that it cannot pass for the desk's own words."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _breaks(text: str) -> Markup:
    """Escape text for HTML and keep its lines and leading spaces."""
    return Markup("<br>\n").join(escape(line).replace("  ", Markup(" &nbsp;")) for line in text.split("\n"))


def _spaced(lines: str) -> str:
    """Return sentences that stand one a line as paragraphs of plain text."""
    return "\n\n".join(_lines_of(lines))


@pass_context
def _paragraphs(context: Context, lines: str) -> Markup:
    """Return sentences that stand one a line as paragraphs of HTML; whatever they hold is escaped again.

    The signed addresses that the mail offers become links: a reader needs one click to write to them.
    """
    html = Markup("\n").join(Markup("<p>{}</p>").format(line) for line in _lines_of(lines))
    for address in filter(None, context["offers"].values()):
        html = html.replace(escape(address), _mailto(address))
    return html


def _lines_of(lines: str) -> list[str]:
    """Return the non-empty lines as plain strings: a macro called from HTML hands out Markup that nobody escaped."""
    plain = "".join(iter(lines))  # str, not Markup
    return [line.strip() for line in plain.split("\n") if line.strip()]
