"""The example configuration that ships with the program, written out for `supportd init`."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from daemon.errors import Permanent

_LEFT_OUT = {"__init__.py", "__pycache__"}


def write_example(folder: Path) -> tuple[Path, ...]:
    """Write the commented example into `folder`, which is made if missing, and return the files written.

    Raises:
        Permanent: the folder holds something already, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Permanent(f"{folder} exists and is not empty: nothing was written; name a new folder")
        return tuple(_copy(parts, source, folder) for parts, source in _files(files("daemon._config"), ()))
    except OSError as error:
        raise Permanent(f"{folder} cannot be written: {error.strerror}") from error


def _files(place: Traversable, parts: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
        if entry.name in _LEFT_OUT or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(entry, (*parts, entry.name))
        else:
            yield (*parts, entry.name), entry


def _copy(parts: tuple[str, ...], source: Traversable, folder: Path) -> Path:
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        stream.write(source.read_bytes())
    return target
