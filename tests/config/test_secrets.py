"""Secrets come from files and from the environment; what is risky about them is warned of."""

from pathlib import Path

import pytest

from daemon.model.setup import Security
from tests.config.folders import example_copy, loaded, refusal, replace

MAILDIR = "  maildir: ../var/outgoing"
IMAP = "    imap: {{host: imap.desk.example, user: support, password: {source}}}\n    # team: voice"


def with_imap(folder: Path, source: str) -> Path:
    config = example_copy(folder)
    replace(config / "supportd.yaml", "    # team: voice", IMAP.format(source=source))
    return config


def secret_file(config: Path, content: bytes, mode: int = 0o600) -> Path:
    path = config / "secrets" / "imap"
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_secret_is_read_from_the_environment(tmp_path: Path) -> None:
    """`{env: VARIABLE}` is looked up in the environment that was handed over."""
    config = loaded(with_imap(tmp_path, "{env: IMAP_PASSWORD}"), IMAP_PASSWORD="hush hush")
    (imap,) = config.settings.imap

    assert imap.password == "hush hush"
    assert (imap.port, imap.security, imap.mailbox) == (993, Security.TLS, "support")
    assert "hush" not in repr(config)


def test_a_secret_is_read_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    """`{file: PATH}` is relative to the folder; an editor's newline is no part of the secret."""
    config = with_imap(tmp_path, "{file: secrets/imap}")
    secret_file(config, b"hush hush\n")

    found = loaded(config)

    assert found.settings.imap[0].password == "hush hush"
    assert not any("secret" in warning for warning in found.warnings)


def test_a_secret_that_everybody_may_read_is_warned_of(tmp_path: Path) -> None:
    """A world-readable secret loads, with a warning at its place that says the cure."""
    config = with_imap(tmp_path, "{file: secrets/imap}")
    secret_file(config, b"hush", mode=0o644)

    (warning,) = (line for line in loaded(config).warnings if "chmod" in line)

    assert warning.startswith("supportd.yaml:24:69: warning: everybody may read this secret")


@pytest.mark.parametrize("content", [b"", b"\n", b"a\0b", b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_holds_no_secret_is_refused(content: bytes, tmp_path: Path) -> None:
    """An empty, binary or huge file cannot be meant."""
    config = with_imap(tmp_path, "{file: secrets/imap}")
    secret_file(config, content)

    (line,) = refusal(config)

    assert line.startswith("supportd.yaml:24:6")
    assert "secret" in line


def test_an_empty_variable_is_refused(tmp_path: Path) -> None:
    """A variable that is set to nothing was most likely never filled in."""
    config = with_imap(tmp_path, "{env: IMAP_PASSWORD}")
    assert refusal(config, IMAP_PASSWORD="") == ["supportd.yaml:24:62: the secret is empty"]


def test_a_plain_secret_is_never_repeated(tmp_path: Path) -> None:
    """A password that stands in YAML is refused without being shown: the refusal goes into logs."""
    config = with_imap(tmp_path, "hush-hush")
    lines = refusal(config)
    assert lines
    assert "hush" not in "".join(lines)


def test_the_database_password_is_put_into_the_url(tmp_path: Path) -> None:
    """`postgresql://` means psycopg 3; the password is quoted, and shows in no repr."""
    config = example_copy(tmp_path)
    replace(
        config / "supportd.yaml",
        "database: sqlite:///../var/supportd.db",
        "database: postgresql://supportd@db.desk.example:5433/supportd?sslmode=require\ndatabase_password: {env: DB}",
    )

    settings = loaded(config, DB="p@ss/w:rd").settings

    assert settings.database_url == (
        "postgresql+psycopg://supportd:p%40ss%2Fw%3Ard@db.desk.example:5433/supportd?sslmode=require"
    )
    assert "rd@" not in repr(settings)


def test_signing_keys_are_lines_of_at_least_16_letters(tmp_path: Path) -> None:
    """S2.8: keys can be rotated, the first signs; a weak one is refused."""
    config = example_copy(tmp_path)
    replace(config / "supportd.yaml", "health: ", "signing_keys: {env: KEYS}\nhealth: ")

    assert loaded(config, KEYS="0123456789abcdef\nfedcba9876543210\n").settings.signing_secrets == (
        b"0123456789abcdef",
        b"fedcba9876543210",
    )
    (line,) = refusal(config, KEYS="0123456789abcdef\nshort\n")
    assert "at least 16 letters" in line


def test_delivery_by_smtp_takes_its_port_from_its_security(tmp_path: Path) -> None:
    """587 with STARTTLS, 465 with TLS, 25 without."""
    config = example_copy(tmp_path)
    replace(config / "supportd.yaml", MAILDIR, "  smtp: {host: mail.desk.example, user: u, password: {env: P}}")

    delivery = loaded(config, P="hush").settings.delivery

    assert (delivery.maildir, delivery.host, delivery.port) == (None, "mail.desk.example", 587)
    assert (delivery.user, delivery.password, delivery.security) == ("u", "hush", Security.STARTTLS)
