"""Whether a page says that the payment is made: only a known final state does, and no word may speak against it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from maild.domain.accounting.receipt import ReceiptKind
from maild.receipts import SAY
from maild.receipts.layouts import Label, Layouts, label_key
from maild.receipts.page.dates import Moment, find_day, when
from maild.receipts.page.figures import find_figures
from maild.receipts.page.kinds import NAMES, own_words
from maild.receipts.page.labels.spotting import is_worn
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties, is_remark
from maild.receipts.page.stages.booked import bookings, is_dated, is_posted, is_sealed
from maild.receipts.page.stages.steps import is_logged, is_moment
from maild.receipts.rows import Cell, Page, within
from maild.receipts.sheet import Region
from maild.receipts.words.states import TICKS, StateWords, plain

PAPER = frozenset({ReceiptKind.BANK_RECEIPT, ReceiptKind.COUNTER_SLIP, ReceiptKind.CAMPUS_TRANSFER})
_BANKS = frozenset({ReceiptKind.BANK_RECEIPT, ReceiptKind.COUNTER_SLIP})
_BY_HAND = frozenset({ReceiptKind.COUNTER_SLIP, ReceiptKind.CAMPUS_TRANSFER})
_STAMPED_DAY = re.compile(r"20\d\d ?[.年/-][\d .月日/-]{3,8}")  # of a stamp in the box 办理情况
_SAYS_NOTHING = re.compile(r"[\d\s:/.-]*\d:\d\d[\d\s:.-]*|[^\w]*")  # a moment beside a label of the state, a tick
_CODED, _NOUGHTS = ("码", "代码"), re.compile(r"0{2,6}")  # an answer's code, by its label: 返回码:0000
_MEANING = re.compile(r"[“\"][^”\"]{1,6}[”\"]的?(?:表示|是?指)")  # of a word of the page
_SHOWN = 30  # characters of what is quoted
_WIDEST_TITLE = 60  # columns; a Chinese character has two
_TOP_ROWS = 3
_LARGE, _LARGER = 1.15, 1.35
_HAN = re.compile(r"[\u3400-\u9fff]{2}")
_HEADLINE = 16  # characters
_BRAND = 8
_FLAT = 6  # times wider than high: a page's heading in red, or its bar, and no seal
_NEAR = 4.0  # line heights from the sum within which a line tells how it went
_ASIDE = 0.2  # of the page's width
_BRACKETS = re.compile(r"[()\[\]/|]")
_ASKED_FOR = "申请"
_MONEY = frozenset(
    {
        Label.PAYER,
        Label.PAYEE,
        Label.NAME,
        Label.PAYER_ACCOUNT,
        Label.PAYEE_ACCOUNT,
        Label.ACCOUNT,
        Label.AMOUNT,
        Label.TOTAL,
        Label.WORDS,
        Label.DEPARTMENT,
    }
)


def state_doubt(
    page: Page,
    ties: Ties,
    kind: ReceiptKind,
    layouts: Layouts,
    *,
    figure: Cell | None,
    stamps: Sequence[Region] = (),
    form: bool = False,
    stamped: bool = False,
    over: bool = False,
) -> str:
    """Why it is not certain that the payment is made, '' where it is: what is known to be final says so, nothing else.

    figure   the sum, whose neighbours may tell how it went
    form     one of the university, booked or with the finance office's stamp: its own small print says nothing
    over     its course, which is off the page, was gone to its end
    stamped  it is a payment only with the finance office's stamp, looked for elsewhere: its small print says nothing
    """
    words = layouts.states
    titles = list(titles_of(page, ties, stamps))
    said = _status_values(page, ties, titles, words)
    values = [value for value in said if not _SAYS_NOTHING.fullmatch(value) and not words.is_way(value)]
    if stamped:  # the stamp says what became of it; one letter is of a seal, unless it is a state
        past = (words.received.search, words.over.search, _STAMPED_DAY.fullmatch)
        values = [v for v in values if (len(v) > 1 or v in "停否缓止退废拒败") and not any(was(v) for was in past)]
    stated = is_stated(page, ties, words)
    if against := _against(page, ties, layouts, paper=kind in PAPER, stated=stated, form=form, stamped=stamped):
        short = against[:_SHOWN]
        return SAY("payment_not_finished" if words.fails(plain(against)) else "state_not_certain", words=short)
    unknown = next((_text(cell) for cell in _heads(page) if words.advises.search(_text(cell))), "")
    booked = all(bookings(ties, words))  # then 已办结 is no other state
    odd = (v for v in values if not words.is_final(v, bare=True) and not (booked and words.lines.greetings.search(v)))
    unknown, labelled = unknown or next(odd, ""), any(map(words.is_final, values))
    odd_titles = _odd_titles(titles, ties, words, stated=stated, labelled=labelled, stamped=form)
    unknown = unknown or next(odd_titles, "")
    if not unknown and kind not in _BY_HAND:
        unknown = next(_odd_headlines(page, ties, layouts, figure), "")
    if unknown:
        return SAY("state_not_known", words=unknown[:_SHOWN])
    if stamped or values or over or _made(page, ties, words, [_text(title) for title in titles], kind, figure):
        return ""
    return SAY("nothing_says_paid")


def _heads(page: Page) -> Iterator[Cell]:
    """What stands alone in one of the first rows, or in large letters there, though it reads like a label."""
    for row in page.rows[:_TOP_ROWS]:
        yield from (cell for cell in row if len(row) == 1 or cell.height > _LARGE * page.line_height)


def is_stated(page: Page, ties: Ties, words: StateWords, stamps: Sequence[Region] = ()) -> bool:
    """Whether a page says in so many words that the payment is made: at each label of its state, or in a line of its
    own. A heading or a day at a label alone is no such word, nor are the letters of a stamp, which may be anybody's.
    """
    titles = list(titles_of(page, ties, stamps))
    values = [value for value in _status_values(page, ties, titles, words) if not _SAYS_NOTHING.fullmatch(value)]
    if values:
        return all(words.is_final(value, bare=True) for value in values)
    said = any(words.is_final(_text(cell)) for cell in _unasked(page, ties) if not within(cell, stamps))
    return said or any(words.says(words.headlines, _text(title)) for title in _large(titles, page))


def is_paid(page: Page, ties: Ties, words: StateWords) -> bool:
    """Whether a page says in so many words that a payment is made: 转账完成, not 已完成, which an order may be."""
    said = [*_status_values(page, ties, list(titles_of(page, ties, ())), words)]
    said += [text for cell in _unasked(page, ties) if ":" not in (text := _text(cell))]
    return any(words.is_final(text) and (words.pays.search(text) or words.books.search(text)) for text in said)


def _large(titles: Iterable[Cell], page: Page) -> Iterator[Cell]:
    return (title for title in titles if title.height > _LARGER * page.line_height)


def _odd_titles(
    titles: Sequence[Cell], ties: Ties, words: StateWords, *, stated: bool, labelled: bool, stamped: bool
) -> Iterator[str]:
    """Headings that nobody listed; 收整单 beside its value is what is left of a label. stated: the page says that the
    payment is made; then a heading may have a name in it that no list has. labelled: a label of the state says what was
    done (交易成功, not 成功 alone); then it may name what was asked for: 网上报销 - 单据详情.
    """
    for title in titles:
        text = words.files.sub("", _text(title))
        text = plain(words.stamped.sub(" ", text)) if stamped else text
        if words.is_address(text):
            continue
        if words.advises.search(text):
            yield text
        beside = next(iter(ties.page.rightward(title)), None) is not None
        worn = beside and is_worn(title.text, ties.lexicon, words.lines.tells)
        branded = stated and _is_branded(text, words)
        branded = branded or (labelled and bool(words.asked.search(text)))
        if not worn and not branded and _is_odd_title(text, words):
            yield text


def _is_odd_title(title: str, words: StateWords) -> bool:
    """Whether a heading names a document in words that no list has, and does not just introduce it. It may name it
    twice, the second time in brackets: 电子回单(付款通知).
    """
    pieces = [piece.strip() for piece in _BRACKETS.split(title) if piece.strip()]
    twice = len(pieces) > 1 and all(map(words.twice.search, pieces))
    way = len(pieces) > 1 and all(map(words.parts.search, pieces))  # 对外付款/付款单/详情
    known = words.titled(words.nouns, title) or twice or way or words.all_said(title) or words.introduces(title)
    known = known or words.grammar.headings.search(title)
    return words.says(words.nouns, title) and not known


def _is_branded(title: str, words: StateWords) -> bool:
    """Whether a heading is a known one behind a name that no list has: 禾穗云电子凭证, 助农金融服务点·客户凭条."""
    name, mark, rest = title.rpartition("·") if "·" in title else title.rpartition("|")
    if mark and _is_name(name, words) and words.titled(words.titles, rest.strip()):
        return True
    for end in range(2, min(_BRAND, len(title) - 1) + 1):
        name, rest = title[:end], title[end:].lstrip(" ·-")
        if words.titled(words.titles, rest) and _is_name(name, words):
            return True
    return False


def _is_name(text: str, words: StateWords) -> bool:
    """Whether nothing of a text may tell of a payment."""
    return not words.lines.speaks.search(text) and not words.stems.search(text)


def _text(cell: Cell) -> str:
    return plain(cell.text)


def _against(
    page: Page,
    ties: Ties,
    layouts: Layouts,
    *,
    paper: bool,
    stated: bool = False,
    form: bool = False,
    stamped: bool = False,
) -> str:
    """The first text that holds a word against it; of a party's name only a plain failure counts.

    So it is in a remark that names our service: what an article is about may hold any word. There a word that is all of
    a piece counts as well. stated: a label of the state says that it was made; then what the document is worth
    (受理成功，本回执不作为…依据) says nothing. stamped: what its state was when it was printed (状态:已预约) is past.
    """
    words, paid = layouts.states, when(page, ties)
    for cell in (*page.cells, *page.uprights):
        if words.is_address(_text(cell), unreal=True):
            return cell.text
        own = own_words(cell, ties, NAMES)
        agreed = stated and words.agrees(plain(own))
        own = words.worth.sub(" ", own) if stated else own
        said = plain(words.stamped.sub(" ", plain(own)) if form else own)
        agreed = agreed or (stated and words.agrees(said))
        past, _, state = said.partition("状态:")
        agreed |= stamped and not words.against(past) and words.received.search(state.strip()) is not None
        history = agreed or any(map(words.is_final, _stated(said, cell, ties)))  # 提交成功,资金已到账
        history = history or (stated and _was_taken(said, cell, ties, layouts, paid))
        if own and words.against(said, paper=paper) and not (history or _is_topic(cell, ties, layouts)):
            return own
        if own != cell.text and words.against(_text(cell), name=True):
            return cell.text
    return ""


def _was_taken(said: str, cell: Cell, ties: Ties, layouts: Layouts, paid: Moment | None) -> bool:
    """Whether a cell is a step before the payment that was taken, no label's value, with its moment beside it, no later
    than the payment's (Submitted 2026-11-17 13:20), or in it, with who took it: 2026-11-17 13:20 王敏提交. Who asked
    for something (申请成功) took no step of it.
    """
    logged = is_logged(said, layouts)
    beside = cell if logged else next(iter(ties.page.rightward(cell)), None)
    day = find_day(beside.text) if beside is not None and (logged or is_moment(beside.text)) else None
    if day is None or paid is None or ties.owner(cell) is not None or _ASKED_FOR in said:
        return False
    clocks = (day[1] if paid.time else "", paid.time if day[1] else "")
    return (day[0], clocks[0]) <= (paid.day, clocks[1]) and (logged or layouts.states.is_taken(said))


def _stated(said: str, cell: Cell, ties: Ties) -> Iterator[str]:
    """A cell's plain text, and what of it stands at a label of the state that begins it."""
    yield said
    if any(tie.colon and tie.start == 0 and tie.label is Label.STATUS for tie in ties.by_cell.get(cell.index, ())):
        yield plain(said.partition(":")[2])


