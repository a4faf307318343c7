"""What a page says of the sum: figures and words with how well each is tied to it. What is sure: see sure.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from statistics import median

from maild.receipts.layouts import Label
from maild.receipts.page.figures import Figure, find_figures, parse_figure
from maild.receipts.page.labels.tie import Tie, Value
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.numerals import WORD_CHARACTERS, Words, find_words
from maild.receipts.rows import Cell, Page, union

LABELLED, HEADLINE, LOOSE = 0, 1, 2  # how well a figure is tied to the payment, the best first
_LARGE = 1.3
_TOUCH = 0.7  # line heights between boxes that may hold one figure
_GRID = re.compile(r"[亿千干仟百佰十+拾万元圆角分]{5,14}")
_GRID_ROWS = 2.6  # line heights below its heading
PLACES = frozenset("亿千干百十万元角分+ ")
_WORDS_LEAST = 2
_DIGIT = str.maketrans("OoIl日曰口", "0011000")
_BOXED = "0123456789OoIl"
_DIGITS = re.compile(r"[¥YV\dOoIl .,*⊗-]+")
_ONE_ROW = 0.8  # of a digit's height
_POINTED = re.compile(r"\d[.,]\d\d\b")
_RINGS = frozenset("日曰口")  # a nought between the lines of its box
_ORDER = "分角元十百千万十百千亿"  # the places from the right
_FEE = re.compile(r"费(?:用|元|金额)?$|(?:fees?|charges?|commission)$")
_ALIKE = str.maketrans("圆拾+佰干仟", "元十十百千千")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sum:
    """A figure of the page. rank: LABELLED, HEADLINE, LOOSE; total: its label says total; grid: read from boxes."""

    figure: Figure
    cell: Cell
    rank: int
    total: bool = False
    grid: bool = False

    @property
    def value(self) -> Decimal:
        return self.figure.value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Written:
    """An amount in words and where it stands. tied: a label 大写 leads to it."""

    words: Words
    cell: Cell
    tied: bool

    @property
    def value(self) -> Decimal:
        return self.words.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """All a page says of the sum. expects_words: there is a label for them, or characters of them; spot: where the
    label of the amount is, for looking again; fees: at labels of such."""

    sums: tuple[Sum, ...]
    written: tuple[Written, ...]
    expects_words: bool
    fees: tuple[Decimal, ...] = ()
    labels: tuple[Cell, ...] = ()
    remains: tuple[Cell, ...] = ()

    def ranked(self) -> tuple[Sum, ...]:
        """The sums of the best rank there is."""
        best = min((entry.rank for entry in self.sums), default=LOOSE)
        return tuple(entry for entry in self.sums if entry.rank == best)


def read_sums(page: Page, ties: Ties) -> Sums:
    """Figures and words of a page or of a part looked at again."""
    grid, boxed = _grid(page)
    others = other_sums(ties)
    labelled = [entry for entry in _labelled(page, ties, others) if entry.cell.index not in boxed]
    taken = {entry.cell.index for entry in labelled} | others | boxed
    sums = _alone([*grid, *labelled, *_unlabelled(page, ties, taken)])
    written = (*_written(page, ties), *_spread(page, ties))
    remains = tuple(cell for cell in page.cells if _is_remains(cell))
    labels = tuple(tie.at for tie in ties.of(Label.AMOUNT, Label.TOTAL, Label.WORDS))
    expects = bool(ties.of(Label.WORDS) or written or remains)
    fees = tuple(_fees(ties))
    return Sums(sums=tuple(sums), written=written, expects_words=expects, labels=labels, remains=remains, fees=fees)


def _alone(sums: list[Sum]) -> list[Sum]:
    """The only sum of a page is its headline, though in letters like others, where it is written as money is."""
    if any(entry.rank != LOOSE for entry in sums) or len({entry.value for entry in sums}) != 1:
        return sums
    return [replace(s, rank=HEADLINE) if s.figure.marked and s.figure.pointed and s.figure.alone else s for s in sums]


def other_sums(ties: Ties) -> set[int]:
    """The numbers of the cells of fees, balances and discounts."""
    found: set[int] = set()
    for tie in ties.of(Label.SUM_OTHER):
        for value in ties.values(tie):
            if find_figures(value.text) or value.how != "right":
                found.add(value.cell.index)
                break
    return found


def _fees(ties: Ties) -> Iterator[Decimal]:
    """What the bank or the wallet took for itself: 手续费 0.10, 服务费 ¥0.10."""
    for tie in ties.of(Label.SUM_OTHER):
        value = next(ties.values(tie), None) if _FEE.search(tie.meaning.text) else None
        figures = find_figures(value.text) if value is not None and value.how != "below" else []
        if len(figures) == 1 and figures[0].value and figures[0].sign != "-":
            yield figures[0].value


def _labelled(page: Page, ties: Ties, others: set[int]) -> Iterator[Sum]:
    seen: set[tuple[int, int]] = set()
    for tie in sorted(ties.of(Label.AMOUNT, Label.TOTAL, Label.WORDS), key=lambda t: t.meaning.rank):
        for value in _candidates(page, ties, tie):
            figures = _money(value)
            if not figures:
                if value.how == "right" or find_words(value.text) or not value.text.strip("¥ ()元"):
                    continue
                break
            if tie.label is Label.WORDS and not (figures[0].marked and figures[0].pointed):
                continue
            cells = _column(page, ties, tie, value) if value.how == "below" else [value.cell]
            for cell in cells:
                key = (cell.index, round(cell.left))
                if key in seen or (cell.index in others and value.how != "same"):
                    continue
                seen.add(key)
                for figure in _money(replace(value, text=cell.text, cell=cell))[:1]:
                    yield Sum(
                        figure=_doubted(page, cell, figure), cell=cell, rank=LABELLED, total=tie.label is Label.TOTAL
                    )
            break


def _candidates(page: Page, ties: Ties, tie: Tie) -> Iterator[Value]:
    """A label's values; behind words in its own box also what stands to the right: 人民币叁拾元整 … ¥30.00."""
    yield from ties.values(tie)
    if tie.label is Label.WORDS and tie.same is not None:
        for cell in page.rightward(tie.cell):
            free = ties.free(cell)
            if free is not None:
                yield Value(text=free.text, cell=free, tie=tie, how="right", cells=(free,))


