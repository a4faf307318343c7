"""How a chart's values are drawn: columns, stacks, lines, bands; a colour, a pattern and a marker for each series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

from maild.console.drawing.chart import Chart, Kind, Series, Slot, short
from maild.console.drawing.plot_scale import Scale

MOST_MARKERS = 60  # beyond that the line alone is clearer


_LAST = 6  # series that have a colour and a pattern of their own


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
    name = f"{slot.named} · {one.name}: {chart.say(value)}"
    high = max(up[1] - up[0], 1.0)  # what is there is seen
    return box(turn, x=f"{short(across[0])}%", y=up[1] - high, width=f"{short(across[1])}%", height=high, name=name)


def box(turn: int, *, x: str, y: float, width: str, height: float, name: str) -> str:
    """A bar: its colour, and its pattern over it."""
    at = f'x="{x}" y="{short(y)}" width="{width}" height="{short(height)}"'
    title = f"<title>{escape(name)}</title>" if name else ""
    over = f'<rect class="over p{turn % _LAST}" {at}/>' if turn % _LAST else ""
    return f'<g>{title}<rect class="bar {series_class(turn)}" {at}/>{over}</g>'


def _lines(chart: Chart, scale: Scale) -> Iterator[str]:
    yield _stretched(
        "".join(
            f'<polyline class="line {series_class(turn)}" points="{points}"/>'
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
    return f"{short(1000 * (place + 0.5) / len(chart.slots))},{short(chart.y(value, scale))}"


def _markers(chart: Chart, scale: Scale) -> Iterator[str]:
    count = len(chart.slots)
    for turn, one in enumerate(chart.series):
        for place, value in enumerate(one.values):
            if value is not None and (count <= MOST_MARKERS or _alone(one.values, place)):
                name = f"{chart.slots[place].named} · {one.name}: {chart.say(value)}"
                mark = marker(f"{across(place, count)}%", chart.y(value, scale), turn)
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


def marker(x: str, y: float, turn: int) -> str:
    """A point of that series, by its shape and its colour."""
    return f'<svg class="marker {series_class(turn)}" x="{x}" y="{short(y)}">{_SHAPES[turn % _LAST]}</svg>'


def series_class(turn: int) -> str:
    """The class of plots.css that gives a series its colour."""
    return f"s{turn % _LAST}"


def across(place: int, count: int) -> str:
    """The middle of a place along the axis, in percent."""
    return short(100 * (place + 0.5) / count)


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


def legend(chart: Chart) -> str:
    """The key of the series; nothing where there is but one."""
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
        line = f'<line class="line {series_class(place)}" x1="0" y1="7" x2="22" y2="7"/>'
        return line + marker("11", 7, place)
    return box(place, x="0", y=0, width="22", height=14, name="")


DRAWN: Mapping[Kind, Callable[[Chart, Scale], Iterator[str]]] = {
    Kind.BARS: _bars,
    Kind.STACKED: _stacked,
    Kind.LINES: _lines,
    Kind.BAND: _band,
}
