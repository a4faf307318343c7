"""What is still to be done counts beside whatever says that a payment was made."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped
from tests.receipts.slips import SCREEN, SLIP, WHOLE

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
TO_COME = [
    "执行日期：2027-01-05", "生效日期：2026-12-30", "计划执行日：2026-12-01", "生效时间：2026-12-15 09:00", "执行时间：2026-12-01 08:00:00", "起效日期：2026年12月20日", "付款生效日：2026-12-20", "指定付款日：2026-12-31",
    "实际付款日：2026-12-31", "出账日：2026-12-31", "扣款日期：2026-12-31", "转账执行日：2027-02-01", "首次执行日期：2026-12-31", "Execution date: 2027-01-05", "Effective date: 5 Jan 2027", "Effective from: 2026-12-31",
    "Payment date: 2026-12-31", "To be executed on: 2026-12-31", "Debit date: 2026-12-31", "Start date: 2027-01-05",
]  # fmt: skip
TURNS = [
    "下一审批人：王五", "下一审批人      王五", "下一复核人：李四", "下级审批人：王五", "后续审批人：王五", "当前审批人：王五", "当前处理人：王五", "待办人：王五", "下一步处理人：王五", "下一岗：财务复核", "下一节点审批：王五",
    "当前环节：财务审批", "当前节点：出纳支付", "流程节点：会计审核", "Next approver: Wang Wu", "Current approver: Wang Wu", "Next step: Finance approval", "Assigned to: Wang Wu", "Pending with: Wang Wu",
]  # fmt: skip
NOT_TAKEN = [
    "授权：否", "授权      否", "复核：否", "审批：否", "是否授权：否", "是否记账：否", "是否入账：否", "已记账：否", "入账：否", "记账：否", "授权标志：N", "复核标志：0", "审批通过：否", "是否已付：否", "付款：否", "扣款：否",
    "到账：否", "已付款：×", "复核：（空）", "授权：无", "复核：暂无", "审批人：（空）", "授权人：空", "复核人：待定", "审核：空缺", "记账：（空）", "Authorised: No", "Approved: No", "Released: N", "Posted: No", "Paid: No",
    "Approved by: (none)", "Checker: none", "Approver 2: (none)",
]  # fmt: skip
COUNTED = [
    "会签 2/3", "会签：2/3", "会签进度 2/3", "已签 1/2", "审批 1/2", "审批进度：1/3", "签署 1/2", "复核 1/2", "授权 0/2", "2/3 已签", "步骤 2/3", "第2步/共3步", "进度 2/3", "签名 1/2", "Approvals 1/2", "1 of 2 approvals",
    "Signatures: 1/2", "Signed: 1 of 2", "Step 2 of 3",
]  # fmt: skip
WAYS = [
    "首页 > 待办 > 详情", "首页>待办事项>详情", "工作台 > 我的待办 > 付款单", "首页 > 待签 > 详情", "首页 / 待我审批 / 付款单", "付款管理 > 审批中 > 详情", "首页 > 草稿 > 详情", "首页 > 模板 > 详情", "首页 > 收款人模板 > 转账详情",
    "Home > To do > Details", "Home > My tasks > Payment", "Home > Templates > Payment", "Home > Drafts > Payment",
]  # fmt: skip
BUTTONS = [
    "退出支付    确认支付", "取消    确认支付", "上一步    提交", "返回修改    确认付款", "取消    确定付款", "放弃支付    继续支付", "去支付", "立即授权", "提交审批", "签名并提交", "发送验证码", "请输入支付密码", "修改    撤回", "批准    退回",
    "Cancel    Confirm", "Back    Pay now", "Cancel    Submit payment", "Edit    Approve", "Reject    Approve",
]  # fmt: skip
# Thought of when the others stood.
FURTHER = [
    "执行日期 2027-01-05", "授权 否", "下一审批人 王五", "Settlement on 2026-12-31", "约定生效日：2026-12-31", "拟执行日期：2026-12-31", "到期执行：2026-12-31", "自动扣款日：2026-12-31", "处理日期：2026-12-31", "发送日期：2026-12-31",
    "放款日：2026-12-31", "交割日：2026-12-31", "Send on: 31 Dec 2026", "Release date: 2026-12-31", "审批人(下一级)：王五", "下一步：王五审批", "转交：王五", "等王五签字", "Approval required from: Wang Wu", "Escalated to: Wang Wu",
    "是否复核通过：否", "授权结果：无", "二级授权：否", "是否完成：否", "有效：否", "是否有效：N", "复核人：缺", "Executed: N", "Confirmed: No", "Settled: No", "Cleared: No", "Valid: No", "Final: No", "主管：（空）", "首页 > 计划付款 > 详情",
    "首页 > 沙盘 > 详情", "首页 > 演练 > 详情", "Home > Recurring > Details", "保存草稿    提交", "保存    提交", "返回    去授权", "取消    立即转账", "长按支付", "Approve payment", "会签(2/3)", "审批进度 50%", "Approved by 1 of 2",
    "第二步（共三步）", "二审：0/1",
]  # fmt: skip
# Nothing is open: the end of a way, all of them, the same day, a dash for nobody, a page's number.
CLOSED = [
    "执行日期：2026-11-24", "Effective date: 2026-11-24", "入账日期：2026-11-25", "下一审批人：无", "当前环节：结束", "是否入账：是", "复核：——", "授权：/", "会签 3/3", "步骤 3/3", "第1页/共2页", "首页 > 转账汇款 > 转账结果",
    "Step 3 of 3",
]  # fmt: skip


def is_sure(page: str, line: str) -> bool:
    title = "转账成功" if page is SCREEN else "电子回单"
    text = page.format(**{**WHOLE, "title": title, "line": line})
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0].sure


@pytest.mark.parametrize("page", [SLIP, SCREEN])
@pytest.mark.parametrize("lines", [TO_COME, TURNS, NOT_TAKEN, COUNTED, WAYS, BUTTONS, FURTHER])
def test_what_is_open_is_for_a_person(page: str, lines: list[str]) -> None:
    assert [line for line in lines if is_sure(page, line)] == []


@pytest.mark.parametrize("page", [SLIP, SCREEN])
def test_what_is_closed_says_nothing(page: str) -> None:
    assert [line for line in CLOSED if not is_sure(page, line)] == []


@pytest.mark.parametrize(
    ("title", "sure"),
    [
        ("感谢您的使用，缴费已完成", True),
        ("谢谢您的使用。款项已支付成功", True),
        ("感谢您的使用，缴费待完成", False),
        ("感谢您的使用，缴费未完成", False),
        ("感谢您的支持，退款已完成", False),
    ],
)
def test_thanks_ahead_of_a_state(title: str, sure: bool) -> None:
    """They say nothing, and take nothing from what stands behind them."""
    page = SCREEN.format(**{**WHOLE, "title": title, "line": ""})
    assert extract(sheet_of(page), layouts=shipped(), office=Office())[0].sure is sure
