"""What stands above a table of payments, and what that makes of its lines: booked, paid, or only asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maild.receipts.layouts import Layouts
from maild.receipts.page.figures import find_figures
from maild.receipts.page.labels.spotting import COMPOSED, spot
from maild.receipts.page.movements import Line, Table
from maild.receipts.rows import Cell
from maild.receipts.words.states import plain

_PIECES = re.compile(r"[\s>/›»]+")  # of a heading: 我的账户>交易流水查询
_WHERE = re.compile(r"^(?:您的?)?(?:当前)?(?:所在)?位置:")
_SURE = 0.85  # of the model, that a line above a table says nothing of it
_MENU, _NAME = 4, 8  # words in a row; characters of one


def is_of_payments(table: Table, above: Sequence[Cell | None], layouts: Layouts, *, names: bool) -> bool:
    """Whether a heading names a list of payments made, and nothing around it one of what is asked for or brought in.
    names: the states of its lines name the payment (交易成功, not 处理成功)
    """
    words = layouts.told.statement
    menu = {cell.index for cell in _menu(table.outer)}
    if any(words.asked.search(plain(cell.text)) for cell in table.outer if cell.index not in menu):
        return False
    ends = [pieces[-1] for cell in above if cell is not None and (pieces := _pieces(cell.text))]
    if any(words.lists.search(end) and (names or not words.instructions.search(end)) for end in ends):
        return True
    # Where no heading is left but the bank's own, a state that names the payment says that the list is of payments.
    said = [cell.text for cell in table.outer if cell.bottom < table.heads[0].bottom and heading(cell, layouts) is None]
    unknown = [text for text in said if not spot(text, layouts.lexicon, layouts.spotting)]
    silent = all(
        layouts.states.model.silent(text) >= _SURE and not words.titles.search(plain(text)) for text in unknown
    )
    return names and silent and all(map(layouts.states.lines.is_bank, ends))


def is_booked(titles: Sequence[Cell], table: Table, line: Line, layouts: Layouts) -> bool:
    """Whether a line is a movement that a bank has booked: the balance stands behind it, or the heading says so, whose
    way is through nothing else: 我的账户>交易流水查询, not 付款计划>交易明细.
    """
    words = layouts.told.statement
    if any(words.balance.search(head) and find_figures(cell.text) for head, cell in table.columns(line)):
        return True
    for title in titles:
        *way, last = [piece for piece in _PIECES.split(plain(title.text)) if piece]
        known = all(
            words.booked.search(piece) or words.ways.search(piece) or layouts.states.lines.is_bank(piece)
            for piece in way
        )
        if known and words.booked.search(last):
            return True
    return False


def heading(cell: Cell, layouts: Layouts) -> Cell | None:
    """What may be a heading of a cell: what stands before its first label, or before its colon where no list has what
    does: 账户明细查询账号: 6217….
    """
    if ":" not in cell.text or _WHERE.match(plain(cell.text)):
        return cell
    spotted = spot(cell.text, layouts.lexicon, layouts.spotting)
    if not spotted:
        return None
    meaning, start, end, _ = spotted[0]
    end = start or (end if meaning.rank >= COMPOSED else 0)
    return cell.part(0, end) if end else None


def _pieces(heading: str) -> list[str]:
    """The pieces of a heading, from the first page to this one: 当前位置:交易查询>付款记录."""
    return [piece for piece in _PIECES.split(_WHERE.sub("", plain(heading))) if piece]


def _menu(outer: Sequence[Cell]) -> Iterator[Cell]:
    """The words of a menu above a table: many short ones in a row, of which none is a label with its value, and which
    name what may be done elsewhere.
    """
    for cell in outer:
        row = [other for other in outer if abs(other.middle - cell.middle) < cell.height / 2]
        if len(row) > _MENU and all(len(plain(other.text)) <= _NAME and ":" not in other.text for other in row):
            yield cell
