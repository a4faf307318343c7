"""Layouts of another hand: parties under upright headings, tips that speak of failure in general, headings in the midst."""

from __future__ import annotations

from collections.abc import Callable

from tests.receipts.adverse.case import Slip, layout
from tests.receipts.adverse.later_screens import money
from tests.receipts.adverse.screens_en import english
from tests.receipts.adverse.screens_zh import below, told
from tests.receipts.adverse.slips import FULL, pressed, sums, tail
from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad
from tests.receipts.screens import DAY, MIST, SLATE, Theme, rows, status_bar, tick, top_bar
from tests.receipts.tables import Cell, middle, table, upright
from tests.receipts.values import digits, masked, spaced

IF_IT_FAILS = (
    "如收款账号或户名有误导致转账失败，资金将原路退回付款账户。",
    "系统维护期间（每日23:50至次日00:10）提交的转账顺延至次日处理。",
    "跨行转账若被收款行退回，款项预计1-3个工作日内退至原账户。",
    "大额支付系统关闭期间提交的汇款将顺延至下一工作日发出。",
    "转账结果以收款行实际入账为准，如有疑问请联系收款行。",
    "普通到账、次日到账的转账在处理前可申请撤销。",
    "若长时间未到账，请凭交易流水号致电客服查询。",
    "请勿向陌生人转账，谨防电信网络诈骗。",
)
IF_IT_FAILS_EN = (
    "If the beneficiary bank returns the payment, the funds will be credited to your account less any charges.",
    "Payments made after 5pm or on a non-business day may be delayed until the next working day.",
    "Should the account details be incorrect, the transfer could be rejected and we may not be able to recover the money.",
    "You can cancel future-dated payments up to the day before they are due.",
    "Never share your passcode. We will not ask you to move money to a safe account.",
    "For help with this transfer please quote the reference above.",
)


def small(page: Drawing, pad: Pad, lines: tuple[str, ...], x: float, y: float, width: float, *, count: int = 3, size: float = 12,
          colour: str = "#8a8a8a", head: str = "") -> float:  # fmt: skip
    """Small print, bulleted in one of the usual ways, wrapped."""
    if head:
        page.text(x, y, head, size + 1, colour=colour)
        y += size * 1.8
    mark = pad.random.choice(("{}. ", "· ", "{}、", "*", ""))
    for n, line in enumerate(pad.random.sample(lines, count), 1):
        for piece in page.wrap(mark.format(n) + line, size, width):
            page.text(x, y, piece, size, colour=colour)
            y += size * 1.55
    return y


def _party(page: Drawing, theme: Theme, head: str, lines: tuple[str, ...], y: float) -> float:
    """A heading above, and name, account, bank below without labels of their own."""
    page.text(28, y, head, 13, colour=theme.faint)
    for i, line in enumerate(lines):
        page.text(28, y + 26 + 22 * i, line, 16 if not i else 14, colour=theme.text if not i else theme.faint)
    return y + 34 + 22 * len(lines)


@layout("bank_app", "screen", done=("交易成功", "转账成功"), shows=FULL)
def pine_app(slip: Slip, pad: Pad) -> Drawing:
    """A detail page: the parties stand under headings, without labels; numbered tips at the end."""
    theme = pad.random.choice((DAY, MIST))
    page = pad.page(390, 900, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("交易详情", "收支明细详情", "转账详情")), theme.text)
    page.text(28, 124, "转账金额(元)", 13, colour=theme.faint)
    page.text(28, 166, slip.figures if slip.currency == "CNY" else money(slip), 34, face="bold", colour=theme.text)
    page.text(362, 124, slip.title or "", 15, colour="#16803c", anchor="rs")
    y = _party(page, theme, "收款方", (slip.payee, spaced(slip.payee_account), "中国工商银行"), 208)
    y = _party(page, theme, "付款方", (slip.payer, masked(pad.random, slip.payer_account), slip.bank), y)
    pairs = told(("状态", slip.state), ("计价单位", slip.unit), ("摘要", "手机转账"), ("留言", slip.purpose), ("交易时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"),
                 ("流水编号", slip.serial), *slip.rows)  # fmt: skip
    y = rows(page, theme, pairs, y + 10, label_x=28, value_x=120, right=362, step=33)
    y = small(page, pad, IF_IT_FAILS, 28, y + 14, 334, head=pad.random.choice(("温馨提示", "转账说明：", "")))
    return below(page, theme, slip, y + 10, "#16803c")


