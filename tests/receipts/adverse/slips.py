"""Slips of banks that the open layouts do not have: rural, city and foreign banks, a certificate, an application."""

from __future__ import annotations

from tests.receipts.adverse.case import Slip, layout
from tests.receipts.adverse.screens_en import english
from tests.receipts.adverse.screens_zh import told
from tests.receipts.drawing import BLUE, Drawing
from tests.receipts.registry import Pad
from tests.receipts.tables import Cell, middle, table
from tests.receipts.values import digits
from tests.receipts.words import Spelling, in_words

FULL = "amount payee payee_account date serials"


def sums(slip: Slip) -> tuple[str, str]:
    """The sum in figures and in words; the words follow the figures, also where these are in ten thousands."""
    mark = {"CNY": "¥", "USD": "USD ", "HKD": "HK$", "EUR": "EUR "}.get(slip.currency, slip.currency + " ")
    if slip.shown_sum or slip.unit:
        return f"{mark}{slip.figures}", ""
    words = in_words(slip.amount, Spelling())
    return f"{mark}{slip.figures}", (
        "" if slip.currency != "CNY" else "人民币" if not slip.sign else "人民币（负数）"
    ) + words


def pressed(page: Drawing, pad: Pad, slip: Slip, x: float, y: float, usual: tuple[str, ...]) -> None:
    """The bank's stamp, the usual one where nothing else is wanted."""
    lines = usual if slip.stamp is None else slip.stamp
    if lines:
        page.stamp(x, y, 120, *lines, kind=pad.random.choice(("round", "oval")), turn=pad.random.uniform(-12, 12),
                   strength=pad.random.uniform(0.55, 0.85))  # fmt: skip


def tail(page: Drawing, slip: Slip, x: float, y: float) -> None:
    """Progress and remarks in small print."""
    for what, when in slip.steps:
        page.text(x, y, f"{what}　{when}", 13)
        y += 20
    for line in slip.foot:
        page.text(x, y, line, 13, colour="#444444")
        y += 20


@layout("bank_receipt", "document", done=("业务回单（付款）", "转账汇款回单", "客户付款回单"), pdf=True, shows=FULL)
def rural_slip(slip: Slip, pad: Pad) -> Drawing:
    """农村信用合作联社: a table of four columns."""
    page = pad.page(900, 560)
    bank = pad.random.choice(("桐溪县农村信用合作联社", "南浔农村商业银行", "青阳农商银行股份有限公司"))
    page.text(40, 56, bank, 20, face="title", colour="#0b6e4f")
    page.text(450, 92, slip.title or "", 24, face="title", anchor="ms")
    page.text(860, 92, f"流水号：{slip.serial}", 13, anchor="rs")
    figures, words = sums(slip)
    state = [["交易状态", Cell(slip.state, 3)]] if slip.state else []
    unit = [["计量单位", Cell(slip.unit, 3)]] if slip.unit else []
    lines: list[list[Cell | str]] = [
        ["付款人户名", slip.payer, "收款人户名", slip.payee],
        ["付款人账号", slip.payer_account, "收款人账号", slip.payee_account],
        ["付款人开户行", slip.bank, "收款人开户行", "工行杭州市浙大分理处"],
        ["金额（大写）", words, "金额（小写）", figures],
        ["摘要", slip.purpose, "交易时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"],
        *unit,
        *state,
        *[[label, Cell(value, 3)] for label, value in slip.rows],
    ]
    y = table(page, 40, 112, [130, 280, 130, 280], lines, height=40, size=14)
    tail(page, slip, 48, y + 28)
    pressed(page, pad, slip, 760, min(y - 20, 430), (bank, "电子回单专用章"))
    page.text(48, 540, f"柜员：{digits(pad.random, 6)}　打印次数：1　本回单不作收款方发货依据", 12, colour="#555555")
    return page


