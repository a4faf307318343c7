"""Payer and payee: whose block a label stands in, names, account numbers."""

from __future__ import annotations

import re
from itertools import pairwise

from maild.config import Office
from maild.receipts.layouts import Label, Layouts, label_key
from maild.receipts.page.found import EDGES, Fields, best_value
from maild.receipts.page.labels.tie import Tie, Value
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.ours import FULL_ACCOUNT, account_is_ours, name_is_ours
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import plain

_STAR = "*×xX✱＊•·.…★☆"
_ACCOUNT = re.compile(
    rf"[0-9]{{0,12}} ?[{_STAR}]{{2,}}[ {_STAR}]*[0-9]+|[0-9]{{3,}} ?[{_STAR}]{{2,}}|[0-9][0-9 -]{{2,30}}[0-9]"
)
_TAIL = re.compile(r"(?:尾号|末四位|后四位)?\(?(\d{4})\)?$")
# 工商银行(8891) 浙江大学, 银行卡-浙江大学
_CARD = re.compile(
    r"^(?:(?:银行|对公)?(?:卡|账户)[-—:]+(?=\S)|"
    r"\S{0,12}(?:银行|信用社|储蓄卡|信用卡)\S{0,4}? ?[(\[](?:尾号)?[* ]*\d{4}[)\]] ?)"
)
_CARD_TAIL = re.compile(
    r"^\S{0,12}(?:银行|信用社)\S{0,4}? ?[(\[](?:尾号)?[* ]*(\d{4})[)\]] ?(?=[\u3400-\u9fff])"
)  # a name behind
_CODED = re.compile(r"[\u3400-\u9fff] ?[\[(（]\d{5,8}[\])）]|(?:^|\s)\d{5,8} ?[\u3400-\u9fff]")
_UNIT = re.compile(r"(?<=[\u3400-\u9fff)]) ?[\[(](?P<code>\d{5,8})[\])]$")  # the code of a unit, behind its name
_BEFORE = re.compile(  # or before it: 188610 图书馆, [188610]图书馆
    r"^(?P<mark>[\[(])?(?P<code>\d{5,8})(?(mark)[\])])[ -]?(?!号)(?=[\u3400-\u9fff]{2,}$)"
)
_PERSON = "姓名"  # the label of a natural person; an account has 户名, an organisation 名称
_HOUSE = "机构"  # the payee, or the bank where he has his account
_LONG_NAME = 7  # characters; a shorter one does not go on in the next line
_WITH_ACCOUNT = re.compile(  # and perhaps its bank behind it
    rf"(?P<name>.*[\u3400-\u9fff])[\s/|,;:(\[]*(?P<number>\d(?: ?\d){{{FULL_ACCOUNT - 1},}})(?!\d)"
    r"[\s/|,;:)(\[\]]*(?P<bank>.*?)[)\]]?"
)
_MONEY = re.compile(r"[-+¥ ]*\d[\d,]*\.\d\d")
_NOT_A_NAME = re.compile(r"^[\d\s:*.,¥+-]+$")
_BANK = re.compile(r"(?:银行|信用社|联社|[支分商]行|营业部|分理处|^[工农中建交招]行)(?:股份)?(?:有限公司)?$|\bbank\b")
_HEADING = re.compile(r"账单|详情|支付|转账|付款|收款|金额|¥|凭证|微信|\d{3}")
_TO_A_BANK = re.compile(r"转(?:账)?到(?:银行|对公)|到账银行卡|收款银行卡")
_OTHER_PARTY = ("counterparty", "对方", "对手", "交易对")  # labels of who is not the account's own
_BANK_CARD = re.compile(r"(?:银行|信用社|[储蓄信用借记]+卡)\S{0,4}? ?[(\[](?:尾号)?[* ]*\d{4}[)\]]")
_STACK = 3  # heights over which a party's word goes on below its first letter


