"""A curve as small as a word, for a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 104, 22


def sparkline(values: Sequence[float], said: str) -> str:
    """SVG, without a style (strict CSP). said: what who does not see it is told."""
    top, step = max([*values, 1]), WIDTH / max(len(values) - 1, 1)
    points = " ".join(
        f"{place * step:.1f},{HEIGHT - 2 - (HEIGHT - 4) * value / top:.1f}" for place, value in enumerate(values)
    )
    return (
        f'<svg class="spark" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(said)}"><title>{escape(said)}</title><polyline points="{points}"/></svg>'
    )
