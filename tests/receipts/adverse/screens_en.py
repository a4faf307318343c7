"""Screens in English: the messengers' bills and a foreign bank's app."""

from __future__ import annotations

from tests.receipts.adverse.case import Slip, layout
from tests.receipts.adverse.screens_zh import below, told
from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad
from tests.receipts.screens import DAY, MIST, NIGHT, SLATE, rows, status_bar, tick, top_bar
from tests.receipts.values import masked, spaced


def english(word: str) -> str:
    """A purpose of ours in English."""
    return {"": "", "馆际互借费": "Interlibrary loan fee", "检索费": "Library retrieval fee"}.get(
        word, "Library document delivery fee" if any("一" <= c <= "鿿" for c in word) else word
    )


@layout("wechat", "screen", "en", done=("",), made=("Payment Successful", "Paid", "Transaction successful"),
        shows="amount payee date serials")  # fmt: skip
def wechat_bill(slip: Slip, pad: Pad) -> Drawing:
    """WeChat set to English, bill details."""
    theme = pad.random.choice((DAY, NIGHT))
    page = pad.page(390, 800, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "Bill Details", theme.text)
    page.ellipse(169, 100, 221, 152, colour=None, fill="#3a7bd5")
    page.text(195, 186, slip.payee, 17, colour=theme.text, anchor="ms")
    page.text(
        195, 236, slip.figures if slip.sign else f"-{slip.figures}", 36, face="bold", colour=theme.text, anchor="ms"
    )
    if slip.title:
        page.text(195, 264, slip.title, 14, colour="#d08a1d", anchor="ms")
    page.line(24, 280, 366, 280, colour=theme.rule)
    pairs = told(
        ("Current Status", slip.state), ("Payment Time", f"{slip.at:%b %d, %Y %H:%M:%S}"), ("Product", english(slip.purpose)),
        ("Currency", slip.currency if slip.currency != "CNY" else None), ("Unit", slip.unit), ("Merchant", slip.payee), ("Payment Method", pad.random.choice(("Balance", "Bank Card"))),
        ("Transaction ID", slip.serial), ("Merchant Order No.", slip.order), *slip.rows,
    )  # fmt: skip
    y = rows(page, theme, pairs, 318, label_x=26, value_x=176, size=14, step=34)
    return below(page, theme, slip, y + 12, "#07c160")


@layout("alipay", "screen", "en", done=("Successful", "Transaction successful", "Payment successful"),
        shows="amount payee date serials")  # fmt: skip
def alipay_bill(slip: Slip, pad: Pad) -> Drawing:
    """Alipay set to English, bill details."""
    page = pad.page(390, 780, "#f4f5f7")
    status_bar(page, pad, "#222222")
    top_bar(page, pad.random.choice(("Bill Details", "Transaction details")), "#222222")
    page.rect(10, 92, 380, 250, colour=None, fill="#ffffff", radius=10)
    page.text(195, 130, slip.payee, 16, anchor="ms")
    page.text(195, 186, slip.figures if slip.sign else f"-{slip.figures}", 36, face="bold", anchor="ms")
    page.text(195, 224, slip.title or "", 15, colour="#7a7a7a", anchor="ms")
    page.rect(10, 260, 380, 700, colour=None, fill="#ffffff", radius=10)
    pairs = told(
        ("Status", slip.state), ("Payment Method", f"{pad.random.choice(('ICBC', 'CCB', 'BOC'))} Debit Card({slip.payer_account[-4:]})"),
        ("Description", english(slip.purpose)), ("Currency", slip.currency if slip.currency != "CNY" else None), ("Unit", slip.unit), ("Payee", slip.payee), ("Payment Time", f"{slip.at:%Y-%m-%d %H:%M:%S}"),
        ("Order No.", slip.serial), ("Merchant Order No.", slip.order), *slip.rows,
    )  # fmt: skip
    y = rows(page, MIST, pairs, 296, label_x=26, value_x=172, right=364, size=14, step=36)
    return below(page, MIST, slip, y + 12, "#1677ff")


@layout("bank_app", "screen", "en", done=("Transfer completed", "Payment sent successfully", "Transfer successful"),
        shows="amount payee payee_account date serials", names=("浙江大学", "Zhejiang University", "ZHEJIANG UNIVERSITY"))  # fmt: skip
def foreign_app(slip: Slip, pad: Pad) -> Drawing:
    """A foreign bank's app in China."""
    theme = pad.random.choice((DAY, SLATE))
    page = pad.page(390, 800, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "Transfer details", theme.text)
    if slip.title:
        tick(page, 195, 128, 24, "#2e7d32")
        page.text(195, 182, slip.title, 19, face="bold", colour=theme.text, anchor="ms")
    page.text(195, 230, f"{slip.currency} {slip.figures}", 30, face="bold", colour=theme.text, anchor="ms")
    pairs = told(
        ("Payee name", slip.payee), ("Payee account", spaced(slip.payee_account)), ("Payee bank", "ICBC Hangzhou"), ("From", f"{masked(pad.random, slip.payer_account)}"),
        ("Status", slip.state), ("Unit", slip.unit), ("Remarks", english(slip.purpose)), ("Date", f"{slip.at:%d %b %Y, %H:%M}"), ("Reference no.", slip.serial), *slip.rows,
    )  # fmt: skip
    y = rows(page, theme, pairs, 284, label_x=26, value_x=150, size=14, step=36)
    return below(page, theme, slip, y + 12, "#b00020")
