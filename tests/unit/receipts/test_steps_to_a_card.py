"""A wallet's transfer to a bank card: its steps, the phone's own clock above them, who is named behind a card twice."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
PAGE = """
 5G                                       {clock}
                账单详情
            转账到银行卡-{payee}
                {state}
处理进度            付款成功
                  10-09 13:20
                    银行处理中
                  10-09 13:20
                    {last}
                  {when}
付款金额            ￥36.00
收款方            {payee}
付款方式            余额宝
转账备注            图书馆文献传递费
转账到            工商银行({card}) 浙江大学
创建时间            2026-10-09 13:20:47
订单号            20261009200040011100640083317725
"""
MARKED = """
 5G                                       {clock}
                账单详情
            转账到银行卡-{payee}
                {state}
处理进度            {mark}付款成功
                {gap}10-09 13:20
                    {mark}银行处理中
                {gap}10-09 13:20
                    {mark}{last}
                {gap}{when}
付款金额            ￥36.00
收款方            {payee}
付款方式            余额宝
转账备注            图书馆文献传递费
转账到            工商银行({card}) 浙江大学
创建时间            2026-10-09 13:20:47
订单号            20261009200040011100640083317725
"""
MADE = {
    "clock": "13:26",
    "payee": "浙江大学",
    "state": "交易成功",
    "last": "到账成功",
    "when": "10-09 13:20",
    "card": "8891",
}


def read(**change: str) -> Receipt:
    return extract(sheet_of(PAGE.format(**(MADE | change))), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize("change", [{}, {"clock": "9:05"}, {"when": "10-09 13:21"}, {"when": "10-10 09:02"}])
def test_steps_that_were_taken_hold_nothing(change: dict[str, str]) -> None:
    """The phone's clock is none of them, be it later than the last."""
    receipt = read(**change)
    assert receipt.sure, receipt.warnings
    assert receipt.payee_is_library


@pytest.mark.parametrize(
    "change",
    [
        {"when": ""},
        {"last": "银行处理失败"},
        {"last": "已退款至余额宝"},
        {"state": "处理中"},
        {"state": "交易关闭"},
        {"last": "预计到账", "when": "10-09 15:20前"},
        {"payee": "张伟"},
        {"payee": "浙江工业大学"},
    ],
)
def test_what_goes_on_or_went_elsewhere_is_for_a_person(change: dict[str, str]) -> None:
    assert not read(**change).sure


@pytest.mark.parametrize("mark", ["->", "√√"])
def test_a_moment_stands_below_the_words_of_a_step(mark: str) -> None:
    """A mark that is read as part of a step begins further left than the moment below it."""
    made = MADE | {"mark": mark, "gap": " " * (4 + 2 * len(mark))}
    receipt = extract(sheet_of(MARKED.format(**made)), layouts=LAYOUTS, office=OFFICE)[0]
    assert receipt.sure, receipt.warnings
    late = extract(sheet_of(MARKED.format(**(made | {"when": ""}))), layouts=LAYOUTS, office=OFFICE)[0]
    assert not late.sure


@pytest.mark.parametrize("step", ["招商银行已受理", "银行受理中", "中国工商银行处理中"])
def test_a_step_of_a_bank_is_left_behind(step: str) -> None:
    """Whichever it is."""
    text = PAGE.format(**MADE).replace("银行处理中", step)
    assert extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0].sure


@pytest.mark.parametrize("step", ["等待银行处理中", "退回银行处理", "冻结银行扣款", "异常银行处理", "不是银行处理"])
def test_a_step_with_another_word_before_the_bank_is_for_a_person(step: str) -> None:
    """What stands there may be no bank's name."""
    text = PAGE.format(**MADE).replace("银行处理中", step)
    assert not extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0].sure