def _is_topic(cell: Cell, ties: Ties, layouts: Layouts) -> bool:
    """Whether the words of a remark only say what the article is about that our service was paid for."""
    text, purposes, words = _text(cell), layouts.purposes, layouts.states
    if not is_remark(cell, ties) or not purposes.ours.search(text) or words.fails(text):
        return False
    return not any(words.is_state(piece) for piece in purposes.topics(text))


def titles_of(page: Page, ties: Ties, stamps: Sequence[Region]) -> Iterator[Cell]:
    """Lines above the parties and sums, in the first rows or in large letters; a seal's letters are none."""
    body = min((page.row_of[tie.cell.index] for tie in ties.of(*_MONEY)), default=len(page.rows))
    seals = [stamp for stamp in stamps if stamp.right - stamp.left < _FLAT * (stamp.bottom - stamp.top)]
    for number, row in enumerate(page.rows[:body]):
        for cell in row:
            owner, own = ties.owner(cell), ties.by_cell.get(cell.index, ())
            labelled = any(tie.colon or _leads(tie) for tie in own) or (owner is not None and owner.last)
            if labelled or len(cell.text) + sum(not char.isascii() for char in cell.text) > _WIDEST_TITLE:
                continue
            large = cell.height > _LARGE * page.line_height
            if (number < _TOP_ROWS or large) and (large or not within(cell, seals)):
                yield cell


