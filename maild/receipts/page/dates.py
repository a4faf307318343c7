"""Days and times of a receipt: when it was paid, told apart from booking and printing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from maild.receipts.layouts import Label
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page

_DIGIT = "[0-9OoIl]"
_DAY = re.compile(
    rf"(?<![0-9.])(?P<y>20{_DIGIT}{{2}}|2{_DIGIT}{{3}})\s*(?:年|[-/.,·—–一])\s*(?P<m>[0-1OoIl]?{_DIGIT})\s*"
    rf"(?:月|[-/.,·—–一])\s*(?P<d>[0-3OoIl]?{_DIGIT})"
)
# Without separators, or with one that the reader lost: 20261124, 2026-1124.
_COMPACT = re.compile(r"(?<!\d)(?P<y>20\d\d)-?(?P<m>0[1-9]|1[0-2])-?(?P<d>0[1-9]|[12]\d|3[01])(?!\d{5,})")
_DAY_FIRST = re.compile(
    r"(?<![\d/])(?P<d>1[3-9]|2\d|3[01])[/.-](?P<m>0?[1-9]|1[0-2])[/.-](?P<y>20\d\d)(?!\d)"
)  # 21/10/2026
# Under a label only: the places of a form, 年月日 not printed or not read.
_PLACES = re.compile(r"(?<!\d)(?P<y>20\d\d) +(?P<m>1[0-2]|0?[1-9]) +(?P<d>[12]\d|3[01]|0?[1-9])(?!\d)")
_CHINESE_DAY = re.compile(
    r"(?P<y>[二○〇零][〇零○O一二三四五六七八九]{3})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join(_MONTHS)
_ENGLISH_DAY = re.compile(
    rf"(?:(?P<d>\d{{1,2}})[ -]?(?P<m>{_MONTH})[a-z]*|(?P<m2>{_MONTH})[a-z]*\.? ?(?P<d2>\d{{1,2}}))"
    r"[ ,.-]*(?P<y>20\d\d)",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<![\d:])(?P<h>[01]?\d|2[0-3])\s*[:时.]\s*(?P<m>[0-5]\d)(?:\s*[:分.]\s*(?P<s>[0-5]\d))?(?![\d])")
_AFTER_DAY = re.compile(
    r"(?:\s*日)?[\s\-T_]*(?P<h>[01]\d|2[0-3]|\d(?=[:.时]))\s*[:.时]\s*(?P<m>[0-5]\d)(?:\s*[:.分]\s*(?P<s>[0-5]\d))?"
)
_STAMP = re.compile(r"[\s-]+(?P<h>[01]\d|2[0-3])\.?(?P<m>[0-5]\d)\.?(?P<s>[0-5]\d)(?=\.?\d{3,6}\b|$)")  # 1743159827
_NUMERAL = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0}
_YEAR = re.compile(r"20\d\d|年")
# Labels of the moment at which a payment was asked for: it was made then, or later.
ASKED = re.compile(
    r"提交|申请|发起|创建|下单|订单|制单|填[表单报写制]|开单|委托|登记|录入|submi|receiv|creat|order|instruct|request"
)
_APART = 3.5  # heights between the parts of a day written into a form
_FIX = str.maketrans("OoIl", "0011")
_REST = re.compile(r"[\d\s:/.年月日时分秒-]")
_OF_DAYS = frozenset({Label.PAID, Label.BOOKED, Label.PRINTED})
_PRINTING = re.compile(r"打印|打单|补打|制表|print")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, with its time 'HH:MM:SS' or ''."""

    day: date
    time: str
    cell: Cell
    source: str


def find_time(text: str) -> str:
    """The first time in a text, 'HH:MM:SS', '' for none."""
    return _clock(_TIME.search(text))


def find_day(text: str, *, labelled: bool = False) -> tuple[date, str] | None:
    """The first day in a text and the time that follows it; None where there is none that exists.

    labelled  the text belongs to a label of a day: three numbers are one
    """
    patterns = (_DAY, _COMPACT, _CHINESE_DAY, _ENGLISH_DAY, _DAY_FIRST)
    for pattern in (*patterns, _PLACES) if labelled else patterns:
        for hit in pattern.finditer(text):
            day = _day(hit)
            if day is not None:
                rest = text[hit.end() :]
                clock = _AFTER_DAY.match(rest) or _STAMP.match(rest)
                return day, _clock(clock) if clock else _clock(_TIME.search(rest))
    return None


def _day(hit: re.Match[str]) -> date | None:
    try:
        if hit.re is _CHINESE_DAY:
            year = int("".join(str(_NUMERAL.get(c, 2 if c == "二" else 0)) for c in hit["y"]))
            return date(year, _small(hit["m"]), _small(hit["d"]))
        if hit.re is _ENGLISH_DAY:
            month = _MONTHS.index((hit["m"] or hit["m2"]).lower()) + 1
            return date(int(hit["y"]), month, int(hit["d"] or hit["d2"]))
        year, month, day = (int(hit[name].translate(_FIX)) for name in "ymd")
        return date(year, month, day)
    except ValueError:
        return None


