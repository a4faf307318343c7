"""Papers drawn unlike the open ones: the guide's form as it is printed, strips, bilingual and traditional slips."""

from __future__ import annotations

from tests.receipts.drawing import GREY, Drawing
from tests.receipts.layouts.open_banks import basics, branch, spell
from tests.receipts.layouts.open_campus import Writer, facts_of_form, our_codes, purpose, seals
from tests.receipts.registry import Pad, layout
from tests.receipts.values import OUR_BANK, Facts, digits, person
from tests.receipts.words import in_words, some_spelling

FURTHER = "further"


def _cell(page: Drawing, lines: tuple[str, ...], x: float, y: float, size: float) -> None:
    """A label's lines in the middle of its cell, whose centre is (x, y), set wide as the office prints them."""
    for i, line in enumerate(lines):
        top = y + (i - (len(lines) - 1) / 2) * size * 1.35 + size * 0.35
        page.text(x, top, line, size, face="serif", anchor="ms")


def _wrapped_rows(page: Drawing, write: Writer, f: Facts, pad: Pad, top: float, row: float) -> None:
    """收款单/位, 部门代/码, 项目代/码: the labels' columns are too narrow for them."""
    department, project = our_codes(f, pad)
    f.show("payer_department", "payer_project")
    ours = "图书馆" if f.ours else pad.random.choice(("后勤集团", "出版社"))
    gap = pad.random.choice(("", " "))
    rows = (
        ((f"收{gap}款{gap}单", "位"), ours, (f"付{gap}款{gap}单{gap}位", "（公章）"), f.unit),
        ((f"部{gap}门{gap}代", "码"), department, (f"部{gap}门", f"代{gap}码"), f.payer_department),
        (("项目代", "码"), project, (f"项{gap}目", f"代{gap}码"), f.payer_project),
    )
    for i, (label, value, label2, value2) in enumerate(rows):
        y = top + row * (i + 0.5)
        page.line(40, top + row * (i + 1), 820, top + row * (i + 1))
        _cell(page, label, 90, y, 18)
        _cell(page, label2, 485, y, 18 if len(label2[1]) < 4 else 15)
        if f.ours:
            page.text(285, y + 8, value, 21, face="serif", anchor="ms")
        else:
            write(150, y + 9, value, 23, 240)
        write(552, y + 9, value2, 24, 255)
    for x in (140, 430, 540):
        page.line(x, top, x, top + row * 3)


@layout("campus_transfer", "paper", family=FURTHER, weight=2)
def guide_as_printed(f: Facts, pad: Pad) -> Drawing:
    """附件1 of the guide: labels broken over two lines, 检索费 printed, the explanation's title upright."""
    facts_of_form(f)
    page = pad.page(860, 610)
    write = Writer(page, pad, printed=pad.chance(0.3))
    page.text(430, 60, "浙江大学校内转账单", 32, face="title", anchor="ms", spacing=pad.random.choice((4, 12, 18)))
    f.show("date")
    x = 350.0
    for text, printed in ((str(f.at.year), "年"), (str(f.at.month), "月"), (str(f.at.day), "日")):
        write(x, 100, text, 20, 60)
        page.text(x + 58, 100, printed, 18, face="serif")
        x += 90
    page.rect(40, 116, 820, 560, width=1.6)
    _wrapped_rows(page, write, f, pad, 116, 72)
    page.line(140, 332, 140, 490)
    page.line(40, 490, 820, 490)
    page.text(155, 364, "检索费", 20, face="serif")
    for i, char in enumerate("转帐说明"):
        page.text(90, 364 + 36 * i, char, 18, face="serif", anchor="ms")
    said = purpose(f, pad)
    rest = said.removeprefix("检索费").strip() if said.startswith("检索费 ") else said
    for i, text in enumerate(page.wrap(rest, 24, 600, "hand")[:2]):
        write(160, 410 + 38 * i, text, 24, 630)
    f.words = in_words(f.amount, some_spelling(pad.random, by_hand=True))
    f.show("words")
    page.text(50, 532, "金额（大写）人民币", 18, face="serif")
    write(220, 534, f.words, 25, 320)
    page.text(580, 532, "￥", 20, face="serif")
    write(604, 534, f.figures, 26, 130)
    page.text(765, 532, "元", 18, face="serif")
    for x, label in ((50, "经费主管："), (500, "经办人：")):
        page.text(x, 594, label, 18, face="serif")
        write(x + 95, 596, person(pad.random), 24, 120)
    seals(page, pad, f, 660, 190, 150, amount=(520, 520))
    return page


