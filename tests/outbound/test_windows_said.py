"""What mails on maintenance windows say (R11), in both languages and on both clocks."""

import re
from html import unescape
from itertools import product
from typing import Any

import pytest

from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.model.window import Impact
from daemon.outbound.samples import FACTS, PROVIDER
from daemon.outbound.words import WORDS, spell_clocks, spell_instant
from daemon.rules.commands.windows import COMMANDS, help_text
from daemon.rules.maintenance.announcing import CONFIRM, PARTS
from tests.outbound.mails import mail_of
from tests.outbound.packaged import TEMPLATES

LANGUAGES = ("en", "fr")
TO_CONTACTS = [kind for kind in NoticeKind if kind.startswith("maintenance_")]
OF_WINDOWS = [kind for kind in NoticeKind if "window" in NOTICES[kind].facts]
START, END = FACTS["start"], FACTS["end"]
OWN = {"en": "(your time)", "fr": ", à votre heure"}
ZONES = ["America/Denver", "America/New_York", "Europe/Paris", "Asia/Kathmandu", "America/Phoenix"]


def both(kind: NoticeKind, language: str, **changed: Any) -> tuple[str, str]:
    """Return the two forms of a mail as plain text, white space made one."""
    rendered = TEMPLATES.render(mail_of(kind, language, **changed), PROVIDER)
    html = unescape(re.sub(r"<[^>]*>", " ", rendered.html.partition("</head>")[2]))
    return tuple(re.sub(r"\s+", " ", form) for form in (rendered.text, html))  # type: ignore[return-value]


def text_of(kind: NoticeKind, language: str = "en", **changed: Any) -> str:
    return both(kind, language, **changed)[0]


@pytest.mark.parametrize(("language", "zone"), list(product(LANGUAGES, ZONES)))
@pytest.mark.parametrize("kind", OF_WINDOWS)
def test_r11_2_every_notice_of_a_window_tells_its_four_parts(kind: NoticeKind, language: str, zone: str) -> None:
    """R11.2: date and time in MT and the reader's own zone, products, a description and its reason; each form whole."""
    facts = {"fact_start": START, "fact_end": END, "fact_description": "New servers.", "fact_reason": "Old age."}
    words = WORDS[language]
    instants = [
        re.sub(r"\s+", " ", spell_instant(words, at, timezone=where))
        for at in (START, END)
        for where in ("America/Denver", zone)
    ]
    for form in both(kind, language, to_timezone=zone, **facts):
        for said in (*instants, "Voice, Internet", "New servers.", "Old age.", "Monthly maintenance"):
            assert said in form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OF_WINDOWS)