def _small(text: str) -> int:
    """一 … 三十一."""
    tens, mark, ones = text.partition("十")
    if not mark:
        return _NUMERAL.get(text, 0)
    return (_NUMERAL.get(tens, 0) if tens else 1) * 10 + (_NUMERAL.get(ones, 0) if ones else 0)


def _clock(hit: re.Match[str] | None) -> str:
    if hit is None:
        return ""
    return f"{int(hit['h']):02}:{hit['m']}:{hit['s'] or '00'}"


def when(page: Page, ties: Ties) -> Moment | None:
    """When it was paid: by a label of payment, else a date without a label, else booking, else when it was asked for;
    a page that says when it was asked for (申请日期) says by a label when it was booked, too. Never printing.
    """
    found = _labelled(ties, Label.PAID)
    if found is not None and not ASKED.search(found.source):
        return found
    booked, alone = _labelled(ties, Label.BOOKED), _unlabelled(page, ties)
    return (booked or alone if found is not None else alone or booked) or found


def _labelled(ties: Ties, label: Label) -> Moment | None:
    """The day of the best label, with a time from another label of the same day where its own has none."""
    moments: list[tuple[tuple[bool, int], Moment]] = []
    clocks: list[str] = []
    for tie in ties.of(label):
        for value in ties.values(tie):
            joined = ties.run(value)
            if value.how == "below" and _is_column(ties.page, value.cell):
                break
            moment = find_day(joined.text, labelled=True) or find_day(ties.wrapped(joined, 1).text, labelled=True)
            if moment:
                moments.append(
                    (
                        (bool(ASKED.search(tie.meaning.text)), tie.meaning.rank),
                        Moment(day=moment[0], time=moment[1], cell=value.cell, source=tie.meaning.text),
                    )
                )
                break
            if clock := _TIME.search(joined.text):
                clocks.append(_clock(clock))
                break
    if not moments:
        return None
    _, best = min(moments, key=lambda entry: entry[0])
    if not best.time:
        times = [m.time for _, m in moments if m.time and m.day == best.day] + clocks
        if times:
            best = Moment(day=best.day, time=times[0], cell=best.cell, source=best.source)
    return best


def _is_column(page: Page, cell: Cell) -> bool:
    """Whether a day stands in a column of days, of which each is a row's own: 处理时间 over the steps of a payment."""
    below = next(iter(page.below(cell)), None)
    days = [find_day(one.text) for one in (cell, below) if one is not None]
    return len(days) > 1 and all(days)


def _unlabelled(page: Page, ties: Ties) -> Moment | None:
    """A day that stands by itself, in no label's keeping."""
    found: list[Moment] = []
    for cell in page.cells:
        free = ties.free(cell)
        owner = ties.owner(cell)
        # A day behind a label that has its own value is not its: 业务编号:ZZ2611109285 2026年11月10日, 币别:人民币
        owned = owner is not None and not (owner.same is not None and _is_apart(owner, cell))
        if free is None or owned or _is_asked(page, cell):
            continue
        text = free.text if free is not cell else _run(page, ties, cell)
        hit = find_day(text)
        if hit and not _looks_long(text):
            time = hit[1] or _time_beside(page, cell)
            found.append(Moment(day=hit[0], time=time, cell=free, source=""))
    days = {moment.day for moment in found}
    if not found:
        return None
    with_time = [moment for moment in found if moment.time]
    return (with_time or found)[0] if len(days) <= 2 else None


def _is_apart(owner: Tie, cell: Cell) -> bool:
    """Whether a day is no value of a label to its left, which has one in its box: of a number, or, alone in its own, of
    anything but a day or printing.
    """
    if owner.label is Label.SERIAL:
        return True
    alone = not _REST.sub("", cell.text)
    return alone and owner.label not in _OF_DAYS and not _PRINTING.search(owner.meaning.text)


def _is_asked(page: Page, cell: Cell) -> bool:
    """Whether words that no list has for a label, such as Instruction received, stand before a day."""
    row = page.rows[page.row_of[cell.index]]
    return any(ASKED.search(other.text.lower()) for other in row if other.right <= cell.left)


def _run(page: Page, ties: Ties, cell: Cell) -> str:
    """A box's text; where a year begins in it, with what follows close in its row: 2026年1 … 1月 … 24日."""
    text, last = cell.text, cell
    if not _YEAR.search(text) or find_day(text):
        return text
    for other in page.rightward(cell):
        if other.left - last.right > _APART * cell.height or other.index in ties.by_cell:
            break
        text, last = f"{text} {other.text}", other
    return text


def _time_beside(page: Page, cell: Cell) -> str:
    for other in page.rightward(cell):
        return _clock(_TIME.search(other.text))
    return ""


def _looks_long(text: str) -> bool:
    """A sentence or a number that happens to hold a date."""
    return len(_REST.sub("", text)) > 12 or bool(re.search(r"\d{15}", text))


def says_day(texts: Iterable[str]) -> bool:
    """Whether any of the texts names a day."""
    return any(find_day(text) for text in texts)
