"""What stands beside a payment that was made and holds a word of doubt: said of nothing, in one box with others, of all."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.words.states import plain
from tests.cases import each
from tests.receipts.shipped import shipped
from tests.receipts.slips import SCREEN, SLIP, WHOLE

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
SAYS_NOTHING = [
    # what there is none of
    "失败笔数 0", "失败总笔数 0 失败总金额 0.00", "待授权指令：0", "累计退款 ¥0.00", "冲借款：0.00", "红冲标志 否", "退票标识：否", "是否作废 否", "预约标志 非预约", "退单次数：0", "Failed items: 0", "On Hold: No", "Pending items (0)",
    "冲正标志      否", "退汇笔数      0", "退汇原因：",
    # several in one box
    "确定 取消", "导出 打印 关闭 退出", "继续交易 退卡", "Back Cancel Print", "联系收款方 对此订单有疑问", "初审：张敏 复核：陈立 记账：周倩", "主管 审核 出纳 领款人", "Prepared by Reviewed by Approved by", "复核/Checked by",
    "全部 待提交 审批中 已退回 已完成", "待办 已办 办结", "未支付订单 已支付订单", "提交 负责人审批 财务初审 复核 记账 支付", "审批流程：经办 - 一级审批 - 二级审批",
    # buttons, and where other payments are
    "查看预约汇款", "已预约业务查询", "View Pending Transfers", "Schedule another payment", "Cancel and return to dashboard", "取消",
    # questions, whom to ask, what holds in general
    "为什么会退汇？", "未到账怎么办", "非本人操作请立即致电95533", "退换货请联系商户", "逾期未提出异议视为核对无误", "交易有异议请于60日内提出", "本回单不代表交易对手方已确认收款", "请勿重复提交", "Void if altered", "No refunds or returns without receipt",
    "密码错误5次账号将被锁定", "Please review this statement and notify us of any errors within 60 days", "缴费成功后概不退费，请仔细核对信息", "注：本单一式三联，填写错误或涂改作废",
]  # fmt: skip
# Each is like one of those, and may be of this payment.
AGAINST = [
    # something there is, or of which nothing is left
    "失败笔数 1", "失败笔数：1 成功笔数：0", "待授权指令：1", "累计退款 ¥35.00", "红冲标志 是", "退票标识：Y", "是否作废 是", "冲正标志      是", "退汇笔数      1", "未退金额 0.00", "可退金额 0.00", "未冲销金额：0.00", "On Hold: Yes",
    "Failed items: 1", "退汇原因：账号不符", "退汇原因：      账号户名不符", "失败原因      余额不足", "退款：35.00", "退款 已到账", "冲正 1 笔", "作废标志：1", "预约标志 预约", "Returned items 1", "审批：否", "复核 否", "授权标志 否",
    # a button that undoes this one, a state, a stamp; a person who has not signed
    "撤销", "作废", "退回", "撤销 返回", "作废 打印", "退款申请 返回", "预约转账 定时付款", "撤回 返回", "交易关闭", "支付关闭", "缴费关闭", "订单 取消", "取消付款", "Cancelled", "Cancel payment", "Void", "打印 已作废",
    "审核：待 复核：张三", "初审：张敏 复核：未", "初审：张敏 复核：退回", "复核：拒 记账：周倩", "审核中 复核", "财务审核：审核", "待审核 复核 支付", "提交 审批 退回", "提交 负责人审批 待支付", "提交 审批 支付失败",
    "待提交 审批中", "已退回 已完成", "全部退回", "全部退款 已完成", "待支付 已退回", "已退回", "审批中 已提交",
    # what became of this payment
    "查看退款进度", "退款进度查询", "款项为何退回了", "为什么退回了35.00", "退款请查收", "交易失败请联系银行", "支付失败请联系客服", "款项退回请联系开户行", "本笔退款请联系商户", "已退款请联系商户", "款项未收到", "收款人未收到款项", "逾期未付视为放弃", "未提出异议 款项已退",
    "本回单不代表付款成功已退", "此件仅供参考 款项待付", "请勿重复支付 原交易处理中", "Void", "Refund", "Refunded to original payment method", "Refund to original card completed", "This debit was returned", "No refunds pending but payment reversed",
    "Please review this payment", "Your dispute is under review", "部分付款", "支付中...", "制单中", "交易状态不明，请勿重复提交", "预计到账时间：次日24:00前", "Sent to bank", "RJCT", "测试专用 请勿使用", "业务受理回执（非入账凭证）", "仅供填写", "样 单",
    "This is not a proof of payment", "For illustration purposes only", "Proforma invoice", "请打印本单并由项目负责人签字后交财务处",
    # a state, and nothing beside it
    "Status      Cancelled      None", "2026-11-24      35.00      Refunded      N/A", "35.00      Voided      No", "Status      Failed      None",
    "Rejected      None", "2026-11-24      作废      无", "35.00      撤销      0", "已退款 无", "已作废 无", "已退回 0", "已退款      无", "待复核      -", "待审批 无",
    "退款      0",
    # read once in the half of the words that nobody had worked on
    "你发起了一笔转账", "交易创建", "待领取", "部分缴费", "制单成功", "部分成功", "请核对收款人信息后输入密码", "请按此模板填写附言", "长按识别二维码付款", "费用预估", "此单不作为付款依据", "凭此单到财务处办理转账手续", "预制凭证", "We're waiting for your money",
    "Arriving in 1-3 business days", "Payment set up for 28 Mar 2024", "This is not a receipt of payment", "Please complete in BLOCK LETTERS", "Requisition",
]  # fmt: skip


def is_sure(page: str, line: str) -> bool:
    title = "转账成功" if page is SCREEN else "电子回单"
    text = page.format(**{**WHOLE, "title": title, "line": f"打印次数：1        柜员号：330601\n{line}"})
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0].sure


@each("line", SAYS_NOTHING)
def test_says_nothing(line: str) -> None:
    assert is_sure(SLIP, line)


@each("line", AGAINST)
def test_may_be_of_this_payment(line: str) -> None:
    assert not is_sure(SLIP, line)
    assert not is_sure(SCREEN, line)


@pytest.mark.parametrize(("line", "known"), [("操作员：陈会计 安全退出", True), ("操作员：待会计复核", False), ("操作员：陈会计 退回", False), ("账户查询      当前位置：转账汇款>交易查询>指令详情", True), ("账户查询      当前位置：付款管理>退回单据>详情", False)])  # fmt: skip
def test_where_and_who_one_is(line: str, known: bool) -> None:
    assert is_sure(SLIP, line) is known


def test_a_heading_of_a_charge_is_no_button() -> None:
    page = SLIP.format(**{**WHOLE, "title": "停车缴费", "purpose": ""})
    assert not extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0].sure


def test_it_does_not_speak_for_a_payment() -> None:
    """Nothing of it is a state: a page without one waits as before."""
    unsaid = SLIP.replace("{state}", "").replace("{title}", "付款申请书")
    assert not any(is_sure(unsaid, line) for line in SAYS_NOTHING[:6])


@pytest.mark.parametrize("words", ["Scholarship", "Lost book compensation", "Page charges manuscript 2231", "Invoice 88123 office supplies"])  # fmt: skip
def test_words_at_a_reference_are_a_remark(words: str) -> None:
    page = SLIP.format(**{**WHOLE, "purpose": f"Payment reference: {words}"})
    assert not extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0].sure
    number = SLIP.format(**{**WHOLE, "purpose": "Payment reference: FT26315HZQ8"})
    assert extract(sheet_of(number), layouts=LAYOUTS, office=OFFICE)[0].sure


def test_a_run_of_known_words() -> None:
    judge = LAYOUTS.judge
    assert judge.is_run(plain("联系收款方 对此订单有疑问"))
    assert judge.is_run("保存图片再转一笔")
    assert not judge.is_run("保存图片")
    assert not judge.is_run("保存图片款已退")
    assert not judge.is_run("backup done")
