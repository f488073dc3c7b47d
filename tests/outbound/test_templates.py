"""What readers read: the rules that the words of a mail must keep, and a site's own templates."""

import re
from pathlib import Path

import pytest

from daemon.model.case import Status
from daemon.model.mail import REPLY_MARKER, Purpose
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.outbound.filters import SET
from daemon.outbound.samples import FACTS, PROVIDER
from daemon.outbound.template_check import missing
from daemon.outbound.templates import BrokenTemplate, Templates
from daemon.rules.commands.table import COMMANDS, help_text
from tests.outbound.mails import OTHERS_FACTS, file_of, mail_of
from tests.outbound.packaged import TEMPLATES

LANGUAGES = ("en", "fr")
HOSTILE = "<script>alert(1)</script><img src=x>{{ 7 * 7 }}{% include 'x' %}"
OF_AGENTS = [kind for kind in NoticeKind if NOTICES[kind].audience is Audience.AGENT]
OF_CASES = [kind for kind in OF_AGENTS if mail_of(kind).card]
OF_TECHNICIANS = [kind for kind in OF_CASES if NOTICES[kind].reply is not Purpose.NOTHING]
OF_WINDOWS = [kind for kind in NoticeKind if NOTICES[kind].reply is Purpose.WINDOW]
OF_STRANGERS = [kind for kind in NoticeKind if NOTICES[kind].audience in (Audience.STRANGER, Audience.SUBSCRIBER)]
ANSWERS = [kind for kind in NoticeKind if NOTICES[kind].answers]


def text_of(kind: NoticeKind, language: str = "en", **changed: object) -> str:
    return TEMPLATES.render(mail_of(kind, language, **changed), PROVIDER).text


def no_news(kind: NoticeKind, **but: str) -> dict[str, str]:
    """Return every fact of a kind emptied, but for some."""
    return {f"fact_{name}": but.get(name, "") for name in NOTICES[kind].facts}


def test_every_kind_can_be_said_in_every_language() -> None:
    """Architecture 14: what `check` would find is nothing."""
    assert missing(TEMPLATES, LANGUAGES) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_text_and_html_say_the_same(kind: NoticeKind, language: str) -> None:
    """Every sentence of the text part stands in the HTML part too: no reader is told less."""
    rendered = TEMPLATES.render(mail_of(kind, language), PROVIDER)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", rendered.html).replace("&#39;", "'").replace("&#34;", '"'))
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "")
    sentences = [line.strip("> ").strip() for line in rendered.text.splitlines() if line.endswith((".", "?", "!"))]

    assert [sentence for sentence in sentences if re.sub(r"\s+", " ", sentence) not in plain] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_what_people_wrote_is_data(kind: NoticeKind, language: str) -> None:
    """S4.5: neither markup nor template language from outside ever works, from whichever field it comes."""
    changed = {f"fact_{name}": HOSTILE for name in OTHERS_FACTS}
    card = {
        "card_subject": HOSTILE,
        "card_customer_name": HOSTILE,
        "card_requester": HOSTILE,
        "card_escalation": (HOSTILE,),
    }
    mail = mail_of(kind, language, text=HOSTILE, author=HOSTILE, to_name=HOSTILE, subject=HOSTILE, **changed, **card)
    rendered = TEMPLATES.render(mail, PROVIDER)

    assert "<script" not in rendered.html
    assert "<img" not in _without_charts(rendered.html)
    assert "49" not in rendered.text.replace(PROVIDER.phone, "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Example Telecom", "d\u2019Example Telecom"),
        ("\u00c9toile", "d\u2019\u00c9toile"),
        ("\u0152uvres", "d\u2019\u0152uvres"),
        ("Globex", "de Globex"),
        ("Yonder", "de Yonder"),
        ("", "de "),
    ],
)
def test_a_french_name_after_de(name: str, said: str) -> None:
    """The vowel of "de" is left out before another; what names begin with is not ours to know."""
    assert SET["de"](name) == said