@pytest.mark.parametrize("zone", ["America/Denver", "America/Edmonton", "America/Phoenix"])
def test_r11_2_one_clock_is_told_once(kind: NoticeKind, language: str, zone: str) -> None:
    """R11.2: a reader whose clock shows the plan's time reads no second time; Phoenix does in winter."""
    assert OWN[language] not in text_of(kind, language, to_timezone=zone)
    assert OWN[language] in text_of(kind, language, to_timezone=zone, fact_start="2026-06-20T04:00:00+00:00") or (
        zone != "America/Phoenix"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("impact", list(Impact))
@pytest.mark.parametrize("kind", OF_WINDOWS)
def test_r11_2_the_impact_is_said_in_words(kind: NoticeKind, impact: Impact, language: str) -> None:
    """R11.5: that services are not affected is said, never a code."""
    for form in both(kind, language, fact_impact=impact.value):
        assert WORDS[language].impacts[impact].capitalize() in form


@pytest.mark.parametrize(("language", "words"), [("en", "could not give you notice"), ("fr", "pas pu vous l’annoncer")])
def test_r11_6_a_late_notice_says_so(language: str, words: str) -> None:
    """R11.6: where notice could not be given before, the mail says it, and only there."""
    kind = NoticeKind.MAINTENANCE_AHEAD

    for form in both(kind, language, fact_late="yes"):
        assert words in form
    assert words not in text_of(kind, language)
    assert words not in text_of(kind, language, fact_unscheduled="yes")


@pytest.mark.parametrize(("language", "words"), [("en", "unscheduled"), ("fr", "imprévue")])
def test_r11_6_an_unscheduled_window_is_called_one(language: str, words: str) -> None:
    """R11.6: what could not wait is not sold as planned."""
    assert words in text_of(NoticeKind.MAINTENANCE_AHEAD, language, fact_unscheduled="yes")
    assert words not in text_of(NoticeKind.MAINTENANCE_AHEAD, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [NoticeKind.MAINTENANCE_CHANGED, NoticeKind.STATUS_MAINTENANCE])
def test_r11_7_a_change_tells_what_was_and_what_is(kind: NoticeKind, language: str) -> None:
    """R11.7: the times that the reader was told before stand above those that hold now, on both clocks."""
    was, now = (
        [spell_clocks(WORDS[language], FACTS[name], here="America/Denver", there="Europe/Paris") for name in names]
        for names in (("was_start", "was_end"), ("start", "end"))
    )
    for form in both(kind, language, to_timezone="Europe/Paris"):
        said = [form.index(re.sub(r"\s+", " ", line)) for lines in (*was, *now) for line in lines]
        assert said == sorted(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_r11_7_a_change_of_something_else_names_no_change_of_time(language: str) -> None:
    """R11.7: where products or reason changed, or a cancelled window takes place again, the time is told once."""
    same = {"fact_was_start": START, "fact_was_end": END}
    words = {"en": "The time of this maintenance", "fr": "L’horaire de cette maintenance"}[language]

    for kind in (NoticeKind.MAINTENANCE_CHANGED, NoticeKind.STATUS_MAINTENANCE):
        assert words in text_of(kind, language)
        assert words not in text_of(kind, language, **same)
        assert text_of(kind, language, **same).count(spell_instant(WORDS[language], START, timezone="UTC")) == 0
        assert text_of(kind, language, **same).count("2026, 22:00 MST" if language == "en" else "22 h 00 (MST)") == 1


@pytest.mark.parametrize(("language", "words"), [("en", "does not take place"), ("fr", "n’a pas lieu")])
def test_r11_7_a_cancellation_is_plain(language: str, words: str) -> None:
    """R11.7: contacts and subscribers read that it does not take place."""
    assert words in text_of(NoticeKind.MAINTENANCE_CANCELLED, language)
    assert words in text_of(NoticeKind.STATUS_MAINTENANCE, language, fact_step="cancelled")


@pytest.mark.parametrize(
    ("language", "plain", "late"), [("en", "no longer affected", "goes on"), ("fr", "plus affectés", "se poursuit")]
)
def test_r11_7_whom_a_change_leaves_out_reads_so(language: str, plain: str, late: str) -> None:
    """R11.7: it takes place, or goes on, without their services: never that it does not take place."""
    changed = {"fact_unaffected": "yes"}
    contact = text_of(NoticeKind.MAINTENANCE_CANCELLED, language, **changed)
    assert plain in contact
    assert not any(words in contact for words in ("does not take place", "n’a pas lieu"))
    assert plain in text_of(NoticeKind.STATUS_MAINTENANCE, language, fact_step="unaffected", **changed)
    assert late in text_of(NoticeKind.MAINTENANCE_CANCELLED, language, fact_late="yes", **changed)


@pytest.mark.parametrize(("language", "words"), [("en", "takes place after all"), ("fr", "a finalement lieu")])
def test_r11_7_what_takes_place_after_all_is_said_so(language: str, words: str) -> None:
    """R11.7: a cancellation that was taken back is no change of time."""
    assert words in text_of(NoticeKind.MAINTENANCE_CHANGED, language, fact_again="yes")
    assert words in text_of(NoticeKind.STATUS_MAINTENANCE, language, fact_step="changed", fact_again="yes")


@pytest.mark.parametrize(
    "kind", [NoticeKind.MAINTENANCE_AHEAD, NoticeKind.MAINTENANCE_BEGUN, NoticeKind.MAINTENANCE_ENDED]
)
@pytest.mark.parametrize(("language", "words"), [("en", "told you other times"), ("fr", "annoncé d’autres horaires")])
def test_r11_7_other_times_than_were_told_are_named(kind: NoticeKind, language: str, words: str) -> None:
    """R11.7: a notice that comes before its correction says which times it replaces; any other says nothing of it."""
    for form in both(kind, language, fact_was_start=FACTS["was_start"]):
        assert words in form
    assert words not in text_of(kind, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_r11_2_subjects_are_told_on_the_plans_clock(language: str) -> None:
    """R11.2: the day in a subject is the window's in MT, though UTC and the reader are a day ahead."""
    subject = TEMPLATES.render(
        mail_of(NoticeKind.MAINTENANCE_AHEAD, language, to_timezone="Asia/Tokyo"), PROVIDER
    ).subject

    assert {"en": "Friday 18 December 2026, 22:00 MST", "fr": "vendredi 18 décembre 2026"}[language] in subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_r11_3_a_follow_up_brings_the_agents_text(language: str) -> None:
    """R11.3: the text as it was written, and the window that it is about."""
    for form in both(NoticeKind.MAINTENANCE_FOLLOW_UP, language, text="New:\n\n - numbers"):
        assert "New: - numbers" in form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [*PARTS, CONFIRM])
def test_r11_6_what_an_announcement_lacks_is_asked_for_in_words(code: str, language: str) -> None:
    """R11.6: each missing part has a line of its own, and the mail says that nobody was told."""
    text = TEMPLATES.render(mail_of(NoticeKind.WINDOW_ASKED, language, fact_missing=code), PROVIDER).text
    (line,) = [line for line in text.splitlines() if line.startswith("- ")]

    command = "title" if code == "name" else code

    assert re.findall(r"#([a-z-]+)", line)[0] == command
    assert command in COMMANDS
    assert line != f"- {code}"
    assert {"en": "NOT been announced to anybody", "fr": "annoncée à PERSONNE"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_r11_6_the_commands_are_the_programs(language: str) -> None:
    """R11.6: #help brings the table's own words, whole; a mail about what is missing names only commands that exist."""
    listed = help_text(language)
    text = TEMPLATES.render(mail_of(NoticeKind.WINDOW_ASKED, language, fact_help=listed, fact_faults=""), PROVIDER).text

    assert [line for line in listed.splitlines() if f"  {line}\n" not in text] == []
    for kind in (NoticeKind.WINDOW_ASKED, NoticeKind.WINDOW_KEPT):
        named = re.findall(r"#([a-z][a-z-]*)", TEMPLATES.render(mail_of(kind, language, text=""), PROVIDER).text)
        assert set(named) <= set(COMMANDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["missing", "faults", "help"])
def test_r11_6_nobody_is_left_without_a_word(name: str, language: str) -> None:
    """R11.6: something missing, something wrong or a question: each has its words, and that nobody was told."""
    empty = {f"fact_{one}": "" for one in ("missing", "faults", "help") if one != name}
    text = TEMPLATES.render(mail_of(NoticeKind.WINDOW_ASKED, language, **empty), PROVIDER).text

    assert re.search({"en": "NOT been announced|nobody has been told", "fr": "à PERSONNE|à personne"}[language], text)
    assert "\n\n\n" not in text


@pytest.mark.parametrize(("told", "words"), [("0", "No contact"), ("1", "One contact"), ("14", "14 contacts")])
@pytest.mark.parametrize("done", ["announced", "changed", "cancelled", "followed_up"])
def test_r11_6_the_agent_reads_how_many_are_told(done: str, told: str, words: str) -> None:
    """R11.6: what was done, and how many contacts hear of it."""
    assert words in text_of(NoticeKind.WINDOW_KEPT, fact_done=done, fact_told=told)


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if NOTICES[kind].audience is not Audience.AGENT])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_notice_to_the_outside_names_the_agent(kind: NoticeKind, language: str) -> None:
    """S3.1, R8.1: who wrote a follow-up or an incident's update is shown to nobody; a reply on one's own case is."""
    rendered = TEMPLATES.render(mail_of(kind, language, author="Zaphod Beeblebrox"), PROVIDER)
    said = "Beeblebrox" in rendered.text + rendered.html + rendered.subject

    assert said is (kind is NoticeKind.UPDATE)


@pytest.mark.parametrize("kind", [NoticeKind.MAINTENANCE_CANCELLED, NoticeKind.STATUS_MAINTENANCE])
def test_r11_7_one_that_had_begun_is_not_said_not_to_take_place(kind: NoticeKind) -> None:
    """R11.7: called off while it is under way, it has taken place in part."""
    before, during = (text_of(kind, fact_step="cancelled", fact_late=late) for late in ("", "yes"))

    assert "does not take place" in before
    assert "goes no further" in during
    assert "does not take place" not in during
