"""Screens of banks, wallets and a campus that the open layouts do not have, in Chinese."""

from __future__ import annotations

from tests.receipts.adverse.case import Slip, layout
from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad
from tests.receipts.screens import DAY, MIST, NIGHT, SLATE, Theme, button, rows, status_bar, tick, top_bar
from tests.receipts.values import digits, masked, spaced

Pairs = list[tuple[str, str]]


def told(*pairs: tuple[str, str | None]) -> Pairs:
    """Only those that have a value."""
    return [(label, value) for label, value in pairs if value]


def below(page: Drawing, theme: Theme, slip: Slip, y: float, fill: str) -> Drawing:
    """Progress line, remarks and button, and no more screen than is needed."""
    for i, (what, when) in enumerate(slip.steps):
        page.ellipse(32, y - 5, 42, y + 5, colour=fill, fill=fill if when else None)
        if i + 1 < len(slip.steps):
            page.line(37, y + 6, 37, y + 38, colour=theme.rule, width=2)
        page.text(56, y + 5, what, 15, colour=theme.text)
        page.text(page.width - 24, y + 5, when, 13, colour=theme.faint, anchor="rs")
        y += 44
    for line in slip.foot:
        for piece in page.wrap(line, 13, page.width - 56):
            page.text(28, y + 8, piece, 13, colour=theme.faint)
            y += 21
        y += 6
    if slip.button:
        button(page, 28, y + 16, page.width - 28, slip.button, fill)
        y += 76
    page.height = max(page.height, y + 24)
    return page


@layout(
    "bank_app", "screen", done=("转账成功", "转账交易成功", "汇款成功"), shows="amount payee payee_account date serials"
)
def county_app(slip: Slip, pad: Pad) -> Drawing:
    """A rural bank's app: a coloured head with the sum, a white card with flush-right values."""
    hue = pad.random.choice(("#1f8a4c", "#0b6e4f", "#c0392b"))
    page = pad.page(390, 780, "#f2f4f3")
    page.rect(0, 0, 390, 250, colour=None, fill=hue)
    status_bar(page, pad, "#ffffff")
    top_bar(page, pad.random.choice(("转账结果", "交易回单", "回执")), "#ffffff")
    if slip.title:
        page.text(195, 140, slip.title, 20, colour="#ffffff", face="bold", anchor="ms")
    mark = {"CNY": "￥"}.get(slip.currency, f"{slip.currency} ")
    page.text(195, 196, mark + slip.figures, 36, colour="#ffffff", face="bold", anchor="ms")
    page.rect(14, 226, 376, 720, colour=None, fill="#ffffff", radius=12)
    pairs = told(
        ("收款人", slip.payee), ("收款账号", spaced(slip.payee_account)), ("付款人", slip.payer),
        ("付款账号", masked(pad.random, slip.payer_account)), ("状态", slip.state), ("金额单位", slip.unit),
        ("用途", slip.purpose), ("转账时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("电子回单号", slip.serial), *slip.rows,
    )  # fmt: skip
    y = rows(page, DAY, pairs, 266, label_x=32, value_x=150, right=360, step=36)
    return below(page, DAY, slip, max(y, 560) + 10, hue)


@layout("bank_app", "screen", done=("",), made=("交易成功", "支付成功", "成功"), shows="amount payee date serials")
def unionpay_bill(slip: Slip, pad: Pad) -> Drawing:
    """云闪付, detail of a bill."""
    theme = pad.random.choice((DAY, SLATE, NIGHT))
    page = pad.page(390, 800, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "交易详情", theme.text, right="更多")
    page.text(195, 128, slip.payee, 17, colour=theme.text, anchor="ms")
    page.text(195, 180, f"{slip.sign or '-'}{slip.amount:,.2f}元" if slip.currency == "CNY" else f"{slip.currency} {slip.figures}",
              34, face="bold", colour=theme.text, anchor="ms")  # fmt: skip
    if slip.title:
        page.text(195, 214, slip.title, 15, colour="#d8342c", anchor="ms")
    pairs = told(
        ("交易状态", slip.state), ("交易类型", "消费"), ("商户名称", slip.payee), ("订单描述", slip.purpose), ("单位", slip.unit),
        ("付款卡", f"{slip.bank}借记卡[{slip.payer_account[-4:]}]"), ("交易时间", f"{slip.at:%Y/%m/%d %H:%M:%S}"),
        ("交易流水号", slip.serial), ("商户订单号", slip.order), *slip.rows,
    )  # fmt: skip
    y = rows(page, theme, pairs, 262, label_x=24, value_x=132, step=38, rule=True)
    page.text(195, y + 18, "本页面由云闪付提供", 12, colour=theme.faint, anchor="ms")
    return below(page, theme, slip, y + 54, "#d8342c")


@layout(
    "bank_app", "screen", done=("支付成功", "付款成功"), made=("已完成", "交易成功"), shows="amount payee date serials"
)
def jd_bill(slip: Slip, pad: Pad) -> Drawing:
    """京东支付, a bill."""
    page = pad.page(390, 760, "#f5f6fa")
    status_bar(page, pad, "#222222")
    top_bar(page, "账单详情", "#222222")
    page.rect(12, 96, 378, 250, colour=None, fill="#ffffff", radius=10)
    page.text(32, 136, slip.payee, 16, face="bold")
    page.text(
        32,
        190,
        f"{slip.sign or '-'}{slip.amount:.2f}" if slip.currency == "CNY" else f"{slip.currency}{slip.figures}",
        34,
        face="bold",
    )
    page.text(32, 226, slip.title or "", 14, colour="#e2231a")
    page.rect(12, 262, 378, 700, colour=None, fill="#ffffff", radius=10)
    pairs = told(
        ("订单状态", slip.state), ("商品说明", slip.purpose), ("收款方", slip.payee), ("单位", slip.unit), ("支付方式", f"{slip.bank}({slip.payer_account[-4:]})"),
        ("创建时间", f"{slip.at:%Y.%m.%d %H:%M:%S}"), ("京东交易号", slip.serial), ("商户单号", slip.order), *slip.rows,
    )  # fmt: skip
    y = rows(page, MIST, pairs, 300, label_x=32, value_x=128, right=358, step=36)
    return below(page, MIST, slip, y + 14, "#e2231a")


@layout(
    "bank_app",
    "screen",
    done=("对方已收款", "资金已到账", "转账已到账"),
    shows="amount payee payee_account date serials",
)
def city_app(slip: Slip, pad: Pad) -> Drawing:
    """A city bank's app: a tick, the sum below, labels above their values, and often a progress line."""
    theme = pad.random.choice((DAY, NIGHT, SLATE))
    page = pad.page(390, 820, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("转账详情", "记录详情")), theme.text, right="分享")
    if slip.title:
        tick(page, 60, 130, 20, "#2f7de1")
        page.text(92, 137, slip.title, 20, face="bold", colour=theme.text)
    page.text(
        36,
        196,
        ("¥ " if slip.currency == "CNY" else slip.currency + " ") + slip.figures,
        32,
        face="bold",
        colour=theme.text,
    )
    pairs = told(
        ("收款户名", slip.payee), ("收款账户", slip.payee_account), ("付款账户", f"{slip.payer} {masked(pad.random, slip.payer_account)}"),
        ("当前状态", slip.state), ("金额单位", slip.unit), ("附言", slip.purpose), ("交易日期", f"{slip.at:%Y年%m月%d日 %H:%M:%S}"),
        ("流水编号", slip.serial), *slip.rows,
    )  # fmt: skip
    y = 246.0
    for label, value in pairs:
        page.text(36, y, label, 13, colour=theme.faint)
        y += 22
        for piece in page.wrap(value, 16, 320):
            page.text(36, y, piece, 16, colour=theme.text)
            y += 22
        y += 8
    return below(page, theme, slip, y + 12, "#2f7de1")


