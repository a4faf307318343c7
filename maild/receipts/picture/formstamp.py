"""The stamps on a form that is not ours to the millimetre: which there are, and what they say of each form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import replace

import numpy as np

from maild.domain.accounting.receipt import Receipt, ReceiptKind, Stamp, held, with_stamp
from maild.receipts import SAY
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.seals import Seal, read_seals, verdict
from maild.receipts.sheet import Region, Sheet
from maild.receipts.words.stamps import StampWords, plain

_latest: list[tuple[Pixels, Sheet, list[Seal]]] = []  # one at most
_LEAST = 0.07  # of the form's shorter side: the smallest stamp
_PRINTED, _SENTENCE = 5, 11  # lines of the form in one ink with a stamp; characters of a line that no stamp has
_AS_HIGH = 1.1  # of a printed line's box: ink that is no higher is of that line
_AROUND = 0.07  # of the picture's shorter side: so far beyond the text a stamp may lie
_SIGNED = 2  # places for those who have to agree: a bank's paper has none
_BANKS = frozenset({ReceiptKind.BANK_RECEIPT, ReceiptKind.COUNTER_SLIP})  # on paper
_SAYS_WHEN = re.compile(r"[后须方才]")  # a sentence of what makes it valid: 打印交易流水后方为有效
_COLOURED, _FEW = 24, 0.0005  # of 255, between a pixel's colours; the share of pixels


def needs_stamp(receipt: Receipt) -> bool:
    """Whether it is a payment only with the finance office's stamp, which nobody has looked for yet."""
    return receipt.kind is ReceiptKind.CAMPUS_TRANSFER and not receipt.entered and receipt.stamp is Stamp.UNASKED


def stamped(
    receipts: Sequence[Receipt], sheet: Sheet, picture: Callable[[], Pixels] | None, words: StampWords
) -> Sequence[Receipt]:
    """The receipts of a page, the forms among them with what their stamps say.

    sheet    the page's text
    picture  the upright page it lies on; None: there is none to be seen, so there is no stamp
    """
    forms = [receipt for receipt in receipts if needs_stamp(receipt)]
    if not forms:
        return receipts
    upright = picture() if picture is not None else None
    if upright is not None and _is_grey(upright):
        # A stamp without colour cannot be told from print: a person looks.
        grey = (
            replace(r, sure=False, warnings=(*r.warnings, SAY("no_colours"))) if needs_stamp(r) else r for r in receipts
        )
        return [with_stamp(r, Stamp.UNREAD) if needs_stamp(r) else r for r in grey]
    seals = _seals(upright, sheet, words) if upright is not None else []
    seals = [replace(s, stamp=Stamp.FINANCE) if s.booked and _is_in_place(s, sheet, words) else s for s in seals]
    if len({form.amount for form in forms}) > 1:  # which stamp is whose, a person says
        receipts = [held(r, (SAY("two_receipts"),)) if needs_stamp(r) else r for r in receipts]
    return [
        with_stamp(r, verdict([s for s in seals if len(receipts) == 1 or _nearest(s, receipts) is r], alone=False))
        if needs_stamp(r)
        else r
        for r in receipts
    ]


def unstamped(
    receipt: Receipt, sheet: Sheet, picture: Callable[[], Pixels] | None, words: StampWords
) -> tuple[str, ...]:
    """Why a paper is no payment yet: nothing of the bank is on what a customer asked of it, nothing of the finance
    office on a receipt that was written by hand, nothing of either on what an institution orders to be paid.
    """
    laws = _unstamped_application, _unsealed, _unpaid_order
    return tuple(reason for law in laws for reason in law(receipt, sheet, picture, words))


def _unpaid_order(
    receipt: Receipt, sheet: Sheet, picture: Callable[[], Pixels] | None, words: StampWords
) -> tuple[str, ...]:
    """An institution's order, filled in and signed by who may ask: what was asked for is not done yet."""
    texts = [plain(box.text) for box in sheet.boxes]
    signed = {text[: hit.end()] for text in texts if (hit := words.approval.match(text))}
    ordered = any(map(words.order.search, texts)) or len(signed) >= _SIGNED
    if receipt.kind not in _BANKS or not ordered or (receipt.serials and words.banks_number.search("|".join(texts))):
        return ()
    seals = [seal for seal in _seals(picture(), sheet, words) if seal.framed] if picture is not None else []
    return () if words.is_paid_out([seal.lines for seal in seals]) else (SAY("unstamped_order"),)


def _unsealed(
    receipt: Receipt, sheet: Sheet, picture: Callable[[], Pixels] | None, words: StampWords
) -> tuple[str, ...]:
    if receipt.kind is ReceiptKind.CAMPUS_TRANSFER or not any(words.receipt.search(plain(b.text)) for b in sheet.boxes):
        return ()
    seals = [seal for seal in _seals(picture(), sheet, words) if seal.framed] if picture is not None else []
    taken = any(words.is_takers(s.lines, receipt.payee) for s in seals) and any(
        words.is_booking(s.lines) for s in seals
    )
    return () if taken or verdict(seals, alone=False) is Stamp.FINANCE else (SAY("unstamped_receipt"),)


