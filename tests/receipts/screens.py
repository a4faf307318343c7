"""Parts of phone screens that both families use: status bar, themes, rows of labels and values."""

from __future__ import annotations

from dataclasses import dataclass

from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a screen."""

    paper: str
    text: str
    faint: str
    rule: str
    card: str


DAY = Theme("#ffffff", "#191919", "#8a8a8a", "#e6e6e6", "#f7f7f7")
NIGHT = Theme("#111111", "#d5d5d5", "#7d7d7d", "#2a2a2a", "#1e1e1e")
MIST = Theme("#f3f4f6", "#222222", "#777777", "#e2e2e2", "#ffffff")
SLATE = Theme("#000000", "#ececec", "#8e8e93", "#38383a", "#1c1c1e")


def status_bar(page: Drawing, pad: Pad, colour: str) -> None:
    """Clock, signal, battery: a time that is not the payment's."""
    clock = f"{pad.random.randint(0, 23)}:{pad.random.randint(0, 59):02d}"
    page.text(28, 30, clock, 15, face="bold", colour=colour)
    page.text(page.width - 70, 30, pad.random.choice(("5G", "4G", "5GA", "")), 12, colour=colour, anchor="rs")
    page.rect(page.width - 58, 18, page.width - 30, 31, colour=colour, radius=3)
    page.rect(page.width - 56, 20, page.width - 56 + pad.random.randint(6, 24), 29, colour=None, fill=colour)


def top_bar(page: Drawing, title: str, colour: str, *, y: float = 70, right: str = "") -> None:
    """Back arrow and title."""
    page.line(34, y - 14, 26, y - 6, colour=colour, width=2)
    page.line(26, y - 6, 34, y + 2, colour=colour, width=2)
    page.text(page.width / 2, y, title, 18, face="bold", colour=colour, anchor="ms")
    page.text(page.width - 22, y, right, 15, colour=colour, anchor="rs")


def tick(page: Drawing, x: float, y: float, radius: float, colour: str) -> None:
    """The round sign of success."""
    page.ellipse(x - radius, y - radius, x + radius, y + radius, colour=None, fill=colour)
    page.line(x - radius * 0.45, y, x - radius * 0.1, y + radius * 0.35, colour="#ffffff", width=radius * 0.14)
    page.line(
        x - radius * 0.1, y + radius * 0.35, x + radius * 0.5, y - radius * 0.35, colour="#ffffff", width=radius * 0.14
    )


def button(page: Drawing, x0: float, y: float, x1: float, text: str, fill: str, *, ink: str = "#ffffff") -> None:
    """A wide button 44 points high."""
    page.rect(x0, y, x1, y + 44, colour=None, fill=fill, radius=8)
    page.text((x0 + x1) / 2, y + 28, text, 17, colour=ink, anchor="ms")


def rows(page: Drawing, theme: Theme, pairs: list[tuple[str, str]], y: float, *, label_x: float = 30,
         value_x: float = 130, size: float = 15, step: float = 34, right: float | None = None,
         rule: bool = False) -> float:  # fmt: skip
    """Label and value lines; long values wrap under themselves (right: flush right). Returns the y after the last."""
    for label, value in pairs:
        page.text(label_x, y, label, size, colour=theme.faint)
        room = (right or page.width - 26) - value_x
        lines = page.wrap(value, size, room)
        for line in lines:
            page.text(right or value_x, y, line, size, colour=theme.text, anchor="rs" if right else "ls")
            y += size * 1.45
        y += step - size * 1.45
        if rule:
            page.line(label_x, y - size * 1.45, right or page.width - 26, y - size * 1.45, colour=theme.rule, width=0.6)
    return y
