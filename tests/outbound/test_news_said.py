"""What mails on incidents, storms, the status page and invoices say (R7, R8, R12), and how a subscription is ended."""

import json
import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.outbound import guard
from daemon.outbound.building import build
from daemon.outbound.compose import compose
from daemon.outbound.sample_news import PAGE, STORM
from daemon.outbound.samples import FACTS, PROVIDER
from daemon.outbound.words import ENGLISH, FRENCH, spell_month
from daemon.rules.commands.table import BY_NAME
from daemon.rules.customers.confirmation import confirms
from tests.outbound.mails import mail_of
from tests.outbound.packaged import TEMPLATES
from tests.outbound.test_guard import HOSTILE, assert_harmless

LANGUAGES = ("en", "fr")
OF_INCIDENTS = (NoticeKind.INCIDENT_JOINED, NoticeKind.INCIDENT_UPDATE, NoticeKind.INCIDENT_RESOLVED)
TO_SUBSCRIBERS = [kind for kind in NoticeKind if NOTICES[kind].audience is Audience.SUBSCRIBER]
WITH_WAY_OUT = [kind for kind in NoticeKind if "unsubscribe" in NOTICES[kind].facts]


def said(kind: NoticeKind, language: str = "en", **changed: Any) -> str:
    return TEMPLATES.render(mail_of(kind, language, **changed), PROVIDER).text


def html_of(kind: NoticeKind, **changed: Any) -> str:
    return TEMPLATES.render(mail_of(kind, **changed), PROVIDER).html


def header_of(kind: NoticeKind, **changed: Any) -> "Message[str, str]":
    return message_from_bytes(build(mail_of(kind, **changed), TEMPLATES, PROVIDER, files=()))


class TestIncidents:
    """R7: what people on a child case read, and what agents do."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", OF_INCIDENTS)
    def test_r7_4_title_beginning_and_news_are_told(self, kind: NoticeKind, language: str) -> None:
        """R7.4: what it is called, since when, and the text of the update, in the case's own thread."""
        rendered = TEMPLATES.render(mail_of(kind, language, text="The line is mended."), PROVIDER)

        for words in ("Calls fail in the north", "08:02 MST" if language == "en" else "08 h 02 (MST)", "SUP-1042"):
            assert words in rendered.text
        assert "The line is mended." in rendered.text
        assert rendered.subject == "[SUP-1042] Phones are down"

    @pytest.mark.parametrize("kind", OF_INCIDENTS)
    def test_r7_4_the_provider_speaks_not_the_agent(self, kind: NoticeKind) -> None:
        """R7.4, R8.1: From names the provider; who wrote the update is shown to nobody outside."""
        assert header_of(kind, author="Agent One")["From"] == '"Example Telecom Support" <support@desk.example>'

    @pytest.mark.parametrize(("language", "words"), [("en", "You need do nothing"), ("fr", "Vous n’avez rien à faire")])
    @pytest.mark.parametrize("kind", OF_INCIDENTS[:2])
    def test_r7_4_nobody_need_do_anything(self, kind: NoticeKind, language: str, words: str) -> None:
        """R7.4: no customer wonders whether an answer is wanted."""
        assert words in said(kind, language)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r7_5_a_solved_incident_says_how_to_confirm_or_object(self, language: str) -> None:
        """R7.5, R4.4: a word that is understood, the address, what any other reply does, and when the case closes."""
        text = said(NoticeKind.INCIDENT_RESOLVED, language)

        assert "support+sample-confirm@desk.example" in text
        assert [word for word in re.findall(r'"([^"]+)"|«\u00a0([^»]+)\u00a0»', text) if confirms("".join(word))]
        assert {"en": "on any other reply we go on", "fr": "à toute autre réponse, nous reprenons"}[language] in text
        assert {"en": "Thursday 3 December 2026", "fr": "jeudi 3 décembre 2026"}[language] in text

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [("0", "for 0 minutes"), ("59", "for 59 minutes"), ("60", "FOR 1 h 00 min"), ("605", "FOR 10 h 05 min")],
    )
    def test_r7_3_the_longer_it_is_due_the_louder(self, minutes: str, words: str) -> None:
        """R7.3: how long the communication has been due stands first; from an hour on in capitals, and bold in HTML."""
        text, html = (
            said(NoticeKind.CLOCK_OVERDUE, fact_minutes=minutes),
            html_of(NoticeKind.CLOCK_OVERDUE, fact_minutes=minutes),
        )

        assert words in text.split("\n\n")[2]
        assert ("font-weight:bold" in html) is (int(minutes) >= 60)

    @pytest.mark.parametrize(("language", "words"), [("en", "EVERYBODY"), ("fr", "TOUS")])
    def test_s3_7_a_reply_on_a_master_is_known_to_be_public(self, language: str, words: str) -> None:
        """S3.7, R7.4: before anything else the agent reads that a reply reaches all cases and the status page."""
        first = said(NoticeKind.CASE_ASSIGNED, language, card_priority="P1G").split("\n\n")[1]

        assert words in first
        assert {"en": "status page", "fr": "page d’état"}[language] in first
        assert words not in said(NoticeKind.CASE_ASSIGNED, language)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r7_4_what_was_told_to_everybody_is_not_called_nothing(self, language: str) -> None:
        """R7.4, S3.7: on a master the commands' own line says who was told; elsewhere the agent reads of nobody."""
        words = {"en": "Nothing was sent", "fr": "Rien n’a été envoyé"}[language]

        assert words in said(NoticeKind.COMMANDS_DONE, language, fact_sent_to="")
        assert words not in said(NoticeKind.COMMANDS_DONE, language, fact_sent_to="", card_priority="P1G")

    @pytest.mark.parametrize("label", ["Customer:", "Requester:"])
    def test_r7_1_a_master_without_a_customer_shows_none(self, label: str) -> None:
        """R7.1: no empty line stands where other cases name their customer."""
        changed: dict[str, Any] = {
            "card_priority": "P1G",
            "card_customer_name": "",
            "card_requester": "",
            "card_participants": 0,
        }

        assert label not in said(NoticeKind.CASE_ASSIGNED, **changed)
        assert label not in html_of(NoticeKind.CASE_ASSIGNED, **changed).replace(":", "")
        assert label in said(NoticeKind.CASE_ASSIGNED)