@layout("campus_transfer", "paper", family=FURTHER)
def form_of_the_finance_system(f: Facts, pad: Pad) -> Drawing:
    """Printed by the finance system, the payer's block over ours, under the number of its appointment."""
    facts_of_form(f)
    page = pad.page(820, 560)
    page.text(410, 50, "浙江大学校内经费转账单", 26, face="title", anchor="ms")
    page.text(40, 84, f"预约单号：{f.serial('YY' + digits(pad.random, 10))}", 15)
    f.show("date")
    page.text(780, 84, f"填报日期：{f.at:%Y-%m-%d}", 15, anchor="rs")
    department, project = our_codes(f, pad)
    f.show("payer_department", "payer_project")
    y = 100.0
    ours = "图书馆" if f.ours else "后勤集团"
    blocks = (("付款方", f.unit, f.payer_department, f.payer_project), ("收款方", ours, department, project))
    for side, unit, code, number in blocks:
        page.rect(40, y, 780, y + 96)
        page.line(140, y, 140, y + 96)
        page.line(140, y + 48, 780, y + 48)
        page.text(90, y + 54, side, 16, anchor="ms")
        page.text(152, y + 30, f"单位名称：{unit}", 16)
        page.text(152, y + 78, f"部门代码：{code}", 16)
        page.text(470, y + 78, f"项目代码：{number}", 16)
        y += 96
    page.rect(40, y, 780, y + 110)
    page.line(40, y + 55, 780, y + 55)
    f.words = in_words(f.amount, some_spelling(pad.random))
    f.show("words")
    page.text(52, y + 34, f"转账金额（大写）：{f.words}", 16)
    page.text(560, y + 34, f"（小写）：{f.figures}", 16)
    page.text(52, y + 88, f"转账说明：{page_fit(purpose(f, pad))}", 16)
    page.text(40, y + 150, "经费负责人：", 15)
    page.hand(140, y + 152, person(pad.random), 24)
    page.text(420, y + 150, "经办人：", 15)
    page.hand(490, y + 152, person(pad.random), 24)
    page.stamp(660, 330, 140, "浙江大学计划财务处", pad.random.choice(("转讫", "业务专用章")), strength=0.7,
               turn=pad.random.uniform(-12, 12))  # fmt: skip
    return page


def page_fit(text: str) -> str:
    """At most what one line holds."""
    return text[:60]


