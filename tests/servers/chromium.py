"""A real Chromium, driven by Playwright: what a person sees of the status page, and what a screen reader would say.

Debian's package is taken; Playwright's own browsers are not downloaded.  The driver leaves a running event loop in this
thread as long as it lives: a browser lives as long as the tests of one module, which use no event loop of their own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LIBRARIES = ("playwright", "axe_playwright_python")


def why_missing() -> str | None:
    """Return why there is no browser to test with, or None."""
    if program() is None:
        return "no Chromium (Debian: chromium)"
    absent = [name for name in LIBRARIES if find_spec(name) is None]
    return f"not installed: {', '.join(absent)} (PyPI)" if absent else None


def program() -> str | None:
    """Return where Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def running_browser() -> Iterator["Browser"]:
    """Run a browser without a window; as root it cannot have its sandbox."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program(), args=["--disable-gpu", *options])
        try:
            yield browser
        finally:
            browser.close()
