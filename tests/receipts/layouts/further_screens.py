"""Screens drawn unlike the open ones: in English, labels over values, lists below a payment, campus cards."""

from __future__ import annotations

from datetime import timedelta

from tests.receipts.drawing import Drawing
from tests.receipts.layouts.further_paper import FURTHER
from tests.receipts.layouts.open_apps import shown_account
from tests.receipts.layouts.open_banks import purpose
from tests.receipts.layouts.open_wechat import note, paid_to
from tests.receipts.registry import Pad, layout
from tests.receipts.screens import DAY, MIST, NIGHT, SLATE, Theme, button, rows, status_bar, tick, top_bar
from tests.receipts.values import Facts, digits, masked, person

ENGLISH = {"浙江大学": "Zhejiang University", "浙江大学图书馆": "Zhejiang University Library"}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def english_time(f: Facts, pad: Pad) -> str:
    """A moment as an app in English writes it."""
    f.show("date", "time")
    month = MONTHS[f.at.month - 1]
    return pad.random.choice((f"{month} {f.at.day}, {f.at.year} {f.at:%H:%M:%S}", f"{f.at:%Y-%m-%d %H:%M:%S}",
                              f"{f.at.day} {month} {f.at.year} {f.at:%H:%M:%S}", f"{f.at:%Y/%m/%d %H:%M:%S}"))  # fmt: skip


@layout("wechat", "screen", family=FURTHER)
def wechat_english(f: Facts, pad: Pad) -> Drawing:
    """WeChat's bill in English."""
    theme = pad.random.choice((DAY, NIGHT))
    page = pad.page(390, 844, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("Bill Details", "Transaction Details", "Weixin Pay")), theme.text)
    payee = paid_to(f, pad)
    page.text(195, 190, payee, 17, colour=theme.text, anchor="ms")
    page.text(195, 244, f"-{f.figures}", 38, face="bold", colour=theme.text, anchor="ms")
    order = "42000" + digits(pad.random, 23)
    pairs = [("Status", pad.random.choice(("Payment successful", "Paid", "Payment Successful"))), ("Payment Time", english_time(f, pad)), ("Product", note(f, pad)),
             ("Merchant", payee), ("Acquirer", "财付通支付科技有限公司"), ("Payment Method", pad.random.choice(("Balance", "ICBC (6021)", "Mini Fund"))),
             ("Transaction ID", f.serial(order)), ("Merchant Order No.", f.serial(digits(pad.random, 20)))]  # fmt: skip
    rows(page, theme, pairs, 316, value_x=170)
    return page


@layout("alipay", "screen", family=FURTHER)
def alipay_english(f: Facts, pad: Pad) -> Drawing:
    """Alipay's bill in English."""
    theme = pad.random.choice((DAY, MIST))
    page = pad.page(390, 844, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("Bill Details", "Transaction details")), theme.text)
    payee = paid_to(f, pad)
    page.text(195, 150, payee, 18, colour=theme.text, anchor="ms")
    page.text(195, 204, f"-{f.figures}", 36, face="bold", colour=theme.text, anchor="ms")
    page.text(
        195,
        236,
        pad.random.choice(("Successful", "Transaction successful", "Paid")),
        15,
        colour=theme.faint,
        anchor="ms",
    )
    pairs = [("Payment time", english_time(f, pad)), ("Payment method", pad.random.choice(("Balance", "Yu'e Bao", "Bank of China (6021)"))),
             ("Description", note(f, pad)), ("Payee", payee), ("Order No.", f.serial(f"{f.at:%Y%m%d}2200" + digits(pad.random, 17))),
             ("Merchant order No.", f.serial(digits(pad.random, 18))), ("Category", "Education")]  # fmt: skip
    rows(page, theme, pairs, 290, value_x=170)
    return page


