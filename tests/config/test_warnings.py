"""Settings that are allowed but risky are warned of, each at its place (S2.3)."""

import shutil
from pathlib import Path

import pytest

from daemon.outbound import templates
from daemon.settings import warn_of_templates
from daemon.settings.check_installation import is_loopback
from tests.config.folders import EXAMPLE, example_copy, loaded, replace

IMAP = "    imap: {{host: {host}, user: support, password: {{env: P}}, {more}}}\n    # team: voice"

LEVELS = """
  - {level: 2, title: Service manager, agents: [manager], on_call: manager}
  - {level: 3, title: Vice president, agents: [manager]}
  - {level: 4, title: Chief executive, agents: [manager]}
"""


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (("supportd.yaml", "# support_address: support@", "support_address: help@"), "13:20", "does not reach"),
        (("supportd.yaml", "    host: 127.0.0.1", "    host: 0.0.0.0"), "23:22", "DANGEROUS"),
        (("supportd.yaml", "    unauthenticated: accept", "    unauthenticated: quarantine"), "18:5", "authserv_ids"),
        (
            ("supportd.yaml", "    # team: voice", IMAP.format(host="a.example", more="security: plain")),
            "24:74",
            "unprotected",
        ),
        (
            ("supportd.yaml", "    # team: voice", IMAP.format(host="a.example", more="verify: false")),
            "24:72",
            "certificate",
        ),
        (
            ("supportd.yaml", "  maildir: ../var/outgoing", "  smtp: {host: m.example, security: plain}"),
            "45:37",
            "unprotected",
        ),
        (("customers/initech.yaml", "primary@initech", "primary@other"), "10:12", "none of this customer's"),
        (
            ("customers/initech.yaml", "[initech.example,", "[gmail.com, initech.example,"),
            "7:11",
            "anybody can have an address",
        ),
        (("customers/acme.yaml", "finance, technical, macd]", "finance, technical]"), "12:3", "nobody can approve"),
        (("agents.yaml", LEVELS, ""), "54:3", "no level 2"),
        (("supportd.yaml", "  billing_address:", "  # billing_address:"), "103:3", "missing and refused invoices"),
        (("maintenance.yaml", "    products: [portal]\n", ""), "40:14", "its notices go to nobody"),
        (("maintenance.yaml", '"23:00-05:00"', '"05:00-23:00"'), "6:14", "18 hours long"),
        (
            ("maintenance.yaml", "    # moved:", "    moved: [{date: 2026-12-18, to: 2027-01-15}]\n    # moved:"),
            "19:36",
            "two windows of `monthly` begin on 2027-01-15",
        ),
        (("maintenance.yaml", "notices: [1 week before, start, end]", "notices: []"), "15:13", "nobody is told"),
    ],
)
def test_a_risky_setting_is_warned_of(change: tuple[str, str, str], place: str, words: str, tmp_path: Path) -> None:
    """Each warning is `FILE:LINE:COLUMN: warning: …` and says what the risk is."""
    file, old, new = change
    config = example_copy(tmp_path)
    replace(config / file, old, new)

    found = [line for line in loaded(config, P="hush").warnings if words in line]

    assert [line.split(" ", 2)[0] for line in found] == [f"{file}:{place}:"]
    assert found[0].split(" ", 2)[1] == "warning:"


def test_r10_3_an_urgent_team_that_sleeps_is_warned_of(tmp_path: Path) -> None:
    """R10.3: urgent requests outside the hours go to a team where somebody is on duty around the clock."""
    config = example_copy(tmp_path)
    replace(
        config / "agents.yaml",
        "    name: Network Operations\n    members: [agent1]\n    on_call: agent1",
        "    name: Network Operations\n    members: [agent2, agent3]\n    on_call: agent3",
    )
    assert [line.split(" ")[0] for line in loaded(config).warnings if "24x7" in line] == ["supportd.yaml:89:16:"]


@pytest.mark.parametrize(
    ("alarm", "place", "words"),
    [
        ("", "45:3", "nobody is mailed"),
        ("alarm: {to: [a@b.example], smtp: {host: M.example}}\n", "46:41", "the same server as in `delivery`"),
        ("alarm: {to: [a@b.example], smtp: {host: n.example, verify: false}}\n", "46:60", "certificate is not checked"),
    ],
)
def test_s1_6_an_alarm_that_would_not_arrive_is_warned_of(alarm: str, place: str, words: str, tmp_path: Path) -> None:
    """S1.6: where mail leaves by a server, another one has to say that it does not."""
    config = example_copy(tmp_path)
    replace(config / "supportd.yaml", "  maildir: ../var/outgoing\n", "  smtp: {host: m.example}\n" + alarm)

    found = [line for line in loaded(config).warnings if words in line]

    assert [line.split(" ")[0] for line in found] == [f"supportd.yaml:{place}:"]


