"""Lines that belong to nothing: what tells of a return, a doubt, an exercise in any words is for a person."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped
from tests.share import in_turn

LAYOUTS, OFFICE = shipped(), Office()
SLIP = """
              钱塘商业银行电子回单
日期：2026年11月24日        流水号：8801234567
付款人名称：刘洋            收款人名称：浙江大学
付款人账号：6231001234567890      收款人账号：1202024609908808891
付款人开户行：{bank}
金额大写：人民币叁拾伍元整    小写：¥35.00
用途：文献传递费

{line}
"""
COUNTER = """
              个人业务回单
日期  2026年11月24日          柜员  00123     网点  0571
户名    浙江大学
账号    1202024609908808891
金额(大写)  伍拾捌元整        小写  ¥58.00
存款人    孙丽
现金      客户签名  孙丽
{line}
"""
SCREEN = """
              转账成功
              ¥35.00
收款人            浙江大学
收款账号          1202024609908808891
付款账户          尾号 5678
转账时间          2026-11-24 10:23:45
流水号            880123456712
金额大写          叁拾伍元整
{line}
"""
FORM = """
              浙江大学校内转账单
2026年11月24日
付款单位  高分子系      部门代码 123456  项目代码 654321
收款单位  图书馆      部门代码 188610  项目代码 669105
金额(大写) 叁拾伍元整    小写 ¥35.00
用途  文献传递费
{line}
"""
MOVES = """
              收支明细
