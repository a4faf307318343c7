"""What layouts that nobody had seen say of themselves, by class: each beside what only looks like it."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.prose.messages import read_message
from maild.receipts.rows import fold
from tests.cases import each
from tests.receipts.shipped import shipped
from tests.receipts.slips import SCREEN, SLIP, WHOLE

LAYOUTS, OFFICE = shipped(), Office()
HEADS = {
    "left": "记账时间          交易类型    支出        存入        账户余额      对手方户名    对手方账号              附加信息",
    "two as one": "记账时间          交易类型    借方(支出)  贷方(收入)余额              对手方户名    对手方账号              附加信息",
}
LINES = """
2026-11-17 14:05  跨行汇款         244.00                8,757.20  浙江大学      1202024609908808891    文献传递
2026-11-20 07:12  结息                         3.15      8,760.35                                      利息
"""
STATEMENT = "              个人活期账户交易明细清单\n{heads}{lines}"


def doubts(text: str) -> tuple[str, ...]:
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0].warnings


def slip(**parts: str) -> tuple[str, ...]:
    return doubts(SLIP.format(**{**WHOLE, **parts}))


def test_a_wide_blank_is_read_as_a_tick() -> None:
    assert fold("摘☑要:网银转账") == "摘要:网银转账"
    assert fold("☑ 同意 A☑B") == "☑ 同意 A☑B"


@pytest.mark.parametrize("heads", HEADS)
def test_sums_are_set_under_their_heads_in_one_way(heads: str) -> None:
    """Flush with where the next column begins: a short one lies under no head."""
    assert not doubts(STATEMENT.format(heads=HEADS[heads], lines=LINES))
    came = LINES.replace("244.00                ", "               244.00 ")
    assert doubts(STATEMENT.format(heads=HEADS[heads], lines=came))


def test_an_institution_that_receives_may_be_a_bank() -> None:
    page = SCREEN.replace("收款账号 ", "收款机构          工行杭州市浙大分理处\n收款卡号 ")
    assert not doubts(page.format(title="转账成功", line=""))
    assert doubts(page.replace("浙江大学\n", "浙江大学出版社\n").format(title="转账成功", line=""))


@each(
    ("line", "known"),
    [("机构：33017 钱塘银行下沙支行      终端：A12", True), ("财务核算      凭证号 2611-00482", True), ("第三联 交收入单位作结算凭据", True), ("第二联：转入单位留存", True), ("第三联 交收入单位作废", False),
     ("第二联：转入单位留存待审", False), ("11-17 15:22 审核会计姚丽审核通过", True), ("2026-11-17 15:22 财务处 王五 复核同意", True), ("11-17 15:22 审核会计姚丽审核未通过", False), ("11-17 15:22 审核会计待审核", False),
     ("11-17 15:22 审核会计姚丽", False), ("Submitted    2026-11-17 13:20:45", True), ("Submitted    to the bank", False), ("待提交    2026-11-17 13:20:45", False),
     ("https://ebank.qiantangbank.example/corp/transfer/result", True), ("https://demo.qiantangbank.example/corp/transfer/result", False), ("https://ebank.qiantangbank.example/draft/result", False),
     ("银行返回成功，款项已入对方账户", True), ("银行返回成功，款项已入待清算账户", False), ("财务核算      退单", False), ("财务核算      打回", False), ("机构：查无此户      终端：A12", False), ("机构：33017      终端：对方打回", False)],
)  # fmt: skip
def test_what_stands_beside_the_payment(line: str, known: bool) -> None:
    assert (not slip(line=line)) is known


@pytest.mark.parametrize(
    ("title", "known"),
    [("对外付款/付款单/详情", True), ("对外付款/待付款单/详情", False), ("Payments & transfers / Domestic (CNAPS) / Confirmation", True), ("Payments & transfers / Planned (CNAPS) / Confirmation", False), ("宁东大学智慧财务·网上报账平台", True), ("宁东大学智慧财务·模拟报账平台", False)],
)  # fmt: skip
def test_where_on_a_site_one_is(title: str, known: bool) -> None:
    assert (not slip(title=f"{title}\n              付款单")) is known


def test_a_grant_is_a_fund_and_no_charge() -> None:
    assert not slip(line="经费项目：291419-7273 国家自然基金")
    assert not slip(purpose="用途：（未填）")
    assert slip(line="经费项目：浙江大学教育基金会捐款")
    assert slip(purpose="用途：自然科学基金申报费")


def test_a_kind_of_payment_beside_our_service_is_no_charge() -> None:
    assert not slip(purpose="用途：汇款/图书馆文献传递费")
    assert slip(purpose="用途：培训费/图书馆文献传递费")


def test_a_messages_account_and_day_at_labels() -> None:
    said = "【北辰银行】汇款成功通知:汇出账户6217****8103,收款人浙江大学,收款账号1202024609908808891,金额RMB136.00,用途:文献传递费,完成时间2026/11/11 18:59:02。"
    told = read_message(said, LAYOUTS)
    assert told is not None
    assert (told.payer, told.day, told.left, told.final) == ("8103", "2026/11/11 18:59:02", "", True)
    held = read_message(said.replace("完成时间", "预计完成时间"), LAYOUTS)
    assert held is not None
    assert held.left
    owner = "【之江银行】动账提醒:贵单位(湖州安吉竹业研究所)尾号0098账户2026-10-26 16:05支出260.00元(人民币),对方户名:浙江大学,摘要:文献传递费,交易完成。"
    assert (told := read_message(owner, LAYOUTS)) is not None
    assert not told.left
    assert (told := read_message(owner.replace("湖州安吉竹业研究所", "已冻结"), LAYOUTS)) is not None
    assert told.left


def test_a_phones_screen_writes_a_minus_before_what_was_paid() -> None:
    page = "{clock}\n              付款通知\n" + SLIP.replace("小写：¥35.00", "小写：{sum}")
    page = page.replace("{title}", "{head}").replace("交易状态：交易成功", "").format_map(_Kept(WHOLE))
    assert "the sum is negative" not in doubts(page.format(clock="13:52                    5G", head="", sum="¥-35.00"))
    for clock, head, said in [
        ("", "", "¥-35.00"),
        ("13:52                    5G", "电子回单", "¥-35.00"),
        ("13:52                    5G", "", "(35.00)"),
        ("2026/11/24  13:52", "", "¥-35.00"),
        ("13:52      第1页", "", "¥-35.00"),
    ]:
        assert "the sum is negative" in doubts(page.format(clock=clock, head=head, sum=said)), (clock, head, said)


class _Kept(dict[str, str]):
    """What is filled in later stays."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


PROGRESS = """
10:22                                        5G
                汇款进度
{to}
1202 0246 0990 8808 891
工商银行
¥61.00

已从您账户扣款
2026-11-21 13:19:02
汇出行已发送
2026-11-21 13:19:05
{end}
2026-11-21 13:19:44

付款卡            借记卡(2290) 李明
留言              图书馆文献传递费
汇款编号          R611210077420
"""


@pytest.mark.parametrize(
    ("to", "end", "known"),
    [("汇给浙江大学", "收款行已入账", True), ("转给浙江大学", "收款行已入账", True), ("汇给浙江大学", "收款行处理中", False), ("汇给浙江大学", "收款行已退回", False), ("汇给浙江大学出版社", "收款行已入账", False), ("退给浙江大学", "收款行已入账", False),
     ("浙江大学汇给您", "收款行已入账", False)],
)  # fmt: skip
def test_a_screen_may_have_the_payee_for_a_heading(to: str, end: str, known: bool) -> None:
    assert (not doubts(PROGRESS.format(to=to, end=end))) is known
