"""What mails say of clocks, silence, escalation and MACD (R3-R6, R9, R10), in both languages."""

import re
from html import unescape
from pathlib import Path

import pytest

from daemon.model.case import Macd, Status
from daemon.model.clocks import Breach, ClockName
from daemon.model.mail import Purpose
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.outbound.samples import FACTS, PROVIDER
from daemon.outbound.words import ENGLISH, FRENCH, WORDS, Words, spell_basis, spell_instant
from daemon.rules.clocks.times import ANSWER, CONFIRMATION
from daemon.rules.commands.table import BY_NAME
from daemon.rules.customers.approval_words import Verdict, orders_haste, verdict_in
from daemon.rules.customers.confirmation import confirms
from daemon.rules.customers.escalation_wish import asks_to_escalate
from tests.outbound.mails import mail_of
from tests.outbound.packaged import TEMPLATES

LANGUAGES = ("en", "fr")
CONFIRM = "support+sample-confirm@desk.example"
ENDS_AT, DUE = (
    {code: spell_instant(words, FACTS[fact], timezone="America/Denver") for code, words in WORDS.items()}
    for fact in ("ends_at", "due")
)
QUOTED = re.compile(r'"([^"]+)"|«\u00a0([^»]+)\u00a0»')
BASES = (
    "P1", "P4", "P2, contract of acme", "contract of acme", "on demand", "level 2", "ETR", "vendor carrier-a",
    "carrier", "MACD standard", "MACD expedited", ANSWER, CONFIRMATION,
)  # fmt: skip


def said(kind: NoticeKind, language: str = "en", **facts: str) -> str:
    """Return the text of a mail of a kind; the facts that are named are changed."""
    return TEMPLATES.render(mail_of(kind, language, **facts), PROVIDER).text


def only(kind: NoticeKind, language: str = "en", **facts: str) -> str:
    """Return the text of a mail in which no other fact than these is set."""
    emptied = {f"fact_{name}": facts.get(name, "") for name in NOTICES[kind].facts}
    return said(kind, language, **emptied)


def html_of(kind: NoticeKind, **facts: str) -> str:
    return TEMPLATES.render(mail_of(kind, **facts), PROVIDER).html


SAID_IN_WORDS_OF_OURS = frozenset(
    {
        "again", "again_at", "approval", "asked", "at", "basis", "breach", "cases", "chat_open", "clock", "day",
        "done", "due", "end", "ends_at", "impact", "items", "lapses_at", "late", "macd", "machine", "mails",
        "may_join", "mended", "minutes", "month", "number", "ours", "outside", "received_at", "sequence",
        "silence_paused", "since", "start", "state", "step", "subject", "troubles", "uid", "unaffected", "unanswered",
        "unscheduled", "until", "verdict", "was_end", "was_start", "wish",
    }
)  # fmt: skip
"""Codes, switches, instants, lists; and the subject, which the context cuts short."""
NEW_KINDS = list(NoticeKind)[list(NoticeKind).index(NoticeKind.CLOCK_REMINDER) :]
FACTS_OF_KINDS = [
    (kind, name)
    for kind in NEW_KINDS
    for name in NOTICES[kind].facts
    if kind is not NoticeKind.WEEKLY_REPORT and name not in SAID_IN_WORDS_OF_OURS
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "name"), FACTS_OF_KINDS)
def test_each_fact_is_said(kind: NoticeKind, name: str, language: str) -> None:
    """R3-R10: names, numbers and words that a notice carries stand in its text, in both languages."""
    told = {"fact_unanswered": ""} if name == "by" and "unanswered" in NOTICES[kind].facts else {}

    assert "xyzzy" in said(kind, language, **told, **{f"fact_{name}": "xyzzy"})


