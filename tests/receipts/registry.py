"""The layouts by name. A layout is a function of facts and a pad that draws a page; it registers itself here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Literal

from tests.receipts.drawing import Drawing
from tests.receipts.fonts import Style
from tests.receipts.values import Facts

Medium = Literal["paper", "screen", "document"]


@dataclass(slots=True, kw_only=True)
class Pad:
    """What a layout draws with."""

    random: Random
    style: Style
    family: str

    def page(self, width: float, height: float, paper: str = "#ffffff") -> Drawing:
        """A new sheet, in points of the layout's own."""
        return Drawing(width, height, self.style, self.random, paper)

    def chance(self, share: float) -> bool:
        return self.random.random() < share


Draw = Callable[[Facts, Pad], Drawing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """medium: what a patron makes of it: a photo or scan of paper, a screenshot, a document (PDF).

    weight   how often it is drawn beside others of its kind
    pages    receipts on a page (the facts of the others are drawn by the layout through `draw` of their own)
    """

    name: str
    kind: str
    family: str
    medium: Medium
    draw: Draw
    weight: float = 1.0
    pdf: bool = False
    stack: int = 1


LAYOUTS: dict[str, Layout] = {}


def layout(
    kind: str, medium: Medium, *, family: str = "open", weight: float = 1.0, pdf: bool = False, stack: int = 1
) -> Callable[[Draw], Draw]:
    """Register the function under its own name. `stack`: so many fit on a sheet of A4."""

    def register(draw: Draw) -> Draw:
        name = f"{family}.{draw.__name__}"
        assert name not in LAYOUTS, name
        LAYOUTS[name] = Layout(
            name=name, kind=kind, family=family, medium=medium, draw=draw, weight=weight, pdf=pdf, stack=stack
        )
        return draw

    return register


def layouts(family: str, kind: str | None = None) -> list[Layout]:
    """Those of a family, and of a kind."""
    _load()
    return [one for one in LAYOUTS.values() if one.family == family and kind in (None, one.kind)]


@cache
def _load() -> None:
    """Import all of them: one that was imported by itself before is not all."""
    for file in sorted((Path(__file__).parent / "layouts").glob("*.py")):
        if file.stem != "__init__":
            import_module(f"tests.receipts.layouts.{file.stem}")