@layout("bank_app", "screen", family=FURTHER, weight=1.5)
def english_app(f: Facts, pad: Pad) -> Drawing:
    """A bank's app in English: result or details of a transfer."""
    theme = pad.random.choice((DAY, MIST, SLATE))
    page = pad.page(390, 844, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("Transfer Details", "Transfer Result", "Transaction Details")), theme.text)
    if pad.chance(0.6):
        tick(page, 195, 130, 24, "#0a8f4d")
        page.text(195, 186, pad.random.choice(("Transfer Successful", "Transfer completed", "Payment successful")), 19, face="bold",
                  colour=theme.text, anchor="ms")  # fmt: skip
        state = None
    else:
        state = ("Status", pad.random.choice(("Success", "Successful", "Completed")))
    page.text(195, 240, f"CNY {f.grouped}", 30, face="bold", colour=theme.text, anchor="ms")
    name = ENGLISH.get(f.payee, f.payee) if pad.chance(0.5) else f.payee
    account = shown_account(f, pad)
    f.show("payer")
    pairs = [("Transfer Amount", f"{f.grouped} CNY"), ("Payee Name", name), ("Payee Account", account), ("Payee Bank", "ICBC Hangzhou Branch"),
             ("Payer Name", f.payer), ("Payer Account", masked(pad.random, f.payer_account)), ("Transaction Time", english_time(f, pad)),
             ("Remarks", purpose(f, pad)), ("Reference No.", f.serial(digits(pad.random, 18))), ("Fee", "0.00")]  # fmt: skip
    if state:
        pairs.insert(0, state)
    rows(page, theme, pairs, 290, value_x=165, size=14)
    return page


@layout("bank_app", "screen", family=FURTHER)
def labels_over_values(f: Facts, pad: Pad) -> Drawing:
    """Small grey labels, each value on the line below."""
    theme = pad.random.choice((DAY, NIGHT, MIST))
    page = pad.page(375, 980, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "交易详情", theme.text)
    page.text(30, 112, "转账成功", 18, face="bold", colour=theme.text)
    f.show("date", "time", "payer")
    pairs = [("转账金额", f"¥ {f.grouped}"), ("收款人", f.payee), ("收款账号", shown_account(f, pad, 0.3)), ("付款人", f.payer),
             ("付款账号", masked(pad.random, f.payer_account)), ("交易时间", f"{f.at:%Y-%m-%d %H:%M:%S}"), ("附言", purpose(f, pad)),
             ("交易流水号", f.serial(digits(pad.random, 20)))]  # fmt: skip
    for i, (label, value) in enumerate(pairs):
        y = 160 + 74 * i
        page.text(30, y, label, 13, colour=theme.faint)
        page.text(30, y + 28, value, page.fit(value, 18, 320), colour=theme.text)
        page.line(30, y + 44, 345, y + 44, colour=theme.rule, width=0.6)
    return page


def a_list(page: Drawing, pad: Pad, f: Facts, theme: Theme, y: float, count: int) -> float:
    """Earlier payments: a name and a signed sum, a day below."""
    at = f.at
    for _ in range(count):
        at -= timedelta(days=pad.random.randint(1, 20), hours=pad.random.randint(0, 9))
        name = pad.random.choice(
            (person(pad.random), "罗森便利店", "杭州地铁", "美团", "转账-" + person(pad.random), "工资")
        )
        sign = "+" if name == "工资" else "-"
        page.text(24, y, name, 15, colour=theme.text)
        page.text(
            page.width - 24, y, f"{sign}{pad.random.randint(100, 90000) / 100:,.2f}", 15, colour=theme.text, anchor="rs"
        )
        page.text(24, y + 20, pad.random.choice((f"{at:%m-%d %H:%M}", f"{at:%Y-%m-%d}")), 12, colour=theme.faint)
        y += 56
    return y


