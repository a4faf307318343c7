"""The words of stamps: found by ink and frame, straightened, read, and judged by rules/receipts/stamps.toml."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import cv2
import numpy as np
import pytest

from maild.domain.accounting.receipt import Ground, Receipt, ReceiptKind, Stamp, waits_for_stamp, with_stamp
from maild.receipts import SAY
from maild.receipts.picture import formstamp
from maild.receipts.picture.features import features
from maild.receipts.picture.formstamp import stamped, voided
from maild.receipts.picture.inks import Colour
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.seals import Seal, read_seals, verdict
from maild.receipts.reader import FileReader
from maild.receipts.sheet import Box, Origin, Region, Sheet
from maild.receipts.words.stamps import shipped
from tests.cases import each
from tests.forms.stamps import CLASSES, GENUINE, LIKE_FINANCES
from tests.receipts import fonts
from tests.receipts.drawing import Drawing
from tests.receipts.raster import raster

SCALE = 6.0
AT = (32.0, 20.0)


def pressed(name: str, seed: int = 1) -> Pixels:
    """The finance office's place with a stamp of that class, a little blurred and grained, as a camera sees it."""
    random = Random(f"{name}/{seed}")
    page = Drawing(64, 40, fonts.style("open", random), random, paper="#f4f1ea")
    (LIKE_FINANCES.get(name) or CLASSES[name].press)(page, random, AT)
    picture = cv2.GaussianBlur(cv2.cvtColor(np.asarray(raster(page, SCALE)), cv2.COLOR_RGB2BGR), (0, 0), 0.8)
    grain = np.random.default_rng(seed).normal(0, 3, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def said(picture: Pixels, *, alone: bool = True) -> Stamp:
    words, least = shipped(), 14 * SCALE
    seals = read_seals(picture, words, least=least, clear=True)
    return verdict(seals or read_seals(picture, words, least=least, clear=True, colours=(Colour.BLACK,)), alone=alone)


@pytest.mark.long
@each("name", CLASSES)
def test_a_stamp_is_what_its_words_say(name: str) -> None:
    """Each class once: only finance's is finance's, and what is void, another's, a pen's or a block never is."""
    found = said(pressed(name))
    assert found in CLASSES[name].verdicts
    assert (found is Stamp.FINANCE) <= (name in GENUINE or name == "faint")


@pytest.mark.long
@each("name", LIKE_FINANCES)
def test_what_is_like_finances_stamp_is_none(name: str) -> None:
    """Another office's name with a word of booking, and finance's with another word: worn as well as pressed well."""
    assert said(worn(pressed(name), 3)) is not Stamp.FINANCE


def worn(picture: Pixels, seed: int) -> Pixels:
    """Spots of a stamp that was not inked evenly."""
    spots = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 1, picture.shape[:2]), (0, 0), 5)
    gone = np.clip(spots / spots.std() - 0.9, 0, 1)[:, :, None]
    return (picture * (1 - gone) + picture.max(axis=(0, 1)) * gone).astype(np.uint8)


def test_finances_stamps_are_read() -> None:
    """Round, oval, oblong, square; red, blue, violet; tilted: nearly all of them are read."""
    read = [said(pressed(name, 2)) for name in GENUINE]
    assert read.count(Stamp.FINANCE) >= 0.85 * len(read)