class Parties:
    """Whose block a label without a party stands in."""

    def __init__(self, page: Page, ties: Ties) -> None:
        self.ties = ties
        self.heads: list[tuple[bool, Cell]] = [
            (tie.label in _PAYEE_LABELS, tie.at) for tie in ties.all if tie.label in _PAYEE_LABELS | _PAYER_LABELS
        ]
        lexicon = ties.lexicon
        for cell in page.uprights:
            meaning = lexicon.get(label_key(cell.text))
            if meaning and meaning.label in {Label.PAYER, Label.PAYEE}:
                self.heads.append((meaning.label is Label.PAYEE, cell))
        self.heads += list(_stacked(page, ties))
        for cell in page.cells:
            key = label_key(cell.text)
            for ending in ("信息", "账户信息", "账户", "资料", "情况"):
                meaning = lexicon.get(key.removesuffix(ending)) if key.endswith(ending) else None
                if meaning and meaning.label in {Label.PAYER, Label.PAYEE}:
                    self.heads.append((meaning.label is Label.PAYEE, cell))

    def payee(self, tie: Tie) -> bool | None:
        """Whether the label's block is the payee's; None where nothing tells."""
        told = self._by_place(tie)
        twin = next((o for o in self.ties.all if o.label is tie.label and o is not tie and _in_row(o, tie)), None)
        if told is None or (twin is not None and self._by_place(twin) is told):
            by_order = self._by_order(tie)  # the word for one of the two blocks was not read
            return told if by_order is None else by_order
        return told

    def _by_place(self, tie: Tie) -> bool | None:
        at = tie.at
        best: tuple[float, bool] | None = None
        for is_payee, head in self.heads:
            beside = head.right <= at.left + at.height
            above = head.middle < at.middle and head.left <= at.left + 2.5 * at.height
            if not (beside or above) or head.middle > at.middle + 6 * at.height:
                continue
            across = max(0.0, at.left - head.right) if beside else abs(at.left - head.left)
            down = max(0.0, at.top - head.bottom, head.top - at.bottom)
            below = 1.5 if head.top > at.bottom else 1.0
            cost = across + 3 * below * down
            if best is None or cost < best[0]:
                best = (cost, is_payee)
        return best[1] if best else None

    def _by_order(self, tie: Tie) -> bool | None:
        """Of two alike, the left or upper is the payer's, as everywhere."""
        alike = [other for other in self.ties.all if other.label is tie.label]
        beside = [other for other in alike if _in_row(other, tie)]
        if len(beside) == 2:
            return tie is max(beside, key=lambda t: t.at.left)
        return tie is alike[1] if len(alike) == 2 else None


def _in_row(one: Tie, other: Tie) -> bool:
    return abs(one.at.middle - other.at.middle) < 0.7 * other.at.height


_PAYEE_LABELS = {Label.PAYEE, Label.PAYEE_ACCOUNT, Label.PAYEE_BANK, Label.PAYEE_DEPARTMENT, Label.PAYEE_PROJECT}
_PAYER_LABELS = {Label.PAYER, Label.PAYER_ACCOUNT, Label.PAYER_BANK, Label.PAYER_DEPARTMENT, Label.PAYER_PROJECT}


def _stacked(page: Page, ties: Ties) -> list[tuple[bool, Cell]]:
    """付 … 款 … 人 set one below another at the side of a block: the first letter, beside the block's first label."""
    heads = []
    for row in page.rows:
        for cell, beside in pairwise(row):
            if len(cell.text) == 1 and cell.text in "付收汇申缴" and ties.labelled(beside):
                around = Cell(
                    left=cell.left,
                    right=cell.right,
                    top=cell.top,
                    text=cell.text,
                    confidence=1.0,
                    bottom=cell.bottom + _STACK * cell.height,
                    edges=cell.edges,
                    index=-1,
                )
                heads.append((cell.text == "收", around))
    return heads


def _split_parties(ties: Ties, parties: Parties, plain: Label, payer: Label, payee: Label) -> dict[bool, list[Tie]]:
    """Ties of a field by party (True: the payee's)."""
    found: dict[bool, list[Tie]] = {False: ties.of(payer), True: ties.of(payee)}
    for tie in ties.of(plain):
        side = parties.payee(tie)
        if side is not None:
            found[side].append(tie)
    return found


