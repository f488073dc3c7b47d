"""Whatever goes wrong: one line on stderr, the right exit status, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from daemon.cli.failures import tell
from daemon.errors import ConfigInvalid, Fault, Permanent, Temporary
from tests.cli.conftest import Shell, call

WRONG: list[tuple[str, int, str]] = [
    ("case show SUP-9999", 1, "there is no case SUP-9999"),
    ("case show phones", 2, "'phones' names no case"),
    ("case show OTHER-1001", 2, "names no case: write SUP-1042"),
    ("case show -- -5", 2, "names no case"),
    ("case list --status clsed", 2, "did you mean 'closed'"),
    ("case list --limit 0", 2, "--limit"),
    ("case list --limit many", 2, "--limit"),
    ("case open --for nobody@acme.example --subject x", 1, "nobody@acme.example"),
    ("case open --subject x", 2, "--for"),
    ("case open --for primary@acme.example --subject x --priority P7", 2, "'P7' is no priority"),
    ("case do SUP-9999 --as agent1 status closed", 1, "SUP-9999"),
    ("case do SUP-9999 --as nobody status closed", 1, "nobody"),
    ("case do SUP-9999 status closed", 2, "--as"),
    ("case do SUP-9999 --as agent1", 2, "nothing to do"),
    ("held show 7", 1, "there is no held request 7"),
    ("held approve 7", 1, "7"),
    ("held approve 7 --by nobody", 1, "there is no agent 'nobody'"),
    ("held show x", 2, "ID"),
    ("quarantine release 7 --as primary@acme.example", 1, "7"),
    ("quarantine discard 99999999999999999999", 2, "not in the range"),
    ("mail show 7", 1, "there is no message '7'"),
    ("mail show <none@acme.example>", 1, "<none@acme.example>"),
    ("mail retry 7", 1, "there is no message"),
    ("mail list --since yesterday", 2, "'yesterday' is no instant"),
    ("mail list --state hled", 2, "did you mean 'held'"),
    ("outbox show 7", 1, "there is no outgoing mail 7"),
    ("outbox retry 7", 1, "there is no outgoing mail 7"),
    ("outbox list --kind updaet", 2, "did you mean 'update'"),
    ("outbox list --case phones", 2, "'phones' names no case"),
    ("why SUP-9999", 1, "there is no case SUP-9999"),
    ("why nothing", 1, "there is no message 'nothing'"),
    ("ingest nowhere.eml", 1, "nowhere.eml: No such file"),
    ("ingest --mailbox nobody nowhere.eml", 2, "there is no mailbox 'nobody': one of support"),
    ("ingest --received 2026-12-01 nowhere.eml", 2, "has no time zone"),
    ("init config", 1, "config exists"),
]


@pytest.mark.parametrize(("words", "status", "said"), WRONG, ids=str)
def test_bad_input_is_one_line(shell: Shell, words: str, status: int, said: str) -> None:
    """1: the thing asked for failed; 2: wrong usage.  One line says what and where; stdout stays empty."""
    answer = shell(*words.split())

    assert (answer.status, answer.out) == (status, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err


def test_a_missing_configuration_folder_names_init(tmp_path: Path) -> None:
    """Without a configuration every command says how to write one, and exits 2."""
    answer = call("--config", str(tmp_path / "none"), "case", "list")
    assert answer.status == 2
    assert "supportd init" in answer.err


def test_every_fault_of_the_configuration_is_told(shell: Shell) -> None:
    """An invalid configuration exits 2 with FILE:LINE:COLUMN for each fault, whichever command runs."""
    products = shell.folder / "products.yaml"
    products.write_text("prodcts: []\nsurprise: 1\n", encoding="utf-8")

    for command in (("case", "list"), ("check",)):
        answer = shell(*command)
        assert (answer.status, answer.out) == (2, "")
        assert "products.yaml:1:1: " in answer.err
        assert "products.yaml:2:1: " in answer.err


def test_check_gives_faults_and_warnings_as_a_document(shell: Shell) -> None:
    """`check --json` prints {faults, warnings}; the example is valid and warns of believing anybody (S2.3)."""
    good = shell("check", "--json")
    assert good.status == 0
    assert good.document()["faults"] == []
    assert "authentication" in good.document()["warnings"][0]

    (shell.folder / "products.yaml").write_text("prodcts: []\n", encoding="utf-8")
    bad = shell("check", "--json")
    assert bad.status == 2
    assert set(bad.document()["faults"][0]) == {"file", "line", "column", "message"}


def test_check_finds_a_broken_template_of_the_site(shell: Shell) -> None:
    """`check` renders every kind of mail in every language: a site's broken template is a fault with its place."""
    folder = shell.folder / "templates" / "en" / "acknowledgement"
    folder.mkdir(parents=True)
    (folder / "body.txt.j2").write_text("Hello\n{{ nonsense }}\n", encoding="utf-8")

    answer = shell("check")

    assert answer.status == 2
    faults = [line for line in answer.err.splitlines() if "nonsense" in line]
    assert faults
    assert faults[0].startswith("templates/en/acknowledgement/body.txt.j2:1:1: ")