class TestClocks:
    """R3.3: reminders and breaches."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("clock", list(ClockName))
    def test_r3_3_a_reminder_names_clock_measure_due_time_and_share(self, clock: ClockName, language: str) -> None:
        """R3.3, R3.10: which clock, measured against what, due when on the plan's clock, how much has gone by."""
        text = said(NoticeKind.CLOCK_REMINDER, language, fact_clock=clock.value, fact_share="80")

        assert WORDS[language].clocks[clock] in text
        assert WORDS[language].priorities["P2"] in text
        assert DUE[language] in text
        assert "80" in text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r3_11_a_breach_says_how_it_came(self, language: str) -> None:
        """R3.3, R3.11: run out, or by reclassification: the reader sees which."""
        ran_out, reclassified = (
            said(NoticeKind.CLOCK_BREACHED, language, fact_breach=breach.value) for breach in Breach
        )

        assert {"en": "ran out", "fr": "s’est écoulé"}[language] in ran_out
        assert {"en": "by reclassification", "fr": "par reclassement"}[language] in reclassified
        assert {"en": "reclassif", "fr": "reclass"}[language] not in ran_out

    @pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
    def test_r3_10_every_clock_has_a_name(self, words: Words) -> None:
        """R3.10: a clock without a word would fail in a mail; it fails here."""
        assert set(words.clocks) == {name.value for name in ClockName}
        assert set(words.bases) == set(ENGLISH.bases)

    @pytest.mark.parametrize("basis", BASES)
    def test_r3_10_every_measure_has_words(self, basis: str) -> None:
        """R3.10: what `clocks.terms` measures by is said in French too, in words, and never as a code."""
        english, french = spell_basis(ENGLISH, basis), spell_basis(FRENCH, basis)

        assert french != english
        assert not re.search(r"\bP\d|\{", english + french)
        assert all(name in english and name in french for name in ("acme", "carrier-a") if name in basis)

    def test_r3_10_a_measure_of_a_later_version_stays_as_it_is(self) -> None:
        """A basis that has no words is shown, not lost."""
        assert spell_basis(FRENCH, "moonlight of P9, contract of x") == "moonlight of P9, contrat de x"