def _without_charts(html: str) -> str:
    """Take out the pictures that the mail itself carries."""
    return re.sub(r'<img src="cid:(sla|ages)\.sample@desk\.example" alt="[^"<>]*" width="560" style="[^"]*">', "", html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_html_loads_nothing(kind: NoticeKind, language: str) -> None:
    """S4.5: no remote content, no images but our own charts, no scripts: opening our mail tells nobody anything."""
    html = _without_charts(TEMPLATES.render(mail_of(kind, language), PROVIDER).html)

    assert not re.search(r"<(img|script|link|iframe|object|video|audio|form)|url\(|@import|\ssrc=", html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ANSWERS)
def test_s3_8_an_automatic_answer_quotes_nothing(kind: NoticeKind, language: str) -> None:
    """S3.8: what somebody wrote does not come back: our answers are no relay for spam."""
    rendered = TEMPLATES.render(mail_of(kind, language, text="BUY NOW http://spam.example/"), PROVIDER)

    assert "BUY NOW" not in rendered.text + rendered.html + rendered.subject


@pytest.mark.parametrize("kind", OF_STRANGERS)
def test_s3_8_a_stranger_is_not_called_by_a_name_of_their_choice(kind: NoticeKind) -> None:
    """S3.8: the display name of somebody unlisted is their text too."""
    rendered = TEMPLATES.render(mail_of(kind, to_name="BUY NOW"), PROVIDER)

    assert "BUY NOW" not in rendered.text + rendered.html


def test_r2_4_the_answer_to_an_unknown_domain_echoes_no_subject() -> None:
    """R2.4, S3.8: fixed words, whatever the subject was."""
    rendered = TEMPLATES.render(
        mail_of(NoticeKind.QUARANTINE_ANSWER, subject="BUY NOW", fact_subject="BUY NOW"), PROVIDER
    )

    assert rendered.subject == "Your message to Example Telecom Support"
    assert "BUY NOW" not in rendered.text


@pytest.mark.parametrize(
    ("language", "opened", "closed"),
    [("en", "open now", "closed at the moment"), ("fr", "ouvert en ce moment", "fermé en ce moment")],
)
def test_r1_3_the_acknowledgement_says_where_urgent_matters_belong(language: str, opened: str, closed: str) -> None:
    """R1.3, R1.2: the numbers, whether chat is open now, priority 4 until reviewed, and the case number."""
    now = text_of(NoticeKind.ACKNOWLEDGEMENT, language, card_priority="P4")
    later = text_of(NoticeKind.ACKNOWLEDGEMENT, language, fact_chat_open="")

    assert opened in now
    assert closed in later
    for words in (PROVIDER.phone, PROVIDER.chat_url, "SUP-1042", " 4 "):
        assert words in now


def test_r1_4_an_acknowledgement_never_claims_a_priority_the_case_has_not() -> None:
    """R1.4: a case from a call may have any priority; its acknowledgement says that one."""
    text = text_of(NoticeKind.ACKNOWLEDGEMENT, card_priority="P1")

    assert "priority 1" in text
    assert "priority 4" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OF_CASES)
def test_s3_7_an_agents_mail_says_on_top_where_a_reply_goes(kind: NoticeKind, language: str) -> None:
    """S3.7: before anything else the agent reads whether a reply reaches the customer."""
    first = text_of(kind, language).split("\n\n")[1]
    customer, note, nobody = {
        "en": ("CUSTOMER", "INTERNAL NOTE", "NOBODY"),
        "fr": ("CLIENT", "NOTE INTERNE", "PERSONNE"),
    }[language]

    assert {Purpose.NOTE: note, Purpose.ANSWER: customer, Purpose.NOTHING: nobody}[NOTICES[kind].reply] in first


@pytest.mark.parametrize(("language", "words"), [("en", ("NOBODY", "DESK")), ("fr", ("PERSONNE", "SUPPORT"))])
@pytest.mark.parametrize("kind", [NoticeKind.QUARANTINE_DIGEST, NoticeKind.STORM, *OF_WINDOWS])
def test_s3_7_a_mail_that_takes_commands_says_so_on_top(
    kind: NoticeKind, language: str, words: tuple[str, str]
) -> None:
    """S3.7: where no case is meant, the agent reads first that a reply is commands to the desk."""
    assert words[kind in OF_WINDOWS] in text_of(kind, language).split("\n\n")[1]


@pytest.mark.parametrize(
    "number", [(0, ": primary@acme.example."), (1, " and one participant."), (2, " and 2 participants.")]
)
def test_s3_7_the_heading_counts_who_reads_it(number: tuple[int, str]) -> None:
    """S3.7: the agent sees how many people a reply reaches."""
    count, words = number

    assert words in text_of(NoticeKind.CUSTOMER_WROTE, card_participants=count).split("\n\n")[1]


