"""支付宝, and further screens of WeChat and of the library's own payment page."""

from __future__ import annotations

from decimal import Decimal

from tests.receipts.drawing import Drawing
from tests.receipts.layouts.open_wechat import note, paid_to, time_text
from tests.receipts.registry import Pad, layout
from tests.receipts.screens import DAY, MIST, NIGHT, button, rows, status_bar, tick, top_bar
from tests.receipts.values import Facts, digits, person


@layout("alipay", "screen", weight=2)
def alipay_bill(f: Facts, pad: Pad) -> Drawing:
    """账单详情: payee on top, amount, 交易成功."""
    theme = pad.random.choice((MIST, MIST, NIGHT))
    page = pad.page(390, 880, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "账单详情", theme.text, right="全部账单")
    page.rect(12, 92, 378, 690, colour=None, fill=theme.card, radius=10)
    payee = paid_to(f, pad)
    page.text(195, 140, payee, 18, colour=theme.text, anchor="ms")
    page.text(195, 190, f"-{f.grouped}", 36, face="bold", colour=theme.text, anchor="ms")
    page.text(195, 220, "交易成功", 15, colour=theme.faint, anchor="ms")
    f.show("date", "time")
    at = f"{f.at:%Y-%m-%d %H:%M:%S}"
    order = f"{f.at:%Y%m%d}2200{digits(pad.random, 16)}"
    pairs = [(pad.random.choice(("支付时间", "创建时间")), at), ("付款方式", pad.random.choice(("余额宝", "花呗", "招商银行储蓄卡(1234)"))),
             ("商品说明", note(f, pad)), ("收款方全称", payee), ("订单号", f.serial(order)),
             ("商家订单号", f.serial(digits(pad.random, pad.random.choice((18, 24, 32)))))]  # fmt: skip
    y = rows(page, theme, pairs, 268, label_x=28, value_x=126, size=14, step=36)
    for label, value in (("账单管理", ""), ("账单分类", "教育培训 >"), ("计入收支", "")):
        page.text(28, y + 26, label, 14, colour=theme.text)
        page.text(362, y + 26, value, 14, colour=theme.faint, anchor="rs")
        y += 40
    return page


