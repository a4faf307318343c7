"""Characters in place → boxes of text: runs on one line, parted where the gap is wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from maild.receipts.sheet import Box

_SAME_LINE = 0.5  # of the height: how far middles may lie apart
_APART = 0.9  # of the height: a wider gap parts two boxes
_WORDS = 0.22  # of the height: a wider gap is a space
_TWICE = 0.35  # of the width: the same character so near was drawn twice, to look bold
_RECENT = 4


class Glyph(NamedTuple):
    """A character and where it lies, in pixels."""

    character: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def boxes(glyphs: Sequence[Glyph]) -> Iterator[Box]:
    """Boxes in reading order: by lines from top to bottom, on a line from left to right."""
    for line in _lines(glyphs):
        for run in _runs(line):
            yield _box(run)


def _lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters whose middles lie level. Each line is measured by the last character that joined it."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (g.middle, g.left)):
        for line in lines[-_RECENT:]:
            last = line[-1]
            if abs(last.middle - glyph.middle) <= _SAME_LINE * min(last.height, glyph.height):
                line.append(glyph)
                break
        else:
            lines.append([glyph])
    return [sorted(line, key=lambda g: g.left) for line in lines]


def _runs(line: list[Glyph]) -> Iterator[list[Glyph]]:
    run: list[Glyph] = []
    for glyph in line:
        if run and _is_twin(run, glyph):
            continue
        if run and glyph.left - run[-1].right > _APART * max(run[-1].height, glyph.height):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _is_twin(run: list[Glyph], glyph: Glyph) -> bool:
    width = max(glyph.right - glyph.left, 0.1)
    return any(g.character == glyph.character and abs(g.left - glyph.left) < _TWICE * width for g in run[-_RECENT:])


def _box(run: list[Glyph]) -> Box:
    text, edges = "", []
    for before, glyph in zip([None, *run], run, strict=False):
        if before and glyph.left - before.right > _WORDS * max(before.height, glyph.height):
            text += " "
            edges.append(round(before.right, 1))
        text += glyph.character
        edges.append(round(glyph.left, 1))
    return Box(
        left=run[0].left,
        top=min(g.top for g in run),
        right=max(g.right for g in run),
        bottom=max(g.bottom for g in run),
        text=text,
        edges=tuple(edges),
    )
