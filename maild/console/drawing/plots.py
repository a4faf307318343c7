"""Plots as SVG that the server draws: data in, a <figure> out. Pure; no style attribute, no script (strict CSP).

Across, everything is placed in percent of the figure's width, so that text keeps its size on a phone and on a large
screen; upwards in pixels. Colours come from the style sheet (plots.css) by class, and every series has a pattern or a
marker of its own as well, for print and for eyes that do not tell colours apart. Who cannot see the picture has the
same numbers in a table below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from itertools import pairwise

from maild.console.drawing.plot_scale import Scale, round_scale

HEIGHT, SMALL = 190, 110  # px of the plotting area
MOST_LABELS = 12
ROOM = {"whole": 130, "half": 46, "small": 26, "phone": 38}  # letters along the axis, by how wide the figure is
MOST_MARKERS = 60  # beyond that the line alone is clearer
_LAST = 6  # series that have a colour and a pattern of their own


class Kind(StrEnum):
    """How values are drawn."""

    BARS = "bars"  # series side by side
    STACKED = "stacked"  # series on top of each other
    LINES = "lines"
    BAND = "band"  # two series, the lower and the upper, with what lies between


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A value for each place along the axis; None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place along the axis: what stands below it, and its whole name for the table.

    under: a second line, which is not repeated (the year)
    """

    label: str
    name: str = ""  # '' for the same
    under: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a plot says beside its data, in the reader's language."""

    empty: str = "No data yet"
    table: str = "As a table"


