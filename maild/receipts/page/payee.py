"""The payee known by its form: our account or our name where no label that is known leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from maild.config import Office
from maild.receipts.layouts import Label, Layouts, label_key
from maild.receipts.page.found import Fields
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.ours import account_is_ours, name_is_ours
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import plain

_ACCOUNT = re.compile(r"\d[\d ]{10,26}\d|\d{3,8}[ *]{2,16}\d{3,6}")
_OTHERS = frozenset(
    {
        Label.PAYER,
        Label.PAYER_ACCOUNT,
        Label.PAYER_BANK,
        Label.PURPOSE,
        Label.SERIAL,
        Label.TRANSACTION,
        Label.PRINTED,
        Label.AMOUNT,
        Label.TOTAL,
    }
)
_TO = re.compile(r"^(?:to|至|向|(?:已?[汇转付打])?给) ?", re.IGNORECASE)
_NEAR = 3.5  # line heights from an account up to its name
_LONGEST = 12  # characters of a label


def payee_by_form(fields: Fields, page: Page, ties: Ties, layouts: Layouts, office: Office) -> None:
    """Our account, whole or by head and tail, or our name behind words that mean the one who gets the money.

    Only where it was not found: what stands at a label is never overruled. What stands at a payer's is not his.
    """
    if fields.doubtful or fields.get("payee_account"):
        return
    if (own := _own_account(fields, page, ties, layouts, office)) is not None:
        number, name, named_in = own
        fields.put("payee_account", re.sub(r"^\D+|\s", "", number.text), (number,), page.origin)
        if not fields.get("payee"):
            fields.put("payee", name, (named_in,), page.origin)
        return
    if fields.get("payee") and not name_is_ours(fields.get("payee"), layouts).exact:
        return
    for cell in page.cells:
        if _is_others(cell, ties, layouts):
            continue
        for hit in _ACCOUNT.finditer(cell.text):
            account = hit.group()
            named = _beside(cell, hit, page, layouts)
            if named is not None and account_is_ours(account, office.bank_account).exact:
                fields.put("payee_account", account.replace(" ", ""), (cell,), page.origin)
                fields.put("payee", named[1], (named[0],), page.origin)
                return
    for cell, name in () if fields.get("payee") else _named(page, ties, layouts):
        fields.put("payee", name, (cell,), page.origin)
        return


def _own_account(
    fields: Fields, page: Page, ties: Ties, layouts: Layouts, office: Office
) -> tuple[Cell, str, Cell] | None:
    """Our account, in full, at a label that does not tell whose it is, or behind its bank where the payee's name should
    stand, on a page that has our name for the payee's, or under no label and nobody else's; with that name.
    """
    if account_is_ours(fields.get("payer_account"), office.bank_account).exact:
        return None
    payee = fields.get("payee")
    for tie in (*ties.of(Label.ACCOUNT), *ties.of(Label.PAYEE)):
        value = next(ties.values(tie), None)
        bank = plain(value.text.rstrip("0123456789 ")) if value is not None and tie.label is Label.PAYEE else ""
        if tie.label is Label.PAYEE and not layouts.states.lines.is_bank(bank):
            continue
        if value is None or not account_is_ours(value.text, office.bank_account).exact:
            continue
        if payee:
            return (value.cell, payee, value.cell) if name_is_ours(payee, layouts).exact else None
        for cell in page.cells:
            name = _TO.sub("", cell.text)
            if ties.owner(cell) is None and name_is_ours(name, layouts).exact:
                return value.cell, name, cell
    return None


def _beside(cell: Cell, hit: re.Match[str], page: Page, layouts: Layouts) -> tuple[Cell, str] | None:
    """Our name, in full, in the box of an account, its row, or right above it: an account alone may be lent to a name
    that is another's.
    """
    own = (cell.text[: hit.start()] + " " + cell.text[hit.end() :]).strip(" ()[],/:-")
    if name_is_ours(own, layouts).exact:
        return cell, own
    near = _NEAR * max(cell.height, page.line_height)
    for other in page.cells:
        beside = page.row_of[other.index] == page.row_of[cell.index]
        above = 0 < cell.middle - other.middle < near and abs(other.left - cell.left) < cell.height
        if other is not cell and (beside or above) and name_is_ours(name := _TO.sub("", other.text), layouts).exact:
            return other, name
    return None


def _named(page: Page, ties: Ties, layouts: Layouts) -> Iterator[tuple[Cell, str]]:
    """Our name beside, below or behind words such as 入账对象, Money goes to."""
    words = layouts.spotting.unless.get("party_payee", ())
    others = layouts.spotting.unless.get("party_payer", ())
    for cell in page.cells:
        if not name_is_ours(cell.text, layouts).exact or _is_others(cell, ties, layouts):
            continue
        row = page.rows[page.row_of[cell.index]]
        left = [other for other in row if other.right <= cell.left]
        above = [other for other in page.cells if 0 < cell.top - other.bottom < cell.height and _flush(other, cell)]
        for head in (*left[-1:], *above[-1:]):
            key = label_key(head.text)
            if len(plain(head.text)) > _LONGEST * (2 if key.isascii() else 1):
                continue
            if any(word in key for word in words) and not any(word in key for word in others):
                yield cell, cell.text


def _flush(one: Cell, other: Cell) -> bool:
    return abs(one.left - other.left) < other.height or abs(one.centre - other.centre) < other.height


def _is_others(cell: Cell, ties: Ties, layouts: Layouts) -> bool:
    """Whether a cell belongs to a label of the payer, or of what is no party."""
    owner = ties.owner(cell)
    own = ties.by_cell.get(cell.index, ())
    if any(tie.label in _OTHERS for tie in own) or (owner is not None and owner.label in _OTHERS):
        return True
    row = ties.page.rows[ties.page.row_of[cell.index]]
    left = [label_key(other.text) for other in row if other.right <= cell.left]
    return bool(left) and any(word in left[-1] for word in layouts.spotting.unless.get("party_payer", ()))
