"""`make bench`: mails a second, CPU and waits from SMTP receipt to the acknowledgement, beside floors and targets.

The figures are of this machine and this hour: compare the lines of one run with each other (docs/benchmarks.md).
"""

import argparse
import os
import platform
import random
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.exchange import CONNECTIONS, Miscounted
from benchmarks.hot_spots import print_hot_spots
from benchmarks.parts import PARTS
from benchmarks.sink import why_missing
from benchmarks.targets import print_targets

LIBRARIES = ("supportd", "aiosmtpd", "mail-parser", "SQLAlchemy", "psycopg", "Jinja2")
MAILS = 2_000


def main() -> int:
    """Measure and print; exit status 1 where a count was wrong, so that no rate can be believed."""
    chosen = arguments().parse_args()
    if not chosen.hot_spots and (missing := why_missing()):
        print(f"Nothing can be counted: {missing}; `make neighbours` installs it", file=sys.stderr)
        return 1
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="supportd-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs under an account of its own
        with Bench(folder, mails=chosen.mails, seed=seed, sqlite_only=chosen.sqlite_only) as bench:
            print_head(bench)
            try:
                measure(bench, chosen.parts, hot_spots=chosen.hot_spots)
            except Miscounted as wrong:
                print(f"No rate can be believed: {wrong}", file=sys.stderr)
                return 1
    return 0


def arguments() -> argparse.ArgumentParser:
    """Return what can be asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--mails", type=int, default=MAILS, help="how many mails are measured (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="of the corpus; else any, and it is printed")
    parser.add_argument("--parts", type=_parts, default=tuple(PARTS), help=f"some of {','.join(PARTS)}; else all")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--hot-spots", action="store_true", help="profile one reader and delivery instead")
    return parser


def _parts(text: str) -> tuple[str, ...]:
    unknown = set(text.split(",")) - set(PARTS)
    if unknown:
        raise argparse.ArgumentTypeError(f"no part {', '.join(sorted(unknown))}: choose of {', '.join(PARTS)}")
    return tuple(name for name in PARTS if name in text.split(","))


def measure(bench: Bench, parts: Sequence[str], *, hot_spots: bool) -> None:
    """Measure the parts that are wanted and print the targets they met, or the profile alone."""
    if hot_spots:
        print_hot_spots(bench.folder, bench.warm_up, bench.corpus)
        return
    targets = []
    for part in parts:
        print(f"\n{part}")
        targets += PARTS[part](bench)
    if targets:
        print_targets(targets)


def print_head(bench: Bench) -> None:
    """Say what is measured, and on what."""
    kib = sum(len(request.octets) for request in bench.corpus) / len(bench.corpus) / 1024
    mails = f"{len(bench.corpus)} mails of {kib:.1f} KiB on average, seed {bench.seed}"
    print(f"{mails}, {CONNECTIONS} connections, one client process")
    print(f"{platform.platform()}, {_processors()}, Python {platform.python_version()}")
    print(", ".join(f"{library} {version(library)}" for library in LIBRARIES))


def _processors() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return f"{os.cpu_count()} of {model}"


if __name__ == "__main__":
    sys.exit(main())
