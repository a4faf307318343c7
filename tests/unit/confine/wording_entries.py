"""A worker that writes notices with the sandbox's walls taken down: what is left is confinement."""

from __future__ import annotations

from typing import Any

from maild.confine.worker import Handler


def make_without_walls(**options: Any) -> Handler:
    """As maild.confine.wording, but an edited template may say anything and count to anything."""
    from maild.confine.wording import make_handler
    from maild.notify.rendering import sandbox

    sandbox.refuse = lambda *_, **__: None  # type: ignore[assignment]
    sandbox.LONGEST_TEXT = sandbox.LONGEST_VALUE = sandbox.MOST_TURNS = 10**15  # type: ignore[misc]
    sandbox.SECONDS = 1e9  # type: ignore[misc]
    return make_handler(**options)
