"""What a reading of the rules found to be called paid, by class: a word that is known must not vouch for one that is not."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.words.states import plain
from tests.receipts.shipped import shipped
from tests.receipts.slips import SCREEN, SLIP, WHOLE

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
IN_ONE_BOX = SLIP.replace("收款人账号：1202024609908808891", "")
# Clauses beside a final one, before a colon, or inside one, that leave it open whether the payment was made.
STATES = [
    "收妥入账", "款项收妥入账失败", "已支付:", "支付成功：", "付款成功：否", "付款人通知:付款成功", "收款方确认:付款完成", "对方通知:已扣款", "收款人:已收款", "付款人:已付款",
    "客户反馈：转账成功", "付款:完成", "资金:已到账", "接口返回：成功", "已汇出，收款行已退", "清算中,银行扣款成功", "转账中,已扣款", "跨行汇出中,扣款成功", "复核中，转账成功", "审核,付款成功", "处理,扣款成功",
    "办结,付款成功", "受理，转账成功", "排队，扣款成功", "登记，付款成功", "Transfer completed, if approved by your supervisor",
    "Payment made, if the second signatory agrees", "Payment completed, return to payer", "Payment completed, may be reversed",
    "Payment sent, unless recalled", "Payment completed, subject to approval", "Payment completed; funds returned", "Payment made - on hold",
    "Being processed, payment sent", "付款成功,may be reversed", "交易成功,退订", "付款成功,第一联作废", "付款成功，第二联撤回", "交易成功,第二联待审批", "转账成功,未签字确认不生效",
    "付款成功(预约编号)", "款项已付清,退出登录", "转账成功，明日到账", "转账成功，资金在途", "扣款成功，入账失败", "转账已发出,对方记账", "他行已收到", "交易已完结", "订单完结",
    "审批完结", "流程完结", "指令已完成", "Your payment instruction has been completed", "Your instruction has been fulfilled",
    "已成功转给退款中转户", "已成功付给待清算账户", "已成功付给预约账户", "已成功转给第三方待审批户", "处理，已成功转给待审核户", "已成功向待核账户付款", "已向中转账户转账成功", "已付给过渡户",
    "已成功转给本人", "已成功付给付款人", "The funds have been transferred from the beneficiary account", "Paid from the payee's account",
    "The payment has been made and credited to your account", "Payment sent and credited back to your account", "Amount credited to sender",
    "Funds debited and returned to your account", "The payment has been debited from the beneficiary", "款项已从收款人账户转出", "您的账户已入账", "款项已存入付款人账户",
]  # fmt: skip
# Beside a page that says that it was made.
LINES = [
    # papers, by what makes them valid, what a word means, which copy it is, whose order it ends
    "第二联作废", "第三联待审批", "第一联：未记账", "第三联（未付）", "第三联收回作废", "蓝联：退付款人", "第四联交银行待记账", "回单第一联已冲正", "用于说明付款失败", "用于证明本次付款未成功",
    "用于证明该笔交易的付款情况（未付）", "作为证明付款待审", "作为说明转账事实的草稿", "待主管签名后才有效", "本单待财务处签字后生效", "须经分管领导签批后方有效", "此单经主管签字后方可付款", "拒绝签字后方生效", "审批签字后生效",
    "未签字不生效", "未签字待审无效", "未加盖公章此款不予支付", "无需盖章待审批", "不需签字已撤销", "无需签字即可撤销", "无需盖章，款项已追回", "免签已冲正", "不代表对方拒收", "不保证对方待收", "不保证收款方已退",
    "订单已退订", "文献已退订", "馆方已为您退订", "回复TD退订，此单已退订", "状态为“成功”表示指令已提交", "状态显示“成功”即表示预约登记完成", "状态为“失败”表示银行已扣款", "本笔交易状态为“待复核”表示款项没有汇出",
    "交易状态“待处理”是指银行已扣款", "This transfer is registered", "This payment is registered and waiting", "This payment order is registered with us", "This instruction is licensed",
    "An authorised bank has to release it", "Awaiting the authorised person", "未加盖转讫章此笔付款无效", "无盖章付款无效", "未盖章不作付款凭证", "加盖公章后方可汇出",
    # who agreed, and names that are words
    "财务审核：尚待", "财务审核：尚缺", "财务审批（  ）", "审批：尚早", "审核情况：焦急", "财务审批：齐缺", "财务审批：未办", "财务复核：缺签", "领导审批：□同意 □不同意", "主管审批：方待", "方可支付", "方能支付", "尚须转账",
    "尚缺章", "王五 退款", "财务审核：审核", "二级审批：审批", "下一步：付款", "开发：网页编辑器", "制作：回单生成软件",
    # at labels of the state
    "支付状态：0", "付款结果：〇", "付款结果：N", "入账标志：N", "入账结果：0", "到账标识：00", "扣款状态：000", "返回码：0", "成功标志：0", "处理结果：退订", "处理结果：00", "进度：50%",
    # steps, of which the last says how it went
    "提交 张三 11-18 09:00      支付 搁置 11-20 15:21", "提交申请 11-18 09:00      付款 材料不全 11-20 15:21", "提交 张三 11-18 09:00      付款 章不符 11-20 15:21",
    "提交 张三 11-18 09:00      转账 户名错 11-20 15:21", "提交 张三 11-18 09:00      付款 等款 11-20 15:21", "11-18 09:00 提交\n11-20 15:21 付款 打回", "11-18 09:00 提交\n11-20 15:21 付款 停办",
    # small print, where on a site one is, what the system is called, buttons
    "A payment will be returned to your account", "A transfer will be made on the due day", "Each transfer must be signed by two persons", "A transfer shall be made upon approval",
    "Your payment will leave your account tomorrow", "Payments / Awaiting approval / Payment details", "Payments / Not yet sent / Details", "Payments / To be signed / Details",
    "We will make this payment tomorrow", "Money leaves your account on 30 November", "Confirm this payment in your app",
    "Open the app to approve", "预计付款日：2026-12-30", "约定30日付款", "已排款", "已导出网银", "Payments / Unsent / Summary", "Payments / Planned / Details", "Payments / Future payments / Confirmation", "Payments > Scheduled > Details", "转账汇款 / 预约转账 / 交易详情", "付款管理 / 草稿箱 / 单据详情", "付款 / 次日付款 / 详情",
    "付款管理 / 待签 / 详情", "首页 > 预约转账 > 转账结果", "首页 > 定时转账 > 详情", "首页 > 作废单 > 详情", "打印样张 / 详情", "教学网银系统", "实训财务平台", "虚拟支付平台", "体验支付中心", "学员财务平台", "实训室银行系统", "沙箱支付平台",
    "内测支付平台", "预生产财务系统", "demo财务平台", "UAT支付平台", "sandbox网银系统", "预约转账    定时付款    完成    返回", "定时转账    撤销转账    返回", "退款申请    撤销申请    客服    分享", "您可以\n对方打回款项",
    "相关服务\n款项被对方打回",
]  # fmt: skip
TITLES = [
    "电子回单（体验区）", "电子回单（试用版）", "明日转账详情", "明日付款详情", "次日转账回单", "下月付款单", "下周付款凭证", "来年付款单", "拟转账详情", "经费预算单", "预算单", "年度预算单", "付款工单", "付款任务详情", "付款排期表详情", "资金安排单", "用款计划单",
    "电子回单/取款通知", "Payment plan details", "Draft payment confirmation",
]  # fmt: skip
PAYEES = [
    "浙江大学 12020246 附属第一医院", "浙江大学/20241117/后勤集团", "浙江大学 / 1202024609908808891 / 校友餐厅", "浙江大学（1202024609908808891）附属中学", "浙江大学 6222020200001234567",
    "浙江大学1202024609908808891出版社有限公司", "浙江大学 10335001 教育基金会", "浙江大学 1202024609908808891 浙江大学银行业研究会", "浙江大学 1202024609908808891 工商银行 转 后勤集团",
]  # fmt: skip
FUNDS = ["支出项目：版面费", "支出项目：学生住宿费", "所属项目：会议注册费", "经费项目：停车费", "预算项目：学费", "经费名称：会议注册费", "资金来源：报名费"]  # fmt: skip


def sure(page: str, **parts: str) -> bool:
    return extract(sheet_of(page.format(**{**WHOLE, **parts})), layouts=LAYOUTS, office=OFFICE)[0].sure


def test_the_pages_are_sure_as_they_are() -> None:
    assert sure(SLIP)
    assert sure(SLIP, purpose="")
    assert sure(SCREEN, title="转账成功")
    assert sure(SLIP, title="付款申请书")
    assert sure(IN_ONE_BOX, payee="浙江大学 / 1202024609908808891 / 工商银行")
    assert sure(SLIP, purpose="经费项目：2026科研业务费")
    assert sure(SLIP, line="返回码：0000")
    assert sure(SLIP, title="付款申请书", state="交易状态：交易成功款已转出")
    assert sure(SLIP, line="关联发票：待补")
    assert sure(SLIP, line="开票状态：未开")


def test_a_known_state_vouches_for_no_other_clause() -> None:
    beside = ["交易成功款已退回", "交易成功款已转出待对方确认", "交易成功款已转出后退回", "交易成功款已冻结"]
    assert [said for said in beside if sure(SLIP, title="付款申请书", state=f"交易状态：{said}")] == []
    left = [
        "报销状态：待提交",
        "预算状态：待补",
        "回单状态：待补",
        "关联发票：已作废待退款",
        "付款状态：待补",
        "到账情况：待补",
    ]
    assert [line for line in left if sure(SLIP, line=line)] == []
    assert [said for said in STATES if LAYOUTS.states.is_final(plain(normalize("NFKC", said)))] == []
    assert [said for said in STATES if sure(SLIP, title="付款申请书", state=f"交易状态：{said}")] == []
    assert [said for said in STATES if sure(SCREEN, title=said)] == []


@pytest.mark.parametrize("page", [SLIP, SCREEN])
def test_what_stands_beside_it_still_counts(page: str) -> None:
    title = "转账成功" if page is SCREEN else "电子回单"
    assert [line for line in LINES if sure(page, title=title, line=line)] == []


def test_a_heading_of_what_is_still_to_come_is_for_a_person() -> None:
    assert [title for title in TITLES if sure(SLIP, title=title)] == []
    asked = ["付款申请单", "付款指令单", "报销单据详情", "付款审批单"]
    assert [title for title in asked if sure(SLIP, title=title, state="指令状态：成功")] == []


def test_another_party_whose_name_begins_as_ours_is_not_ours() -> None:
    assert [payee for payee in PAYEES if sure(IN_ONE_BOX, payee=payee)] == []


def test_a_fund_that_is_a_charge_is_one() -> None:
    assert [fund for fund in FUNDS if sure(SLIP, purpose=fund)] == []


@pytest.mark.parametrize("said", ["银行应答成功", "主机返回成功", "银行回执成功", "核心返回信息成功"])
def test_an_answer_that_names_no_act_is_no_payment(said: str) -> None:
    assert not sure(SLIP, title="付款单", state=f"付款状态：{said}")


@pytest.mark.parametrize("title", ["汇款指引", "转账向导", "如何汇款", "汇款任务", "付款安排", "对外付款单"])
def test_what_tells_how_to_pay_is_no_payment(title: str) -> None:
    state = "" if title == "对外付款单" else WHOLE["state"]
    assert not sure(SLIP, title=title, state=state)


@pytest.mark.parametrize(
    "line",
    ["第二联：转入单位作废", "何时审批通过", "方能复核通过", "万一审批通过", "申请成功    2026-11-24 09:00", "Submitted    2026-12-25 13:20:45", "提交成功    2026-12-25 13:20", "财务核算", "财务核算    无", "财务核算    缺章",
     "https://ebank.qtbank.example/corp/daishenpi/detail", "https://ebank.qtbank.example/corp/waiting/detail", "https://moni.qtbank.example/corp/detail",
     "经费项目：自然科学基金合作经费", "经费项目：社会基金会"],
)  # fmt: skip
def test_what_is_known_is_known_narrowly(line: str) -> None:
    assert not sure(SLIP, line=line)


@pytest.mark.parametrize(
    "purpose", ["用途：国家自然科学基金项目", "用途：社会基金", "用途：省自然科学基金项目经费划拨"]
)
def test_a_grant_is_known_at_the_labels_of_a_fund_alone(purpose: str) -> None:
    assert not sure(SLIP, purpose=purpose)


STATEMENT = """
                    {title}
