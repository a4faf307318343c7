"""Fields of a receipt from its labels, but for sums and dates: serials, purpose, transaction numbers, form codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from maild.config import Office
from maild.domain.accounting.receipt import ReceiptKind
from maild.receipts.layouts import Label, Layout, Layouts, Meaning
from maild.receipts.page.found import EDGES, Fields, best_value
from maild.receipts.page.labels.tie import Tie, Value
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.ours import UNSAID
from maild.receipts.page.parties import Parties, read_accounts, read_columns, read_names, unit_code
from maild.receipts.rows import Cell, Page
from maild.receipts.words.layoutfile import Pattern
from maild.receipts.words.states import plain

_LONGEST_NUMBER = 16  # digits; more are two numbers without a blank between them
_SERIAL = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z]|[ -](?=[0-9A-Za-z]))*")
_JOINED = re.compile(r"\d{5,8}-[\dA-Z][\dA-Z-]{4,}")  # a unit's code and its project's
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{2,19}")
_LEAST_SERIAL, _MOST_SERIAL = 6, 48
_OF_PAPER, _PAPER = "单号", ("单", "凭证", "书")  # the label of a paper's own number, and the end of its heading
_HEADED = re.compile(r"[\u3400-\u9fff]{2,10}(?:单|凭证|书) ?(?P<number>[A-Z]{2,6}\d{8,20})")
_FLUSH = 2.0  # heights by which two of a column may begin apart
_CODE_LIKE = 10  # characters; so long a word of capitals and a digit is a code, no word


def read_fields(page: Page, ties: Ties, layout: Layout, layouts: Layouts, office: Office) -> Fields:
    """Everything but sums and dates."""
    fields = Fields()
    parties = Parties(page, ties)
    read_columns(fields, page, ties)
    read_names(fields, page, ties, parties, layouts)
    read_accounts(fields, page, ties, parties, layouts, office)
    _codes_joined(fields, page, ties, office)
    _codes(fields, page, ties, parties, office)
    _serials(fields, page, ties, layout)
    _of_heading(fields, page, layout)
    _purpose(fields, page, ties, layouts)
    _transactions(fields, page, ties, layouts)
    return fields


def _codes(fields: Fields, page: Page, ties: Ties, parties: Parties, office: Office) -> None:
    """The campus form's codes; what has our value is ours wherever it stands."""
    sets = (
        ("department", office.transfer_department, Label.DEPARTMENT, Label.PAYER_DEPARTMENT, Label.PAYEE_DEPARTMENT),
        ("project", office.transfer_project, Label.PROJECT, Label.PAYER_PROJECT, Label.PAYEE_PROJECT),
    )
    for name, ours, either, payer, payee in sets:
        found: list[tuple[bool | None, str, Value]] = []
        for tie in ties.of(either, payer, payee):
            side = {payer: False, payee: True}.get(tie.label)
            if side is None:
                side = parties.payee(tie)
            for value in ties.values(tie):
                hit = _CODE.search(ties.run(value).text.replace(" ", "") if value.how != "below" else value.text)
                if hit and any(c.isdigit() for c in hit.group()):
                    found.append((side, hit.group(), value))
                    break
        if name == "department" and not found:
            found = list(_behind_names(ties, parties))
        for side, text, value in found:
            if text == ours or (side is True and not any(t == ours for _, t, _ in found)):
                fields.put(name, text, value.cells, page.origin)
            elif side is not True:
                fields.put(f"payer_{name}", text, value.cells, page.origin)
    _codes_alone(fields, page, office)


def _behind_names(ties: Ties, parties: Parties) -> Iterator[tuple[bool | None, str, Value]]:
    """Codes of units behind their names, where no label is theirs: 部门 图书馆(188610)."""
    for tie in ties.of(Label.NAME, Label.PAYER, Label.PAYEE):
        side = {Label.PAYER: False, Label.PAYEE: True}.get(tie.label)
        value = next(ties.values(tie), None)
        if value is not None and (code := unit_code(value.text)):
            yield parties.payee(tie) if side is None else side, code, value


def _codes_alone(fields: Fields, page: Page, office: Office) -> None:
    """Both of our codes, each alone in its box, one below the other, whatever was read of their labels."""
    if {office.transfer_department, office.transfer_project} & UNSAID:
        return
    if fields.get("department") or fields.get("project"):
        both = (fields.get("department"), fields.get("project"))
        if not any(code in {office.transfer_department, office.transfer_project} for code in both):
            return
    upper = [cell for cell in page.cells if _alone(cell) == office.transfer_department]
    lower = [cell for cell in page.cells if _alone(cell) == office.transfer_project]
    if len(upper) == len(lower) == 1 and abs(upper[0].left - lower[0].left) < _FLUSH * lower[0].height:
        fields.put("department", office.transfer_department, upper, page.origin)
        fields.put("project", office.transfer_project, lower, page.origin)


