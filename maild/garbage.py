"""When Python looks for garbage: rarely while a process loads, since what is loaded stays."""

from __future__ import annotations

import gc

# Objects that may come before it looks. At Python's own 700 a tenth of a short command is spent on looking.
WHILE_LOADING = 250_000
SERVING = (700, 10, 10)  # Python's own: what serves for weeks keeps no more garbage than others do


def loading() -> None:
    """A command begins; most end like this."""
    gc.set_threshold(WHILE_LOADING, *SERVING[1:])


def serving() -> None:
    """All is loaded, and this process stays."""
    gc.set_threshold(*SERVING)