转出成功          ¥35.00
对方户名          浙江大学
对方账号          1202024609908808891
交易时间          2026-11-24 10:23:45
交易流水          880123456712
{line}
"""
PAGES = {"moves": MOVES, "slip": SLIP, "counter": COUNTER, "screen": SCREEN, "form": FORM}
BANK = "中国工商银行杭州庆春支行"
TOLD = [
    "收款行拒收",
    "练习环境",
    "款项奉还付款方",
    "资金已划返",
    "对方户名有出入",
    "经办柜员已收回",
    "暂记应付款",
    "入账有出入",
    "收方账号查无此户",
    "汇路不畅",
    "本页供教学之用",
    "培训系统",
    "交由上级定夺",
    "大额报备中",
    "收款人查无此人",
    "仅作登记",
    "转人工处理",
    "账务调整",
    "来账已回原行",
    "该业务由客户收回",
    "同意后付款",
    "三日内补交材料",
    "次日划出",
    "夜间批量划转",
    "双人授权后生效",
    "尚缺印鉴",
    "印鉴与预留不一致",
    "交易要素核对中",
    "风控拦截",
    "验证码已发送",
    "支付密码输入有误",
    "额度占用",
    "收款户已销户",
    "客户端离线",
    "演练",
    "沙箱",
    "培训用票",
    "请柜员核对后加盖",
    "款项押后",
    "银行另行通知",
    "收妥抵用",
    "对方谢收",
    "本笔弃用",
    "汇出行留存备查中",
    "来款找回",
    "转汇中行核对",
    "资金归集回原账户",
    "交易已召回",
    "本单不作数",
    "客户另有吩咐",
    "对方银行谢绝入账",
    "款已物归原主",
    "回头款到账",
    "请见书面通告",
    "会计已做反向分录",
    "户名核验落空",
    "柜面复查留单",
    "本笔尾随核销",
    "汇路绕行",
    "此单仅供课堂使用",
    "学员机",
    "汇出款滞于他行",
    "收款账户久悬",
    "款项回流",
    "需补盖公章",
    "原额送回",
    "客户反悔",
    "当日作罢",
    "联行来函查询",
    "查复中",
    "已交由法务",
    "汇票背书不连续",
    "头寸短缺",
    "清算行休市",
    "人行系统维护",
    "抵用户头透支",
    "重复记账更正",
    "银行内部过渡户",
    "待签收",
    "Instruction sent",
    "Awaiting cut-off",
    "Sandbox",
    "Training mode",
    "Payee bank sent it back",
    "Funds earmarked",
    "Beneficiary account closed",
    "Payment on its way",
    "Credit to follow",
    "Amount blocked",
    "Order taken",
    "Debit tonight",
    "Queued for release",
    "Held by compliance",
    "For demonstration",
    "Not for value",
    "Copy of request",
    "Credit not applied",
    "Sent for clearing",
    "Money came back",
    "Debit undone",
    "Beneficiary unknown",
    "Value date to be advised",
    "Practice ledger",
    "Given back",
    "Entry withdrawn",
    "Exercise only",
    "Waiting room",
    "Operator must look at it",
    "Payer changed mind",
    "Remains with correspondent",
    "Credited to suspense",
    "Not yet booked",
    "Account dormant",
    "Name check missed",
    "Wire went astray",
    "Rehearsal",
    "Subject to funds",
    "Turned away",
    "Lodged for collection",
    "Under enquiry",
]
NEUTRAL = [
    "客户留存",
    "第一联",
    "盖章有效",
    "温馨提示:请妥善保管本回单",
    "客服电话95588",
    "本回单可重复打印,请勿重复记账",
    "银行盖章",
    "感谢您使用手机银行",
    "返回首页",
    "查看更多",
    "分享",
    "注:以上内容由系统自动生成",
    "电子回单专用章",
    "经办:王丽",
    "验证码:A1B2C3",
    "工银信使",
    "杭州庆春支行",
    "http://www.icbc.com.cn",
    "请勿将本单交予他人",
    "服务热线：4008-888-888",
    "浙江大学图书馆",
    "再转一笔",
    "保存到相册",
    "完成",
    "交易地点",
    "手机银行app",
    "本凭证与纸质凭证具有同等效力",
    "打印次数:1",
    "备注",
    "截屏保存",
    "柜员流水00123",
    "交易网点:0571",
    "欢迎光临",
    "存款利率以挂牌为准",
    "手续费:0.00元",
    "本业务由王丽经办",
    "谢谢惠顾",
    "中国农业银行浙江省分行",
    "联系电话:0571-88206666",
    "回单编号:20261124001",
    "打印日期:2026年11月24日",
    "第1次打印",
    "客户签名:刘洋",
    "对账单请登录网银查询",
    "*本页为最后一页*",
    "重要凭证妥善保管",
    "ATM编号00231",
    "电子验证码ABCD1234",
    "用卡安全提示:请勿向他人透露密码",
    "交易种类:转账",
    "授权号:123456",
    "参考号:000123456789",
    "商户名称:浙江大学",
    "终端号:00012345",
    "批次号:000123",
    "凭证号:000456",
    "签购单",
    "持卡人签名",
    "同意将上述交易记入本人账户",
    "95588",
    "www.icbc.com.cn",
    "理财非存款投资须谨慎",
    "扫码关注公众号",
    "下载App享优惠",
    "查询余额",
    "常用功能",
    "转账记录",
    "意见反馈",
    "收款人:浙江大学",
    "附加信息",
    "网银流水号",
    "电子回单查询",
    "银行业务专用章",
    "柜员:李敏",
    "业务种类:普通汇兑",
    "已读",
    "客户联",
    "金额单位:元",
    "制表:系统",
    "收费凭证",
    "国内汇款",
    "印鉴核对",
    "开户机构:杭州之江支行",
    "借方",
    "账户类型:结算户",
    "汇款附言:文献费",
]


def sure(page: str, line: str = "", bank: str = BANK) -> bool:
    """Whether the page, drawn in letters, is sure with this line at its end."""
    return extract(sheet_of(page.format(line=line, bank=bank)), layouts=LAYOUTS, office=OFFICE)[0].sure


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_what_tells_of_something_is_for_a_person(name: str) -> None:
    """Each of 120 events in words that no list was made for, on a slip, at a counter, on a screen or on our form, in turn."""
    assert sure(PAGES[name])
    told = [line for place, line in enumerate(TOLD) if name in in_turn(list(PAGES), place)]
    assert [line for line in told if sure(PAGES[name], line)] == []


@pytest.mark.long
def test_what_is_neutral_stops_nothing() -> None:
    """Of headings, seals, buttons and small print nine in ten leave a slip sure: at a counter or on our form, in turn."""
    tried = [(name, line) for place, line in enumerate(NEUTRAL) for name in in_turn(["counter", "form"], place)]
    stopped = [(name, line) for name, line in tried if not sure(PAGES[name], line)]
    assert len(stopped) <= 0.1 * len(tried), stopped


@pytest.mark.parametrize(
    "line", ["收款行拒收", "银行通知:收款行拒收", "款项奉还付款方", "Instruction sent", "Payee bank sent it back"]
)
def test_what_stands_at_a_banks_label_has_to_be_a_bank(line: str) -> None:
    """There no word speaks against a payment, but for plain failures: names have all sorts of words in them."""
    assert sure(SLIP, bank="浙江稠州商业银行股份有限公司义乌支行")
    assert not sure(SLIP, bank=line)


def test_what_is_recommended_below_is_not_read() -> None:
    """Advertising tells of all sorts of things."""
    assert sure(SCREEN, "为您推荐\n已有 300 人收到退改保障")