def _leads(tie: Tie) -> bool:
    """Whether a label begins its cell, to the letter: 转账证明 is a heading, though 转账说明 is a label."""
    return tie.start == 0 and label_key(tie.cell.text[: tie.end]) == tie.meaning.text


def _status_values(page: Page, ties: Ties, titles: Sequence[Cell], words: StateWords) -> Iterator[str]:
    """What stands at labels of the state; a heading such as 交易结果 has no value below it.

    A known state may hold a word that is a label elsewhere: Deposited to Balance.
    """
    heads = {title.index for title in titles}
    for tie in ties.of(Label.STATUS):
        if words.lines.asides.search(tie.meaning.text):  # 回单状态 is none of the payment's
            continue
        if _explains(tie, words):
            continue
        value = next(ties.values(tie), None)
        if value is not None and value.how == "below":  # Result … PAID, which is a label elsewhere
            own = next(iter(page.rightward(tie.cell)), None)
            if own is not None and words.is_final(_text(own), bare=True):
                yield _text(own)
                continue
        if value is None and (run_on := _run_on(tie, ties, words)):
            yield run_on
        beside = next(iter(page.rightward(tie.cell)), None) if value is None else None
        # A word that is a label elsewhere (欠费), with no value of its own, is what this one says.
        if beside and all(not own.colon and not any(ties.values(own)) for own in ties.by_cell.get(beside.index, ())):
            yield _text(beside)
        if value is not None and tie.meaning.text.endswith(_CODED) and _NOUGHTS.fullmatch(plain(value.text)):
            continue
        if value is not None and not (value.how == "below" and tie.cell.index in heads):
            whole = next(_text(cell) for cell in page.cells if cell.index == value.cell.index)
            said = whole if words.is_final(whole) else plain(value.text)
            unsaid = words.executed.search(said) and not words.paying.search(tie.meaning.text)
            yield f"{tie.meaning.text} {said}" if unsaid else said  # 任务状态 已执行


