"""Layouts of another hand that are only counted: no rule or list is changed because of one of them."""

from __future__ import annotations

from tests.receipts.adverse.case import Slip, layout
from tests.receipts.adverse.later_screens import money
from tests.receipts.adverse.other_looked import small
from tests.receipts.adverse.screens_en import english
from tests.receipts.adverse.screens_zh import below, told
from tests.receipts.adverse.slips import FULL, pressed, sums, tail
from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad
from tests.receipts.screens import DAY, MIST, NIGHT, SLATE, rows, status_bar, tick, top_bar
from tests.receipts.tables import Cell, middle, table, upright
from tests.receipts.values import digits, masked, spaced

_TIPS = (
    "若遇节假日，他行入账时间可能延迟。",
    "因收款人信息错误造成的退款，一般两日内退还您的账户。",
    "转出资金在对方银行入账前暂不支持撤回。",
    "超过限额的交易需前往网点审核办理。",
    "夜间批处理时段（02:00-03:00）暂停服务，交易将于恢复后处理。",
    "境外手机号可能无法接收短信，未收到不影响交易。",
    "本页仅供参考，不可替代加盖印章的回单。",
    "点击右上角可分享给好友。",
)
_TIPS_EN = (
    "Transfers rejected by the receiving bank are refunded automatically, normally within 3 working days.",
    "A payment can only be recalled with the consent of the beneficiary.",
    "Exchange rates may vary. Fees of intermediary banks, if any, are borne by the sender.",
    "Please retain this page; it is not a tax document.",
    "Calls may be recorded. Lines are open 8am to 8pm.",
)


@layout("bank_app", "screen", done=("转账成功", "付款成功"), shows=FULL)
def teal_app(slip: Slip, pad: Pad) -> Drawing:
    """A dark or light page: from → to in two cards, details folded out below."""
    theme = pad.random.choice((NIGHT, SLATE, DAY))
    page = pad.page(390, 920, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "", theme.text, right="完成")
    tick(page, 195, 110, 20, "#0d9488")
    page.text(195, 160, slip.title or "", 18, face="bold", colour=theme.text, anchor="ms")
    page.text(195, 206, money(slip, "￥"), 34, face="bold", colour=theme.text, anchor="ms")
    y = 236.0
    for mark, name, account in (
        ("付", slip.payer, f"{slip.bank} {masked(pad.random, slip.payer_account)}"),
        ("收", slip.payee, f"工商银行 {spaced(slip.payee_account)}"),
    ):
        page.rect(16, y, 374, y + 64, colour=None, fill=theme.card, radius=10)
        page.ellipse(28, y + 18, 56, y + 46, colour=None, fill="#0d9488")
        page.text(42, y + 37, mark, 14, colour="#ffffff", anchor="ms")
        page.text(70, y + 28, name, 16, colour=theme.text)
        page.text(70, y + 50, account, 13, colour=theme.faint)
        y += 76
    pairs = told(("交易状态", slip.state), ("金额单位", slip.unit), ("附言", slip.purpose), ("转账方式", "实时转账"), ("提交时间", f"{slip.at:%Y/%m/%d %H:%M:%S}"), ("电子流水号", slip.serial), *slip.rows)  # fmt: skip
    y = rows(page, theme, pairs, y + 24, label_x=28, value_x=120, right=362, step=33)
    y = small(page, pad, _TIPS, 28, y + 10, 334, head="小贴士")
    return below(page, theme, slip, y + 10, "#0d9488")


