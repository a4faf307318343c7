"""A bank's message that tells of a payment in a sentence: 您尾号4406的储蓄卡11月18日向浙江大学转账支出38.00元.

A message is taken to pieces of known kinds – whose account, when, to whom, how much, for what, that it was done. A
piece that is left over tells of something that nobody listed, and a person looks. What the other messages of the
thread say of this money is heard as well: that it came back, or that it still waits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from maild.config import Office
from maild.receipts import SAY
from maild.receipts.layouts import Layouts
from maild.receipts.page.dates import find_day, find_time
from maild.receipts.page.figures import find_figures
from maild.receipts.page.ours import name_is_ours
from maild.receipts.page.relaid import Relaid, Row, lay_out, piece
from maild.receipts.rows import Cell, Page, union
from maild.receipts.sheet import Region
from maild.receipts.words.states import plain

LAYOUT = "42-message"
_TITLE, _DONE = "银行短信通知", "转账成功"
_FLUSH, _GAP = 1.6, 0.9  # line heights: how far apart lines of a message begin, and follow one another
_ALIKE = (0.75, 1.33)  # heights of two lines of one message
_LATIN = re.compile(r"[A-Za-z]$")
_TELLS = re.compile(r"[\u3400-\u9fffA-Za-z\d]")
_BEGINS = re.compile(r"[\[【]\w{2,}[\]】]")
_MOMENT = re.compile(
    r"(?=.*[月天周:])(?:今天|昨天|前天|(?:周|星期)[一二三四五六日—–-]|上午|下午|晚上|[\d年月日时分:/. -])+"
)
_RELATIVE = re.compile(r"今天|昨天|前天|周|星期")  # what stands above is of an earlier day, nobody knows of which
_BRACKETED = re.compile(r"[\[<{]([^\[\]<>{},;。]{2,30})[\]>}]")
_SIGNED = re.compile(r"[\u3400-\u9fff]{2,14}(?:银行|信用社|联社|公司|支行|分行)")
_WELL = "成功"  # 成功向浙江大学转账
_EITHER = re.compile(r"_en$")  # the same piece, said in English
_MONTH_DAY = re.compile(r"^(?P<m>\d{1,2})[月/-](?P<d>\d{1,2})日?(?!\d)")
_WEEK, _WEEK_DAY = "一二三四五六日", re.compile(r"(?:周|星期)([一二三四五六日天—–-])")  # 一 is read as a dash
_LEAP = 2024  # a year that has every day
_SHORT_YEAR = re.compile(r"^(\d\d年)")
_OF_YEAR = re.compile(r"^(?P<m>\d{1,2})[月/-](?P<d>\d{1,2})日?(?P<rest> .*)?$")
_SOON = timedelta(days=31)  # from a payment to the message that tells of it
_YEAR = timedelta(days=366)
_SHORT = 0.35  # of a message's width that a line leaves free: it ends there, as a heading does
_SHORTEST = 16  # characters of a message
_SHOWN = 30  # characters of what is quoted
_CUT = ","
_ENDED = re.compile(r"[,;。!]|(?<=[a-z])(?<!\bno)(?<!\bref)\.(?=\s*[a-z\u3400-\u9fff]|$)")


@dataclass(slots=True)
class _Bubble:
    """Lines that go on in one another."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def text(self) -> str:
        right = max(cell.right for cell in self.cells)
        short = right - _SHORT * (right - min(cell.left for cell in self.cells))
        text, last = "", right
        for cell in self.cells:
            ended = last < short and not cell.text[:1].isascii() and not text.endswith((",", "，", "、"))
            joint = " " if _LATIN.search(text) and cell.text[:1].isascii() and cell.text[:1].isalpha() else ""
            text += (_CUT if ended else joint) + cell.text
            last = cell.right
        return text

    @property
    def top(self) -> float:
        return self.cells[0].top


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message says. left: what of it is not known; final: that the payment was made; month_day: 'MM-DD' where it
    gives a day without its year, week_day: what the thread says that that day was, 1 to 7.
    """

    payee: str
    tail: str
    account: str
    payer: str
    amount: str
    day: str
    remark: str
    final: bool
    left: str
    month_day: str = ""
    week_day: int | None = None


def messages(page: Page, layouts: Layouts, office: Office) -> list[Relaid]:
    """The messages of a thread that tell of a payment to us, else the only one that tells of one, laid out anew."""
    bubbles = [bubble for bubble in _bubbles(page) if len(bubble.text) >= _SHORTEST]
    found = [(bubble, told) for bubble in bubbles if (told := read_message(bubble.text, layouts)) is not None]
    paying = [entry for entry in found if entry[1].payee]
    ours = [entry for entry in paying if _to_us(entry[1], layouts)]
    # Of one payment that is told of twice, the later message tells more.
    kept = {told.amount: (bubble, told) for bubble, told in ours}
    chosen = [*kept.values()] or (paying if len(paying) == 1 else [])
    return [_relaid(page, bubble, _dated(told, bubble, page), bubbles, layouts) for bubble, told in chosen]


def _dated(told: Told, bubble: _Bubble, page: Page) -> Told:
    """What a message says, its day with the year of the moment that the thread gives above it: the last such day up to
    that moment. One that gives no day at all was sent on that of the thread.
    """
    heads = [cell for cell in page.cells if cell.bottom <= bubble.cells[0].middle and _MOMENT.fullmatch(cell.text)]
    since = max((at for at, cell in enumerate(heads, 1) if _RELATIVE.match(cell.text)), default=0)
    heads = heads[since:]
    sent = next((day for cell in reversed(heads) if (day := find_day(cell.text)) is not None), None)
    if sent is None:
        return _of_no_year(told, [cell.text for cell in reversed(heads) if _month_day(cell.text)])
    if (said := find_day(told.day)) is not None:  # later than the message: of what is still to come
        return told if said[0] <= sent[0] else replace(told, left=f"{told.left}{_CUT}{told.day}")
    if not told.day:
        return replace(told, day=f"{sent[0]} {sent[1]}".strip())
    if (hit := _OF_YEAR.match(told.day)) is None:
        return told
    for year in (sent[0].year, sent[0].year - 1):
        day = find_day(f"{year}-{hit['m']}-{hit['d']}")
        if day is not None and timedelta() <= sent[0] - day[0] <= _SOON:
            return replace(told, day=f"{day[0]}{hit['rest'] or ''}")
    return told


def _of_no_year(told: Told, heads: Sequence[str]) -> Told:
    """What a message says, with its day where neither it nor the thread gives a year. heads: the thread's days above
    it, the nearest first. A day that is not that of the thread, or shortly before, is of what is to come.
    """
    said, sent = _month_day(told.day), _month_day(heads[0]) if heads else None
    day = sent if not told.day else said
    if day is None:
        return told
    if sent is not None and (sent - day) % _YEAR > _SOON:
        return replace(told, left=f"{told.left}{_CUT}{told.day}")
    named = _WEEK_DAY.search(heads[0]) if sent == day else None
    return replace(told, month_day=f"{day:%m-%d}", week_day=_number(named[1]) if named else None)


def _number(name: str) -> int:
    """The number of a day of the week, 1 (Monday) to 7."""
    return max(_WEEK.find(name.replace("天", "日")), 0) + 1


def _month_day(text: str) -> date | None:
    """The day without a year that a text begins with, in a leap year."""
    hit = _MONTH_DAY.match(text)
    try:
        return date(_LEAP, int(hit["m"]), int(hit["d"])) if hit else None
    except ValueError:
        return None


def _to_us(told: Told, layouts: Layouts) -> bool:
    verdict = name_is_ours(told.payee, layouts)
    return bool(verdict.ours or verdict.near)


def read_message(text: str, layouts: Layouts) -> Told | None:
    """A message taken to pieces; None for what is no bank's message, or names no sum."""
    words = layouts.told.message
    rest = plain(text)
    begins = words.begins.search(rest)
    rest = rest[: begins.start()] + rest[begins.end() :] if begins else rest
    found: dict[str, str] = {}
    payer = words.payer.search(rest)
    payer = None if payer is not None and rest.startswith("年", payer.end()) else payer  # 您2026年11月26日…
    addressed = payer is not None and not payer.groupdict().get("payer_shown")  # 付款账号:6217… is a label of any page
    if (begins is None and not addressed) or words.codes.search(rest):
        return None
    rest = _taken(rest, payer, found)
    hit = words.balance.search(rest)
    balance, rest = hit is not None, _taken(rest, hit, found)
    for pattern in (words.day, words.remark, words.account, words.amount):
        rest = _taken(rest, pattern.search(rest), found)
    hit = words.inside.search(rest)
    if hit is not None and "remark" not in found and not layouts.states.against(hit["remark"]):  # 支出(转账文献传递费)
        found["remark"] = hit["remark"]
        rest = rest[: hit.start(1) - 1] + _CUT + rest[hit.end(1) + 1 :]
    hit = _BRACKETED.search(rest)
    if hit is not None and "remark" not in found and not layouts.states.lines.is_bank(hit[1]):
        found["remark"] = hit[1]
        rest = rest[: hit.start()] + _CUT + rest[hit.end() :]
    done = found.pop("into", "") != ""
    hits = [*words.payee.finditer(rest)]
    if hit := next((one for one in hits if name_is_ours(_payee(one), layouts).exact), hits[0] if hits else None):
        found["payee"] = _payee(hit)
        done = done or hit.group().startswith(_WELL)
        end = hit.end(1 if hit["payee_en"] else 2)
        tail = words.tail.search(rest[end:])
        behind = end + tail.end() if tail is not None and tail.start() == 0 else end
        if tail is not None and tail.start() == 0:
            found |= {name: value for name, value in tail.groupdict().items() if value}
        rest = rest[: hit.start()] + _CUT + rest[behind:]
    found = {_EITHER.sub("", name) if not name.startswith("payer") else name: value for name, value in found.items()}
    amount = found.get("amount") or found.get("marked")
    if not amount:
        return None
    final, rest = _finals(rest, layouts)
    final = bool(words.final.search(rest)) or final
    act = None if final else words.act.search(rest)
    rest = words.filler.sub(_CUT, words.act.sub(_CUT, words.final.sub(_CUT, rest)))
    return Told(
        payee=found.get("payee", ""),
        tail=found.get("tail", ""),
        account=found.get("account", "").replace(" ", ""),
        payer=next((said for name, said in found.items() if name.startswith("payer")), ""),
        amount=amount,
        day=_SHORT_YEAR.sub(r"20\1", " ".join(filter(None, (found.get("day"), found.get("time"))))),
        remark=found.get("remark", ""),
        final=final or (act is not None and (balance or done)),
        left=_CUT.join(
            clause for clause in rest.split(_CUT) if _TELLS.search(clause) and not _is_idle(clause, layouts)
        ),
    )


