"""A line of an account's statement: a table of movements, in which one pays us.

The account's bank says of each line that it was booked. Which line is meant, its payee tells; the rest of the table is
no payment of this mail, but it may say that the money came back. A list of payments that were asked for has a column of
their states instead: each line says for itself how it went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from maild.config import Office
from maild.receipts import SAY
from maild.receipts.layouts import Label, Layouts, label_key
from maild.receipts.page.dates import find_day
from maild.receipts.page.figures import Figure, find_figures
from maild.receipts.page.headings import heading, is_booked, is_of_payments
from maild.receipts.page.labels.spotting import understood
from maild.receipts.page.movements import Line, Table, find_table
from maild.receipts.page.ours import account_is_ours, name_is_ours
from maild.receipts.page.relaid import Relaid, Row, lay_out, piece
from maild.receipts.rows import Cell, Page, union
from maild.receipts.sheet import Region
from maild.receipts.words.states import plain
from maild.receipts.words.told import StatementWords

LAYOUT = "41-statement-line"
_DONE = "转账成功"  # what a bank has booked
_ACCOUNT = re.compile(r"[\d*]{4,}(?: ?[\d*]{2,})*")
_STATES = ("状态", "结果", "status", "result")
_CODE = re.compile(r"^(?:\d{2,6}|s) ?- ?")  # of an answer: 0000-交易成功
_BANK_BEHIND = re.compile(  # 浙江大学工商银行 ***8891
    r"(?<=[\u3400-\u9fff]{4})[ ,/-]*(?:(?:中国)?(?:邮政储蓄|浦东发展|[\u3400-\u9fff]{2})银行|[工农中建交招]行)$"
)
_BLANKS = re.compile(r"[\s()]+")
_PAYEES = frozenset({Label.PAYEE, Label.PAYEE_ACCOUNT})
_OF_PAYEE = re.compile(r"收款|payee|beneficiary|recipient")  # not 对方, who may have paid
_OF_REMARK = "附言"
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
    above = [heading(cell, layouts) for cell in table.outer if cell.bottom < table.heads[0].bottom]
    titles = [cell for cell in above if cell is not None and words.titles.search(plain(cell.text))]
    ours = [line for line in table.lines if _names_us(table, line, layouts, office)]
    if ours and any(_is_state(label_key(head.text), layouts) for head in table.heads):
        states = [cell for line in ours for head, cell in table.columns(line) if _is_state(head, layouts)]
        names = not any(words.handled.search(cell.text) for cell in states)
        listed = is_of_payments(table, above, layouts, names=names)
        paid = [line for line in ours if _went(table, line, layouts) is not False]
        came = () if paid else (SAY("money_came_in"),)
        return [_stated(page, table, line, layouts, listed=listed, against=came) for line in paid or ours]
    if not titles or not ours:
        return []
    went = [line for line in ours if _went(table, line, layouts) is not False]
    came = (SAY("money_came_in"),) if not went else ()  # else the page would be read as if it were no table
    return [
        _relaid(page, table, line, titles[0], layouts, booked=is_booked(titles, table, line, layouts), against=came)
        for line in went or ours
    ]


def _stated(page: Page, table: Table, line: Line, layouts: Layouts, *, listed: bool, against: Sequence[str]) -> Relaid:
    """A line that says for itself how it went: made where each of its states names the act done.

    listed: in a list of payments made
    """
    words = layouts.told.statement
    states = [(head, cell) for head, cell in table.columns(line) if _is_state(head, layouts)]
    odd = [
        plain(cell.text)
        for head, cell in states
        if not (words.how.search(head) and words.done.search(_said_in(cell)))
        or (words.handled.search(cell.text) and words.orders.search(head))
    ]
    doubts = [
        SAY("payment_not_finished" if layouts.states.fails(said) else "state_not_known", words=said[:_SHOWN])
        for said in odd
    ]
    if not states:
        doubts.append(SAY("line_without_state"))
    if not listed:
        doubts.append(SAY("no_list_of_payments"))
    title = states[0][1] if states else next(cell for cell in line.cells if cell is not None)
    return _relaid(page, table, line, title, layouts, booked=not doubts, against=(*doubts, *against))


def _is_state(head: str, layouts: Layouts) -> bool:
    """Whether a column says how a line went, or how something of it did: 校验状态."""
    named = head.endswith(_STATES) and not layouts.states.lines.asides.search(head)
    return named or _means(head, layouts) is Label.STATUS


def _said_in(state: Cell) -> str:
    return _CODE.sub("", plain(state.text))


def _means(head: str, layouts: Layouts) -> Label | None:
    meaning = layouts.lexicon.get(head) or understood(head, layouts.lexicon, layouts.spotting)
    return meaning.label if meaning is not None else None


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
    """A name and an account that stand in one column, perhaps with the account's bank between them."""
    hit = _ACCOUNT.search(text)
    if hit is None:
        return text, ""
    name = _BLANKS.sub(" ", text[: hit.start()] + text[hit.end() :]).strip(" ,/-:")
    return _BANK_BEHIND.sub("", name), hit.group()


