"""Every mail that the daemon sends, as its reader gets it: the files beside this one are read by people.

In the files the soft line breaks of quoted-printable are undone, so that sentences and addresses stand whole, and
charts are left out: their octets are the drawing library's (tests/outbound/test_charts.py looks at them).

After a change of a template or of the composition, `SUPPORTD_GOLDEN=write pytest tests/outbound/test_golden.py` writes
them anew; the difference is then reviewed like code.
"""

import os
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.outbound.building import build
from daemon.outbound.compose import Files
from daemon.outbound.samples import PROVIDER
from tests.outbound.mails import file_of, mail_of
from tests.outbound.packaged import TEMPLATES

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "fr")
WITH_FILE = NoticeKind.CUSTOMER_WROTE
CHART = re.compile(rb"(Content-ID: <\w+\.sample@.+?base64\r\n\r\n).+?(?=--=_related)", re.DOTALL)


def _mail_with_files(kind: NoticeKind, language: str) -> tuple[bytes, Files]:
    files = (file_of("plan été.png", b"\x89PNG\r\n\x1a\n\0", "image/png"),) if kind is WITH_FILE else ()
    mail = mail_of(
        kind,
        language,
        in_reply_to="<their@acme.example>",
        references=("<first@acme.example>", "<their@acme.example>"),
        attachments=tuple(ref for ref, _ in files),
    )
    return build(mail, TEMPLATES, PROVIDER, files=files), files


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_each_kind_is_what_the_golden_mail_shows(kind: NoticeKind, language: str) -> None:
    """The mail of every kind in every language is the one that was reviewed, header and both bodies."""
    header, gap, body = CHART.sub(rb"\1(a chart)\r\n", _mail_with_files(kind, language)[0]).partition(b"\r\n\r\n")
    octets = header + gap + body.replace(b"=\r\n", b"")
    golden = GOLDEN / f"{kind}.{language}.eml"
    if os.environ.get("SUPPORTD_GOLDEN") == "write":
        golden.write_bytes(octets)

    assert octets == golden.read_bytes(), f"{golden.name} differs: see the top of this file"


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_the_same_row_gives_the_same_octets(kind: NoticeKind) -> None:
    """S3.6: rendering and composing have no hidden input, neither the clock nor chance."""
    assert _mail_with_files(kind, "fr") == _mail_with_files(kind, "fr")


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_what_is_a_machines_says_so(kind: NoticeKind) -> None:
    """S3.2: automatic mail carries Auto-Submitted, answers as auto-replied; an agent's public reply does not."""
    message = message_from_bytes(_mail_with_files(kind, "en")[0], policy=default)
    wanted = "auto-replied" if NOTICES[kind].answers else "auto-generated"

    assert message["Auto-Submitted"] == (wanted if NOTICES[kind].automatic else None)
    assert (message["X-Auto-Response-Suppress"] is None) is (kind is NoticeKind.UPDATE)
    assert "NDR" not in (message["X-Auto-Response-Suppress"] or "").split(", "), "S3.4 needs the bounces"


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if mail_of(kind).card])
def test_all_mails_on_a_case_have_one_subject(kind: NoticeKind) -> None:
    """R4, threading: clients that thread by subject see one conversation, whatever the kind and the language."""
    subjects = {
        str(message_from_bytes(_mail_with_files(kind, language)[0], policy=default)["Subject"])
        for language in LANGUAGES
    }

    assert subjects == {"[SUP-1042] Phones are down"}


def test_an_agents_reply_shows_the_agents_name_and_the_desks_address() -> None:
    """R3.2, S3.1: the agent is shown by name and the support address, never their own."""
    message = message_from_bytes(_mail_with_files(NoticeKind.UPDATE, "en")[0], policy=default)

    assert message["From"] == '"Agent One (Example Telecom Support)" <support@desk.example>'
    assert message["To"] == "primary@acme.example"
    assert message["References"] == "<first@acme.example> <their@acme.example>"


def test_a_golden_mail_belongs_to_a_kind() -> None:
    """No file is left over from a kind that is gone."""
    assert {file.name for file in GOLDEN.glob("*.eml")} == {
        f"{kind}.{language}.eml" for kind in NoticeKind for language in LANGUAGES
    }
