"""What a page is furnished with: its menu, the names of its steps, the buttons below its rows.

They name what may be done or what comes next, not what became of this payment, and no list will ever have their words;
退卡 and 部门审核 are no doubt where they stand so. They are told by place and form: words alone, several in a row, none
a label with a value, no figure among them. A word for a payment that failed, waits or went back is never furniture.
Left out they speak neither against a payment nor for one, so what remains has to say that it is made.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from statistics import median

from maild.receipts.layouts import Label, Layouts
from maild.receipts.page.figures import find_figures
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.stages.courses import is_entered
from maild.receipts.page.stages.states import is_stated
from maild.receipts.page.stages.steps import is_moment
from maild.receipts.prose.beside import beside
from maild.receipts.prose.tips import BODY, rows_end
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import TICKS, StateWords, plain
from maild.receipts.words.tips import columns

_BETWEEN = re.compile(
    r"[→⇒➔>›»|·•/]+|[-—=]+>|\s{2,}|(?<=[\u3400-\u9fff)])\s+(?=[\u3400-\u9fff])|(?<=[A-Za-z])\s(?=\d ?[A-Za-z])"
)
_NUMBERED = re.compile(
    r"^(?:[①-⑳]|[(\[]?\d{1,2}[)\].、]?|第[一二三四五六]步:?)(?=\D|$)\s*|\s*\(\d{1,3}\)$|^[☆★✓√<←×x]\s*|\s*[›>]$"
)
_SAYS = re.compile(r"[\d¥:;,。!?%]")
_STANDS = re.compile(r"[待未已被]|中$")
_ARROW = re.compile(r"[→⇒➔>›»]|[-—=]+>")
_COUNT = re.compile(r"[(\[]?\d{1,2}[)\].]?|[①-⑳日口○●✓√]")  # of a step, in its ring
_TOP_ROWS, _ASIDE, _LARGE = 3, 0.1, 1.3
_WIDEST = 16  # columns of a menu's word, of a button
_MENU, _BUTTONS = 3, 2  # words in a row
_QUIET = 0.3  # how neutral a word has to be that is in no list
_RATHER, _SURE = 0.5, 0.85  # how sure the model is of each word of a site's bar, and of most
_COLUMN = 4  # words below one another
_ALIKE = 2  # that stand flush
_BACK = re.compile(r"(?:go )?back")
_SHORT = 12  # columns of a word of a menu that no list has
_HOME = frozenset({"首页", "我的首页", "home"})  # with which a menu begins


def without_furniture(page: Page, ties: Ties, layouts: Layouts) -> Page:
    """The page without what is beside the payment, and without its furniture where the rest says that it is made."""
    told = [tie for tie in ties.of(*BODY) if any(ties.values(tie))]
    aside = set(_asides(page, layouts.states)) | _beside(page, ties, told, layouts)
    end = rows_end(page, ties, layouts.tips, layouts.states)
    if gone := _furniture(page, ties, layouts) | beside(page, ties, layouts, end):
        left = page.without(gone | aside)
        known = Ties(left, ties.lexicon, ties.spotting)
        if is_entered(left, known, layouts.states):  # 财务初审, alone, is a step that was taken before
            named = (cell for cell in left.cells if layouts.states.lines.names.search(plain(cell.text)))
            steps = {cell.index for cell in named if not _is_told(cell, known)}
            return left.without(
                {at for at in steps if not any(_has_value(t, known) for t in known.by_cell.get(at, ()))}
            )
        if is_stated(left, known, layouts.states):
            return left
    return page.without(aside)


def without_menu(page: Page, ties: Ties, layouts: Layouts) -> Page:
    """The page without the menu, or the buttons, beside its rows or alone in a row: 学费查询 there is no purpose."""
    told = [tie for tie in ties.of(*BODY) if any(ties.values(tie))]
    end = rows_end(page, ties, layouts.tips, layouts.states)
    alone = {row[0].index for row in page.rows if len(row) == 1 and not _tells_what_for(row[0], layouts)}
    return page.without(_beside(page, ties, told, layouts) | (beside(page, ties, layouts, end, single=True) & alone))


def _tells_what_for(cell: Cell, layouts: Layouts) -> bool:
    """Whether a text names something that is paid for: 停车缴费 may be a page's heading, 文献传递服务 speaks for us."""
    text, words = plain(cell.text), layouts.purposes
    return any(bool(pattern.search(text)) for pattern in (words.ours, words.other, words.stated))


