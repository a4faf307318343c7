"""Several receipts in one picture: where one ends and the next begins, side by side, stacked or in a grid.

A cut runs through a gap, and stands where both sides say what a receipt says once: labels repeat across it, both name
both parties, both have a title. Whatever repeats and cannot be cut is for a person (`doubled`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from maild.domain.accounting.receipt import Receipt
from maild.receipts.layouts import Label, Layouts, label_key
from maild.receipts.page.amounts import other_sums
from maild.receipts.page.dates import find_day
from maild.receipts.page.figures import find_figures
from maild.receipts.page.found import EDGES
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.numerals import find_words
from maild.receipts.rows import Cell, Page
from maild.receipts.sheet import Region

MOST = 8  # receipts of a picture

_TITLE_WEIGHT = 3
_TITLE_HEIGHT = 0.8  # of the usual line's
_TITLE_ROOM = 14  # characters that may stand beside a title's word
_NEEDED = 2.5  # what must repeat across a cut
_MOST_LABELS = 200  # some twelve receipts of sixteen labels
_LEAST_LABELS = 4
_CROSSING = 2  # boxes that a cut may go through: a seal's letters, boxes of neighbours that the reader ran into one
_PRICE = 0.3  # of each
_UNDER_TITLE = 1.0  # a cut right above a title is the better one
_GAP = 0.1  # a line's height of a gap, up to four
# A receipt says these once: `_SURE` in whatever words, the others in the same words.
_SURE = (Label.PAYEE, Label.PAYER)
_ONCE = (
    *_SURE,
    Label.PAYEE_ACCOUNT,
    Label.PAYER_ACCOUNT,
    Label.PAYEE_BANK,
    Label.PAYER_BANK,
    Label.AMOUNT,
    Label.TOTAL,
    Label.PAID,
    Label.SERIAL,
    Label.PURPOSE,
    Label.STATUS,
)
_PAYERS = {Label.PAYER, Label.PAYER_ACCOUNT, Label.PAYER_DEPARTMENT}
_PAYEES = {Label.PAYEE, Label.PAYEE_ACCOUNT, Label.PAYEE_DEPARTMENT}
# What may not have two values on one receipt; a purpose, a status or a sum may (items, remarks, a fee's own state).
_UNIQUE = (*_SURE, Label.WORDS, Label.PAYEE_ACCOUNT, Label.PAYER_ACCOUNT, Label.PAID, Label.SERIAL)
# What a receipt tells under labels; so many different ones are enough of one, and so many rows below make a list.
_TELLING = frozenset(_ONCE) | {Label.NAME, Label.ACCOUNT, Label.TRANSACTION}
_ENOUGH, _LIST_ROWS = 3, 3
_BANKED = re.compile(r"(?:[\u4e00-\u9fff]{0,8}(?:银行|信用社|储蓄|银行卡|储蓄卡|对公账户|卡))*(?:尾号)?[\d*]*")
_BANK_BEHIND = re.compile(
    r"(?:(?:中国)?(?:工商|农业|建设|交通|招商|邮政储蓄|民生|光大|中信|浦发|兴业|平安|广发|华夏|杭州|浙商)?银行|[工农中建交招]行)?"
    r"(?:银行卡|储蓄卡|借记卡|对公账户)?(?:尾号)?[\d*]*"
)
_PRINTED_DAY = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_SOON = timedelta(days=3)  # after an application, in which a bank carries it out
_ACCOUNT = re.compile(r"(?<!\d)\d{15,19}(?!\d)")  # in full
_PLAIN = re.compile(r"[\s:;,.，。、|_/\\()*-]+")
_TO_SIGN = re.compile(r"\((?:$|[公签盖印名字]*章\)?$|[签名字]{2}\)?$)")  # 付款单位(章): the place of its stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """A line between two receipts: across the page at a height, or upright."""

    upright: bool
    at: float
    worth: float


def split(page: Page, layouts: Layouts, stamps: Sequence[Region] = ()) -> list[Page]:
    """The receipts of a page, in reading order; the page alone where it is one."""
    ties = Ties(page, layouts.lexicon, layouts.spotting)
    titles = list(_titles(page, ties, layouts, stamps))
    aside = other_sums(ties)
    money = [cell for cell in page.cells if cell.index not in aside and _is_money(cell)]
    return _parts(page, ties.all, titles, money, MOST)


def _parts(page: Page, ties: Sequence[Tie], titles: Sequence[Cell], money: Sequence[Cell], most: int) -> list[Page]:
    best = max(_cuts(page, ties, titles, money), key=lambda cut: cut.worth, default=None) if most > 1 else None
    if best is None:
        return [page]
    found: list[Page] = []
    for first in (True, False):
        half = page.half(best.at, upright=best.upright, first=first)
        kept = [tie for tie in ties if _side(tie.at, best) is first]
        heads = [title for title in titles if _side(title, best) is first]
        sums = [cell for cell in money if _side(cell, best) is first]
        found += _parts(half, kept, heads, sums, most - 1)
    return found


def _side(cell: Cell, cut: _Cut) -> bool:
    """Whether a box lies before a cut."""
    return (cell.centre if cut.upright else cell.middle) < cut.at


def _cuts(page: Page, ties: Sequence[Tie], titles: Sequence[Cell], money: Sequence[Cell]) -> Iterator[_Cut]:
    """Cuts that leave a receipt on either side; none on a page with more labels than a sheet of receipts has, whose
    every gap would be weighed against each of them. money: the cells of sums, of which a fee is none.
    """
    if len(ties) > _MOST_LABELS:
        return
    written = [cell for cell in money if find_words(cell.text)]
    for upright in (False, True):
        for at, gap, crossing in _gaps(page, upright=upright):
            cut = _Cut(upright=upright, at=at, worth=0.0)
            if not _on_both(money, cut) or _shares_a_sum(money, cut) or _is_one_payment(page, money, ties, titles, cut):
                continue
            worth = _repeated(ties, titles, written, cut) - _PRICE * crossing
            if worth < _NEEDED:
                continue
            under = not upright and any(0 < t.middle - at < 2.5 * max(t.height, page.line_height) for t in titles)
            worth += _UNDER_TITLE * under + _GAP * min(gap / page.line_height, 4.0)
            yield _Cut(upright=upright, at=at, worth=worth)


def _repeated(ties: Sequence[Tie], titles: Sequence[Cell], written: Sequence[Cell], cut: _Cut) -> float:
    """How much of what a receipt says once stands on both sides of a cut."""
    sides: tuple[list[Tie], list[Tie]] = ([], [])
    for tie in ties:
        sides[_side(tie.at, cut)].append(tie)
    if min(map(len, sides)) < _LEAST_LABELS:
        return 0.0
    worth = float(_on_both(titles, cut) + _on_both(written, cut))
    worth += 1.5 * all(map(_names_both, sides))
    for label in _ONCE:
        one, other = ({tie.meaning.text for tie in side if tie.label is label} for side in sides)
        if one and other:
            worth += max(len(one & other), 1.0 if label in _SURE else 0.5)
    return worth


def _on_both(cells: Sequence[Cell], cut: _Cut) -> bool:
    return len({_side(cell, cut) for cell in cells}) == 2


def _names_both(ties: Sequence[Tie]) -> bool:
    """Whether both parties have their place."""
    labels = [tie.label for tie in ties]
    return (not _PAYERS.isdisjoint(labels) and not _PAYEES.isdisjoint(labels)) or labels.count(Label.NAME) > 1


def _shares_a_sum(money: Sequence[Cell], cut: _Cut) -> bool:
    """Whether one side has but the figures, and the other but the words of the same sum: two columns of one form."""
    said = {(_side(cell, cut), "words", words.value) for cell in money for words in find_words(cell.text)}
    said |= {(_side(cell, cut), "figures", f.value) for cell in money for f in find_figures(cell.text) if f.pointed}
    sides, ways, sums = (len(set(one)) for one in zip(*said, strict=True))
    return len(said) == sides == ways == 2 and sums == 1


def _is_one_payment(page: Page, money: Sequence[Cell], ties: Sequence[Tie], titles: Sequence[Cell], cut: _Cut) -> bool:
    """Whether one side is an application and the other what the bank's machine printed below it: no title and a state
    there, no label of a serial on both, and on both the same sum between the same two accounts, each said once; printed
    on the day of the application or soon after it.
    """
    state = any(tie.label is Label.STATUS and not _side(tie.at, cut) for tie in ties)
    if cut.upright or not state or not all(_side(title, cut) for title in titles):
        return False
    numbers = [(_side(tie.at, cut), tie.meaning.text) for tie in ties if tie.label is Label.SERIAL]
    below = [text for first, text in numbers if not first]
    if len(below) > 1 or len({text for _, text in numbers}) < len(set(numbers)):
        return False
    sums = [(_side(cell, cut), f.value) for cell in money for f in find_figures(cell.text) if f.pointed and f.value > 0]
    accounts = [(_side(cell, cut), number) for cell in page.cells for number in _ACCOUNT.findall(cell.text)]
    told = sorted((cell.middle, day[0]) for cell in page.cells if (day := _day(cell.text)) is not None)
    days = [day for _, day in told]  # the first is the application's
    same = len(set(sums)) == 2 and len({value for _, value in sums}) == 1
    same = same and len(accounts) == len(set(accounts)) == 4 and len({number for _, number in accounts}) == 2
    return same and len(days) > 1 and days[0] == min(days) and max(days) - days[0] <= _SOON


def _is_money(cell: Cell) -> bool:
    return any(f.pointed and f.value > 0 for f in find_figures(cell.text)) or bool(find_words(cell.text))


def _gaps(page: Page, *, upright: bool) -> Iterator[tuple[float, float, int]]:
    """Where a cut may run: (where, how wide the gap is, how many boxes it goes through)."""
    cells = (*page.cells, *page.uprights)
    spans = [(c.left, c.right) if upright else (c.top, c.bottom) for c in cells]
    events = sorted([(low, 1) for low, _ in spans] + [(high, -1) for _, high in spans])
    open_ = 0
    for (at, step), (following, _) in pairwise(events):
        open_ += step
        if open_ <= _CROSSING and following - at > 0.15 * page.line_height:
            yield (at + following) / 2, following - at, open_


def _titles(page: Page, ties: Ties, layouts: Layouts, stamps: Sequence[Region]) -> Iterator[Cell]:
    """Boxes that hold little but the name of a document or its bank; a seal's letters and a party's bank are none."""
    words = sorted(
        {
            w
            for layout in layouts.layouts
            for a in layout.anchors
            if a.weight >= _TITLE_WEIGHT
            for w in a.words
            if len(w) > 3
        },
        key=len,
        reverse=True,
    )
    for cell in page.cells:
        text = cell.text.lower().replace(" ", "")
        if cell.index in ties.by_cell or ties.owner(cell) is not None or cell.height < _TITLE_HEIGHT * page.line_height:
            continue
        if any(s.left < cell.centre < s.right and s.top < cell.middle < s.bottom for s in stamps):
            continue
        if any(word in text and len(text) <= len(word) + _TITLE_ROOM for word in words):
            yield cell


def distinct(proofs: list[Receipt]) -> list[Receipt]:
    """Without the copies of one payment on one sheet: the counterfoil that the office keeps, the carbon."""
    kept: dict[object, Receipt] = {}
    for number, r in enumerate(proofs):
        same = (r.amount, r.date, r.serials) if r.amount and r.date and r.serials else number
        kept.setdefault(same, r)
    return list(kept.values())


def _day(text: str) -> tuple[date, str] | None:
    """A day in a box; a machine prints it without points."""
    hit = _PRINTED_DAY.search(text)
    return find_day("-".join(hit.groups()) if hit is not None else text)


def may_be_one(proofs: Sequence[Receipt]) -> bool:
    """Whether two receipts of a sheet may tell of the same payment: by a serial in common, or by the same sum where not
    all of that sum are sure: an application above what the bank printed, which says that it failed.
    """
    numbers = [number for receipt in proofs for number in set(receipt.serials)]
    sums = {sure: {r.amount for r in proofs if r.sure is sure and r.amount} for sure in (True, False)}
    return len(numbers) != len(set(numbers)) or bool(sums[True] & sums[False])


def doubled(ties: Ties) -> str:
    """What a receipt says once, and this page twice: a label with different values, sums in words; '' for nothing."""
    written = {words.value: words.text for cell in ties.page.cells for words in find_words(cell.text) if words.complete}
    if len(written) > 1:
        return next(iter(written.values()))
    groups: dict[tuple[Label, str], set[str]] = {}
    for tie in ties.all:
        if tie.label in _UNIQUE and len(tie.meaning.text) > 2 and not _TO_SIGN.search(tie.cell.text[tie.start :]):
            value = next((v for v in ties.values(tie) if v.how != "below"), None)
            text = _PLAIN.sub("", value.text).strip(EDGES) if value is not None else ""
            if len(text) > 1 and not ties.names(label_key(text)):  # 第, (公章)
                groups.setdefault((tie.label, tie.meaning.text), set()).add(text)
    return next((text for (_, text), values in groups.items() if len(_apart(values)) > 1), "")


def _apart(values: set[str]) -> set[str]:
    """The values of one label without those that say another once more, with a bank or a card: 银行卡-浙江大学."""
    shorter = {
        short for short in values for long in values if short != long and _BANKED.fullmatch(long.replace(short, "", 1))
    }
    left = sorted(value for value in values if not any(short in value and short != value for short in shorter))
    return {value for n, value in enumerate(left) if not any(_is_same_card(value, other) for other in left[:n])}


def _is_same_card(one: str, other: str) -> bool:
    """Whether two values name the same behind or ahead of a bank or card: 银行卡浙江大学, 浙江大学工商银行8891; or one
    gives the name behind a card and the other the bank with the number.
    """
    names = [value[hit.end() :] if (hit := _BANKED.match(value)) else value for value in (one, other)]
    numbers = {"".join(filter(str.isdigit, value)) for value in (one, other)} - {""}
    ahead = any(
        name and value.startswith(name) and _BANK_BEHIND.fullmatch(value.removeprefix(name))
        for name, value in ((names[0], other), (names[1], one))
    )
    # one names who it is behind a card, the other the bank and the number
    sides = ((one, other, names[1]), (other, one, names[0]))
    cards = any(_BANK_BEHIND.fullmatch(bank) and name and name != named for bank, named, name in sides)
    return (ahead or names[0] == names[1] != "" or cards) and len(numbers) < 2


def without_list(page: Page, ties: Ties) -> Page:
    """A receipt without the list of other payments below it, as long screenshots have; the page itself else.

    Below the last label of a receipt that says enough, rows that end with a sum under no label, each with a name or a
    day of its own.
    """
    rows = [page.row_of[tie.cell.index] for tie in ties.all if tie.label in _TELLING]
    if len({tie.label for tie in ties.all if tie.label in _TELLING}) < _ENOUGH or not rows:
        return page
    last = max(rows)
    below = [n for n in range(last + 1, len(page.rows)) if _is_entry(page.rows[n], ties)]
    if len(below) < _LIST_ROWS:
        return page
    between = page.rows[last : below[0] + 1]
    gaps = [(_top(row) - _bottom(before), _top(row)) for before, row in pairwise(between)]
    return page.half(max(gaps)[1] - 1, upright=False, first=True)


def _is_entry(row: Sequence[Cell], ties: Ties) -> bool:
    """Whether a row is one of a list: it ends with a signed sum that no label leads to."""
    figures = find_figures(row[-1].text)
    return bool(figures and figures[-1].pointed and figures[-1].alone and ties.owner(row[-1]) is None)


def _top(row: Sequence[Cell]) -> float:
    return min(cell.top for cell in row)


def _bottom(row: Sequence[Cell]) -> float:
    return max(cell.bottom for cell in row)