@layout("bank_receipt", "document", family=FURTHER, pdf=True)
def ccb_flat(f: Facts, pad: Pad) -> Drawing:
    """建设银行: days without separators, or set wide; the first line a row of four facts."""
    use = basics(f, pad, "ccb", mask=0.2)
    page = pad.page(800, 420)
    page.text(400, 40, "中国建设银行单位客户专用回单", 20, face="title", anchor="ms")
    day = pad.random.choice((f"{f.at:%Y%m%d}", f"{f.at:%Y}年{f.at:%m}月{f.at:%d}日", f"{f.at:%Y} 年 {f.at:%m} 月 {f.at:%d} 日",
                             f"{f.at:%Y %m %d}", f"{f.at:%Y/%m/%d}"))  # fmt: skip
    page.text(40, 72, "币别：人民币", 12)
    page.text(200, 72, f"日期：{day}", 12)
    page.text(430, 72, f"凭证号：{f.serial(digits(pad.random, 12))}", 12)
    page.text(650, 72, f"流水号：{f.serial(digits(pad.random, 11))}", 12)
    page.rect(40, 84, 760, 330)
    for x, side, name, account, bank in (
        (40, "付款人", f.payer, f.payer_account, branch(f, "ccb")),
        (400, "收款人", f.payee, f.payee_account_shown, OUR_BANK),
    ):
        page.rect(x, 84, x + 360, 186)
        page.line(x + 28, 84, x + 28, 186)
        for i, char in enumerate(side):
            page.text(x + 14, 108 + 28 * i, char, 12, anchor="ms")
        for i, (label, value) in enumerate((("全称", name), ("账号", account), ("开户行", bank))):
            page.line(x + 28, 84 + 34 * (i + 1), x + 360, 84 + 34 * (i + 1))
            page.text(x + 36, 106 + 34 * i, label, 12)
            page.text(x + 96, 106 + 34 * i, value, page.fit(value, 12, 250))
    page.text(52, 210, "大写金额", 12)
    page.text(140, 210, f"人民币 {spell(f, pad)}", 12)
    page.text(480, 210, "小写金额", 12)
    page.text(560, 210, f"{f.grouped}", 12)
    for i, (label, value) in enumerate((("用途", use), ("钞汇标志", "钞"), ("摘要", "电子汇出"))):
        page.line(40, 222 + 34 * i, 760, 222 + 34 * i)
        page.text(52, 244 + 34 * i, label, 12)
        page.text(140, 244 + 34 * i, value, page.fit(value, 12, 600))
    page.text(
        40,
        352,
        f"打印时间：{f.at.replace(day=28):%Y-%m-%d %H:%M:%S}    交易柜员：EBANKING    交易机构：{digits(pad.random, 9)}",
        11,
    )
    page.stamp(690, 270, 100, "中国建设银行", "电子回单", "专用章", strength=0.6)
    return page


@layout("bank_receipt", "paper", family=FURTHER)
def wide_strip(f: Facts, pad: Pad) -> Drawing:
    """A strip much wider than high, cut from a sheet: headings in a row, values below."""
    use = basics(f, pad, "abc", mask=0.2)
    page = pad.page(1180, 360)
    page.text(590, 44, "中国农业银行 网上银行转账回单", 24, face="title", anchor="ms")
    page.text(40, 80, f"回单编号：{f.serial(digits(pad.random, 20))}", 15)
    page.text(1140, 80, f"交易时间：{f.at:%Y-%m-%d %H:%M:%S}", 15, anchor="rs")
    f.show("time")
    page.rect(40, 96, 1140, 300)
    for i, (one, two) in enumerate(
        (
            (("付款方户名", f.payer), ("收款方户名", f.payee)),
            (("付款方账号", f.payer_account), ("收款方账号", f.payee_account_shown)),
            (("付款方开户行", branch(f, "abc")), ("收款方开户行", OUR_BANK)),
            (("金额（小写）", f.grouped), ("金额（大写）", spell(f, pad))),
            (("用途", use), ("状态", "交易成功")),
        )
    ):
        y = 96 + 41 * i
        page.line(40, y + 41, 1140, y + 41)
        for x, (label, value) in ((40, one), (590, two)):
            page.text(x + 10, y + 27, label, 16)
            page.text(x + 150, y + 27, value, page.fit(value, 17, 380))
    page.text(40, 336, "本回单可重复打印，请勿重复记账。", 13, colour=GREY)
    return page