def _run_on(tie: Tie, ties: Ties, words: StateWords) -> str:
    """What stands at a label in its box and begins with a word that is a label elsewhere: Amount credited to sender,
    收款人:已收款.
    """
    behind = next((other for other in ties.by_cell[tie.cell.index] if other.start >= tie.end), None)
    if behind is None or (behind.colon and not (behind.same and words.is_final(_text(behind.same)))):
        return ""
    return plain(tie.cell.text[tie.end :])


def _explains(tie: Tie, words: StateWords) -> bool:
    """Whether a label of the state stands in a sentence that says what a word of the page means: 状态为“成功”表示…."""
    text = _text(tie.cell)
    return bool(_MEANING.search(text)) and tie.meaning.text not in label_key(words.harmless.sub(" ", text))


def _loose(page: Page, ties: Ties) -> Iterator[Cell]:
    """Cells under no label."""
    return (cell for cell in page.cells if cell.index not in ties.by_cell and ties.owner(cell) is None)


def _unasked(page: Page, ties: Ties) -> Iterator[Cell]:
    """Cells that are no label's value; 收款方已入账 is a sentence, though it begins with a label. What has no figure
    beside a label of a sum is not its value.
    """
    for cell in page.cells:
        own = ties.by_cell.get(cell.index, ())
        owner = ties.owner(cell)
        free = owner is None or owner.label is Label.AMOUNT or owner.same is not None  # 单号:ZZ2026…, 已入账 behind it
        if free and not any(tie.colon for tie in own):
            yield cell