def _sum(table: Table, line: Line, words: StatementWords) -> tuple[Cell, Figure, str] | None:
    """The sum of a line: its cell, the figure, and the side that its column says: 'out', 'in' or ''."""
    for pattern, side in ((words.out, "out"), (words.come, "in"), (words.amount, "")):
        for head, cell in table.columns(line):
            figures = [f for f in find_figures(cell.text) if f.alone and f.value]
            if pattern.search(head) and figures:
                return cell, figures[0], side
    return None


def _went(table: Table, line: Line, layouts: Layouts) -> bool | None:
    """Whether the money of a line went out; None where nothing tells, or its columns do not agree. To whom it went, a
    column of payees says as well.
    """
    words = layouts.told.statement
    found = _sum(table, line, words)
    if found is None:
        return None
    _, figure, side = found
    said = _said(table, line, words)
    paid = any(_means(head, layouts) in _PAYEES and _OF_PAYEE.search(head) for head, _ in table.columns(line))
    if said is None and paid:
        if figure.sign == "-":  # it may have come back
            return None
        said = True
    if side:
        went = side == "out"
        if (said is not None and went and not said) or not _is_placed(table, line, layouts, said=said):
            return None
        return went
    if figure.sign:
        return None if figure.sign == "-" and said is False else figure.sign == "-"
    return said


def _is_placed(table: Table, line: Line, layouts: Layouts, *, said: bool | None) -> bool:
    """Whether it is certain that a sum stands in the column under whose head it was put, of one for what went and one
    for what came: the balance behind it says so, or behind the others, or its summary does, or it stands right below
    its head. A minus in the column of what went is no payment, unless all sums of it have one or the balance fell.
    """
    words = layouts.told.statement
    moved = [_by_balance(table, number, words) for number in range(len(table.lines))]
    sums = [_sum(table, one, words) for one in table.lines]
    own = moved[table.lines.index(line)]
    found = sums[table.lines.index(line)]
    right = [
        (other[2] == "out") is went
        for other, went in zip(sums, moved, strict=True)
        if other is not None and other[2] and went is not None and found is not None and _in_line(other[0], found[0])
    ]
    if found is None or not all(right):
        return False
    cell, figure, side = found
    if figure.sign == "-" and own is None:
        others = [s for one in table.lines if one is not line and (s := _sum(table, one, words)) is not None]
        same = [other[1].sign for other in others if other[2] == side]
        if not same or any(sign != "-" for sign in same):
            return False
    if own is not None or right or (said is True and side == "out"):
        return True
    head = next(h for h, c in zip(table.heads, line.cells, strict=True) if c is cell)
    return min(cell.right, head.right) - max(cell.left, head.left) > 0


def _in_line(one: Cell, other: Cell) -> bool:
    """Whether two sums are set as sums of one column are: flush, or in the middle."""
    edges = (one.left - other.left, one.right - other.right, one.centre - other.centre)
    return min(map(abs, edges)) < one.height / 2


