"""The order of the tests: the fast ones first, and whatever waits dealt out among what computes.

A test that waits for a server leaves the processor to the other workers; were all of these the last ones, every worker
would wait at once.  Modules stay together, in the order in which pytest-randomly has shuffled them.
"""

from enum import IntEnum
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

NEIGHBOURS = {
    "chromium": {"chromium"},
    "dovecot": {"dovecot", "imap_account"},
    "postfix": {"postfix"},
    "postgresql": {"postgresql"},
}
"""Which fixtures need which server."""
ON_DISK = {"tmp_path", "tmp_path_factory", "neighbour_folder"}
TOGETHER = {
    "tests/packaging/test_wheel.py": "wheel",
    "tests/servers/test_safety_by_mail.py": "a desk by two ways in",
    "tests/web/test_page_browser.py": "chromium",
    "tests/web/test_subscribing_browser.py": "chromium",
}
"""Which modules one worker runs: what they stand on (an installed wheel, a browser, a daemon) is made once a worker."""
WHOLE_PROGRAM = {"benchmarks", "examples", "faults", "packaging"}


class Pace(IntEnum):
    """What a test spends its time on."""

    PURE = 0  # values in, values out: thousands of them in a minute
    COMPUTES = 1  # a desk on a database of its own
    WAITS = 2  # a server, or the daemon as a process
    LONG = 3  # the whole program for half a minute


class Dealt(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Tests are dealt out one by one, in order, save those that stay `TOGETHER`."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Dealt:
    """Deal tests out to the workers.  xdist's own `loadgroup` does not see its marks under pytest 9.2."""
    return Dealt(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the neighbours it needs, and put them all in order."""
    for item in items:
        for name, fixtures in NEIGHBOURS.items():
            if not fixtures.isdisjoint(_asked_for(item)):
                item.add_marker(name)
    places = _places(items)
    items.sort(key=lambda item: places[_module(item)])


def _places(items: list[pytest.Item]) -> dict[tuple[Pace, Path], tuple[bool, float, Pace]]:
    """Return where the modules of each pace go: evenly from the first to the last test that is not pure."""
    modules = tuple(dict.fromkeys(map(_module, items)))
    alike = {pace: [module for module in modules if module[0] is pace] for pace in Pace}
    return {
        module: (pace is not Pace.PURE, number / len(found), pace)
        for pace, found in alike.items()
        for number, module in enumerate(found)
    }


def _module(item: pytest.Item) -> tuple[Pace, Path]:
    return _pace(item), item.path


def _pace(item: pytest.Item) -> Pace:
    folder = item.path.relative_to(item.config.rootpath / "tests").parts[0]
    if item.get_closest_marker("slow") or folder in WHOLE_PROGRAM:
        return Pace.LONG
    if folder == "servers" or any(item.get_closest_marker(name) for name in NEIGHBOURS):
        return Pace.WAITS
    return Pace.PURE if ON_DISK.isdisjoint(_asked_for(item)) else Pace.COMPUTES


def _asked_for(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))