def _payee(hit: re.Match[str]) -> str:
    return hit["payee_en"] or hit["payee"]


def _is_idle(clause: str, layouts: Layouts) -> bool:
    """Whether what is left over is a bank's name or small print."""
    lines = layouts.states.lines
    return lines.is_bank(clause) or bool(lines.small.search(clause) or lines.greetings.search(clause))


def _finals(rest: str, layouts: Layouts) -> tuple[bool, str]:
    """Whether a clause says by itself that the payment is made (款项已汇入对方账户), and the text without such."""
    clauses = _ENDED.split(rest)
    left = [clause for clause in clauses if not (clause and layouts.states.is_final(clause))]
    return len(left) < len(clauses), _CUT.join(left)


def _taken(rest: str, hit: re.Match[str] | None, found: dict[str, str]) -> str:
    """The text without a piece, whose named parts are kept."""
    if hit is None:
        return rest
    found |= {name: value for name, value in hit.groupdict().items() if value}
    return rest[: hit.start()] + _CUT + rest[hit.end() :]


def _bubbles(page: Page) -> list[_Bubble]:
    """The page's messages and other lines; between two messages their day may stand."""
    found: list[_Bubble] = []
    for cell in sorted(page.cells, key=lambda one: one.top):
        alone = _BEGINS.match(cell.text) or _MOMENT.fullmatch(cell.text)
        for bubble in () if alone else found:
            last = bubble.cells[-1]
            tall = max(last.height, cell.height)
            flush = min(abs(cell.left - other.left) for other in bubble.cells) < _FLUSH * tall
            flush = flush and not _MOMENT.fullmatch(last.text) and not _SIGNED.fullmatch(last.text)
            alike = _ALIKE[0] < cell.height / max(last.height, 1.0) < _ALIKE[1]
            if flush and alike and -0.4 * tall < cell.top - last.bottom < _GAP * tall:
                bubble.cells.append(cell)
                break
        else:
            found.append(_Bubble([cell]))
    return found


