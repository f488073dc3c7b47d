"""`supportd incident`: opened, linked, told of and resolved from the shell (R7)."""

import pytest

from tests.cli.conftest import Shell

AT = ("--now", "2026-12-18T10:00:00-07:00")


@pytest.fixture
def case(shell: Shell) -> str:
    """A customer's case."""
    words = ("case", "open", "--for", "primary@acme.example", "--subject", "No calls", "--json", *AT)
    return str(shell(*words).document()["id"])


def opened(shell: Shell, *more: str) -> str:
    """Open an incident, and return the master's name."""
    answer = shell("incident", "open", "--title", "Telephone calls fail", *more, "--json", *AT)
    assert answer.status == 0, answer.err
    return str(answer.document()["id"])


def test_r7_1_an_incident_is_a_case_without_a_customer(shell: Shell) -> None:
    """R7.1, R7.3: priority 1G, of the team of its product; its first news is due after 15 minutes."""
    master = opened(shell, "--product", "Internet")

    seen = shell("case", "show", master, "--json", *AT).document()

    assert (seen["priority"], seen["customer"], seen["requester"], seen["status"]) == ("P1G", "", "", "new")
    assert seen["clocks"]["first_response"]["due"] == "2026-12-18T17:15:00+00:00"
    assert shell("incident", "show", master, "--json").document()["products"] == ["internet"]
    assert "customer" not in shell("case", "show", master).out


def test_r7_4_an_incident_is_told_and_shown(shell: Shell, case: str) -> None:
    """R7.4, R7.5: what was told when, which cases belong to it; whom it reached is said on stderr."""
    master = opened(shell, "--text", "We look into it.", "--as", "agent2")
    linked = shell("incident", "link", master, case, "--json", *AT)
    update = ("incident", "update", master, "--as", "agent2", "--text", "-", *AT)
    told = shell(*update, stdin=b"A crew is on its way.\n")
    ended = shell("incident", "resolve", master, "--json", *AT).document()

    assert linked.document()["children"][0]["case"] == case
    assert "the people of 1 linked cases" in told.err
    assert [(update["kind"], update["text"], update["author"]) for update in ended["updates"]] == [
        ("opened", "We look into it.", "agent2"),
        ("update", "A crew is on its way.", "agent2"),
        ("resolved", "", "agent3"),  # who has it speaks where nobody is named
    ]
    assert (ended["status"], ended["children"][0]["status"]) == ("resolved_follow_up", "resolved_follow_up")
    (line,) = shell("incident", "list", "--json").document()
    assert (line["id"], line["children"], line["updates"]) == (master, 1, 3)
    assert shell("incident", "list", "--open", "--json").document() == []
    assert "A crew is on its way." in shell("incident", "show", master).out
    assert "Telephone calls fail" in shell("incident", "list").out


def test_r7_1_a_public_title_is_corrected_from_the_shell(shell: Shell) -> None:
    """R7.1, S3.7: as by mail, on an incident that is over too; one that names a customer is refused."""
    master = opened(shell)
    shell("incident", "resolve", master, *AT)
    correct = ("case", "do", master, "--as", "agent2", "public-title")

    refused = shell(*correct, "Calls of Globex fail", *AT)
    done = shell(*correct, "Calls fail", *AT)

    assert refused.status == 1
    assert done.status == 0, done.err
    assert shell("incident", "show", master, "--json").document()["title"] == "Calls fail"


def test_r7_1_all_cases_join_or_none(shell: Shell, case: str) -> None:
    """R7.1: every fault is named, on a line of its own; a case joins once."""
    master = opened(shell)

    refused = shell("incident", "link", master, case, "SUP-9999", master, *AT)

    assert (refused.status, refused.out) == (1, "")
    assert "there is no case SUP-9999" in refused.err
    assert f"{master}: a master case joins no other" in refused.err
    assert shell("case", "show", case, "--json").document()["links"] == []
    assert shell("incident", "link", master, case, *AT).status == 0
    assert "belongs to the master case" in shell("incident", "link", master, case, *AT).err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("open", "--title", "Calls of Acme Corporation fail"), 1, "name: Acme Corporation"),
        (("open", "--title", " "), 1, "needs a title"),
        (("open", "--title", "x", "--product", "voise"), 2, "did you mean `voice`"),
        (("open", "--title", "x", "--as", "nobody"), 1, "nobody is no agent"),
        (("update", "1001", "--text", "x"), 1, "SUP-1001 is no global incident"),
        (("resolve", "SUP-9999"), 1, "SUP-9999 is no global incident"),
        (("link", "9999", "1001"), 1, "SUP-9999 is no global incident"),
        (("update", "1001"), 2, "nothing to tell"),
        (("show", "1001"), 1, "SUP-1001 is no global incident"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    shell: Shell, case: str, words: tuple[str, ...], status: int, said: str
) -> None:
    """interface.md: exit status, one line on stderr, nothing on stdout; S3.7: no title names a customer."""
    assert case == "SUP-1001"
    answer = shell("incident", *words, *AT)

    assert (answer.status, answer.out) == (status, "")
    assert said in answer.err


def test_s3_7_a_text_that_names_a_customer_is_refused_unless_it_is_meant_so(shell: Shell, case: str) -> None:
    """S3.7: at a shell nothing is held back; `--send-anyway` lets it go."""
    master = opened(shell, "--send-anyway")
    shell("incident", "link", master, case, *AT)
    words = ("incident", "update", master, "--text", "Globex is hit too.", *AT)

    refused = shell(*words)
    assert (refused.status, "globex.example" in refused.out) == (1, False)
    assert "everybody would read of a customer (name: Globex): change it, or add --send-anyway" in refused.err
    assert shell(*words, "--send-anyway").status == 0


def test_reports_and_lists_take_a_master_without_a_customer(shell: Shell, case: str) -> None:
    """R7.1: nothing stumbles over the customer that is none."""
    master = opened(shell)
    shell("incident", "link", master, case, *AT)
    shell("case", "do", master, "time", "25m", "--as", "agent1", *AT)
    days = ("--from", "2026-12-01", "--to", "2026-12-31", *AT)

    for words in (("sla", "--missed"), ("time",), ("cases",)):
        for form in ((), ("--json",), ("--csv",)):
            assert shell("report", *words, *days, *form).status == 0, words
    for line in ("case list", f"why {master}", "outbox list", "outbox show 3"):
        assert shell(*line.split()).status == 0, line
    assert shell("simulate", "--from", "2026-12-18T18:00:00Z", "--to", "2026-12-24T00:00:00Z").status == 0
    for command in ("#cc x@acme.example", "#escalate", "#billing", "#assign voice", "#etr tomorrow 14:00", "#reopen"):
        assert shell("case", "do", master, command, "--as", "agent1", *AT).status in (0, 1), command