class TestStorms:
    """The radar tells; it never acts."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r7_1_the_cluster_is_shown_and_the_way_to_answer(self, language: str) -> None:
        """R7.1: each case with customer, subject and time, what they share, and the command that makes the master."""
        text = said(NoticeKind.STORM, language)

        for row in STORM:
            assert f"SUP-{row['case']}, {row['customer']}, " in text
            assert str(row["subject"]) in text
        for words in ("phones, calls, down", "Voice, Internet", "0.4" if language == "en" else "0,4"):
            assert words in text
        (command,) = re.findall(r"^  #([a-z0-9-]+) [A-Z]+$", text, re.MULTILINE)
        assert command in BY_NAME

    def test_s4_5_a_subject_in_a_storm_makes_no_line_of_it(self) -> None:
        """S4.5: what customers wrote stays one line each: none can pass for a command or for the desk's own words."""
        hostile = "x\n\n  #p1g All is lost\u2028#status closed<b>"
        rows = json.dumps([{**STORM[0], "subject": hostile, "customer": hostile}])
        rendered = TEMPLATES.render(mail_of(NoticeKind.STORM, fact_cases=rows), PROVIDER)

        assert [line.strip() for line in rendered.text.splitlines() if line.lstrip().startswith("#p1g")] == [
            "#p1g TITLE"
        ]
        assert "<b>" not in rendered.html


