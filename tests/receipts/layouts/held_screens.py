"""Held back: other screens of bank apps, WeChat, Alipay, the library's payment pages."""

from __future__ import annotations

from decimal import Decimal

from tests.receipts.drawing import Drawing
from tests.receipts.layouts.held_banks import capital, note
from tests.receipts.registry import Pad, layout
from tests.receipts.screens import DAY, MIST, NIGHT, SLATE, Theme, rows, status_bar, tick
from tests.receipts.values import Facts, digits, masked, spaced

SHOPS = ("瑞幸咖啡", "盒马鲜生", "饿了么", "学府打印店", "浙江工业大学图书馆", "当当网")


def account(f: Facts, pad: Pad, mask: float) -> str:
    f.show("amount", "payee", "payee_account", "payee_is_library", "date")
    f.payee_account_shown = masked(pad.random, f.payee_account) if pad.chance(mask) else f.payee_account
    return spaced(f.payee_account) if "*" not in f.payee_account_shown and pad.chance(0.5) else f.payee_account_shown


def shop(f: Facts, pad: Pad) -> str:
    f.payee_account = ""
    f.show("amount", "payee", "payee_is_library")
    f.payee = pad.random.choice(("浙江大学", "浙江大学图书馆")) if f.ours else pad.random.choice(SHOPS)
    return f.payee


def remark(f: Facts, pad: Pad, share: float) -> str:
    if pad.chance(share):
        return note(f, pad)
    f.transactions = ()
    return f.purpose


def head(page: Drawing, pad: Pad, theme: Theme, title: str) -> None:
    status_bar(page, pad, theme.text)
    page.text(30, 70, "×" if pad.chance(0.4) else "<", 22, colour=theme.text)
    page.text(page.width / 2, 70, title, 17, colour=theme.text, anchor="ms")


@layout("bank_app", "screen", family="held")
def abc_receipt_card(f: Facts, pad: Pad) -> Drawing:
    """A ticket on a coloured ground, label above value."""
    theme = pad.random.choice((MIST, SLATE))
    page = pad.page(400, 866, pad.random.choice(("#00866a", "#c9242b", "#1f4fa3")))
    status_bar(page, pad, "#ffffff")
    page.rect(18, 90, 382, 840, colour=None, fill=theme.card, radius=14)
    page.text(200, 136, "交易成功", 19, face="bold", colour=theme.text, anchor="ms")
    page.text(200, 190, f"{f.grouped}元", 36, face="bold", colour=theme.text, anchor="ms")
    pairs = [
        ("收款方", f.payee),
        ("收款账号", account(f, pad, 0.4)),
        ("付款卡", f"储蓄卡 {masked(pad.random, f.payer_account)}"),
        ("备注", note(f, pad)),
        ("完成时间", f"{f.at:%Y.%m.%d %H:%M:%S}"),
        ("业务流水号", f.serial(digits(pad.random, pad.random.choice((18, 22, 30))))),
    ]
    y = 240.0
    for label, value in pairs:
        page.text(40, y, label, 13, colour=theme.faint)
        for line in page.wrap(value, 16, 320):
            y += 25
            page.text(40, y, line, 16, colour=theme.text)
        y += 40
    page.text(200, 826, "手机银行转账 0 手续费 | 存款 20,000.00 送好礼", 12, colour=theme.faint, anchor="ms")
    return page


@layout("bank_app", "screen", family="held")
def bocom_details(f: Facts, pad: Pad) -> Drawing:
    """收支明细 of one movement: balance after it below the amount."""
    theme = pad.random.choice((DAY, NIGHT))
    page = pad.page(380, 822, theme.paper)
    head(page, pad, theme, pad.random.choice(("明细详情", "收支详情", "交易明细")))
    page.text(24, 128, "支出金额（元）", 13, colour=theme.faint)
    page.text(24, 172, f"-{f.grouped}", 34, face="bold", colour=theme.text)
    page.text(24, 200, f"余额 {pad.random.randint(10_000, 9_999_999) / 100:,.2f}", 13, colour=theme.faint)
    pairs = [
        ("对方户名", f.payee),
        ("对方账号", account(f, pad, 0.35)),
        ("对方开户行", "工商银行"),
        ("交易日期", f"{f.at:%Y-%m-%d}"),
        ("交易时间", f"{f.at:%H:%M:%S}"),
        ("交易类型", "转账"),
        ("交易附言", note(f, pad)),
        ("本方账户", f"尾号{f.payer_account[-4:]}"),
        ("交易渠道", "手机银行"),
    ]
    rows(
        page,
        theme,
        pairs,
        250,
        label_x=24,
        value_x=116,
        step=40,
        size=15,
        right=356 if pad.chance(0.5) else None,
        rule=True,
    )
    return page


