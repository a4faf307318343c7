"""Sheets to receipts: layouts nobody listed, what is no proof, second looks, several on a page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config import Office
from maild.domain.accounting.receipt import Ground, Receipt, ReceiptKind, is_proof
from maild.receipts import SAY
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.sheet import Box, Origin, Preparation, Region, Sheet
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()

BANK = """
              钱塘商业银行电子回单
日期：2026年11月24日        流水号：8801234567
付款人名称：刘洋            收款人名称：浙江大学
付款人账号：6231001234567890      收款人账号：1202024609908808891
金额大写：人民币叁拾伍元整    小写：¥35.00
用途：文献传递费
"""
APP = """
              转账成功
收款人            浙江大学
收款账号          1202 **** **** 8891
转账金额          35.00
付款账户          尾号 5678
转账时间          2026-11-24 10:23:45
              返回首页
"""


class Zooms:
    """A zoom that shows prepared sheets, one a look, and remembers how often it was asked."""

    def __init__(self, *texts: str) -> None:
        self.sheets = [sheet_of(text, Origin.OCR) for text in texts]
        self.asked = 0

    def look(
        self, region: Region | None = None, *, preparation: Preparation = Preparation.PLAIN, side: int = 960
    ) -> Sheet:
        """The next sheet; the last again where there are no more."""
        self.asked += 1
        return self.sheets[min(self.asked, len(self.sheets)) - 1]


def read(text: str, *, origin: Origin = Origin.TEXT, zoom: Zooms | None = None) -> Receipt:
    """The only receipt of a sheet in letters."""
    (receipt,) = extract(sheet_of(text, origin), zoom, layouts=LAYOUTS, office=OFFICE)
    return receipt


def test_a_bank_nobody_listed() -> None:
    """All that a bank's receipt says."""
    r = read(BANK)
    assert (r.kind, r.sure, r.ground) == (ReceiptKind.BANK_RECEIPT, True, Ground.WORDS)
    assert (r.payer, r.payee, r.serials, r.purpose) == ("刘洋", "浙江大学", ("8801234567",), "文献传递费")
    assert r.amount is not None
    assert r.amount.amount == Decimal("35.00")


@pytest.mark.parametrize(
    ("name", "sheet", "wanted"),
    [
        ("blocks one below the other", """
       中国邮政储蓄银行    网银交易回执
交易序号  8899001122334455
转出方信息
户名    张小明
账号    6217991234567890123
转入方信息
户名    浙江大学
账号    1202024609908808891
转账金额(小写)  45.60
(大写)  肆拾伍元陆角
交易时间  2026年11月24日 08:09:10
""", {"payer": "张小明", "payee": "浙江大学", "payer_account": "6217991234567890123", "time": "08:09:10", "sure": True}),
        ("English", """
           PAYMENT RECEIPT
Transaction Date:   24 Nov 2026
Reference No.:      FT26112412345
Payer:              LI WEI
Payee:              Zhejiang University
Payee Account:      1202024609908808891
Amount:             CNY 1,035.00
Remarks:            document delivery ILL-2026112400017
Bank of Somewhere
""", {"payer": "LI WEI", "transactions": ("ILL-2026112400017",), "serials": ("FT26112412345",), "sure": True}),
        ("everything in one box a row", """
交易回单
付款人:李四 付款账号:6217001234567890123 付款行:建设银行
收款人:浙江大学 收款账号:1202024609908808891 收款行:工商银行
金额:35.00元 大写:叁拾伍元整 交易日期:2026-11-24 流水号:ABC123456789
""", {"payer": "李四", "payee": "浙江大学", "serials": ("ABC123456789",), "sure": True}),
        ("a table with headings", """
          某某农村商业银行 业务回单(付款)
交易日期 20261124    币种 人民币    凭证号码 00123456
付款人户名   付款人账号            收款人户名   收款人账号
王五         6230910199001234567   浙江大学     1202024609908808891
金额(大写)   人民币壹佰元整        金额(小写)   ￥100.00
""", {"payer": "王五", "payee_account": "1202024609908808891", "payer_account": "6230910199001234567", "sure": True}),
        ("the word for one of two blocks unread", """
          中国工商银行 结算业务申请书
申  名称  邓煜强      名称  浙江大学
请  账号  6222029097562238683      账号  1202024609908808891
金额(大写)  贰拾玖元壹角陆分    ¥29.16
交易日期 2026-11-29    柜员 4407
""", {"payer": "邓煜强", "payee": "浙江大学", "kind": ReceiptKind.COUNTER_SLIP, "sure": True}),
    ],
)  # fmt: skip
def test_layouts_that_have_no_file(name: str, sheet: str, wanted: dict[str, object]) -> None:
    """Labels and places tell enough."""
    receipt = read(sheet)
    assert {field: getattr(receipt, field) for field in wanted} == wanted


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("confirm", "确认付款\n¥35.00\n收款方    浙江大学\n付款方式    零钱\n微信支付\n立即支付"),
        ("pending", "转账详情\n处理中\n35.00元\n收款人    浙江大学\n收款账号    1202024609908808891\n转账时间    2026-11-24 10:00"),
        ("failed", APP.replace("转账成功", "转账失败")),
        ("refunded", "账单详情\n浙江大学\n+35.00\n已全额退款\n支付宝\n创建时间    2026-11-24 10:00\n订单号    2026112422001"),
        ("invoice", BANK.replace("电子回单", "电子发票(普通发票)")),
        ("tariff", "文献传递收费标准\n图书馆\n复制费    0.30元/页\n加急费    10.00元\n手续费    2.00元"),
        ("receive code", "微信支付\n向我付款\n¥11.50"),
        ("pick-up", "取件码 3-2-1234\n图书馆 馆际互借\n请于2026-11-24前领取"),
        ("history", "微信支付 账单\n浙江大学    -35.00\n超市    -12.50\n转账    +100.00\n餐厅    -20.00"),
        ("blank form", "浙江大学校内转账单\n    年  月  日\n付款单位        收款单位\n部门代码        部门代码\n项目代码        项目代码\n金额(大写)\n经费主管      经办人"),
        ("an article", "一种新的文献传递方法\n摘要  本文研究了银行转账的电子回单识别\n关键词  图书馆;付款"),
    ],
)  # fmt: skip
def test_what_is_no_proof(name: str, sheet: str) -> None:
    """It says why in a warning."""
    receipt = read(sheet)
    assert not is_proof(receipt), receipt
    assert receipt.warnings
    assert not receipt.sure


