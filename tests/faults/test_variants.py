"""The checker catches daemons that are broken on purpose: each loses, doubles, changes or leaks in its own way."""

from pathlib import Path

import pytest

from tests.faults.faults import Fault, die_at
from tests.faults.invariants import Breach
from tests.faults.stage import Neighbours, Stage
from tests.faults.torture import Plan, torture
from tests.faults.variants import VARIANTS
from tests.servers.smtp_sink import AfterDot

MAILS = 12
SEEDS = (3, 4, 5)
"""A fault does not meet the broken place in every run: in one of these it does."""


def at(step: str) -> tuple[Fault, ...]:
    """Return the fault that kills the daemon at this step."""

    def happen(stage: Stage) -> str:
        return die_at(stage, step)

    return (Fault(step, happen),)


def drop(stage: Stage) -> str:
    """Take some mails and cut the connection without an answer, so that they are tried again."""
    stage.sink.script(*[AfterDot.DROP] * 4)
    return "dropped"


DROPPED = (Fault("dropped", drop),)
CAUGHT = {
    "answer before commit": (at("kept, before commit"), Breach.LOST),
    "no unique key": (at("kept, after commit"), Breach.TWICE),
    "new Message-ID a try": (DROPPED, Breach.NAMELESS),
    "other bytes a try": (DROPPED, Breach.OTHER_BYTES),
    "sent before offered": (at("before DATA"), Breach.UNSENT),
    "mail to a stranger": ((), Breach.STRANGER),
}


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_s1_2_each_broken_daemon_is_caught(variant: str, tmp_path: Path) -> None:
    """S1.1, S1.3, S3.1, S3.6: a fault that meets the broken place shows as the breach that it is."""
    faults, breach = CAUGHT[variant]

    runs = (Plan(seed, MAILS, faults=faults, variants=(variant,)) for seed in SEEDS)
    results = (torture(Neighbours(_folder(tmp_path, plan)), plan) for plan in runs)

    assert any(breach in {violation.breach for violation in result.violations} for result in results)


def _folder(tmp_path: Path, plan: Plan) -> Path:
    folder = tmp_path / str(plan.seed)
    folder.mkdir()
    return folder