def test_a_database_that_cannot_be_opened_is_temporary(shell: Shell) -> None:
    """A database in trouble exits 1 and says to try again; `doctor` says what to mend."""
    (shell.folder.parent / "var").mkdir()
    (shell.folder.parent / "var" / "supportd.db").mkdir()

    answer = shell("case", "list")
    assert answer.status == 1
    assert answer.err == "supportd: database: unable to open database file; try again later\n"

    examined = shell("doctor", "--json")
    assert examined.status == 1
    database = examined.document()["findings"][0]
    assert (database["part"], database["ok"]) == ("database", False)
    assert "right to write" in database["mend"]


def test_a_newer_schema_is_refused(shell: Shell) -> None:
    """A database that a later supportd upgraded is left alone."""
    from daemon.store.database import open_database, transaction

    assert shell("db", "upgrade").status == 0
    engine = open_database(shell.config().settings.database_url)
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()

    for words in (("case", "list"), ("db", "upgrade")):
        answer = shell(*words)
        assert answer.status == 1
        assert "newer than this supportd" in answer.err


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (Permanent("no such thing"), 1, "supportd: no such thing\n"),
        (Permanent("one\ntwo"), 1, "supportd: one\nsupportd: two\n"),
        (Temporary("away"), 1, "supportd: away; try again later\n"),
        (
            ConfigInvalid((Fault("a.yaml", 3, 5, "wrong"), Fault("b.yaml", 1, 1, "odd"))),
            2,
            "a.yaml:3:5: wrong\nb.yaml:1:1: odd\n",
        ),
        (click.UsageError("no  such\noption"), 2, "supportd: no such option (see supportd --help)\n"),
        (KeyboardInterrupt(), 130, ""),
        (click.Abort(), 130, ""),
        (
            ZeroDivisionError("by zero\nat once"),
            1,
            "supportd: unexpected ZeroDivisionError: by zero (SUPPORTD_DEBUG=1 shows where)\n",
        ),
    ],
)
def test_each_failure_has_its_line_and_status(
    failure: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors say what the caller can do; what nobody expected is one line too, and names how to see more."""
    monkeypatch.delenv("SUPPORTD_DEBUG", raising=False)
    assert tell(failure) == status
    assert capsys.readouterr().err == said


def test_a_closed_pipe_is_quiet(shell: Shell) -> None:
    """`supportd case list | head` ends without a word where nobody reads on."""
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "daemon", "--config", str(shell.folder), "case", "list", "--json"]
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(writing)

    assert done.stderr == b""
    assert done.returncode == 1


def test_a_terminal_without_utf_8_shows_question_marks(shell: Shell) -> None:
    """A locale that cannot write a letter costs the letter, not the list; JSON stays UTF-8."""
    words = ["--config", str(shell.folder), "case"]
    subject = "Téléphone 電話"
    assert shell("case", "open", "--for", "primary@acme.example", "--subject", subject).status == 0
    environment = dict(os.environ) | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    def run(*more: str) -> bytes:
        command = [sys.executable, "-m", "daemon", *words, *more]
        return subprocess.run(command, capture_output=True, check=True, env=environment, timeout=60).stdout

    assert b"T?l?phone ??" in run("list")
    assert subject.encode() in run("list", "--json")
