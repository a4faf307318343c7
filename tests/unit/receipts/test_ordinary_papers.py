"""Ordinary papers and screens: vouchers whose rows are named, days beside other labels, names over two lines, fees."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.page.numerals import find_words
from maild.receipts.rows import make_page, within
from maild.receipts.sheet import Region
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()


def read(text: str) -> Receipt:
    """A page in letters, on which a sum with a minus alone on its line is set in large ones."""
    sheet = sheet_of(text)
    boxes = tuple(
        replace(box, top=box.top - 6, bottom=box.bottom + 6) if re.fullmatch(r"-[\d.]+", box.text) else box
        for box in sheet.boxes
    )
    return extract(replace(sheet, boxes=boxes), layouts=LAYOUTS, office=OFFICE)[0]


VOUCHER = """
                    浙江大学校内转账业务凭证
业务单号：ZZ2026110300417        填报日期：2026-11-03
{heads}
{giver}
{taker}
{more}
转账事由        {about}
金额大写        {words}        ¥{sum}
业务状态        {state}        凭证号      11-转-0231
经办人          王敏
审批记录        {agreed}
{small}
"""
FILLED = {
    "heads": "方向      部门代码    部门名称        项目代码      项目名称          负责人    金额",
    "giver": "转出      104200      材料学院        519600        自然基金面上      李想      275.00",
    "taker": "转入      188610      图书馆          669105        文献检索服务      -         275.00",
    "more": "", "about": "文献传递费", "words": "人民币贰佰柒拾伍元整", "sum": "275.00", "state": "已入账",
    "agreed": "李想 2026-11-03 09:12 同意", "small": "",
}  # fmt: skip
GIVER, TAKER = FILLED["giver"], FILLED["taker"]


def voucher(**change: str) -> Receipt:
    return read(VOUCHER.format(**(FILLED | change)))


@pytest.mark.parametrize(
    "change",
    [
        {}, {"giver": GIVER.replace("转出", "转出方"), "taker": TAKER.replace("转入", "转入方")},
        {"giver": GIVER.replace("转出", "付款单位"), "taker": TAKER.replace("转入", "收款单位")},
        {"giver": GIVER.replace("转出", "划出部门"), "taker": TAKER.replace("转入", "划入部门")},
        {"giver": TAKER, "taker": GIVER},
        {"heads": "          单位编号    单位名称        经费编号      经费名称          负责人    转账金额(元)"},
        {"taker": TAKER.replace("275.00", "      ")},
        {"heads": FILLED["heads"].replace("金额", ""), "giver": GIVER.replace("275.00", ""), "taker": TAKER.replace("275.00", "")},
        {"agreed": "财务初审 2026-11-03 14:20 通过"}, {"agreed": "财务终审 2026-11-03 14:20 同意"}, {"agreed": "财务复审 2026-11-03 14:20 通过"},
        {"small": "本凭证经财务处审核并加盖业务章后有效。"}, {"small": "本单经计划财务处复核后加盖转讫章方为有效。"},
    ],
)  # fmt: skip
def test_a_voucher_whose_rows_are_named(change: dict[str, str]) -> None:
    """Which way its sum goes, whatever stands first; the sum in a column, once for both rows, or below."""
    receipt = voucher(**change)
    assert (receipt.payee_is_library, receipt.sure) == (True, True), receipt.warnings
    assert receipt.amount is not None
    assert (receipt.amount.amount, receipt.payee, receipt.payer) == (Decimal("275.00"), "图书馆", "材料学院")
    assert (receipt.department, receipt.project) == ("188610", "669105")


@pytest.mark.parametrize(
    "change",
    [
        {"giver": GIVER.replace("转出", "转入"), "taker": TAKER.replace("转入", "转出")}, {"giver": GIVER.replace("转出", "转入")},
        {"taker": TAKER.replace("转入", "转出")}, {"taker": TAKER.replace("转入", "    ")}, {"taker": TAKER.replace("669105", "669015")},
        {"taker": TAKER.replace("188610", "188601")}, {"taker": TAKER.replace("275.00", "27.50")}, {"taker": TAKER.replace("275.00", "-275.00")},
        {"more": "转入      188700      测试中心        720100        测试服务          张三      30.00"},
        {"more": "转出      104300      化学系          519601        青年基金          张三      30.00"},
        {"state": "待审批"}, {"state": "已冲销"}, {"state": "已退回"}, {"state": "审批中"}, {"words": "人民币贰佰柒拾元整"}, {"about": "实验室测试费"},
        {"agreed": "财务初审 2026-11-03 14:20 不通过"}, {"agreed": "财务初审 2026-11-03 14:20 退回"}, {"agreed": "财务初审 待处理"},
        {"agreed": "财务初审 2026-11-03 14:20 通过 终审待处理"}, {"small": "本凭证经财务处审核未通过,加盖退单章。"}, {"small": "未盖章，待财务复核后入账"},
    ],
)  # fmt: skip
def test_what_speaks_against_such_a_voucher(change: dict[str, str]) -> None:
    assert not voucher(**change).sure


def test_a_voucher_that_pays_another_unit() -> None:
    receipt = voucher(taker="转入      192040      分析测试中心    671150        大型仪器共享      -         275.00")
    assert receipt.payee_is_library is not True
    assert not receipt.sure


SLIP = """
中国建设银行            中国建设银行单位客户专用回单
{row}        流水号：33061600027719041043
付    全称      湖州莫干山环境监测有限公司        收    全称      浙江大学
款    账号      33050164980000000731              款    账号      1202024609908808891
人    开户行    中国建设银行德清支行              人    开户行    {bank}
{rest}
金额      （大写）人民币伍拾壹元整        （小写）¥51.00
结算方式      转账        用途      图书馆文献传递费
打印时间：2026-11-05 10:42:13        交易机构：330616306
"""


def slip(
    row: str = "币别：人民币        2026年11月02日", bank: str = "工行杭州市浙大分理处", rest: str = ""
) -> Receipt:
    return read(SLIP.format(row=row, bank=bank, rest=rest))


@pytest.mark.parametrize(
    "row", ["币别：人民币        2026年11月02日", "币种：人民币(CNY)        2026-11-02", "客户编号：Q2210        2026.11.02", "2026年11月02日        网点：德清支行"]
)  # fmt: skip
def test_a_day_alone_in_its_box_is_no_value_of_the_label_before_it(row: str) -> None:
    assert str(slip(row).date) == "2026-11-02"


@pytest.mark.parametrize("row", ["打印柜员：0231        2026年11月05日", "打印机构：德清支行        2026-11-05"])
def test_the_day_of_printing_is_none(row: str) -> None:
    assert slip(row).date is None


@pytest.mark.parametrize("end", ["支行", "分理处", "分行营业部", "大学支行"])
def test_a_bank_whose_name_goes_on_in_a_second_line(end: str) -> None:
    """Such a line tells nothing."""
    receipt = slip(bank="中国工商银行股份有限公司杭州浙大", rest=" " * 66 + end)
    assert receipt.sure, receipt.warnings


@pytest.mark.parametrize("end", ["已退汇", "待处理", "退票", "账户不符", "转账失败"])
def test_another_line_below_a_bank_tells(end: str) -> None:
    assert not slip(bank="中国工商银行股份有限公司杭州浙大", rest=" " * 66 + end).sure


PHONE = """
15:22                    {net}
<            交易详情        客服
              浙江大学
              -38.00
              {state}
