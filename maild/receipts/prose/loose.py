"""Lines that belong to nothing: neither label nor value, nor known to be neutral. One that tells of something is odd.

A receipt says what it says under labels. What stands beside them – a heading, the bank's name, a seal, small print, a
button – is known, or it may tell of a return, a refusal, an exercise in words that nobody listed: then a person looks.
What no list has is neutral only if its words are (maild.receipts.words.neutral). How neutral, its place tells: among
the headings and beside the sum a line says how the payment went, so there nothing unknown passes; among the rows and
below them are buttons, hints and offers in words that no list will ever have, so there it has to tell of something by
itself.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from maild.receipts.layouts import Label, Layouts, label_key
from maild.receipts.page.kinds import NAMES
from maild.receipts.page.labels.spotting import COMPOSED, is_worn
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.numerals import find_words
from maild.receipts.page.ours import name_is_ours
from maild.receipts.page.stages.booked import is_stacked
from maild.receipts.page.stages.states import is_stated
from maild.receipts.page.stages.steps import is_logged, is_moment
from maild.receipts.prose.beside import says_nothing
from maild.receipts.prose.tips import passages, rows_end
from maild.receipts.prose.visitor import is_greeted, is_visitor
from maild.receipts.rows import Cell, Page, is_of_a_rim, within
from maild.receipts.sheet import Region
from maild.receipts.words.layoutfile import Pattern
from maild.receipts.words.states import StateWords, plain
from maild.receipts.words.tips import BULLET, columns

_BANKS = frozenset({Label.BANK, Label.PAYER_BANK, Label.PAYEE_BANK})
_SAID = NAMES | {Label.PURPOSE, Label.DEPARTMENT, Label.PROJECT}
_FIGURE = re.compile(r"\d")
_STAMPED_DAY = re.compile(r"20\d\d ?[.年/-][\d .月日/-]{3,8}")  # 2026.11.131, with what stands beside it
_HAN = re.compile(r"[\u3400-\u9fff]")
_LANGUAGES = re.compile(r"(?<=[a-z]{3})\.? ?(?=[\u3400-\u9fff]{3})|(?<=[\u3400-\u9fff]{3}) ?(?=[a-z]{3})")
_WORDS = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"([\u3400-\u9fff]{2,8}) ?[a-z][a-z. ]{2,24}")  # a label once more in English: 部门代码 dept.code
_FRAGMENT = 4  # Latin letters: as much a phone's status line has, or a seal's edge
_JUDGED = 4  # characters of a line that the model can judge
_SHORTEST = 2  # Chinese characters
_SURE_BANK = 0.95  # that what stands at a bank's label is a name
# How sure the model has to be of a line that no list knows; of one among what is recommended.
_SILENT, _AGAINST, _AGAINST_BELOW = 0.85, 0.9, 0.8
_SURELY_AGAINST = 0.97  # of small print and whole sentences, which speak of what holds in general
_NEUTRAL, _NEUTRAL_AT_SUM = 2.2, 2.7  # scores from which on a line that would be odd is neutral
_IDLE, _QUIET = 0.8, -0.3  # where the page says that it is made: of a line that speaks of no payment, of any other
_HEAD_ROWS, _UNSEEN = 2, -1.3
_CAPITALS = re.compile(r"(?:(?:[A-Z][\w&.'-]*|of|the|and|&|[(),.·|-])\s*)+")
_NEUTRAL_SMALL, _NEUTRAL_SENTENCE = 0.5, -0.3  # below the rows: of one in smaller letters, of a sentence
_SMALL = 0.9  # of the usual line's height
_PITCH, _LARGE = 1.25, 1.2
_SENTENCE = 26  # columns; as short ones tell of something in a word or two
_LATIN = 0.8  # so much less is asked of English, whose words are seldom seen twice
_TELLING = -1.1  # below that a line tells of something, though it is made of what headings and small print are made of
_BUTTON, _ASIDE = 6, 0.2  # characters; of the page's width from its middle
_SIDE, _FAINT = re.compile(r"[收付]\S{1,3}"), 0.7  # OCR's confidence
_STATE = re.compile(r"(?:[已未预非拟暂半准伪假]|待(?!办)|部分|模拟)[\u3400-\u9fff]{1,4}|[\u3400-\u9fff]{1,4}中")
_RATHER = 0.5  # how sure the model has to be that such a line says nothing
_TO = re.compile(r"^to ")
_BANK_END = re.compile(r"[\u3400-\u9fff]{0,8}(?:行|处|部|社|所|室|公司)")
_NEAR = 2.5  # line heights below the sum
_TOUCHING, _LEADING = 0.4, 0.7  # of a line's height, by which two lines of a box overlap at most, and are apart


def odd_line(
    page: Page,
    ties: Ties,
    layouts: Layouts,
    stamps: Sequence[Region] = (),
    *,
    figure: Cell | None = None,
    stamped: bool = False,
) -> str:
    """The first line that tells of something and is not known, '' for none. figure: the sum.

    stamped: a stamp has to say that the payment is made: what makes it valid tells nothing.

    Letters of a seal are read in pieces, and are left to the stems of states.toml; of what is recommended below only
    what surely speaks against the payment is read.
    """
    words = layouts.states
    persons = set(_told_below(ties, layouts))
    names = sorted(_names(ties), key=lambda entry: len(entry[1]), reverse=True)
    below = page.bottom if figure is None else figure.bottom + _NEAR * page.line_height
    foot = (
        max(below, _table_end(page, rows_end(page, ties, layouts.tips, words))) if figure is not None else page.bottom
    )
    stated, wrapped = is_stated(page, ties, words), set(_wrapped(page, words))
    for cell in _read(page, layouts.purposes.ends):
        small = cell.height < _LARGE * page.line_height
        if stamped and _STAMPED_DAY.fullmatch(cell.text):
            continue
        if _is_loose(cell, ties, layouts) and not within(cell, stamps) and _speaks_against(cell.text, words):
            return cell.text
        if stamped and (_says_when_valid(cell.text, words) or is_of_a_rim(cell, stamps)):
            continue
        if stated and small and (_is_idle(cell, page, layouts) or _was_taken(cell, page, layouts)):
            continue
        if cell.vertical and cell.confidence < _FAINT and _SIDE.fullmatch(cell.text):
            continue  # 收款方 down the side of its block, which readers take for other letters
        if (
            cell.index not in wrapped
            and _is_loose(cell, ties, layouts)
            and cell.index not in persons
            and not within(cell, stamps)
        ):
            if says_nothing(plain(cell.text), words, _SILENT) or _ends_bank(cell, page, words):
                continue
            others = [name for index, name in names if index != cell.index]
            wanted = _NEUTRAL if cell.top > below else _NEUTRAL_AT_SUM
            if _is_button(cell, page):
                wanted = _NEUTRAL_SMALL
            elif cell.top > foot:
                wanted = _wanted_below(cell, page)
            elif cell.top > below and columns(cell.text) >= _SENTENCE and not cell.text.isascii():
                wanted = _NEUTRAL_SMALL
            if not (stamped and _is_heading(cell.text, words)) and _is_odd(cell.text, ties, layouts, others, wanted):
                return cell.text
    read = {cell.index for cell in _read(page, layouts.purposes.ends)}
    told = (cell.text for cell in page.cells if cell.index not in read and _tells_below(plain(cell.text), words))
    odd = (text for text in _no_banks(ties, words) if _is_odd(text, ties, layouts, (), math.inf))
    return next(itertools.chain(told, odd), "")


def _tells_below(text: str, words: StateWords) -> bool:
    """Whether a line among what is recommended tells of the payment: 转账被拦截, 钱已还给你."""
    return len(text) >= _JUDGED and (words.model.against(text) >= _AGAINST_BELOW or bool(words.lines.own.search(text)))


def _is_state_of_its_own(text: str, words: StateWords) -> bool:
    """Whether a short line has a state's form and is none that is known: 预入账, 已删除, 部分办结, 非正式."""
    known = _is_known(text, words) or words.agrees(text) or words.introduces(text) or words.is_said(text)
    return not known and bool(_STATE.fullmatch(text)) and words.model.silent(text) < _RATHER


