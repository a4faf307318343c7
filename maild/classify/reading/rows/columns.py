"""Tables of plain text: what a heading calls their columns, said with each cell of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from maild.classify.reading.row_words import Around, RowWords
from maild.classify.vocabulary.patterns import label_matches
from maild.domain.text import normalise

LEAST_KNOWN = 2  # cells of a heading that are labels
MOST_BETWEEN = 2  # blank and drawn lines between a heading and its first row
_DRAWN = re.compile(r"[\s|+\-–—=_:─━┄│┼├┤┬┴┌┐└┘]*")
_BARS, _TABS, _SPACES = re.compile(r"[|｜│]"), re.compile(r"\t"), re.compile(r"\t+|[^\S\n]{2,}")
LONGEST_DAY = 8  # figures of a day, a password, a room
# A column of it gives another number for a request: which one is meant is for a person.
_ANOTHER = re.compile(
    r"原|旧|前|更正|正确|实际|实还|应为|改|替|转|重复|合并|参见|备注|\b(?:old|former|previous|correct\w*|should|replac\w*|actual|instead|"
    r"duplicate\w*|merged|see|remarks?|notes?)\b"
)
_JOINED = {_BARS: " | ", _TABS: "\t", _SPACES: "   "}
_BETWEEN_CELLS = re.compile(r"[|｜│\t]|\S {2,}\S")
_SIGNED = re.compile(r"\s*[-–—]{2}")
_UNIT = re.compile(r"[(（]([^()（）]{1,8})[)）]$")
_SUM = re.compile(r"\d+(?:\.\d{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A heading: where it stands, what parts its cells, and its labels, with whether each is one that is known."""

    line: int
    mark: re.Pattern[str]
    labels: tuple[tuple[str, bool], ...]
    words: RowWords

    def ours_only(self, line: str, numbers: Callable[[str], Sequence[str]], around: Around) -> str:
        """The row without numbers in other columns than the one that a label calls ours, where they are longer or
        shorter than it: barcodes, a system's own orders. As it is where no column, or several, are called so, or one
        gives another number for ours.
        """
        ours, labels = around.lexicon.labels["transaction"], [normalise(label).strip(" :") for label, _ in self.labels]
        own = [at for at, label in enumerate(labels) if label_matches(ours, label)]
        cells = _cells(line, self.mark)
        if len(own) != 1 or len(cells) != len(labels) or any(map(_ANOTHER.search, labels)):
            return line
        mine = numbers(cells[own[0]])
        if len(mine) != 1:
            return line

        def theirs(cell: str) -> bool:
            return numbers(cell) == (cell,) and len(cell) > LONGEST_DAY and len(cell) != len(mine[0])

        kept = ["–" if at != own[0] and theirs(cell) else cell for at, cell in enumerate(cells)]
        return line if kept == cells else _JOINED[self.mark].join(kept)

    def told(self, line: str, *, every: bool = False) -> str:
        """The row with the label of each cell, parted by tabs; '' where it has other columns. every: also of those that
        no list knows
        """
        cells = _cells(line, self.mark)
        exact = self.mark is _SPACES
        if len(cells) > len(self.labels) or (exact and len(cells) < len(self.labels)) or len(cells) < LEAST_KNOWN:
            return ""
        pairs = zip(self.labels, cells, strict=False)
        return "\t".join(
            _said(label if known or every else "", cell, self.words) for (label, known), cell in pairs if cell
        )


def columns(lines: Sequence[str], first: int, around: Around) -> Columns | None:
    """The heading above the first row, whose line is `first`; None where there is none."""
    for at in range(first - 1, max(-1, first - 2 - MOST_BETWEEN), -1):
        if _DRAWN.fullmatch(lines[at]):
            continue
        for mark in (_BARS, _TABS, _SPACES):
            cells = _cells(lines[at], mark)
            known = around.lexicon.any_label
            labels = tuple((each, label_matches(known, normalise(each).strip(" :"))) for each in cells)
            if sum(is_one for _, is_one in labels) >= LEAST_KNOWN:
                return Columns(line=at, mark=mark, labels=labels, words=around.words)
        return None
    return None


def in_words(text: str, is_row: Callable[[str], object], around: Around) -> str:
    """The text with a table of one row as its labels and values, a line each; unchanged where none such stands in it.

    A mail that names one request is no list, and a label is read where it stands with its value. is_row: whether a line
    names a request
    """
    if not _BETWEEN_CELLS.search(text):
        return text
    lines = text.split("\n")
    rows = [at for at, line in enumerate(lines) if is_row(line)]
    table = columns(lines, rows[0], around) if len(rows) == 1 else None
    told = table.told(lines[rows[0]], every=True) if table else ""
    if not (table and told):
        return text
    behind = lines[rows[0] + 1 :]
    if behind and drawn(behind[0]):
        del behind[0]  # that ends it
    elif behind and behind[0].strip() and not _SIGNED.match(behind[0]):
        return text  # the row may go on
    return "\n".join([*lines[: table.line], *told.split("\t"), *behind])


def drawn(line: str) -> bool:
    """Whether a line is only drawn."""
    return bool(line.strip()) and _DRAWN.fullmatch(line) is not None


def _cells(line: str, mark: re.Pattern[str]) -> list[str]:
    said = line.strip()
    if mark is _BARS:
        said = said.strip("|｜│")
    return [cell.strip() for cell in mark.split(said if mark is not _TABS else line.rstrip("\n"))]


def _said(label: str, cell: str, words: RowWords) -> str:
    if not label:
        return cell
    unit = _UNIT.search(label)
    if unit and words.whole("money", unit[1]) and _SUM.fullmatch(cell):
        return f"{_UNIT.sub('', label)}：{cell}{'元' if words.whole('yuan', unit[1]) else ' ' + unit[1]}"
    return f"{label}：{cell}"
