"""What stands around a payment on pages of other hands: offers below it, notes below a form, a site's bar, who is
logged in, marks before steps, a message's lines.
"""

from __future__ import annotations

import numpy as np
import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.picture.several import _apart
from maild.receipts.picture.strokes import is_struck
from maild.receipts.prose.visitor import is_visitor
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
BILL = """
                账单详情
            转账到银行卡-浙江大学
                 -26.00
                交易成功
处理进度
  ●  付款成功
     11-03 13:27
  ●  银行处理中
     11-03 13:27
  ●  到账成功
     {when}
付款金额                             ￥26.00
付款方式                     招商银行储蓄卡(3306)
转账说明                         图书馆文献传递费
收款人                                 浙江大学
到账银行卡                     中国工商银行(8891)
创建时间                    2026-11-03 13:27:44
订单号              2026110320004001126248389158

为你推荐
生活缴费                                   去缴费
{offer}
"""


def bill(**change: str) -> Receipt:
    return extract(sheet_of(BILL.format(**({"when": "11-03 13:27", "offer": "花呗  本月账单"} | change))), layouts=LAYOUTS, office=OFFICE)[0]  # fmt: skip


def test_what_is_recommended_below_says_nothing() -> None:
    """Nor do the marks before the steps, which are read as letters."""
    assert bill().sure, bill().warnings


@pytest.mark.parametrize("change", [{"when": ""}, {"offer": "退款成功  26.00"}, {"offer": "已退款至余额宝"}])
def test_but_a_failure_below_does(change: dict[str, str]) -> None:
    """And a last step without its moment."""
    assert not bill(**change).sure


FORM = """
                                浙江大学校内转账预约单
预约单号：YY20261116008871       单据状态：{state}      入账日期：2026-11-17      凭证号：2026-11-转-0412
付款部门          药学院                 收款部门          图书馆
部门代码          162100                部门代码          188610
项目代码          519600-I22301          项目代码          669105
转账金额          ￥86.00                金额大写          捌拾陆元整
转账说明          文献传递费              填报日期          2026-11-12

{note}
"""


def form(**change: str) -> Receipt:
    said = {"state": "已入账", "note": "注：本单由网上预约报账系统生成，签字盖章后投递至财务处；涂改无效。"}
    return extract(sheet_of(FORM.format(**(said | change))), layouts=LAYOUTS, office=OFFICE)[0]


def test_notes_below_a_booked_form_say_nothing() -> None:
    """Nor that it was ordered beforehand."""
    assert form().sure, form().warnings


@pytest.mark.parametrize(
    "change",
    [{"note": "注：该笔转账已退回付款部门。"}, {"note": "注：本单已作废，请以新单为准。"}, {"note": "说明：此笔款项余额不足未入账"},
     {"note": "注：本单待财务处审核后入账。"}, {"note": "提示：预算冻结，暂缓入账"}, {"note": "注：此单被财务处打回"},
     {"note": "注意：凭证 2026-11-转-0412 已于 11-20 红字冲回"}],
)  # fmt: skip
def test_notes_that_tell_of_this_payment_do(change: dict[str, str]) -> None:
    """Each in its own words."""
    assert not form(**change).sure


def test_a_state_of_before_is_no_booking() -> None:
    """Whatever number and day stand there: then only the finance office's stamp tells."""
    assert not form(state="已预约").entered


@pytest.mark.parametrize(
    ("text", "visitor"),
    [
        ("宁海县博雅文化传播有限公司操作员:葛晓 | 安全退出", True), ("某某公司 待授权 | 安全退出", False),
        ("安全退出 陆景行", False),
    ],
)  # fmt: skip
def test_who_is_logged_in(text: str, visitor: bool) -> None:
    """An organisation or a person, with the way out behind them, and nothing else."""
    assert is_visitor(text, LAYOUTS) is visitor


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"银行卡浙江大学", "工商银行1202024609908808891"}, 1), ({"银行卡浙江大学", "王敏中国工商银行8891"}, 2),
        ({"银行卡浙江大学", "银行卡王敏"}, 2), ({"银行卡浙江大学8891", "工商银行3306"}, 2),
    ],
)  # fmt: skip
def test_a_card_by_its_name_and_by_its_number(values: set[str], count: int) -> None:
    """One says whose it is, the other which bank's: one receipt, unless they differ."""
    assert len(_apart(values)) == count


def test_no_pen_writes_on_a_coloured_band() -> None:
    """Light letters on a page's coloured head, with a light rule through them, are no struck sum; dark ones on paper are."""
    box = (100.0, 60.0, 400.0, 100.0)
    for ground, ink, struck in (((160, 90, 30), (255, 255, 255), False), ((240, 240, 240), (20, 20, 20), True)):
        picture = np.full((160, 600, 3), ground, dtype=np.uint8)
        for left in range(110, 390, 30):
            picture[65:95, left : left + 6] = ink
        picture[79:82, 90:410] = ink
        assert is_struck(picture, box) is struck
