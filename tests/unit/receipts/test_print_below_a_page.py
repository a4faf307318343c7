"""Small print, buttons and messages between banks around a payment, and what looks like them and is not."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
PAID_ONLINE = """
              浙江大学统一缴费平台
订单状态
√缴费成功
费用明细
文献传递费                    ¥51.00
实缴合计                    ¥51.00
订单信息
缴费人                    苗予怀
学工号                    22619034
缴费项目                    图书馆缴费
收款单位                    浙江大学
归口部门                    图书馆
订单编号                    2026111909512265908267
缴费时间                    2026-11-19 09:51:22
支付方式                    校园卡电子账户
支付流水号                  650552798288017734
票据状态                    未开票
返回首页          下载电子凭证
{}
"""
TRANSFER = """
                转账详情
                转账成功
                ¥300.00
             {}
收款人                            浙江大学
收款账户         工商银行 1202 0246 0990 8808 891
收款银行                 工行杭州市浙大分理处
付款人                              柳扶摇
付款账户          招商银行一卡通(6214****7454)
转账金额                           ￥300.00
手续费                              ￥0.00
到账方式                           实时到账
附言                   图书馆文献传递费
转账时间                2026-11-26 15:40:08
交易流水号                    G294710405895
查看电子回单            再转一笔
"""
ADVICE = """
交通银行                          交通银行电子回单凭证
回单编号：501004852196      回单类型：网银转账      业务名称：跨行汇款
凭证种类：          凭证号码：            借贷标志：借记
付款人账号：331409305994882115062        收款人账号：1202024609908808891
付款人名称：宁波沐野智能装备有限公司         收款人名称：浙江大学
开户行名称：交通银行宁波海曙支行           开户行名称：工行杭州市浙大分理处
币种：CNY 人民币     金额：186.50       金额大写：壹佰捌拾陆元伍角整
摘要：图书馆文献传递费
附加信息：{}   业务流水：1576456879582147
记账日期：20261118   会计流水号：EEZ9896163713279   打印次数：0001 次
"""
BILL = """
               Bill Details        All Bills
               浙江大学
               -24.00
Current Status          Payment successful
Payment Time            2026-11-11 11:03:30
Product                 Library Document Delivery Fee
Merchant Full Name      浙江大学
Amount                  CNY 24.00
Payment Method          ICBC Debit Card (6363)
Transaction ID          4200093697202611113359572344
Bill Services
{}                            >
Split bill                              >
               Service provided by Tenpay
"""

FORM = """
                          校内转账预约单
预约单号：W261113084738       业务类型：校内转账（经费本转账）       {}
经办人     柯以恒        学工号    0622417
付款方     项目代码    113000-N32410      项目负责人    宁致尧
收款方     部门名称    图书馆      部门代码    188610
           项目代码    669105      收款项目    文献传递检索费
合计人民币（大写）：柒拾叁元捌角整        ￥73.80
经办人签字    柯以恒      项目负责人签字    宁致尧
1. 本单打印后由经办人、项目负责人签字
2. 投递后可在“网上报账系统—我的预约”中查询办理进度
3. 预约单自提交之日起30日内有效，逾期自动作废。
"""


def sure(page: str, line: str) -> bool:
    """Whether the page is sure with that line."""
    return extract(sheet_of(page.format(line)), layouts=LAYOUTS, office=OFFICE)[0].sure


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (PAID_ONLINE, ""),
        (
            PAID_ONLINE,
            "温馨提示：缴费后款项无法在线退回，如对费用有疑问请联系业务部\n门(图书馆)。平台技术支持：信息技术中心",
        ),
        (PAID_ONLINE, "温馨提示：收费标准以图书馆公布为准"),
        (PAID_ONLINE, "1.收费标准以图书馆网页为准"),
        (PAID_ONLINE, "3.预约单请妥善保管"),
        (PAID_ONLINE, "已缴费用原则上不退"),
        (PAID_ONLINE, "支付成功后不支持自助退款"),
        (TRANSFER, "资金已汇出至收款银行"),
        (TRANSFER, "款项已划转至对方银行"),
        (ADVICE, "报文种类：HVPS 客户发起汇兑"),
        (ADVICE, "报文类型：BEPS 普通贷记"),
        (FORM, "预约日期：2026-11-13"),  # whether it was paid the finance office's stamp says
        (BILL, "Order inquiry"),
        (BILL, "Transaction enquiry"),
    ],
)
def test_it_holds_nothing(page: str, line: str) -> None:
    """Sentences for everybody, the names of messages between banks, and buttons."""
    assert sure(page, line)


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (PAID_ONLINE, "文献传递收费标准"),
        (PAID_ONLINE, "2026年11月对账单"),
        (PAID_ONLINE, "借阅清单"),
        (PAID_ONLINE, "本次缴费无效，款项退回原账户"),
        (PAID_ONLINE, "缴费后款项已退回"),
        (PAID_ONLINE, "该订单已申请退费"),
        (TRANSFER, "资金待汇出至收款银行"),
        (TRANSFER, "资金未汇出至收款银行"),
        (TRANSFER, "资金已汇出至收款银行，对方银行退回"),
        (TRANSFER, "资金已汇出至收款银行，预计2小时内到账"),
        (ADVICE, "报文种类：退汇报文"),
        (ADVICE, "预约日期：2026-11-20"),
        (TRANSFER, "预约时间 2026-11-27"),
        (FORM, "预约日期：2026-11-13      单据状态：已作废"),
        (FORM, "预约已取消"),
        (TRANSFER, "对账单(浙江大学，图书馆)"),
        (TRANSFER, "图书馆收费标准(单位：元，含税)"),
        (TRANSFER, "1.收费标准如下"),
        (TRANSFER, "2.借阅清单详情，见附件"),
        (TRANSFER, "注意:收费公示期内。"),
        (BILL, "Refund inquiry"),
        (BILL, "Order cancelled"),
    ],
)
def test_what_looks_like_it_is_for_a_person(page: str, line: str) -> None:
    """The name of another paper, money that went back, or that is still to go."""
    assert not sure(page, line)