@layout("bank_app", "screen", family=FURTHER, weight=1.5)
def list_below(f: Facts, pad: Pad) -> Drawing:
    """A long screenshot: the payment, then the account's last transactions."""
    theme = pad.random.choice((DAY, MIST, NIGHT))
    count = pad.random.randint(4, 12)
    page = pad.page(375, 780 + 56 * count, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("转账结果", "交易详情")), theme.text)
    tick(page, 187, 130, 24, "#1a9c5b")
    page.text(187, 186, pad.random.choice(("转账成功", "交易成功")), 18, face="bold", colour=theme.text, anchor="ms")
    page.text(187, 232, f"¥{f.grouped}", 30, face="bold", colour=theme.text, anchor="ms")
    f.show("date", "time")
    pairs = [("收款户名", f.payee), ("收款账号", shown_account(f, pad, 0.4)), ("付款卡号", masked(pad.random, f.payer_account)),
             ("交易时间", f"{f.at:%Y-%m-%d %H:%M:%S}"), ("转账附言", purpose(f, pad)), ("流水号", f.serial(digits(pad.random, 16)))]  # fmt: skip
    y = rows(page, theme, pairs, 280, right=350, step=40)
    button(page, 30, y, 345, "完成", "#1a9c5b")
    y += 100
    page.text(
        24,
        y,
        pad.random.choice(("最近交易", "近期转账记录", "交易记录", "往来记录")),
        16,
        face="bold",
        colour=theme.text,
    )
    a_list(page, pad, f, theme, y + 40, count)
    return page


@layout("wechat", "screen", family=FURTHER)
def wechat_with_history(f: Facts, pad: Pad) -> Drawing:
    """A stitched screenshot: the bill, then the list it was opened from."""
    theme = DAY
    count = pad.random.randint(4, 9)
    page = pad.page(390, 700 + 56 * count, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "账单详情", theme.text)
    payee = paid_to(f, pad)
    page.text(195, 150, payee, 17, colour=theme.text, anchor="ms")
    page.text(195, 204, f"-{f.figures}", 38, face="bold", colour=theme.text, anchor="ms")
    f.show("date", "time")
    pairs = [("当前状态", "支付成功"), ("支付时间", f"{f.at.year}年{f.at.month}月{f.at.day}日 {f.at:%H:%M:%S}"), ("商品", note(f, pad)), ("商户全称", payee),
             ("支付方式", "零钱"), ("交易单号", f.serial("42000" + digits(pad.random, 23))), ("商户单号", f.serial(digits(pad.random, 20)))]  # fmt: skip
    y = rows(page, theme, pairs, 270)
    page.rect(0, y, 390, y + 10, colour=None, fill=theme.card)
    page.text(24, y + 50, f"{f.at.year}年{f.at.month}月", 16, face="bold")
    a_list(page, pad, f, theme, y + 96, count)
    return page


@layout("library_payment", "screen", family=FURTHER, weight=2)
def campus_card(f: Facts, pad: Pad) -> Drawing:
    """A campus card's page after a payment: 姓名 and 学工号 are the patron's, no payee is named as such."""
    theme = pad.random.choice((DAY, MIST))
    page = pad.page(375, 812, theme.paper)
    f.payee_account = ""
    f.ours = True
    f.payer = person(pad.random)
    f.show("amount", "date", "time", "payer", "payee_is_library")
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("缴费详情", "缴费结果", "支付结果")), theme.text)
    tick(page, 187, 130, 24, "#1f7ae0")
    page.text(187, 186, pad.random.choice(("缴费成功", "支付成功")), 18, face="bold", colour=theme.text, anchor="ms")
    page.text(187, 232, f"￥{f.figures}", 30, face="bold", colour=theme.text, anchor="ms")
    f.transactions = ()
    where = pad.random.choice(
        (("收费单位", "浙江大学图书馆"), ("商户名称", "浙江大学图书馆"), ("商户", "图书馆文献传递"))
    )
    patron = [("姓名", f.payer), (pad.random.choice(("学工号", "学号", "工号")), digits(pad.random, 8))]
    facts = [where, ("缴费项目", "图书馆文献传递费"), ("缴费金额", f"{f.figures}元"), ("缴费时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
             ("支付方式", "校园卡"), ("流水号", f.serial(digits(pad.random, 16)))]  # fmt: skip
    pairs = facts[:1] + patron + facts[1:] if pad.chance(0.5) else patron + facts
    rows(page, theme, pairs, 290, right=345 if pad.chance(0.5) else None)
    return page
