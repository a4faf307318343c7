"""What kind of receipt a page is: anchors speak for a layout, vetoes against any, an empty form is none."""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from itertools import pairwise

from maild.domain.accounting.receipt import ReceiptKind
from maild.receipts import SAY
from maild.receipts.layouts import Anchor, Label, Layout, Layouts, label_key
from maild.receipts.page.dates import find_day
from maild.receipts.page.figures import find_figures
from maild.receipts.page.labels.spotting import COMPOSED
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import StateWords, plain

_HEAD_SHARE = 0.3
_LARGE = 1.35
_SHORTEST_NEAR = 4
_LIST_LENGTH = 3
_PARTS = 5  # different labels
_SIDES = (Label.PAYEE, Label.PAYEE_ACCOUNT, Label.PAYER, Label.PAYER_ACCOUNT)
_TALL, _TALLER = 1.4, 1.6
_SCREENS = frozenset({ReceiptKind.BANK_APP, ReceiptKind.WECHAT, ReceiptKind.ALIPAY, ReceiptKind.LIBRARY_PAYMENT})
_ACCOUNT = re.compile(r"\d(?: ?\d){14,22}")  # in full
_OF_MONEY = re.compile(r"[付汇转款账扣缴]|paid|payment|sent|transfer|money|funds")
_NUMBER_OF = ("号", "编号")
_JOINED, _OF_CODES = re.compile(r"\d{5,8}-[\dA-Z][\dA-Z-]{4,}"), re.compile(r"部门|项目|经费")  # 514000-173405
_SENTENCE = re.compile(r"^\(?\d{1,2}[.、)]|^.{0,3}(?:提示|说明|注意|注|须知)[:\d]|[,;。]")
# What a sentence says of a paper; 如下, 详情, 期内 and brackets are the paper's own.
_GOES_ON = re.compile(
    r"[”\"》]?(?:以|请|按|由|仅|只|不|可|应|须|需|均|为|将|经|自|若|在|属|有|无|是|妥|要|的|一经|提交|打印|投递|参照|依据|执行)"
)
_BRACKETS = re.compile(r"\([^()]*\)?")
NAMES = frozenset({Label.PAYER_BANK, Label.PAYEE_BANK, Label.BANK, Label.PAYER, Label.PAYEE, Label.NAME})
_CODED = frozenset(
    {
        Label.DEPARTMENT,
        Label.PROJECT,
        Label.PAYER_DEPARTMENT,
        Label.PAYER_PROJECT,
        Label.PAYEE_DEPARTMENT,
        Label.PAYEE_PROJECT,
    }
)
_OTHERS_WORDS = NAMES | {Label.PURPOSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFound:
    """The best layout, and why it is no proof where it is none ('' where it is one).

    known: its words speak for it; else only the way it is built does, and a person has to look.
    """

    layout: Layout | None
    score: int = 0
    veto: str = ""
    known: bool = True


class Signs:
    """The words of a page that tell what it is: names and banks of the parties left out, labels that no list has as
    what they mean.
    """

    def __init__(self, page: Page, ties: Ties) -> None:
        limit = page.top + _HEAD_SHARE * (page.bottom - page.top)
        body: list[str] = []
        head: list[str] = []
        for cell in (*page.cells, *page.uprights):
            text = own_words(cell, ties, _OTHERS_WORDS)
            if not text:
                continue
            body.append(text)
            if cell.middle <= limit or cell.height > _LARGE * page.line_height:
                head.append(text)
        self.texts = body
        anchors = ties.spotting.grammar.anchors
        made = sorted({tie.label for tie in ties.all if tie.meaning.rank == COMPOSED})
        self.body = "\n".join((*body, *(anchors.get(label, "") for label in made))).lower().replace(" ", "")
        self.head = "\n".join(head).lower().replace(" ", "")
        self._final = anchors.get("final", "")

    def with_state(self, page: Page, words: StateWords) -> Signs:
        """With the word that a known final state counts as, where the page says one."""
        found = copy(self)
        if any(words.is_final(plain(cell.text)) for cell in page.cells):
            found.body = f"{self.body}\n{self._final}"
        return found


def own_words(cell: Cell, ties: Ties, others: Collection[Label]) -> str:
    """What a cell says itself: without what stands behind labels of these."""
    owner = ties.owner(cell)
    if owner is not None and owner.last and owner.label in others:
        return ""
    text = cell.text
    for tie in reversed(ties.by_cell.get(cell.index, [])):
        if tie.cell is cell and tie.label in others:
            text = text[: tie.end] + text[tie.rest :]
    return text


def judge(page: Page, ties: Ties, layouts: Layouts, named: str = "") -> KindFound:
    """The layout whose anchors weigh most over what it needs; none where a veto stands against it. named: is known."""
    signs = Signs(page, ties)
    if known_one := next((layout for layout in layouts.layouts if layout.name == named), None):
        return KindFound(layout=known_one, score=known_one.needs, veto=_vetoed(signs, page, ties, layouts, known_one))
    scored = [(sum(a.weight for a in layout.anchors if _anchored(a, signs)), layout) for layout in layouts.layouts]
    fitting = [(score - layout.needs, score, layout) for score, layout in scored if score >= layout.needs]
    screen = _is_screen(page, layouts)
    if screen and any(layout.kind in _SCREENS for *_, layout in fitting):  # a screen has a slip's words, too
        fitting = [entry for entry in fitting if entry[2].kind in _SCREENS]
    paper = fitting
    if screen and page.height > _TALLER * page.width and not any(entry[2].kind in _SCREENS for entry in fitting):
        fitting = []  # a sheet of paper is not as tall; perhaps a screen in words of its own
    known = bool(fitting)
    if not known and (_built_like_one(ties) or _says_so(page, ties, layouts.states)):
        signs = signs.with_state(page, layouts.states)
        # Words nobody listed, but the parts of a receipt: the layout that most speaks for, by what speaks for it.
        likely = [
            (sum(max(a.weight, 0) for a in layout.anchors if _anchored(a, signs)), layout)
            for _, layout in scored
            if not screen or layout.kind in _SCREENS
        ]
        fitting = [(score - layout.needs, score, layout) for score, layout in likely if 2 * score >= layout.needs]
    if not fitting:
        known, fitting = True, paper
    if not fitting:
        best = max(scored, key=lambda entry: entry[0], default=(0, None))
        return KindFound(layout=None, score=best[0], veto=SAY("nothing_says_receipt"))
    coded = [(0, score, layout) for score, layout in scored if layout.kind is ReceiptKind.CAMPUS_TRANSFER]
    if coded and _is_coded(page, coded[0][2]):
        fitting = coded
    _, score, layout = max(fitting, key=lambda entry: (entry[1], entry[0]))
    if not layout.bank:  # a layout for any bank gathers more signs than the bank's own, which knows more
        own = [entry for entry in fitting if entry[2].bank and entry[2].kind is layout.kind]
        _, score, layout = max(own, key=lambda entry: entry[1], default=(0, score, layout))
    return KindFound(layout=layout, score=score, veto=_vetoed(signs, page, ties, layouts, layout), known=known)


def _is_coded(page: Page, campus: Layout) -> bool:
    """Whether two of a page's labels are those of the university's units and projects, or two of its values their codes
    in one, which no paper of a bank has: then its codes, and the finance office, say whether it pays us, whatever else
    it is like.
    """
    told = (campus.lexicon.get(label_key(cell.text.partition(":")[0])) for cell in page.cells)
    labels = {meaning.text for meaning in told if meaning is not None and meaning.label in _CODED}
    joined = [
        cell
        for row in page.rows
        for head, cell in pairwise(row)
        if _JOINED.fullmatch(cell.text.replace(" ", "")) and _OF_CODES.search(head.text)
    ]
    return len(labels) > 1 or len(joined) > 1


def _is_screen(page: Page, layouts: Layouts) -> bool:
    """Whether a page is as tall as a phone's screen, and no line of it is a slip's title."""
    words = layouts.states
    titles = (plain(cell.text) for row in page.rows for cell in row)
    return page.height > _TALL * page.width and not any(words.titled(words.forms, title) for title in titles)


def _built_like_one(ties: Ties) -> bool:
    """Whether the page has what every receipt has: a labelled sum, a labelled party (or twice a name and an account,
    under headings that tell whose), a number or a moment, and more; or, as screens show
    them, a number and a moment under labels, and more.
    """
    labels = {tie.label for tie in ties.all}
    if {Label.SERIAL, Label.PAID} <= labels and len(labels) >= _PARTS - 1:
        return True
    return (
        bool(ties.of(Label.AMOUNT, Label.TOTAL, Label.WORDS))
        and (bool(ties.of(*_SIDES)) or min(len(ties.of(Label.NAME)), len(ties.of(Label.ACCOUNT))) == 2)
        and bool(ties.of(Label.SERIAL, Label.PAID, Label.BOOKED))
        and len(labels) >= _PARTS
    )


def _says_so(page: Page, ties: Ties, words: StateWords) -> bool:
    """Whether a page says that a payment was made, to whom, when or under which number, and more; a screen may have
    the payee for a heading, with his whole account below, where it says that money was sent: not 订单已完成.
    """
    labels = {tie.label for tie in ties.all}
    named = len(labels) >= _PARTS and Label.PAYEE in labels and labels & {Label.PAYEE_ACCOUNT, Label.ACCOUNT}
    headed = any(_ACCOUNT.fullmatch(cell.text) and ties.owner(cell) is None for cell in page.cells)
    if not (named or headed) or not labels & {Label.SERIAL, Label.PAID, Label.BOOKED}:
        return False
    made = [said for cell in page.cells if words.is_final(said := plain(cell.text))]
    return any(named or _OF_MONEY.search(said) for said in made)


def _anchored(anchor: Anchor, signs: Signs) -> bool:
    text = signs.head if anchor.where == "head" else signs.body
    if any(word.replace(" ", "") in text for word in anchor.words):
        return True
    return anchor.near and any(_nearly(word, text) for word in anchor.words if len(word) >= _SHORTEST_NEAR)


def _nearly(word: str, text: str) -> bool:
    """Whether the word stands in the text with one character misread."""
    half = len(word) // 2
    for piece, shift in ((word[:half], 0), (word[half:], half)):
        at = text.find(piece)
        while at != -1:
            begin = at - shift
            window = text[begin : begin + len(word)] if begin >= 0 else ""
            if len(window) == len(word) and sum(a != b for a, b in zip(word, window, strict=True)) <= 1:
                return True
            at = text.find(piece, at + 1)
    return False


def _vetoed(signs: Signs, page: Page, ties: Ties, layouts: Layouts, layout: Layout) -> str:
    def excused(text: str) -> bool:
        return any(pattern.search(text) for pattern in layout.excuses)

    for text in signs.texts:
        bare = text.replace(" ", "")
        if layouts.vetoes.whole.search(bare) and not excused(bare):
            return SAY("it_says", words=bare[:30])
    vetoes = layouts.vetoes
    for pattern, text in ((vetoes.text, signs.body), (vetoes.paper, signs.body), (vetoes.head, signs.head)):
        for line in text.split("\n"):
            for hit in pattern.finditer(line):
                # 预约单 is a paper of another kind; 预约单号 is a label, on any.
                rest = line[hit.end() :]
                printed = pattern is vetoes.paper and _is_small_print(line, rest)
                if not rest.startswith(_NUMBER_OF) and not printed and not excused(line):
                    return SAY("it_says", words=hit.group()[:30])
    if _is_list(page, ties):
        return SAY("list_of_payments")
    return ""


def _is_small_print(line: str, rest: str) -> bool:
    """Whether a line is a sentence that goes on behind a word of it: 3.预约单请保管, not 文献传递收费标准."""
    return bool(_SENTENCE.search(_BRACKETS.sub("", line)) and _GOES_ON.match(rest))


def _is_list(page: Page, ties: Ties) -> bool:
    """A history: many rows, each with a signed sum at its end; or many days without a label, each with a sum."""
    signed, sums, days = 0, 0, set()
    for row in page.rows:
        last = [f for f in find_figures(row[-1].text) if f.pointed and f.alone]
        signed += any(f.sign for f in last)
        sums += bool(last) and ties.owner(row[-1]) is None
        loose = [find_day(cell.text) for cell in row if cell.index not in ties.by_cell and ties.owner(cell) is None]
        days |= {hit for hit in loose if hit}
    return signed >= _LIST_LENGTH or (sums > _LIST_LENGTH and len(days) > _LIST_LENGTH)
