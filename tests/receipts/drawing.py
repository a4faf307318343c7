"""A page as a list of things to draw, in points of its own; drawn as a picture here, as a PDF in pdf.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tests.receipts import fonts
from tests.receipts.fonts import Style

if TYPE_CHECKING:
    from PIL.Image import Image

BLACK, GREY, LIGHT, RED, BLUE = "#1c1c1c", "#6f6f6f", "#c8c8c8", "#c62828", "#1a3c8c"


@dataclass(slots=True)
class Text:
    """anchor: Pillow's two letters, horizontally l m r, vertically a (ascender) m s (baseline)."""

    x: float
    y: float
    text: str
    size: float
    face: str = "sans"
    colour: str = BLACK
    anchor: str = "ls"
    spacing: float = 0.0  # between characters


@dataclass(slots=True)
class Hand:
    """Handwriting from (x, y), the baseline of its left end. wild: 0 tidy … 1 hurried."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    wild: float
    seed: int
    weight: float = 0.0  # of the pen, beyond the font's own, in parts of the size


@dataclass(slots=True)
class Shape:
    """kind: line, rect, ellipse; a dashed line has `dash` points on and off."""

    kind: str
    box: tuple[float, float, float, float]
    colour: str | None = BLACK
    fill: str | None = None
    width: float = 1.0
    radius: float = 0.0
    dash: float = 0.0


@dataclass(slots=True)
class Stamp:
    """A picture with alpha printed over what is there (a seal); size in points, turned by degrees."""

    x: float
    y: float
    size: float
    kind: str
    lines: tuple[str, ...]
    seed: int
    colour: str = "#c8202a"
    strength: float = 0.8
    turn: float = 0.0


@dataclass(slots=True)
class Picture:
    """Pixels at a place, stretched to the box."""

    box: tuple[float, float, float, float]
    image: Image


Op = Text | Hand | Shape | Stamp | Picture


@dataclass(slots=True)
class Drawing:
    """A page under construction."""

    width: float
    height: float
    style: Style
    random: Random
    paper: str = "#ffffff"
    ops: list[Op] = field(default_factory=list)
    pen: float = field(init=False)

    def __post_init__(self) -> None:
        self.pen = self.random.choice((0.0, 0.0, 0.012, 0.02))

    def text(self, x: float, y: float, text: str, size: float, *, face: str = "sans", colour: str = BLACK,
             anchor: str = "ls", spacing: float = 0.0) -> float:  # fmt: skip
        """Place text; returns its width."""
        if text:
            self.ops.append(Text(x, y, text, size, face, colour, anchor, spacing))
        return self.measure(text, size, face) + spacing * len(text)

    def measure(self, text: str, size: float, face: str = "sans") -> float:
        return fonts.width(text, self.style.font(face), size)

    def fit(self, text: str, size: float, width: float, face: str = "sans") -> float:
        """The size, made smaller until the text fits the width."""
        return min(size, size * width / max(self.measure(text, size, face), 1e-6))

    def wrap(self, text: str, size: float, width: float, face: str = "sans") -> list[str]:
        """The text in lines of at most that width, broken anywhere, as apps do."""
        lines = [""]
        for char in text:
            if self.measure(lines[-1] + char, size, face) > width and lines[-1]:
                lines.append("")
            lines[-1] += char
        return lines

    def hand(self, x: float, y: float, text: str, size: float, *, colour: str = "#1d2a6b", wild: float = 0.4,
             width: float = 0.0) -> None:  # fmt: skip
        """Write by hand; `width`: shrink to fit."""
        if width:
            size = self.fit(text, size, width * 0.93, "hand")
        if text:
            self.ops.append(Hand(x, y, text, size, colour, wild, self.random.getrandbits(32), self.pen))

    def line(
        self, x0: float, y0: float, x1: float, y1: float, *, colour: str = BLACK, width: float = 1.0, dash: float = 0.0
    ) -> None:
        self.ops.append(Shape("line", (x0, y0, x1, y1), colour, None, width, 0, dash))

    def rect(self, x0: float, y0: float, x1: float, y1: float, *, colour: str | None = BLACK, fill: str | None = None,
             width: float = 1.0, radius: float = 0.0) -> None:  # fmt: skip
        self.ops.append(Shape("rect", (x0, y0, x1, y1), colour, fill, width, radius))

    def ellipse(self, x0: float, y0: float, x1: float, y1: float, *, colour: str | None = BLACK,
                fill: str | None = None, width: float = 1.0) -> None:  # fmt: skip
        self.ops.append(Shape("ellipse", (x0, y0, x1, y1), colour, fill, width))

    def stamp(self, x: float, y: float, size: float, *lines: str, kind: str = "round", colour: str = "#c8202a",
              strength: float = 0.8, turn: float = 0.0) -> None:  # fmt: skip
        """Press a seal with its centre at (x, y)."""
        seed = self.random.getrandbits(32)
        self.ops.append(Stamp(x, y, size, kind, lines, seed, colour, strength, turn))

    def picture(self, x0: float, y0: float, x1: float, y1: float, image: Image) -> None:
        self.ops.append(Picture((x0, y0, x1, y1), image))

    def merge(self, other: Drawing, dx: float, dy: float) -> None:
        """Put another page's things onto this one, moved."""
        from dataclasses import replace

        for op in other.ops:
            if isinstance(op, Shape | Picture):
                x0, y0, x1, y1 = op.box
                self.ops.append(replace(op, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy)))
            else:
                self.ops.append(replace(op, x=op.x + dx, y=op.y + dy))