def _relaid(page: Page, bubble: _Bubble, told: Told, bubbles: Sequence[_Bubble], layouts: Layouts) -> Relaid:
    cells = bubble.cells
    around = union(cell.place for cell in cells) or Region(left=0.0, top=0.0, right=page.width, bottom=page.height)
    pad = page.line_height
    region = Region(left=around.left - pad, right=around.right + pad, top=around.top - pad, bottom=around.bottom + pad)

    def again(seen: Page) -> Page | None:
        for other in _bubbles(seen):
            if (same := read_message(other.text, layouts)) is not None:
                return lay_out(_rows(same, other.cells), seen)
        return None

    against = tuple(_doubts(bubble, told, bubbles, layouts))
    head = Row(value=piece(_DONE if told.final else _TITLE, cells))
    return Relaid(
        page=lay_out([head, *_rows(told, cells)], page),
        layout=LAYOUT,
        region=page.clipped(region),
        again=again,
        against=against,
        month_day=told.month_day,
        week_day=told.week_day,
        time=find_time(told.day) if told.month_day else "",
        named=name_is_ours(told.payee, layouts).exact and not (told.account or told.tail),
    )


def _rows(told: Told, cells: Sequence[Cell]) -> list[Row]:
    pairs = (
        ("收款人", told.payee, told.payee),
        ("收款账号", told.account or (f"尾号{told.tail}" if told.tail else ""), told.account or told.tail),
        ("付款账户", f"尾号{told.payer}" if told.payer else "", told.payer),
        ("转账金额", f"人民币{told.amount}元", told.amount),
        ("转账时间", told.day, told.day),
        ("附言", told.remark, told.remark),
    )
    return [Row(label=label, value=piece(text, _lines(said, cells))) for label, text, said in pairs if text]


