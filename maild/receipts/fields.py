"""Fields of a receipt from its labels: parties and accounts, serials, purpose, transaction numbers, form codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from maild.config import Office
from maild.domain.receipt import Mark
from maild.receipts.labels import Tie, Ties, Value
from maild.receipts.layouts import Label, Layout, Layouts, Meaning, label_key
from maild.receipts.ours import account_is_ours, name_is_ours
from maild.receipts.rows import Cell, Page, union
from maild.receipts.sheet import Origin

_STAR = "*×xX✱＊•·.…★☆"
_ACCOUNT = re.compile(
    rf"[0-9]{{0,12}} ?[{_STAR}]{{2,}}[ {_STAR}]*[0-9]+|[0-9]{{3,}} ?[{_STAR}]{{2,}}|[0-9][0-9 -]{{2,30}}[0-9]"
)
_TAIL = re.compile(r"(?:尾号|末四位|后四位)?\(?(\d{4})\)?$")
_CARD = re.compile(
    r"^\S{0,12}(?:银行|信用社|储蓄卡|信用卡)\S{0,4}? ?[(\[](?:尾号)?[* ]*\d{4}[)\]] ?"
)  # 工商银行(8891) 浙江大学
_SERIAL = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z]|[ -](?=[0-9A-Za-z]))*")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{2,19}")
_EDGES = " :;,.，。、|_/\\-—>》＞"
_LONG_NAME = 7  # characters; a shorter one does not go on in the next line
_LEAST_SERIAL, _MOST_SERIAL = 6, 48
_NOT_A_NAME = re.compile(r"^[\d\s:*.,¥+-]+$")
_STACK = 3  # heights over which a party's word goes on below its first letter


@dataclass(slots=True, kw_only=True)
class Fields:
    """What was read, by field, with where and how surely."""

    texts: dict[str, str] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    doubtful: bool = False  # an account that may be the payee's, or not
    transactions: list[str] = field(default_factory=list)

    def put(self, name: str, text: str, cells: Sequence[Cell], origin: Origin) -> None:
        """Set a field that is not set."""
        if text and name not in self.texts:
            self.texts[name] = text
            self.marks[name] = mark_of(cells, origin)

    def get(self, name: str) -> str:
        return self.texts.get(name, "")


def mark_of(cells: Sequence[Cell], origin: Origin) -> Mark:
    """Where the cells lie, and the least sure of them."""
    region = union(cells)
    box = (round(region.left), round(region.top), round(region.right), round(region.bottom)) if region else None
    sure = min((cell.confidence for cell in cells), default=0.0)
    return Mark(confidence=round(sure, 3), source=str(origin), box=box)


def read_fields(page: Page, ties: Ties, layout: Layout, layouts: Layouts, office: Office) -> Fields:
    """Everything but sums and dates."""
    fields = Fields()
    parties = Parties(page, ties)
    _names(fields, page, ties, parties, layouts)
    _accounts(fields, page, ties, parties, layouts, office)
    _codes(fields, page, ties, parties, office)
    _serials(fields, page, ties, layout)
    _purpose(fields, page, ties, layouts)
    _transactions(fields, page, ties, layouts)
    return fields


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
        for cell, beside in zip(row, row[1:], strict=False):
            if len(cell.text) == 1 and cell.text in "付收汇申缴" and ties.labelled(beside):
                around = Cell(left=cell.left, right=cell.right, top=cell.top, text=cell.text, confidence=1.0,
                              bottom=cell.bottom + _STACK * cell.height, edges=cell.edges, index=-1)  # fmt: skip
                heads.append((cell.text == "收", around))
    return heads


def _best(page: Page, ties: Ties, candidates: Sequence[Tie], shape: Callable[[Value], str]) -> tuple[str, Value] | None:
    """The value of the most telling label that has one of that shape."""
    for tie in sorted(candidates, key=lambda t: (t.meaning.rank, page.row_of[t.cell.index])):
        for value in ties.values(tie):
            text = shape(value)
            if text:
                return text, value
            if value.how == "right":
                continue
    return None


def _split_parties(ties: Ties, parties: Parties, plain: Label, payer: Label, payee: Label) -> dict[bool, list[Tie]]:
    """Ties of a field by party (True: the payee's)."""
    found: dict[bool, list[Tie]] = {False: ties.of(payer), True: ties.of(payee)}
    for tie in ties.of(plain):
        side = parties.payee(tie)
        if side is not None:
            found[side].append(tie)
    return found


def _names(fields: Fields, page: Page, ties: Ties, parties: Parties, layouts: Layouts) -> None:
    found = _split_parties(ties, parties, Label.NAME, Label.PAYER, Label.PAYEE)

    def shape(value: Value) -> str:
        long = len(value.text) >= _LONG_NAME and value.how != "below"
        return _name_text(ties.wrapped(value, 1).text if long else value.text)

    for is_payee, name in ((False, "payer"), (True, "payee")):
        hit = _best(page, ties, found[is_payee], shape)
        if hit:
            fields.put(name, hit[0], hit[1].cells, page.origin)
    lone = ties.of(Label.NAME)
    if len(lone) == 1 and parties.payee(lone[0]) is None:
        hit = _best(page, ties, lone, shape)
        if hit:  # whose it is, is told by what it is: ours, or somebody's
            ours = name_is_ours(hit[0], layouts.ours, layouts.harmless).ours
            fields.put("payee" if ours else "payer", hit[0], hit[1].cells, page.origin)


def name_above(fields: Fields, page: Page, ties: Ties, figure: Cell, layouts: Layouts) -> None:
    """The payee of an app's screen, set as a heading over the sum: 扫二维码付款-给浙江大学图书馆."""
    if "payee" in fields.texts:
        return
    for cell in sorted(page.cells, key=lambda c: -c.bottom):
        near = cell.bottom <= figure.middle and figure.top - cell.bottom < 2.5 * max(figure.height, cell.height)
        if not near or abs(cell.centre - figure.centre) > 0.12 * page.width or cell.index in ties.by_cell:
            continue
        text, told = cell.text, False
        for pattern in layouts.before:
            hit = pattern.search(text)
            if hit:
                text, told = text[hit.end() :], True
                break
        name = _name_text(text)
        ours = name_is_ours(name, layouts.ours, layouts.harmless).ours
        if name and (told or ours or (len(name) >= 4 and layouts.organisation.search(name))):
            fields.put("payee", name, (cell,), page.origin)
            if tail := re.search(r"\((\d{4})\)$", cell.text):
                fields.put("payee_account", tail[1], (cell,), page.origin)
            return


def _name_text(text: str) -> str:
    """A name without the bank, card or tail number that stands with it; '' for what is none."""
    text = _CARD.sub("", text.strip(_EDGES), count=1).strip(_EDGES) or text
    if re.search(r"[\u4e00-\u9fff]", text):
        text = re.sub(r"\s*[\[(]?(?:尾号)?[*]*\d{4}[\])]?$", "", text)
        text = re.sub(r"\s*[\d*]{8,}$", "", text).strip(_EDGES)
    if len(text) < 2 or _NOT_A_NAME.match(text) or text.endswith(("银行", "储蓄卡", "信用卡")):
        return ""
    return text


def _account_text(value: Value) -> str:
    text = value.text.strip(_EDGES.replace(".", ""))
    hit = max(_ACCOUNT.finditer(text), key=lambda h: len(h.group()), default=None)
    if hit and (len(re.sub(r"\D", "", hit.group())) >= 7 or re.search(rf"[{_STAR}]{{2}}", hit.group())):
        return re.sub(rf"[{_STAR}]", "*", re.sub(r"[\s-]", "", hit.group()))
    tail = _TAIL.search(text)
    return tail[1] if tail else ""


def _lone_account(fields: Fields, ties: Ties, layouts: Layouts, office: Office) -> None:
    """One number for all, not ours, though the payee's name is: the card that paid, most likely, but who knows."""
    shown = fields.get("payee_account")
    if len(ties.of(Label.ACCOUNT)) != 1 or not shown or ties.of(Label.PAYEE_ACCOUNT):
        return
    named = name_is_ours(fields.get("payee"), layouts.ours, layouts.harmless).ours
    if named and account_is_ours(shown, office.bank_account).ours is False:
        del fields.texts["payee_account"]
        fields.texts.setdefault("payer_account", shown)
        fields.marks.setdefault("payer_account", fields.marks.pop("payee_account"))
        fields.doubtful = True


def _accounts(fields: Fields, page: Page, ties: Ties, parties: Parties, layouts: Layouts, office: Office) -> None:
    found = _split_parties(ties, parties, Label.ACCOUNT, Label.PAYER_ACCOUNT, Label.PAYEE_ACCOUNT)

    def shape(value: Value) -> str:
        text = _account_text(ties.run(value) if value.how != "below" else value)
        if re.fullmatch(r"[\d*]{4,}", text) and value.text.strip(_EDGES).endswith(text[-4:]):
            for longer in (ties.wrapped(value, 1),):
                more = longer.text[len(value.text) :]
                if more and re.fullmatch(r"[\d\s*]+", more):
                    return text + re.sub(r"\s", "", more)
        return text

    for is_payee, name in ((False, "payer_account"), (True, "payee_account")):
        hit = _best(page, ties, found[is_payee], shape)
        if hit:
            fields.put(name, hit[0], hit[1].cells, page.origin)
    _lone_account(fields, ties, layouts, office)
    for is_payee, name in ((False, "payer"), (True, "payee")):
        mark = fields.marks.get(name)
        if f"{name}_account" not in fields.texts and mark is not None:
            hit = _best(page, ties, ties.of(Label.PAYEE if is_payee else Label.PAYER), _tail_text)
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
        near = 0 <= cell.middle - (mark.box[1] + mark.box[3]) / 2 < 2.2 * (mark.box[3] - mark.box[1])
        overlaps = cell.right > mark.box[0] - 1 and (
            near and min(cell.right, mark.box[2]) > max(cell.left, mark.box[0])
        )
        if overlaps and cell.index not in ties.by_cell and ties.owner(cell) is None:
            hit = re.search(r"\d[\d\s]{14,24}\d|\d{3,6}[\s*]{3,}\d{3,4}", cell.text)
            if hit:
                fields.put("payee_account", re.sub(r"\s", "", hit.group()), (cell,), page.origin)
                return


def _codes(fields: Fields, page: Page, ties: Ties, parties: Parties, office: Office) -> None:
    """The campus form's codes; what has our value is ours wherever it stands."""
    sets = (
        ("department", office.transfer_department, Label.DEPARTMENT, Label.PAYER_DEPARTMENT, Label.PAYEE_DEPARTMENT),
        ("project", office.transfer_project, Label.PROJECT, Label.PAYER_PROJECT, Label.PAYEE_PROJECT),
    )
    for name, ours, plain, payer, payee in sets:
        found: list[tuple[bool | None, str, Value]] = []
        for tie in ties.of(plain, payer, payee):
            side = {payer: False, payee: True}.get(tie.label)
            if side is None:
                side = parties.payee(tie)
            for value in ties.values(tie):
                hit = _CODE.search(ties.run(value).text.replace(" ", "") if value.how != "below" else value.text)
                if hit and any(c.isdigit() for c in hit.group()):
                    found.append((side, hit.group(), value))
                    break
        for side, text, value in found:
            if text == ours or (side is True and not any(t == ours for _, t, _ in found)):
                fields.put(name, text, value.cells, page.origin)
            elif side is not True:
                fields.put(f"payer_{name}", text, value.cells, page.origin)


def _serials(fields: Fields, page: Page, ties: Ties, layout: Layout) -> None:
    shapes = {shape.label: shape.shape for shape in layout.serials}
    for tie in sorted(ties.of(Label.SERIAL), key=lambda t: t.meaning.rank):
        for value in ties.values(tie):
            text, cells = _serial_text(ties, value, shapes.get(tie.meaning.text))
            if text:
                if text not in fields.serials:
                    fields.serials.append(text)
                    fields.put("serials", text, cells, page.origin)
                break


def _serial_text(ties: Ties, value: Value, shape: object) -> tuple[str, tuple[Cell, ...]]:
    """A serial normalised: upper case, no blanks or hyphens; wrapped lines joined where only letters and digits go on."""
    if shape is not None and (own := shape.search(value.text.strip(_EDGES))) and own.groups():  # type: ignore[attr-defined]
        return _plain(own.group(1)), value.cells
    hit = _SERIAL.search(value.text)
    if not hit or re.match(r"\s*[年月]", value.text[hit.end() :]):
        return "", ()
    text, cells = _plain(hit.group()), value.cells
    if value.text[hit.end() :].strip(_EDGES) == "" and value.how != "below":
        longer = ties.wrapped(value, 2)
        more = longer.text[len(value.text) :]
        if more and re.fullmatch(r"[0-9A-Za-z\s-]+", more) and not shape_fits(shape, text):
            text, cells = text + _plain(more), longer.cells
    if not shape_fits(shape, text) and shape is not None:
        fixed = text.translate(str.maketrans("OILSB", "01158"))
        text = fixed if shape_fits(shape, fixed) else text
    digits = sum(character.isdigit() for character in text)
    good = _LEAST_SERIAL <= len(text) <= _MOST_SERIAL and digits >= max(3, len(text) // 3)
    return (text, cells) if good else ("", ())


def shape_fits(shape: object, text: str) -> bool:
    """Whether a bank's own shape of serials fits; False where none is known."""
    return shape is not None and bool(shape.search(text))  # type: ignore[attr-defined]


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _purpose(fields: Fields, page: Page, ties: Ties, layouts: Layouts) -> None:
    def shape(value: Value) -> str:
        text = ties.wrapped(ties.run(value) if value.how != "below" else value).text.strip(_EDGES)
        return "" if len(text) < 2 or text in {"无", "--"} else text

    hit = _best(page, ties, ties.of(Label.PURPOSE), shape)
    if hit:
        fields.put("purpose", hit[0], hit[1].cells, page.origin)
    elif (loose := _loose_purpose(page, ties, layouts)) is not None:
        fields.put("purpose", loose.text, loose.cells, page.origin)


def _loose_purpose(page: Page, ties: Ties, layouts: Layouts) -> Value | None:
    """What speaks of our service where no label leads to it; with what follows in its row and wraps."""
    for cell in page.cells:
        owner = ties.owner(cell)
        if ties.free(cell) is None or (owner is not None and owner.label is not Label.OTHER):
            continue
        if layouts.spotting.purpose.search(cell.text) and cell.height < 1.5 * page.line_height:
            tie = Tie(meaning=Meaning(label=Label.PURPOSE, rank=0, text=""), cell=cell, start=0, end=0,
                      rest=len(cell.text))  # fmt: skip
            return ties.wrapped(ties.run(Value(text=cell.text, cell=cell, tie=tie, how="right", cells=(cell,))))
    return None


_NOT_NUMBERS = re.compile(
    r"(?:19|20)\d\d[-_]?(?:0[1-9]|1[0-2])[-_]?(?:[0-2]\d|3[01])|1[3-9]\d{9}|(?:19|20)\d\d-(?:19|20)\d\d"
)


def _transactions(fields: Fields, page: Page, ties: Ties, layouts: Layouts) -> None:
    """Transaction numbers: under their own label, in any purpose, and where the text says 事务号."""
    texts: list[tuple[str, tuple[Cell, ...]]] = []
    for tie in ties.of(Label.TRANSACTION, Label.PURPOSE):
        for value in ties.values(tie):
            longer = ties.wrapped(ties.run(value) if value.how != "below" else value, joint="\n")
            texts.append((longer.text, longer.cells))
            break
    if not ties.of(Label.PURPOSE) and (loose := _loose_purpose(page, ties, layouts)) is not None:
        longer = ties.wrapped(loose, joint="\n") if len(loose.cells) == 1 else loose
        texts.append((longer.text, longer.cells))
    for text, cells in texts:
        for number in numbers_in(text, layouts):
            if number not in fields.transactions and number not in fields.serials:
                fields.transactions.append(number)
                fields.put("transactions", number, cells, page.origin)
    longest = fields.transactions
    fields.transactions = [n for n in longest if not any(n != other and other.startswith(n) for other in longest)]


def numbers_in(text: str, layouts: Layouts) -> list[str]:
    """Transaction numbers of a text; one that a line's end or a reader's blank cut in two is joined again."""
    tokens = re.split(r"([ \n]+)", text)
    joined = tokens[0]
    for gap, token in zip(tokens[1::2], tokens[2::2], strict=True):
        before, after = _last_word(joined), re.match(r"[0-9A-Za-z_-]*", token)
        whole = before + (after[0] if after else "")
        apart = _is_number(before, layouts) and (not after or not after[0] or _is_number(after[0], layouts))
        apart = apart or ("\n" not in gap and _is_number(before, layouts))
        wanted = bool(before) and before[-1:].isalnum() and not apart and _is_number(whole, layouts)
        joined += token if wanted else gap + token
    joined = _GLUED.sub(" ", joined)
    found = []
    for hit in layouts.number.finditer(joined):
        number = hit.group()
        before, behind = joined[: hit.start()], joined[hit.end() :]
        if (before[-1:].isalnum() and before[-1:].isascii()) or (behind[:1].isalnum() and behind[:1].isascii()):
            continue
        if not _NOT_NUMBERS.fullmatch(number):
            found.append(number)
    return found


# Where a reader lost the blank between two numbers: before letters, or before a day that begins the next.
_GLUED = re.compile(
    r"(?<=\d)(?=[A-Z]{2,8}[-_]?\d{4})|(?<=\d{11})(?=20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})"
)


def _last_word(text: str) -> str:
    hit = re.search(r"[0-9A-Za-z_-]*$", text)
    return hit[0] if hit else ""


def _is_number(text: str, layouts: Layouts) -> bool:
    return bool(layouts.number.fullmatch(text)) and not _NOT_NUMBERS.fullmatch(text)


def parties_known(fields: Fields, layouts: Layouts, office: Office) -> bool:
    """Whether name or account of the payee says anything about us."""
    name = name_is_ours(fields.get("payee"), layouts.ours, layouts.harmless)
    return name.ours is not None or account_is_ours(fields.get("payee_account"), office.bank_account).ours is not None
