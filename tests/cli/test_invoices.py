"""`supportd invoices`: what is there, what went, what is missing or refused (R12.1)."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.pdfs import a_pdf

NOW = ("--now", "2026-11-27T16:00:00Z")


@pytest.fixture
def november(shell: Shell) -> Path:
    """The configured folder of November: Acme's invoice is there, Globex' is none, Initech's is missing."""
    folder = shell.folder.parent / "var/invoices/2026-11"
    folder.mkdir(parents=True)
    (folder / "acme.pdf").write_bytes(a_pdf("to Acme Corporation"))
    (folder / "globex.pdf").write_bytes(b"Dear customer,")
    (folder / "hooli.pdf").write_bytes(a_pdf("to Hooli"))
    return folder


def states(shell: Shell, *words: str) -> dict[str, str]:
    """Return the state of each line by its file or customer."""
    lines = shell("invoices", *words, "--json", *NOW).document()
    return {line["file"] or line["customer"]: line["state"] for line in lines}


def test_r12_1_the_list_says_how_each_customers_invoice_stands(shell: Shell, november: Path) -> None:
    """R12.1: ready, refused or missing before; sent, with whom to and when, after."""
    before = states(shell, "list", "--month", "2026-11")
    done = shell("tick", "--json", *NOW).lines()
    after = {line["customer"]: line for line in shell("invoices", "list", "--json", *NOW).document()}

    assert before == {"acme.pdf": "ready", "globex.pdf": "refused", "initech": "missing", "hooli.pdf": "refused"}
    assert [line["action"] for line in done] == ["invoice_queued", "notice_queued"]
    assert after["acme"] == {
        "month": "2026-11",
        "customer": "acme",
        "name": "Acme Corporation",
        "file": "acme.pdf",
        "state": "sent",
        "detail": "",
        "to": ["primary@acme.example"],
        "at": "2026-11-27T16:00:00+00:00",
    }
    assert after["globex"]["detail"] == "it is not a PDF"
    assert november.is_dir()


def test_r12_1_a_folder_can_be_checked_before_the_day(shell: Shell, november: Path) -> None:
    """R12.1: nothing is sent by it; its status says whether all is well."""
    bad = shell("invoices", "check", "2026-11")
    (november / "globex.pdf").write_bytes(a_pdf("to Globex"))
    (november / "initech.pdf").write_bytes(a_pdf())
    (november / "hooli.pdf").unlink()
    good = shell("invoices", "check", str(november))

    assert bad.status == 1
    assert "no customer has this id" in bad.out
    assert good.status == 0
    assert "by its file name alone" in good.out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("list", "--month", "november"), 2, "write 2026-11"),
        (("check", "2025-01"), 1, "there is no such folder"),
    ],
)
def test_a_wrong_month_is_said(shell: Shell, words: tuple[str, ...], status: int, said: str) -> None:
    """A month is written as its folder is; one that is not there is no empty list."""
    answer = shell("invoices", *words)

    assert answer.status == status
    assert said in answer.err


def test_without_a_folder_nothing_is_listed(shell: Shell) -> None:
    """R12.1: who has configured no invoices is told how to."""
    file = shell.folder / "supportd.yaml"
    text = file.read_text().replace("invoices:\n  folder: ../var/invoices\n  to: finance", "# no invoices\n#")
    file.write_text(text)
    answer = shell("invoices", "list")

    assert answer.status == 1
    assert "write `invoices: {folder: PATH}`" in answer.err