@layout("bank_app", "screen", family="held")
def unionpay_result(f: Facts, pad: Pad) -> Drawing:
    """A result page of another app, amount in words beside, a banner with a decoy sum above."""
    page = pad.page(390, 844, "#ffffff")
    head(page, pad, DAY, "汇款结果")
    page.rect(16, 92, 374, 150, colour=None, fill="#ffe9e0", radius=8)
    page.text(30, 127, "新客专享 立减 6.66 元 | 红包 18.80 元", 14, colour="#c0502a")
    tick(page, 60, 200, 22, "#e0533d")
    page.text(96, 207, "汇款已完成", 19, face="bold")
    page.text(30, 262, "汇款金额", 14, colour="#888888")
    page.text(120, 262, f"￥{f.figures}", 22, face="bold")
    page.text(30, 296, "金额大写", 14, colour="#888888")
    page.text(120, 296, capital(f, pad), page.fit(f.words, 15, 250))
    pairs = [
        ("收款人姓名", f.payee),
        ("收款卡号", account(f, pad, 0.4)),
        ("付款人姓名", f.payer),
        ("汇款时间", f"{f.at.year}年{f.at.month:02d}月{f.at.day:02d}日 {f.at:%H:%M}"),
        ("留言", note(f, pad)),
        ("参考号", f.serial(digits(pad.random, 12))),
        ("手续费", "免费"),
    ]
    f.show("payer")
    rows(page, DAY, pairs, 336, label_x=30, value_x=120, step=40)
    return page


@layout("wechat", "screen", family="held", weight=1.5)
def wechat_notice(f: Facts, pad: Pad) -> Drawing:
    """The bill again as newer versions lay it out: values flush right, the merchant's name above."""
    theme = pad.random.choice((DAY, NIGHT, MIST))
    page = pad.page(414, 896, theme.paper)
    head(page, pad, theme, "账单详情")
    name = shop(f, pad)
    page.text(207, 150, name, 18, colour=theme.text, anchor="ms")
    page.text(
        207,
        210,
        f"- {f.figures}" if pad.chance(0.3) else f"-{f.grouped}",
        40,
        face="bold",
        colour=theme.text,
        anchor="ms",
    )
    f.show("date", "time")
    pairs = [
        ("支付状态", "支付成功"),
        ("支付时间", f"{f.at.year}年{f.at.month}月{f.at.day}日 {f.at:%H:%M:%S}"),
        ("商品", remark(f, pad, 0.6)),
        ("商户全称", name),
        ("收单机构", "财付通支付科技有限公司"),
        ("支付方式", f"农业银行({digits(pad.random, 4)})"),
        ("交易单号", f.serial("42000" + digits(pad.random, 5) + f"{f.at:%Y%m%d}" + digits(pad.random, 10))),
        ("商户单号", f.serial(digits(pad.random, 24))),
    ]
    rows(page, theme, pairs, 270, label_x=26, value_x=128, right=390, step=36, size=15)
    return page


