"""Labels that a narrow column breaks over lines: 收款单 above 位, 部门 above 代码, 转 above 帐 above 说 above 明."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from maild.receipts.layouts import Meaning, Spotting, label_key
from maild.receipts.page.labels.spotting import misread, understood
from maild.receipts.rows import Cell, Page, union

_MOST_LINES = 4
_LONGEST_LINE = 8  # characters
_SHORTEST = 2
_CLOSE = 0.7  # of a line's height between two lines of a label; a character a line is set wider
_CLOSE_SINGLE = 1.6
_ALIKE = 0.6  # the heights of its lines, the smaller by the larger


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A label of several lines. cell: around them, its text joined; parts: its boxes, from above."""

    meaning: Meaning
    cell: Cell
    parts: tuple[Cell, ...]


def wrapped_labels(
    page: Page, lexicon: Mapping[str, Meaning], spotting: Spotting, full: Collection[int], labels: Collection[int]
) -> Iterator[Wrapped]:
    """Those of a page, each box used once; of a label one character may be misread.

    full    boxes that hold more than a label, or one that does not go on
    labels  boxes that are a label of their own: two of them make no third
    """
    taken = set(full)
    for upper in page.cells:
        if upper.index in taken:
            continue
        found = _from(page, upper, lexicon, spotting, taken, labels)
        if found is not None:
            taken |= {part.index for part in found.parts}
            yield found


def _from(
    page: Page,
    upper: Cell,
    lexicon: Mapping[str, Meaning],
    spotting: Spotting,
    taken: set[int],
    labels: Collection[int],
) -> Wrapped | None:
    """The label that begins with this box and goes on below; the shortest: a label below it is another."""
    parts = [upper]
    key = label_key(upper.text)
    while len(parts) < _MOST_LINES and 0 < len(key) <= _LONGEST_LINE:
        lower = _next_line(page, parts[-1], taken)
        if lower is None:
            break
        parts.append(lower)
        key += label_key(lower.text)
        worn = len(upper.text) > 1 and all(part.index not in labels for part in parts)
        meaning = lexicon.get(key) or (misread(key, spotting) if worn else None)
        if meaning is None and not _is_label(label_key(lower.text), lexicon, spotting):
            meaning = understood(key, lexicon, spotting)
        if meaning is not None and not all(part.index in labels for part in parts):
            return Wrapped(meaning=meaning, cell=joined(parts), parts=tuple(parts))
    return None


def _is_label(key: str, lexicon: Mapping[str, Meaning], spotting: Spotting) -> bool:
    """Whether a further line is a label of its own: 交易渠道, but not 机构."""
    return len(key) > _SHORTEST and (key in lexicon or understood(key, lexicon, spotting) is not None)


def _next_line(page: Page, line: Cell, taken: set[int]) -> Cell | None:
    single = len(line.text) == 1
    for cell in page.below(line, _CLOSE_SINGLE):
        gap = cell.top - line.bottom
        alike = min(cell.height, line.height) > _ALIKE * max(cell.height, line.height)
        close = gap < (_CLOSE_SINGLE if single and len(cell.text) == 1 else _CLOSE) * line.height
        flush = abs(cell.centre - line.centre) < line.height or abs(cell.left - line.left) < 0.6 * line.height
        if alike and close and flush and len(cell.text) <= _LONGEST_LINE:
            return None if cell.index in taken else cell
    return None


def joined(parts: Sequence[Cell]) -> Cell:
    """One box around all lines, in the place of the first."""
    around = union(parts)
    assert around is not None
    text = "".join(part.text for part in parts)
    step = (around.right - around.left) / len(text)
    return Cell(
        left=around.left,
        right=around.right,
        top=around.top,
        bottom=around.bottom,
        text=text,
        confidence=min(part.confidence for part in parts),
        index=parts[0].index,
        slant=parts[0].slant,
        edges=tuple(around.left + step * n for n in range(len(text) + 1)),
    )
