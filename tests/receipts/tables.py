"""Tables of cells with ruled borders."""

from __future__ import annotations

from dataclasses import dataclass

from tests.receipts.drawing import BLACK, Drawing


@dataclass(frozen=True, slots=True)
class Cell:
    """align: l, m, r; span: columns."""

    text: str
    span: int = 1
    align: str = "l"
    face: str = "sans"
    colour: str = BLACK


def middle(text: str, span: int = 1) -> Cell:
    """A cell with its text in the middle."""
    return Cell(text, span, "m")


def table(page: Drawing, left: float, top: float, widths: list[float], rows: list[list[Cell | str]], *, height: float = 30,
          size: float = 13, colour: str = BLACK, width: float = 1.0, inset: float = 8) -> float:  # fmt: skip
    """Draw rows of cells; text shrinks to its cell. Returns the y of the lower border."""
    y = top
    for row in rows:
        x, column = left, 0
        for item in row:
            cell = item if isinstance(item, Cell) else Cell(item)
            room = sum(widths[column : column + cell.span])
            page.rect(x, y, x + room, y + height, colour=colour, width=width)
            fitted = page.fit(cell.text, size, room - 2 * inset, cell.face) if cell.text else size
            at = {"l": x + inset, "m": x + room / 2, "r": x + room - inset}[cell.align]
            page.text(
                at, y + height / 2, cell.text, fitted, face=cell.face, colour=cell.colour, anchor=cell.align + "m"
            )
            x += room
            column += cell.span
        y += height
    return y


def upright(page: Drawing, x: float, y0: float, y1: float, text: str, size: float, face: str = "sans") -> None:
    """Characters below one another, spread between two heights."""
    step = (y1 - y0) / (len(text) + 1)
    for i, char in enumerate(text):
        page.text(x, y0 + step * (i + 1), char, size, face=face, anchor="mm")
