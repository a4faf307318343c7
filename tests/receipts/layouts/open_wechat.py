"""微信支付: bill details and payment results, light and dark."""

from __future__ import annotations

from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad, layout
from tests.receipts.screens import DAY, NIGHT, rows, status_bar, top_bar
from tests.receipts.values import Facts, digits


def time_text(f: Facts) -> str:
    f.show("date", "time")
    return f"{f.at.year}年{f.at.month}月{f.at.day}日 {f.at:%H:%M:%S}"


def paid_to(f: Facts, pad: Pad) -> str:
    """Whom WeChat names: no account is shown."""
    f.payee_account = ""
    f.show("amount", "payee", "payee_is_library")
    f.payee = (
        pad.random.choice(("浙江大学", "浙江大学图书馆"))
        if f.ours
        else pad.random.choice(("美团", "杭州滴滴出行", "晓风书屋", "罗森便利店", "浙江大学后勤集团"))
    )
    return f.payee


def note(f: Facts, pad: Pad, share: float = 0.5) -> str:
    """The product or remark, with the numbers only sometimes."""
    if f.transactions and pad.chance(share):
        f.show("transactions")
        return f.purpose + pad.random.choice(("", " ", "-")) + " ".join(f.transactions)
    f.transactions = ()
    return f.purpose


@layout("wechat", "screen", weight=2)
def bill_detail(f: Facts, pad: Pad) -> Drawing:
    """账单详情 of a payment by code."""
    theme = pad.random.choice((DAY, DAY, NIGHT))
    page = pad.page(390, 844, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("账单", "账单详情", "交易详情")), theme.text)
    payee = paid_to(f, pad)
    page.ellipse(169, 112, 221, 164, colour=None, fill=pad.random.choice(("#2a78c8", "#c04a3a", "#4aa56a")))
    page.text(195, 146, payee[0], 24, face="bold", colour="#ffffff", anchor="ms")
    page.text(195, 196, payee, 17, colour=theme.text, anchor="ms")
    page.text(195, 246, f"-{f.figures}", 38, face="bold", colour=theme.text, anchor="ms")
    page.line(24, 282, 366, 282, colour=theme.rule)
    method = pad.random.choice(
        ("零钱", "零钱通", f"{pad.random.choice(('工商', '建设', '招商'))}银行储蓄卡({digits(pad.random, 4)})")
    )
    order = "10001071012" + f.at.strftime("%Y%m%d") + digits(pad.random, 9)
    shop = digits(pad.random, pad.random.choice((16, 20, 28)))
    pairs = [("当前状态", "支付成功"), ("支付时间", time_text(f)), ("商品", note(f, pad)), ("商户全称", payee), ("支付方式", method),
             ("交易单号", f.serial(order)), ("商户单号", "可在支持的商户扫码退款" if pad.chance(0.3) else f.serial(shop))]  # fmt: skip
    y = rows(page, theme, pairs, 316)
    page.line(24, y, 366, y, colour=theme.rule)
    for text in ("账单服务", "对订单有疑惑", "发起群收款", "查看往来转账"):
        y += 38
        page.text(30, y, text, 15, colour=theme.text)
    return page
