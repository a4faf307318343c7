"""Screens of bank apps: result pages, details, receipts as long pictures."""

from __future__ import annotations

from tests.receipts.drawing import Drawing
from tests.receipts.layouts.open_banks import purpose, spell
from tests.receipts.registry import Pad, layout
from tests.receipts.screens import DAY, MIST, NIGHT, SLATE, button, rows, status_bar, tick, top_bar
from tests.receipts.values import BANKS, Facts, digits, masked, spaced


def shown_account(f: Facts, pad: Pad, share: float = 0.5) -> str:
    f.show("amount", "payee", "payee_account", "payee_is_library")
    account = f.payee_account
    f.payee_account_shown = masked(pad.random, account) if pad.chance(share) else account
    return spaced(account) if f.payee_account_shown == account and pad.chance(0.4) else f.payee_account_shown


@layout("bank_app", "screen")
def icbc_detail(f: Facts, pad: Pad) -> Drawing:
    """交易详情: list of labels, values at the right."""
    theme = pad.random.choice((MIST, MIST, SLATE))
    page = pad.page(375, 812, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "交易详情", theme.text, right="分享")
    page.rect(14, 92, 361, 700, colour=None, fill=theme.card, radius=12)
    page.text(187, 130, "转账支出", 15, colour=theme.faint, anchor="ms")
    page.text(
        187,
        172,
        pad.random.choice((f"-{f.grouped}", f"¥{f.grouped}", f"{f.grouped}元")),
        32,
        face="bold",
        colour=theme.text,
        anchor="ms",
    )
    f.show("date", "time", "payer")
    pairs = [("收款人", f.payee), ("收款账号", shown_account(f, pad)), ("收款银行", "中国工商银行"), ("付款人", f.payer),
             ("付款账户", masked(pad.random, f.payer_account)), ("交易时间", f"{f.at:%Y-%m-%d %H:%M:%S}"), ("手续费", "0.00元"),
             ("附言", purpose(f, pad)), ("交易流水号", f.serial(digits(pad.random, pad.random.choice((16, 20, 26))))),
             ("账户余额", f"{pad.random.randint(1000, 9999999) / 100:,.2f}")]  # fmt: skip
    if pad.chance(0.5):
        pairs.pop()
    rows(page, theme, pairs, 218, label_x=30, value_x=130, right=345, step=40)
    button(page, 30, 722, 345, "电子回单", "#c7000b")
    return page


@layout("bank_app", "screen")
def ccb_result(f: Facts, pad: Pad) -> Drawing:
    """转账成功: a tick, the amount, few lines, an advert."""
    theme = DAY
    page = pad.page(390, 844, theme.paper)
    blue = "#0a5fd0"
    status_bar(page, pad, theme.text)
    top_bar(page, "转账结果", theme.text, right="完成")
    tick(page, 195, 140, 28, blue)
    page.text(195, 204, pad.random.choice(("转账成功", "交易成功", "汇款成功")), 20, face="bold", anchor="ms")
    page.text(195, 252, f"￥{f.grouped}", 34, face="bold", anchor="ms")
    if pad.chance(0.5):
        page.text(195, 280, spell(f, pad), 14, colour=theme.faint, anchor="ms")
    f.show("date")
    day = f"{f.at:%Y-%m-%d %H:%M:%S}" if pad.chance(0.7) else f"{f.at:%Y/%m/%d %H:%M}"
    pairs = [
        ("收款户名", f.payee),
        ("收款账户", shown_account(f, pad)),
        ("收款银行", "工商银行"),
        ("付款账户", f"{BANKS['ccb']}({f.payer_account[-4:]})"),
        ("转账附言", purpose(f, pad)),
        ("交易时间", day),
    ]
    if pad.chance(0.6):
        pairs.append(("凭证号", f.serial(digits(pad.random, 12))))
    y = rows(page, theme, pairs, 330, label_x=28, value_x=120, step=38, rule=pad.chance(0.5))
    page.rect(20, y + 10, 370, y + 86, colour=None, fill="#fff2e0", radius=8)
    page.text(
        36,
        y + 42,
        pad.random.choice(("建行生活 满100减20", "理财精选 7日年化3.25%", "信用卡新户礼 刷卡金88元")),
        16,
        colour="#b05a00",
    )
    page.text(36, y + 68, "起购金额 10,000.00元 立即查看 >", 12, colour="#b08040")
    button(page, 24, 770, 190, "继续转账", "#e9eef8", ink=blue)
    button(page, 204, 770, 366, "查看回单", blue)
    return page


