"""Settings that are allowed but risky are warned of, each at its place (S2.3)."""

from pathlib import Path

import pytest

from daemon.settings.check_installation import is_loopback
from tests.config.folders import example_copy, loaded, replace

IMAP = "    imap: {{host: {host}, user: support, password: {{env: P}}, {more}}}\n    # team: voice"


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