class TestSilence:
    """R4.4, R6: reminders, the warning, and what a resolved case's mail says."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", [NoticeKind.UPDATE, NoticeKind.STATUS_CHANGED, NoticeKind.CONFIRMATION_REMINDER])
    def test_r4_4_a_resolved_case_says_how_to_confirm_and_what_else_follows(
        self, kind: NoticeKind, language: str
    ) -> None:
        """R4.4: the plain word, the confirm address, what any other reply does, and when the case closes by itself."""
        text = only(kind, language, status=Status.RESOLVED.value, ends_at=FACTS["ends_at"])

        assert CONFIRM in text
        assert {"en": "on any other reply we go on", "fr": "à toute autre réponse, nous reprenons"}[language] in text
        assert ENDS_AT[language] in text

    def test_r4_4_the_confirm_address_is_a_link(self) -> None:
        """R4.4: one click writes to it; a plus sign in it stays one."""
        html = html_of(NoticeKind.CONFIRMATION_REMINDER)

        assert f'<a href="mailto:support%2Bsample-confirm@desk.example">{CONFIRM}</a>' in html

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r2_6_who_cannot_confirm_is_not_told_to(self, language: str) -> None:
        """R2.6: a mail without the confirm address asks for what is still wrong, and for no confirmation."""
        facts = {f"fact_{name}": "" for name in NOTICES[NoticeKind.UPDATE].facts}
        mail = mail_of(NoticeKind.UPDATE, language, offers=(), **facts | {"fact_status": Status.RESOLVED.value})
        text = TEMPLATES.render(mail, PROVIDER).text

        assert "confirm" not in text.replace("confirmation attendue", "")
        assert {"en": "is still wrong", "fr": "ne va pas encore"}[language] in text

    @pytest.mark.parametrize("status", [s for s in Status if s is not Status.RESOLVED])
    def test_r4_4_no_other_case_offers_to_confirm(self, status: Status) -> None:
        """R4.4: the address stands in mails about resolved cases only."""
        assert CONFIRM not in only(NoticeKind.UPDATE, status=status.value)

    def test_r4_4_a_further_word_on_a_resolved_case_offers_it_too(self) -> None:
        """R4.4: an agent who writes again while the confirmation is awaited changes nothing about how to give it."""
        assert CONFIRM in said(NoticeKind.UPDATE, fact_status="", card_status=Status.RESOLVED.value)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r6_2_the_reminder_says_that_a_reply_keeps_the_case_open(self, language: str) -> None:
        """R6.2: how to answer, until when, and how to resume afterwards (R5.4: a new linked case)."""
        text = said(NoticeKind.ANSWER_REMINDER, language)

        assert {"en": "Any reply keeps the case open", "fr": "Toute réponse garde le dossier ouvert"}[language] in text
        assert ENDS_AT[language] in text
        assert {"en": "a new case, linked", "fr": "un nouveau dossier, lié"}[language] in text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r6_2_the_technician_reads_how_to_keep_it_open(self, language: str) -> None:
        """R6.2: when it closes by itself, and that a reply keeps it open."""
        text = said(NoticeKind.SILENCE_WARNING, language)

        assert ENDS_AT[language] in text
        assert {"en": "To keep it open, reply", "fr": "Pour le garder ouvert, répondez"}[language] in text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r5_4_a_case_closed_for_silence_says_how_to_resume(self, language: str) -> None:
        """R5.4, R6.2: a reply opens a new, linked case."""
        text = only(NoticeKind.STATUS_CHANGED, language, status=Status.CLOSED_NO_RESPONSE.value)

        assert {"en": "opens a new case, linked", "fr": "un nouveau dossier, lié"}[language] in text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r4_8_a_bounce_says_that_silence_is_not_counted(self, language: str) -> None:
        """R4.8, S3.4: the agent reads that the clock of silence stands still, where it does, and only there."""
        words = {"en": "no silence of the customer", "fr": "pas un silence du client"}[language]

        assert words in said(NoticeKind.DELIVERY_FAILED, language)
        assert words not in said(NoticeKind.DELIVERY_FAILED, language, fact_silence_paused="")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_s3_4_a_complaint_is_told_as_one(self, language: str) -> None:
        """S3.4: the mail arrived; the agent reads who reported it, and that the daemon is silent until they write."""
        text = said(NoticeKind.DELIVERY_FAILED, language, fact_complaint="yes")

        assert {"en": "unwanted (spam)", "fr": "indésirable"}[language] in text
        assert {"en": "could not be delivered", "fr": "n’a pas pu être remis"}[language] not in text

    @pytest.mark.parametrize("name", ["etr", "vendor", "carrier_delay", "waiting", "ends_at", "macd"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r3_5_what_the_customer_is_promised_is_said(self, name: str, language: str) -> None:
        """R3.5, R3.6, R6.1, R10.1: each change is told where it was made, and not told where it was not."""
        told, untold = only(NoticeKind.UPDATE, language, **{name: FACTS[name]}), only(NoticeKind.UPDATE, language)

        assert len(told.splitlines()) > len(untold.splitlines())


class TestEscalation:
    """R9: the customer, the manager, the technician."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r9_2_the_customer_reads_whom_it_reached_and_the_way_on(self, language: str) -> None:
        """R9.2: name and title, and how to reach the next level; on the last one that there is none."""
        text, last = (said(NoticeKind.ESCALATION_ANSWER, language, fact_next_title=title) for title in ("VP", ""))

        assert "Service Manager (" in text
        assert "Service manager)" in text
        assert "VP" in text
        assert {"en": "last level", "fr": "dernier niveau"}[language] in last

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r9_3_the_manager_reads_what_is_asked_and_the_history(self, language: str) -> None:
        """R9.3: any reply acknowledges, by when, what follows without one, and the case so far."""
        text = said(NoticeKind.ESCALATED, language, text="opened by mail\n\nsecond line")

        assert {"en": "any reply to this mail", "fr": "toute réponse à ce message"}[language] in text
        assert DUE[language] in text
        assert "> opened by mail\n>\n> second line" in text
        assert {"en": "the next level is told", "fr": "niveau suivant"}[language] in text

    def test_r9_3_above_the_last_level_there_is_none(self) -> None:
        """R9.1: four levels; the chief executive is threatened with nobody."""
        assert "next level" not in said(NoticeKind.ESCALATED, fact_level="4")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r9_3_who_did_not_answer_is_named_inside_the_house_only(self, language: str) -> None:
        """R9.3: manager and technician read the name; the customer reads that nobody answered in time."""
        for kind in (NoticeKind.ESCALATED, NoticeKind.ESCALATION_REPORT):
            assert "Line Manager" in said(kind, language)
        assert "Line Manager" not in said(NoticeKind.ESCALATION_ANSWER, language)


