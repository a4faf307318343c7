"""Plots: well-formed, within the policy, safe against hostile labels, true to their data, readable without eyes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.console.drawing import plot_dates
from maild.console.drawing.chart import HEIGHT, Chart, Kind, Series, Slot, Words
from maild.console.drawing.plot_scale import Scale, length, percent, round_scale, share_scale, time_scale
from maild.console.drawing.plots import figure, multiples
from maild.console.drawing.ranking import Rank, ranking
from maild.console.drawing.shapes import PATTERNS
from maild.domain.desk.statistics import Grain, days

HOSTILE = "<script>alert(1)</script>\"'&]]>"
BOX, OVER = "rect[@class]", "over"
numbers = st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False))
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


def _chart(values: Sequence[Sequence[float | None]], kind: Kind = Kind.BARS, **more: object) -> Chart:
    slots = [Slot(label=f"{place}") for place in range(len(values[0]))]
    series = [Series(name=f"s{turn}", values=each) for turn, each in enumerate(values)]
    return Chart(key="k", title="A plot", slots=slots, series=series, kind=kind, **more)  # type: ignore[arg-type]


def _read(html: str) -> ET.Element:
    return ET.fromstring(html)


def _canvas(html: str) -> ET.Element:
    found = _read(html).find("svg[@class='canvas']")
    assert found is not None
    return found


@given(kind=st.sampled_from(Kind), title=names, count=st.integers(1, 70), turns=st.integers(2, 7), data=st.data())
def test_every_plot_is_well_formed_and_keeps_to_the_policy(
    kind: Kind, title: str, count: int, turns: int, data: st.DataObject
) -> None:
    """Whatever the data, gaps and names: XML, no style, no script, no address, numbers that are numbers."""
    values = [data.draw(st.lists(numbers, min_size=count, max_size=count)) for _ in range(turns)]
    slots = [Slot(label=data.draw(names), under="2026") for _ in range(count)]
    series = [Series(name=title + HOSTILE, values=each) for each in values]
    html = figure(Chart(key=title, title=title + HOSTILE, slots=slots, series=series, kind=kind))
    tree = _read(html)
    for part in tree.iter():
        assert part.tag not in {"script", "style", "image", "foreignObject", "a"}
        assert not {name for name in part.attrib if name == "style" or name.startswith("on") or "href" in name}
    assert not re.search(r"\b(nan|inf)\b|e[+-]\d", "".join(re.findall(r'="([^"]*)"', html)))
    assert len({part.get("id") for part in tree.iter() if part.get("id")}) == sum("id" in p.attrib for p in tree.iter())


def test_bars_have_the_height_of_their_value() -> None:
    """Half of the axis is half of the height; nothing is drawn for nothing; a little is seen."""
    canvas = _canvas(figure(_chart([[10, 5, 0, None, 0.0001]])))
    boxes = canvas.findall(f".//{BOX}")
    assert [float(box.get("height", "")) for box in boxes] == [HEIGHT, HEIGHT / 2, 1]
    assert [float(box.get("y", "")) + float(box.get("height", "")) for box in boxes] == [HEIGHT] * 3


def test_stacks_stand_on_each_other() -> None:
    """Each part begins where the one below it ends, and each has its own pattern but the first."""
    canvas = _canvas(figure(_chart([[2], [3], [5]], Kind.STACKED)))
    boxes = [box for box in canvas.findall(f".//{BOX}") if OVER not in box.get("class", "")]
    tops = [float(box.get("y", "")) for box in boxes]
    ends = [float(box.get("y", "")) + float(box.get("height", "")) for box in boxes]
    assert ends == [HEIGHT, *tops[:2]]
    assert tops[-1] == 0
    assert [box.get("class") for box in canvas.findall(f".//{BOX}")] == [
        "bar s0",
        "bar s1",
        "over p1",
        "bar s2",
        "over p2",
    ]


def test_lines_break_where_nothing_is_known() -> None:
    """A gap is a gap, and a lonely value has a mark of its own."""
    canvas = _canvas(figure(_chart([[1, 2, None, 3, None, 4, 5]], Kind.LINES)))
    assert [len(line.get("points", "").split()) for line in canvas.findall(".//polyline")] == [2, 2]
    assert len(canvas.findall(".//svg[@class='marker s0']")) == 5
    many = [None if place % 2 else 1.0 for place in range(99)]
    assert len(_canvas(figure(_chart([many], Kind.LINES))).findall(".//svg[@class='marker s0']")) == 50


def test_a_band_lies_between_its_two_lines() -> None:
    """A polygon along the upper line and back along the lower one."""
    canvas = _canvas(figure(_chart([[1, 2], [3, 4]], Kind.BAND)))
    polygon = canvas.find(".//polygon")
    assert polygon is not None
    corners = [tuple(map(float, point.split(","))) for point in polygon.get("points", "").split()]
    assert [x for x, _ in corners] == [250, 750, 750, 250]
    assert [y for _, y in corners] == [HEIGHT / 4, 0, HEIGHT / 2, HEIGHT * 3 / 4]


def test_who_cannot_see_it_has_the_same_numbers() -> None:
    """The picture has a name and a sentence; the table below has every number, and a head for each row and column."""
    html = figure(_chart([[1, None], [1234, 3]], about="By place", along="Place", words=Words(table="Numbers")))
    canvas, tree = _canvas(html), _read(html)
    assert canvas.get("role") == "img"
    assert canvas.findtext("title") == "A plot"
    assert canvas.findtext("desc") == "By place; s0: 1 – 1 (0); s1: 3 – 1,234 (0)"
    cells = [["".join(cell.itertext()) for cell in row] for row in tree.findall(".//tr")]
    assert cells == [["Place", "s0", "s1"], ["0", "1", "1,234"], ["1", "–", "3"]]
    assert {cell.get("scope") for cell in tree.findall(".//th")} == {"col", "row"}
    assert tree.findtext(".//summary") == "Numbers"


def test_nothing_to_show_is_said() -> None:
    """No axis without data, no division by nothing."""
    for values in ([[0, 0]], [[None, None]]):
        html = figure(_chart(values, words=Words(empty="还没有数据")))
        assert "<svg" not in html
        assert "还没有数据" in html
    assert "还没有数据" in ranking("r", "R", ["a"], [], Words(empty="还没有数据"))


def test_small_ones_share_their_scale() -> None:
    """The same value is as high in each of them."""
    charts = [_chart([[value]], top=10.0, small=True) for value in (5.0, 10.0)]
    boxes = _read(multiples(charts)).findall(f".//{BOX}")
    high = [float(box.get("height", "")) for box in boxes]
    assert high[1] == 2 * high[0]


def test_a_ranking_has_parts_of_the_longest_bar() -> None:
    """Names are escaped, parts add up."""
    html = ranking("r", "R", ["a", "b"], [Rank(name=HOSTILE, said="x", parts=(3, 1), url="/a?b&c"),
                                          Rank(name="n", said="y", parts=(0, 2))], Words())  # fmt: skip
    tree = _read(html)
    boxes = [box for bar in tree.findall(".//svg[@class='rank-bar']") for box in bar.findall(f".//{BOX}")]
    assert [box.get("width") for box in boxes if OVER not in box.get("class", "")] == ["75%", "25%", "50%"]
    assert "<script>" not in html
    link = tree.find(".//a")
    assert link is not None
    assert link.get("href") == "/a?b&c"


def test_labels_of_a_phone_are_among_those_of_a_screen() -> None:
    """Few enough for both, the year where it begins, the first place always named."""
    for grain, locale in ((Grain.WEEK, "zh-CN"), (Grain.MONTH, "en"), (Grain.DAY, "en")):
        span = days(date(2025, 11, 3), date(2026, 11, 25), grain)
        series = [Series(name="s", values=[1.0] * len(span))]
        html = figure(Chart(key="k", title="t", slots=plot_dates.slots(span, grain, locale), series=series))
        below = [text for text in _canvas(html).findall("text") if text.get("text-anchor") == "middle"]
        years = [text.text for text in below if (text.text or "").startswith("20")]
        shown = [text for text in below if text.text not in years]
        assert years == ["2025", "2026"]
        assert 2 <= sum(text.get("class") == "tick" for text in shown) <= len(shown) <= 12
        assert shown[0].get("class") == "tick"


@given(st.floats(0, 1e12))
def test_axes_have_few_round_values_and_reach_all(largest: float) -> None:
    """Six lines at most, from nothing to the largest value or beyond it."""
    for scale in (round_scale(largest), time_scale(min(largest, 4e8))):
        assert 2 <= len(scale.ticks) <= 7
        assert scale.ticks[0] == 0
        assert scale.top >= min(largest, 4e8) * 0.999
    assert share_scale(largest).top == 1


@pytest.mark.parametrize(("largest", "ticks"), [
    (0, (0, 1)), (3, (0, 1, 2, 3)), (7, (0, 2, 4, 6, 8)), (96, (0, 20, 40, 60, 80, 100)), (250, (0, 50, 100, 150, 200, 250)),
])  # fmt: skip
def test_counts_are_told_in_ones_twos_and_fives(largest: float, ticks: tuple[float, ...]) -> None:
    """As people count."""
    assert round_scale(largest) == Scale(ticks=ticks)


@pytest.mark.parametrize(("seconds", "zh", "en"), [
    (0, "0", "0"), (40, "40 秒", "40 s"), (5400, "1.5 小时", "1.5 h"), (86_400, "1 天", "1 d"), (216_000, "2.5 天", "2.5 d"),
    (1_000_000, "12 天", "12 d"),
])  # fmt: skip
def test_lengths_of_time(seconds: float, zh: str, en: str) -> None:
    """One decimal where it says something."""
    assert (length(seconds, "zh-CN"), length(seconds, "en")) == (zh, en)
    assert time_scale(seconds * 1.0).top >= seconds


@pytest.mark.parametrize(("share", "said"), [(1.0, "100%"), (0.9999, "99%"), (0.874, "87%"), (0.0, "0%")])
def test_nearly_all_is_not_all(share: float, said: str) -> None:
    """A single mail that needed somebody is not rounded away."""
    assert percent(share) == said


def test_patterns_are_there_for_every_series_but_the_first() -> None:
    """Five, each with its id once."""
    assert [part.get("id") for part in _read(PATTERNS).iter("pattern")] == [f"plot-p{n}" for n in range(1, 6)]
