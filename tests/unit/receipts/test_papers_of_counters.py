"""What counters print on their slips, how approvals are headed, one card behind a bank's name (decision 0178)."""

from __future__ import annotations

from maild.config import Office
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.stages.booked import is_dated_booking
from maild.receipts.picture.formstamp import unstamped
from maild.receipts.picture.several import _apart
from maild.receipts.rows import make_page
from maild.receipts.words import stamps
from tests.cases import each
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()

SLIP = """
        中国农业银行            个人业务凭证
交易名称：转账汇款                交易日期：2026-11-05
凭证号码：330611820093           日志号：118204573
付款户名：陶敏芝                  付款账号：6228480012340615
收款户名：浙江大学                收款账号：1202024609908808891
收款行：中国工商银行杭州市浙大分理处
币种：人民币   交易金额：¥200.00
大写金额：贰佰元整
摘要：{about}
交易结果：成功
{more}
"""


def slip(more: str = "", about: str = "文献传递费") -> Receipt:
    return extract(sheet_of(SLIP.format(more=more, about=about)), layouts=LAYOUTS, office=OFFICE)[0]


@each(
    "line",
    [
        "银行打印栏以机打为准，手工填写无效。",
        "本单以电子记录为准，涂改无效",
        "客户确认以上内容无误后签名：陶敏芝",
        "机构 2083 富阳支行 柜员 1120 复核 1108",
    ],
)
def test_print_of_a_counter_says_nothing(line: str) -> None:
    assert slip(line).sure, slip(line).warnings


@each("line", ["本笔以人工复核为准", "以银行实际付款为准，本单无效", "客户确认后再汇出", "复核未完成 1108"])
def test_what_speaks_of_the_payment_still_does(line: str) -> None:
    assert not slip(line).sure


@each(
    ("behind", "sure"), [("", True), ("工大学计划财务处", True), ("工已退回", False), ("大作废", False), ("工大未记账", False)]
)  # fmt: skip
def test_letters_of_a_seal_behind_the_sum_in_words(behind: str, sure: bool) -> None:
    page = SLIP.format(more="", about="文献传递费").replace("大写金额：贰佰元整", f"金额（大写）人民币贰佰无整{behind}")
    assert extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0].sure is sure


@each(("about", "silent"), [("跨地区转账", True), ("异省汇款", True), ("跨地区培训费", False)])
def test_how_it_went_is_no_purpose(about: str, silent: bool) -> None:
    assert slip(about=about).sure is silent


FORM = """
                 浙江大学校内转账单
付款单位：化学系            收款单位：图书馆
申请日期：2026-11-09
{line}
"""


@each(
    ("line", "booked"),
    [
        ("已入账 2026-11-11", True),
        ("已转账 2026-11-11 14:05", True),
        ("已入账", False),
        ("待入账 2026-11-11", False),
        ("已同意 2026-11-11", False),
        ("已退回 2026-11-11", False),
        ("已入账 2027-11-11", False),
        ("附言：已入账 2026-11-11", False),
    ],
)
def test_a_booking_with_its_day(line: str, booked: bool) -> None:
    """By itself, on a day that fits the form's: at a label it is somebody's word."""
    layout = next(each for each in LAYOUTS.layouts if each.kind is ReceiptKind.CAMPUS_TRANSFER)
    page = make_page(sheet_of(FORM.format(line=line)))
    ties = Ties(page, layout.lexicon, LAYOUTS.spotting)
    assert any(is_dated_booking(cell, ties, LAYOUTS.states) for cell in page.cells) is booked


@each(
    ("values", "count"),
    [
        ({"银行卡浙江大学", "浙江大学中国工商银行8891"}, 1),
        ({"浙江大学", "浙江大学中国工商银行8891"}, 1),
        ({"银行卡浙江大学", "王敏中国工商银行8891"}, 2),
        ({"浙江大学中国工商银行8891", "浙江大学中国工商银行1234"}, 2),
    ],
)
def test_one_card_ahead_of_its_bank(values: set[str], count: int) -> None:
    assert len(_apart(values)) == count


ASKED = """
临江银行            结算业务申请书            No 41880236
申请日期 2026年11月20日            电汇☑ 转账□ 汇票□ 本票□
付款人   全称          陶敏芝                      收款人   全称          浙江大学
         账号或地址    33001627035059000286                 账号          1202024609908808891
         开户行名称    临江银行城南支行                     开户行名称    工商银行杭州市浙大分理处
金额(大写)  人民币贰佰元整                           ￥200.00
上列款项及手续费请从我账户内支付。         附加信息及用途：馆际互借费
会计主管        授权         复核         记账
{line}
"""


@each(
    ("line", "done"),
    [
        ("汇款已汇出 20261120 15:20:03 330627035DK80418 200.00", True),
        ("已汇出 2026-11-20 15:20 流水 330627035 金额 200.00 柜员 0713", True),
        ("转账成功 20261120 152003 柜员0713 传票 00021", True),
        ("20261120 15:20:03 330627035DK80418 200.00 已记账", True),
        ("记账 2026-11-20 09:18 柜员 0713 流水 330676404K2P0031 金额 200.00 交易成功", True),
        ("20261120 15:20:03 柜员 0713 授权 0701 流水 330676404 已扣账", True),
        ("", False),
        ("交易成功 20261120 15:20:03 CNY200.00", False),
        ("已录入 20261120 15:20:03 330627035DK80418 200.00", False),
        ("验印 2026-11-20 09:18 柜员 0713 流水 330676404K2P0031", False),
        ("受理 2026-11-20 09:18 柜员 0713 流水 330676404K2P0031 金额 200.00", False),
        ("汇款待汇出 20261120 15:20:03 330627035DK80418 200.00", False),
        ("汇款已退回 20261120 15:20:03 330627035DK80418 200.00", False),
        ("汇款已汇出 20261120 15:20:03 330627035DK80418 200.00 对方行拒收", False),
        ("汇款已汇出 20261120 15:20:03 330627035DK80418 900.00", False),
        ("记账 2026-11-20 09:18 柜员 0713 流水 330676404K2P0031 金额 900.00 交易成功", False),
    ],
)
def test_a_tellers_machine_says_that_it_was_done(line: str, done: bool) -> None:
    """When, and under which number or by whom, and of no other sum: as good as the bank's stamp."""
    sheet = sheet_of(ASKED.format(line=line))
    (only,) = extract(sheet, layouts=LAYOUTS, office=OFFICE)
    assert (only.sure and not unstamped(only, sheet, None, stamps.shipped())) is done, only.warnings


@each(
    "head", ["浙江大学校内转账预约单", "校内转帐预约单"]
)  # fmt: skip
def test_a_form_that_was_ordered_beforehand_is_one_and_no_payment_yet(head: str) -> None:
    page = f"""
                     {head}
单据状态：待审核
转出部门：化学系      转出项目代码：113000-122031
转入部门：图书馆      转入部门代码：188610
转入项目代码：669105   转入项目名称：检索费
金额（大写）：捌拾捌元陆角整   （小写）：¥88.60
"""
    receipt = extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0]
    assert receipt.kind is ReceiptKind.CAMPUS_TRANSFER
    assert receipt.amount is not None
    assert not receipt.sure