def _says_when_valid(written: str, words: StateWords) -> bool:
    """Whether a line only says what makes a form valid, or how such a paper is called."""
    text = plain(written)
    left = words.stamped.sub(" ", text)
    return left != text and not _WORDS.search(left)


def _is_heading(written: str, words: StateWords) -> bool:
    """Whether a line is a known heading, perhaps once more in English, or of a form ordered beforehand: 转账预约单."""
    left = plain(words.stamped.sub(" ", text := plain(written)))
    return words.titled(words.nouns, left) or (left != text and bool(words.parts.search(left)))


def _speaks_against(written: str, words: StateWords) -> bool:
    """Whether a line that is no known heading is a state, or speaks against the payment, of which the model is sure."""
    text = plain(written)
    if _is_state_of_its_own(text, words):
        return True
    known = words.lines.is_bank(text) or _is_known(text, words) or words.introduces(text) or words.agrees(text)
    known = known or words.lines.names.search(text) or words.says(words.steps, text) or words.says(words.nouns, text)
    general = words.lines.small.search(text) or columns(text) >= _SENTENCE
    wanted = _SURELY_AGAINST if general else _AGAINST
    return len(text) >= _JUDGED and not known and words.model.against(written) >= wanted


def _wrapped(page: Page, words: StateWords) -> Iterator[int]:
    """The lines of a sentence over several, which is known as a whole."""
    for lines in passages(page.cells):
        text = plain("".join(f"{cell.text} " if cell.text[-1:].isascii() else cell.text for cell in lines))
        known = words.is_final(text) or words.introduces(text) or _is_told(text, words)
        if len(lines) > 1 and known:
            yield from (cell.index for cell in lines)