@pytest.mark.parametrize("kind", OF_TECHNICIANS)
def test_r2_5_agents_see_the_customers_escalation_list(kind: NoticeKind) -> None:
    """R2.5: shown to agents on the case, never to the customer."""
    assert "Acme Operations, ops@acme.example" in text_of(kind)


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in OF_AGENTS])
def test_r2_5_customers_do_not_see_it(kind: NoticeKind) -> None:
    """R2.5: internal."""
    assert "Operations" not in text_of(kind)


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in OF_STRANGERS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_can_be_told_from_what_it_answers(kind: NoticeKind, language: str) -> None:
    """The first line is the marker that the reader of replies looks for, in text and in HTML."""
    rendered = TEMPLATES.render(mail_of(kind, language), PROVIDER)

    assert rendered.text.startswith(REPLY_MARKER)
    assert f">{REPLY_MARKER}" in rendered.html


def test_r4_7_a_case_closed_without_words_gets_the_sentence_of_the_plan() -> None:
    """R4.7, R5.1: the work is done and tested; until when the same case can be reopened."""
    text = text_of(NoticeKind.UPDATE, text="", fact_status=Status.CLOSED)

    assert "is done and has been tested" in text
    assert "by the end of Tuesday 8 December 2026" in text


def test_r4_7_an_agents_own_closing_words_stand_alone() -> None:
    """R4.7: the agent's closing text says so; ours does not repeat it."""
    assert "has been tested" not in text_of(NoticeKind.UPDATE, fact_status=Status.CLOSED)


def test_an_agents_words_come_first_and_whole() -> None:
    """R3.2: the agent's text, then the name, then what changed."""
    words = "Dear all,\n\n  two spaces\n\n\nand three lines on, done."
    text = text_of(NoticeKind.UPDATE, text=words)

    assert text.index(words) < text.index("Agent One") < text.index("on hold until")


def test_files_without_words_are_named() -> None:
    """R3.2: an agent's reply may be no more than its attachments; the reader is told which."""
    ref, _ = file_of("plan.png", b"x" * 1500)
    text = text_of(NoticeKind.UPDATE, text="", attachments=(ref,), **no_news(NoticeKind.UPDATE))

    assert "Hello Acme Primary,\n\nAttached: plan.png (2 kB).\n\nAgent One\n" in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_list_of_commands_is_the_programs(language: str) -> None:
    """#help: the table's own words, in the agent's language, whole."""
    listed = help_text(language)
    text = text_of(NoticeKind.COMMAND_FAILED, language, fact_help=listed, fact_faults="")

    assert [line for line in listed.splitlines() if line not in text] == []
    assert re.findall(r"^  #([a-z0-9-]+)", text, re.MULTILINE) == [command.name for command in COMMANDS]
    assert ("Nothing was done" in text) is (language == "en")


def test_a_failed_commands_mail_gives_everything_back() -> None:
    """Commands: each fault, and the agent's own text, so that nothing typed is lost."""
    faults, words = "line 1: no such command\nline 2: no such date", "Hello,\nplease restart it."
    text = text_of(NoticeKind.COMMAND_FAILED, fact_faults=faults, fact_help="", text=words)

    for line in (*faults.splitlines(), *words.splitlines()):
        assert line in text
    assert "Nothing was done" in text


def test_s2_8_no_agents_mark_leaves_to_others() -> None:
    """S2.8: an address or Message-ID signed for an agent is taken out of what a customer reads."""
    address = "support+1042.a.2500." + "a" * 26 + "@desk.example"
    message_id = f"v1.1042.n.2500.token.{'b' * 26}.{'c' * 26}@desk.example"
    words = f"On Monday {address} wrote (<{message_id}>): hello"
    to_customer = TEMPLATES.render(mail_of(NoticeKind.UPDATE, text=words), PROVIDER)
    to_agent = TEMPLATES.render(mail_of(NoticeKind.COMMAND_FAILED, text=words), PROVIDER)

    assert address not in to_customer.text + to_customer.html
    assert message_id not in to_customer.text + to_customer.html
    assert "hello" in to_customer.text
    assert address in to_agent.text


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("fr", "Bonjour"), ("fr-CA", "Bonjour"), ("en-GB", "Hello"), ("de", "Hello"), ("../en", "Hello")],
)
def test_a_language_without_templates_falls_back(language: str, wanted: str) -> None:
    """A contact with any language setting gets a mail."""
    assert wanted in text_of(NoticeKind.ACKNOWLEDGEMENT, language)


