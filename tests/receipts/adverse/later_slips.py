"""Slips drawn after the reader's laws were written: strips of machines, e-banking files with small print, a treasury's note."""

from __future__ import annotations

from tests.receipts.adverse.case import Slip, layout
from tests.receipts.adverse.screens_en import english
from tests.receipts.adverse.screens_zh import told
from tests.receipts.adverse.slips import FULL, pressed, sums, tail
from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad
from tests.receipts.tables import Cell, table
from tests.receipts.values import digits, masked


@layout("bank_receipt", "document", done=("电子回单", "网上银行电子回单", "付款回单"), pdf=True, shows=FULL)
def file_slip(slip: Slip, pad: Pad) -> Drawing:
    """An e-banking file: head with the bank, two blocks, a code to verify, small print."""
    page = pad.page(880, 600)
    page.text(
        40,
        54,
        pad.random.choice(("钱塘江银行", "海晏银行 HAIYAN BANK", "南湖商业银行")),
        22,
        face="title",
        colour="#8a1538",
    )
    page.text(440, 92, slip.title or "", 24, face="title", anchor="ms")
    page.text(40, 118, f"回单号码：{slip.serial}", 13)
    page.text(840, 118, f"第 {pad.random.randint(1, 3)} 次打印", 13, anchor="rs")
    figures, words = sums(slip)
    lines: list[list[Cell | str]] = [
        ["付款方户名", slip.payer, "收款方户名", slip.payee],
        ["付款方账号", slip.payer_account, "收款方账号", slip.payee_account],
        ["付款方开户行", slip.bank, "收款方开户行", "工行杭州市浙大分理处"],
        ["大写金额", words, "小写金额", figures],
        ["交易日期", f"{slip.at:%Y-%m-%d}", "交易渠道", pad.random.choice(("网上银行", "企业手机银行", "银企直联"))],
        ["附言", Cell(slip.purpose, 3)],
        *([["业务状态", Cell(slip.state, 3)]] if slip.state else []),
        *([["单位", Cell(slip.unit, 3)]] if slip.unit else []),
        *[[label, Cell(value, 3)] for label, value in slip.rows],
    ]
    y = table(page, 40, 132, [120, 290, 120, 290], lines, height=38, size=14)
    for line in pad.random.sample(
        (
            "电子回单可重复打印，请勿重复记账。",
            "验证方式：登录本行官网，输入回单号码和验证码查验真伪。",
            "以上内容由系统自动生成，客户可自行下载。",
            "客户服务：95577　网址：www.haiyanbank.example",
            "经办机构：总行营业部　打印渠道：自助终端",
            "防伪码：" + digits(pad.random, 12),
        ),
        3,
    ):
        page.text(44, y + 26, line, 12, colour="#555555")
        y += 20
    tail(page, slip, 44, y + 34)
    pressed(page, pad, slip, 740, 440, ("南湖商业银行股份有限公司", "电子回单专用章"))
    return page


@layout("counter_slip", "paper", done=("客户回单", "转账回单", "业务凭证"), shows=FULL)
def strip(slip: Slip, pad: Pad) -> Drawing:
    """A printed strip of a counter's machine, one label a line."""
    page = pad.page(420, 720, "#fcfcf8")
    page.text(210, 48, pad.random.choice(("海晏银行", "之江银行", "桐溪农商银行")), 20, face="title", anchor="ms")
    page.text(210, 78, slip.title or "", 17, face="mono", anchor="ms")
    figures, words = sums(slip)
    pairs = told(("交易日期", f"{slip.at:%Y/%m/%d}"), ("交易时间", f"{slip.at:%H:%M:%S}"), ("网点号", digits(pad.random, 5)), ("柜员号", digits(pad.random, 6)), ("交易类型", "转账汇款"), ("付款户名", slip.payer), ("付款卡号", masked(pad.random, slip.payer_account)),
                 ("收款户名", slip.payee), ("收款账号", slip.payee_account), ("交易金额", figures), ("大写金额", words), ("手续费", "0.00"), ("单位", slip.unit), ("附言", slip.purpose), ("交易结果", slip.state), ("交易流水号", slip.serial), *slip.rows)  # fmt: skip
    y = 112.0
    for label, value in pairs:
        page.text(28, y, f"{label}: {value}", page.fit(f"{label}: {value}", 14, 364), face="mono")
        y += 28
    for line in pad.random.sample(
        (
            "本人确认以上信息无误",
            "客户签名：",
            "请核对后妥善保管",
            "凭条打印不清可凭身份证补打",
            "欢迎再次光临",
            "拨打热线可查询办理进度",
        ),
        3,
    ):
        page.text(28, y + 6, line, 13, face="mono")
        y += 24
    tail(page, slip, 28, y + 12)
    pressed(page, pad, slip, 310, y + 10, ("海晏银行城北支行", f"{slip.at:%Y.%m.%d}", "业务办讫"))
    page.height = max(page.height, y + 100)
    return page


