"""Boxes and arrows as SVG text: just what the documentation's two pictures need. Deterministic, no library."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape

FONT = "font-family=\"'Noto Sans CJK SC','Noto Sans','Helvetica Neue',Arial,sans-serif\""


@dataclass(frozen=True)
class Box:
    """A rounded box around its centre (x, y), with a title and a smaller line below it."""

    x: float
    y: float
    title: str
    note: str = ""
    width: float = 130
    height: float = 48
    fill: str = "#ffffff"
    stroke: str = "#33507a"

    def edge(self, x: float, y: float) -> tuple[float, float]:
        """Where the line from the centre towards (x, y) leaves the box."""
        dx, dy = x - self.x, y - self.y
        if not (dx or dy):
            return self.x, self.y
        scale = min(
            self.width / 2 / abs(dx) if dx else math.inf, self.height / 2 / abs(dy) if dy else math.inf
        )  # fmt: skip
        return self.x + dx * scale, self.y + dy * scale


@dataclass
class Picture:
    """Collects shapes; `text()` is the SVG."""

    width: int
    height: int
    title: str
    parts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def band(self, x: float, y: float, width: float, height: float, label: str, fill: str) -> None:
        """A coloured field behind boxes, its label in the upper left corner."""
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="10" fill="{fill}"/>')
        self.parts.append(
            f'<text x="{x + 12:g}" y="{y + 19:g}" font-size="13" fill="#55606e" {FONT}>{escape(label)}</text>'
        )

    def box(self, box: Box) -> None:
        """A box with its text."""
        left, top = box.x - box.width / 2, box.y - box.height / 2
        self.parts.append(
            f'<rect x="{left:g}" y="{top:g}" width="{box.width:g}" height="{box.height:g}" rx="8" '
            f'fill="{box.fill}" stroke="{box.stroke}" stroke-width="1.5"/>'
        )
        y = box.y + (-3 if box.note else 5)
        self._text(box.x, y, box.title, 15, "#14233a", "600")
        if box.note:
            self._text(box.x, box.y + 15, box.note, 12, "#55606e")

    def arrow(
        self, start: Box, end: Box, label: str = "", bend: float = 0, at: float = 0.5, dashed: bool = False
    ) -> None:
        """An arrow; `bend` pixels to the left of its direction; the label at the share `at` of the way."""
        dx, dy = end.x - start.x, end.y - start.y
        length = math.hypot(dx, dy) or 1
        cx, cy = (start.x + end.x) / 2 + dy / length * bend * 2, (start.y + end.y) / 2 - dx / length * bend * 2
        x1, y1 = start.edge(cx, cy)
        x2, y2 = end.edge(cx, cy)
        if not bend:  # the middle between the borders, which need not be that between the centres
            cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(
            f'<path d="M{x1:.1f} {y1:.1f} Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}" fill="none" stroke="#5b6f8f" '
            f'stroke-width="1.4" marker-end="url(#tip)"{dash}/>'
        )
        if label:
            px = (1 - at) ** 2 * x1 + 2 * (1 - at) * at * cx + at**2 * x2
            py = (1 - at) ** 2 * y1 + 2 * (1 - at) * at * cy + at**2 * y2
            self._label(px, py, label)

    def cell(self, x: float, y: float, width: float, height: float, fill: str, text: str, size: float) -> None:
        """A field of a grid."""
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5" fill="{fill}"/>')
        if text:
            self._text(x + width / 2, y + height / 2 + size / 3, text, size, "#14233a")

    def slanted(self, x: float, y: float, text: str) -> None:
        """The head of a narrow column."""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="13" font-weight="600" fill="#14233a" {FONT} '
            f'transform="rotate(-35 {x:g} {y:g})">{escape(text)}</text>'
        )

    def _label(self, x: float, y: float, text: str) -> None:
        lines = text.split("\n")
        width = max(len(line) for line in lines) * 6.1 + 8
        height = len(lines) * 14 + 3
        self.labels.append(
            f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" height="{height}" '
            f'fill="#ffffff" fill-opacity="0.9"/>'
        )
        for index, line in enumerate(lines):
            at = y - height / 2 + 13 + index * 14
            self.labels.append(
                f'<text x="{x:.1f}" y="{at:.1f}" text-anchor="middle" font-size="11.5" fill="#2c3e5c" {FONT}>'
                f"{escape(line)}</text>"
            )

    def _text(self, x: float, y: float, text: str, size: float, fill: str, weight: str = "400") -> None:
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size:g}" font-weight="{weight}" '
            f'fill="{fill}" {FONT}>{escape(text)}</text>'
        )

    def text(self) -> str:
        """The whole file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img">\n<title>{escape(self.title)}</title>\n'
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#5b6f8f"/></marker></defs>\n'
            f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>\n'
        )
        return head + "\n".join((*self.parts, *self.labels)) + "\n</svg>\n"
