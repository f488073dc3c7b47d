"""The site as static files, so that it can be served when the daemon is down: the whole of it in one step, or nothing.

The folder that web servers read is a symbolic link to the copy in force.  A new copy is written beside it and made
durable, then the link is replaced by rename(2): nobody ever reads half a site.  Copies of the last minute stay for
those who are still reading them.  A page that did not change is the very same file, with its old time of change.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from daemon.errors import Permanent, Temporary
from daemon.web.rendering import Site

KEPT_PARTS = ("history", "incident")
"""Pages below these stay when the site has them no longer: old months and incidents."""
READ_SECONDS = 60
"""A copy stays for so long after it was written, for those who are still reading it."""
FOLDER_MODE, FILE_MODE = 0o755, 0o644


def write_copy(site: Site, folder: Path) -> int:
    """Put the site in force as the contents of `folder`; returns how many files it has.

    Raises:
        Permanent: the folder is another's: it holds files, or cannot be replaced by a link.
        Temporary: it cannot be written now.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            return _replace(site, folder)
    except OSError as trouble:
        raise Temporary(f"status page folder {folder}: {trouble.strerror or trouble}") from trouble


def _replace(site: Site, folder: Path) -> int:
    before = _copy_in_force(folder)
    fresh = folder.with_name(f"{_stem(folder)}{secrets.token_hex(6)}")
    try:
        _fill(fresh, site, before)
        _put_in_force(fresh, folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _clear_away(folder, fresh)
    return sum(1 for path in fresh.rglob("*") if path.is_file())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let only one process at a time write this copy: the daemon, or the command."""
    with _lock(folder).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lock(folder: Path) -> Path:
    return folder.with_name(f"{_stem(folder)}lock")


def file_of(path: str) -> str:
    """Return the file in which a page is written: its own name where it has one, else an index."""
    name = path.rpartition("/")[2]
    return path if "." in name else f"{path}/index.html".lstrip("/")


def _stem(folder: Path) -> str:
    return f".{folder.name}."


def _copy_in_force(folder: Path) -> Path | None:
    """Return the folder that the link points to; an empty folder of the operator's makes room.

    Raises:
        Permanent: something else stands there.
    """
    if folder.is_symlink():
        target = folder.parent / folder.readlink()
        if target.parent == folder.parent and target.name.startswith(_stem(folder)):
            return target if target.is_dir() else None
        raise Permanent(f"status page folder {folder} is a link to {target}: name the folder itself")
    if folder.exists():
        try:
            folder.rmdir()
        except OSError as trouble:
            mend = "name one that does not exist yet: supportd makes it"
            raise Permanent(f"status page folder {folder}: {trouble.strerror or trouble}; {mend}") from trouble
    return None


def _fill(fresh: Path, site: Site, before: Path | None) -> None:
    """Write every page, and take along what is kept of the copy before.

    Each new page is made durable, the folders between only with the journal of the file system: a fsync(2) for each of
    them would hold up the mail's.  A copy that a power failure has harmed is mended by the next, at the daemon's start.
    """
    fresh.mkdir(mode=FOLDER_MODE)
    contents = {file_of(path): page.body for path, page in site.items()}
    for name, body in contents.items():
        _write(fresh / name, body, before / name if before else None)
    if before:
        for name in set(_kept(before)) - set(contents):
            _take_along(fresh / name, before / name)
    for place in (path for path in fresh.rglob("*") if path.is_dir()):
        place.chmod(FOLDER_MODE)
    fresh.chmod(FOLDER_MODE)
    _sync_folder(fresh)


def _write(path: Path, body: bytes, old: Path | None) -> None:
    """Write a page, unless the old file holds just this: then it is that file."""
    if old and old.is_file() and old.read_bytes() == body:
        _take_along(path, old)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        os.fchmod(file.fileno(), FILE_MODE)
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _take_along(path: Path, old: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.link(old, path)


def _kept(before: Path) -> Iterator[str]:
    for part in KEPT_PARTS:
        yield from (path.relative_to(before).as_posix() for path in before.glob(f"*/{part}/*/index.html"))


def _put_in_force(fresh: Path, folder: Path) -> None:
    link = fresh.with_name(f"{fresh.name}.link")
    link.symlink_to(fresh.name)
    try:
        link.replace(folder)
    except OSError:
        link.unlink()
        raise
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear_away(folder: Path, fresh: Path) -> None:
    """Remove copies that nobody reads any more, and what a killed writer left."""
    oldest = fresh.stat().st_mtime - READ_SECONDS
    for path in folder.parent.glob(f"{_stem(folder)}*"):
        if path in (fresh, _lock(folder)) or path.lstat().st_mtime > oldest:
            continue
        with suppress(OSError):
            path.unlink() if path.is_symlink() else shutil.rmtree(path)
