"""The steps of a payment, each with its moment: 已提交 11-18 17:39, 本行扣款成功 11-18 17:39, 收款行已入账 11-18 17:40.

Where the last of them is a known final state, or the step that ends a payment (银行入账 11-18 17:40), what came
before is history: that it was once handed in or looked through says nothing against it. They stand one below another,
as rows of a table, or in a row with their moments below. A step without a moment is still to come, and a failure is
none of these.

A line whose steps have days only (提交 2026-11-09 … 出纳支付 2026-11-12) says less, so more of it has to be known: each
step by its name, their order, and that the last of them pays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import pairwise

from maild.receipts.layouts import Label, Layouts
from maild.receipts.page.dates import ASKED, find_day, when
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page
from maild.receipts.words.layoutfile import Pattern
from maild.receipts.words.states import StateWords, plain

_MOMENT = re.compile(
    r"(?P<day>(?:(?:20\d\d)[-/.年])?\d{1,2}[-/.月]\d{1,2}日?)?[ T]*(?P<time>[0-2]?\d:[0-5]\d(?::[0-5]\d)?)"
)
_LOGGED = re.compile(r"20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日? ?[0-2]?\d:[0-5]\d(?::[0-5]\d)? *(?=\D)")
_DAY_ALONE = re.compile(r"(?P<day>20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}月\d{1,2}日)(?P<time>)")
_WORD = re.compile(r"[\u3400-\u9fff]{2}|[a-z]{4}")
_NEAR = 1.6  # line heights between a step and its moment
FLUSH = 1.2  # line heights by which steps may begin apart
LEAST = 2
_ASIDE = frozenset({Label.OTHER})  # places to sign: 复核, 制单
_MACHINE = re.compile(r"(?:系统|银行|自动|系统自动|自动处理)")
_AGREED = re.compile(r"[ ,:(]*(?:已?(?:同意|通过|审批|审核|复核))\)?$")
STANDS = re.compile(r"中$|[未待]")  # of a step: it goes on, or is to come
_OF_ENDS = re.compile(r"[付支汇转款账](?:审批|审核|复核)")
_BULLET = re.compile(r"^(?:[●○◉•·*√✓✔>-]+|[①-⑳]|\d[.、]?(?=[\u3400-\u9fff])) *")
_DOT = re.compile(r"(?:(?![×✗✘✕○◯!！])[\W_Oo0]){1,2}")  # what is read of the mark before a step
_EMPTY = re.compile(r"\W*")  # a value that is none yet: --
_CROSS = re.compile(r"[×✗✘✕○◯!！]{1,2}")  # a mark before a step that was not taken
_SPACED = 1.6  # times the distance of two steps within which a next one would stand


class _Clock:
    """How the moment of a step is written: alone, and behind or before the step in one box."""

    def __init__(self, *moments: re.Pattern[str]) -> None:
        self.alone = moments
        self.beside = [
            re.compile(form, re.IGNORECASE)
            for one in moments
            for form in (
                rf"(?P<step>.*[\u3400-\u9fffa-z).]) *{one.pattern}",
                rf"{one.pattern} *(?P<step>[\u3400-\u9fffa-z].*)",
            )
        ]

    def moment(self, cell: Cell) -> re.Match[str] | None:
        """The moment that a cell is, a bullet before it left out."""
        return _first(self.alone, cell)

    def dated(self, cell: Cell) -> re.Match[str] | None:
        """A step with its moment behind, or before it, in one box."""
        return _first(self.beside, cell)


def _first(patterns: Iterable[re.Pattern[str]], cell: Cell) -> re.Match[str] | None:
    text = _BULLET.sub("", cell.text.strip())
    return next((hit for pattern in patterns if (hit := pattern.fullmatch(text))), None)


TIMES, DAYS = _Clock(_MOMENT), _Clock(_MOMENT, _DAY_ALONE)


def is_moment(text: str) -> bool:
    """Whether a text is a day, with its time, and nothing else."""
    return bool(_MOMENT.fullmatch(text.strip())) or (find_day(text) is not None and not _WORD.search(text))


def without_steps(page: Page, ties: Ties, layouts: Layouts, taken: Collection[int]) -> Page:
    """The page without the steps before a last one that ends them; the page itself where there are none. taken: the
    cells of those that are known to have been taken.
    """
    gone: set[int] = set()
    words = layouts.states
    for line in _all_lines(page, ties, words, TIMES):
        ordered = sorted(line, key=lambda step: step[1])
        moments = {moment for _, moment in ordered}
        *before, (last, _) = ordered if len(moments) > 1 else _by_place(line, layouts)
        if len(line) < LEAST or not all(is_done(cell, layouts) for cell, _ in before):
            continue
        if len(moments) == 1 and _goes_on(
            line, page, ties, layouts
        ):  # 付款成功, 银行处理中 of one minute, 到账成功 to come
            continue
        if words.is_final(_step(last), bare=True):
            gone |= {cell.index for cell, _ in before}
        elif is_end(last, layouts):  # it says nothing of how it went, neither for the payment nor against it
            gone |= {cell.index for cell, _ in line}
    gone |= {*taken}
    if any(_marks(page, gone, _CROSS)):
        return page
    return page.without(gone | {mark.index for mark in _marks(page, gone, _DOT)})


def _marks(page: Page, steps: Collection[int], mark: re.Pattern[str]) -> Iterator[Cell]:
    """What is read of the marks before steps."""
    for cell in page.cells:
        beside = next(iter(page.rightward(cell)), None) if mark.fullmatch(cell.text) else None
        if beside is not None and beside.index in steps and beside.left - cell.right < 2 * beside.height:
            yield cell


def _all_lines(page: Page, ties: Ties, words: StateWords, clock: _Clock) -> Iterator[list[Step]]:
    yield from _lines(page, ties, words, clock)
    yield from _abreast(page, clock)
    yield from _in_a_row(page, clock)


def walked(page: Page, ties: Ties, layouts: Layouts) -> set[int]:
    """The cells of all lines of steps, some with a day only, that were taken to the last one, with their days."""
    paid = when(page, ties)
    if paid is None or not paid.source or ASKED.search(paid.source):
        return set()
    lines = (line for line in _all_lines(page, ties, layouts.states, DAYS) if any(_is_day(day) for _, day in line))
    done = [line for line in lines if _is_walked(line, page, ties, paid.day, layouts)]
    return {cell.index for line in done for step in line for cell in (step[0], *_moments_of(step, page))}


def _moments_of(step: Step, page: Page) -> Iterator[Cell]:
    """The cells in which the moment of a step stands, beside it or below it."""
    cell, told = step
    for other in page.cells:
        hit = DAYS.moment(other)
        beside = abs(other.middle - cell.middle) < cell.height / 2
        below = _is_flush(cell, other) and 0 < other.middle - cell.middle < (1 + _NEAR) * cell.height
        if hit is not None and digits(hit) == told and (beside or below or _is_under(cell, other)):
            yield other


def _is_walked(line: list[Step], page: Page, ties: Ties, paid: date, layouts: Layouts) -> bool:
    """Whether the steps of a line were all taken and the last of them pays: each known by its name, none of them a
    failure or later than the next or than the day of the payment, no further step behind them.
    """
    days = [moment.partition("T")[0] for _, moment in line]
    if days == sorted(days, reverse=True) and days != sorted(days):
        line, days = line[::-1], days[::-1]
    *before, (last, _) = line
    if len(line) < LEAST or days != sorted(days) or len({len(day) for day in days}) > 1:
        return False
    if _is_later(days[-1], paid):
        return False
    named = all(_is_step(cell, layouts) for cell, _ in before)
    return named and _pays(last, layouts) and not _goes_on(line, page, ties, layouts)


def _is_later(day: str, paid: date) -> bool:
    """Whether the day of a step, '20261109' or '1109', is after that of the payment."""
    return day > paid.strftime("%Y%m%d")[-len(day) :]


def _is_step(cell: Cell, layouts: Layouts) -> bool:
    """Whether a cell is known to be a step before a payment, and none that failed."""
    text, words = _step(cell), layouts.states
    if words.says(words.steps, text):
        return not STANDS.search(text)
    return takes(text, words.lines.names, layouts) and not words.fails(text)


def _pays(cell: Cell, layouts: Layouts) -> bool:
    """Whether a step is one that pays: 出纳支付, 银行付款成功; not 归档, 办结, 会计记账."""
    text, words = _step(cell), layouts.states
    return words.is_final(text) or (is_end(cell, layouts) and bool(words.pays.search(text)))


def is_end(cell: Cell, layouts: Layouts) -> bool:
    """Whether a step is the one that ends a payment, and who took it; 付款审批 comes before it."""
    text = _step(cell)
    return takes(text, layouts.states.ends, layouts) and not _OF_ENDS.search(text)


def _goes_on(line: list[Step], page: Page, ties: Ties, layouts: Layouts) -> bool:
    """Whether a step without a moment stands behind the last of a line, or before its first, as far off as they do;
    付款方式 with its value is none, nor what stands above steps that are final at both ends: the page's headline.
    """
    cells = [cell for cell, _ in line]
    ends = [cells[0], cells[-1]]
    if all(layouts.states.is_final(_step(end), bare=True) for end in ends) and cells[0].middle < cells[-1].top:
        ends = ends[1:]
    own = {cell.index for cell in cells}
    across, down = (
        max(abs(b.centre - a.centre) for a, b in pairwise(cells)),
        max(abs(b.middle - a.middle) for a, b in pairwise(cells)),
    )
    for other in page.cells:
        if other.index in own or not _is_known(other, layouts) or _is_label(other, ties):
            continue
        for end in ends:
            near = abs(other.middle - end.middle) < _SPACED * down + end.height
            if across > down:
                near = near and abs(other.centre - end.centre) < _SPACED * across + end.height
            else:
                near = near and abs(other.left - end.left) < FLUSH * end.height
            if near:
                return True
    return False


def _is_label(cell: Cell, ties: Ties) -> bool:
    """Whether a cell is a label from its first character to its last, with its value beside it."""
    return any(
        tie.start == 0
        and tie.end >= len(cell.text)
        and any(value.how == "right" and not _EMPTY.fullmatch(value.text) for value in ties.values(tie))
        for tie in ties.by_cell.get(cell.index, ())
    )


def _is_known(cell: Cell, layouts: Layouts) -> bool:
    return _is_step(cell, layouts) or _pays(cell, layouts) or layouts.states.fails(_step(cell))


Step = tuple[Cell, str]


def _step(cell: Cell) -> str:
    """The words of a step, without a moment behind them."""
    hit = DAYS.dated(cell)
    return plain(_BULLET.sub("", hit["step"] if hit else cell.text))


def digits(hit: re.Match[str]) -> str:
    day, time = ("".join(f"{int(n):02}" for n in re.findall(r"\d+", hit[part] or "")) for part in ("day", "time"))
    return f"{day}T{time}"


def _is_day(moment: str) -> bool:
    """Whether a moment gives no time."""
    return moment.endswith("T")


def _by_place(line: list[Step], layouts: Layouts) -> list[Step]:
    """Steps of one minute: the last stands at either end."""
    said, words = _step(line[-1][0]), layouts.states
    return line if words.is_final(said, bare=True) or takes(said, words.ends, layouts) else line[::-1]


def is_done(cell: Cell, layouts: Layouts) -> bool:
    """Whether a step says only that something was handed in, taken in, looked through or begun, and by whom."""
    words = layouts.states
    for text in acts_of(_step(cell), layouts):
        if words.says(words.steps, text) or words.says(words.final, text) or not words.against(text):
            return True
    text = _step(cell)
    return takes(text, words.lines.names, layouts) and not words.fails(text)


def acts_of(text: str, layouts: Layouts) -> Iterator[str]:
    """A step, and what of it may stand behind the name of who took it: 程一诺提交."""
    yield text
    person = layouts.purposes.person
    yield from (text[at:] for at in (2, 3, 4) if text[at:] and person.search(text[:at].strip()))


def is_logged(text: str, layouts: Layouts) -> bool:
    """Whether a plain text is a line of a log, with its moment, that says only that a step was taken, and by whom."""
    hit, words = _LOGGED.match(text), layouts.states
    acts = acts_of(text[hit.end() :], layouts) if hit is not None else ()
    return any(words.says(words.steps, act) and not words.fails(act) and not STANDS.search(act) for act in acts)


def takes(text: str, names: Pattern, layouts: Layouts) -> bool:
    """Whether a step is one of these names, with nothing behind it but who took it, and that he agreed: 支付 系统."""
    for at in range(2, len(text) + 1):
        who = _AGREED.sub("", text[at:]).strip(" :/")
        if names.search(text[:at].rstrip(" :/")) and (
            not who or _MACHINE.fullmatch(who) or layouts.purposes.person.search(who)
        ):
            return True
    return False


def _lines(page: Page, ties: Ties, words: StateWords, clock: _Clock) -> Iterator[list[Step]]:
    """Steps set flush, one below another, each with its moment under or behind it; nothing of that column between."""
    steps = sorted(steps_of(page, ties, words, clock), key=lambda step: step[0].top)
    moments = {cell.index for cell in page.cells if clock.moment(cell)}
    line: list[Step] = []
    for step in steps:
        if line and not _follows(line[-1][0], step[0], page, moments):
            yield line
            line = []
        line.append(step)
    if line:
        yield line


def _abreast(page: Page, clock: _Clock) -> Iterator[list[Step]]:
    """The names of steps in a row, each with its moment below. To the left of both a menu's words may stand."""
    for names, row in zip(page.rows, page.rows[1:], strict=False):
        first = next((at for at, cell in enumerate(row) if clock.moment(cell)), len(row))
        moments = row[first:]
        above = names[max(len(names) - len(moments), 0) :]
        hits = [clock.moment(cell) for cell in moments]
        if len(moments) < LEAST or len(moments) != len(above) or not all(hits):
            continue
        if all(_is_under(name, moment) for name, moment in zip(above, moments, strict=True)):
            yield [(name, digits(hit)) for name, hit in zip(above, hits, strict=True) if hit]