交易时间          2026-11-05 15:20:47
交易卡号          一卡通 6214 **** 3306
收款人            {payee}
收款账号          1202 **** 8891
收款银行          中国工商银行
转账附言          图书馆文献传递费
流水号            K526110549A01
"""


@pytest.mark.parametrize("net", ["5G", "4G      76%", "5G      O:", "小    5G    D:", "中国移动    5G", "WLAN      81"])
def test_a_phone_shows_what_was_paid_with_a_minus(net: str) -> None:
    """Its first row is its own: the clock, the net, the battery, whose signs are read as letters."""
    receipt = read(PHONE.format(net=net, state="交易成功", payee="浙江大学"))
    assert receipt.sure, receipt.warnings


@pytest.mark.parametrize(
    ("state", "payee"),
    [("已退回", "浙江大学"), ("交易处理中", "浙江大学"), ("", "浙江大学"), ("交易成功", "浙江大学医学院附属医院")],
)
def test_such_a_screen_of_what_is_not_paid_or_not_ours(state: str, payee: str) -> None:
    assert not read(PHONE.format(net="5G      O:", state=state, payee=payee)).sure


@pytest.mark.parametrize(
    "first",
    ["网点 0231        2026-11-05", "第 15:22 号        客户联", "15:22        冲账回单", "15:22        第 1 页"],
)
def test_a_slip_with_a_minus_went_back(first: str) -> None:
    """Its first row is not a phone's."""
    text = PHONE.replace("15:22                    {net}", first).replace("交易详情", "业务回单")
    assert not read(text.format(state="交易成功", payee="浙江大学")).sure


