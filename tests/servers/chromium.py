"""Debian's Chromium for tests and tools: one place for how it is started."""

from __future__ import annotations

import shutil
from functools import partial

from playwright.sync_api import Browser, BrowserType, Playwright

# Debian's packages and their commands, the better one first. The shell is the same engine without windows: it starts and
# opens a page in half of the time (docs/decisions/0120).
PACKAGES = ("chromium-headless-shell", "chromium")
# No network of its own.
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--site-per-process",  # as browsers that people use: the shell would draw a sandboxed frame in the page's own process
)


def launch(playwright: Playwright, *more: str) -> Browser:
    """The browser, as `launch_type` says."""
    return launch_type(playwright.chromium, *more)


def launch_type(chromium: BrowserType, *more: str) -> Browser:
    """The browser, with further flags; the caller closes it. Raises AssertionError where the package is missing.

    Its pages do not move: a colour or a place measured while something fades in is another one each time, so they are
    shown as to people who want no motion (Media Queries Level 5, 12.1). Playwright overrules the flag of Chromium.
    """
    path = next(filter(None, map(shutil.which, PACKAGES)), None)
    assert path, f"none of these Debian packages is installed: {', '.join(PACKAGES)}"
    browser = chromium.launch(executable_path=path, args=[*FLAGS, *more])
    for name in ("new_context", "new_page"):
        setattr(browser, name, partial(getattr(browser, name), reduced_motion="reduce"))
    return browser