def test_our_own_refund_is_not_paid_to_us() -> None:
    """Money from our account to somebody."""
    receipt = read(BANK.replace("刘洋", "甲").replace("浙江大学", "刘洋").replace("甲", "浙江大学"))
    assert receipt.payee_is_library is not True
    assert not receipt.sure


def test_another_account_under_our_name_is_not_ours() -> None:
    """The name alone does not pay; that it was paid to somebody else is said only where the name is another's, too."""
    other = BANK.replace("1202024609908808891", "6217009876543210987")
    doubtful, elsewhere = read(other), read(other.replace("浙江大学", "杭州文献信息有限公司"))
    assert (doubtful.payee_is_library, elsewhere.payee_is_library) == (None, False)
    assert "payee unknown" in doubtful.warnings
    assert "not paid to us" in elsewhere.warnings
    assert not doubtful.sure
    assert not elsewhere.sure


def test_a_screen_without_words_is_looked_at_again() -> None:
    """The same figure in another preparation: a second witness; none without a zoom."""
    assert not read(APP, origin=Origin.OCR).sure
    zoom = Zooms(APP)
    receipt = read(APP, origin=Origin.OCR, zoom=zoom)
    assert (receipt.sure, receipt.ground, zoom.asked) == (True, Ground.PASSES, 1)


def test_a_second_look_that_disagrees_leaves_it_to_a_person() -> None:
    """Sure of 35.00 at first, 85.00 on a second look."""
    receipt = read(APP, origin=Origin.OCR, zoom=Zooms(APP.replace("35.00", "85.00")))
    assert not receipt.sure


def test_words_and_figures_that_agree_need_no_second_look() -> None:
    """The zoom is costly."""
    zoom = Zooms(BANK)
    assert read(BANK, origin=Origin.OCR, zoom=zoom).sure
    assert zoom.asked == 0


def test_figures_under_a_seal_are_read_again_and_agree_with_the_words() -> None:
    """The first look lost a digit; without red ink it is there."""
    receipt = read(BANK.replace("¥35.00", "¥5.00"), origin=Origin.OCR, zoom=Zooms(BANK))
    assert (receipt.sure, receipt.ground) == (True, Ground.WORDS)
    assert receipt.amount is not None
    assert receipt.amount.amount == Decimal("35.00")


def test_a_second_sum_where_the_amount_stands_is_for_a_person() -> None:
    """Above it, between the rows; beside it; in words: whatever agrees. A fee in a row of its own is no such sum."""
    (printed,) = [box for box in sheet_of(BANK, Origin.OCR).boxes if "35.00" in box.text]
    high, left = printed.bottom - printed.top, printed.right - 60

    def reasons(text: str, across: float, down: float) -> tuple[str, ...]:
        sheet = sheet_of(BANK, Origin.OCR)
        more = Box(left=left + across, right=left + across + 60, top=printed.top + down * high,
                   bottom=printed.bottom + down * high, text=text)  # fmt: skip
        (receipt,) = extract(replace(sheet, boxes=(*sheet.boxes, more)), None, layouts=LAYOUTS, office=OFFICE)
        assert receipt.sure is not bool(receipt.warnings)
        return receipt.warnings

    assert reasons("55.00", 10, -0.6) == (SAY("second_sum"),)
    assert reasons("¥86", 80, 0) == (SAY("second_sum"),)
    assert SAY("second_words") in reasons("伍拾伍元整", 200, 1.1)
    assert reasons("35.00", 10, -0.6) == reasons("55.00", 10, 1.5) == reasons("手续费 5.00", 10, 1.5) == ()


