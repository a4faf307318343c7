"""What stands beside a known final state, in words no list has: told by its place, its form and its parts, or for a person."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.sheet import Box, Region
from maild.receipts.words.states import plain
from tests.receipts.shipped import shipped
from tests.receipts.slips import SLIP, WHOLE

LAYOUTS, OFFICE = shipped(), Office()
STATEMENT = """
              账户交易明细清单
户名：李明            账号：6230 **** 4471
交易日        支出(借)      收入(贷)      账户余额      对方户名      对方账号                  摘要
2026-11-16    {out}      {come}      3,640.18      浙江大学      1202024609908808891      文献传递费
"""


def doubts(text: str) -> tuple[str, ...]:
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0].warnings


def slip(title: str = "电子回单", state: str = "交易成功", line: str = "") -> tuple[str, ...]:
    return doubts(SLIP.format(**{**WHOLE, "title": title, "state": f"交易状态：{state}", "line": line}))


@pytest.mark.parametrize(
    "state",
    ["提交成功，资金已实时到账", "银行已回执：支付成功", "核心记账：成功", "兹证实下列汇款业务已由我行办理完毕", "尊敬的客户：贵单位账户已借记如下款项",
     "汇款已送达收款行并入账", "已收妥入账", "汇款完结", "已办结，款项已汇出", "转账成功，预计实时到账", "交易成功[0000]", "转账成功-银行处理成功",
     "Dear Customer, your transfer instruction has been executed and the beneficiary bank has credited the funds",
     "We confirm that the following payment has been made from your account and credited to the beneficiary"],
)  # fmt: skip
def test_a_state_in_clauses_is_final(state: str) -> None:
    assert LAYOUTS.states.is_final(plain(normalize("NFKC", state)))


@pytest.mark.parametrize(
    "state",
    ["提交成功", "资金已实时到账，退回处理中", "银行已回执", "退汇：成功", "兹证实下列汇款业务已由我行受理登记", "尊敬的客户：贵单位账户拟借记如下款项",
     "汇款已送达收款行", "已收妥抵用", "已办结", "转账已提交，预计实时到账", "已扣款，已提交收款行", "处理中，预计交易成功", "提交-成功", "转账成功-待银行处理", "银行处理成功-已退汇",
     "Dear Customer, your transfer instruction has been received and the beneficiary bank has been notified",
     "We confirm that we have received your instruction for the following payment"],
)  # fmt: skip
def test_one_with_a_clause_that_is_not_is_none(state: str) -> None:
    assert not LAYOUTS.states.is_final(plain(normalize("NFKC", state)))


@pytest.mark.parametrize(
    "title", ["电子回单（付款通知）", "银行卡存取款/转账凭条", "转账纪录", "网上报销 - 单据详情", "付款指令回执"]
)
def test_a_heading_may_name_it_twice_or_what_was_asked_for(title: str) -> None:
    assert not slip(title=title)


@pytest.mark.parametrize(
    "title", ["电子回单（退汇）", "电子回单（意向书）", "资金划拨意向单", "付款安排书", "电子回单（待支付）"]
)
def test_but_no_other_thing(title: str) -> None:
    assert slip(title=title)


@pytest.mark.parametrize(
    "line",
    ["部门审批", "经办：孙洁 复核 李敏", "经办:孙洁复核", "对此笔有疑问", "上列款项及手续费请从申请人账户内支付。", "财务审核：王五 已审核", "财务部门盖“转账付讫”章后生效", "未加盖银行印章不影响效力", "未盖章不作报销依据", "技术支持：复兴软件",
     "用于证明该笔交易的付款情况，不代表收款方已收到款项", "交易状态为“成功”表示银行已扣款并发出汇款指令",
     "This is a computer generated advice and requires no signature.", "Example Bank Ltd is authorised and regulated."],
)  # fmt: skip
def test_who_agreed_and_what_a_paper_is_worth_says_nothing(line: str) -> None:
    assert not slip(line=line)


def test_a_paper_that_was_not_filled_in_to_its_end_is_none() -> None:
    """Nothing stands at the label of its state, whatever its heading is; without that label the heading counts."""
    assert slip(state="")
    assert not doubts(SLIP.format(**{**WHOLE, "title": "电子回单", "state": "", "line": ""}))


def test_a_heading_in_a_red_band_is_one() -> None:
    """Of a seal's letters none is; nothing but a page's heading or bar is so flat."""
    sheet = sheet_of(SLIP.format(**{**WHOLE, "title": "电子回单", "state": "", "line": ""}))
    (title,) = [box for box in sheet.boxes if box.text == "电子回单"]

    def held(wider: float) -> bool:
        high = title.bottom - title.top
        band = Region(left=title.left - 5, top=title.top - 5, right=title.left + wider * high, bottom=title.bottom + 5)
        return not extract(replace(sheet, stamps=(band,)), layouts=LAYOUTS, office=OFFICE)[0].sure

    assert (held(20), held(5)) == (False, True)


def test_a_branch_may_be_called_by_a_place() -> None:
    """转塘 is one; 转出 is what a bank does."""
    assert not slip(line="工行杭州转塘支行")
    assert slip(line="工行杭州已转出支行")


def test_who_is_logged_in_stands_in_the_top_bar() -> None:
    """曹砚秋 注销: away from the middle of the first row; elsewhere the word is one of doubt."""
    assert not doubts(f"{'校园财务':<70}曹砚秋 注销{SLIP}".format(**WHOLE))
    assert slip(line="曹砚秋 注销")


@pytest.mark.parametrize(
    "line",
    ["部门审批不通过", "对此笔付款已提出异议", "该笔交易存在异议", "本笔转账有异议", "该款项存在问题", "经办：孙洁 待复核", "经办：孙洁 复核未通过", "上列款项请退回申请人账户", "上列款项请于次日从申请人账户内支付", "待部门审批", "财务审核：搁置", "财务审核中", "此单盖章后作废", "未加盖银行印章，退回", "不代表已经付款", "账户注销",
     "This is a computer generated copy of a returned payment.", "Payment not authorised"],
)  # fmt: skip
def test_but_what_tells_of_the_payment_does(line: str) -> None:
    assert slip(line=line)


def test_a_way_with_its_moments_before_the_steps() -> None:
    """● 11-20 15:21:02 提交汇款申请: history where the last of them is final."""
    way = "● 11-20 15:21:02  提交汇款申请\n● 11-20 15:21:05  银行处理\n● 11-20 15:21:30  {last}"
    assert not slip(line=way.format(last="对方银行已入账"))
    assert slip(line=way.format(last="对方银行已退票"))


def test_a_statement_whose_heads_have_brackets() -> None:
    assert not doubts(STATEMENT.format(out="64.00", come="     "))
    assert doubts(STATEMENT.format(out="     ", come="64.00"))


def test_a_party_with_its_account_and_bank_in_one_box() -> None:
    page = SLIP.replace("收款人名称：{payee}", "收款人：浙江大学 / 1202024609908808891 / 工商银行")
    ours = page.replace("收款人账号：1202024609908808891", "").format(**WHOLE)
    assert not doubts(ours)
    assert doubts(ours.replace("1202024609908808891", "6222020200001234567"))


def test_what_stands_upright_is_in_no_row() -> None:
    """提交 down a page's side, beside whatever says that the payment is made: it is read, and stops nothing else."""
    sheet = sheet_of(SLIP.format(**{**WHOLE, "state": "交易状态：交易成功"}))
    side = Box(text="已提交", left=1.0, top=60.0, right=9.0, bottom=180.0, confidence=0.98)
    (receipt,) = extract(replace(sheet, boxes=(*sheet.boxes, side)), layouts=LAYOUTS, office=OFFICE)
    assert receipt.amount is not None