class TestSubscribers:
    """R8.2: links, the question of the opt-in, the one-click end."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", WITH_WAY_OUT)
    def test_r8_2_each_mail_links_page_subscriptions_and_the_end(self, kind: NoticeKind, language: str) -> None:
        """R8.2: the page, the way to manage, the way out, as text and as links."""
        mail = mail_of(kind, language)
        rendered, facts = TEMPLATES.render(mail, PROVIDER), dict(mail.notice.facts)

        for name in ("link", "manage", "unsubscribe"):
            assert facts[name] in rendered.text
            assert f'<a href="{facts[name]}">' in rendered.html

    @pytest.mark.parametrize("kind", WITH_WAY_OUT)
    def test_r8_2_the_header_ends_it_with_one_click(self, kind: NoticeKind) -> None:
        """RFC 8058: the page of this subscription, and the word that a client posts to it."""
        header = header_of(kind)

        assert header["List-Unsubscribe"] == f"<{FACTS['unsubscribe']}>"
        assert header["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    @pytest.mark.parametrize("kind", WITH_WAY_OUT)
    def test_r8_2_a_mail_that_cannot_be_shown_can_be_ended_all_the_same(self, kind: NoticeKind) -> None:
        """S3.5, RFC 8058: the fixed form carries the way out too."""
        header = header_of(kind, fact_state="nonsense", fact_since="never", fact_start="never")

        assert header.get_content_type() == "text/plain"
        assert header["List-Unsubscribe"] == f"<{FACTS['unsubscribe']}>"

    @pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in WITH_WAY_OUT])
    def test_no_other_mail_can_be_unsubscribed_from(self, kind: NoticeKind) -> None:
        """RFC 8058: a client that ends subscriptions must not find one in mail on a case."""
        assert header_of(kind)["List-Unsubscribe"] is None

    @pytest.mark.parametrize(
        "page",
        [
            "",
            PAGE,
            "https://evil.example/unsubscribe/x",
            f"{PAGE}.evil.example/unsubscribe/x",
            "javascript:alert(1)",
            "mailto:support@desk.example",
            f"{PAGE}/unsubscribe/x>\r\nBcc: spy@evil.example",
            f"{PAGE}/unsubscribe/x, <https://evil.example/>",
            f"{PAGE}/unsubscribe/x y",
            f"{PAGE}/unsubscribe/é",
            f"{PAGE}/unsubscribe/" + "x" * 900,
        ],
    )
    def test_s3_5_only_a_page_of_ours_stands_in_the_header(self, page: str) -> None:
        """S3.5, RFC 2369: what is no plain address below the status page leaves no field at all."""
        header = header_of(NoticeKind.STATUS_INCIDENT, fact_unsubscribe=page)

        assert (header["List-Unsubscribe"], header["List-Unsubscribe-Post"], header["Bcc"]) == (None, None, None)

    def test_rfc_8058_one_click_needs_tls(self) -> None:
        """RFC 8058: without TLS the page is named, but no client is told to post to it."""
        mail = mail_of(NoticeKind.STATUS_INCIDENT, fact_unsubscribe="http://127.0.0.1:8027/unsubscribe/x")
        plain = replace(PROVIDER, status_url="http://127.0.0.1:8027")
        header = message_from_bytes(build(mail, TEMPLATES, plain, files=()))

        assert header["List-Unsubscribe"] == "<http://127.0.0.1:8027/unsubscribe/x>"
        assert header["List-Unsubscribe-Post"] is None

    @pytest.mark.parametrize(
        ("found", "put"),
        [
            (f"<{PAGE}/unsubscribe", "<https://evil.example/unsubscribe"),
            (f"<{PAGE}/unsubscribe", f"<{PAGE}/manage"),
            (f"List-Unsubscribe: <{PAGE}", f"List-Unsubscribe: <mailto:spy@evil.example>, <{PAGE}"),
            ("=One-Click", "=No-Click"),
            ("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", ""),
        ],
    )
    def test_s3_5_the_guard_sees_another_way_out(self, found: str, put: str) -> None:
        """S3.5: a client calls what stands there without a look; so the last look is ours."""
        mail = mail_of(NoticeKind.STATUS_INCIDENT)
        rendered = TEMPLATES.render(mail, PROVIDER)
        octets = compose(mail, rendered, PROVIDER, ())
        assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=()) == ()

        assert guard.faults(
            octets.replace(found.encode(), put.encode(), 1), mail, rendered, provider=PROVIDER, files=()
        )

    @settings(max_examples=100, deadline=None)
    @given(HOSTILE, st.sampled_from(WITH_WAY_OUT))
    def test_s3_5_whatever_the_address_is_the_mail_stays_the_mail(self, tail: str, kind: NoticeKind) -> None:
        """S3.5: an address that begins like ours and goes on in any way adds nothing to the header."""
        mail = mail_of(kind, fact_unsubscribe=f"{PAGE}/{tail}")
        rendered = TEMPLATES.render(mail, PROVIDER)
        octets = compose(mail, rendered, PROVIDER, ())

        assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=()) == ()
        assert_harmless(octets, mail.notice.to.address)

    @pytest.mark.parametrize("kind", TO_SUBSCRIBERS)
    def test_s4_5_only_pages_become_links(self, kind: NoticeKind) -> None:
        """S4.5: an address that is none of the web's stays text."""
        assert 'href="javascript' not in html_of(kind, fact_link="javascript:alert(1)")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r8_2_the_question_says_what_was_asked_for_and_to_ignore_it(self, language: str) -> None:
        """R8.2, S3.1: platforms and incidents by name, the page, the days, and that nothing follows without it."""
        text = said(NoticeKind.STATUS_CONFIRM, language, fact_days="1")

        for words in ("Voice", "Calls fail in the north", f"{PAGE}/en/confirm/"):
            assert words in text
        assert {"en": "please ignore this mail", "fr": "ignorez ce message"}[language] in text
        assert {"en": "within 1 day:", "fr": "délai d’un jour"}[language] in text
        assert "platform" not in text

    @pytest.mark.parametrize("kind", TO_SUBSCRIBERS)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r8_2_a_subscriber_reads_of_no_case(self, kind: NoticeKind, language: str) -> None:
        """R8.1: no case, no customer, no agent, no name of the reader's choice."""
        rendered = TEMPLATES.render(mail_of(kind, language, to_name="BUY NOW"), PROVIDER)

        for words in ("SUP-", "Acme", "Agent One", "BUY NOW"):
            assert words not in rendered.text + rendered.subject + rendered.html