def _plain(value: float) -> str:
    return f"{value:,.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One plot. key: an id for its parts, unique on the page

    about  a sentence for who does not see it; along: the head of the table's first column
    say    how a value is written, tick how it is written at the axis
    scale  the ticks for a largest value; top: at least that is shown (small multiples of one scale)
    """

    key: str
    title: str
    slots: Sequence[Slot]
    series: Sequence[Series]
    kind: Kind = Kind.BARS
    about: str = ""
    along: str = ""
    say: Callable[[float], str] = _plain
    tick: Callable[[float], str] | None = None
    scale: Callable[[float], Scale] = round_scale
    top: float = 0.0
    words: Words = field(default_factory=Words)
    small: bool = False
    whole: bool = False  # it has the page's width

    @property
    def largest(self) -> float:
        """What the axis has to reach."""
        stacks = [[value or 0.0 for value in place] for place in zip(*(s.values for s in self.series), strict=True)]
        reach = [sum(stack) if self.kind is Kind.STACKED else max(stack) for stack in stacks if stack]
        return max([*reach, self.top], default=0.0)

    @property
    def height(self) -> int:
        return SMALL if self.small else HEIGHT

    def y(self, value: float, scale: Scale) -> float:
        """Where a value lies, from above."""
        return self.height - self.height * min(value, scale.top) / scale.top

    @property
    def blank(self) -> bool:
        """Whether there is nothing to show."""
        return not any(value for one in self.series for value in one.values)


def figure(chart: Chart) -> str:
    """The whole of it: title, key of the series, picture, table."""
    body = f'<p class="empty">{escape(chart.words.empty)}</p>' if chart.blank else _picture(chart)
    return (
        f'<figure class="plot{" small" if chart.small else ""}" aria-labelledby="{_id(chart)}-title">'
        f'<figcaption id="{_id(chart)}-title">{escape(chart.title)}</figcaption>{body}</figure>'
    )


def multiples(charts: Sequence[Chart]) -> str:
    """Small plots side by side, to be compared: give them one `top`."""
    return f'<div class="multiples">{"".join(map(figure, charts))}</div>'


def _picture(chart: Chart) -> str:
    scale = chart.scale(chart.largest)
    drawn = {Kind.BARS: _bars, Kind.STACKED: _stacked, Kind.LINES: _lines, Kind.BAND: _band}[chart.kind]
    name, room = _id(chart), 38 if any(slot.under for slot in chart.slots) else 22
    return (
        f"{_legend(chart)}"
        f'<svg class="canvas" role="img" height="{chart.height + room}" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(chart.title)}</title><desc id="{name}-d">{escape(_described(chart))}</desc>'
        f"{_axis(chart, scale)}{''.join(drawn(chart, scale))}{''.join(_labels(chart))}</svg>{table(chart)}"
    )


def _described(chart: Chart) -> str:
    """A sentence on the data, with its extremes: more than that is in the table."""
    said = [chart.about] if chart.about else []
    for one in chart.series:
        known = [(value, slot) for value, slot in zip(one.values, chart.slots, strict=True) if value is not None]
        if known:
            low, high = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
            said.append(f"{one.name}: {chart.say(low[0])} – {chart.say(high[0])} ({_named(high[1])})")
    return "; ".join(said)


def _id(chart: Chart) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in f"plot-{chart.key}")


def _named(slot: Slot) -> str:
    return slot.name or slot.label


# --- around the data ----------------------------------------------------------------------------------------------


def _legend(chart: Chart) -> str:
    if len(chart.series) < 2:
        return ""
    items = "".join(
        f'<li><svg class="swatch" width="22" height="14" aria-hidden="true">{_swatch(chart, place)}</svg>'
        f"{escape(one.name)}</li>"
        for place, one in enumerate(chart.series)
    )
    return f'<ul class="legend">{items}</ul>'


def _swatch(chart: Chart, place: int) -> str:
    if chart.kind in (Kind.LINES, Kind.BAND):
        line = f'<line class="line {_class(place)}" x1="0" y1="7" x2="22" y2="7"/>'
        return line + _marker("11", 7, place)
    return _box(place, x="0", y=0, width="22", height=14, name="")


def _axis(chart: Chart, scale: Scale) -> str:
    """Lines at round values, each with its value to the left of the plotting area."""
    tick = chart.tick or chart.say
    return "".join(
        f'<line class="{"base" if not value else "grid-line"}" x1="0" x2="100%" y1="{_n(y)}" y2="{_n(y)}"/>'
        f'<text class="tick" x="-6" y="{_n(y)}" dy=".32em" text-anchor="end">{escape(tick(value))}</text>'
        for value in scale.ticks
        for y in [chart.y(value, scale)]
    )


def _labels(chart: Chart) -> Iterator[str]:
    """As many as fit: those of a phone are among those of a large screen."""
    count = len(chart.slots)
    widest = max((_letters(slot.label) for slot in chart.slots), default=0) + 1
    room = ROOM["small" if chart.small else "whole" if chart.whole else "half"]
    step = -(-count // max(2, min(MOST_LABELS, room // widest)))
    phone = max(2, min(room, ROOM["phone"]) // widest)
    narrow = step * -(-count // (step * phone))
    told = ""
    for place, slot in enumerate(chart.slots):
        if place % step == 0 and slot.label:
            seen = "tick" if place % narrow == 0 else "tick wide"
            at = f'x="{_x(place, count)}%" text-anchor="middle"'
            yield f'<text class="{seen}" y="{chart.height + 17}" {at}>{escape(slot.label)}</text>'
            if slot.under not in ("", told):
                told = slot.under
                yield f'<text class="{seen}" y="{chart.height + 32}" {at}>{escape(told)}</text>'


def _letters(text: str) -> int:
    """How wide it is, in Latin letters."""
    return sum(2 if letter >= "\u2e80" else 1 for letter in text)


def table(chart: Chart) -> str:
    """The same numbers for who cannot see them, or wants to copy them."""
    heads = "".join(f'<th scope="col" class="right">{escape(one.name)}</th>' for one in chart.series)
    rows = "".join(
        f'<tr><th scope="row">{escape(_named(slot))}</th>'
        + "".join(f'<td class="right num">{escape(_cell(chart, one.values[place]))}</td>' for one in chart.series)
        + "</tr>"
        for place, slot in enumerate(chart.slots)
    )
    return (
        f"<details><summary>{escape(chart.words.table)}</summary>"
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{_id(chart)}-title"><table><thead><tr>'
        f'<th scope="col">{escape(chart.along)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _cell(chart: Chart, value: float | None) -> str:
    return "–" if value is None else chart.say(value)


# --- the data -----------------------------------------------------------------------------------------------------


def _bars(chart: Chart, scale: Scale) -> Iterator[str]:
    count, across = len(chart.slots), len(chart.series)
    room = 100 / count
    width = room * 0.78 / across
    for place, slot in enumerate(chart.slots):
        for turn, one in enumerate(chart.series):
            if value := one.values[place]:
                left = room * place + room * 0.11 + width * turn
                yield _column(chart, one, slot, turn, (left, width), (chart.y(value, scale), chart.height), value)


def _stacked(chart: Chart, scale: Scale) -> Iterator[str]:
    room = 100 / len(chart.slots)
    for place, slot in enumerate(chart.slots):
        below = 0.0
        for turn, one in enumerate(chart.series):
            if value := one.values[place]:
                where = room * place + room * 0.11, room * 0.78
                yield _column(
                    chart, one, slot, turn, where, (chart.y(below + value, scale), chart.y(below, scale)), value
                )
                below += value


def _column(
    chart: Chart, one: Series, slot: Slot, turn: int, across: tuple[float, float], up: tuple[float, float], value: float
) -> str:
    name = f"{_named(slot)} · {one.name}: {chart.say(value)}"
    high = max(up[1] - up[0], 1.0)  # what is there is seen
    return _box(turn, x=f"{_n(across[0])}%", y=up[1] - high, width=f"{_n(across[1])}%", height=high, name=name)


def _box(turn: int, *, x: str, y: float, width: str, height: float, name: str) -> str:
    """A bar: its colour, and its pattern over it."""
    at = f'x="{x}" y="{_n(y)}" width="{width}" height="{_n(height)}"'
    title = f"<title>{escape(name)}</title>" if name else ""
    over = f'<rect class="over p{turn % _LAST}" {at}/>' if turn % _LAST else ""
    return f'<g>{title}<rect class="bar {_class(turn)}" {at}/>{over}</g>'


def _lines(chart: Chart, scale: Scale) -> Iterator[str]:
    yield _stretched(
        "".join(
            f'<polyline class="line {_class(turn)}" points="{points}"/>'
            for turn, one in enumerate(chart.series)
            for points in _runs(chart, one, scale)
        ),
        chart.height,
    )
    yield from _markers(chart, scale)


def _band(chart: Chart, scale: Scale) -> Iterator[str]:
    """What lies between the first series and the second, where both are known."""
    low, high = chart.series[0].values, chart.series[1].values
    both = [place for place in range(len(low)) if low[place] is not None and high[place] is not None]
    shapes = []
    for run in _consecutive(both):
        upper = [_point(chart, place, high[place] or 0.0, scale) for place in run]
        lower = [_point(chart, place, low[place] or 0.0, scale) for place in reversed(run)]
        shapes.append(f'<polygon class="area s0" points="{" ".join(upper + lower)}"/>')
    yield _stretched("".join(shapes), chart.height)
    yield from _lines(chart, scale)


def _consecutive(places: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _stretched(shapes: str, height: int) -> str:
    """Shapes in a coordinate system of their own, 0 to 1000 across, drawn as wide as there is room."""
    return (
        f'<svg class="shapes" width="100%" height="{height}" viewBox="0 0 1000 {height}" '
        f'preserveAspectRatio="none">{shapes}</svg>'
    )


def _runs(chart: Chart, one: Series, scale: Scale) -> Iterator[str]:
    """The points of each stretch without a gap, if there are two at least."""
    known = [place for place, value in enumerate(one.values) if value is not None]
    for run in _consecutive(known):
        if len(run) > 1:
            yield " ".join(_point(chart, place, one.values[place] or 0.0, scale) for place in run)


def _point(chart: Chart, place: int, value: float, scale: Scale) -> str:
    return f"{_n(1000 * (place + 0.5) / len(chart.slots))},{_n(chart.y(value, scale))}"


def _markers(chart: Chart, scale: Scale) -> Iterator[str]:
    count = len(chart.slots)
    for turn, one in enumerate(chart.series):
        for place, value in enumerate(one.values):
            if value is not None and (count <= MOST_MARKERS or _alone(one.values, place)):
                name = f"{_named(chart.slots[place])} · {one.name}: {chart.say(value)}"
                mark = _marker(f"{_x(place, count)}%", chart.y(value, scale), turn)
                yield f"<g><title>{escape(name)}</title>{mark}</g>"


def _alone(values: Sequence[float | None], place: int) -> bool:
    around = [values[at] for at in (place - 1, place + 1) if 0 <= at < len(values)]
    return all(value is None for value in around)


_SHAPES = (
    '<circle r="3.2"/>',
    '<rect x="-3" y="-3" width="6" height="6"/>',
    '<path d="M0-4 4 3H-4Z"/>',
    '<path d="M0-4.4 4.4 0 0 4.4-4.4 0Z"/>',
    '<path d="M0 4 4-3H-4Z"/>',
    '<path d="M-3-3 3 3M3-3-3 3"/>',
)


def _marker(x: str, y: float, turn: int) -> str:
    return f'<svg class="marker {_class(turn)}" x="{x}" y="{_n(y)}">{_SHAPES[turn % _LAST]}</svg>'


def _class(turn: int) -> str:
    return f"s{turn % _LAST}"


def _x(place: int, count: int) -> str:
    return _n(100 * (place + 0.5) / count)


def _n(value: float) -> str:
    """A number as short as it can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