WALLET = """
              转账到银行卡-浙江大学
              -{all}
当前状态          已到账
转账金额          ¥66.00
{fee}
收款户名          浙江大学
收款银行          工商银行(8891)
转账说明          {about}
支付时间          2026年11月12日 21:27:54
转账单号          1000107301202611120088514702216
"""


@pytest.mark.parametrize("fee", ["服务费            ¥0.10", "手续费            0.10", "手续费            0.10元"])
def test_a_headline_with_the_fee_in_it(fee: str) -> None:
    """What left the account is the sum and the fee; the sum is what was paid."""
    receipt = read(WALLET.format(all="66.10", fee=fee, about="图书馆文献传递费"))
    assert receipt.sure, receipt.warnings
    assert receipt.amount is not None
    assert receipt.amount.amount == Decimal("66.00")


@pytest.mark.parametrize(
    ("whole", "fee"), [("66.20", "服务费            ¥0.10"), ("66.10", ""), ("66.10", "优惠            ¥0.10"), ("65.90", "服务费            ¥0.10"), ("66.10", "服务费            -0.10")]
)  # fmt: skip
def test_another_headline_is_a_second_sum(whole: str, fee: str) -> None:
    assert not read(WALLET.format(all=whole, fee=fee, about="图书馆文献传递费")).sure


@pytest.mark.parametrize("about", ["Add >", "Add a note", "Tap to add", "Edit", "添加备注", "Write a note >"])
def test_a_button_at_a_remark_says_nothing(about: str) -> None:
    receipt = read(
        WALLET.format(all="66.10", fee="服务费            ¥0.10", about=f"图书馆文献传递费\n备注              {about}")
    )
    assert receipt.sure, receipt.warnings


@pytest.mark.parametrize("about", ["Add value", "Add-on course", "Edit fee", "学费", "Gym"])
def test_another_remark_is_another_matter(about: str) -> None:
    assert not read(WALLET.format(all="66.10", fee="服务费            ¥0.10", about=about)).sure


@pytest.mark.parametrize(
    ("account", "ours"),
    [
        ("工商银行(8891) 浙江大学", True), ("中国工商银行(8891)浙江大学", True), ("浙江大学 工商银行(8891)", True),
        ("工商银行(8891) 张三", None), ("工商银行(1234) 浙江大学", None), ("工商银行(8891) 浙江大学医学院附属医院", None),
    ],
)  # fmt: skip
def test_the_other_party_s_account_with_its_bank_and_name(account: str, ours: bool | None) -> None:
    receipt = read(f"""
              账单详情
              浙江大学
              -52.00
              交易成功
付款方式          中国建设银行储蓄卡(4416)
转账备注          图书馆文献传递费
对方账户          {account}
创建时间          2026-11-05 19:36:41
订单号            2026110520004001110056007341
""")
    assert receipt.payee_is_library is ours
    assert receipt.sure is (ours is True), receipt.warnings


def test_letters_of_a_seal_behind_the_word_that_ends_a_sum() -> None:
    assert [words.value for words in find_words("人民币壹仟贰佰陆拾捌元整学计")] == [Decimal("1268.00")]
    assert not find_words("人民币壹仟贰佰陆拾捌元学计")
    assert not find_words("人民币壹仟贰佰陆拾捌元整×")


def test_red_of_more_than_a_stamps_size_is_no_stamp() -> None:
    """A desk around the sheet, a frame: what stands in it was not stamped."""
    cell = make_page(sheet_of("用途        文献传递费")).cells[1]
    tall = cell.height
    around = Region(
        left=cell.left - 4 * tall, right=cell.right + 4 * tall, top=cell.top - 3 * tall, bottom=cell.bottom + 3 * tall
    )
    assert within(cell, (around,))
    assert not within(cell, (Region(left=0.0, right=60 * tall, top=0.0, bottom=40 * tall),))