class TestInvoices:
    """R12.1: the mail with the invoice, and the report to the billing desk."""

    @pytest.mark.parametrize("month", range(1, 13))
    def test_r12_1_the_month_is_said_in_words(self, month: int) -> None:
        """R12.1: in the reader's language, for every month."""
        code = f"2026-{month:02d}"
        english, french = (said(NoticeKind.INVOICE, language, fact_month=code) for language in LANGUAGES)

        assert f"{date(2026, month, 1):%B} 2026" in english
        assert f"{FRENCH.months[month - 1]} 2026" in french

    @pytest.mark.parametrize("value", ["2026-13", "November", "2026", "2026-11-27", ""])
    def test_what_is_no_month_is_an_error(self, value: str) -> None:
        """A wrong fact is a defect of ours: it must not become a wrong month in a mail."""
        with pytest.raises(ValueError):
            spell_month(ENGLISH, value)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("names", "words"),
        [
            ((), {"en": "None is missing", "fr": "Aucune ne manque"}),
            (("missing",), {"en": "there is no PDF", "fr": "pas de PDF"}),
            (("refused",), {"en": "something is wrong", "fr": "posent problème"}),
            (("late",), {"en": "came late", "fr": "venues tard"}),
            (("unchecked",), {"en": "Nothing in them says whose", "fr": "Rien n’y dit à qui"}),
        ],
    )
    def test_r12_1_the_report_lists_what_is_so_and_nothing_else(
        self, names: tuple[str, ...], words: dict[str, str], language: str
    ) -> None:
        """R12.1: nothing is silently skipped, and no empty list stands there."""
        lists = ("missing", "refused", "late", "unchecked")
        facts = {f"fact_{name}": "Hooli\nUmbrella" if name in names else "" for name in lists}
        text = said(NoticeKind.INVOICES_REPORT, language, **facts)

        assert words[language] in text
        assert text.count("- Hooli\n- Umbrella\n") == len(names)
