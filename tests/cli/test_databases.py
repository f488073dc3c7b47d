"""The command line on both databases: the same answers, and on PostgreSQL no schema is made behind anybody's back."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.servers.postgresql import PostgresqlServer

MAIL = b"From: primary@acme.example\r\nSubject: Phones\r\nMessage-ID: <m1@acme.example>\r\n\r\nAll phones.\r\n"
STRANGE = b"From: x@stranger.example\r\nSubject: Hello\r\nMessage-ID: <m2@stranger.example>\r\n\r\nHello.\r\n"
EVERYTHING = (
    "case list --open --status new --customer acme --assignee agent1",
    "case show SUP-1001",
    "mail list --state done --since 2026-01-01T00:00:00Z",
    "mail list --state case_opened",
    "outbox list --case 1001 --kind acknowledgement --state queued",
    "quarantine list --state all",
    "quarantine show 1",
    "held list",
    "why SUP-1001",
    "why <m1@acme.example>",
    "why mail:2",
    "doctor",
    "db current",
    "db check",
)


def use_database(shell: Shell, url: str) -> None:
    """Point the shell's configuration to another database."""
    file = shell.folder / "supportd.yaml"
    text, count = re.subn(r"(?m)^database: .*$", lambda _: f"database: {url}", file.read_text(encoding="utf-8"))
    assert count == 1
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def desk(shell: Shell, database_url: str) -> Shell:
    """Return the command line of a desk on either database, with a case and a quarantined mail."""
    use_database(shell, database_url)
    assert shell("db", "upgrade").status == 0
    for raw in (MAIL, STRANGE):
        assert shell("ingest", "-", stdin=raw).status == 0
    return shell


def test_every_view_answers_on_both_databases(desk: Shell) -> None:
    """Each list and each `show` prints a document that is not empty where there is something."""
    for words in EVERYTHING:
        answer = desk(*words.split(), "--json")
        assert (answer.status, answer.err) == (0, ""), words
        assert answer.document() or words == "held list", words


def test_the_whole_way_works_on_both_databases(desk: Shell) -> None:
    """Commands, release, retry and delivery do the same on both databases."""
    assert desk("case", "do", "1001", "--as", "agent1", "status", "closed", "--text", "Done.").status == 0
    assert desk("mail", "retry", "2", "--json").document()["outcome"] == "quarantined"
    quarantined = desk("quarantine", "list", "--json").document()
    assert desk("quarantine", "release", str(quarantined[0]["id"]), "--as", "primary@acme.example").status == 0
    sent = desk("deliver", "--json").lines()
    assert {line["state"] for line in sent} == {"sent"}
    assert len(sent) == len(desk("outbox", "list", "--state", "sent", "--json").document())


@pytest.mark.postgresql
def test_an_old_schema_on_postgresql_names_the_upgrade(shell: Shell, postgresql: PostgresqlServer) -> None:
    """On PostgreSQL a command that finds an old schema exits 1 and names `db upgrade`, which mends it."""
    use_database(shell, postgresql.url())

    answer = shell("case", "list")
    assert answer.status == 1
    assert "supportd db upgrade" in answer.err
    assert answer.err.count("\n") == 1

    assert shell("db", "check").status == 1
    assert shell("db", "upgrade", "--json").document()["before"] is None
    assert shell("case", "list", "--json").document() == []


def test_a_postgresql_that_is_away_is_one_line(shell: Shell) -> None:
    """A server that is away exits 1 in one line that says to try again; `doctor` says what to mend."""
    use_database(shell, "postgresql://supportd@127.0.0.1:9/supportd")
    answer = shell("case", "list")
    assert answer.status == 1
    assert answer.err.count("\n") == 1
    assert answer.err.endswith("; try again later\n")
    database = shell("doctor", "--json").document()["findings"][0]
    assert (database["ok"], database["mend"]) == (
        False,
        "nothing listens there: check host and port, and start the server",
    )


@pytest.mark.postgresql
def test_a_desk_moves_to_postgresql_and_back(shell: Shell, postgresql: PostgresqlServer, tmp_path: Path) -> None:
    """`db copy`: after it, every view answers as before; the way back is the same command."""
    old, new = f"sqlite:///{tmp_path}/old.db", postgresql.url()
    use_database(shell, old)
    for raw in (MAIL, STRANGE):
        assert shell("ingest", "-", stdin=raw).status == 0
    before = [shell(*words.split(), "--json").document() for words in ROWS]

    told = shell("db", "copy", "--to", new.replace("+psycopg", ""))
    assert (told.status, told.err) == (0, "")
    assert f"write `database: {new.replace('+psycopg', '')}` into supportd.yaml" in " ".join(told.out.split())
    use_database(shell, new.replace("+psycopg", ""))
    assert [shell(*words.split(), "--json").document() for words in ROWS] == before

    again = shell("db", "copy", "--to", f"sqlite:///{tmp_path}/again.db", "--json").document()
    assert again["rows"] > len(ROWS)
    use_database(shell, f"sqlite:///{tmp_path}/again.db")
    assert [shell(*words.split(), "--json").document() for words in ROWS] == before


ROWS = ("case list", "case show SUP-1001", "mail list", "outbox list", "quarantine list", "why mail:2", "keys list")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("mysql://db.desk.example/desk", "database 'mysql' is not supported"),
        ("no url", "'no url' is no database"),
        ("sqlite:///{folder}/old.db", "the target is the database itself"),
        ("postgresql://nobody@127.0.0.1:1/desk", "database: "),
    ],
)
def test_a_target_that_cannot_be_is_refused_in_one_line(
    shell: Shell, tmp_path: Path, target: str, message: str
) -> None:
    """interface.md: exit 1, and what is wrong; nothing was copied."""
    use_database(shell, f"sqlite:///{tmp_path}/old.db")

    told = shell("db", "copy", "--to", target.format(folder=tmp_path))

    assert told.status == 1
    assert told.err.startswith(f"supportd: {message}")
    assert told.err.count("\n") == 1