@layout("bank_receipt", "document", done=("付款通知书", "借记通知", "付款凭证（客户联）"), pdf=True, shows=FULL)
def city_slip(slip: Slip, pad: Pad) -> Drawing:
    """A city bank's: labels above their values in two blocks side by side."""
    page = pad.page(880, 540)
    page.rect(0, 0, 880, 12, colour=None, fill=BLUE)
    page.text(40, 58, pad.random.choice(("钱塘银行", "东海商业银行", "之江银行")), 22, face="title", colour=BLUE)
    page.text(840, 58, slip.title or "", 22, face="title", anchor="rs")
    figures, words = sums(slip)
    for x, head, pairs in (
        (40.0, "付款方", (("户名", slip.payer), ("账号", slip.payer_account), ("开户行", slip.bank))),
        (460.0, "收款方", (("户名", slip.payee), ("账号", slip.payee_account), ("开户行", "工行杭州市浙大分理处"))),
    ):
        page.rect(x, 84, x + 380, 250, colour="#9db4d8")
        page.text(x + 12, 108, head, 15, face="bold", colour=BLUE)
        for i, (label, value) in enumerate(pairs):
            page.text(x + 12, 140 + 36 * i, f"{label}：", 14)
            page.text(x + 80, 140 + 36 * i, value, page.fit(value, 15, 290), face="serif")
    pairs = told(
        ("小写金额", figures), ("大写金额", words), ("单位", slip.unit), ("记账日期", f"{slip.at:%Y年%m月%d日}"), ("回单编号", slip.serial), ("用途", slip.purpose),
        ("处理状态", slip.state), *slip.rows,
    )  # fmt: skip
    y = 288.0
    for i, (label, value) in enumerate(pairs):
        x = 40 + 430 * (i % 2) + page.text(40 + 430 * (i % 2), y, f"{label}：", 15)
        page.text(x, y, value, page.fit(value, 15, 320))
        y += 34 * (i % 2)
    tail(page, slip, 40, y + 40)
    pressed(page, pad, slip, 740, 440, ("之江银行股份有限公司", "业务专用章"))
    return page


@layout("bank_receipt", "document", "en", done=("PAYMENT ADVICE", "DEBIT ADVICE - PAID", "TRANSFER CONFIRMATION"), made=("", "Completed", "Executed"),
        pdf=True, shows=FULL, names=("浙江大学", "ZHEJIANG UNIVERSITY"))  # fmt: skip
def english_advice(slip: Slip, pad: Pad) -> Drawing:
    """A foreign bank's advice on paper."""
    page = pad.page(800, 620)
    page.text(
        50,
        66,
        pad.random.choice(
            (
                "Harbour & Orient Bank (China) Limited",
                "First Pacific Bank, Shanghai Branch",
                "Nordbank AG Shanghai Branch",
            )
        ),
        20,
        face="latin",
    )
    page.line(50, 80, 750, 80)
    page.text(50, 118, slip.title or "", 22, face="bold")
    figures = f"{slip.currency} {slip.figures}"
    pairs = told(
        ("Transaction reference", slip.serial), ("Value date", f"{slip.at:%d %B %Y}"), ("Ordering customer", slip.payer), ("Debit account", slip.payer_account),
        ("Beneficiary name", slip.payee), ("Beneficiary account", slip.payee_account), ("Beneficiary bank", "Industrial and Commercial Bank of China, Hangzhou"),
        ("Amount", figures), ("Unit", slip.unit), ("Payment details", english(slip.purpose)), ("Status", slip.state), *slip.rows,
    )  # fmt: skip
    for i, (label, value) in enumerate(pairs):
        page.text(50, 164 + 34 * i, label, 15, colour="#444444")
        page.text(290, 164 + 34 * i, value, page.fit(value, 16, 470))
    tail(page, slip, 50, 164 + 34 * len(pairs) + 12)
    pressed(page, pad, slip, 660, 540, ()) if slip.stamp else None
    return page