@layout("bank_app", "screen")
def cmb_long(f: Facts, pad: Pad) -> Drawing:
    """A long picture made by the app: header, details, words, adverts, a code to scan."""
    theme = pad.random.choice((MIST, NIGHT))
    page = pad.page(375, pad.random.randint(1250, 1900), theme.paper)
    red = "#c8102e"
    page.rect(0, 0, 375, 150, colour=None, fill=red)
    page.text(187, 60, "招商银行", 22, face="bold", colour="#ffffff", anchor="ms")
    page.text(
        187, 96, pad.random.choice(("转账电子回单", "转账汇款凭证", "交易凭证")), 17, colour="#ffffff", anchor="ms"
    )
    page.rect(14, 124, 361, 1010, colour=None, fill=theme.card, radius=10)
    page.text(36, 172, "转账金额", 15, colour=theme.faint)
    page.text(36, 214, f"{f.grouped}", 34, face="bold", colour=theme.text)
    page.text(36, 244, f"人民币{spell(f, pad)}", 14, colour=theme.faint)
    f.show("date", "time", "payer")
    pairs = [
        ("收款人", f.payee),
        ("收款账号", shown_account(f, pad)),
        ("收款银行", "中国工商银行股份有限公司杭州浙大支行"),
        ("付款人", f.payer),
        ("付款账号", masked(pad.random, f.payer_account)),
        ("转账时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("到账时间", f"{f.at:%Y-%m-%d %H:%M}"),
        ("手续费", "¥0.00"),
        ("转账用途", purpose(f, pad)),
        ("流水号", f.serial("".join(pad.random.choices("0123456789ABCDEFGHJK", k=18)))),
        ("回单号", f.serial(digits(pad.random, 13))),
    ]
    y = rows(page, theme, pairs, 290, label_x=36, value_x=130, step=42, size=16, right=342 if pad.chance(0.5) else None)
    page.rect(137, y + 20, 237, y + 120, colour=theme.faint)
    page.text(187, y + 140, "扫码下载招商银行App", 13, colour=theme.faint, anchor="ms")
    page.stamp(300, 480, 105, "招商银行股份有限公司", "电子回单专用章", strength=0.75)
    for i, text in enumerate(
        (
            "为您推荐",
            "朝朝宝 近7日年化 1.85%",
            "闪电贷 最高可借 300,000.00元",
            "话费充值 满50.00减5.00",
            "历史转账 -128.00 -56.00 -1,200.00",
        )
    ):
        page.text(24, max(y + 190, 1050) + 38 * i, text, 15, colour=theme.faint)
    return page


@layout("bank_app", "screen", weight=0.7)
def boc_wrapped(f: Facts, pad: Pad) -> Drawing:
    """Large letters: account and numbers wrap over two lines."""
    theme = pad.random.choice((DAY, SLATE))
    page = pad.page(360, 780, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "转账详情", theme.text)
    f.show("date", "time")
    pairs = [("交易状态", "成功"), ("转账金额", f"{f.grouped} 人民币元"), ("收款人名称", f.payee), ("收款人账号", shown_account(f, pad, 0.2)),
             ("收款人开户行", "工行杭州市浙大分理处"), ("附言", purpose(f, pad)), ("交易时间", f"{f.at:%Y/%m/%d %H:%M:%S}"),
             ("交易序号", f.serial(digits(pad.random, 24))), ("手续费", "0.00")]  # fmt: skip
    rows(page, theme, pairs, 122, label_x=22, value_x=150, size=18, step=46, rule=True)
    return page
