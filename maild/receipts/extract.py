"""A sheet → the receipts on it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from maild.config import Office
from maild.domain import slip
from maild.domain.money import Money
from maild.domain.receipt import Mark, Receipt, ReceiptKind
from maild.receipts.dates import when
from maild.receipts.fields import read_fields
from maild.receipts.found import Fields, mark_of
from maild.receipts.kinds import KindFound, judge, split, status_doubt
from maild.receipts.labels import Ties
from maild.receipts.layouts import Layouts
from maild.receipts.ours import codes_are_ours, is_ours
from maild.receipts.parties import name_above
from maild.receipts.rows import Page, make_page
from maild.receipts.settle import Settled, settle
from maild.receipts.sheet import Glass, Sheet
from maild.receipts.sure import ground_of, reasons_against


def extract(sheet: Sheet, glass: Glass | None = None, *, layouts: Layouts, office: Office) -> list[Receipt]:
    """Every receipt on a page, in order; one of kind NOT_A_RECEIPT where there is none.

    glass  where given, doubtful sums are looked at again (0.3 to 1 s a look, three at most a receipt)
    """
    page = make_page(sheet)
    found = [_one(part, sheet, glass, layouts, office) for part in split(page, layouts, sheet.stamps)]
    proofs = [receipt for receipt in found if receipt.kind is not ReceiptKind.NOT_A_RECEIPT]
    if len(proofs) < len(found) > 1:
        whole = _one(page, sheet, glass, layouts, office)
        if not proofs:
            return [whole]
    return [replace(receipt, part=n) for n, receipt in enumerate(proofs or found[:1], 1)]


def _one(page: Page, sheet: Sheet, glass: Glass | None, layouts: Layouts, office: Office) -> Receipt:
    started = time.perf_counter()
    ties = Ties(page, layouts.lexicon, layouts.spotting)
    kind = judge(page, ties, layouts)
    if kind.layout is None or kind.veto:
        return _none(sheet, kind.veto, kind)
    if kind.layout.lexicon != layouts.lexicon:
        ties = Ties(page, kind.layout.lexicon, layouts.spotting)
    fields = read_fields(page, ties, kind.layout, layouts, office)
    code = next((text for text in sheet.codes if slip.looks_like(text)), "")
    settled = settle(page, ties, sheet, glass, kind.layout, layouts, slip.claimed(code) if code else None)
    if settled.figure is not None:
        name_above(fields, page, ties, settled.figure, layouts)
    moment = when(page, ties)
    if settled.evidence.figure is None and settled.evidence.words is None and moment is None and not fields.serials:
        return _none(sheet, "blank form", kind)
    ours = _ours(fields, page, kind, layouts, office)
    doubt = status_doubt(page, ties, layouts)
    ground = ground_of(settled.evidence, kind.layout.kind)
    against = reasons_against(settled.evidence, ground, ours=ours, doubt=doubt)
    marks = dict(fields.marks) | dict(settled.marks)
    if moment:
        marks["date"] = mark_of((moment.cell,), page.origin)
    figure = settled.evidence.figure
    words = settled.evidence.words
    shown = figure if figure is not None else words  # words alone are a suggestion: never sure
    return Receipt(
        kind=kind.layout.kind, layout=kind.layout.name, bank=kind.layout.bank,
        amount=Money(shown) if shown is not None else None, amount_words=settled.words_text,
        amount_agrees=None if figure is None or words is None else figure == words,
        payer=fields.get("payer"), payer_account=fields.get("payer_account"),
        payee=fields.get("payee"), payee_account=fields.get("payee_account"), payee_is_library=ours,
        date=moment.day if moment else None, time=moment.time if moment else "",
        serials=tuple(fields.serials), purpose=fields.get("purpose"), transactions=tuple(fields.transactions),
        department=fields.get("department"), project=fields.get("project"),
        payer_department=fields.get("payer_department"), payer_project=fields.get("payer_project"),
        qr=code, sealed=_sealed(page, sheet), confidence=_confidence(settled, marks), sure=not against, ground=ground,
        warnings=against + settled.warnings, look=sheet.look, seconds=round(time.perf_counter() - started, 3),
        marks=MappingProxyType(marks),
    )  # fmt: skip


def _none(sheet: Sheet, reason: str, kind: KindFound) -> Receipt:
    return Receipt(warnings=(f"not a receipt: {reason}",), look=sheet.look,
                   layout=kind.layout.name if kind.layout else "")  # fmt: skip


def _ours(fields: Fields, page: Page, kind: KindFound, layouts: Layouts, office: Office) -> bool | None:
    assert kind.layout is not None
    if kind.layout.kind is ReceiptKind.CAMPUS_TRANSFER:
        return codes_are_ours(fields.get("department"), fields.get("project"), office)
    said = None if fields.doubtful else is_ours(fields.get("payee"), fields.get("payee_account"), layouts, office)
    if said is None and kind.layout.own_payee and not fields.doubtful:
        text = page.text.replace(" ", "")
        return True if any(word in text for word in kind.layout.own_payee) else None
    return said


def _sealed(page: Page, sheet: Sheet) -> bool | None:
    if not sheet.stamps:
        return None
    return any(page.top <= (stamp.top + stamp.bottom) / 2 <= page.bottom for stamp in sheet.stamps)


def _confidence(settled: Settled, marks: Mapping[str, Mark]) -> float:
    """How surely the amount was read."""
    if "amount" not in marks:
        return 0.0
    return min(1.0, marks["amount"].confidence)
