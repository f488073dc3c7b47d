"""The wheel, installed into a bare environment, works from a folder that knows nothing of this checkout."""

import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.repository.sources import ROOT, files

REQUEST = b"""\
From: primary@acme.example
To: support@desk.example
Date: Mon, 14 Dec 2026 10:00:00 -0700
Message-ID: <wheel.1@acme.example>
Subject: Phones are down

Nothing rings.
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and its dependencies, in the locked versions."""
    folder = tmp_path_factory.mktemp("bare")
    source = folder / "source"
    _copy_sources(source)
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", source, at=folder)
    lock = re.sub(r" ?\\\n +--hash=\S+", "", (ROOT / "requirements" / "dev.lock").read_text())
    (folder / "constraints.txt").write_text(lock)
    venv.create(folder / "venv", with_pip=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    pip = (folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check")
    _run(*pip, "-c", folder / "constraints.txt", wheel, at=folder)
    return folder / "venv" / "bin" / "supportd"


def test_it_says_its_version(bare: Path, tmp_path: Path) -> None:
    """The command is installed and imports nothing from the checkout."""
    assert re.fullmatch(r"supportd,? (version )?\d+\.\d+\.\d+\n", _run(bare, "--version", at=tmp_path))


def test_it_carries_a_configuration_and_the_templates(bare: Path, tmp_path: Path) -> None:
    """`init` writes the example company, `check` loads it and renders every template."""
    _run(bare, "init", tmp_path / "desk", at=tmp_path)

    _run(bare, "--config", tmp_path / "desk", "check", at=tmp_path)


def test_a_mail_becomes_a_case_with_an_acknowledgement(bare: Path, tmp_path: Path) -> None:
    """Migrations and templates are inside: R1.1 from the wheel alone, on a database that it makes itself."""
    _run(bare, "init", tmp_path / "desk", at=tmp_path)
    (tmp_path / "request.eml").write_bytes(REQUEST)
    desk = (bare, "--config", tmp_path / "desk", "--json")

    told = json.loads(_run(*desk, "ingest", tmp_path / "request.eml", at=tmp_path))

    assert told["outcome"] == "case_opened"
    outbox = json.loads(_run(*desk, "outbox", "list", at=tmp_path))
    assert {"acknowledgement"} <= {row["kind"] for row in outbox}


def _copy_sources(source: Path) -> None:
    """Copy the source: a build leaves folders behind, and other tests read the checkout meanwhile."""
    for path in files():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def _run(*command: str | Path, at: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SUPPORTD_"))}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=at,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout
