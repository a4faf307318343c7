"""A line of an account's statement: a table of movements, in which one pays us.

The account's bank says of each line that it was booked. Which line is meant, its payee tells; the rest of the table is
no payment of this mail, but it may say that the money came back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from maild.config import Office
from maild.receipts.layouts import Layouts, label_key
from maild.receipts.movements import Line, Table, find_table
from maild.receipts.page.dates import find_day
from maild.receipts.page.figures import Figure, find_figures
from maild.receipts.page.ours import account_is_ours, name_is_ours
from maild.receipts.page.relaid import Relaid, Row, lay_out, piece
from maild.receipts.page.rows import Cell, Page, union
from maild.receipts.page.sheet import Region
from maild.receipts.page.spotting import COMPOSED, spot
from maild.receipts.paidwords import plain
from maild.receipts.toldwords import StatementWords

LAYOUT = "41-statement-line"
SIDE_UNKNOWN = "the statement does not say whether the money came or went"
_DONE = "转账成功"  # what a bank has booked
_ACCOUNT = re.compile(r"[\d*]{4,}(?: ?[\d*]{2,})*")
_PIECES = re.compile(r"[\s>/›»]+")  # of a heading: 我的账户>交易流水查询
_BLANKS = re.compile(r"[\s()]+")
_SHOWN = 30  # characters of what is quoted
_OUTER = {
    "户名": "付款户名",
    "账户": "付款账号",
    "账号": "付款账号",
    "卡号": "付款账号",
    "姓名": "付款户名",
    "客户名称": "付款户名",
    "账户名称": "付款户名",
}


def statement_lines(page: Page, layouts: Layouts, office: Office) -> list[Relaid]:
    """The lines of a statement that pay us, each laid out anew; none where the page is no statement."""
    words = layouts.told.statement
    table = find_table(page, layouts)
    if table is None:
        return []
    above = [_heading(cell, layouts) for cell in table.outer if cell.bottom < table.heads[0].bottom]
    titles = [cell for cell in above if cell is not None and words.titles.search(plain(cell.text))]
    ours = [line for line in table.lines if _names_us(table, line, layouts, office)]
    if not titles or not ours:
        return []
    went = [line for line in ours if _went(table, line, words) is not False]
    return [
        _relaid(page, table, line, titles[0], layouts, booked=_is_booked(titles, table, line, layouts)) for line in went
    ]


def _heading(cell: Cell, layouts: Layouts) -> Cell | None:
    """What may be a heading of a cell: what stands before its first label, or before its colon where no list has what
    does: 账户明细查询账号: 6217….
    """
    if ":" not in cell.text:
        return cell
    spotted = spot(cell.text, layouts.lexicon, layouts.spotting)
    if not spotted:
        return None
    meaning, start, end, _ = spotted[0]
    end = start or (end if meaning.rank >= COMPOSED else 0)
    return cell.part(0, end) if end else None


def _is_booked(titles: Sequence[Cell], table: Table, line: Line, layouts: Layouts) -> bool:
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


def _names_us(table: Table, line: Line, layouts: Layouts, office: Office) -> bool:
    """Whether the line names us, or our account, as the other party."""
    return any(_party(cell.text, layouts, office) for _, cell in table.columns(line))


def _party(text: str, layouts: Layouts, office: Office) -> bool:
    name, account = _parted(text)
    verdict = name_is_ours(name, layouts)
    if verdict.exact or (account and account_is_ours(account, office.bank_account, layouts.alike).ours):
        return True
    return verdict.near or bool(account and account_is_ours(account, office.bank_account, layouts.alike).near)


def _parted(text: str) -> tuple[str, str]:
    """A name and an account that stand in one column."""
    hit = _ACCOUNT.search(text)
    if hit is None:
        return text, ""
    return _BLANKS.sub(" ", text[: hit.start()] + text[hit.end() :]).strip(" ,/-:"), hit.group()


def _sum(table: Table, line: Line, words: StatementWords) -> tuple[Cell, Figure, str] | None:
    """The sum of a line: its cell, the figure, and the side that its column says: 'out', 'in' or ''."""
    for pattern, side in ((words.out, "out"), (words.come, "in"), (words.amount, "")):
        for head, cell in table.columns(line):
            figures = [f for f in find_figures(cell.text) if f.alone and f.value]
            if pattern.search(head) and figures:
                return cell, figures[0], side
    return None


def _went(table: Table, line: Line, words: StatementWords) -> bool | None:
    """Whether the money of a line went out; None where nothing tells, or its columns do not agree."""
    found = _sum(table, line, words)
    if found is None:
        return None
    _, figure, side = found
    said = _said(table, line, words)
    if side or figure.sign:
        went = side == "out" if side else figure.sign == "-"
        return None if went and said is False else went
    return said


def _said(table: Table, line: Line, words: StatementWords) -> bool | None:
    """Whether the money of a line went out, by its side or summary."""
    for pattern in (words.side, words.summary):
        for head, cell in table.columns(line):
            if pattern.search(head):
                if words.goes.search(plain(cell.text)):
                    return True
                if words.comes.search(plain(cell.text)):
                    return False
    return None


def _relaid(page: Page, table: Table, line: Line, title: Cell, layouts: Layouts, *, booked: bool) -> Relaid:
    words = layouts.told.statement
    rows = [Row(value=piece(_DONE if booked else title.text, (title,)))]
    rows += _owner(table)
    rows += _rows(table, line, layouts)
    cells = [*table.heads, *(cell for cell in line.cells if cell is not None)]
    around = union(cell.place for cell in cells) or Region(left=0.0, top=0.0, right=page.width, bottom=page.height)
    pad = page.line_height
    region = Region(left=around.left - pad, right=around.right + pad, top=around.top - pad, bottom=around.bottom + pad)

    def again(seen: Page) -> Page | None:
        # The line below is cut through where the look ends: its halves are no part of this one.
        cut = {cell.index for cell in seen.cells if (cell.place.top + cell.place.bottom) / 2 > around.bottom}
        other = find_table(seen.without(cut), layouts)
        if other is None or not other.lines:
            return None
        same = min(other.lines, key=lambda one: abs(one.middle - line.middle))
        return lay_out(_rows(other, same, layouts), seen)

    against = [] if _went(table, line, words) else [SIDE_UNKNOWN]
    if said := next((c.text for c in table.outer if layouts.states.against(plain(c.text), name=":" in c.text)), ""):
        against.append(f"state not certain: {said[:_SHOWN]}")
    if said := next((c.text for c in (*table.outer, *table.heads) if words.books.search(plain(c.text))), ""):
        against.append(f"state not certain: {said[:_SHOWN]}")
    if said := _came_back(table, line, layouts):
        against.append(f"state not certain: {said[:_SHOWN]}")
    laid = lay_out(rows, page)
    return Relaid(page=laid, layout=LAYOUT, region=page.clipped(region), again=again, against=tuple(against))


def _owner(table: Table) -> Iterator[Row]:
    """Whose account it is, above the table."""
    for cell in table.outer:
        head, mark, value = cell.text.partition(":")
        key = label_key(head)
        if mark and value.strip() and key in _OUTER:
            yield Row(label=_OUTER[key], value=piece(value.strip(), (cell,)))
        elif mark and value.strip() and "币" in key:
            yield Row(label="币种", value=piece(value.strip(), (cell,)))


def _rows(table: Table, line: Line, layouts: Layouts) -> Iterator[Row]:
    """The columns of a line as labels with their values."""
    words = layouts.told.statement
    found = _sum(table, line, words)
    for head, cell in table.columns(line):
        if found is not None and cell is found[0]:
            yield Row(label="交易金额", value=cell)
        elif words.balance.search(head):
            yield Row(label="本次余额", value=cell)
        elif words.out.search(head) or words.come.search(head):
            yield Row(label="", value=cell) if not _is_nought(cell.text) else Row(label="余额", value=cell)
        elif words.party.search(head):
            name, account = _parted(cell.text)
            if name:
                yield Row(label="对方户名", value=piece(name, (cell,)))
            if account:
                yield Row(label="对方账号", value=piece(account, (cell,)))
        elif words.day.search(head) and find_day(cell.text):
            yield Row(label="交易日期", value=cell)
        elif words.summary.search(head) and (words.goes.search(plain(cell.text)) or "摘要" in head):
            yield Row(label="摘要", value=cell)
        else:
            yield Row(label=head, value=cell)


def _is_nought(text: str) -> bool:
    """Whether a column of sums says that there is none: 0.00, -, /."""
    figures = find_figures(text)
    return not any(figure.value for figure in figures)


def _came_back(table: Table, line: Line, layouts: Layouts) -> str:
    """What another line says of this money: that as much came in, or that something with us was undone."""
    words = layouts.told.statement
    own = _sum(table, line, words)
    value = own[1].value if own is not None else Decimal(0)
    for other in table.lines:
        if other is line:
            continue
        found = _sum(table, other, words)
        same = found is None or found[1].value == value
        undone = layouts.states.fails(plain(other.text))
        if (same and (undone or _went(table, other, words) is not True)) or (
            undone and _is_nameless(table, other, words)
        ):
            return other.text
    return ""


def _is_nameless(table: Table, line: Line, words: StatementWords) -> bool:
    """Whether a line names no other party, so that it may be about any other."""
    return not any(words.party.search(head) for head, _ in table.columns(line))