def _furniture(page: Page, ties: Ties, layouts: Layouts) -> set[int]:
    """The cells of menus, steps and, below the rows, of buttons."""
    told = [tie for tie in ties.of(*BODY) if any(ties.values(tie))]
    begin, end = (
        min((tie.cell.top for tie in told), default=page.bottom),
        rows_end(page, ties, layouts.tips, layouts.states),
    )
    found: set[int] = set()
    menus: set[int] = set()
    for number, cells in enumerate(page.rows):
        row = _named(cells)
        names = [name for cell in row for name in _names(cell)]
        menu = len(names) > _COLUMN and row[0].bottom < begin  # 待缴款项 is one of its pages
        if len(names) < _BUTTONS or any(_is_state(name, layouts.states, menu=menu) for name in names):
            continue
        chain = _is_chain(row)
        labels = (
            tie for cell in row for tie in ties.by_cell.get(cell.index, ()) if not _is_within(tie, layouts.states)
        )
        if not chain and any(_has_value(tie, ties) for tie in labels):
            continue
        others = [tie for tie in told if page.row_of[tie.cell.index] != number]
        steps = len(names) >= _MENU and all(map(layouts.states.lines.names.search, names))
        if row[0].top > begin and not chain and not steps and _is_pair(row, others, page):
            continue
        if any(map(_BACK.fullmatch, names)) and not all(map(layouts.states.lines.names.search, names)):
            continue  # Money, Back: it may be the payment that is
        if len(names) >= _MENU or row[0].top > end:
            found |= {cell.index for cell in row if steps or not _is_title(cell, page)}
        home = menu and names[0] in _HOME and all(_is_page(name, layouts) for name in names)
        below = page.rows[number + 1] if number + 1 < len(page.rows) else ()
        dated = any(is_moment(cell.text) for cell in below)  # steps, of which not all may have been taken
        if home or (menu and not dated and _is_bar(names, layouts.states)):
            menus |= {cell.index for cell in row}
    quiet = {cell.index for cell in page.cells if cell.index in found and _is_quiet(cell, layouts)}
    return quiet | menus | _beside(page, ties, told, layouts)


def _is_within(tie: Tie, words: StateWords) -> bool:
    """Whether what reads like a label with its value is the name of a step: 负责人审批."""
    named = [name for name in _names(tie.cell) if words.lines.names.search(name)]
    return tie.same is not None and not tie.colon and len(named) == 1


def _is_quiet(cell: Cell, layouts: Layouts) -> bool:
    """Whether each word of a cell is one of a menu, a step or a button, known as such or neutral as those are."""
    words = layouts.states
    return all(
        words.lines.names.search(name) or (layouts.judge.score(name) > _QUIET and not words.lines.own.search(name))
        for name in _names(cell)
    )


def _is_page(name: str, layouts: Layouts) -> bool:
    """Whether a word of a menu may name a page that no list has: 酬金发放; not 款项已由对方奉还, 退款管理."""
    words = layouts.states
    tells = words.against(name) or _STANDS.search(name) or words.lines.own.search(name) or words.is_final(name)
    return columns(name) <= _SHORT and not tells and layouts.judge.score(name) > 0


def _is_bar(names: Sequence[str], words: StateWords) -> bool:
    """Whether the model takes the words of a row for a site's parts, most of them surely: My banking, Move money."""
    names = [name for name in names if not words.lines.is_bank(name)]  # or the system's: 网上预约报账系统
    stands = any(_STANDS.search(name.replace("待办", "")) for name in names)  # which is a list of one's own
    if stands or any(words.against(name) or words.lines.own.search(name) for name in names):
        return False
    silent = [words.model.silent(name) for name in names]
    return bool(names) and min(silent) >= _RATHER and median(silent) >= _SURE


def _asides(page: Page, words: StateWords) -> Iterator[int]:
    """What stands beside the payment, by label and value: 支付奖励 已领取, 计入预算 未计入, 关联发票 待补."""
    for row in page.rows:
        for label, value in zip(row[::2], row[1::2], strict=False):
            name, said = plain(label.text), plain(value.text)
            aside = len(row) == 2 and words.lines.asides.search(name) and not words.fails(said)
            if aside or (words.lines.papers.search(name) and words.lines.later.search(said)):
                yield from (label.index, value.index)
        for cell in row:
            name, mark, said = plain(cell.text).partition(":")
            if mark and words.lines.papers.search(name) and words.lines.later.search(said):
                yield cell.index