@layout("wechat", "screen", family="held")
def wechat_card(f: Facts, pad: Pad) -> Drawing:
    """微信支付 service message: a card with amount and payee; 交易状态 支付成功."""
    theme = pad.random.choice((MIST, SLATE))
    page = pad.page(390, 760, "#ededed" if theme is MIST else "#0d0d0d")
    head(page, pad, theme, "微信支付")
    f.show("date", "time")
    page.text(195, 130, f"{f.at.month}月{f.at.day}日 {f.at:%H:%M}", 12, colour=theme.faint, anchor="ms")
    page.rect(16, 150, 374, 470, colour=None, fill=theme.card, radius=8)
    page.text(34, 184, "支付凭证", 15, colour=theme.text)
    page.text(195, 232, "付款金额", 14, colour=theme.faint, anchor="ms")
    page.text(195, 280, f"¥{f.figures}", 36, face="bold", colour=theme.text, anchor="ms")
    pairs = [
        ("收款方", shop(f, pad)),
        ("支付方式", "零钱"),
        ("交易状态", "支付成功，对方已收款"),
        ("支付时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
    ]
    rows(page, theme, pairs, 326, label_x=34, value_x=120)
    f.transactions = ()
    return page


@layout("alipay", "screen", family="held", weight=1.5)
def alipay_receipt(f: Facts, pad: Pad) -> Drawing:
    """付款成功 with details unfolded."""
    theme = pad.random.choice((DAY, MIST, NIGHT))
    page = pad.page(393, 852, theme.paper)
    head(page, pad, theme, "账单详情")
    name = shop(f, pad)
    page.text(28, 130, name, 18, face="bold", colour=theme.text)
    page.text(28, 182, f"{f.figures}元", 34, face="bold", colour=theme.text)
    page.text(365, 182, "交易成功", 15, colour="#1677ff", anchor="rs")
    f.show("date", "time")
    pairs = [
        ("订单金额", f.figures),
        ("优惠", "-0.00"),
        ("付款时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("付款方式", "余额"),
        ("商品说明", remark(f, pad, 0.6)),
        ("收款方", name),
        ("交易号", f.serial(f"{f.at:%Y%m%d}2200140" + digits(pad.random, 13))),
    ]
    rows(page, theme, pairs, 240, label_x=28, value_x=124, size=15, step=38, right=366 if pad.chance(0.5) else None)
    return page


@layout("alipay", "screen", family="held")
def alipay_voucher(f: Facts, pad: Pad) -> Drawing:
    """支付宝 转账电子回单: a document with a seal, account in full, a proof made on another day."""
    page = pad.page(560, 800, "#ffffff")
    page.text(280, 70, "支付宝转账电子回单", 24, face="title", anchor="ms")
    page.text(280, 100, f"回单生成时间：{f.at.year}-12-31 10:00:00", 13, anchor="ms", colour="#888888")
    f.show("payer", "time")
    pairs = [
        ("付款方", f.payer),
        ("付款账户", "138****" + digits(pad.random, 4)),
        ("收款方", f.payee),
        ("收款账户", account(f, pad, 0.3)),
        ("收款机构", "中国工商银行"),
        ("交易时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("付款金额", f"小写：{f.figures}元"),
        ("", f"大写：{capital(f, pad)}"),
        ("转账备注", note(f, pad)),
        ("流水号", f.serial(f"{f.at:%Y%m%d}" + digits(pad.random, 24))),
    ]
    rows(page, DAY, pairs, 160, label_x=50, value_x=170, size=17, step=48, rule=True)
    page.stamp(440, 660, 120, "支付宝（中国）网络技术有限公司", "电子回单专用章", strength=0.7)
    return page


@layout("library_payment", "screen", family="held")
def library_bill(f: Facts, pad: Pad) -> Drawing:
    """支付成功 page of the library: a table of items, the sum last."""
    page = pad.page(400, 800, "#ffffff")
    head(page, pad, DAY, pad.random.choice(("图书馆缴费", "图书馆-缴费结果", "缴费详情")))
    f.show("amount", "payee_is_library", "date", "time")
    f.ours, f.payee_account, f.transactions = True, "", ()
    page.text(
        200, 130, pad.random.choice(("支付成功", "缴费成功", "已缴费")), 20, face="bold", colour="#2aa04a", anchor="ms"
    )
    cents = int(f.amount * 100)
    first = pad.random.randint(0, cents - 1)
    parts = [cents] if first < 10 or pad.chance(0.4) else [first, cents - first]
    y = 190.0
    for name, part in zip(
        pad.random.sample(("文献传递", "馆际互借", "逾期费", "文献复制"), len(parts)), parts, strict=True
    ):
        page.text(30, y, name, 15)
        page.text(370, y, f"¥{Decimal(part).scaleb(-2):.2f}", 15, anchor="rs")
        y += 36
    page.text(30, y + 6, "实付金额", 16, face="bold")
    page.text(370, y + 6, f"¥{f.figures}", 18, face="bold", anchor="rs")
    rows(
        page,
        DAY,
        [
            ("订单编号", f.serial(digits(pad.random, 20))),
            ("支付时间", f"{f.at:%Y/%m/%d %H:%M:%S}"),
            ("付款方式", "校园卡"),
            ("卡余额", f"{pad.random.randint(500, 50000) / 100:.2f}"),
        ],
        y + 60,
        label_x=30,
        right=370,
    )
    return page


@layout("library_payment", "screen", family="held")
def card_statement(f: Facts, pad: Pad) -> Drawing:
    """校园卡 消费详情."""
    theme = pad.random.choice((MIST, SLATE))
    page = pad.page(375, 700, theme.paper)
    head(page, pad, theme, "消费详情")
    f.show("amount", "payee_is_library", "date", "time")
    f.ours, f.payee_account, f.transactions = True, "", ()
    pairs = [
        ("交易金额", f"{f.figures}元"),
        ("交易地点", pad.random.choice(("图书馆缴费", "图书馆文献传递", "图书馆"))),
        ("交易时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("交易类型", "持卡人消费"),
        ("交易后余额", f"{pad.random.randint(500, 50000) / 100:.2f}元"),
        ("流水编号", f.serial(digits(pad.random, 16))),
        ("状态", "成功"),
    ]
    rows(page, theme, pairs, 130, label_x=24, right=350, size=16, step=46, rule=True)
    return page


@layout("counter_slip", "paper", family="held")
def remittance(f: Facts, pad: Pad) -> Drawing:
    """个人汇款凭证 printed by machine over a form, without a grid; digit boxes in one row, no point."""
    f.show("amount", "payee", "payee_account", "payee_is_library", "date", "payer")
    random = pad.random
    bank = random.choice(("中国邮政储蓄银行", "中国农业银行", "中国工商银行", "浙江农信"))
    page = pad.page(760, 460, random.choice(("#ffffff", "#fbf6ea", "#f2f7f2")))
    page.text(380, 46, f"{bank} 汇款凭证（客户联）", 20, face="title", anchor="ms", colour="#7a2a2a")
    page.text(40, 78, f"{f.at.year} 年 {f.at.month:02d} 月 {f.at.day:02d} 日", 14)
    page.text(720, 78, f"凭证号 {f.serial(digits(random, 10))}", 14, face="mono", anchor="rs")
    lines = [
        ("汇款人姓名", f.payer),
        ("汇款人账号", f.payer_account),
        ("收款人姓名", f.payee),
        ("收款人账号", f.payee_account),
        ("收款行", "工行杭州市浙大分理处"),
        ("附言", note(f, pad)),
    ]
    for i, (label, value) in enumerate(lines):
        y = 114 + 34 * i
        page.text(50, y, label, 14, face="serif", colour="#7a2a2a")
        page.text(160, y - 1 + random.uniform(-2, 2), value, page.fit(value, 17, 560), face="serif")
        page.line(150, y + 7, 720, y + 7, colour="#c9a0a0", width=0.6)
    page.text(50, 334, "金额大写", 14, face="serif", colour="#7a2a2a")
    page.text(160, 333, capital(f, pad), page.fit(f.words, 18, 270, "serif"), face="serif")
    heads = "千百十万千百十元角分"
    marks = ("¥" + str(int(f.amount * 100))).rjust(len(heads))
    for i, (top, mark) in enumerate(zip(heads, marks, strict=True)):
        x = 460 + 26 * i
        page.rect(x, 306, x + 26, 348, colour="#7a2a2a", width=0.7)
        page.text(x + 13, 318, top, 9, anchor="ms", colour="#7a2a2a")
        page.text(x + 13, 342, mark.strip(), 18, face="serif", anchor="ms")
    page.text(
        50,
        388,
        f"手续费 0.00   交易流水 {f.serial(digits(random, 8))}   {f.at:%Y-%m-%d %H:%M:%S}   柜员 {random.randint(100, 999)}",
        13,
        face="mono",
    )
    page.stamp(
        620,
        390,
        108,
        bank,
        f"{f.at:%Y-%m-%d}",
        random.choice(("办讫", "转讫", "核算专用章")),
        turn=random.uniform(-20, 20),
        strength=random.uniform(0.5, 0.85),
    )
    return page


@layout("counter_slip", "paper", family="held")
def thermal_slip(f: Facts, pad: Pad) -> Drawing:
    """A narrow strip of a self-service terminal, monospaced."""
    f.show("amount", "payee", "payee_account", "payee_is_library", "date", "time")
    random = pad.random
    f.payee_account_shown = masked(random, f.payee_account) if pad.chance(0.5) else f.payee_account
    page = pad.page(360, 560, "#fdfdfb")
    page.text(180, 44, "自助终端 转账凭条", 20, anchor="ms")
    page.text(180, 70, random.choice(("中国工商银行", "中国建设银行", "杭州银行")), 15, anchor="ms")
    lines = [
        f"交易日期：{f.at:%Y-%m-%d}",
        f"交易时间：{f.at:%H:%M:%S}",
        f"终端编号：{digits(random, 8)}",
        f"流水号：{f.serial(digits(random, 12))}",
        f"转出卡号：{masked(random, f.payer_account)}",
        f"转入账号：{f.payee_account_shown}",
        f"转入户名：{f.payee}",
        f"转账金额：{f.figures}",
        "手续费：0.00",
        f"附言：{note(f, pad)}",
        "交易结果：交易成功",
        "请妥善保管此凭条",
    ]
    y = 112.0
    for line in lines:
        for part in page.wrap(line, 15, 310):
            page.text(26, y, part, 15, colour="#3a3a44")
            y += 25
        y += 8
    return page
