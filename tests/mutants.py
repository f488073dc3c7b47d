"""Change one place of a module at a time, and show the changes that its tests do not notice: `make mutants`.

cosmic-ray makes the changes, one after the other, in a copy of the tree in a temporary folder.  Each is tried against
the fast tests of that module alone, for at most half a minute and in at most 4 GB; some seconds a mutant.  What
survives is printed as a diff, to be answered: by a test, by simpler code, or in `docs/decisions` (37, 38) by why it
cannot be seen.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("daemon", "migrations", "tests", "templates", "config", "setup.cfg", "pyproject.toml")
MEMORY = 4_000_000_000
SECONDS = 30.0

VALUES = "tests/repository/test_values.py"
TESTS = {
    "daemon/rules/standing.py": ("tests/rules/test_standing.py", VALUES),
    "daemon/rules/matching.py": ("tests/rules/test_matching.py", VALUES),
    "daemon/rules/machine_mail.py": ("tests/rules/test_machine_mail.py", VALUES),
    "daemon/rules/bounces.py": ("tests/rules/test_machine_mail.py", VALUES),
    "daemon/ingest/machine_marks.py": ("tests/mail/test_machine_marks.py",),
    "daemon/ingest/auto_submitted.py": ("tests/mail/test_machine_marks.py",),
    "daemon/ingest/originator.py": ("tests/mail/test_originator.py",),
}


def main() -> int:
    """Try every mutant of the modules; exit status 1 where a test fails before anything is changed."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--tool", type=Path, required=True, help="the command cosmic-ray")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"all, or some of {', '.join(TESTS)}")
    chosen = parser.parse_args()
    unknown = [module for module in chosen.modules if module not in TESTS]
    if unknown:
        parser.error(f"no tests are named for {', '.join(unknown)}: add a row to TESTS")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory(prefix="supportd-mutants-") as name:
        folder = Path(name)
        copy_tree(folder)
        for module in chosen.modules or TESTS:
            tell(f"== {module}, against {' '.join(TESTS[module])}")
            tell(reported(mutate(folder, chosen.tool.absolute(), module)))
    return 0


def copy_tree(folder: Path) -> None:
    """Copy what the tests need as it stands here, nothing compiled."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)


def mutate(folder: Path, tool: Path, module: str) -> str:
    """Try every mutant of a module in the copy, and return cosmic-ray's own record: a line of JSON a mutant."""
    pytest = f"{sys.executable} -m pytest -q -x -p no:randomly -p no:cacheprovider"
    settings = {
        "module-path": module,
        "timeout": SECONDS,
        "excluded-modules": [],
        "test-command": " ".join((pytest, *TESTS[module])),
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    text = "\n".join(("[cosmic-ray]", *lines, "[cosmic-ray.distributor]", 'name = "local"', ""))
    (folder / "mutants.toml").write_text(text)
    ask(folder, tool, "baseline", "mutants.toml")
    ask(folder, tool, "init", "--force", "mutants.toml", "mutants.sqlite")
    ask(folder, tool, "exec", "mutants.toml", "mutants.sqlite")
    return ask(folder, tool, "dump", "mutants.sqlite")


def ask(folder: Path, tool: Path, *words: str) -> str:
    """Run the tool in the copy.

    Nothing is compiled there: Python would take a mutant of the same second and length for what it compiled before.
    """
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run((tool, *words), cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"cosmic-ray {words[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def reported(record: str) -> str:
    """Return what survived, each as a diff, and how many mutants there were."""
    results = [json.loads(line)[1] for line in record.splitlines()]
    survivors = [result for result in results if result["test_outcome"] != "killed"]
    diffs = (f"-- {result['test_outcome']}\n{result['diff']}" for result in survivors)
    return "\n".join((*diffs, f"== {len(results)} mutants, {len(survivors)} not noticed"))


def tell(text: str) -> None:
    """Show at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