def _block(page: Drawing, x: float, y: float, head: str, lines: tuple[tuple[str, str], ...]) -> None:
    """A merged cell with an upright heading, and rows of label and value beside it."""
    page.rect(x, y, x + 30, y + 36 * len(lines))
    upright(page, x + 15, y, y + 36 * len(lines), head, 14)
    table(page, x + 30, y, [80, 290], [[middle(label), value] for label, value in lines], height=36, size=14)


@layout(
    "bank_receipt", "document", done=("国内支付业务付款回单", "网上银行转账回单", "电子回单凭证"), pdf=True, shows=FULL
)
def net_file(slip: Slip, pad: Pad) -> Drawing:
    """An e-banking file: 付款人 and 收款人 upright beside 户名, 账号, 开户行; small print."""
    page = pad.page(880, 600)
    page.text(
        40, 50, pad.random.choice(("绿城银行", "东钱湖银行", "莫干山农商银行")), 22, face="title", colour="#1a4f8a"
    )
    page.text(440, 90, slip.title or "", 22, face="title", anchor="ms")
    page.text(40, 116, f"日期：{slip.at:%Y年%m月%d日}", 13)
    page.text(840, 116, f"回单编号：{slip.serial}", 13, anchor="rs")
    _block(
        page,
        40,
        128,
        "付款人",
        (("户名", slip.payer), ("账号", slip.payer_account), ("开户行", slip.bank + "城西支行")),
    )
    _block(
        page,
        440,
        128,
        "收款人",
        (("户名", slip.payee), ("账号", slip.payee_account), ("开户行", "工行杭州市浙大分理处")),
    )
    figures, words = sums(slip)
    lines: list[list[Cell | str]] = [
        [middle("金额"), Cell(f"{words}　　{figures}" if words else figures, 3)],
        [middle("用途"), slip.purpose, middle("业务种类"), pad.random.choice(("普通汇兑", "网银互联", "实时贷记"))],
        *([["状态", Cell(slip.state, 3)]] if slip.state else []),
        *([["单位", Cell(slip.unit, 3)]] if slip.unit else []),
        *[[label, Cell(value, 3)] for label, value in slip.rows],
        [middle("交易机构"), digits(pad.random, 9), middle("交易流水"), digits(pad.random, 11)],
    ]
    y = table(page, 40, 236, [110, 290, 110, 290], lines, height=38, size=14)
    notes = (
        "本回单仅表明付款行已受理并扣款，不作为收款人发货、提供服务的依据。",
        "如因收款信息有误被退汇，款项将退回付款账户，请以账户明细为准。",
        "重要提示：电子回单可重复打印，请注意核对，勿重复记账。",
        "可登录网上银行“回单验证”栏目输入回单编号核验。",
    )
    y = small(page, pad, notes, 44, y + 22, 700, count=2, colour="#555555")
    tail(page, slip, 44, y + 16)
    pressed(page, pad, slip, 740, 400, ("莫干山农商银行", "网上银行业务章", "(5)"))
    return page


@layout("bank_receipt", "document", "en", done=("Transfer receipt", "Payment confirmation", "Proof of payment"),
        made=("Paid out", "Complete", "Payment sent"), pdf=True, shows=FULL, names=("浙江大学", "ZHEJIANG UNIVERSITY", "Zhejiang University"))  # fmt: skip
