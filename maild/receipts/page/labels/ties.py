"""Labels on a page and the values that belong to them: in the same box, to the right, below, or wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from maild.receipts.layouts import Label, Meaning, Spotting, label_key
from maild.receipts.page.labels.spotting import COMPOSED, Spotted, spot, told_twice, understood
from maild.receipts.page.labels.tie import Tie, Value
from maild.receipts.page.labels.wraps import joined, wrapped_labels
from maild.receipts.rows import Cell, Page

_TOP_ROWS = 3
_PAIR, _COLUMN = 2, 3  # boxes of a row of a label and its value; values that stand flush
_TOUCHING, _APART = 0.6, 0.4  # of a line's height, between a label and what it is called in another language
_NUMBERS = re.compile(r"[\d ,;、-]+")
_ADDRESS = re.compile(r"https?:|www\.", re.IGNORECASE)  # of a page, whose words are no labels


def _surest_first(run: list[Cell]) -> list[Cell]:
    """Boxes of a row; where two lie over one another (a seal's letters), the surer first."""
    if len(run) > 1 and run[1].left < run[0].right - 0.5 * run[0].height and run[1].confidence > run[0].confidence:
        return [run[1], run[0], *run[2:]]
    return run


_MATTERS = frozenset({Label.OTHER, Label.SUM_OTHER})
_WITHIN_PURPOSE = frozenset({Label.TRANSACTION, Label.SERIAL})


def _overlapped(text: str, more: str) -> str:
    """Two boxes that lie over one another at their ends, put together: 08.46.1 and 19.7 are 08.46.19.7."""
    for size in (3, 2, 1):
        if more[:size] == text[-size:]:
            return text + more[size:]
    return f"{text} {more}"


def _without_matters(spotted: list[Spotted]) -> list[Spotted]:
    """Labels of a box without words of a remark that are labels elsewhere: 用途:押金/文献传递费."""
    kept: list[Spotted] = []
    for one in spotted:
        told = bool(kept) and kept[-1][0].label is Label.PURPOSE and kept[-1][3]
        if not (told and not one[3] and one[0].label in _MATTERS):
            kept.append(one)
    return kept


def _is_under(upper: Cell, lower: Cell) -> bool:
    """Whether a box stands right below another, set flush or in the middle."""
    tall = max(upper.height, lower.height)
    close = -_TOUCHING * tall < lower.top - upper.bottom < _APART * tall and lower.middle > upper.middle
    return close and (abs(lower.left - upper.left) < tall / 2 or abs(lower.centre - upper.centre) < tall)


def _may_go_on(ties: list[Tie]) -> bool:
    """Whether a box may be the first or a further line of a label: a label alone, without a colon."""
    return len(ties) == 1 and ties[0].start == 0 and ties[0].last and not ties[0].colon


class Ties:
    """All labels of a page."""

    def __init__(self, page: Page, lexicon: Mapping[str, Meaning], spotting: Spotting) -> None:
        self.page = page
        self.lexicon = lexicon
        self.spotting = spotting
        self.all: list[Tie] = []
        self.by_cell: dict[int, list[Tie]] = {}
        for cell in page.cells:
            if _ADDRESS.match(cell.text):
                continue
            spotted = _without_matters(
                [one for one in spot(cell.text, lexicon, spotting) if not self._heads(cell, one)]
            )
            for number, (meaning, start, end, colon) in enumerate(spotted):
                following = spotted[number + 1 :]
                if meaning.label is Label.PURPOSE:  # 用途: 文献传递费 事务号: …
                    following = [one for one in following if one[0].label not in _WITHIN_PURPOSE]
                rest = following[0][1] if following else len(cell.text)
                told, before = meaning, cell.text[:start]
                if meaning.label is Label.SERIAL and len(meaning.text) <= 3 and not number and self._purposeful(before):
                    told = replace(meaning, label=Label.TRANSACTION)  # 检索费 编号: …
                self._add(Tie(meaning=told, cell=cell, start=start, end=end, rest=rest, colon=colon))
        self._join_split()
        self._join_lines()
        self._join_twice()
        self._leave_values()
        self.all.sort(key=lambda tie: (page.row_of[tie.cell.index], tie.at.left))

    def names(self, key: str) -> bool:
        """Whether a folded key is a label or a heading, listed or made of known parts."""
        made = understood(key, self.lexicon, self.spotting) is not None
        return made or key in self.lexicon or bool(self.spotting.grammar.headings.search(key))

    def _heads(self, cell: Cell, spotted: Spotted) -> bool:
        """Whether what no list has as a label is a heading: 转账结果 in the middle of a top bar, beside 完成."""
        meaning, start, end, colon = spotted
        middle = cell.left < self.page.width / 2 < cell.right
        made = meaning.rank == COMPOSED and not colon and start == 0 and end == len(cell.text)
        top = self.page.row_of[cell.index] < _TOP_ROWS
        return made and top and middle and bool(self.spotting.grammar.headings.search(meaning.text))

    def _purposeful(self, before: str) -> bool:
        return bool(self.spotting.purpose.search(before))

    def _add(self, tie: Tie) -> None:
        self.all.append(tie)
        self.by_cell.setdefault(tie.cell.index, []).append(tie)

    def _join_split(self) -> None:
        """Labels set wide, of which each character became a box: 金 … 额."""
        for row in self.page.rows:
            for first, cell in enumerate(row):
                text = cell.text.rstrip(":")
                if cell.index in self.by_cell or len(text) > 2:
                    continue
                for last in range(first + 1, min(first + 4, len(row))):
                    other = row[last]
                    if other.left - row[last - 1].right > 5 * cell.height or len(other.text) > 3:
                        break
                    text += other.text
                    meaning = self.lexicon.get(label_key(text))
                    if meaning:
                        joined = Cell(
                            left=cell.left,
                            right=other.right,
                            top=cell.top,
                            bottom=cell.bottom,
                            text=text,
                            confidence=min(cell.confidence, other.confidence),
                            edges=tuple(
                                cell.left + (other.right - cell.left) * n / len(text) for n in range(len(text) + 1)
                            ),
                            index=other.index,
                            slant=other.slant,
                        )
                        self._add(Tie(meaning=meaning, cell=joined, start=0, end=len(text), rest=len(text)))
                        for part in row[first:last]:
                            self.by_cell.setdefault(part.index, self.by_cell[other.index])
                        break

    def _join_lines(self) -> None:
        """Labels broken over lines stand in place of what their lines alone would be."""
        full = {index for index, ties in self.by_cell.items() if not _may_go_on(ties)}
        labels = {index for index, ties in self.by_cell.items() if ties[0].label is not Label.OTHER}
        for found in wrapped_labels(self.page, self.lexicon, self.spotting, full, labels):
            alone = {tie for part in found.parts for tie in self.by_cell.get(part.index, ())}
            self.all = [tie for tie in self.all if tie not in alone]
            tie = Tie(
                meaning=found.meaning,
                cell=found.cell,
                start=0,
                end=len(found.cell.text),
                rest=len(found.cell.text),
                lines=found.parts,
            )
            self.all.append(tie)
            for part in found.parts:
                self.by_cell[part.index] = [tie]

    def _join_twice(self) -> None:
        """A label with the same in another language below it, each a line of its own: what stands beside the two, at
        whatever height, is their value.
        """
        for upper in [tie for tie in self.all if self._is_alone(tie)]:
            lower = next((tie for tie in self.all if self._is_alone(tie) and _is_under(upper.cell, tie.cell)), None)
            if lower is None or upper not in self.all:
                continue
            meaning = told_twice(upper.meaning, lower.meaning)
            if meaning is None or upper.meaning.text.isascii() is lower.meaning.text.isascii():
                continue
            both = (upper.cell, lower.cell)
            self.all = [tie for tie in self.all if tie is not upper and tie is not lower]
            tie = Tie(
                meaning=meaning,
                cell=joined(both),
                start=0,
                end=len(upper.cell.text) + len(lower.cell.text),
                rest=len(upper.cell.text) + len(lower.cell.text),
                lines=both,
            )
            self.all.append(tie)
            for part in both:
                self.by_cell[part.index] = [tie]

    def _is_alone(self, tie: Tie) -> bool:
        """Whether a label is all of its box, without a colon, and no label of several lines."""
        own = self.by_cell.get(tie.cell.index, ())
        return len(own) == 1 and tie.start == 0 and tie.last and not tie.colon and not tie.lines

    def _leave_values(self) -> None:
        """What reads like a label and stands where the values of a column of rows stand is one of these: 交易类型
        转账到银行卡.
        """
        rows = [row for row in self.page.rows if len(row) == _PAIR and self._names_a_row(row[0])]
        plain = [row[1] for row in rows if row[1].index not in self.by_cell]
        for _, cell in rows:
            own = self.by_cell.get(cell.index, [])
            made = own and all(not tie.colon and (tie.meaning.rank >= COMPOSED or tie.start == 0) for tie in own)
            near = cell.height / 2
            flush = max(
                sum(abs(other.left - cell.left) < near for other in plain),
                sum(abs(other.right - cell.right) < near for other in plain),
            )
            if made and flush >= _COLUMN:
                self.all = [tie for tie in self.all if tie not in own]
                del self.by_cell[cell.index]

    def _names_a_row(self, cell: Cell) -> bool:
        own = self.by_cell.get(cell.index, ())
        return len(own) == 1 and own[0].start == 0 and own[0].last

    def of(self, *labels: Label) -> list[Tie]:
        """The ties of these labels, from top to bottom."""
        return [tie for tie in self.all if tie.label in labels]

    def labelled(self, cell: Cell) -> bool:
        """Whether a cell begins with a label."""
        return any(tie.start == 0 for tie in self.by_cell.get(cell.index, ()))

    def free(self, cell: Cell) -> Cell | None:
        """What stands in a cell before its first label; None where nothing does."""
        ties = self.by_cell.get(cell.index)
        if not ties:
            return cell
        if all(tie.label in _WITHIN_PURPOSE and tie.start > 0 for tie in ties):
            return cell
        start = min(tie.start for tie in ties)
        return cell.part(0, start) if start and cell.text[:start].strip(" :;,.-_|/") else None

    @cached_property
    def _owners(self) -> dict[int, Tie]:
        """Which label, to the left in its row, a cell belongs to."""
        owners: dict[int, Tie] = {}
        for row in self.page.rows:
            owner: Tie | None = None
            for cell in row:
                ties = self.by_cell.get(cell.index)
                if ties:
                    owner = ties[-1]
                elif owner is not None:
                    owners[cell.index] = owner
        for tie in self.all:
            if tie.lines:
                owners |= {cell.index: tie for cell in self._beside_lines(tie)}
        return owners

    def owner(self, cell: Cell) -> Tie | None:
        """The label to whose right a cell stands."""
        return self._owners.get(cell.index)

    def values(self, tie: Tie) -> Iterator[Value]:
        """What may be the label's value, the likeliest first."""
        same = tie.same
        if same is not None:
            yield Value(text=same.text, cell=same, tie=tie, how="same", cells=(same,))
        elif tie.lines:
            for cell in self._beside_lines(tie):
                yield Value(text=cell.text, cell=cell, tie=tie, how="right", cells=(cell,))
        elif tie.last:
            run: list[Cell] = []
            for cell in self.page.rightward(tie.cell):
                free = self.free(cell)
                if free is None:
                    break
                run.append(free)
                if free is not cell:
                    break
            for cell in _surest_first(run):
                yield Value(text=cell.text, cell=cell, tie=tie, how="right", cells=(cell,))
            if not run:
                yield from self._beside(tie)
        if same is None:
            yield from self._below(tie)

    def _beside_lines(self, tie: Tie) -> list[Cell]:
        """What stands beside a label of several lines, in each row up to the next label."""
        at, found = tie.at, []
        for row in self.page.rows:
            for cell in row:
                if cell.centre > at.right and at.top < cell.middle < at.bottom:
                    if cell.index in self.by_cell:
                        break
                    found.append(cell)
        return found

    def _beside(self, tie: Tie) -> Iterator[Value]:
        """To the right between two rows: a label set in the middle of a value of several lines. Not beyond the row's
        next label.
        """
        row = self.page.rows[self.page.row_of[tie.cell.index]]
        end = min((c.left for c in row if c.left > tie.cell.right and self.labelled(c)), default=self.page.width)
        found = [
            cell
            for cell in self.page.cells
            if tie.cell.right < cell.left < end
            and cell.index not in self.by_cell
            and self.owner(cell) is None
            and min(cell.bottom, tie.cell.bottom) - max(cell.top, tie.cell.top) > 0.1 * tie.cell.height
        ]
        for cell in sorted(found, key=lambda c: (c.top, c.left)):
            yield Value(text=cell.text, cell=cell, tie=tie, how="right", cells=(cell,))

    def _below(self, tie: Tie) -> Iterator[Value]:
        for cell in self.page.below(tie.at):
            if cell.index == tie.cell.index:
                continue
            free = self.free(cell)
            if free is None:
                return
            owner = self.owner(cell)
            if owner is not None and owner.last and owner.cell.right > tie.at.left - 20 * tie.at.height:
                return
            yield Value(text=free.text, cell=free, tie=tie, how="below", cells=(free,))

    def run(self, value: Value) -> Value:
        """The value with what follows it in its row, up to the next label."""
        cells = list(value.cells)
        if value.cell.right >= cells[-1].right - 1:
            for cell in self.page.rightward(cells[-1]):
                free = self.free(cell)
                if free is None or cell.left - cells[-1].right > 3 * cells[-1].height:
                    break
                cells.append(free)
                if free is not cell:
                    break
        text = cells[0].text
        for before, cell in pairwise(cells):
            text = _overlapped(text, cell.text) if cell.left < before.right else f"{text} {cell.text}"
        return replace(value, text=text, cells=tuple(cells))

    def wrapped(self, value: Value, most: int = 3, joint: str = "") -> Value:
        """The value with the lines that go on below it: set flush, close, of one size, under no other label."""
        cells, text = list(value.cells), value.text
        for _ in range(most):
            going = self._next_line(cells[-1], value, joint)
            if going is None:
                break
            cells.append(going)
            text += joint + going.text
        return replace(value, text=text, cells=tuple(cells))

    def _next_line(self, last: Cell, value: Value, joint: str) -> Cell | None:
        first = value.cells[0]
        for cell in self.page.cells:
            if cell.top < last.middle or cell.top - last.bottom > 0.9 * last.height or cell.index == last.index:
                continue
            if not 0.7 < cell.height / max(last.height, 1) < 1.45 or cell.index in self.by_cell:
                continue
            flush = abs(cell.left - first.left) < first.height or (
                value.how == "right" and abs(cell.right - first.right) < first.height
            )
            if value.how == "same" and not flush:
                flush = abs(cell.left - value.tie.cell.left) < first.height and cell.right <= last.right + last.height
            # A number that goes on may begin where the whole line began, left of where the value did.
            digits = joint and cell.left < first.left and _NUMBERS.fullmatch(cell.text) is not None
            owner = self.owner(cell)
            if (flush or digits) and (owner is None or (owner.lines and owner is value.tie)):
                return cell
        return None


def is_remark(cell: Cell, ties: Ties) -> bool:
    """Whether a cell holds what stands at a label of a purpose."""
    owner = ties.owner(cell)
    return (owner is not None and owner.label is Label.PURPOSE) or any(
        tie.label is Label.PURPOSE for tie in ties.by_cell.get(cell.index, ())
    )