LOG = """
浙江大学网上报账系统                                        程一诺 退出
首页 / 校内转账 / 单据详情
{steps}
单据编号      XNZZ202611040217      单据类型      校内转账
转出部门      生命科学学院          转出项目      514000-173405
转入部门      图书馆                转入项目      188610-669105
转账金额      ¥54.00                金额大写      伍拾肆元整
转账事由      图书馆文献传递费      申请日期      2026-11-03
单据状态      {state}              完成日期      2026-11-04
审批记录
{log}
"""
LOGGED = {
    "steps": "1 填写提交      2 负责人审批      3 财务审核      4 转账入账", "state": "已入账",
    "log": "2026-11-03 14:12 程一诺提交\n2026-11-03 16:40 项目负责人闻达同意\n2026-11-04 10:05 财务处王悦审核通过,已转账入账",
}  # fmt: skip


def log(**change: str) -> Receipt:
    return read(LOG.format(**(LOGGED | change)))


@pytest.mark.parametrize(
    "change",
    [
        {}, {"state": "转账完成"}, {"steps": "填写提交      负责人审批      财务审核      转账入账"},
        {"log": "2026-11-03 14:12 周敏发起\n2026-11-03 16:40 学院审核李想同意\n2026-11-04 10:05 财务处王悦审核通过,已转账入账"},
        {"log": "2026-11-03 14:12 提交\n2026-11-04 10:05 已转账入账", "state": "已完成"},
        {"log": "2026-11-03 14:12 程一诺提交\n2026-11-04 10:05 计财处徐凯审核通过,凭证号转字1360", "state": "转账完成"},
    ],
)  # fmt: skip
def test_a_log_of_who_did_what(change: dict[str, str]) -> None:
    """Where the page says that the form was booked, its steps are history, whoever took them."""
    receipt = log(**change)
    assert receipt.sure, receipt.warnings


@pytest.mark.parametrize(
    "change",
    [
        {"log": "2026-11-03 14:12 程一诺提交\n2026-11-04 10:05 财务处王悦审核未通过,已退回"}, {"state": "审核中"}, {"state": "待入账"},
        {"log": "2026-11-03 14:12 程一诺提交\n2026-11-06 09:00 程一诺撤回"}, {"log": "2026-11-03 14:12 程一诺提交\n2026-11-04 10:05 财务处王悦退回"},
        {"log": "2026-11-03 14:12 程一诺提交\n2026-11-09 10:05 王悦提交冲销"}, {"log": "2026-11-04 10:05 财务处王悦审核中"}, {"log": "2026-11-09 14:12 程一诺提交"},
        {"log": "2026-11-04 10:05 待财务处王悦审核"}, {"log": "未提交"}, {"log": "2026-11-03 14:12 程一诺拒绝"},
    ],
)  # fmt: skip
def test_a_log_that_tells_of_something_else(change: dict[str, str]) -> None:
    """What went back, waits, or came after the booking."""
    assert not log(**change).sure


SIDES = """
              浙江大学经费转账凭证
附单据 1 张        2026年11月04日        凭证号：转字 0412
{payer}                          {payee}
单位名称      能源工程学院          单位名称      图书馆
部门-项目     512000-171053         部门-项目     {codes}
摘要          付图书馆文献传递费
人民币（大写）：陆拾贰元肆角整        （小写）：¥62.40
会计主管：余岚        制单：徐凯        经办人：林夏
"""


@pytest.mark.parametrize(
    ("payer", "payee"),
    [("付款方(转出)", "收款方(转入)"), ("付款单位(转出)", "收款单位(转入)"), ("转出方(付款)", "转入方(收款)")],
)
def test_a_form_whose_sides_are_called_twice(payer: str, payee: str) -> None:
    """付款方(转出) is a label, whose bracket is no name."""
    receipt = read(SIDES.format(payer=payer, payee=payee, codes="188610-669105"))
    assert (receipt.payee_is_library, receipt.payee, receipt.payer) == (True, "图书馆", "能源工程学院"), (
        receipt.warnings
    )


@pytest.mark.parametrize("codes", ["188610-669150", "188601-669105", "192040-671150"])
def test_such_a_form_with_other_codes(codes: str) -> None:
    receipt = read(SIDES.format(payer="付款方(转出)", payee="收款方(转入)", codes=codes))
    assert receipt.payee_is_library is not True
    assert not receipt.sure