@pytest.mark.parametrize(
    ("lines", "stamp"),
    [
        (["浙江大学计划财务处", "转讫"], Stamp.FINANCE),
        (["浙江大学财务处", "2026.11.20", "转 讫"], Stamp.FINANCE),
        (["浙江大学计财处浙江", "财务专用章"], Stamp.FINANCE),
        (["计划财条处", "转帐吃"], Stamp.FINANCE),
        (["浙江大学计划财务处", "2026.11.20", "转账专用章"], Stamp.FINANCE),
        (["浙江大学财务处", "内部往来专用章"], Stamp.FINANCE),
        (["浙江大学财务处", "收件专用章"], Stamp.UNREAD),
        (["浙江大学财务处", "经费审批专用章"], Stamp.UNREAD),
        (["浙江大学财务处", "付款申请专用章"], Stamp.UNREAD),
        (["浙江大学财务处", "会计档案专用章"], Stamp.UNREAD),
        (["浙江大学化学系", "转账专用章"], Stamp.OTHER),
        (["转账专用章"], Stamp.UNREAD),
        (["财务处", "作废"], Stamp.REFUSED),
        (["浙江大学财务处", "转讫", "退回"], Stamp.REFUSED),
        (["财务处", "不予受理"], Stamp.REFUSED),
        (["浙江大学财务处", "已受理"], Stamp.UNREAD),
        (["转讫", "2026.11.20"], Stamp.UNREAD),
        (["现金付讫"], Stamp.UNREAD),
        (["浙江大学化学系", "财务专用章"], Stamp.OTHER),
        (["浙江大学教务处", "业务专用章"], Stamp.OTHER),
        (["浙江大学医学院", "收讫"], Stamp.OTHER),
        (["中国工商银行", "转讫"], Stamp.OTHER),
        (["后勤集团财务部", "收费专用章"], Stamp.UNREAD),
        ([], Stamp.UNREAD),
    ],
)
def test_the_law_of_words(lines: list[str], stamp: Stamp) -> None:
    """Finance and its booking together; anything void above all; a unit's own finance seal is the unit's."""
    assert shipped().verdict(lines) is stamp


@pytest.mark.parametrize(
    ("one", "other", "stamp"),
    [
        (["浙江大学计划财务处", "2026.11.20"], ["转讫"], Stamp.FINANCE),
        (["浙江大学财务处"], ["已转账", "2026.11.20"], Stamp.FINANCE),
        (["浙江大学财务处"], ["验讫"], Stamp.UNREAD),
        (["浙江大学财务处"], ["材料收讫"], Stamp.UNREAD),
        (["浙江大学财务处"], ["未收讫"], Stamp.UNREAD),
        (["浙江大学财务处"], ["尚未办讫"], Stamp.UNREAD),
        (["浙江大学财务处", "已受理"], ["转讫"], Stamp.UNREAD),
        (["浙江大学财务处", "待审核"], ["转讫"], Stamp.UNREAD),
        (["浙江大学化学系"], ["转讫"], Stamp.UNREAD),
        (["浙江大学化学系财务科"], ["转讫"], Stamp.UNREAD),
        (["浙江大学财务处"], ["工商银行转讫"], Stamp.UNREAD),
        (["浙江大学财务处"], ["退单"], Stamp.REFUSED),
    ],
)
def test_two_stamps_may_say_it_together(one: list[str], other: list[str], stamp: Stamp) -> None:
    """The office in one and the booking in the other; not where one stamp is to be expected, nor over strange ink."""
    words, at = shipped(), Region(left=0, top=0, right=9, bottom=9)
    seals = [
        Seal(
            region=at,
            colour=Colour.RED,
            framed=True,
            lines=tuple(lines),
            stamp=words.verdict(lines),
            office=words.is_offices(lines),
            booked=words.is_booking(lines),
        )
        for lines in (one, other)
    ]
    assert verdict(seals, alone=False) is stamp
    assert verdict(seals, alone=True) is not Stamp.FINANCE
    over = [replace(seal, strange=0.5) for seal in seals]
    assert verdict(over, alone=False) is not Stamp.FINANCE


def test_a_banks_stamp_shows_that_it_did_what_it_was_asked() -> None:
    """A bank by name and its word; a unit's is none, nor one that says it went back."""
    words = shipped()
    assert words.is_banks(["南浔农村商业银行", "转讫"])
    assert words.is_banks(["钱塘银行西湖支行", "2026.11.20", "业务办讫章"])
    assert not words.is_banks(["钱塘银行西湖支行", "退汇"])
    assert not words.is_banks(["浙江大学财务处", "转讫"])


