"""A daemon under test, changed from outside as its modules are loaded: steps to be killed at, a clock, a full disk.

The product has no switch for any of this.  A module is changed right after it ran and before anybody imports a name
from it.  What a changed daemon does is told by files in a folder that the harness writes.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
HOOK = Path(__file__).with_name("hook")

Patch = Callable[[Any, Path], None]
"""Changes a loaded module; the folder is the harness'."""


def environment(names: Iterable[str], folder: Path) -> dict[str, str]:
    """Return what a daemon is started with so that it is changed in these ways."""
    folder.mkdir(exist_ok=True)
    return {
        "SUPPORTD_TAMPER": "|".join(names),
        "SUPPORTD_TAMPER_FOLDER": str(folder),
        "PYTHONPATH": f"{HOOK}{os.pathsep}{ROOT}",
    }


def install(names: Sequence[str], folder: str) -> None:
    """Have modules changed as they are loaded, in this process."""
    from tests.faults.disk_and_clock import SURROUNDINGS
    from tests.faults.steps import STEPS, patch_of
    from tests.faults.variants import VARIANTS

    tables = {**SURROUNDINGS, **VARIANTS, **{name: (step.module, patch_of(step)) for name, step in STEPS.items()}}
    patches: dict[str, list[Patch]] = {}
    for name in names:
        module, patch = tables[name]
        patches.setdefault(module, []).append(patch)
    sys.meta_path.insert(0, _Finder(patches, Path(folder)))


class _Finder(MetaPathFinder):
    """Finds the modules that are changed, as Python would."""

    def __init__(self, patches: dict[str, list[Patch]], folder: Path) -> None:
        self._patches = patches
        self._folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._patches:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader = _Loader(spec.loader, self._patches[fullname], self._folder)
        return spec


class _Loader(Loader):
    """Runs a module, then changes it."""

    def __init__(self, inner: Loader, patches: Sequence[Patch], folder: Path) -> None:
        self._inner = inner
        self._patches = patches
        self._folder = folder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        for patch in self._patches:
            patch(module, self._folder)
