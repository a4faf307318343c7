"""Plots as SVG that the server draws: data in, a <figure> out. Pure; no style attribute, no script (strict CSP).

Across, everything is placed in percent of the figure's width, so that text keeps its size on a phone and on a large
screen; upwards in pixels. Colours come from the style sheet (plots.css) by class, and every series has a pattern or a
marker of its own as well, for print and for eyes that do not tell colours apart. Who cannot see the picture has the
same numbers in a table below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from maild.console.drawing.chart import Chart, short
from maild.console.drawing.plot_scale import Scale
from maild.console.drawing.shapes import DRAWN, across, legend

MOST_LABELS = 12
ROOM = {"whole": 130, "half": 46, "small": 26, "phone": 38}  # letters along the axis, by how wide the figure is


def figure(chart: Chart) -> str:
    """The whole of it: title, key of the series, picture, table."""
    body = f'<p class="empty">{escape(chart.words.empty)}</p>' if chart.blank else _picture(chart)
    return (
        f'<figure class="plot{" small" if chart.small else ""}" aria-labelledby="{chart.id}-title">'
        f'<figcaption id="{chart.id}-title">{escape(chart.title)}</figcaption>{body}</figure>'
    )


def multiples(charts: Sequence[Chart]) -> str:
    """Small plots side by side, to be compared: give them one `top`."""
    return f'<div class="multiples">{"".join(map(figure, charts))}</div>'


def _picture(chart: Chart) -> str:
    scale = chart.scale(chart.largest)
    drawn = DRAWN[chart.kind]
    name, room = chart.id, 38 if any(slot.under for slot in chart.slots) else 22
    return (
        f"{legend(chart)}"
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
            said.append(f"{one.name}: {chart.say(low[0])} – {chart.say(high[0])} ({high[1].named})")
    return "; ".join(said)


def _axis(chart: Chart, scale: Scale) -> str:
    """Lines at round values, each with its value to the left of the plotting area."""
    tick = chart.tick or chart.say
    return "".join(
        f'<line class="{"base" if not value else "grid-line"}" x1="0" x2="100%" y1="{short(y)}" y2="{short(y)}"/>'
        f'<text class="tick" x="-6" y="{short(y)}" dy=".32em" text-anchor="end">{escape(tick(value))}</text>'
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
            at = f'x="{across(place, count)}%" text-anchor="middle"'
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
        f'<tr><th scope="row">{escape(slot.named)}</th>'
        + "".join(f'<td class="right num">{escape(_cell(chart, one.values[place]))}</td>' for one in chart.series)
        + "</tr>"
        for place, slot in enumerate(chart.slots)
    )
    return (
        f"<details><summary>{escape(chart.words.table)}</summary>"
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{chart.id}-title"><table><thead><tr>'
        f'<th scope="col">{escape(chart.along)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _cell(chart: Chart, value: float | None) -> str:
    return "–" if value is None else chart.say(value)
