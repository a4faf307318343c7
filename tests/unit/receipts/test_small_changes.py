"""Pages that were not paid, went back, or went elsewhere, each a small change of one that is sure (0181)."""

from __future__ import annotations

import numpy as np
import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()

HEAD = """
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
"""
STEPS = """     提交申请                         11-12 09:40
     经办人 仲孙越
     项目负责人审批                       11-12 11:02
     {opinion}
     财务审核                           11-13 14:20
     乐青禾 通过
     {last}                             11-13 15:30
     {note}
{more}"""


def course(*, chip="", opinion="羊舌清 同意", last="已入账", note="凭证号 记-3921", more=""):
    return HEAD.format(chip=chip) + STEPS.format(opinion=opinion, last=last, note=note, more=more)


def tagged(tag, at="财务处记账"):
    """A coloured tag of two or three characters left of a step, as many systems' timelines have."""

    def pad(name: str) -> str:
        return f"  {tag}{' ' * (10 - 2 * len(tag))}{name}" if name == at else f"            {name}"

    return (
        HEAD.format(chip="")
        + f"""{pad("提交申请")}                         11-12 09:40
            经办人 仲孙越
{pad("项目负责人审批")}                   11-12 11:02
            羊舌清 同意
{pad("财务处记账")}                       11-13 14:20
            凭证号 记-3921
"""
    )


NEWEST = """     {top}
     财务处记账                         11-13 15:30
     凭证号 记-3921
     项目负责人审批                       11-12 11:02
     羊舌清 同意
     提交申请                         11-12 09:40
     经办人 仲孙越
"""
BILL = """
                账单详情
            转账到银行卡-浙江大学
                 -26.00
                交易成功
处理进度
  {m}  付款成功
     11-03 13:27
  {m}  银行处理中
     11-03 13:27
  {m}  {end}
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


def bill(*, end="到账成功\n     11-03 13:27", offer="花呗  本月账单", m="●", bar=""):
    page = BILL.format(end=end, offer=offer, m=m)
    return page if not bar else f"\n  {bar}{page}"


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


def form(note, state="已入账"):
    return FORM.format(note=note, state=state)


JOURNAL = """
                               {title}
核算单位：浙江大学            日期：2026-11-20            凭证号：转-0619            附单据 2 张
摘要                        会计科目                                                              借方金额            贷方金额
{what}          5001 业务活动费用 [{other}]                     512.00
{what}          {account} [图书馆 188610 / {ours}]                                             512.00
合计（大写）：伍佰壹拾贰元整                                                                        512.00              512.00
财务主管：高云龙      记账：黄菁      复核：吴晓岚      制单：陈斌      状态：已记账
"""


def journal(**change):
    return JOURNAL.format(**({"title": "记 账 凭 证", "what": "校内转账：馆际互借费", "other": "121200 物理学院 / 518000-W12307", "account": "4001 事业收入", "ours": "669105 检索费"} | change))  # fmt: skip


PAPER = """
                 浙江大学校内转账单