def read_names(fields: Fields, page: Page, ties: Ties, parties: Parties, layouts: Layouts) -> None:
    """Names of payer and payee."""
    found = _split_parties(ties, parties, Label.NAME, Label.PAYER, Label.PAYEE)

    def shape(value: Value) -> str:
        long = len(value.text) >= _LONG_NAME and value.how != "below"
        text = ties.wrapped(value, 1).text if long else value.text
        text = value.text if _MONEY.match(text[len(value.text) :]) else text  # the sum below 转账到银行卡-浙江大学
        if value.tie.meaning.text.endswith(_HOUSE) and layouts.states.lines.is_bank(plain(text)) and _BANK.search(text):
            return ""  # 收款机构 工行杭州市浙大分理处
        return name_text(_apart(text, layouts)[0] or text)

    own = best_value(page, ties, ties.of(Label.PAYEE), shape)
    if own is not None and name_is_ours(own[0], layouts).ours:  # who pays us stands below as a person: 姓名, 学号
        persons = [tie for tie in found[True] if tie.meaning.text == _PERSON]
        found = {False: [*found[False], *persons], True: [tie for tie in found[True] if tie not in persons]}
    for is_payee, name in ((False, "payer"), (True, "payee")):
        hit = best_value(page, ties, found[is_payee], shape)
        if hit:
            fields.put(name, hit[0], hit[1].cells, page.origin)
    lone = ties.of(Label.NAME)
    if len(lone) == 1 and parties.payee(lone[0]) is None:
        hit = best_value(page, ties, lone, shape)
        if hit:  # whose it is, is told by what it is: ours, or somebody's
            ours = name_is_ours(hit[0], layouts)
            fields.put("payee" if ours.ours or ours.near else "payer", hit[0], hit[1].cells, page.origin)


def _columns(page: Page, ties: Ties) -> list[tuple[bool, Cell]]:
    """付款方 and 收款方 as heads of two columns beside one another: (whether the payee's, the head)."""
    for row in page.rows:
        heads = [
            (tie.label is Label.PAYEE, tie.cell)
            for cell in row
            for tie in ties.by_cell.get(cell.index, ())
            if tie.label in {Label.PAYER, Label.PAYEE} and tie.start == 0 and tie.last
        ]
        if len(heads) == len(row) == 2 and {payee for payee, _ in heads} == {True, False}:
            return heads
    return []


def read_columns(fields: Fields, page: Page, ties: Ties) -> None:
    """Names and accounts of a table with a column for each party: one label at the left, two values beside it."""
    heads = _columns(page, ties)
    for tie in ties.of(Label.NAME, Label.ACCOUNT) if heads else ():
        cells = [cell for cell in page.rightward(tie.cell) if cell.index not in ties.by_cell]
        if len(cells) != len(heads) or not tie.last or tie.cell.middle < heads[0][1].bottom:
            continue
        for cell in cells:
            payee, _ = min(heads, key=lambda head: abs(head[1].centre - cell.centre))
            value = Value(text=cell.text, cell=cell, tie=tie, how="right", cells=(cell,))
            text = name_text(cell.text) if tie.label is Label.NAME else _account_text(value)
            name = "payee" if payee else "payer"
            fields.put(name if tie.label is Label.NAME else f"{name}_account", text, (cell,), page.origin)


def name_above(
    fields: Fields, page: Page, ties: Ties, figure: Cell, layouts: Layouts, *, anybody: bool = False
) -> None:
    """The payee of an app's screen, set as a heading over the sum: 扫二维码付款-给浙江大学图书馆.

    anybody: whatever stands there is a name, unless it tells how the payment went
    """
    if "payee" in fields.texts:
        return
    for cell in sorted(page.cells, key=lambda c: -c.bottom):
        near = cell.bottom <= figure.middle and figure.top - cell.bottom < 2.5 * max(figure.height, cell.height)
        if not near or abs(cell.centre - figure.centre) > 0.12 * page.width:
            continue
        if cell.index in ties.by_cell and not name_is_ours(cell.text, layouts).exact:  # 浙江大学(对公账户) is no label
            continue
        text, told = cell.text, False
        for pattern in layouts.before:
            hit = pattern.search(text)
            if hit:
                text, told = text[hit.end() :], True
                break
        name = name_text(text)
        ours = name_is_ours(name, layouts).ours
        state = layouts.states.final.search(plain(name)) or layouts.states.against(plain(name)) or _HEADING.search(name)
        if name and (told or ours or layouts.organisation.search(name) or (anybody and not state)):
            fields.put("payee", name, (cell,), page.origin)
            if tail := re.search(r"\((\d{4})\)$", cell.text):
                fields.put("payee_account", tail[1], (cell,), page.origin)
            return


