"""Held back: other editions of the banks' receipts, and banks that the open family has not."""

from __future__ import annotations

from datetime import timedelta

from tests.receipts.drawing import GREY, Drawing
from tests.receipts.registry import Pad, layout
from tests.receipts.tables import Cell, table, upright
from tests.receipts.tables import middle as m
from tests.receipts.values import Facts, digits, masked
from tests.receipts.words import in_words, some_spelling

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
OUR_BANKS = ("中国工商银行杭州浙大支行", "工行杭州市浙大分理处", "中国工商银行股份有限公司", "工商银行")


def note(f: Facts, pad: Pad) -> str:
    """The remark: what for, and numbers before or after."""
    numbers = pad.random.choice((" ", "/", "，")).join(f.transactions)
    if not numbers or pad.chance(0.1):
        f.transactions = ()
        return f.purpose
    f.show("transactions")
    return pad.random.choice(
        (
            f"{f.purpose}{numbers}",
            f"{numbers}{f.purpose}",
            f"{f.purpose}（{numbers}）",
            numbers,
            f"{f.purpose} 单号{numbers}",
        )
    )


def paid(f: Facts, pad: Pad, mask: float) -> None:
    f.show("amount", "payee", "payee_account", "payee_is_library", "date", "payer")
    f.payee_account_shown = masked(pad.random, f.payee_account) if pad.chance(mask) else f.payee_account


def capital(f: Facts, pad: Pad) -> str:
    f.words = in_words(f.amount, some_spelling(pad.random))
    f.show("words")
    return f.words


def later(f: Facts, pad: Pad, pattern: str) -> str:
    """A printing date, up to two months after."""
    return (f.at + timedelta(days=pad.random.randint(1, 60))).strftime(pattern)


@layout("bank_receipt", "document", family="held", weight=1.6, pdf=True, stack=3)
def icbc_domestic(f: Facts, pad: Pad) -> Drawing:
    """工商银行 境内汇款电子回单: labels in cells, sums before the parties."""
    paid(f, pad, 0.35)
    random = pad.random
    page = pad.page(780, 350)
    page.text(390, 36, "中国工商银行境内汇款电子回单", 19, face="title", anchor="ms")
    number = "-".join(f"{random.randint(0, 9999):04d}" for _ in range(4))
    page.text(30, 62, f"电子回单号码：{f.serial(number)}", 12)
    page.text(750, 62, f"打印日期:{later(f, pad, '%Y年%m月%d日')}", 12, anchor="rs")
    f.show("time")
    y = table(
        page,
        30,
        70,
        [90, 270, 90, 270],
        [
            [m("付款人户名"), f.payer, m("收款人户名"), f.payee],
            [m("付款人账号"), masked(random, f.payer_account), m("收款人账号"), f.payee_account_shown],
            [m("付款人开户行"), "中国工商银行杭州分行营业部", m("收款人开户行"), random.choice(OUR_BANKS)],
            [m("大写金额"), f"人民币{capital(f, pad)}", m("小写金额"), f"{f.grouped}元"],
            [m("用途"), Cell(note(f, pad), 3)],
            [
                m("交易流水号"),
                f.serial(digits(random, random.choice((7, 8)))),
                m("时间戳"),
                f"{f.at:%Y-%m-%d-%H.%M.%S.%f}",
            ],
            [m("记账日期"), f"{f.at:%Y-%m-%d}", m("验证码"), "".join(random.choices(LETTERS, k=24)) + "="],
        ],
        height=31,
        size=12.5,
    )
    page.text(30, y + 20, "本回单可通过工行官网或网点回单机进行验证，重复打印无效。", 11, colour=GREY)
    page.stamp(690, y - 25, 105, "中国工商银行", "业务专用章", strength=0.6)
    return page


@layout("bank_receipt", "document", family="held", pdf=True, stack=2)
def ccb_unit(f: Facts, pad: Pad) -> Drawing:
    """建设银行 单位客户专用回单: vertical party titles, machine print below."""
    f.transactions = f.transactions[:1]  # no room for more
    paid(f, pad, 0.15)
    random = pad.random
    page = pad.page(820, 390)
    page.text(410, 38, "中国建设银行单位客户专用回单", 20, face="title", anchor="ms")
    page.text(780, 38, "No.1", 12, anchor="rs")
    page.text(40, 66, "币别：人民币", 12.5)
    page.text(360, 66, f"{f.at:%Y年%m月%d日}", 12.5)
    page.text(780, 66, f"流水号：{f.serial(digits(random, 20))}", 12.5, anchor="rs")
    page.rect(40, 74, 72, 170)
    page.rect(410, 74, 442, 170)
    upright(page, 56, 74, 170, "付款人", 13)
    upright(page, 426, 74, 170, "收款人", 13)
    table(
        page,
        72,
        74,
        [66, 272, 32, 66, 272],
        [
            [m(a), b, "", m(a), c]
            for a, b, c in (
                ("全 称", f.payer, f.payee),
                ("账 号", f.payer_account, f.payee_account_shown),
                ("开户行", "中国建设银行杭州高新支行", random.choice(OUR_BANKS)),
            )
        ],
        height=32,
    )
    page.rect(411, 75, 441, 169, colour=None, fill="#ffffff")
    upright(page, 426, 74, 170, "收款人", 13)
    y = table(
        page,
        40,
        170,
        [98, 400, 242],
        [[m("金 额"), f"（大写）人民币{capital(f, pad)}", f"（小写）¥{f.grouped}"]],
        height=34,
    )
    y = table(page, 40, y, [98, 272, 98, 272], [[m("凭证种类"), "电子转账凭证", m("凭证号码"), f.serial(digits(random, 12))],
        [m("结算方式"), "转账", m("用 途"), note(f, pad)]], height=34)  # fmt: skip
    page.text(
        48,
        y + 26,
        f"打印柜员：{digits(random, 12)}    打印机构：杭州高新支行    打印时间：{later(f, pad, '%Y-%m-%d %H:%M')}",
        12,
    )
    page.stamp(690, y + 10, 100, "中国建设银行", "杭州高新支行", "电子专用章", kind="oval", strength=0.65)
    return page


