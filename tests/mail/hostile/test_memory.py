"""S4.1: hostile mail takes memory in step with its size, with a bound far below that of a reader."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.mail.hostile.memory import MOST

ROOT = Path(__file__).parents[3]
TIMES_THE_SIZE = 4
APART = 40 * 2**20
"""Octets that any mail may take: 256 kB of text as lines, and as elements of HTML."""


def test_s4_1_hostile_mail_is_read_in_bounded_memory() -> None:
    """S4.1: the process that reads a mail grows by a few times the mail's octets, and a text's worth apart."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.mail.hostile.memory"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    grown = {name: (size, growth) for name, size, growth in map(json.loads, done.stdout.splitlines())}

    assert len(grown) >= MOST
    assert {
        name: (size, growth) for name, (size, growth) in grown.items() if growth > TIMES_THE_SIZE * size + APART
    } == {}