def _odd_headlines(page: Page, ties: Ties, layouts: Layouts, figure: Cell | None) -> Iterator[str]:
    """Short lines beside the sum, in the middle or in its row, made like a state or large, that nothing known is."""
    words = layouts.states
    known = (words.movements, words.parts, words.headlines, words.seals)
    for cell in _beside(page, ties, figure, row=True):
        text = _text(cell)
        large = cell.height > _LARGER * page.line_height and _HAN.search(text) and not _names(text, layouts)
        odd = 1 < len(text) <= _HEADLINE and (large or words.statelike.search(text))
        if odd and not words.is_final(text) and not any(words.says(pattern, text) for pattern in known):
            yield text


def _names(text: str, layouts: Layouts) -> bool:
    """Whether a line is a bank's, an organisation's or a person's name."""
    patterns = (layouts.organisation, layouts.purposes.person)
    named = layouts.states.lines.is_bank(text) or any(pattern.search(text) for pattern in patterns)
    return named or bool(find_figures(text))


def _beside(page: Page, ties: Ties, figure: Cell | None, *, row: bool = False) -> Iterator[Cell]:
    """Cells under no label, in the middle of the page over or under the sum, or ticked; row: or in its row."""
    if figure is None:
        return
    reach = _NEAR * max(page.line_height, figure.height)
    for cell in _loose(page, ties):
        away = abs(cell.middle - figure.middle)
        aside = abs(cell.centre - figure.centre) >= _ASIDE * page.width
        near = away < reach and (not aside or cell.text[:1] in TICKS or (row and away < figure.height / 2))
        if near and cell.index != figure.index:
            yield cell


def _is_blank(ties: Ties) -> bool:
    """Whether nothing stands at the label of the state: a paper that was not filled in to its end."""
    labels = ties.of(Label.STATUS)
    return any(
        tie.cell.text.strip(" :：") == tie.meaning.text and next(ties.values(tie), None) is None for tie in labels
    )


def _made(
    page: Page, ties: Ties, words: StateWords, titles: Sequence[str], kind: ReceiptKind, figure: Cell | None
) -> bool:
    """Whether something known to be final stands there: a headline, a movement of an account, a slip's title, a seal
    that only what was booked bears, or a label of such, with its day.
    """
    paper = kind in PAPER
    heads = words.slips if not paper else words.titles if kind is ReceiptKind.BANK_RECEIPT else words.forms
    if any(words.titled(heads, title) for title in titles) and not _is_blank(ties):
        return True
    if any(words.is_final(_text(cell)) for cell in _unasked(page, ties)):
        return True
    said = [
        value.text for tie in ties.of(Label.OTHER, Label.PURPOSE) for value in itertools.islice(ties.values(tie), 1)
    ]
    if not paper and any(words.movements.search(plain(text)) for text in (*(cell.text for cell in page.cells), *said)):
        return True
    lines = (*(() if paper else _beside(page, ties, figure)), *_large(titles_of(page, ties, ()), page))
    if any(words.says(words.headlines, _text(line)) for line in lines):
        return True
    if kind in _BANKS and (is_sealed(page, words) or is_posted(ties, words, titles)):
        return True
    return any(is_dated(ties, tie) for tie in ties.all if words.is_dated(tie.meaning.text))