@layout("bank_receipt", "document", family="held", pdf=True, stack=2)
def boc_customer(f: Facts, pad: Pad) -> Drawing:
    """中国银行 客户贷记回单 style: English beside Chinese, CNY figures."""
    f.transactions = f.transactions[:1]  # no room for more
    paid(f, pad, 0.2)
    random = pad.random
    page = pad.page(800, 420)
    page.text(400, 40, "中国银行 电子回单 (Payment Advice)", 18, face="title", anchor="ms")
    pairs = [
        ("交易日期 Date", f"{f.at:%Y/%m/%d}", "回单编号 Ref. No.", f.serial(digits(random, 15))),
        ("付款人名称 Payer", f.payer, "收款人名称 Payee", f.payee),
        ("付款账号 A/C No.", f.payer_account, "收款账号 A/C No.", f.payee_account_shown),
        ("付款行 Bank", "中国银行杭州西湖支行", "收款行 Bank", random.choice(OUR_BANKS)),
        ("金额 Amount", f"CNY{f.figures}", "手续费 Fee", "CNY0.00"),
        ("金额大写", capital(f, pad), "业务类型 Type", "大额支付"),
        ("附言 Remark", note(f, pad), "交易流水号", f.serial(digits(random, 9))),
    ]
    for i, (a, b, c, d) in enumerate(pairs):
        y = 86 + 38 * i
        page.text(40, y, a, 12, colour=GREY)
        page.text(160, y, b, page.fit(b, 13, 245))
        page.text(420, y, c, 12, colour=GREY)
        page.text(545, y, d, page.fit(d, 13, 225))
        page.line(40, y + 12, 770, y + 12, colour="#bbbbbb", width=0.6)
    page.text(40, 372, f"打印时间：{later(f, pad, '%Y/%m/%d %H:%M:%S')}    打印次数：1次", 11)
    page.stamp(680, 330, 110, "中国银行股份有限公司", "电子回单专用章", strength=0.6)
    return page