def _lines(said: str, cells: Sequence[Cell]) -> Sequence[Cell]:
    """The line of a message in which something is said; all of them where it is broken over two."""
    return [cell for cell in cells if said in cell.text][:1] or cells


def _doubts(bubble: _Bubble, told: Told, bubbles: Sequence[_Bubble], layouts: Layouts) -> list[str]:
    """Why the payment may not be made after all: words of the message itself, and what later ones say of it."""
    words, states = layouts.told.message, layouts.states
    said = plain(bubble.text).replace(told.remark, "") if told.remark else plain(bubble.text)
    if states.against(said):
        return [SAY("payment_not_finished" if states.fails(said) else "state_not_certain", words=said[-_SHOWN:])]
    if told.left:
        return [SAY("state_not_known", words=told.left[:_SHOWN])]
    for other in bubbles:
        if other is bubble or other.top < bubble.top or _MOMENT.fullmatch(other.text):
            continue
        text = plain(other.text)
        if (
            words.offers.search(text)
            and not states.against(words.offers.sub("", text))
            and not states.lines.own.search(text)
        ):
            continue
        if all(map(states.is_said, states.clauses(text))):
            continue
        same = any(figure.text == told.amount for figure in find_figures(text))
        read = read_message(other.text, layouts)
        if same or states.fails(text) or words.codes.search(text) or (read is None or read.left):
            return [SAY("state_not_certain", words=text[:_SHOWN])]
    return []