def _in_a_row(page: Page, clock: _Clock) -> Iterator[list[Step]]:
    """Steps beside one another, each with its moment in its box: 提交 张三 11-18 09:00, 支付 系统 11-20 15:21."""
    for row in page.rows:
        hits = [clock.dated(cell) for cell in row]
        if len(row) >= LEAST and all(hits):
            yield [(cell, digits(hit)) for cell, hit in zip(row, hits, strict=True) if hit]


def _is_flush(step: Cell, moment: Cell) -> bool:
    """Whether a moment begins where its step does, or where the words of the step do behind a mark: ● 银行处理中."""
    mark = _BULLET.match(step.text)
    words = step.left + step.width * mark.end() / len(step.text) if mark else step.left
    return any(abs(left - moment.left) < FLUSH * step.height for left in (step.left, words))


def _is_under(name: Cell, moment: Cell) -> bool:
    close = 0 < moment.middle - name.middle < (1 + _NEAR) * name.height
    return close and abs(name.centre - moment.centre) < (name.width + moment.width) / 4 + name.height


def _follows(above: Cell, cell: Cell, page: Page, moments: set[int]) -> bool:
    if abs(above.left - cell.left) > FLUSH * cell.height:
        return False
    between = [
        other
        for other in page.cells
        if above.middle < other.middle < cell.middle - cell.height / 2
        and abs(other.left - cell.left) <= FLUSH * cell.height
        and other.index not in moments
        and not _DOT.fullmatch(other.text)
        and other.index != above.index
    ]
    return not between