户名：王敏     账户：6228 41** **** 7760     币种：人民币
交易日期     摘要     {sum}     {left}     对方信息                          日志号         附言
20261121     {said}     11.70         {rest}     浙江大学 1202024609908808891     193007718      文献传递费
{line}
"""
BOOKED = {
    "title": "账户活期交易明细清单",
    "sum": "支出金额",
    "left": "本次余额",
    "said": "转支",
    "rest": "3,192.41",
    "line": "",
}


@pytest.mark.parametrize(
    "parts",
    [
        {"sum": "支出/收入"},
        {"sum": "借方贷方"},
        {"sum": "转出转入金额"},
        {"said": "转入"},
        {"title": "付款计划>交易明细", "left": "渠道", "rest": "网银"},
        {"title": "预算明细账"},
        {"title": "应付账款明细账"},
        {"line": "授权：否"},
        {"line": "下一审批人：王五"},
        {"line": "执行日期：2026-12-30"},
    ],
)
def test_a_line_of_a_statement_is_no_payment_where_something_tells_otherwise(parts: dict[str, str]) -> None:
    assert sure(STATEMENT, **BOOKED)
    assert not sure(STATEMENT, **{**BOOKED, **parts})


SAID = """
        95533
2026年11月18日 10:29
【北辰银行】汇款成功通知:汇出账户6217****8103,
收款人浙江大学,收款账号1202024609908808891,
金额RMB136.00,用途:文献传递费,{when}2026/{day} 10:20:02。
{line}
"""


@pytest.mark.parametrize(
    "parts",
    [
        {"when": "到账时间"},
        {"when": "办理时间"},
        {"day": "12/18"},
        {"line": "\n会签 2/3"},
        {"line": "\n取消    确认支付"},
    ],
)
def test_a_message_of_what_is_to_come_is_for_a_person(parts: dict[str, str]) -> None:
    whole = {"when": "完成时间", "day": "11/18", "line": ""}
    assert sure(SAID, **whole)
    assert not sure(SAID, **{**whole, **parts})


def test_an_order_that_is_done_was_not_paid_to_us() -> None:
    page = """
10:22                                        5G
                {made}
汇给浙江大学
1202 0246 0990 8808 891
¥61.00
下单时间          2026-11-21 13:19:02
订单号            R611210077420
留言              图书馆文献传递费
"""
    assert not sure(page, made="订单已完成")
    assert not sure(page.replace("汇给", "汇往"), made="汇款成功")
