"""A peer's own virtual environment, made from its lock file once and used again until that changes."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kept import KEPT, ROOT, mark_of

LOCKS = Path(__file__).parent
STOP_SECONDS = 10


class PeerFailed(Exception):
    """A peer could not be set up or did not start; the text is what it printed."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a peer is installed."""

    folder: Path

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """Return a program that the peer brings."""
        return self.folder / "bin" / name

    def run(self, *words: str, text: str = "", **variables: str) -> None:
        """Run a program of the peer's to its end, with `text` on its standard input.

        Raises:
            PeerFailed: it did not exit with 0.
        """
        done = subprocess.run(
            [str(self.python), *words],
            cwd=ROOT,
            env={**os.environ, **variables},
            input=text,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise PeerFailed(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")

    @contextmanager
    def working(self, log: Path, *words: str, **variables: str) -> Iterator[int]:
        """Run a program of the peer's for the time of the block, once it printed a line; gives its process id."""
        command = [str(self.python), *words]
        with (
            log.open("wb") as errors,
            subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **variables},
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            ) as process,
        ):
            assert process.stdout is not None, "a pipe was asked for"
            if not process.stdout.readline():
                raise PeerFailed(f"{' '.join(words)}: {log.read_text(encoding='utf-8', errors='replace')}")
            try:
                yield process.pid
            finally:
                os.killpg(process.pid, signal.SIGKILL)  # its workers too
                process.wait(STOP_SECONDS)


def environment(peer: str) -> Environment:
    """Return the environment of a peer, made now or before.

    Raises:
        subprocess.CalledProcessError: what the lock file names cannot be had.
    """
    lock = LOCKS / f"{peer}.lock"
    made = Environment(KEPT / peer)
    stamp = made.folder / ".installed"
    mark = mark_of([lock])
    if not stamp.exists() or stamp.read_text(encoding="ascii") != mark:
        print(f"installing {peer} into {made.folder.relative_to(ROOT)}")
        shutil.rmtree(made.folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(made.folder)], check=True)
        pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
        subprocess.run([str(made.python), *pip], check=True)
        stamp.write_text(mark, encoding="ascii")
    return made