付款部门  药学院  收款部门  图书馆
部门代码  162100  部门代码  188610
项目代码  519600-I22301  项目代码  669105
转账说明  文献检索费
金额(大写)  叁拾陆元整  金额(小写)  ¥36.00
填写日期  2026-11-03
经办人  林若溪
{more}
"""

GOOD = {
    "course": course(), "course, no chip, 财务处记账": course(last="财务处记账"), "tag: a face": tagged("越"), "bill": bill(),
    "form: made by itself": form("注：本单已由系统自动生成，请勿重复打印。"), "form": form("注：本单由网上预约报账系统生成，签字盖章后投递至财务处；涂改无效。"), "journal": journal(),

}  # fmt: skip

BAD = {
    # 1 tags left of a step
    **{f"1 tag {tag} at {at}": tagged(tag, at) for tag in ("驳回", "已驳回", "已退回", "作废", "撤回", "退", "未完成", "待办") for at in ("财务处记账", "项目负责人审批")},
    # 2 what is noted behind a step that comes after the payment is the last word
    **{f"2 {name}: {note}": course(last="财务处记账", more=f"     {name}                         11-14 15:30\n     {note}\n")
       for name in ("抄送", "归档", "知会", "打印凭证") for note in ("误操作", "重新走流程", "给错项目", "已转给医学院", "调整至669150", "应入医学院", "凭证号 记-3921 转回原项目")},
    # 3 who agreed said that he does not
    **{f"3 opinion {note}": course(opinion=note) for note in ("反对", "不予支持", "本人不认可", "重填", "请重报", "缺附件", "补充材料后再办", "项目已结题", "羊舌清  ×", "羊舌清  ✗")},
    # 4 the last note
    **{f"4 note {note}": course(last="财务处记账", note=note) for note in ("转入项目 669150 记-3921", "划入 519902 记-3921", "转 669150", "转账 669150", "付 76")},
    "4 mark × below": course(more="     ×\n"),
    # 5 newest first, one more step to come on top, without a moment
    "5 top 财务主管审批": HEAD.format(chip="") + NEWEST.format(top="财务主管审批"),
    # 6 notes below a form
    **{f"6 note {note}": form(note) for note in (
        "注：本单由系统生成，退。", "注：本单由网上预约报账系统生成；废；", "注：第一联财务处暂缓入账", "注：一式两份；第二联财务处不予入账。",
        "注：凭证 2026-11-转-0412 由财务处删除", "说明：该凭证已由财务处删除，重新制单。", "注：本单为测算用表，不办理转账。", "注：凭证号为系统预占号，以实际记账为准。",
        "注：实际转入项目为669150。", "注：收款项目填写错误，已更正为669150", "提示：打印签字盖章后并投递至财务处方予入账。", "注：签字盖章后送交财务处入账",
        "注：审核后提交财务处办理转账", "注：以财务处入账结果为准；第二联医学院已收款。", "注：第二联已交药学院报销用")},
    # 7 offers
    **{f"7 offer {offer}": bill(offer=offer) for offer in ("已退26元", "款项已退", "对方拒收", "对方未收款", "资金已返还余额", "转账被拦截", "账户被冻结", "该笔款项存在风险已拦截", "钱已还给你")},
    # 8 marks of steps that were not taken
    **{f"8 marks {m}": bill(m=m) for m in "✗×○！"},
    # 9 journals
    **{f"9 what {what}": journal(what=what) for what in ("转回：馆际互借费", "错转馆际互借费", "误转：馆际互借费", "更正馆际互借费", "计提馆际互借费", "预提馆际互借费", "暂估馆际互借费", "拟转：馆际互借费", "应收馆际互借费", "调出馆际互借费")},
    **{f"9 ours {ours}": journal(ours=ours) for ours in ("669105 已删", "669105 更正前", "669105 调出", "669105 预收")},
    **{f"9 account {account}": journal(account=account) for account in ("1215 应收账款", "2001 暂收款")},
    "9 title 转账凭证模板": journal(title="转账凭证模板"), "9 other row is the library's": journal(other="188610 图书馆 / 669150 其他"),
    # 11 a form that only a stamp makes sure: here sure means 'but for the stamp'
    **{f"11 paper {more}": PAPER.format(more=more) for more in ("状态：停", "状态：否", "状态：缓", "单据状态  停", "原单作废，状态：已预约",
       "注：本单由系统生成，退。", "注：本单由系统生成；废；", "注：一式两份；第二联财务处不予入账。", "注：本单为测算用表，不办理转账。", "注：实际转入项目为669150。")},
}  # fmt: skip


def judged(text):
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize("name", GOOD)
def test_the_pages_themselves_are_sure(name):
    assert judged(GOOD[name]).sure


@pytest.mark.parametrize("name", BAD)
def test_a_small_change_is_for_a_person(name):
    receipt = judged(BAD[name])
    assert not receipt.sure, (receipt.entered, receipt.payee_is_library)


@pytest.mark.parametrize("said", ["操作员", "当前用户", "操作员:", "管理员"])
def test_nothing_but_a_role_breaks_nothing(said):
    """A box in the upper right corner that holds nothing but a role."""
    judged(
        course().replace(
            "  15:36                                        5G",
            f"  15:36                                        {said}",
            1,
        )
    )


PAPERS = {
    "even, 230": lambda x: np.full(600, 230.0),
    "a shadow over 60 % of it": lambda x: np.where(x < 280, 120.0, 220.0),
    "a shadow over 80 % of it": lambda x: np.where(x < 340, 130.0, 215.0),
    "a soft shadow": lambda x: np.interp(x, [0, 200, 300, 600], [110, 120, 220, 230]),
    "a spot of glare": lambda x: 140 + 100 * np.exp(-(((x - 380) / 25.0) ** 2)),
}


def is_seen(paper):
    from maild.receipts.picture.strokes import is_struck

    picture = np.zeros((160, 600, 3), np.float32)
    picture[:] = paper(np.arange(600))[None, :, None]
    for left in range(110, 390, 30):
        picture[65:95, left : left + 6] *= 0.15
    picture[79:82, 90:410] *= 0.12
    return is_struck(picture.clip(0, 255).astype(np.uint8), (100.0, 60.0, 400.0, 100.0))


@pytest.mark.parametrize("name", PAPERS)
def test_struck_on_paper_in_shadow(name):
    """Dark letters, struck by a dark rule, on paper that is partly in shadow."""
    assert is_seen(PAPERS[name])