def _money(value: Value) -> list[Figure]:
    """Figures of a value that is led to by a label: here letters that look like digits may be digits."""
    figures = find_figures(value.text)
    if figures:
        best = (
            [f for f in figures if f.pointed and f.marked]
            or [f for f in figures if f.pointed]
            or [f for f in figures if f.marked or f.alone]
        )
        return best
    token = re.sub(r"^(?:人民币|RMB|CNY|¥|Y|\s|:)+|[元圆\s]+$", "", value.text)
    parsed = parse_figure(token) if re.search(r"\d", token) and len(token) < 16 else None
    if not parsed or not re.fullmatch(r"[\dOoIlSBZ,.。· ]+", token):
        return []
    number, _, pointed = parsed
    return [
        Figure(
            value=number.quantize(Decimal("0.01")), text=token, strict=False, pointed=pointed, marked=False, alone=True
        )
    ]


def _doubted(page: Page, cell: Cell, figure: Figure) -> Figure:
    """Not strict where another box nearly touches it with a digit or a point: the figure may be in two pieces."""
    for other in page.rows[page.row_of[cell.index]] if cell.index in page.row_of else ():
        if other.index == cell.index:
            continue
        after = other.left > cell.centre
        edge = other.text[:1] if after else other.text[-1:]
        gap = other.left - cell.right if after else cell.left - other.right
        if gap < _TOUCH * cell.height and (edge.isdigit() or edge in ".,"):
            return replace(figure, strict=False)
    return figure


def _column(page: Page, ties: Ties, tie: Tie, first: Value) -> list[Cell]:
    """A table's column of sums below its heading, up to the first cell that is none."""
    cells = [first.cell]
    for _ in range(20):
        below = [c for c in page.below(cells[-1], 2.5) if c.index != cells[-1].index]
        going = next((c for c in below if find_figures(c.text)), None)
        if going is None or not any(f.alone and f.pointed for f in find_figures(going.text)):
            break
        owner = ties.owner(going)
        if going.index in ties.by_cell or (owner is not None and owner.last):
            break
        cells.append(going)
    return cells