def remit_page(slip: Slip, pad: Pad) -> Drawing:
    """A remittance firm's page: sections, the recipient's particulars below a heading, conditional small print."""
    page = pad.page(760, 860)
    page.text(
        48, 58, pad.random.choice(("Swiftly", "Finch Money Ltd", "PanPay Global")), 24, face="bold", colour="#0a7d55"
    )
    page.text(48, 108, slip.title or "", 24, face="bold")
    page.text(
        48, 134, f"Generated {slip.at:%d %b %Y, %H:%M} (GMT+8)　Transfer number {slip.serial}", 12, colour="#666666"
    )
    sections = (
        ("Transfer details", told(("You sent", f"{slip.figures} {slip.currency}"), ("Our fee", f"0.00 {slip.currency}"), ("Unit", slip.unit), ("Status", slip.state), ("Date", f"{slip.at:%B %d, %Y}"))),
        ("Sent from", told(("Full name", slip.payer), ("Account ending in", slip.payer_account[-4:]))),
        ("Sent to", told(("Full name", slip.payee), ("Account number", slip.payee_account), ("Bank", "Industrial and Commercial Bank of China Limited"))),
        ("More information", told(("Reference", english(slip.purpose)), *slip.rows)),
    )  # fmt: skip
    y = 176.0
    for head, pairs in sections:
        if not pairs:
            continue
        page.text(48, y, head, 16, face="bold")
        page.line(48, y + 10, 712, y + 10, colour="#dddddd")
        y += 36
        for label, value in pairs:
            page.text(48, y, label, 14, colour="#666666")
            page.text(300, y, value, page.fit(value, 15, 410))
            y += 28
        y += 14
    y = small(page, pad, IF_IT_FAILS_EN, 48, y + 10, 664)
    tail(page, slip, 48, y + 16)
    page.height = max(700.0, y + 80)
    return page