def _is_told(text: str, words: StateWords) -> bool:
    """Whether each sentence of a passage is known to say that the payment is made, to introduce, or to say nothing; at
    times each is said in two languages, one behind the other.
    """
    apart = _LANGUAGES.sub(". ", text)
    return all(words.is_final(one) or words.introduces(one) or words.is_said(one) for one in words.clauses(apart))


def _is_button(cell: Cell, page: Page) -> bool:
    """Whether a short line stands at the edge of a screen's top bar, beside its title: 返回, 全部账单."""
    number = page.row_of.get(cell.index, len(page.rows))
    if number > 1 or len(page.rows[number]) < 2 or len(cell.text) > _BUTTON or page.height < page.width:
        return False
    bounds = page.rows[number]
    edge = cell is bounds[0] or cell is bounds[-1]
    return edge and abs(cell.centre - page.width / 2) > _ASIDE * page.width


def _table_end(page: Page, end: float) -> float:
    """Where the rows of a receipt end, those among them whose labels no list has: two boxes in a row, as far
    below as the rows above are from one another.
    """
    pitch = 0.0
    for above, row in pairwise(page.rows):
        top, bottom = min(cell.top for cell in row), max(cell.bottom for cell in row)
        step = top - min(cell.top for cell in above)
        if bottom <= end:
            pitch = step
        elif len(row) == 2 and len(row[1].text) > 1 and 0 < step < _PITCH * pitch:
            end = bottom
        else:
            break
    return end


def _wanted_below(cell: Cell, page: Page) -> float:
    """How neutral the words of a line below the rows have to be."""
    if columns(cell.text) >= _SENTENCE and cell.height < _LARGE * page.line_height:
        return _NEUTRAL_SENTENCE + (_LATIN if cell.text.isascii() else 0.0)
    return _NEUTRAL_SMALL if cell.height < _SMALL * page.line_height else _NEUTRAL


def _read(page: Page, ends: Pattern) -> Iterator[Cell]:
    for row in page.rows:
        if any(ends.search(plain(cell.text)) for cell in row):
            break
        yield from row
    yield from page.uprights