@layout(
    "bank_receipt",
    "document",
    "en",
    done=("Transfer Confirmation", "Payment Receipt", "Transaction Receipt"),
    made=("", "Completed", "Successful"),
    pdf=True,
    shows=FULL,
    names=("浙江大学", "ZHEJIANG UNIVERSITY"),
)
def online_file(slip: Slip, pad: Pad) -> Drawing:
    """A foreign bank's file from internet banking, with notes below."""
    page = pad.page(800, 720)
    page.text(
        50,
        60,
        pad.random.choice(("Southern Cross Bank", "Merlion Bank Ltd", "Maple Bank of Canada")),
        22,
        face="latin",
        colour="#b00020",
    )
    page.text(750, 60, f"Printed on {slip.at:%d/%m/%Y}", 12, anchor="rs")
    page.text(50, 110, slip.title or "", 22, face="bold")
    pairs = told(("From account", slip.payer_account), ("Account holder", slip.payer), ("To", slip.payee), ("To account", slip.payee_account), ("Receiving bank", "Industrial and Commercial Bank of China"), ("Amount transferred", f"{slip.currency} {slip.figures}"),
                 ("Unit", slip.unit), ("Charges", f"{slip.currency} 0.00"), ("Description", english(slip.purpose)), ("Status", slip.state), ("Transaction date", f"{slip.at:%d %B %Y}"), ("Receipt number", slip.serial), *slip.rows)  # fmt: skip
    y = 156.0
    for label, value in pairs:
        page.text(50, y, label, 15, colour="#444444")
        page.text(290, y, value, page.fit(value, 16, 460))
        y += 33
    notes = (
        "Keep this receipt for your records.",
        "This is not a tax invoice.",
        "Cut-off time for same day value is 6 pm on business days.",
        "Member of the Deposit Insurance Scheme.",
        "Visit us at www.merlionbank.example or call 1800 111 1111.",
        "Exchange rates are indicative only.",
    )
    for line in pad.random.sample(notes, 3):
        page.text(50, y + 14, line, 12, colour="#666666")
        y += 20
    tail(page, slip, 50, y + 30)
    return page


@layout("bank_receipt", "document", done=("客户付款入账通知", "借记通知", "付款凭证"), pdf=True, shows=FULL)
def treasury_note(slip: Slip, pad: Pad) -> Drawing:
    """A group's treasury: labels with colons in two columns, signatures printed."""
    page = pad.page(860, 520)
    page.text(
        430, 50, pad.random.choice(("之江控股集团财务有限公司", "求是科创集团财务公司")), 18, face="title", anchor="ms"
    )
    page.text(430, 84, slip.title or "", 22, face="title", anchor="ms")
    figures, words = sums(slip)
    pairs = told(("付款单位", slip.payer), ("收款单位", slip.payee), ("付款账号", slip.payer_account), ("收款账号", slip.payee_account), ("付款开户行", slip.bank), ("收款开户行", "工行杭州市浙大分理处"), ("小写", figures), ("大写", words),
                 ("记账日期", f"{slip.at:%Y年%m月%d日}"), ("凭证编号", slip.serial), ("单位", slip.unit), ("摘要", slip.purpose), ("结算方式", "网银转账"), ("状态", slip.state), *slip.rows)  # fmt: skip
    for i, (label, value) in enumerate(pairs):
        x, y = (44.0, 450.0)[i % 2], 128 + 38 * (i // 2)
        page.text(x, y, f"{label}：", 15)
        page.text(x + 96, y, value, page.fit(value, 15, 290))
    y = 128 + 38 * ((len(pairs) + 1) // 2)
    page.text(
        44,
        y + 10,
        f"制单：{pad.random.choice(('系统', '王敏', '李晓'))}　　复核：{pad.random.choice(('陈静', '周洁'))}　　打印时间：{slip.at:%Y-%m-%d}",
        13,
    )
    page.text(
        44,
        y + 34,
        pad.random.choice(("本通知可作为记账依据", "附件：0 张", "页码 1/1", "内部结算系统 V5.2")),
        12,
        colour="#555555",
    )
    tail(page, slip, 44, y + 60)
    pressed(page, pad, slip, 740, 420, ("之江控股集团财务有限公司", "结算专用章"))
    return page


@layout(
    "counter_slip", "paper", done=("ATM 转账凭条", "自助设备交易凭条"), shows="amount payee payee_account date serials"
)
def machine_slip(slip: Slip, pad: Pad) -> Drawing:
    """What a cash machine prints, Chinese and English together."""
    page = pad.page(360, 640, "#fbfbfb")
    page.text(
        180, 44, pad.random.choice(("之江银行 ZHIJIANG BANK", "绿洲银行 OASIS BANK")), 15, face="mono", anchor="ms"
    )
    page.text(180, 72, slip.title or "", 16, face="mono", anchor="ms")
    figures, _ = sums(slip)
    pairs = told(("日期 DATE", f"{slip.at:%Y-%m-%d}"), ("时间 TIME", f"{slip.at:%H:%M:%S}"), ("终端号 ATM NO.", digits(pad.random, 8)), ("卡号 CARD NO.", masked(pad.random, slip.payer_account)), ("转入账号 TO A/C", slip.payee_account), ("户名 NAME", slip.payee),
                 ("金额 AMOUNT", figures), ("单位", slip.unit), ("手续费 FEE", "0.00"), ("流水号 SEQ NO.", slip.serial), ("附言 REMARK", slip.purpose), ("交易结果 RESULT", slip.state or ("交易成功" if slip.title in machine_slip.done else "")), *slip.rows)  # fmt: skip
    y = 106.0
    for label, value in pairs:
        text = f"{label}: {value}"
        page.text(22, y, text, page.fit(text, 13, 318), face="mono")
        y += 28
    for line in (
        "谢谢使用 THANK YOU",
        pad.random.choice(
            ("谨防诈骗 不明来电不转账", "请带走您的银行卡", "24小时客服 95XXX", "如有疑问请持卡到柜台咨询")
        ),
    ):
        page.text(180, y + 10, line, 12, face="mono", anchor="ms")
        y += 24
    tail(page, slip, 22, y + 22)
    page.height = max(page.height, y + 60)
    return page
