"""Whose a stamp is that only says that the money was moved: the place on the form that it lies in may say it."""

from __future__ import annotations

import numpy as np
import pytest

from maild.domain.accounting.receipt import Ground, Receipt, ReceiptKind, Stamp
from maild.receipts.picture import formstamp
from maild.receipts.picture.formstamp import stamped
from maild.receipts.picture.inks import Colour
from maild.receipts.picture.seals import Seal
from maild.receipts.sheet import Box, Origin, Region, Sheet
from maild.receipts.words.stamps import shipped
from tests.cases import each

PICTURE = np.zeros((90, 90, 3), np.uint8)
PICTURE[::2, ::2, 2] = 200
FORM = Receipt(kind=ReceiptKind.CAMPUS_TRANSFER, sure=True, ground=Ground.WORDS, payee_is_library=True)
AT = (300.0, 400.0, 420.0, 480.0)  # the stamp: left, top, right, bottom


def box(text: str, left: float, top: float, width: float = 80, height: float = 20) -> Box:
    return Box(left=left, top=top, right=left + width, bottom=top + height, text=text, confidence=1.0)


def of(monkeypatch: pytest.MonkeyPatch, lines: list[str], *boxes: Box, framed: bool = True) -> Stamp:
    words = shipped()
    seal = Seal(
        region=Region(left=AT[0], top=AT[1], right=AT[2], bottom=AT[3]), colour=Colour.BLUE, framed=framed,
        lines=tuple(lines), stamp=words.verdict(lines), booked=framed and words.is_booking(lines),
    )  # fmt: skip
    monkeypatch.setattr(formstamp, "_seals", lambda *_: [seal])
    sheet = Sheet(width=900, height=900, origin=Origin.OCR, boxes=boxes)
    return stamped([FORM], sheet, lambda: PICTURE, words)[0].stamp


@pytest.mark.parametrize(
    "boxes",
    [
        (box("财务处", 150, 430), box("办理情况", 150, 452)),
        (box("财务处（盖章）：", 150, 430),),
        (box("财务 Finance:", 280, 440),),
        (box("计财处转讫章", 250, 410),),
        (box("财务部门盖章", 180, 425), box("¥", 270, 425, 9)),
        (box("Finance Office", 180, 425),),
    ],
)
def test_a_stamp_in_finances_place_is_finances(monkeypatch: pytest.MonkeyPatch, boxes: tuple[Box, ...]) -> None:
    """On it, or in the box to its right."""
    assert of(monkeypatch, ["转讫", "2026.11.13"], *boxes) is Stamp.FINANCE


@pytest.mark.parametrize(
    "boxes",
    [
        (),
        (box("付款单位（盖章）", 150, 430),),
        (box("财务审核：", 150, 430),),
        (box("财务负责人", 150, 430),),
        (box("财务处（盖章）", 150, 430), box("单位领导", 240, 430, 50)),  # another place between
        (box("财务处（盖章）", 150, 500),),  # in the row below
        (box("财务处（盖章）", 500, 430),),  # to its right
        (box("财务部门办结盖章后，本联退收款部门作入账依据", 100, 430, 190),),
    ],
)
def test_elsewhere_it_says_nothing(monkeypatch: pytest.MonkeyPatch, boxes: tuple[Box, ...]) -> None:
    assert of(monkeypatch, ["转讫", "2026.11.13"], *boxes) is Stamp.UNREAD


PLACE = box("财务处（盖章）：", 150, 430)


@each(
    "lines",
    [
        ["受理"],
        ["作废"],
        ["浙江大学化学系", "收讫"],
        ["未转讫"],
        ["中国工商银行", "转讫"],
        ["材料收讫"],
        ["2026.11.13"],
        [],
    ],
)
def test_only_a_booking_counts_there(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    """Nothing that is another's, open or unread becomes finance's by its place."""
    assert of(monkeypatch, lines, PLACE) is not Stamp.FINANCE


def test_letters_without_a_frame_are_no_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    assert of(monkeypatch, ["转讫"], PLACE, framed=False) is not Stamp.FINANCE