@layout("alipay", "document", done=("电子回单", "转账电子回单"), pdf=True, shows=FULL)
def blue_proof(slip: Slip, pad: Pad) -> Drawing:
    """A wallet's proof as a file: two columns with upright heads, a drawn seal, notes."""
    page = pad.page(800, 620)
    page.text(40, 56, pad.random.choice(("云雀支付", "蓝鲸支付")), 22, face="bold", colour="#1677ff")
    page.text(760, 56, slip.title or "", 20, face="title", anchor="rs")
    page.text(40, 92, f"回单编号 {slip.serial}　　回单生成时间 {slip.at:%Y-%m-%d} 21:14:05", 12, colour="#666666")
    y = 110.0
    figures, words = sums(slip)
    for head, pairs in (
        (
            "付款方",
            (("账户名", slip.payer), ("账号", masked(pad.random, slip.payer_account)), ("账户类型", "个人账户")),
        ),
        ("收款方", (("账户名", slip.payee), ("账号", slip.payee_account), ("开户机构", "中国工商银行股份有限公司"))),
    ):
        page.rect(40, y, 84, y + 102)
        upright(page, 62, y, y + 102, head, 15)
        y = table(page, 84, y, [120, 556], [[label, value] for label, value in pairs], height=34, size=14)
    lines: list[list[Cell | str]] = [
        [Cell("交易金额", 2), f"小写：{figures}　大写：{words}" if words else f"小写：{figures}"],
        [Cell("付款时间", 2), f"{slip.at:%Y-%m-%d %H:%M:%S}"],
        [Cell("备注", 2), slip.purpose],
        *([[Cell("交易状态", 2), slip.state]] if slip.state else []),
        *([[Cell("单位", 2), slip.unit]] if slip.unit else []),
        *[[Cell(label, 2), value] for label, value in slip.rows],
    ]
    y = table(page, 40, y, [44, 120, 556], lines, height=34, size=14)
    y = small(page, pad, ("本回单不可作为税务凭证。", "如发生退款，以退款后的账单为准。", "涂改、伪造本回单的，平台不承担责任。", "查询真伪请致电95XXX。"),
              44, y + 26, 560, count=3, colour="#777777", head="注：")  # fmt: skip
    tail(page, slip, 44, y + 10)
    pressed(page, pad, slip, 680, 470, ("蓝鲸支付（中国）网络技术有限公司", "回单专用章"))
    return page


@layout("bank_receipt", "document", "en", done=("Payment details", "Outgoing payment advice", "Account transfer record"),
        made=("Executed", "Completed", "Booked"), pdf=True, shows=FULL, names=("浙江大学", "ZHEJIANG UNIVERSITY"))  # fmt: skip
def nordic_page(slip: Slip, pad: Pad) -> Drawing:
    """A bank's print of an executed order: debit party and credit party in two columns."""
    page = pad.page(820, 640)
    page.text(44, 54, pad.random.choice(("Fjordbank AS", "Alpenbank AG", "Tulip Bank N.V.")), 22, face="latin", colour="#123c69")  # fmt: skip
    page.text(44, 96, slip.title or "", 20, face="bold")
    page.text(776, 96, f"Page 1 of 1　Printed {slip.at:%Y-%m-%d}", 11, colour="#777777", anchor="rs")
    for x, head, lines in (
        (44, "Debit party", (slip.payer, slip.payer_account, slip.bank)),
        (430, "Credit party", (slip.payee, slip.payee_account, "ICBC, Hangzhou, China")),
    ):
        page.text(x, 140, head, 14, face="bold", colour="#123c69")
        for i, line in enumerate(lines):
            page.text(x, 166 + 24 * i, line, page.fit(line, 15, 350))
    pairs = told(("Instructed amount", f"{slip.currency} {slip.figures}"), ("Unit", slip.unit), ("Booking date", f"{slip.at:%d.%m.%Y}"), ("Value date", f"{slip.at:%d.%m.%Y}"), ("Order status", slip.state),
                 ("Remittance information", english(slip.purpose)), ("End-to-end ID", slip.serial), ("Charges", "SHA"), *slip.rows)  # fmt: skip
    y = 262.0
    for label, value in pairs:
        page.line(44, y - 20, 776, y - 20, colour="#e2e2e2")
        page.text(44, y, label, 14, colour="#555555")
        page.text(290, y, value, page.fit(value, 15, 480))
        y += 31
    y = small(page, pad, _TIPS_EN, 44, y + 14, 720, count=2)
    tail(page, slip, 44, y + 20)
    return page