class TestMacd:
    """R10: acknowledgement, approval, haste."""

    @pytest.mark.parametrize(
        "kind", [NoticeKind.MACD_ACKNOWLEDGEMENT, NoticeKind.MACD_CHANGED, NoticeKind.APPROVAL_ASKED]
    )
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r10_4_no_figure_is_invented(self, kind: NoticeKind, language: str) -> None:
        """R10.4: the configured surcharge, or that the charge is told separately."""
        macd = Macd.EXPEDITED.value
        with_figure, without = (
            only(kind, language, macd=macd, surcharge=surcharge) for surcharge in ("150.00 USD", "")
        )

        assert "150.00 USD" in with_figure
        assert {"en": "told the charge separately", "fr": "indiqué séparément"}[language] in without
        assert "USD" not in without

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r10_5_the_acknowledgement_names_what_customers_can_do(self, language: str) -> None:
        """R10.5, R1.3: each article, one a line; and where urgent matters belong."""
        text = said(NoticeKind.MACD_ACKNOWLEDGEMENT, language)

        assert all(f"  - {hint}\n" in text for hint in FACTS["hints"].splitlines())
        assert PROVIDER.phone in text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r10_2_who_is_asked_is_named(self, language: str) -> None:
        """R10.2: the work waits for an approval, of these people; where nobody may give it, that is said."""
        kind = NoticeKind.MACD_ACKNOWLEDGEMENT

        assert "Acme Primary, Acme Second" in said(kind, language)
        assert {"en": "named nobody", "fr": "désigné personne"}[language] in said(kind, language, fact_approvers="")
        assert {"en": "counts as approved", "fr": "considérée comme approuvée"}[language] in said(
            kind, language, fact_approval=""
        )

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r10_2_the_approver_reads_what_approving_means(self, language: str) -> None:
        """R10.2: licences and bill, the request itself, both addresses, and that the first answer counts."""
        text = said(NoticeKind.APPROVAL_ASKED, language)
        words = {"en": ("licences", "bill", "first answer counts"), "fr": ("licences", "facture", "première réponse")}

        assert all(word in text for word in words[language])
        assert "> No telephone on our second floor rings." in text
        assert "support+sample-approve@desk.example" in text
        assert "support+sample-decline@desk.example" in text

    def test_r10_2_both_addresses_are_links(self) -> None:
        """R10.2: one click writes to either."""
        html = html_of(NoticeKind.APPROVAL_ASKED)

        assert 'href="mailto:support%2Bsample-approve@desk.example"' in html
        assert 'href="mailto:support%2Bsample-decline@desk.example"' in html

    @pytest.mark.parametrize("verdict", list(Verdict))
    @pytest.mark.parametrize("kind", [NoticeKind.APPROVAL_GIVEN, NoticeKind.APPROVAL_LATE])
    def test_r10_2_a_verdict_is_said(self, kind: NoticeKind, verdict: Verdict) -> None:
        """R10.2: approved or declined, and by whom."""
        text = said(kind, fact_verdict=verdict.value)

        assert f"has {verdict.value}" in text
        assert "Acme Second" in text


class TestWordsThatAreUnderstood:
    """A word that a mail asks for must be one that the rules understand."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r4_4_the_word_of_confirmation(self, language: str) -> None:
        """R4.4: "confirmed", "confirmé"."""
        assert [word for word in _quoted(NoticeKind.CONFIRMATION_REMINDER, language) if confirms(word)]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r9_2_the_word_that_escalates(self, language: str) -> None:
        """R9.2: "escalate", "escalade"."""
        assert [word for word in _quoted(NoticeKind.ESCALATION_ANSWER, language) if asks_to_escalate(word)]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r10_2_the_words_of_an_approver(self, language: str) -> None:
        """R10.2, R10.3: "approve", "decline", "expedite yes", and what the French mail says."""
        words = _quoted(NoticeKind.APPROVAL_ASKED, language)

        assert [verdict_in(word) for word in words if verdict_in(word)] == [Verdict.APPROVED, Verdict.DECLINED]
        assert [word for word in words if orders_haste(word)]
        assert [w for w in _quoted(NoticeKind.MACD_ACKNOWLEDGEMENT, language) if orders_haste(w)]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_commands_that_mails_name_exist(self, language: str) -> None:
        """R3.5, R10.1: what a mail tells an agent to write is a command."""
        source = (Path(__file__).parents[2] / f"templates/{language}/words.j2").read_text(encoding="utf-8")
        named = set(re.findall(r"(?<![{\w&])#([a-z][a-z0-9-]+)", source))

        assert named >= {"etr", "carrier-delay", "macd", "note", "status"}
        assert named <= set(BY_NAME)


def _quoted(kind: NoticeKind, language: str) -> list[str]:
    """Return the words in quotation marks of a full mail of a kind."""
    return [unescape(english or french) for english, french in QUOTED.findall(said(kind, language))]


def test_r12_2_the_billing_desk_gets_the_customers_words_and_whom_to_answer() -> None:
    """R12.2, S3.7: text, writer and files; a reply goes nowhere, and no list of commands is offered."""
    text = said(NoticeKind.BILLING_FORWARDED)

    assert "> No telephone on our second floor rings." in text
    assert "Please answer Acme Primary <primary@acme.example>" in text
    assert "#help" not in text
    assert NOTICES[NoticeKind.BILLING_FORWARDED].reply is Purpose.NOTHING