def test_a_point_that_cannot_be_seen_is_for_a_person() -> None:
    """A digit may have been written over it; where the places are printed there is none."""
    assert read(BANK.replace("¥35.00", "¥3500"), origin=Origin.OCR).warnings == (SAY("amount_hard_to_read"),)
    places = "                                        百 十 元 角 分\n金额大写"
    assert read(BANK.replace("¥35.00", "¥3500").replace("金额大写", places), origin=Origin.OCR).sure


def test_words_alone_are_a_suggestion() -> None:
    """The figure is gone: the amount is shown, not sure."""
    receipt = read(BANK.replace("¥35.00", ""), origin=Origin.OCR, zoom=Zooms(BANK.replace("¥35.00", "")))
    assert receipt.amount is not None
    assert (receipt.sure, receipt.amount.amount, receipt.amount_agrees) == (False, Decimal("35.00"), None)


def test_several_sums_without_a_total_are_for_a_person() -> None:
    """With their total they are not."""
    page = "图书馆缴费\n缴费成功\n缴费项目          金额\n文献传递费        30.00\n邮费              12.00\n缴费时间          2026-11-24 10:23:45"
    assert "several amounts" in read(page).warnings
    receipt = read(page.replace("缴费时间", "合计              42.00\n缴费时间"))
    assert receipt.amount is not None
    assert (receipt.sure, receipt.amount.amount) == (True, Decimal("42.00"))


def test_two_receipts_on_a_page_are_two() -> None:
    """Each with its own values; parts count from 1."""
    page = (
        BANK + "\n\n" + BANK.replace("8801234567", "8807654321").replace("¥35.00", "¥70.00").replace("叁拾伍", "柒拾")
    )
    first, second = extract(sheet_of(page), None, layouts=LAYOUTS, office=OFFICE)
    assert (first.part, first.serials, second.part, second.serials) == (1, ("8801234567",), 2, ("8807654321",))
    assert [r.amount.amount for r in (first, second) if r.amount] == [Decimal(35), Decimal(70)]


def test_every_value_has_its_mark() -> None:
    """Where it stood and how surely it was read."""
    receipt = read(BANK)
    assert {"amount", "amount_words", "payer", "payee", "payee_account", "date", "serials"} <= set(receipt.marks)
    assert all(mark.box for mark in receipt.marks.values())


def test_our_code_is_a_witness_and_a_judge() -> None:
    """DUE where the figure is what the code says; a person where it is not."""
    sheet = replace(
        sheet_of(BANK.replace("金额大写：人民币叁拾伍元整", ""), Origin.OCR),
        codes=("https://example.org", "ILF1:3500:ILL-20261124-001:AAAAAAAAAA"),
    )
    (receipt,) = extract(sheet, None, layouts=LAYOUTS, office=OFFICE)
    assert (receipt.sure, receipt.ground, receipt.qr[:5]) == (True, Ground.DUE, "ILF1:")
    other = replace(sheet, codes=("ILF1:9900:ILL-20261124-001:AAAAAAAAAA",))
    assert not extract(other, None, layouts=LAYOUTS, office=OFFICE)[0].sure


boxes = st.builds(
    lambda x, y, w, h, text, c: Box(left=x, top=y, right=x + w, bottom=y + h, text=text, confidence=c),
    st.floats(0, 2000), st.floats(0, 2000), st.floats(0, 900), st.floats(0, 80),
    st.text(st.sampled_from("金额大写小收付款人账号户名日期转账单成功电子回元角分整壹贰叁拾佰浙江学0123456789.,:：¥ -*()年月图书馆\n"), max_size=24),
    st.floats(0, 1),
)  # fmt: skip


@given(st.lists(boxes, max_size=25), st.sampled_from(list(Origin)))
def test_any_sheet_gives_receipts_and_never_raises(found: list[Box], origin: Origin) -> None:
    """Whatever OCR makes of a picture; and what is no proof is never sure."""
    sheet = Sheet(width=2000, height=2000, origin=origin, boxes=tuple(found))
    receipts = extract(sheet, Zooms(APP), layouts=LAYOUTS, office=OFFICE)
    assert receipts
    assert all(is_proof(r) or not r.sure for r in receipts)