def _beside(page: Page, ties: Ties, told: Sequence[Tie], layouts: Layouts) -> set[int]:
    """The words of a menu down the page's left edge, or of buttons down its right one, wholly beside the rows. Among
    as many names set flush 到款认领, 借款冲销 are such, too.
    """
    words = layouts.states
    left = min((tie.cell.left for tie in told), default=0.0)
    values = (value for tie in told for value in itertools.islice(ties.values(tie), 1))
    right = max((value.cell.right for value in values), default=page.width)
    found: set[int] = set()
    for least, side in (
        (_COLUMN, [cell for cell in page.cells if cell.right < left]),
        (_MENU, [cell for cell in page.cells if cell.left > right and cell.text[:1] not in TICKS]),
    ):
        free = [c for c in side if not any(_has_value(t, ties) for t in ties.by_cell.get(c.index, ()))]
        names = [cell for cell in free if not any(_is_state(name, words) for name in _names(cell))]
        if len(names) < least:
            continue
        found |= {c.index for c in names if _is_quiet(c, layouts) or not words.against(plain(c.text))}
        found |= {c.index for c in free if _is_named(c, words) and sum(_lines_up(c, o) for o in names) >= least}
    return found


def _is_named(cell: Cell, words: StateWords) -> bool:
    """Whether a cell names something to be done to something: 借款冲销, no 已冲销, 退回."""
    name = plain(cell.text)
    return len(name) >= _COLUMN and all(_names(cell)) and not words.is_final(name) and not _STANDS.search(name)


def _lines_up(cell: Cell, other: Cell) -> bool:
    """Whether two words of a menu begin, or stand, one below the other, in letters of a size."""
    near = min(abs(cell.left - other.left), abs(cell.centre - other.centre)) < cell.height / 2
    return near and 0.8 < cell.height / max(other.height, 1.0) < 1.25


def _named(row: Sequence[Cell]) -> Sequence[Cell]:
    """The words of a menu, without the one box that says who is logged in; else the row as it is."""
    row = [cell for cell in row if not _COUNT.fullmatch(cell.text)]
    said = [cell for cell in row if not all(_names(cell))]
    figures = any(find_figures(cell.text) for cell in said)
    return row if len(said) != 1 or len(row) <= _COLUMN or figures else [cell for cell in row if cell not in said]


def _is_state(name: str, words: StateWords, *, menu: bool = False) -> bool:
    """Whether a word is none, or says how a payment stands: a name of a step does not."""
    return not name or words.fails(name) or words.is_final(name) or (not menu and bool(_STANDS.search(name)))


def _is_chain(row: Sequence[Cell]) -> bool:
    return sum(len(_ARROW.findall(cell.text)) for cell in row) >= _BUTTONS


def _is_title(cell: Cell, page: Page) -> bool:
    """Whether a word is the heading of a screen, between the buttons of its top bar, or larger than others."""
    number = page.row_of[cell.index]
    bar = number < _TOP_ROWS and len(page.rows[number]) <= _COLUMN
    middle = bar and abs(cell.centre - page.width / 2) < _ASIDE * page.width
    return middle or cell.height > _LARGE * page.line_height


def _is_told(cell: Cell, ties: Ties) -> bool:
    """Whether a cell is what a label of the state says: 单据状态 转账完成."""
    owner = ties.owner(cell)
    return owner is not None and owner.label is Label.STATUS


def _has_value(tie: Tie, ties: Ties) -> bool:
    """Whether a word is a label with a value; 打印 is a button."""
    return tie.colon or (tie.label is not Label.PRINTED and any(ties.values(tie)))


def _names(cell: Cell) -> Iterator[str]:
    """The words of a cell, one for each thing that it names; '' for one that says more than a name."""
    for piece in _BETWEEN.split(cell.text):
        if name := plain(_NUMBERED.sub("", piece.strip())):
            yield name if columns(name) <= _WIDEST and not _SAYS.search(name) else ""


def _is_pair(row: Sequence[Cell], told: Sequence[Tie], page: Page) -> bool:
    """Whether two words of a row stand where labels and their values do: they may be such, in words no list has."""
    values = [page.rows[page.row_of[tie.cell.index]] for tie in told]
    behind = [cell for tie, row in zip(told, values, strict=True) for cell in row if cell.left > tie.cell.right]
    return any(
        _flush(label, [tie.cell for tie in told]) and any(_flush(cell, behind) for cell in row[number + 1 :])
        for number, label in enumerate(row)
    )


def _flush(cell: Cell, others: Sequence[Cell]) -> bool:
    """Whether a cell begins, or ends, where two of the others do."""
    near = cell.height / 2
    begins = sum(abs(other.left - cell.left) < near for other in others)
    return max(begins, sum(abs(other.right - cell.right) < near for other in others)) >= _ALIKE