def _is_loose(cell: Cell, ties: Ties, layouts: Layouts) -> bool:
    """Whether a cell is under no label; 验证码已发送 is a sentence, though it begins so; 转出户名 王敏 is none."""
    own = ties.by_cell.get(cell.index, ())
    if ties.owner(cell) is not None or any(_names_somebody(tie, layouts) for tie in own):
        return False
    return all(
        not tie.colon
        and (
            tie.same is not None and not _FIGURE.search(tie.same.text) and not find_words(tie.same.text)
            if tie.meaning.rank < COMPOSED
            else not any(ties.values(tie))
        )
        for tie in own
    )


def _names_somebody(tie: Tie, layouts: Layouts) -> bool:
    """Whether a party's label is followed, in its box, by a person's name, an organisation's or ours."""
    said = tie.same
    if said is None or tie.start or tie.label not in NAMES:
        return False
    name = plain(said.text)
    named = layouts.purposes.person.search(name) or layouts.states.lines.is_bank(name)
    return bool(named) or name_is_ours(said.text, layouts).exact


def _names(ties: Ties) -> Iterator[tuple[int, str]]:
    """What stands at labels of parties and purposes, and may stand once more elsewhere; each with its cell."""
    for tie in ties.all:
        if tie.label in _SAID and (value := next(ties.values(tie), None)) is not None and len(value.text) > 1:
            yield value.cell.index, plain(value.text)


def _told_below(ties: Ties, layouts: Layouts) -> Iterator[int]:
    """Cells below a label that are just a person's name, under a heading of a party (付款方 over 王敏), or, on a narrow
    screen, a remark that names our service, whatever it is about.
    """
    for tie in ties.of(*NAMES - _BANKS, Label.PURPOSE):
        value = next(ties.values(tie), None)
        if value is None or value.how != "below":
            continue
        text = plain(value.text)
        ours = layouts.purposes.ours.search(text) and not layouts.states.against(text)
        remark = tie.label is Label.PURPOSE and ours and is_stacked(tie, value.cell, ties.page)
        if remark or (tie.label is not Label.PURPOSE and layouts.purposes.person.search(text)):
            yield value.cell.index


def _no_banks(ties: Ties, words: StateWords) -> Iterator[str]:
    """What stands at a bank's label and is no bank."""
    for tie in ties.of(*_BANKS):
        value = next(ties.values(tie), None)
        if value is None or value.how == "below" or words.lines.is_bank(plain(value.text)):
            continue
        if _ends_bank(value.cell, ties.page, words):
            continue
        if not says_nothing(plain(value.text), words, _SURE_BANK):
            yield value.text


def _ends_bank(cell: Cell, page: Page, words: StateWords) -> bool:
    """Whether a line is the second of a bank's name, in one box of a table: …杭州浙大 over 支行."""
    first = _line_above(cell, page) if _BANK_END.fullmatch(cell.text) else ""
    return bool(first) and words.lines.is_bank(plain(first)) and words.lines.is_bank(plain(first + cell.text))


def _line_above(cell: Cell, page: Page) -> str:
    """The line right above a box, longer and beginning where it does."""
    above = [
        other
        for other in page.cells
        if -_TOUCHING * cell.height < cell.top - other.bottom < _LEADING * cell.height
        and abs(other.left - cell.left) < cell.height
        and other.right > cell.right
        and other.middle < cell.middle
    ]
    return max(above, key=lambda other: other.bottom).text if above else ""