class TestASitesOwnTemplates:
    """`config/templates/` is looked at first, file by file."""

    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        (tmp_path / "en" / "hold_ended").mkdir(parents=True)
        return tmp_path

    def render(self, site: Path) -> tuple[str, str]:
        rendered = Templates(site).render(mail_of(NoticeKind.HOLD_ENDED), PROVIDER)
        return rendered.subject, rendered.text

    def test_one_file_is_replaced_and_the_others_stay(self, site: Path) -> None:
        """Overriding a text does not oblige a site to keep the whole set."""
        (site / "en/hold_ended/body.txt.j2").write_text("Wake up: {{ case }}, {{ card.opened_at|when }}")

        assert self.render(site) == (
            "[SUP-1042] Phones are down",
            "Wake up: SUP-1042, Tuesday 1 December 2026, 08:30 MST\n",
        )

    def test_a_constant_is_spelt_for_each_reader(self, site: Path) -> None:
        """What a template spells out is worked out for the one who reads, never once for all who come after."""
        (site / "en/hold_ended/body.txt.j2").write_text("{{ '2026-12-01T15:30:00+00:00'|when }}")
        templates = Templates(site)
        zones = ("America/Phoenix", "Indian/Mauritius", "America/Phoenix")
        mails = [mail_of(NoticeKind.HOLD_ENDED, to_timezone=zone) for zone in zones]

        assert [templates.render(mail, PROVIDER).text.strip() for mail in mails] == [
            "Tuesday 1 December 2026, 08:30 MST",
            "Tuesday 1 December 2026, 19:30 UTC+04:00",
            "Tuesday 1 December 2026, 08:30 MST",
        ]

    def test_the_subject_keeps_its_tag(self, site: Path) -> None:
        """Threading: a site's subject that forgets the tag does not tear the conversation apart."""
        (site / "en/hold_ended/subject.txt.j2").write_text("Wake up")

        assert self.render(site)[0] == "[SUP-1042] Phones are down"

    def test_a_language_of_its_own(self, site: Path) -> None:
        """A site may speak a language that we do not ship."""
        folder = site / "de" / "hold_ended"
        folder.mkdir(parents=True)
        (folder / "subject.txt.j2").write_text("{{ case_subject }}")
        (folder / "body.txt.j2").write_text("Wiedervorlage {{ case }}")
        (folder / "body.html.j2").write_text("<p>Wiedervorlage {{ case }}</p>")

        assert Templates(site).render(mail_of(NoticeKind.HOLD_ENDED, "de"), PROVIDER).text == "Wiedervorlage SUP-1042\n"

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("{{ facts.nonsense }}", "hold_ended has no fact 'nonsense'"),
            ("{{ nonsense }}", "nothing is called 'nonsense' here"),
            ("{% if %}", "line 1: "),
            ("{{ card.nonsense }}", "nonsense"),
            ("{{ 'x'|nonsense }}", "nonsense"),
            ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ],
    )
    def test_check_names_what_is_wrong(self, site: Path, text: str, wanted: str) -> None:
        """`check` finds a broken template before a customer does, and says which file."""
        (site / "en/hold_ended/body.txt.j2").write_text(text)
        faults = missing(Templates(site), ("en",))

        assert len(faults) == 1
        assert wanted in faults[0]
        assert "en/hold_ended" in faults[0]

    def test_check_finds_what_is_not_there(self, site: Path) -> None:
        """A language that is configured and has no templates is a fault, a line a file."""
        faults = missing(Templates(site), ("de",))

        assert len(faults) == 3 * len(NoticeKind)
        assert faults[0] == "templates/de/acknowledgement/subject.txt.j2: does not exist"

    def test_a_broken_template_raises_what_callers_expect(self, site: Path) -> None:
        """The builder turns this into the fixed form (S3.5)."""
        (site / "en/hold_ended/body.txt.j2").write_text("{{ nonsense }}")

        with pytest.raises(BrokenTemplate):
            self.render(site)


def test_samples_know_every_fact() -> None:
    """The samples that `check` renders with carry a value for each fact of each kind."""
    assert {name for spec in NOTICES.values() for name in spec.facts} <= set(FACTS)