@layout("wechat", "screen", done=("",), made=("支付成功", "已支付"), shows="amount payee date serials", names=("浙江大学", "浙江大学图书馆"))  # fmt: skip
def chat_notice(slip: Slip, pad: Pad) -> Drawing:
    """A messenger's card of a payment, a notice of the merchant's receipt below it."""
    theme = pad.random.choice((DAY, MIST, SLATE))
    page = pad.page(390, 860, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "账单详情", theme.text)
    page.text(28, 116, slip.payee, 18, face="bold", colour=theme.text)
    page.text(
        362,
        116,
        f"{slip.sign or '-'}{slip.amount:,.2f}" if slip.currency == "CNY" else money(slip),
        22,
        face="bold",
        colour=theme.text,
        anchor="rs",
    )
    if slip.title:
        page.text(28, 142, slip.title, 14, colour="#d08a1d")
    pairs = told(("支付状态", slip.state), ("付款时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("商品说明", slip.purpose or "图书馆收费"), ("单位", slip.unit), ("付款方式", f"零钱通/{slip.bank}({slip.payer_account[-4:]})"),
                 ("交易单号", slip.serial), ("商户订单号", slip.order), *slip.rows)  # fmt: skip
    y = rows(page, theme, pairs, 180, label_x=28, value_x=118, size=14, step=32)
    if slip.state or slip.title:  # the merchant is told of what was paid only
        page.rect(14, y, 376, y + 96, colour=None, fill=theme.card, radius=8)
        page.text(28, y + 28, pad.random.choice(("商家入账通知", "收款方到账提醒")), 15, face="bold", colour=theme.text)
        page.text(
            28,
            y + 52,
            pad.random.choice(("款项已存入商家结算账户", "商家已收款", "该笔款项已实时到账")),
            13,
            colour=theme.faint,
        )
        page.text(28, y + 76, f"{slip.at:%m月%d日 %H:%M}", 13, colour=theme.faint)
        y += 126
    services = (
        "如对该笔交易有疑问，可联系商家或申请退款。",
        "交易完成后若商家同意退款，资金将退回原支付账户。",
        "查看往来转账记录",
        "投诉与建议",
        "开具电子凭证",
        "添加到记账本",
    )
    y = small(page, pad, services, 28, y + 10, 334, size=13)
    return below(page, theme, slip, y + 16, "#07c160")


@layout("counter_slip", "paper", done=("业务办理回执", "转账业务客户回单", "柜面业务凭证"), shows=FULL)
def teller_sheet(slip: Slip, pad: Pad) -> Drawing:
    """A counter's sheet: bands 付款信息, 收款信息, 入账通知, labels above their values."""
    page = pad.page(820, 620, "#fdfdfb")
    page.text(
        410,
        48,
        pad.random.choice(("龙井村镇银行", "桐江银行股份有限公司", "西泠银行")),
        20,
        face="title",
        anchor="ms",
    )
    page.text(410, 80, slip.title or "", 20, face="title", anchor="ms")
    page.text(780, 80, f"凭证序号 {slip.serial}", 12, anchor="rs")
    figures, words = sums(slip)
    bands = (
        ("付款信息", (("户名", slip.payer), ("账号", slip.payer_account), ("开户网点", slip.bank))),
        ("收款信息", (("户名", slip.payee), ("账号", slip.payee_account), ("开户网点", "工行杭州市浙大分理处"))),
        ("交易信息", (("小写金额", figures), ("大写金额", words or "　"), ("用途", slip.purpose or "　"))),
        (pad.random.choice(("入账通知", "记账信息", "处理结果")), (("记账日期", f"{slip.at:%Y-%m-%d}"), ("记账时间", f"{slip.at:%H:%M:%S}"), ("处理状态", slip.state or "已记账"))),
    )  # fmt: skip
    y = 100.0
    for head, cells in bands:
        page.rect(40, y, 780, y + 26, fill="#ececec")
        page.text(52, y + 18, head, 13, face="bold")
        y += 26
        for i, (label, value) in enumerate(cells):
            x = 40 + 247 * i
            page.rect(x, y, x + 247, y + 52)
            page.text(x + 8, y + 18, label, 11, colour="#555555")
            page.text(x + 8, y + 42, value, page.fit(value, 15, 232))
        y += 52
    for label, value in (*((("单位", slip.unit),) if slip.unit else ()), *slip.rows):
        page.text(48, y + 24, f"{label}：{value}", 13)
        y += 24
    y = small(page, pad, (*IF_IT_FAILS[:4], "请客户核对打印内容，如有差错请当日联系柜台。", "本回执加盖业务章后有效"),
              48, y + 26, 560, count=2, colour="#444444")  # fmt: skip
    tail(page, slip, 48, y + 14)
    pressed(page, pad, slip, 690, 480, ("桐江银行城东支行", f"{slip.at:%Y.%m.%d}", "业务讫章"))
    return page


def _note(slip: Slip, pad: Pad) -> Callable[[Drawing, float], float]:
    return lambda page, y: small(page, pad, IF_IT_FAILS[:6], 40, y, 700, count=2, colour="#666666")


@layout("bank_receipt", "document", done=("付款成功", "支付完成"), pdf=True, shows=FULL)
def desk_page(slip: Slip, pad: Pad) -> Drawing:
    """A bank's web page kept as a PDF: a line of steps above, three columns of label over value, tips."""
    page = pad.page(860, 640)
    page.text(40, 44, pad.random.choice(("富春银行 | 企业网上银行", "瓯江银行个人网银")), 16, face="bold")
    page.text(820, 44, "安全退出　帮助　English", 12, colour="#666666", anchor="rs")
    page.text(
        430,
        84,
        pad.random.choice(
            ("1 填写信息 — 2 确认信息 — 3 完成", "①填写转账信息　②确认　③转账结果", "首页 > 转账汇款 > 转账结果")
        ),
        13,
        colour="#888888",
        anchor="ms",
    )
    tick(page, 60, 124, 14, "#2e7d32")
    page.text(86, 131, slip.title or "", 20, face="bold")
    figures, words = sums(slip)
    pairs = told(("收款户名", slip.payee), ("收款账号", slip.payee_account), ("收款行", "中国工商银行"), ("付款户名", slip.payer), ("付款账号", masked(pad.random, slip.payer_account)), ("付款行", slip.bank),
                 ("金额", figures), ("金额大写", words), ("手续费", "0.00"), ("状态", slip.state), ("单位", slip.unit), ("交易用途", slip.purpose), ("交易时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("指令序号", slip.serial), *slip.rows)  # fmt: skip
    for i, (label, value) in enumerate(pairs):
        x, y = 40 + 265 * (i % 3), 172 + 62 * (i // 3)
        page.text(x, y, label, 12, colour="#888888")
        page.text(x, y + 24, value, page.fit(value, 15, 250))
    y = _note(slip, pad)(page, 190 + 62 * ((len(pairs) + 2) // 3))
    page.text(40, y + 20, pad.random.choice(("继续转账　打印　保存收款人", "打印回单　返回首页", "再转一笔　查看明细")), 14, colour="#1a4f8a")  # fmt: skip
    tail(page, slip, 40, y + 50)
    return page