def steps_of(page: Page, ties: Ties, words: StateWords, clock: _Clock) -> Iterator[Step]:
    """Each step of a page with its moment above, under or beside it, or in its box."""
    # 收款行已入账 is no label; nor is the first step of 处理进度 its value.
    said = {c.index for c in page.cells if words.is_final(plain(c.text)) or words.says(words.steps, plain(c.text))}
    free = [cell for cell in page.cells if cell.index in said or _is_free(cell, ties, said)]
    named_ones = [cell for cell in free if not clock.moment(cell) and _WORD.search(plain(cell.text))]  # no 5G 13:26
    for moment in free:
        if (hit := clock.moment(moment)) is None:
            continue
        above = [
            cell
            for cell in named_ones
            if 0 < moment.middle - cell.middle < (1 + _NEAR) * cell.height and _is_flush(cell, moment)
        ]
        beside = [
            cell
            for cell in named_ones
            if cell.right <= moment.left and abs(cell.middle - moment.middle) < cell.height / 2
        ]
        behind = [
            cell
            for cell in named_ones
            if cell.left >= moment.right and abs(cell.middle - moment.middle) < cell.height / 2
        ]
        named = max(above, key=lambda cell: cell.middle, default=None) or max(
            beside, key=lambda cell: cell.right, default=None
        )
        named = named or min(behind, key=lambda cell: cell.left, default=None)
        if named is not None:
            yield named, digits(hit)
    for cell in free:
        if (hit := clock.dated(cell)) is not None:
            yield cell, digits(hit)


def _is_free(cell: Cell, ties: Ties, said: set[int]) -> bool:
    """Whether a cell is no label and no label's value; beside a label that has its value it is none."""
    own = [tie for tie in ties.by_cell.get(cell.index, ()) if tie.colon or tie.label not in _ASIDE]
    owner = ties.owner(cell)
    if own or owner is None or owner.cell.index in said or owner.same is not None:
        return not own
    beside = next(iter(ties.page.rightward(owner.cell)), None)
    return beside is not None and beside.index != cell.index and cell.left - beside.right > cell.height