def test_whoever_took_money_stamps_its_receipt() -> None:
    """The finance seal of the payee that the receipt names; no unit's, no other's, not one that only took it in."""
    words = shipped()
    assert words.is_takers(["浙江大学", "财务专用章"], "浙江大学")
    assert not words.is_takers(["浙江大学学生公寓服务中心", "财务专用章"], "浙江大学")
    assert not words.is_takers(["杭州求知图文制作有限公司", "财务专用章"], "浙江大学")
    assert not words.is_takers(["浙江大学", "财务专用章", "受理"], "浙江大学")
    assert not words.is_takers(["浙江大学", "财务专用章", "作废"], "浙江大学")
    assert not words.is_takers(["浙江大学", "收发章"], "浙江大学")
    assert not words.is_takers(["财务专用章"], "浙江大学")
    assert not words.is_takers(["财务专用章"], "")


@pytest.mark.parametrize(
    ("title", "seals", "held"),
    [
        ("收款收据", [["浙江大学", "财务专用章"], ["收讫", "2026.11.12"]], False),
        ("收据", [["浙江大学计划财务处", "2026.11.19", "收讫"]], False),
        ("收款收据", [["浙江大学", "财务专用章"]], True),
        ("收款收据", [["收讫"]], True),
        ("收款收据", [["浙江大学", "财务专用章"], ["未收讫"]], True),
        ("收款收据", [["浙江大学学生会", "财务专用章"], ["收讫"]], True),
        ("今收到", [], True),
        ("浙江大学收据", [], True),
        ("浙江大学图书馆专用收据No.0012", [], True),
        ("收费收据", [], True),
        ("收条", [], True),
        ("电子回单", [], False),
    ],
)
def test_a_receipt_written_by_hand_needs_its_stamps(
    monkeypatch: pytest.MonkeyPatch, title: str, seals: list[list[str]], held: bool
) -> None:
    words, at = shipped(), Region(left=0, top=0, right=9, bottom=9)
    found = [Seal(region=at, colour=Colour.RED, framed=True, lines=tuple(s), stamp=words.verdict(s)) for s in seals]
    monkeypatch.setattr(formstamp, "_seals", lambda *_: found)
    receipt = Receipt(kind=ReceiptKind.COUNTER_SLIP, payee="浙江大学", sure=True)
    sheet = Sheet(boxes=(Box(left=0, top=0, right=9, bottom=9, text=title),), width=99, height=99, origin=Origin.OCR)
    said = formstamp.unstamped(receipt, sheet, lambda: np.zeros((9, 9, 3), np.uint8), words)
    assert said == ((SAY("unstamped_receipt"),) if held else ())


def test_a_receipt_written_by_hand_has_no_stamp_on_a_page_of_text() -> None:
    """In HTML nothing can be stamped: whoever writes the page writes the receipt, too."""

    def extract(sheet: Sheet, _: object) -> list[Receipt]:
        return [Receipt(kind=ReceiptKind.COUNTER_SLIP, payee="浙江大学", sure=True)]

    page = "<html><body><h1>{}</h1><p>收款单位：浙江大学</p></body></html>"
    reader = FileReader(extract)
    (found,) = reader.read(page.format("收款收据").encode(), filename="a.html")
    assert not found.sure
    assert SAY("unstamped_receipt") in found.warnings
    (found,) = reader.read(page.format("电子回单").encode(), filename="a.html")
    assert found.sure


