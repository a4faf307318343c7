"""Debian's Chromium for tests and tools: one place for how it is started."""

from __future__ import annotations

import shutil
from functools import partial

from playwright.sync_api import Browser, BrowserType, Playwright

# No network of its own.
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def launch(playwright: Playwright, *more: str) -> Browser:
    """The browser, as `launch_type` says."""
    return launch_type(playwright.chromium, *more)


def launch_type(chromium: BrowserType, *more: str) -> Browser:
    """The browser, with further flags; the caller closes it. Raises AssertionError where the package is missing.

    Its pages do not move: a colour or a place measured while something fades in is another one each time, so they are
    shown as to people who want no motion (Media Queries Level 5, 12.1). Playwright overrules the flag of Chromium.
    """
    path = shutil.which("chromium")
    assert path, "the Debian package chromium is not installed: apt-get install chromium"
    browser = chromium.launch(executable_path=path, args=[*FLAGS, *more])
    for name in ("new_context", "new_page"):
        setattr(browser, name, partial(getattr(browser, name), reduced_motion="reduce"))
    return browser