@layout("bank_receipt", "document", done=("付款回执", "单位结算付款回单", "结算业务回单"), pdf=True, shows=FULL)
def firm_sheet(slip: Slip, pad: Pad) -> Drawing:
    """A firm's e-banking: head of columns 付款方 | 收款方 above, names and numbers in rows under them."""
    page = pad.page(860, 560)
    page.text(430, 52, pad.random.choice(("衢江银行", "剡溪农村商业银行股份有限公司")) + f"{slip.title or ''}", 20, face="title", anchor="ms")  # fmt: skip
    page.text(44, 84, f"交易日：{slip.at:%Y%m%d}", 13)
    page.text(816, 84, f"业务编号：{slip.serial}", 13, anchor="rs")
    figures, words = sums(slip)
    lines: list[list[Cell | str]] = [
        ["", middle("付款方"), middle("收款方")],
        [middle("名称"), slip.payer, slip.payee],
        [middle("账号"), slip.payer_account, slip.payee_account],
        [middle("开户银行"), slip.bank, "中国工商银行杭州浙大支行"],
        [middle("金额"), words, figures],
        [middle("附言"), Cell(slip.purpose, 2)],
        *([[middle("状态"), Cell(slip.state, 2)]] if slip.state else []),
        *([[middle("单位"), Cell(slip.unit, 2)]] if slip.unit else []),
        *[[middle(label), Cell(value, 2)] for label, value in slip.rows],
    ]
    y = table(page, 44, 98, [120, 326, 326], lines, height=38, size=14)
    y = small(page, pad, (*_TIPS[:2], "银行不承担因客户自行打印造成的重复入账责任。", "打印时间：" + f"{slip.at:%Y-%m-%d} 16:20", "经办：网银客户　授权：U盾"),
              48, y + 24, 560, count=3, colour="#555555")  # fmt: skip
    tail(page, slip, 48, y + 12)
    pressed(page, pad, slip, 720, 420, ("剡溪农村商业银行", "电子业务专用章"))
    return page


@layout("counter_slip", "paper", done=("自助转账凭条", "智能柜台业务回单"), shows=FULL)
def kiosk_strip(slip: Slip, pad: Pad) -> Drawing:
    """A kiosk's strip: label and value on lines of their own."""
    page = pad.page(380, 760, "#fbfbf9")
    page.text(190, 44, pad.random.choice(("苕溪银行", "鉴湖银行")), 18, face="title", anchor="ms")
    page.text(190, 72, slip.title or "", 16, anchor="ms")
    figures, words = sums(slip)
    pairs = told(("设备编号", digits(pad.random, 8)), ("交易时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("转出账户", f"{slip.payer} {masked(pad.random, slip.payer_account)}"), ("转入账户", slip.payee_account), ("转入户名", slip.payee),
                 ("转账金额", figures), ("大写", words), ("附言", slip.purpose), ("单位", slip.unit), ("交易状态", slip.state or ("成功" if slip.title in kiosk_strip.done else "")), ("交易序号", slip.serial), *slip.rows)  # fmt: skip
    y = 106.0
    for label, value in pairs:
        page.text(24, y, label, 12, colour="#444444")
        page.text(24, y + 20, value, page.fit(value, 15, 332))
        y += 46
    y = small(page, pad, (*_TIPS[:3], "请妥善保管凭条，随手取走银行卡", "客户确认签字：", "如未到账请持本凭条到柜面查询"), 24, y + 6, 332, count=2, colour="#444444")  # fmt: skip
    tail(page, slip, 24, y + 10)
    page.height = max(page.height, y + 60)
    return page


@layout("library_payment", "screen", done=("缴费成功", "支付成功"), shows="amount payee date serials", names=("浙江大学", "浙江大学图书馆"))  # fmt: skip
def yun_portal(slip: Slip, pad: Pad) -> Drawing:
    """A university's portal of payments: item, payee, channel, hints."""
    theme = pad.random.choice((DAY, MIST))
    page = pad.page(390, 860, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "订单详情", theme.text)
    tick(page, 60, 116, 18, "#2563eb")
    page.text(92, 122, slip.title or "", 19, face="bold", colour=theme.text)
    page.text(28, 168, slip.purpose or "文献传递费", 16, colour=theme.text)
    page.text(362, 168, money(slip), 20, face="bold", colour=theme.text, anchor="rs")
    pairs = told(("收费单位", slip.payee), ("缴费人", slip.payer), ("订单状态", slip.state), ("单位", slip.unit), ("支付渠道", pad.random.choice(("银联云闪付", "微信支付", "数字人民币"))),
                 ("支付时间", f"{slip.at:%Y-%m-%d %H:%M}"), ("订单编号", slip.order), ("支付流水号", slip.serial), *slip.rows)  # fmt: skip
    y = rows(page, theme, pairs, 212, label_x=28, value_x=120, right=362, step=34)
    y = small(page, pad, ("发票请于次月5日后在“我的发票”中下载。", "如重复缴费，多缴款项将于审核后原路退回。", "缴费失败但已扣款的，系统次日自动对账退还。", "服务热线 8820XXXX（工作日）"),
              28, y + 10, 334, head="缴费须知", count=3)  # fmt: skip
    return below(page, theme, slip, y + 10, "#2563eb")