@layout("bank_receipt", "document", family=FURTHER, pdf=True)
def bilingual(f: Facts, pad: Pad) -> Drawing:
    """Each label in Chinese with its English beside or below it."""
    use = basics(f, pad, "boc", mask=0.3)
    page = pad.page(760, 520)
    page.text(380, 40, "电子回单 Electronic Receipt", 20, face="title", anchor="ms")
    page.text(380, 66, f.payer and "宁波钱江商业银行 NINGBO QIANJIANG BANK", 13, anchor="ms", colour=GREY)
    below = pad.chance(0.5)
    pairs = (
        ("交易日期", "Transaction Date", f"{f.at:%Y-%m-%d}"), ("交易流水号", "Serial No.", f.serial(digits(pad.random, 18))),
        ("付款人名称", "Payer's Name", f.payer), ("付款人账号", "Payer's A/C No.", f.payer_account),
        ("收款人名称", "Payee's Name", f.payee), ("收款人账号", "Payee's A/C No.", f.payee_account_shown),
        ("收款人开户行", "Payee's Bank", OUR_BANK), ("币种/金额", "Currency/Amount", f"CNY {f.grouped}"),
        ("大写金额", "Amount in Words", spell(f, pad)), ("用途", "Purpose", use),
    )  # fmt: skip
    for i, (label, english, value) in enumerate(pairs):
        y = 100 + 40 * i
        page.line(30, y + 12, 730, y + 12, colour="#c8c8c8")
        if below:
            page.text(40, y - 8, label, 13)
            page.text(40, y + 7, english, 9, colour=GREY)
        else:
            page.text(40, y, f"{label} {english}", page.fit(f"{label} {english}", 12, 190))
        page.text(240, y, value, page.fit(value, 14, 470))
    return page


@layout("bank_receipt", "document", family=FURTHER)
def traditional(f: Facts, pad: Pad) -> Drawing:
    """A bank that writes traditional characters."""
    use = (
        basics(f, pad, "boc", mask=0.2)
        .replace("图书馆", "圖書館")
        .replace("文献传递费", "文獻傳遞費")
        .replace("馆际", "館際")
    )
    page = pad.page(700, 470)
    page.text(350, 40, "匯款電子回單", 22, face="title", anchor="ms")
    words = "".join({"贰": "貳", "陆": "陸", "叁": "參", "圆": "圓", "万": "萬"}.get(c, c) for c in spell(f, pad))
    pairs = (
        ("回單編號", f.serial(digits(pad.random, 14))), ("交易日期", f"{f.at:%Y年%m月%d日}"), ("付款人戶名", f.payer),
        ("付款人帳號", f.payer_account), ("收款人戶名", "浙江大學" if f.ours else f.payee), ("收款人帳號", f.payee_account_shown),
        ("匯款金額", f"人民幣 {f.grouped}"), ("金額（大寫）", words), ("匯款用途", use), ("交易狀態", "交易成功"),
    )  # fmt: skip
    for i, (label, value) in enumerate(pairs):
        page.text(40, 90 + 36 * i, label, 14)
        page.text(200, 90 + 36 * i, value, page.fit(value, 14, 460))
    return page


@layout("counter_slip", "paper", family=FURTHER)
def deposit_of_any_bank(f: Facts, pad: Pad) -> Drawing:
    """A counter's slip of dotted lines, printed by a needle printer in columns of its own."""
    use = basics(f, pad, "cib", mask=0.1)
    page = pad.page(640, 460)
    page.text(320, 44, "杭州联合银行 个人业务凭条（转账）", 20, face="title", anchor="ms")
    pairs = (
        ("交易日期", f"{f.at:%Y%m%d}"), ("交易时间", f"{f.at:%H:%M:%S}"), ("转出账号", f.payer_account), ("转出户名", f.payer),
        ("转入账号", f.payee_account_shown), ("转入户名", f.payee), ("交易金额", f"RMB {f.grouped}"),
        ("大写金额", spell(f, pad)), ("附言", use), ("流水号", f.serial(digits(pad.random, 12))), ("柜员", digits(pad.random, 6)),
    )  # fmt: skip
    for i, (label, value) in enumerate(pairs):
        page.text(50, 90 + 30 * i, f"{label}：", 15, face="serif")
        page.text(
            160, 90 + 30 * i + pad.random.uniform(-2, 2), value, page.fit(value, 15, 440), face="sans", colour="#2b2b3a"
        )
    page.hand(440, 440, f.payer[:4], 26)
    page.text(360, 440, "客户签名", 14)
    page.stamp(500, 300, 110, "杭州联合银行", "业务清讫", strength=0.6)
    return page