def _unlabelled(page: Page, ties: Ties, taken: set[int]) -> Iterator[Sum]:
    """Sums that stand for themselves: in large figures, or with a currency."""
    for cell in page.cells:
        if cell.index in taken:
            continue
        free = ties.free(cell)
        owner = ties.owner(cell)
        if free is None or (owner is not None and owner.last and owner.label not in _MONEY_LABELS):
            continue
        for figure in find_figures(free.text):
            if not (figure.alone and (figure.pointed or figure.marked)) and not (figure.marked and figure.pointed):
                continue
            large = cell.height > _LARGE * page.line_height and (figure.pointed or figure.marked)
            yield Sum(figure=_doubted(page, cell, figure), cell=free, rank=HEADLINE if large else LOOSE)


_MONEY_LABELS = {Label.AMOUNT, Label.TOTAL, Label.WORDS}


def _written(page: Page, ties: Ties) -> Iterator[Written]:
    """Amounts in words; a run whose box another box touches may be a part only, and is left out."""
    for cell in page.cells:
        for words in _words_in(cell, ties):
            if _pressed(page, ties, cell, words):
                continue
            tied = any(tie.label in _MONEY_LABELS for tie in ties.by_cell.get(cell.index, ()))
            owner = ties.owner(cell)
            tied = tied or (owner is not None and owner.label in _MONEY_LABELS)
            yield Written(words=words, cell=cell.part(words.start, words.end), tied=tied)


def _words_in(cell: Cell, ties: Ties) -> Iterator[Words]:
    """Amounts in words in a box; a label in front bounds them as a blank would."""
    marks = sorted((tie.start, tie.end) for tie in ties.by_cell.get(cell.index, ()) if tie.cell is cell)
    starts = [0, *(end for _, end in marks)]
    ends = [*(start for start, _ in marks), len(cell.text)]
    for start, end in zip(starts, ends, strict=True):
        for words in find_words(cell.text[start:end]):
            yield replace(words, start=words.start + start, end=words.end + start)


def _spread(page: Page, ties: Ties) -> Iterator[Written]:
    """Words of which a form prints the places: the boxes of a row put together."""
    for tie in ties.of(Label.WORDS):
        if not tie.last:
            continue
        run: list[Cell] = []
        for cell in page.rightward(tie.cell):
            if cell.index in ties.by_cell or not set(cell.text) <= WORD_CHARACTERS | {" "}:
                break
            run.append(cell)
        text = "".join(cell.text.replace(" ", "") for cell in run)
        found = find_words(text) if len(run) > 1 else []
        around = union(run)
        if len(found) == 1 and found[0].end - found[0].start == len(text) and around is not None:
            sure = min(c.confidence for c in run)
            edges = (around.left,) * (len(text) + 1)
            cell = replace(run[0], left=around.left, right=around.right, text=text, edges=edges, confidence=sure)
            yield Written(words=found[0], cell=cell, tied=True)


def _pressed(page: Page, ties: Ties, cell: Cell, words: Words) -> bool:
    """Whether another box stands so close to the run that it may hold more of it."""
    part = cell.part(words.start, words.end)
    for other in page.rows[page.row_of[cell.index]]:
        if other.index == cell.index:
            continue
        edge = other.text[-1:] if other.right <= part.left + part.height else other.text[:1]
        gap = part.left - other.right if other.right <= part.left + part.height else other.left - part.right
        at_end = words.start == 0 if other.right <= part.left + part.height else words.end == len(cell.text)
        if other.left > part.right and set(other.text) <= PLACES:
            continue  # the printed places of the boxes for figures
        is_word = edge in WORD_CHARACTERS or "\u4e00" <= edge <= "\u9fff"
        labelled = bool(ties.by_cell.get(other.index)) or other.text.rstrip(":").endswith(("币", "写"))
        # A box of words beside words, however far, or anything Chinese that nearly touches.
        near = 2.5 if edge in WORD_CHARACTERS else 0.6
        if at_end and is_word and not labelled and gap < near * part.height:
            return True
    return False