def _by_balance(table: Table, number: int, words: StatementWords) -> bool | None:
    """Whether the balance fell by a line's sum, True, or rose, as the lines before and behind it say, whichever is the
    older; None where it did neither, or cannot be told.
    """
    found = _sum(table, table.lines[number], words)
    balances = [_balance(table, line, words) for line in table.lines]
    own = balances[number]
    if found is None or own is None:
        return None
    value, told = abs(found[1].value), set()
    for other in (number - 1, number + 1):
        before = balances[other] if 0 <= other < len(balances) else None
        if before is not None and abs(own - before) == value:
            told.add(own < before)
    return told.pop() if len(told) == 1 else None


def _balance(table: Table, line: Line, words: StatementWords) -> Decimal | None:
    for head, cell in table.columns(line):
        if words.balance.search(head):
            figures = [figure for figure in find_figures(cell.text) if figure.pointed and figure.alone]
            if figures:
                return figures[0].value
    return None


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


def _relaid(
    page: Page,
    table: Table,
    line: Line,
    title: Cell,
    layouts: Layouts,
    *,
    booked: bool,
    against: Sequence[str] = (),
) -> Relaid:
    words = layouts.told.statement
    rows = [Row(value=piece(_DONE if booked else title.text, (title,)))]
    rows += _owner(table)
    rows += _rows(table, line, layouts)
    # Looked at again is the line alone: whose column a box is, the first look has told.
    cells = [cell for cell in line.cells if cell is not None]
    around = union(cell.place for cell in cells) or Region(left=0.0, top=0.0, right=page.width, bottom=page.height)
    pad = page.line_height
    region = Region(left=around.left - pad, right=around.right + pad, top=around.top - pad, bottom=around.bottom + pad)

    def again(seen: Page) -> Page | None:
        same = Line(cells=tuple(None if cell is None else _in_place(cell, seen) for cell in line.cells))
        return lay_out(_rows(table, same, layouts), seen) if any(same.cells) else None

    doubts = [*against] if _went(table, line, layouts) else [*against, SAY("side_unknown")]
    if said := next((c.text for c in table.outer if layouts.states.against(plain(c.text), name=":" in c.text)), ""):
        doubts.append(SAY("state_not_certain", words=said[:_SHOWN]))
    if said := next((c.text for c in (*table.outer, *table.heads) if words.books.search(plain(c.text))), ""):
        doubts.append(SAY("state_not_certain", words=said[:_SHOWN]))
    if said := _came_back(table, line, layouts):
        doubts.append(SAY("state_not_certain", words=said[:_SHOWN]))
    laid = lay_out(rows, page)
    return Relaid(page=laid, layout=LAYOUT, region=page.clipped(region), again=again, against=tuple(doubts))


def _in_place(cell: Cell, seen: Page) -> Cell | None:
    """What a later look has in the place of a box."""
    at = cell.place
    parts = [
        one
        for one in seen.cells
        if at.left - cell.height < one.centre < at.right + cell.height and at.top < one.middle < at.bottom
    ]
    return piece("".join(part.text for part in parts), parts) if parts else None


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
        elif words.day.search(head) and words.entry.search(head):
            continue  # when somebody asked for it: it was paid then, or later
        elif words.day.search(head) and find_day(cell.text):
            yield Row(label="交易日期", value=cell)
        elif words.summary.search(head) and (words.goes.search(plain(cell.text)) or "摘要" in head):
            yield Row(label="摘要", value=cell)
        elif hit := words.numbered.search(plain(cell.text)):  # 图书馆文献传递费 流水号 974712646959, in one column
            at = cell.text.rfind(hit["label"])
            yield Row(label=_OF_REMARK if at > 0 else head, value=cell.part(0, at) if at > 0 else cell)
            yield Row(label=hit["label"], value=piece(hit["number"], (cell,)))
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
        if (same and (undone or _went(table, other, layouts) is not True)) or (
            undone and _is_nameless(table, other, words)
        ):
            return other.text
    return ""


def _is_nameless(table: Table, line: Line, words: StatementWords) -> bool:
    """Whether a line names no other party, so that it may be about any other."""
    return not any(words.party.search(head) for head, _ in table.columns(line))