@layout("counter_slip", "paper", done=("业务凭证（客户回执联）", "个人汇款业务回单", "转账业务回执"), shows=FULL)
def union_counter(slip: Slip, pad: Pad) -> Drawing:
    """A credit union's counter: a preprinted frame, typewritten values."""
    page = pad.page(820, 470, "#fdfcf4")
    page.text(410, 46, pad.random.choice(("临溪县农村信用合作联社", "云和农村合作银行")), 18, face="title", anchor="ms")
    page.text(410, 78, slip.title or "", 22, face="title", anchor="ms")
    page.rect(30, 94, 790, 400, width=1.5)
    figures, words = sums(slip)
    pairs = told(
        ("交易日期", f"{slip.at:%Y%m%d}"), ("交易时间", f"{slip.at:%H:%M:%S}"), ("付款户名", slip.payer), ("付款账号", slip.payer_account), ("收款户名", slip.payee),
        ("收款账号", slip.payee_account), ("金额", figures), ("大写", words), ("流水号", slip.serial), ("附言", slip.purpose), ("单位", slip.unit), ("交易结果", slip.state), *slip.rows,
    )  # fmt: skip
    for i, (label, value) in enumerate(pairs):
        x, y = (48.0, 420.0)[i % 2], 126 + 40 * (i // 2)
        page.text(x, y, label + ":", 14, face="serif")
        page.text(x + 84, y, value, page.fit(value, 15, 270, "serif"), face="serif")
    tail(page, slip, 48, 420)
    pressed(page, pad, slip, 690, 370, ("临溪县农村信用合作联社", f"{slip.at:%Y.%m.%d}", "办讫章"))
    return page


@layout("bank_receipt", "document", done=("转账证明", "汇款证明", "付款证明书"), pdf=True, shows=FULL)
def certificate(slip: Slip, pad: Pad) -> Drawing:
    """A bank certifies a transfer: the main facts stand in labelled lines of a letter."""
    page = pad.page(760, 640)
    page.text(380, 84, slip.title or "", 28, face="title", anchor="ms", spacing=8)
    page.text(60, 132, f"编号：{slip.serial}", 14)
    figures, words = sums(slip)
    state = f"{slip.state}，" if slip.state else ""
    text = f"兹证明客户{slip.payer}于{slip.at:%Y年%m月%d日}通过本行办理转账业务一笔，{state}主要信息如下："
    y = 176.0
    for line in page.wrap("　　" + text, 17, 640, "serif"):
        page.text(60, y, line, 17, face="serif")
        y += 30
    pairs = told(
        ("付款账号", slip.payer_account), ("收款人名称", slip.payee), ("收款人账号", slip.payee_account), ("转账金额", figures), ("大写", words), ("金额单位", slip.unit), ("用途", slip.purpose),
        *slip.rows,
    )  # fmt: skip
    for label, value in pairs:
        x = 96 + page.text(96, y + 6, f"{label}：", 17, face="serif")
        page.text(x, y + 6, value, page.fit(value, 17, 500, "serif"), face="serif")
        y += 34
    tail(page, slip, 60, y + 20)
    page.text(700, 560, "钱塘银行股份有限公司", 16, face="serif", anchor="rs")
    page.text(700, 590, f"{slip.at:%Y年%m月%d日}", 16, face="serif", anchor="rs")
    pressed(page, pad, slip, 610, 550, ("钱塘银行股份有限公司", "业务办讫章"))
    return page


@layout(
    "counter_slip",
    "paper",
    done=("汇款申请书", "结算业务申请书", "业务委托书", "境内汇款申请书"),
    shows="amount payee payee_account date",
)
def application(slip: Slip, pad: Pad) -> Drawing:
    """What a customer fills in at the counter: no payment until the bank has stamped it (rows: its serial)."""
    page = pad.page(860, 520)
    page.text(430, 56, slip.title or "", 26, face="title", anchor="ms", spacing=6)
    page.text(
        430, 86, f"申请日期　{slip.at.year} 年 {slip.at.month} 月 {slip.at.day} 日", 15, face="serif", anchor="ms"
    )
    figures, words = sums(slip)
    rows: list[list[Cell | str]] = [
        [middle("业务类型"), Cell("☑ 汇款　□ 本票　□ 汇票　□ 其他　　☑ 普通　□ 加急", 3)],
        ["申请人全称", slip.payer, "收款人全称", slip.payee],
        ["账号或地址", slip.payer_account, "账号或地址", slip.payee_account],
        ["开户行名称", slip.bank, "开户行名称", "工行杭州市浙大分理处"],
        ["金额（大写）", words, "小写", figures],
        ["附加信息及用途", Cell(slip.purpose, 3)],
        *[[label, Cell(value, 3)] for label, value in slip.rows],
    ]
    y = table(page, 36, 104, [130, 264, 130, 264], rows, height=42, size=15)
    page.text(48, y + 34, "申请人签章：", 15, face="serif")
    page.hand(150, y + 36, slip.payer, 26, wild=0.4)
    page.text(430, y + 34, "银行审核：　　　　　经办：　　　　　复核：", 15, face="serif")
    tail(page, slip, 48, y + 64)
    pressed(page, pad, slip, 690, y + 40, ())
    return page
