"""`supportd status write`: the status page as files, at once."""

from tests.cli.conftest import Shell


def test_r8_1_the_page_is_written_where_the_configuration_says(shell: Shell) -> None:
    """R8.1: by the clock of the command; said in words, or as JSON."""
    folder = shell.config().settings.status_page
    assert folder
    assert folder.folder

    answer = shell("--now", "2026-12-19T06:00:00Z", "status", "write", "--json")

    assert answer.status == 0
    assert answer.document() == {"folder": str(folder.folder), "files": len(list(folder.folder.rglob("*.*")))}
    assert "Maintenance is running" in (folder.folder / "en/index.html").read_text()
    assert shell("status", "write").out.startswith(f"{folder.folder}: ")
    assert "Maintenance is running" not in (folder.folder / "en/index.html").read_text()


def test_r8_1_without_a_folder_it_says_how_to_name_one(shell: Shell) -> None:
    """R8.1: one line, status 1."""
    path = shell.folder / "supportd.yaml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "../var/status" not in line))

    answer = shell("status", "write")

    assert (answer.status, answer.out) == (1, "")
    assert "name one as `status_page: folder:`" in answer.err


def test_r8_1_a_folder_with_files_of_others_is_left_alone(shell: Shell) -> None:
    """R8.1: status 1, and what lies there still does."""
    page = shell.config().settings.status_page
    assert page
    assert page.folder
    page.folder.mkdir(parents=True)
    (page.folder / "index.html").write_text("theirs")

    answer = shell("status", "write")

    assert answer.status == 1
    assert "name one that does not exist yet" in answer.err
    assert (page.folder / "index.html").read_text() == "theirs"
