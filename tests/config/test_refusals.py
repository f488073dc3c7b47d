"""Every folder in `bad/` is laid over the example company and must be refused with exactly its `expected` lines.

A file `removed` lists files of the example that are taken away.
"""

import shutil
from pathlib import Path

import pytest

from tests.config.folders import example_copy, refusal

BAD = Path(__file__).parent / "bad"
FOLDERS = sorted(path for path in BAD.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_bad_configuration_is_refused_where_it_is_wrong(folder: Path, tmp_path: Path) -> None:
    """S4.6: all faults at once, each as FILE:LINE:COLUMN: message that says what would be right."""
    config = example_copy(tmp_path)
    shutil.copytree(folder, config, dirs_exist_ok=True)
    expected = (config / "expected").read_text(encoding="utf-8").splitlines()
    removed = config / "removed"
    for name in removed.read_text(encoding="utf-8").splitlines() if removed.exists() else ():
        (config / name).unlink()

    lines = [line.replace(str(config.resolve()), "CONFIG") for line in refusal(config)]

    assert lines == expected


def test_the_collection_is_not_empty() -> None:
    """The table above has its rows: an empty folder would pass unseen."""
    assert len(FOLDERS) >= 35
    assert len({folder.name[:2] for folder in FOLDERS}) == len(FOLDERS)


def test_a_missing_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """Without a configuration folder the refusal names `supportd init`."""
    (line,) = refusal(tmp_path / "nowhere")
    assert "supportd init" in line


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    """S4.6: files are bounded; a gigabyte does no harm."""
    config = example_copy(tmp_path)
    with (config / "products.yaml").open("wb") as stream:
        stream.truncate(2**30)

    assert refusal(config) == ["products.yaml:1:1: the file is too large: at most 1048576 octets are read"]


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """What is no file is named, not tried."""
    config = example_copy(tmp_path)
    (config / "calendar.yaml").unlink()
    (config / "calendar.yaml").mkdir()

    assert refusal(config) == ["calendar.yaml:1:1: not a file"]
