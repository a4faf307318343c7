"""The layouts as they ship, read once in a process: a third of a second each time, and a dozen files of tests want them."""

from __future__ import annotations

from functools import cache

from maild.receipts.layouts import Layouts
from maild.receipts.loading import load


@cache
def shipped() -> Layouts:
    """Frozen: nobody changes them for the others."""
    return load()