def test_s1_6_an_alarm_elsewhere_is_fine(tmp_path: Path) -> None:
    """S1.6: a second server and people outside the desk are what is wanted."""
    config = example_copy(tmp_path)
    alarm = "alarm: {to: [a@b.example], smtp: {host: n.example}}\n"
    replace(config / "supportd.yaml", "  maildir: ../var/outgoing\n", "  smtp: {host: m.example}\n" + alarm)

    assert not [line for line in loaded(config).warnings if "alarm" in line]


@pytest.mark.parametrize("kept", [True, False])
def test_r2_4_a_desk_without_customers_is_warned(kept: bool, tmp_path: Path) -> None:
    """R2.4: with `customers/` empty or missing nobody is known, and all mail would be quarantined."""
    config = example_copy(tmp_path)
    shutil.rmtree(config / "customers")
    if kept:
        (config / "customers").mkdir()

    found = [line for line in loaded(config).warnings if line.startswith("customers:1:1: warning: the folder is ")]

    assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("english/update/body.txt.j2", "templates/english:1:1: warning: not read: no language"),
        (
            "en/updates/body.txt.j2",
            "templates/en/updates:1:1: warning: not read: no kind of mail; did you mean `update`?",
        ),
        ("fr/update/bdy.txt.j2", "templates/fr/update/bdy.txt.j2:1:1: warning: not read: no part of a mail"),
    ],
)
def test_a_template_that_is_never_read_is_warned_of(name: str, near: str, tmp_path: Path) -> None:
    """A misspelt language, kind of mail or file would silently leave the shipped words in place."""
    config = example_copy(tmp_path)
    file = config / "templates" / name
    file.parent.mkdir(parents=True)
    file.write_text("x", encoding="utf-8")

    assert [line for line in loaded(config).warnings if line.startswith(near)]


@pytest.mark.parametrize("name", ["en/update/body.txt.j2", "fr/words.j2", "shared/parts.html.j2", "en/update/mine.j2"])
def test_a_template_of_ones_own_is_fine(name: str, tmp_path: Path) -> None:
    """What replaces a shipped template, and what a site includes itself, is no mistake."""
    config = example_copy(tmp_path)
    file = config / "templates" / name
    file.parent.mkdir(parents=True)
    file.write_text("x", encoding="utf-8")

    assert loaded(config).warnings == loaded(EXAMPLE).warnings


def test_the_files_of_a_kind_of_mail_are_those_that_are_rendered() -> None:
    """What the check takes for a part of a mail is what the templates ask for."""
    assert warn_of_templates.FILES == templates.FILES


def test_plain_connections_on_this_machine_are_fine(tmp_path: Path) -> None:
    """A plain connection that never leaves the machine is no risk."""
    config = example_copy(tmp_path)
    replace(config / "supportd.yaml", "    # team: voice", IMAP.format(host="127.0.0.1", more="security: plain"))
    assert not any("unprotected" in line for line in loaded(config, P="hush").warnings)


def test_a_file_that_is_not_read_is_warned_of(tmp_path: Path) -> None:
    """`acme.yml` would silently not be a customer."""
    config = example_copy(tmp_path)
    (config / "customers" / "umbrella.yml").write_text("id: umbrella\n", encoding="utf-8")
    assert any(line.startswith("customers/umbrella.yml:1:1: warning: not read") for line in loaded(config).warnings)


def test_a_mailbox_that_nothing_reaches_is_warned_of(tmp_path: Path) -> None:
    """No listener and no IMAP: mail has no way in."""
    config = example_copy(tmp_path)
    replace(
        config / "supportd.yaml",
        "listeners:\n  - protocol: smtp                      # or lmtp\n    host: 127.0.0.1\n    port: 8025\n",
        "",
    )
    assert any("no mail can reach mailbox `support`" in line for line in loaded(config).warnings)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.example", False),
    ],
)
def test_loopback_is_known(host: str, loopback: bool) -> None:
    """Only this machine reaches a loopback address."""
    assert is_loopback(host) is loopback