@layout("library_payment", "screen", done=("缴费成功", "支付成功", "缴费完成"), made=("已缴费", "缴费成功"),
        shows="amount payee date serials")  # fmt: skip
def campus_cashier(slip: Slip, pad: Pad) -> Drawing:
    """A university's cashier page on a phone: item, payer, sum."""
    page = pad.page(390, 780, "#eef2f8")
    status_bar(page, pad, "#222222")
    page.rect(0, 44, 390, 96, colour=None, fill="#003f87")
    page.text(
        195,
        78,
        pad.random.choice(("校园统一支付平台", "财务缴费平台", "智慧校园缴费")),
        18,
        colour="#ffffff",
        anchor="ms",
    )
    if slip.title:
        tick(page, 195, 146, 26, "#18a05e")
        page.text(195, 204, slip.title, 20, face="bold", anchor="ms")
    page.rect(14, 226, 376, 690, colour=None, fill="#ffffff", radius=8)
    pairs = told(
        ("缴费项目", slip.purpose or "文献传递费"), ("缴费金额", f"{slip.figures}元" if slip.currency == "CNY" else f"{slip.currency} {slip.figures}"),
        ("收款单位", slip.payee), ("单位", slip.unit), ("缴费人", slip.payer), ("学工号", f"3{digits(pad.random, 9)}"), ("缴费状态", slip.state),
        ("缴费时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("支付订单号", slip.serial), ("缴费渠道", pad.random.choice(("校园卡", "微信", "聚合支付"))),
        *slip.rows,
    )  # fmt: skip
    y = rows(page, MIST, pairs, 264, label_x=32, value_x=136, step=38, rule=True)
    return below(page, MIST, slip, y + 10, "#003f87")


@layout("bank_app", "screen", done=("交易成功", "转出成功"), shows="amount payee payee_account date serials")
def long_shot(slip: Slip, pad: Pad) -> Drawing:
    """A long screenshot: the payment above, earlier movements of the account below."""
    page = pad.page(390, 1240, "#ffffff")
    status_bar(page, pad, "#222222")
    top_bar(page, "收支明细", "#222222")
    page.text(28, 130, slip.title or "", 18, face="bold")
    page.text(362, 130, ("¥" if slip.currency == "CNY" else slip.currency) + slip.figures, 26, face="bold", anchor="rs")
    pairs = told(
        ("对方户名", slip.payee), ("对方账号", slip.payee_account), ("摘要", slip.purpose), ("业务状态", slip.state), ("单位", slip.unit),
        ("交易时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("交易流水", slip.serial), *slip.rows,
    )  # fmt: skip
    y = rows(page, DAY, pairs, 176, label_x=28, value_x=126, step=36)
    page = below(page, DAY, slip, y + 8, "#b5121b")
    y = max(y + 70, page.height - 1240 + 560)
    page.text(28, y, "更多记录", 17, face="bold")
    for _ in range(pad.random.randint(6, 9)):
        y += 66
        page.text(28, y, pad.random.choice(("食堂消费", "网上购物", "转账收入", "工资", "地铁出行", "利息")), 16)
        page.text(
            28,
            y + 22,
            f"{pad.random.randint(1, 11):02d}-{pad.random.randint(1, 28):02d} {pad.random.randint(8, 21):02d}:{pad.random.randint(0, 59):02d}",
            12,
            colour="#888888",
        )
        page.text(362, y, f"{pad.random.choice('+--')}{pad.random.randint(100, 90000) / 100:.2f}", 16, anchor="rs")
    page.height = max(page.height, y + 60)
    return page
