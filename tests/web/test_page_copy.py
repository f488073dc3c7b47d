"""The static copy (R8.1): the served pages as files, whole at every moment."""

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.errors import Permanent, Temporary
from daemon.web.copying import file_of, write_copy
from daemon.web.rendering import CSS, Page, Site
from tests.web.gallery import an_incident, busy, picture, site
from tests.web.open_desk import ShownDesk


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file of a copy, by its path in it."""
    whole = folder.resolve()
    return {path.relative_to(whole).as_posix(): path.read_bytes() for path in whole.rglob("*") if path.is_file()}


def test_r8_1_the_static_copy_is_the_served_site(served: ShownDesk, tmp_path: Path) -> None:
    """R8.1: each served page is the file that a web server finds for its path, and there is no other file."""
    served.opens_incident()
    served.showcase.renew()
    pages = served.showcase.site
    assert pages

    count = write_copy(pages, tmp_path / "status")

    written = files_of(tmp_path / "status")
    assert count == len(written) == len(pages)
    for path in pages:
        assert written[file_of(path)] == served.asks(f"/{path}").body


def test_r8_1_readers_never_see_half_a_site(tmp_path: Path) -> None:
    """R8.1: during fifty rewrites, a reader finds every file of one whole site each time it looks."""
    folder, stop = tmp_path / "status", threading.Event()
    write_copy(numbered(0), folder)
    seen: list[set[bytes]] = []

    def look() -> None:
        while not stop.is_set():
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                seen.append({octets_in(place, file_of(path)) for path in numbered(0)})
            finally:
                os.close(place)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(1, 51):
            write_copy(numbered(number), folder)
            assert len({path.read_bytes() for path in folder.rglob("*.html")}) == 1
    finally:
        stop.set()
        reader.join()

    assert seen
    assert {len(contents) for contents in seen} == {1}


def numbered(number: int) -> Site:
    """Return a site all of whose pages say one number."""
    return {f"en/page/{page}": Page(b"%d" % number, CSS) for page in range(4)}


def octets_in(place: int, name: str) -> bytes:
    """Read a file below an open folder."""
    descriptor = os.open(name, os.O_RDONLY, dir_fd=place)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def copies(folder: Path) -> set[str]:
    """Return the names of the copies that lie in a folder."""
    return {path.name for path in folder.glob(".status.*") if path.is_dir()}


def test_r8_1_old_months_and_incidents_stay(tmp_path: Path) -> None:
    """R8.1: what the site shows no longer is still there in the copy, however often it is written since."""
    folder = tmp_path / "status"
    write_copy(site(busy()), folder)
    for _ in range(3):
        write_copy(site(picture()), folder)

    assert (folder / "en/incident/907/index.html").is_file()
    assert b"907" not in (folder / "en/index.html").read_bytes()


def test_r8_1_a_page_that_did_not_change_keeps_its_time(tmp_path: Path) -> None:
    """R8.1: browsers and feeds go by it; only what changed is written."""
    folder = tmp_path / "status"
    write_copy(site(picture()), folder)
    before = {name: (folder / name).stat().st_ino for name in ("style.css", "en/index.html", "fr/history/index.html")}

    write_copy(site(picture((an_incident(),))), folder)

    after = {name: (folder / name).stat().st_ino for name in before}
    assert [name for name in before if before[name] != after[name]] == ["en/index.html"]


def test_r8_1_all_may_read_the_copy(tmp_path: Path) -> None:
    """R8.1: a web server under another account reads it, whatever the daemon's umask."""
    before = os.umask(0o077)
    try:
        write_copy(site(picture()), tmp_path / "status")
    finally:
        os.umask(before)

    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "status").resolve().rglob("*")}
    assert modes == {0o755, 0o644}
    assert (tmp_path / "status").resolve().stat().st_mode & 0o777 == 0o755


def test_r8_1_an_empty_folder_makes_room_and_another_s_is_left_alone(tmp_path: Path) -> None:
    """R8.1: what the operator made beforehand is taken if it is empty; nobody's files or links are ever lost."""
    (tmp_path / "status").mkdir()
    write_copy(site(picture()), tmp_path / "status")
    assert (tmp_path / "status").is_symlink()

    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/index.html").write_text("theirs")
    (tmp_path / "link").symlink_to("theirs")
    for name in ("theirs", "link"):
        with pytest.raises(Permanent, match="name"):
            write_copy(site(picture()), tmp_path / name)
    assert (tmp_path / "theirs/index.html").read_text() == "theirs"


def test_r8_1_a_copy_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    """R8.1: half a copy is never in force, and is cleared away by the next."""
    folder = tmp_path / "status"
    write_copy(numbered(1), folder)
    impossible = dict(numbered(2)) | {"en/" + "x" * 300: Page(b"2", CSS)}

    with pytest.raises(Temporary, match="status page folder"):
        write_copy(impossible, folder)

    assert {path.read_bytes() for path in folder.rglob("*.html")} == {b"1"}
    assert len(copies(tmp_path)) == 1


def test_r8_1_copies_that_nobody_reads_any_more_are_cleared_away(tmp_path: Path) -> None:
    """R8.1: a minute after they were written; what a killed writer left, too."""
    folder = tmp_path / "status"
    write_copy(numbered(1), folder)
    (tmp_path / ".status.0123456789ab").mkdir()  # of a writer that was killed
    (tmp_path / ".status.0123456789ab.link").symlink_to(".status.0123456789ab")
    write_copy(numbered(2), folder)
    assert len(copies(tmp_path)) == 4

    long_ago = folder.stat().st_mtime - 61
    for path in tmp_path.glob(".status.*"):
        os.utime(path, (long_ago, long_ago), follow_symlinks=False)
    write_copy(numbered(3), folder)

    assert copies(tmp_path) == {folder.readlink().name}
    assert not (tmp_path / ".status.0123456789ab.link").is_symlink()
    assert (tmp_path / ".status.lock").is_file()


def test_r8_1_two_writers_at_once_take_turns(tmp_path: Path) -> None:
    """R8.1: the daemon and `supportd status write` may meet."""
    folder, failures = tmp_path / "status", []

    def write(number: int) -> None:
        try:
            for _ in range(10):
                write_copy(numbered(number), folder)
        except Exception as failure:  # noqa: BLE001  shown below
            failures.append(failure)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failures == []
    assert len({path.read_bytes() for path in folder.rglob("*.html")}) == 1


def test_r8_1_the_front_door_of_the_copy_is_a_page(tmp_path: Path) -> None:
    """R8.1: `/` of any web server is the present state."""
    pages = site(busy())
    write_copy(pages, tmp_path / "status")

    assert (tmp_path / "status/index.html").read_bytes() == pages["en"].body
    assert replace(pages[""], language="en") == pages["en"]