@layout("bank_receipt", "document", family="held", pdf=True, stack=2)
def abc_personal(f: Facts, pad: Pad) -> Drawing:
    """农业银行 个人 电子回单: list of rows over the whole width."""
    paid(f, pad, 0.3)
    random = pad.random
    page = pad.page(620, 520)
    page.text(310, 42, "中国农业银行", 22, face="title", anchor="ms", colour="#00705a")
    page.text(310, 70, "个人电子回单", 16, anchor="ms")
    page.text(40, 98, f"回单编号 {f.serial(digits(random, 20))}", 12)
    f.show("time")
    rows = [
        ("交易日期", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("付款户名", f.payer),
        ("付款账号", masked(random, f.payer_account)),
        ("收款户名", f.payee),
        ("收款账号", f.payee_account_shown),
        ("收款行名称", random.choice(OUR_BANKS)),
        ("交易金额（小写）", f"￥{f.figures}"),
        ("交易金额（大写）", f"人民币{capital(f, pad)}"),
        ("摘要", "转支"),
        ("附言", note(f, pad)),
    ]
    y = table(page, 40, 108, [150, 390], [[Cell(a, align="r"), b] for a, b in rows], height=33, colour="#00705a")
    page.text(40, y + 26, f"电子回单可重复打印，请勿重复入账。 打印日期 {later(f, pad, '%Y%m%d')}", 11, colour=GREY)
    page.stamp(500, y - 60, 112, "中国农业银行股份有限公司", "电子回单专用章", strength=0.55)
    return page


@layout("bank_receipt", "document", family="held", pdf=True, stack=2)
def cmb_out(f: Facts, pad: Pad) -> Drawing:
    """招商银行 出账回单: label and value as one string, three to a line."""
    paid(f, pad, 0.1)
    random = pad.random
    page = pad.page(800, 330)
    page.text(400, 42, "招商银行  电子回单", 20, face="title", anchor="ms")
    number = random.choice("HKPT") + "".join(random.choices(LETTERS[:26] + "0123456789", k=12))
    lines = [
        (f"交易日：{f.at:%Y%m%d}", f"交易流水：{f.serial(number)}", "币种：人民币"),
        (f"付款人户名：{f.payer}", f"付款人账号：{f.payer_account}", ""),
        ("付款人开户行：招商银行杭州高新支行", "", ""),
        (f"收款人户名：{f.payee}", f"收款人账号：{f.payee_account_shown}", ""),
        (f"收款人开户行：{random.choice(OUR_BANKS)}", "", ""),
        (f"金额（小写）：{f.grouped}", f"金额（大写）：{capital(f, pad)}", ""),
        (f"交易摘要：{note(f, pad)}", "", ""),
    ]
    for i, line in enumerate(lines):
        for x, text, room in zip((40, 330, 650), line, (280 if line[1] else 720, 310, 130), strict=True):
            page.text(x, 84 + 30 * i, text, page.fit(text or " ", 13, room))
    page.line(40, 286, 760, 286)
    page.text(
        40,
        308,
        f"打印时间：{later(f, pad, '%Y-%m-%d %H:%M:%S')}  第 1 次打印  验证码：{''.join(random.choices(LETTERS, k=9))}",
        11,
    )
    page.stamp(690, 240, 100, "招商银行", "电子回单章", strength=0.6)
    return page


@layout("bank_receipt", "document", family="held", pdf=True, stack=2)
def citic(f: Facts, pad: Pad) -> Drawing:
    """Banks that the open family has not: 中信, 浦发, 邮储, 民生, 平安."""
    paid(f, pad, 0.25)
    random = pad.random
    name = random.choice(
        ("中信银行", "上海浦东发展银行", "中国邮政储蓄银行", "中国民生银行", "平安银行", "中国光大银行", "杭州联合银行")
    )
    page = pad.page(760, 400)
    page.text(40, 44, name, 20, face="title")
    page.text(720, 44, random.choice(("客户回单", "网银业务回单", "业务凭证/回单")), 18, anchor="rs", face="title")
    page.text(40, 74, f"回单号：{f.serial(digits(random, random.choice((14, 16, 19, 24))))}", 12)
    page.text(720, 74, f"入账日期：{f.at:%Y.%m.%d}", 12, anchor="rs")
    y = table(
        page,
        40,
        84,
        [340, 340],
        [
            [m("付 款 方"), m("收 款 方")],
            [f"账号  {f.payer_account}", f"账号  {f.payee_account_shown}"],
            [f"名称  {f.payer}", f"名称  {f.payee}"],
            [f"开户行  {name}杭州分行", f"开户行  {random.choice(OUR_BANKS)}"],
        ],
        height=32,
    )
    y = table(
        page,
        40,
        y,
        [110, 230, 110, 230],
        [
            [m("金额"), f"RMB {f.grouped}", m("手续费"), "RMB 0.00"],
            [m("大写"), Cell(f"人民币{capital(f, pad)}", 3)],
            [m("用途/附言"), Cell(note(f, pad), 3)],
            [m("柜员流水"), digits(random, 12), m("状态"), "已记账"],
        ],
        height=32,
    )
    page.text(40, y + 24, f"制单：网银  复核：系统  打印：{later(f, pad, '%Y.%m.%d')}", 12)
    page.stamp(640, y - 30, 112, name, "电子业务章", strength=0.6, turn=random.uniform(-10, 10))
    return page


@layout("bank_receipt", "document", family="held", pdf=True, stack=2)
def bocom_cib(f: Facts, pad: Pad) -> Drawing:
    """交通银行 and 兴业银行 by labels above their values."""
    paid(f, pad, 0.2)
    random = pad.random
    name, number = random.choice((("交通银行", digits(random, 12)), ("兴业银行", digits(random, 18))))
    page = pad.page(720, 430)
    page.text(360, 44, f"{name}网上银行转账汇款回单", 19, face="title", anchor="ms")
    cells = [
        ("回单编号", f.serial(number)),
        ("交易时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("交易状态", "成功"),
        ("付款人", f.payer),
        ("付款账号", masked(random, f.payer_account)),
        ("付款行", name),
        ("收款人", f.payee),
        ("收款账号", f.payee_account_shown),
        ("收款行", random.choice(OUR_BANKS)),
        ("小写金额", f"¥{f.grouped}"),
        ("大写金额", capital(f, pad)),
        ("手续费", "¥0.00"),
    ]
    f.show("time")
    for i, (label, value) in enumerate(cells):
        x, y = 40 + 225 * (i % 3), 82 + 68 * (i // 3)
        page.rect(x, y - 4, x + 215, y + 58, colour="#d0d0d0", radius=4)
        page.text(x + 10, y + 17, label, 12, colour=GREY)
        page.text(x + 10, y + 44, value, page.fit(value, 15, 195))
    use = note(f, pad)
    page.text(50, 378, "转账附言", 12, colour=GREY)
    page.text(120, 378, use, page.fit(use, 15, 560))
    page.text(40, 412, f"下载时间 {later(f, pad, '%Y-%m-%d')}", 11, colour=GREY)
    page.stamp(620, 380, 90, name, "电子回单章", strength=0.6)
    return page
