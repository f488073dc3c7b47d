"""The repository's own files, for the tests of house rules."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("daemon", "migrations", "tests", "benchmarks", "examples")
MADE = {"__pycache__", "build", "dist", "var"}  # as in .gitignore, beside *.egg-info and what begins with a dot
KEPT = {".ci", ".github", ".gitignore"}


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Yield every file that belongs to the source, with or without git: what was made here is left out."""
    for path in sorted(folder.iterdir()):
        if path.name in MADE or path.suffix == ".egg-info" or (path.name.startswith(".") and path.name not in KEPT):
            continue
        if not path.is_dir():
            yield path
        elif not (path / "pyvenv.cfg").exists():
            yield from files(path)


def modules(*folders: str) -> tuple[Path, ...]:
    """Return the Python files below these folders of the repository, sorted."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


def named(path: Path) -> str:
    """Return a path as it is written from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, methods and inner ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a module imports, `from` imports with what they take."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
