"""What a run makes at some length and the next one uses again, in `var/bench`, until what it is made from changes."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "var" / "bench"
MARK_DIGITS = 12


def mark_of(sources: Iterable[Path]) -> str:
    """Return a mark that changes with the content of these files."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:MARK_DIGITS]


def kept_file(name: str, sources: Iterable[Path], make: Callable[[Path], None]) -> Path:
    """Return a file that `make` writes into the path it is given, made now or before."""
    path = KEPT / f"{name}-{mark_of(sources)}"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for outdated in KEPT.glob(f"{name}-*"):
            outdated.unlink()
        begun = KEPT / f"{name}-begun"
        make(begun)
        begun.rename(path)
    return path