def _is_odd(written: str, ties: Ties, layouts: Layouts, names: Sequence[str], wanted: float) -> bool:
    """wanted: how neutral its words have to be where no list has them"""
    words, text = layouts.states, plain(BULLET.sub("", written))
    if words.lines.is_bank(text) or ties.names(label_key(text)) or _is_known(text, words):
        return False
    if (both := _TWICE.fullmatch(text)) and ties.names(label_key(both[1])) and not words.against(text):
        return False
    if words.introduces(text) or words.all_said(text) or words.is_address(text) or words.is_file(text):
        return False
    if is_worn(text, ties.lexicon, words.lines.tells):
        return False
    told = (text[hit.end() :] for before in (*layouts.before, _TO) if (hit := before.search(text)))
    if any(name_is_ours(name, layouts).exact for name in told):
        return False  # To Zhejiang University, 汇给浙江大学, over the sum
    rest = layouts.purposes.ours.sub(" ", words.harmless.sub(" ", text))
    for name in names:
        rest = rest.replace(name, " ")
    if rest.isascii() and len(rest.strip(" :,.#")) < len("to "):  # To 浙江大学
        return False
    score = layouts.judge.score(rest)
    if score < _TELLING:
        return True
    if words.says(words.lines.small, text):
        return False
    left = words.lines.known.sub(" ", rest)
    if len(_HAN.findall(left)) >= _SHORTEST:
        tells = bool(words.lines.tells.search(left))
    else:
        tells = _tells_in_latin(written, left, words)
    wanted -= _LATIN if text.isascii() else 0.0
    return bool(words.lines.own.search(rest)) or (tells and score < wanted)


def _is_idle(cell: Cell, page: Page, layouts: Layouts) -> bool:
    """Whether a line of a page that says that the payment is made tells nothing of it: each clause is known to say
    nothing, or is neutral by its words, without one that may tell of what became of money. A name in a page's first
    rows, or in English capitals, is in no list, so its words are not judged.
    """
    words, written = layouts.states, BULLET.sub("", cell.text)
    named = page.row_of.get(cell.index, _HEAD_ROWS) < _HEAD_ROWS or bool(_CAPITALS.fullmatch(written))
    for clause in words.clauses(plain(written)):
        if words.is_said(clause) or words.lines.is_bank(clause):
            continue
        left = words.worth.sub(" ", words.harmless.sub(" ", clause))
        if not left.strip():
            continue
        if words.stems.search(left) or words.lines.own.search(left):
            return False
        if _is_at_edge(cell, page) and (is_greeted(clause, layouts) or is_visitor(plain(written), layouts)):
            continue
        wanted = _UNSEEN if named else _QUIET
        if words.lines.speaks.search(left):
            wanted = _NEUTRAL
        elif not named and words.lines.tells.search(words.lines.known.sub(" ", left)):
            wanted = _IDLE
        if layouts.judge.score(clause) < wanted:
            return False
    return True


def _is_at_edge(cell: Cell, page: Page) -> bool:
    """Whether a line stands in the page's first row, away from its middle."""
    return page.row_of.get(cell.index) == 0 and abs(cell.centre - page.width / 2) > _ASIDE * page.width


def _was_taken(cell: Cell, page: Page, layouts: Layouts) -> bool:
    """Whether a line names who agreed, in a heading what was asked for, or a step before the payment with its moment
    in it or beside it.
    """
    words, text = layouts.states, plain(cell.text)
    head = page.row_of.get(cell.index, _HEAD_ROWS) < _HEAD_ROWS
    asked = head and words.asked.search(text) and words.says(words.nouns, text)
    if asked or words.agrees(text) or is_logged(text, layouts):
        return True
    return words.says(words.steps, plain(cell.text)) and any(
        is_moment(other.text) for other in itertools.islice(page.rightward(cell), 1)
    )


def _is_known(text: str, words: StateWords) -> bool:
    whole = (words.bare, words.movements, words.headlines, words.seals)
    ends = (words.nouns, words.forms, words.slips, words.weak)
    if words.is_final(text) or any(words.says(pattern, text) for pattern in whole):
        return True
    return any(words.titled(end, text) for end in ends)


def _tells_in_latin(written: str, left: str, words: StateWords) -> bool:
    """Whether what is left in Latin letters is more than a name: words in small letters, or that tell something."""
    rest = [word for word in _WORDS.findall(left) if word.isascii()]
    if sum(map(len, rest)) <= _FRAGMENT:
        return any(len(word) == _FRAGMENT and words.lines.tells.search(word) for word in rest)
    small = any(word.islower() and len(word) > _FRAGMENT and word in rest for word in _WORDS.findall(written))
    return small or bool(words.lines.tells.search(" ".join(rest)))