def name_beside(fields: Fields, page: Page, ties: Ties, figure: Cell, layouts: Layouts) -> None:
    """The payee of an app's screen, in the sum's row, to its left and under no label: 浙江大学图书馆 … -35.00."""
    row = page.row_of.get(figure.index)
    if "payee" in fields.texts or row is None:
        return
    for cell in page.rows[row]:
        name = name_text(cell.text)
        if cell.index == figure.index or cell.index in ties.by_cell or ties.owner(cell) is not None or not name:
            continue
        if name_is_ours(name, layouts).ours or layouts.organisation.search(name):
            fields.put("payee", name, (cell,), page.origin)
            return


def name_alone(fields: Fields, page: Page, ties: Ties, layouts: Layouts) -> None:
    """Our name alone on its line, under no label, on a page that pays for our service and names nobody else."""
    if "payee" in fields.texts or "payee_account" in fields.texts:
        return
    loose = [cell for cell in page.cells if cell.index not in ties.by_cell and ties.owner(cell) is None]
    names = [cell for cell in loose if layouts.organisation.search(name_text(cell.text))]
    ours = [cell for cell in names if name_is_ours(cell.text, layouts).exact]
    service = any(layouts.purposes.ours.search(plain(cell.text)) for cell in page.cells if cell not in ours)
    if service and len(names) == len(ours) == 1 and ours[0] not in page.rows[0]:
        fields.put("payee", ours[0].text, (ours[0],), page.origin)


def to_a_person(page: Page, ties: Ties, layouts: Layouts) -> bool:
    """Whether a screen shows a payment from person to person: the payee's name is then what he calls himself."""
    texts = [plain(cell.text) for cell in page.cells]
    if any(map(layouts.person.search, texts)):
        return True
    for tie in ties.all:
        value = next(ties.values(tie), None) if tie.meaning.text in layouts.merchant else None
        if value is not None and name_is_ours(name_text(value.text), layouts).exact:
            return False
    if any(_TO_A_BANK.search(text) for text in texts):  # which holds the name of the account
        return False
    return any(map(layouts.scanned.search, texts))


def names_another(ties: Ties, layouts: Layouts) -> bool:
    """Whether somebody else is called the other party, whoever is called the payee; also beside the card that the money
    went to: 工商银行(8891) 张三.
    """
    for tie in ties.of(Label.PAYEE, Label.PAYEE_ACCOUNT):
        value = next(ties.values(tie), None)
        if value is None or (tie.label is Label.PAYEE and not tie.meaning.text.startswith(_OTHER_PARTY)):
            continue
        if tie.label is Label.PAYEE_ACCOUNT and not _BANK_CARD.search(value.text):
            continue
        name = name_text(value.text)
        verdict = name_is_ours(name or value.text, layouts) if name or tie.label is Label.PAYEE else None
        if verdict is not None and verdict.ours is False and verdict.full:
            return True
    return False


def name_text(text: str) -> str:
    """A name without the bank, card or tail number that stands with it; '' for what is none."""
    text = _CARD.sub("", text.strip(EDGES), count=1).strip(EDGES) or text
    if re.search(r"[\u4e00-\u9fff]", text):
        text = _BEFORE.sub("", _UNIT.sub("", text))
        text = re.sub(r"\s*[\[(]?(?:尾号)?[*]*(?<!\d)\d{4}[\])]?$", "", text)
        text = re.sub(r"\s*[\d*]{8,}$", "", text).strip(EDGES)
    if len(text) < 2 or _NOT_A_NAME.match(text) or text.endswith(("银行", "储蓄卡", "信用卡", "银行卡")):
        return ""
    return text


def unit_code(text: str) -> str:
    """The code of a unit in one box with its name, '' for none: 图书馆(188610), 188610 图书馆."""
    hit = _UNIT.search(text.strip()) or _BEFORE.search(text.strip())
    return hit["code"] if hit else ""


def _apart(text: str, layouts: Layouts) -> tuple[str, str]:
    """Name and whole account of a party in one box, its bank or nothing behind: 浙江大学 / 1202…8891 / 工商银行. Two ''
    where there are none: a number before anything else is part of a name (附属医院).
    """
    hit = _WITH_ACCOUNT.fullmatch(text.strip(EDGES))
    bank = plain(hit["bank"]) if hit is not None else ""
    if hit is None or (bank and not (_BANK.search(bank) and layouts.states.lines.is_bank(bank))):
        return "", ""
    return hit["name"], hit["number"].replace(" ", "")