def _unstamped_application(
    receipt: Receipt, sheet: Sheet, picture: Callable[[], Pixels] | None, words: StampWords
) -> tuple[str, ...]:
    texts = [plain(box.text) for box in sheet.boxes]
    numbered = bool(words.number.search("|".join(t for t in texts if not _SAYS_WHEN.search(t))))
    if receipt.entered or (receipt.serials and numbered) or not words.application.search("|".join(texts)):
        return ()
    seals = _seals(picture(), sheet, words) if picture is not None else []
    return () if any(words.is_banks(seal.lines) for seal in seals) else (SAY("unstamped_application"),)


def voided(sheet: Sheet, picture: Callable[[], Pixels] | None, words: StampWords) -> tuple[str, ...]:
    """Why what reads as paid is not: a stamp says so. Looked for where there is red ink of a stamp's extent."""
    if picture is None or not sheet.stamps:
        return ()
    return (SAY("void_stamp"),) if any(seal.stamp is Stamp.REFUSED for seal in _seals(picture(), sheet, words)) else ()


def _is_grey(picture: Pixels) -> bool:
    """Whether a picture has no colours at all."""
    some = picture[::4, ::4].astype(np.int16)
    return float((some.max(axis=2) - some.min(axis=2) > _COLOURED).mean()) < _FEW


def _seals(picture: Pixels, sheet: Sheet, words: StampWords) -> list[Seal]:
    """The stamps about the text of a page: the desk around it may be of any colour. Several laws ask for them in turn;
    they are read once.
    """
    if not (_latest and _latest[0][0] is picture and _latest[0][1] is sheet):
        _latest[:] = [(picture, sheet, _look_for(picture, sheet, words))]
    return _latest[0][2]


def forget() -> None:
    """Let go of the picture whose stamps were read last."""
    _latest.clear()


def _look_for(picture: Pixels, sheet: Sheet, words: StampWords) -> list[Seal]:
    height, width = picture.shape[:2]
    pad = _AROUND * min(height, width)
    boxes = sheet.boxes or (Region(left=0, top=0, right=width, bottom=height),)
    left, top = max(0, round(min(b.left for b in boxes) - pad)), max(0, round(min(b.top for b in boxes) - pad))
    right, bottom = round(max(b.right for b in boxes) + pad), round(max(b.bottom for b in boxes) + pad)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    seals = read_seals(part, words, least=_LEAST * min(part.shape[:2])) if part.size else []
    printed = {plain(box.text) for box in sheet.boxes}
    moved = [replace(_less_print(seal, printed, words), region=_moved(seal.region, left, top)) for seal in seals]
    return [seal for seal in moved if not _is_small_print(seal, sheet)]


def _is_in_place(seal: Seal, sheet: Sheet, words: StampWords) -> bool:
    """Whether a stamp with a frame lies on the finance office's place, or in the box to its right."""
    at, middle = seal.region, (seal.region.left + seal.region.right) / 2
    if not seal.framed:
        return False
    level = [box for box in sheet.boxes if box.top < at.bottom and box.bottom > at.top]
    for place in (box for box in level if words.is_place(box.text)):
        between = [
            box for box in level if place.right < (box.left + box.right) / 2 < at.left and len(plain(box.text)) > 1
        ]
        beside = place.right < middle and at.top < (place.top + place.bottom) / 2 < at.bottom
        if (place.left < at.right and place.right > at.left) or (beside and not between):
            return True
    return False


def _is_small_print(seal: Seal, sheet: Sheet) -> bool:
    """Whether what has no frame is a piece of a printed sentence, in its line and of its height: …,涂改无效."""
    at = seal.region
    return not seal.framed and any(
        len(plain(box.text)) >= _SENTENCE
        and all(plain(line) in plain(box.text) for line in seal.lines)
        and at.bottom - at.top < _AS_HIGH * (box.bottom - box.top)
        and box.top < (at.top + at.bottom) / 2 < box.bottom
        and box.left <= (at.left + at.right) / 2 <= box.right
        for box in sheet.boxes
    )


def _less_print(seal: Seal, printed: Set[str], words: StampWords) -> Seal:
    """A stamp on a form that is printed in its colour, without what is printed: 涂改无效 is none of its words, and the
    name of its place (财务处转讫章) no stamp. What refuses in few letters counts wherever it stands.
    """
    if sum(len(line) > 1 and plain(line) in printed for line in set(seal.lines)) < _PRINTED:
        return seal
    if words.verdict([line for line in seal.lines if len(line) < _SENTENCE]) is Stamp.REFUSED:
        return replace(seal, stamp=Stamp.REFUSED)
    lines = tuple(line for line in seal.lines if plain(line) not in printed)
    return replace(seal, lines=lines, stamp=words.verdict(lines), open=words.is_open(lines))


def _moved(region: Region, x: float, y: float) -> Region:
    return Region(left=region.left + x, top=region.top + y, right=region.right + x, bottom=region.bottom + y)


def _nearest(seal: Seal, receipts: Sequence[Receipt]) -> Receipt:
    """The receipt that a stamp is on, a form or a slip beside it: the one whose values lie nearest."""
    return min(receipts, key=lambda receipt: _apart(seal.region, receipt))


def _apart(region: Region, receipt: Receipt) -> float:
    x, y = (region.left + region.right) / 2, (region.top + region.bottom) / 2
    boxes = [mark.box for mark in receipt.marks.values() if mark.box]
    return min((max(b[0] - x, 0, x - b[2]) + max(b[1] - y, 0, y - b[3]) for b in boxes), default=float("inf"))