# --- rankings -----------------------------------------------------------------------------------------------------


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
        f'{_legend(chart)}<ol class="ranks">{shown}</ol>' if whole else (f'<p class="empty">{escape(words.empty)}</p>')
    )
    return (
        f'<figure class="plot" aria-labelledby="{_id(chart)}-title">'
        f'<figcaption id="{_id(chart)}-title">{escape(title)}</figcaption>{body}</figure>'
    )


def _ranked(row: Rank, whole: float, names: Sequence[str]) -> str:
    edges = [0.0]
    for part in row.parts:
        edges.append(edges[-1] + 100 * part / whole)
    bars = "".join(
        _box(turn, x=f"{_n(left)}%", y=0, width=f"{_n(right - left)}%", height=12, name=names[turn] if names else "")
        for turn, (left, right) in enumerate(pairwise(edges))
        if right > left
    )
    name = f'<a href="{escape(row.url)}">{escape(row.name)}</a>' if row.url else escape(row.name)
    return (
        f'<li><span class="rank-name">{name}</span><span class="num">{escape(row.said)}</span>'
        f'<svg class="rank-bar" width="100%" height="12" aria-hidden="true">{bars}</svg></li>'
    )


PATTERNS = (
    '<svg class="hidden-text" aria-hidden="true" width="0" height="0"><defs>'
    '<pattern id="plot-p1" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M-1 1 1-1M0 6 6 0M5 7 7 5"/>'
    '</pattern><pattern id="plot-p2" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<circle cx="1.5" cy="1.5" r="1.1"/><circle cx="4.5" cy="4.5" r="1.1"/></pattern>'
    '<pattern id="plot-p3" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M-1 5 1 7M0 0 6 6M5-1 7 1"/>'
    '</pattern><pattern id="plot-p4" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M0 2.5H5"/></pattern>'
    '<pattern id="plot-p5" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 3H6M3 0V6"/></pattern>'
    "</defs></svg>"
)  # once a page: what the bars of all plots are hatched with