@layout("alipay", "screen")
def alipay_to_card(f: Facts, pad: Pad) -> Drawing:
    """A transfer from Alipay to a bank account: its tail is all that shows."""
    theme = DAY
    page = pad.page(375, 812, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "账单详情", theme.text)
    f.show("amount", "payee", "payee_account", "payee_is_library", "date", "time")
    f.payee_account_shown = f"****{f.payee_account[-4:]}"
    page.text(187, 142, f"{f.payee}({f.payee_account[-4:]})", 18, anchor="ms")
    page.text(187, 196, f"-{f.grouped}", 38, face="bold", anchor="ms")
    page.text(187, 224, "交易成功", 15, colour=theme.faint, anchor="ms")
    pairs = [
        ("付款方式", "余额"),
        ("转账备注", note(f, pad, 0.7)),
        ("转账到", f"工商银行({f.payee_account[-4:]}) {f.payee}"),
        ("创建时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("服务费", "0.00"),
        ("订单号", f.serial(f"{f.at:%Y%m%d}2000{digits(pad.random, 20)}")),
    ]
    rows(page, theme, pairs, 280, label_x=24, value_x=120, step=38)
    return page


@layout("wechat", "screen")
def wechat_success(f: Facts, pad: Pad) -> Drawing:
    """支付成功: only amount and payee; nothing to match by but these."""
    page = pad.page(390, 844, "#ffffff")
    status_bar(page, pad, "#191919")
    tick(page, 195, 150, 26, "#07c160")
    page.text(195, 210, "支付成功", 17, colour="#07c160", anchor="ms")
    page.text(195, 290, paid_to(f, pad), 17, anchor="ms")
    page.text(195, 345, f"￥{f.figures}", 42, face="bold", anchor="ms")
    if pad.chance(0.4):
        page.text(60, 420, "优惠", 14, colour="#8a8a8a")
        page.text(330, 420, "-￥0.00", 14, colour="#8a8a8a", anchor="rs")
    f.transactions = ()
    button(page, 110, 720, 280, "完成", "#f2f2f2", ink="#07c160")
    return page


@layout("wechat", "screen")
def wechat_transfer(f: Facts, pad: Pad) -> Drawing:
    """转账 to a person or account, received: 转账单号, two times."""
    theme = pad.random.choice((DAY, NIGHT))
    page = pad.page(375, 800, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "账单详情", theme.text)
    payee = paid_to(f, pad)
    f.ours = None if f.ours else f.ours  # from person to person: the name is what the payee calls himself
    page.text(
        187,
        150,
        f"转账-转给{payee}" if pad.chance(0.5) else f"扫二维码付款-给{payee}",
        17,
        colour=theme.text,
        anchor="ms",
    )
    page.text(187, 200, f"-{f.figures}", 38, face="bold", colour=theme.text, anchor="ms")
    when = time_text(f)
    pairs = [
        ("当前状态", pad.random.choice(("对方已收钱", "支付成功", "朋友已收钱"))),
        ("转账说明", note(f, pad, 0.7)),
        ("转账时间", when),
        ("收款时间", when),
        ("支付方式", "零钱"),
        ("转账单号", f.serial("1000050001" + f"{f.at:%Y%m%d}" + digits(pad.random, 12))),
    ]
    rows(page, theme, pairs, 260)
    return page


ITEMS = ("文献传递费", "馆际互借费", "超期晚回还", "检索费", "复印费", "图书赔偿")


def items(f: Facts, pad: Pad) -> list[tuple[str, Decimal]]:
    """Several items that make the sum."""
    cents, parts = int(f.amount * 100), []
    for _ in range(pad.random.choice((0, 0, 1, 2))):
        if cents > 20:
            part = pad.random.randint(5, cents - 10)
            parts.append(part)
            cents -= part
    return [(pad.random.choice(ITEMS), Decimal(part).scaleb(-2)) for part in (cents, *parts)]


@layout("library_payment", "screen")
def library_paid(f: Facts, pad: Pad) -> Drawing:
    """图书馆缴费: items, sum, 缴费成功."""
    page = pad.page(375, 780, "#f2f2f5")
    status_bar(page, pad, "#222222")
    top_bar(page, "图书馆缴费", "#222222")
    f.show("amount", "payee_is_library", "date", "time")
    f.ours, f.payee_account, f.transactions = True, "", ()
    tick(page, 187, 130, 24, "#2b7de9")
    page.text(187, 186, "缴费成功", 18, face="bold", anchor="ms")
    page.rect(14, 206, 361, 720, colour=None, fill="#ffffff", radius=8)
    page.text(30, 240, "缴费项目名称", 14, colour="#888888")
    page.text(345, 240, "缴费金额", 14, colour="#888888", anchor="rs")
    y = 274.0
    for name, amount in items(f, pad):
        page.text(30, y, name, 15)
        page.text(345, y, f"{amount:.2f}", 15, anchor="rs")
        y += 34
    page.line(30, y - 16, 345, y - 16, colour="#dddddd")
    page.text(30, y + 12, "合计", 16, face="bold")
    page.text(345, y + 12, f.figures, 16, face="bold", anchor="rs")
    pairs = [
        ("支付方式", "电子账户"),
        ("电子账户", "校园宝"),
        ("缴费时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("流水号", f.serial(digits(pad.random, 14))),
        ("学工号", digits(pad.random, 8)),
        ("姓名", person(pad.random)),
    ]
    rows(page, DAY, pairs, y + 54, right=345)
    return page


@layout("library_payment", "screen")
def card_flow(f: Facts, pad: Pad) -> Drawing:
    """一卡通 流水详情 of a payment to the library, with the balance after it."""
    page = pad.page(390, 800, "#f6f6f6")
    status_bar(page, pad, "#222222")
    top_bar(page, "流水详情", "#222222")
    f.show("amount", "payee_is_library", "date", "time")
    f.ours, f.payee_account, f.transactions = True, "", ()
    page.rect(14, 92, 376, 560, colour=None, fill="#ffffff", radius=8)
    page.text(195, 140, "图书馆缴费", 16, anchor="ms")
    page.text(195, 188, f"-{f.figures}", 34, face="bold", anchor="ms")
    pairs = [
        ("交易状态", "交易成功"),
        ("交易类型", "缴费"),
        ("商户名称", "图书馆"),
        ("交易时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("账户余额", f"{pad.random.randint(1000, 80000) / 100:.2f}元"),
        ("交易流水", f.serial(digits(pad.random, 18))),
    ]
    rows(page, DAY, pairs, 246, right=360, step=42)
    return page
