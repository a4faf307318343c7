"""The course of a form on a phone's page: steps one below another, each with its moment and what was said at it."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
PAGE = """
  15:36                                        5G
                 校内转账详情
  单号 NZ20261112-0583
  ¥76.00                                     {chip}

  转出单位                              生命科学学院
  转出项目                                519902-S08

  转入单位                                    图书馆
  部门代码                                    188610
  项目代码                                    669105

  转账说明                                    检索费
  申请日期                                2026-11-12

  办理进度
     {first}                         {handed}
     经办人 仲孙越
     {second}                       11-12 11:02
     {opinion}
     财务审核                           11-13 14:20
     乐青禾 通过
     {last}                             {when}
     {note}
     {more}
"""
MADE = {
    "chip": "已入账",
    "first": "提交申请",
    "handed": "11-12 09:40",
    "second": "项目负责人审批",
    "opinion": "羊舌清 同意",
    "last": "已入账",
    "when": "11-13 15:30",
    "note": "凭证号 记-3921",
    "more": "",
}


def read(**change: str) -> Receipt:
    return extract(sheet_of(PAGE.format(**(MADE | change))), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"chip": "办结", "last": "财务处记账", "note": "凭证 11-转-0218"},
        {"first": "发起申请", "opinion": "学院经费岗·已同意"},
        {"last": "财务转账", "note": "转账完成 记-6470"},
        {"last": "财务办理", "note": "计财处 尤佳 (已转账入账)", "more": "凭证 记-11-01790 入账日 2026-11-13"},
        *({"opinion": said} for said in ("已阅", "核对无误", "经费已核", "已收纸质单据", "材料齐全")),
        {"note": "已转入 669105", "more": "凭证号 记-3921"},
        {"more": "抄送                               11-13 15:31"},
    ],
)
def test_a_course_to_its_end_is_history(change: dict[str, str]) -> None:
    """That it was once handed in and looked through says nothing against it; its end says that it was booked."""
    receipt = read(**change)
    assert (receipt.sure, receipt.entered, receipt.payee_is_library) == (True, True, True), receipt.warnings


@pytest.mark.parametrize(
    "change",
    [
        {"chip": "办理中", "last": "财务记账", "when": "", "note": ""},
        {"chip": "已驳回", "last": "财务记账", "note": "退回申请人"},
        {"last": "财务驳回", "note": "余额不足"},
        {"note": "已冲销"},
        {"note": "改付"},
        {"note": "误操作"},
        {"note": "重新走流程"},
        {"note": "凭证号 待生成"},
        {"opinion": "羊舌清 不同意"},
        {"when": "11-11 15:30"},
        {"chip": "审核通过", "last": "待入账"},
        {"chip": "", "last": "财务审核", "note": "通过"},
        *({"note": said} for said in ("回滚", "转 669106", "缺附件", "需面谈", "打回")),
        *(
            {"opinion": said}
            for said in ("回滚", "更正 记-3921", "已入账 后调出", "转 669106", "核减至 0.00", "实转 0.00 元")
        ),
        *({"opinion": said} for said in ("转给 学科服务部", "非馆际互借", "缺附件", "请补盖章", "需面谈", "打回")),
        *({"opinion": f"羊舌清 {said}"} for said in ("暂不办", "无预算")),
        *({"chip": said} for said in ("预入账", "非正式", "部分办结", "已删除", "拟列支", "孵化中")),
        {"more": "财务入账"},
        {"more": "撤回                               11-13 16:02"},
    ],
)
def test_a_course_that_goes_on_or_went_back_is_for_a_person(change: dict[str, str]) -> None:
    """A step without its moment, one against it, one out of order, or one more behind the last."""
    assert not read(**change).sure
