"""Counter slips of a bank: printed into a form by a dot-matrix printer or written, digits in boxes, a stamp 转讫."""

from __future__ import annotations

from tests.receipts.drawing import Drawing
from tests.receipts.layouts.open_banks import branch, purpose, spell
from tests.receipts.registry import Pad, layout
from tests.receipts.values import BANKS, OUR_BANK, Facts, digits, person

GREEN, VIOLET = "#2c6e55", "#4a3f7a"


def digit_boxes(page: Drawing, f: Facts, x: float, y: float, step: float, colour: str, *, face: str = "mono") -> None:
    """亿千百十万千百十元角分 and the digits below, no point."""
    heads = "亿千百十万千百十元角分"
    marks = list("￥" + str(int(f.amount * 100)))
    marks = [""] * (len(heads) - len(marks)) + marks[-len(heads) :]
    for i, (head, mark) in enumerate(zip(heads, marks, strict=True)):
        page.rect(x + step * i, y, x + step * (i + 1), y + 18, colour=colour, width=0.7)
        page.rect(x + step * i, y + 18, x + step * (i + 1), y + 44, colour=colour, width=0.7)
        page.text(x + step * (i + 0.5), y + 13, head, 10, face="serif", colour=colour, anchor="ms")
        page.text(x + step * (i + 0.5), y + 38, mark, 17, face=face, anchor="ms")


@layout("counter_slip", "paper")
def transfer_voucher(f: Facts, pad: Pad) -> Drawing:
    """结算业务申请书: two parties, words, digit boxes, machine print below."""
    random = pad.random
    f.show("amount", "payee", "payee_account", "payee_is_library", "date", "payer")
    page = pad.page(820, 430)
    ink = random.choice((GREEN, VIOLET))
    page.text(410, 46, f"{BANKS[f.bank]} 结算业务申请书", 22, face="title", anchor="ms", colour=ink)
    number = f"{random.randint(1, 99):02d}{digits(random, 8)}"
    page.text(780, 46, f"№ {f.serial(number)}", 15, face="mono", anchor="rs", colour="#a02020")
    page.text(40, 78, "申请日期", 13, colour=ink)
    page.text(110, 78, f"{f.at.year}  年  {f.at.month}  月  {f.at.day}  日", 14)
    page.rect(40, 90, 780, 330, colour=ink)
    for i, (side, values) in enumerate(
        (("申请人", (f.payer, f.payer_account, branch(f, f.bank))), ("收款人", (f.payee, f.payee_account, OUR_BANK)))
    ):
        x = 40 + 370 * i
        page.line(x + 30, 90, x + 30, 192, colour=ink)
        page.line(x + 100, 90, x + 100, 192, colour=ink)
        for k, char in enumerate(side):
            page.text(x + 15, 118 + 28 * k, char, 14, face="serif", colour=ink, anchor="ms")
        for k, (label, value) in enumerate(zip(("名  称", "账  号", "开户银行"), values, strict=True)):
            page.line(x + 30, 124 + 34 * k, x + 370, 124 + 34 * k, colour=ink)
            page.text(x + 65, 113 + 34 * k, label, 13, face="serif", colour=ink, anchor="ms")
            page.text(x + 108, 113 + 34 * k, value, page.fit(value, 16, 255, "serif"), face="serif")
    page.line(410, 90, 410, 192, colour=ink)
    page.text(50, 222, "金额", 14, face="serif", colour=ink)
    page.text(50, 240, "人民币（大写）", 12, face="serif", colour=ink)
    page.text(150, 230, spell(f, pad), page.fit(f.words, 18, 280, "serif"), face="serif")
    digit_boxes(page, f, 505, 198, 24, ink)
    page.line(40, 248, 780, 248, colour=ink)
    page.line(40, 290, 780, 290, colour=ink)
    use = purpose(f, pad)
    page.text(50, 274, "用途（附言）", 13, face="serif", colour=ink)
    page.text(150, 274, use, page.fit(use, 16, 600, "serif"), face="serif")
    page.text(50, 314, "支付密码", 13, face="serif", colour=ink)
    page.text(430, 314, "手续费 0.00  工本费 0.00", 13, face="mono")
    flow = digits(random, 9)
    page.text(
        60,
        360,
        f"交易日期 {f.at:%Y%m%d} {f.at:%H:%M:%S}  流水号 {f.serial(flow)}  柜员 {random.randint(1000, 9999)}",
        14,
        face="mono",
    )
    page.text(60, 384, f"付款账号 {f.payer_account}  金额 {f.figures}  转账", 14, face="mono")
    page.stamp(
        640,
        350,
        110,
        BANKS[f.bank],
        f"{f.at:%Y.%m.%d}",
        random.choice(("转讫", "业务清讫")),
        kind=random.choice(("box", "round")),
        turn=random.uniform(-15, 15),
        strength=random.uniform(0.5, 0.85),
    )
    return page


@layout("counter_slip", "paper")
def deposit_slip(f: Facts, pad: Pad) -> Drawing:
    """现金存款凭证, written by hand."""
    random = pad.random
    f.show("amount", "payee", "payee_account", "payee_is_library", "date")
    ink = random.choice(("#1b1b1f", "#1d2a6b"))
    wild = random.choice((0.2, 0.4))
    page = pad.page(760, 400)
    page.text(380, 44, f"{BANKS[f.bank]}现金存款凭证", 21, face="title", anchor="ms", colour=GREEN)
    for x, text, value in ((270, "年", str(f.at.year)), (330, "月", str(f.at.month)), (390, "日", str(f.at.day))):
        page.text(x + 40, 76, text, 15, face="serif", colour=GREEN)
        page.hand(x, 76, value, 19, colour=ink, wild=wild)
    page.text(720, 76, f"凭证号码 {f.serial(digits(random, 10))}", 13, face="mono", anchor="rs")
    lines = (("收款人户名", f.payee), ("收款人账号", f.payee_account), ("收款人开户行", OUR_BANK), ("交款人", f.payer))
    for i, (label, value) in enumerate(lines):
        y = 88 + 42 * i
        page.rect(40, y, 720, y + 42, colour=GREEN)
        page.line(160, y, 160, y + 42, colour=GREEN)
        page.text(100, y + 27, label, 14, face="serif", colour=GREEN, anchor="ms")
        page.hand(175, y + 29, value, 22, colour=ink, wild=wild, width=520)
    f.show("payer")
    page.rect(40, 256, 720, 312, colour=GREEN)
    spell(f, pad)
    page.text(50, 288, "大写金额", 14, face="serif", colour=GREEN)
    page.hand(120, 290, f.words, 23, colour=ink, wild=wild, width=300)
    digit_boxes(page, f, 450, 262, 24, GREEN, face="serif")
    page.text(50, 340, "款项来源/用途", 14, face="serif", colour=GREEN)
    page.hand(170, 341, purpose(f, pad), 21, colour=ink, wild=wild, width=400)
    page.text(50, 384, "会计主管        复核        记账        出纳", 13, face="serif", colour=GREEN)
    page.hand(300, 385, person(random), 19, colour=ink, wild=wild)
    page.stamp(
        630,
        350,
        105,
        BANKS[f.bank],
        f"{f.at:%Y.%m.%d}",
        "现金收讫",
        turn=random.uniform(-15, 15),
        strength=random.uniform(0.5, 0.85),
    )
    return page
