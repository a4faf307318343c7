"""Rankings: bars one below the other, each with its name above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from maild.console.drawing.chart import Chart, Series, Words, short
from maild.console.drawing.shapes import box, legend


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A row of a ranking: its name, what is written at its end, and the parts of its bar."""

    name: str
    said: str
    parts: Sequence[float]
    url: str = ""


def ranking(
    key: str, title: str, names: Sequence[str], rows: Sequence[Rank], words: Words, *, full: float = 0.0
) -> str:
    """Bars one below the other, each with its name above it. names: of the parts; full: what a whole bar means."""
    chart = Chart(key=key, title=title, slots=(), series=tuple(Series(name=name, values=()) for name in names))
    whole = full or max((sum(row.parts) for row in rows), default=0.0)
    shown = "".join(_ranked(row, whole, names) for row in rows)
    body = (
        f'{legend(chart)}<ol class="ranks">{shown}</ol>' if whole else (f'<p class="empty">{escape(words.empty)}</p>')
    )
    return (
        f'<figure class="plot" aria-labelledby="{chart.id}-title">'
        f'<figcaption id="{chart.id}-title">{escape(title)}</figcaption>{body}</figure>'
    )


def _ranked(row: Rank, whole: float, names: Sequence[str]) -> str:
    edges = [0.0]
    for part in row.parts:
        edges.append(edges[-1] + 100 * part / whole)
    bars = "".join(
        box(
            turn,
            x=f"{short(left)}%",
            y=0,
            width=f"{short(right - left)}%",
            height=12,
            name=names[turn] if names else "",
        )
        for turn, (left, right) in enumerate(pairwise(edges))
        if right > left
    )
    name = f'<a href="{escape(row.url)}">{escape(row.name)}</a>' if row.url else escape(row.name)
    return (
        f'<li><span class="rank-name">{name}</span><span class="num">{escape(row.said)}</span>'
        f'<svg class="rank-bar" width="100%" height="12" aria-hidden="true">{bars}</svg></li>'
    )
