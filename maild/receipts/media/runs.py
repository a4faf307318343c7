"""Characters in place → boxes of text: runs on one line, parted where the gap is wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from maild.receipts.sheet import Box

_SAME_LINE = 0.5  # of the height: how far middles may lie apart
_APART = 0.9  # of the height: a wider gap parts two boxes
_WORDS = 0.22  # of the height: a wider gap is a space
_TWICE = 0.35  # of the width: the same character so near was drawn twice, to look bold
_RECENT = 4
_SPREAD, _EVEN = 3.5, 0.3  # of the height: between the letters of a spaced word; how unlike its gaps may be
_DIGITS = frozenset("亿千百十万元角分仟佰拾")  # heads of columns of a figure each


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
        for run in _spaced(list(_runs(line))):
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


def _spaced(runs: Sequence[list[Glyph]]) -> Iterator[list[Glyph]]:
    """The runs of a line, those of one Chinese character each joined where they stand evenly: 会 计 科 目."""
    word: list[Glyph] = []
    for run in runs:
        if word and not _goes_on(word, run):
            yield word
            word = []
        word.extend(run)
    if word:
        yield word


def _goes_on(word: Sequence[Glyph], run: Sequence[Glyph]) -> bool:
    if len(run) > 1 or not all("\u3400" <= glyph.character <= "\u9fff" for glyph in (*word, *run)):
        return False
    if any(glyph.character in _DIGITS for glyph in (*word, *run)):
        return False
    height, gaps = run[0].height, [b.left - a.right for a, b in pairwise((*word, *run))]
    return gaps[-1] < _SPREAD * height and min(gaps) > _APART * height and max(gaps) - min(gaps) < _EVEN * height


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