def _is_remains(cell: Cell) -> bool:
    """Characters of an amount in words that could not be read as one."""
    marks = sum(character in WORD_CHARACTERS for character in cell.text)
    formal = sum(character in "壹贰叁肆伍陆柒捌玖拾佰仟圆整貳參陸" for character in cell.text)
    return formal >= _WORDS_LEAST and marks >= 0.5 * len(cell.text) and not find_words(cell.text)


def _grid(page: Page) -> tuple[list[Sum], set[int]]:
    """Digits under a row of printed places (…千百十元角分): the place, not a point, tells their worth.

    Also the cells that hold them, which are no sums by themselves: ¥ 6 7 2 0 is not six yuan.
    """
    for heading in filter(None, map(_heading, page.rows)):
        places, region = heading
        pitch = (places[-1] - places[0]) / (len(places) - 1)
        found: dict[int, tuple[str, Cell]] = {}
        for cell, digit in _boxed(page, region):
            place = min(range(len(places)), key=lambda n: abs(places[n] - digit.centre))
            if abs(places[place] - digit.centre) < 0.6 * pitch:
                found.setdefault(place, (digit.text.translate(_DIGIT), cell))
        if not found:
            continue
        first = min(found)
        taken = {cell.index for _, cell in found.values() if not _POINTED.search(cell.text)}
        if len(found) != len(places) - first:
            return [], taken
        text = "".join(found[n][0] for n in range(first, len(places)))
        value = (Decimal(text) / 100).quantize(Decimal("0.01"))
        figure = Figure(value=value, text=text, strict=True, pointed=False, marked=False, alone=True)
        return [Sum(figure=figure, cell=found[first][1], rank=LABELLED, grid=True)], taken
    return [], set()


def _boxed(page: Page, heading: Cell) -> Iterator[tuple[Cell, Cell]]:
    """What may be digits in the row below a heading of places: a cell and the part of it that is one."""
    low, high = heading.bottom - 0.2 * heading.height, heading.bottom + _GRID_ROWS * heading.height
    under = [c for c in page.cells if low < c.middle < high and (c.text in _RINGS or _DIGITS.fullmatch(c.text))]
    top = min((cell.middle for cell in under), default=0.0)
    for cell in under:
        if cell.middle - top < _ONE_ROW * cell.height:
            for n, character in enumerate(cell.text):
                if character in _BOXED or character in _RINGS:
                    yield cell, cell.part(n, n + 1)


def _heading(row: Sequence[Cell]) -> tuple[list[float], Cell] | None:
    """Centres of the places of a heading, in one box or in many."""
    for cell in row:
        compact = cell.text.replace(" ", "")
        if _GRID.fullmatch(compact) and compact.endswith("分") and not find_words(cell.text):
            places = [n for n, character in enumerate(cell.text) if character != " "]
            return [cell.part(n, n + 1).centre for n in places], cell
    run = [cell for cell in row if re.fullmatch(r"[亿千干仟百佰十+拾万元圆角分 ]{1,14}", cell.text)]
    text = "".join(cell.text.replace(" ", "") for cell in run)
    if len(run) > 1 and _GRID.fullmatch(text) and text.endswith("角分"):
        centres = [cell.part(n, n + 1).centre for cell in run for n, c in enumerate(cell.text) if c != " "]
        return _all_places(text, centres), run[0]
    return None


def _all_places(text: str, centres: list[float]) -> list[float]:
    """Centres of the places with those between that were not read, where the order leaves room for them."""
    pitch = median(after - before for before, after in pairwise(centres))
    filled, place = [centres[-1]], 0
    for character, centre in zip(reversed(text[:-1]), reversed(centres[:-1]), strict=True):
        steps = max(1, round((filled[-1] - centre) / pitch))
        place += steps
        if place >= len(_ORDER) or _ORDER[place] != character.translate(_ALIKE):
            return centres
        width = (filled[-1] - centre) / steps
        filled += [filled[-1] - width * step for step in range(1, steps + 1)]
    return filled[::-1]