def _codes_joined(fields: Fields, page: Page, ties: Ties, office: Office) -> None:
    """Both of our codes in one box, behind or below those of who pays: 514000-173405, 188610-669105."""
    if {office.transfer_department, office.transfer_project} & UNSAID or fields.get("department"):
        return
    pairs = [cell for cell in page.cells if _JOINED.fullmatch(_alone(cell))]
    ours = [cell for cell in pairs if _alone(cell) == f"{office.transfer_department}-{office.transfer_project}"]
    if len(pairs) != 2 or len(ours) != 1:
        return
    (own,), (other,) = ours, [cell for cell in pairs if cell is not ours[0]]
    owner = ties.owner(own)
    behind = (
        other.right <= own.left if page.row_of[other.index] == page.row_of[own.index] else other.middle < own.middle
    )
    if behind and (owner is None or owner.label not in {Label.PAYER, Label.PAYER_PROJECT}):
        fields.put("department", office.transfer_department, ours, page.origin)
        fields.put("project", office.transfer_project, ours, page.origin)


def _alone(cell: Cell) -> str:
    return cell.text.strip(EDGES).replace(" ", "")


def _serials(fields: Fields, page: Page, ties: Ties, layout: Layout) -> None:
    """Numbers under which it was booked, last a paper's own behind its heading: 校内转账单 单号:ZZ2026111897228."""
    shapes = {shape.label: shape.shape for shape in layout.serials}
    own = [tie for tie in ties.of(Label.TRANSACTION) if tie.meaning.text == _OF_PAPER and _is_headed(tie, page)]
    for tie in (*sorted(ties.of(Label.SERIAL), key=lambda t: t.meaning.rank), *own):
        for value in ties.values(tie):
            text, cells = _serial_text(ties, value, shapes.get(tie.meaning.text))
            if text:
                if text not in fields.serials:
                    fields.serials.append(text)
                    fields.put("serials", text, cells, page.origin)
                break


def _of_heading(fields: Fields, page: Page, layout: Layout) -> None:
    """A form's own number in one box with its heading, last of all: 校内转账单 XNZZ20261109000387."""
    for cell in page.cells if layout.kind is ReceiptKind.CAMPUS_TRANSFER else ():
        hit = _HEADED.fullmatch(cell.text.strip(EDGES))
        if hit is not None and hit["number"] not in fields.serials:
            fields.serials.append(hit["number"])
            fields.put("serials", hit["number"], (cell,), page.origin)


def _is_headed(tie: Tie, page: Page) -> bool:
    """Whether a label stands right behind the name of a paper, alone in its box."""
    before = [cell for cell in page.rows[page.row_of[tie.cell.index]] if cell.right <= tie.cell.left]
    return bool(before) and before[-1].text.strip(EDGES).endswith(_PAPER)


def _serial_text(ties: Ties, value: Value, shape: Pattern | None) -> tuple[str, tuple[Cell, ...]]:
    """A serial normalised: upper case, no blanks or hyphens; a wrapped line joined where letters and digits go on."""
    if shape is not None and (own := shape.search(value.text.strip(EDGES))) and own.groups():
        return _plain(own.group(1)), value.cells
    hit = _SERIAL.search(value.text)
    if not hit or any(c.islower() for c in hit.group()[1:]) or re.match(r"\s*[年月]", value.text[hit.end() :]):
        return "", ()
    text, cells = _plain(hit.group()), value.cells
    if value.text[hit.end() :].strip(EDGES) == "" and value.how != "below":
        longer = ties.wrapped(value, 2)
        more = longer.text[len(value.text) :]
        if more and re.fullmatch(r"[0-9A-Za-z\s-]+", more) and not shape_fits(shape, text):
            text, cells = text + _plain(more), longer.cells
    if not shape_fits(shape, text) and shape is not None:
        fixed = text.translate(str.maketrans("OILSB", "01158"))
        text = fixed if shape_fits(shape, fixed) else text
    digits = sum(character.isdigit() for character in text)
    good = _LEAST_SERIAL <= len(text) <= _MOST_SERIAL and digits >= (1 if len(text) >= _CODE_LIKE else 3)
    return (text, cells) if good else ("", ())


def shape_fits(shape: Pattern | None, text: str) -> bool:
    """Whether a bank's own shape of serials fits; False where none is known."""
    return shape is not None and bool(shape.search(text))


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _purpose(fields: Fields, page: Page, ties: Ties, layouts: Layouts) -> None:
    def shape(value: Value) -> str:
        text = ties.wrapped(ties.run(value) if value.how != "below" else value).text.strip(EDGES)
        return "" if len(text) < 2 or text in {"无", "--"} else text

    told = ties.of(Label.PURPOSE)
    ours = [t for t in told if any(layouts.purposes.ours.search(plain(v.text)) for v in islice(ties.values(t), 1))]
    hit = best_value(page, ties, ours, shape) or best_value(page, ties, told, shape)
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
            tie = Tie(
                meaning=Meaning(label=Label.PURPOSE, rank=0, text=""), cell=cell, start=0, end=0, rest=len(cell.text)
            )
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
        before, after = _last_word(joined).lstrip("-_"), re.match(r"[0-9A-Za-z_-]*", token)
        whole = before + (after[0] if after else "")
        apart = _is_number(before, layouts) and (not after or not after[0] or _is_number(after[0], layouts))
        apart = apart or ("\n" not in gap and _is_number(before, layouts))
        wanted = bool(before) and before[-1:].isalnum() and not apart and _is_number(whole, layouts)
        wanted = wanted or ("\n" in gap and before.isdigit() and len(before) > _LONGEST_NUMBER)
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
