"""`make fuzz MINUTES=60 SEED=1`: the reader is given mail that nobody ever wrote, and must read it.

Mails of our corpus and of the hostile families are mutated where mail has its joints; atheris (libFuzzer), where it can
be imported, chooses those that reach new code, else all are as likely.  After each the invariants are asked, the time
of the processor and the memory looked at (S4.1).  Whatever is found lies in FOLDER, one mail a kind of fault: it
becomes a case of a family, with its mend.  A mail that is being read lies in `current.eml`, should the process die.
"""

import argparse
import faulthandler
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.mail.hostile.families import HOSTILE

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "var" / "fuzz"
CORPUS = ROOT / "tests" / "mail" / "corpus"
MOST_SECONDS = 2.0
STUCK_SECONDS = 30
LARGEST_SEED = 16_384
SEED_SIZE = 30
MEMORY_A_MAIL = 64 * 2**20
ADDRESS_SPACE = 4 * 2**30

Check = Callable[[bytes], list[str]]


@dataclass(slots=True)
class Watch:
    """Asks about one mail after the other, and keeps what is found."""

    check: Check
    folder: Path
    mails: int = 0
    slowest: float = 0.0
    found: dict[str, Path] = field(default_factory=dict)

    def look(self, raw: bytes) -> None:
        """Ask about one mail."""
        (self.folder / "current.eml").write_bytes(raw)
        faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
        held, begun = _resident(), time.process_time()
        faults = self.check(raw)
        spent, grown = time.process_time() - begun, _resident() - held
        faulthandler.cancel_dump_traceback_later()
        self.mails, self.slowest = self.mails + 1, max(self.slowest, spent)
        if spent > MOST_SECONDS:
            faults.append("S4.1: took too long")
        if grown > MEMORY_A_MAIL:
            faults.append("S4.1: took too much memory")
        for fault in faults:
            self._keep(fault, raw)

    def told(self) -> int:
        """Tell what came of it; returns the exit status."""
        spent = time.process_time()
        tell(
            f"{self.mails} mails, {spent:.0f} s of CPU, slowest {self.slowest:.2f} s, {len(self.found)} kinds of faults"
        )
        return 1 if self.found else 0

    def _keep(self, fault: str, raw: bytes) -> None:
        known = self.found.get(fault)
        if known and known.stat().st_size <= len(raw):
            return
        name = "".join(sign if sign.isalnum() else "-" for sign in fault)[:80]
        self.found[fault] = self.folder / f"{name}.eml"
        self.found[fault].write_bytes(raw)
        if known is None:
            tell(f"FOUND {fault}: {self.found[fault].name}, {len(raw)} octets")


def main() -> int:
    """Fuzz for as long as asked; exit status 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="of the processor's time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--plain", action="store_true", help="without atheris")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    runner = _plain if chosen.plain else _choose_runner()
    return runner(chosen.folder, seed=chosen.seed, until=chosen.minutes * 60)


def _choose_runner() -> Callable[..., int]:
    try:
        import atheris  # noqa: F401
    except ImportError:
        tell("no atheris: every mutation is as likely")
        return _plain
    return _guided


def _plain(folder: Path, *, seed: int, until: float) -> int:
    """Mutate at random."""
    from tests.mail.hostile.invariants import faults_of

    chance, watch, known = random.Random(seed), Watch(faults_of, folder), tuple(seeds())
    for raw in mutants(known, chance):
        watch.look(raw)
        if time.process_time() >= until:
            break
    return watch.told()


def mutants(known: tuple[bytes, ...], chance: random.Random) -> Iterator[bytes]:
    """Give mutants of the known mails without end."""
    from tests.mail.hostile.mutations import mutated

    while True:
        yield mutated(chance.choice(known), chance.choice(known), chance)


def _guided(folder: Path, *, seed: int, until: float) -> int:
    """Let libFuzzer choose, by the code that a mail reaches."""
    import atheris

    with atheris.instrument_imports(include=["daemon.ingest", "daemon.model"]):
        from tests.mail.hostile.invariants import faults_of
    from tests.mail.hostile.mutations import LONGEST, mutated

    watch, known = Watch(faults_of, folder), tuple(seeds())

    def one(raw: bytes) -> None:
        if time.process_time() >= until:
            os._exit(watch.told())  # libFuzzer knows no other end
        watch.look(raw)

    def mutate(raw: bytes, longest: int, number: int) -> bytes:
        chance = random.Random(number)
        return mutated(bytes(raw), chance.choice(known), chance)[:longest]

    reached = folder / "reached"
    reached.mkdir(exist_ok=True)
    for number, raw in enumerate(known):
        (reached / f"seed-{number}").write_bytes(raw)
    options = (
        f"-seed={seed}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}/",
        "-rss_limit_mb=3000",
        "-verbosity=0",
    )
    atheris.Setup([sys.argv[0], *options, str(reached)], one, custom_mutator=mutate)
    atheris.Fuzz()
    return watch.told()


def seeds() -> Iterator[bytes]:
    """Give the mails to begin with: our corpus, and every hostile mail at a small size."""
    for path in sorted(CORPUS.glob("*.eml")):
        raw = path.read_bytes()
        if len(raw) <= LARGEST_SEED:
            yield raw
    for hostile in HOSTILE.values():
        raw = hostile.build(min(hostile.size, SEED_SIZE))
        if len(raw) <= LARGEST_SEED:
            yield raw


def _resident() -> int:
    """Return how many octets of memory this process has at most held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
