"""The stamps on a form that is not ours to the millimetre: which there are, and what they say of each form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from maild.domain.receipt import Receipt, ReceiptKind, Stamp, with_stamp
from maild.receipts.pictures import Pixels
from maild.receipts.seals import Seal, read_seals, verdict
from maild.receipts.sheet import Region
from maild.receipts.stampwords import StampWords

_LEAST = 0.07  # of the picture's shorter side: the smallest stamp


def needs_stamp(receipt: Receipt) -> bool:
    """Whether it is a payment only with the finance office's stamp, which nobody has looked for yet."""
    return receipt.kind is ReceiptKind.CAMPUS_TRANSFER and receipt.stamp is Stamp.UNASKED


def stamped(receipts: Sequence[Receipt], picture: Callable[[], Pixels] | None, words: StampWords) -> Sequence[Receipt]:
    """The receipts of a page, the forms among them with what their stamps say.

    picture  the upright page that the receipts' marks lie on; None: there is none to be seen, so there is no stamp
    """
    forms = [receipt for receipt in receipts if needs_stamp(receipt)]
    if not forms:
        return receipts
    seals: list[Seal] = []
    if picture is not None:
        upright = picture()
        seals = read_seals(upright, words, least=_LEAST * min(upright.shape[:2]))
    return [
        with_stamp(r, verdict([s for s in seals if len(forms) == 1 or _nearest(s, forms) is r], alone=False))
        if needs_stamp(r)
        else r
        for r in receipts
    ]


def _nearest(seal: Seal, forms: Sequence[Receipt]) -> Receipt:
    """The form that a stamp is on: the one whose values lie nearest."""
    return min(forms, key=lambda form: _apart(seal.region, form))


def _apart(region: Region, form: Receipt) -> float:
    x, y = (region.left + region.right) / 2, (region.top + region.bottom) / 2
    boxes = [mark.box for mark in form.marks.values() if mark.box]
    return min((max(b[0] - x, 0, x - b[2]) + max(b[1] - y, 0, y - b[3]) for b in boxes), default=float("inf"))
