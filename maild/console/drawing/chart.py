"""What a plot is made of: series of values at places along an axis, and what is said beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from maild.console.drawing.plot_scale import Scale, round_scale

HEIGHT, SMALL = 190, 110  # px of the plotting area


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

    @property
    def named(self) -> str:
        """Its whole name."""
        return self.name or self.label


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
    def id(self) -> str:
        """What its parts' ids begin with."""
        return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in f"plot-{self.key}")

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


def short(value: float) -> str:
    """A number as short as it can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