def test_without_a_readable_stamp_a_form_is_not_sure() -> None:
    """Finance's keeps it sure; an unread one alone lets it be booked; where nothing can be seen there is none."""
    form = Receipt(kind=ReceiptKind.CAMPUS_TRANSFER, sure=True, ground=Ground.WORDS, payee_is_library=True)
    sheet = Sheet(width=10, height=10, origin=Origin.TEXT)
    assert with_stamp(form, Stamp.FINANCE).sure
    for stamp in (Stamp.REFUSED, Stamp.OTHER, Stamp.UNREAD, Stamp.NONE):
        found = with_stamp(form, stamp)
        assert not found.sure
        assert waits_for_stamp(found) == (stamp is Stamp.UNREAD)
    (unseen,) = stamped([form], sheet, None, shipped())
    assert (unseen.stamp, unseen.sure, unseen.sealed) == (Stamp.NONE, False, False)
    bank = Receipt(kind=ReceiptKind.BANK_RECEIPT, sure=True)
    assert list(stamped([bank], sheet, None, shipped())) == [bank]


# One that lies over another of the same ink is read in its own place on a form, not on any page.
VOID_STAMPS = [name for name in CLASSES if Stamp.REFUSED in CLASSES[name].verdicts and " over " not in name]


def across(name: str) -> tuple[str, ...]:
    """What is said of a page with that stamp on it, where its words alone would say that it is paid."""
    picture = pressed(name)
    sheet = Sheet(
        origin=Origin.OCR, width=picture.shape[1], height=picture.shape[0], boxes=(), stamps=features(picture)[0]
    )
    return voided(sheet, lambda: picture, shipped())


@pytest.mark.long
@pytest.mark.parametrize("name", VOID_STAMPS)
def test_a_void_stamp_across_any_page_holds_it(name: str) -> None:
    """Whatever the page is: a slip of a bank was read as paid through a slanted 作废."""
    assert across(name) == (SAY("void_stamp"),)


def test_a_banks_or_finances_stamp_holds_nothing() -> None:
    assert [name for name in GENUINE if across(name)] == []


@pytest.mark.parametrize(
    ("lines", "stamp"),
    [
        (["浙江大学计划财务处", "2026.11.06", "转", "特", "吃"], Stamp.FINANCE),
        (["浙江大学计划财务处", "划讫"], Stamp.FINANCE),
        (["浙江大学计划财务处", "退", "转", "吃"], Stamp.REFUSED),
        (["浙江大学计划财务处", "未", "转", "讫"], Stamp.UNREAD),
        (["浙江大学化学系", "转", "讫"], Stamp.OTHER),
        (["浙江大学计划财务处", "转", "2026.11.06"], Stamp.UNREAD),
    ],
)
def test_letters_that_stand_apart(lines: list[str], stamp: Stamp) -> None:
    """转 and 讫 of a round stamp, each read by itself; with what speaks against it, or of a unit, they say nothing."""
    assert shipped().verdict(lines) is stamp


def test_a_form_in_the_colour_of_its_stamp() -> None:
    """Its own sentences are no words of the stamp; what a stamp says in few letters stays."""
    print_ = ("填制日期", "单位名称", "部门编号", "项目编号", "划拨事由", "2.财务处加盖划讫章后有效;3.涂改无效")
    at = Region(left=0, top=0, right=9, bottom=9)
    texts = {formstamp.plain(text) for text in print_}
    for more, stamp in (((), Stamp.REFUSED), (("作废",), Stamp.REFUSED)):
        seal = Seal(region=at, colour=Colour.RED, framed=True, lines=(*print_, *more), stamp=stamp)
        found = formstamp._less_print(seal, texts, shipped()).stamp
        assert (found is Stamp.REFUSED) is bool(more)
    place = ("财务处", "转讫章")
    seal = Seal(region=at, colour=Colour.RED, framed=True, lines=(*print_, *place), stamp=shipped().verdict(place))
    assert seal.stamp is Stamp.FINANCE
    found = formstamp._less_print(seal, texts | {formstamp.plain(one) for one in place}, shipped()).stamp
    assert found is not Stamp.FINANCE  # the name of the place for a stamp that is not there