def _account_text(value: Value) -> str:
    text = value.text.strip(EDGES.replace(".", ""))
    hit = max(_ACCOUNT.finditer(text), key=lambda h: len(h.group()), default=None)
    if hit and (len(re.sub(r"\D", "", hit.group())) >= 7 or re.search(rf"[{_STAR}]{{2}}", hit.group())):
        return re.sub(rf"[{_STAR}]", "*", re.sub(r"[\s-]", "", hit.group()))
    tail = _TAIL.search(text) or _CARD_TAIL.match(text)
    return tail[1] if tail else ""


def _lone_account(fields: Fields, ties: Ties, layouts: Layouts, office: Office) -> None:
    """One number for all, not ours, though the payee's name is: the card that paid, most likely, but who knows."""
    shown = fields.get("payee_account")
    if len(ties.of(Label.ACCOUNT)) != 1 or not shown or ties.of(Label.PAYEE_ACCOUNT):
        return
    named = name_is_ours(fields.get("payee"), layouts).ours
    if named and account_is_ours(shown, office.bank_account).ours is False:
        del fields.texts["payee_account"]
        fields.texts.setdefault("payer_account", shown)
        fields.marks.setdefault("payer_account", fields.marks.pop("payee_account"))
        fields.doubtful = True


def read_accounts(fields: Fields, page: Page, ties: Ties, parties: Parties, layouts: Layouts, office: Office) -> None:
    """Account numbers of payer and payee, as far as they are shown."""
    found = _split_parties(ties, parties, Label.ACCOUNT, Label.PAYER_ACCOUNT, Label.PAYEE_ACCOUNT)

    def shape(value: Value) -> str:
        text = _account_text(ties.run(value) if value.how != "below" else value)
        if re.fullmatch(r"[\d*]{4,}", text) and value.text.strip(EDGES).endswith(text[-4:]):
            for longer in (ties.wrapped(value, 1),):
                more = longer.text[len(value.text) :]
                if more and re.fullmatch(r"[\d\s*]+", more):
                    return text + re.sub(r"\s", "", more)
        return text

    def with_name(value: Value) -> str:
        return _apart(value.text, layouts)[1] or _tail_text(value)

    for is_payee, name in ((False, "payer_account"), (True, "payee_account")):
        hit = best_value(page, ties, found[is_payee], shape)
        if hit:
            fields.put(name, hit[0], hit[1].cells, page.origin)
    _lone_account(fields, ties, layouts, office)
    for is_payee, name in ((False, "payer"), (True, "payee")):
        mark = fields.marks.get(name)
        if f"{name}_account" not in fields.texts and mark is not None:
            hit = best_value(page, ties, ties.of(Label.PAYEE if is_payee else Label.PAYER), with_name)
            if hit:
                fields.put(f"{name}_account", hit[0], hit[1].cells, page.origin)
    if "payee_account" not in fields.texts:
        _account_near_name(fields, page, ties)


def _tail_text(value: Value) -> str:
    """The end of a card's number that stands with a name: 工商银行(8891)."""
    hit = re.search(r"[(\[](?:尾号)?([* ]*\d{4})[)\]]", value.text)
    return hit[1].replace(" ", "") if hit else ""


def _account_near_name(fields: Fields, page: Page, ties: Ties) -> None:
    """A number that stands with the payee's name, without a label of its own: 浙江大学 1202****8891."""
    mark = fields.marks.get("payee")
    if mark is None or mark.box is None:
        return
    for cell in page.cells:
        middle = (cell.place.top + cell.place.bottom) / 2
        near = 0 <= middle - (mark.box[1] + mark.box[3]) / 2 < 2.2 * (mark.box[3] - mark.box[1])
        overlaps = cell.right > mark.box[0] - 1 and (
            near and min(cell.right, mark.box[2]) > max(cell.left, mark.box[0])
        )
        if overlaps and cell.index not in ties.by_cell and ties.owner(cell) is None:
            hit = re.search(r"\d[\d\s]{14,24}\d|\d{3,6}[\s*]{3,}\d{3,4}", cell.text)
            if hit:
                fields.put("payee_account", re.sub(r"\s", "", hit.group()), (cell,), page.origin)
                return


def has_codes(page: Page) -> bool:
    """Whether a form writes codes beside the names of units: 图书馆(188610)."""
    return any(_CODED.search(cell.text) for cell in page.cells)
