"""Further banks' 电子回单: each with its own grid, wording and numbers."""

from __future__ import annotations

from datetime import timedelta

from tests.receipts.drawing import GREY, RED, Drawing
from tests.receipts.layouts.open_banks import basics, branch, spell
from tests.receipts.registry import Pad, layout
from tests.receipts.tables import Cell, table, upright
from tests.receipts.tables import middle as m
from tests.receipts.values import OUR_BANK, Facts, digits, masked

CODE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@layout("bank_receipt", "document", pdf=True, stack=2)
def ccb(f: Facts, pad: Pad) -> Drawing:
    """中国建设银行网上银行电子回执: two parties side by side, sums below."""
    use, random = basics(f, pad, "ccb"), pad.random
    page = pad.page(820, 400)
    page.text(410, 40, "中国建设银行网上银行电子回执", 22, face="title", anchor="ms", colour="#123f8c")
    voucher = digits(random, 12)
    page.text(40, 72, "币别：人民币", 13)
    page.text(330, 72, f"日期：{f.at:%Y年%m月%d日}", 13)
    page.text(780, 72, f"凭证号：{f.serial(voucher)}", 13, anchor="rs")
    flow = f"{random.randint(1, 99999):05d}-{f.serial(digits(random, 16))}"
    top, row = 82, 34
    page.rect(40, top, 68, top + 3 * row)
    page.rect(410, top, 438, top + 3 * row)
    upright(page, 54, top, top + 3 * row, "付款人", 13)
    upright(page, 424, top, top + 3 * row, "收款人", 13)
    cells = [
        ("全称", f.payer, f.payee),
        ("账号", f.payer_account, f.payee_account_shown),
        ("开户行", branch(f, "ccb"), "中国工商银行股份有限公司杭州浙大支行"),
    ]
    table(
        page,
        68,
        top,
        [62, 280, 28, 62, 280],
        [[Cell(a, align="m"), b, "", Cell(a, align="m"), c] for a, b, c in cells],
        height=row,
    )
    y = table(page, 40, top + 3 * row, [100, 398, 90, 152], [
        [Cell("大写金额", align="m"), spell(f, pad), Cell("小写金额", align="m"), f.grouped],
        [Cell("用途", align="m"), use, Cell("钞汇标志", align="m"), "钞"],
        [Cell("验证码", align="m"), digits(random, 12), Cell("摘要", align="m"), random.choice(("跨行转出", "电子转出", "转账支出"))],
        [Cell("账户明细编号-交易流水号", align="m"), flow, Cell("交易状态", align="m"), "交易成功"],
    ], height=row)  # fmt: skip
    page.text(40, y + 22, "注：本回执仅供参考，不作为入账凭据。", 11, colour=GREY)
    page.text(
        780, y + 22, f"打印时间 {f.at + timedelta(days=random.randint(0, 20)):%Y-%m-%d %H:%M:%S}", 11, anchor="rs"
    )
    page.stamp(690, 130, 110, "中国建设银行", "电子回单", "专用章", kind="oval", turn=0, strength=0.7)
    return page


@layout("bank_receipt", "document", pdf=True, stack=2)
def boc(f: Facts, pad: Pad) -> Drawing:
    """中国银行 国内支付业务付款回单: no grid, labels with colons, CNY before the figures."""
    use, random = basics(f, pad, "boc"), pad.random
    page = pad.page(800, 400)
    page.text(60, 46, "中国银行", 24, face="title", colour=RED)
    page.text(165, 46, "BANK OF CHINA", 13, face="latin")
    page.text(430, 46, "国内支付业务付款回单", 19, face="title", anchor="ms")
    page.text(60, 84, f"客户号：{digits(random, 9)}", 13)
    page.text(740, 84, f"日期：{f.at:%Y年%m月%d日}", 13, anchor="rs")
    page.line(55, 94, 745, 94)
    left = [("付款人账号：", f.payer_account), ("付款人名称：", f.payer), ("付款人开户行：", branch(f, "boc"))]
    right = [("收款人账号：", f.payee_account_shown), ("收款人名称：", f.payee), ("收款人开户行：", OUR_BANK)]
    for x, side in ((60, left), (410, right)):
        for i, (label, value) in enumerate(side):
            page.text(x, 118 + 24 * i, label, 13)
            page.text(x + 95, 118 + 24 * i, value, page.fit(value, 13, 240))
    page.text(60, 200, "金额：", 13)
    page.text(155, 200, f"CNY{f.figures}", 13)
    page.text(60, 224, "人民币：", 13)
    page.text(155, 224, spell(f, pad), 13)
    number, flow = digits(random, 15), digits(random, 9)
    pairs = [
        ("业务种类：", "普通汇兑", "业务编号：", digits(random, 10)),
        ("凭证号码：", "", "发起行名称：", "中国银行总行"),
        ("用途：", use, "", ""),
        ("备注：", "", "附言：", use if pad.chance(0.5) else ""),
    ]
    for i, (a, b, c, d) in enumerate(pairs):
        y = 252 + 22 * i
        page.text(60, y, a, 13)
        page.text(155, y, b, page.fit(b or " ", 13, 240 if d else 560))
        page.text(410, y, c, 13)
        page.text(505, y, d, page.fit(d or " ", 13, 230))
    page.line(55, 330, 745, 330)
    page.text(
        60,
        350,
        f"交易机构：{random.randint(10000, 49999)}  交易渠道：网上银行  交易流水号：{f.serial(flow)}  经办：",
        12,
    )
    page.text(60, 372, f"回单编号：{f.serial(number)}", 12)
    page.text(290, 372, f"回单验证码：{''.join(random.choices(CODE, k=12))}", 12)
    page.text(530, 372, f"打印时间：{f.at + timedelta(days=random.randint(0, 9)):%Y/%m/%d %H:%M:%S}", 12)
    page.stamp(690, 330, 120, "中国银行", "业务专用章", f"{f.at:%Y%m%d}", turn=random.uniform(-5, 5), strength=0.65)
    return page


@layout("bank_receipt", "document", pdf=True, stack=2)
def abc(f: Facts, pad: Pad) -> Drawing:
    """中国农业银行 电子回单: grid in green, 20 digits, 附言."""
    use, random = basics(f, pad, "abc"), pad.random
    green = "#0a7a5c"
    page = pad.page(780, 390)
    page.text(40, 44, "中国农业银行", 22, face="title", colour=green)
    page.text(390, 44, "电子回单", 20, face="title", anchor="ms")
    page.text(740, 44, f"回单编号：{f.serial(digits(random, 20))}", 12, anchor="rs")
    y = table(page, 40, 66, [30, 78, 242, 30, 78, 242], [
        ["", m("账号"), masked(random, f.payer_account), "", m("账号"), f.payee_account_shown],
        ["", m("户名"), f.payer, "", m("户名"), f.payee],
        ["", m("开户行"), branch(f, "abc"), "", m("开户行"), random.choice((OUR_BANK, "中国工商银行", "工商银行"))],
    ], height=33, colour=green)  # fmt: skip
    page.rect(41, 67, 69, y - 1, colour=None, fill="#ffffff")
    page.rect(391, 67, 419, y - 1, colour=None, fill="#ffffff")
    upright(page, 55, 66, y, "付款方", 13)
    upright(page, 405, 66, y, "收款方", 13)
    fee = "0.00" if pad.chance(0.8) else "2.00"
    y = table(page, 40, y, [108, 242, 108, 242], [
        [m("金额（小写）"), f"￥{f.grouped}", m("金额（大写）"), spell(f, pad)],
        [m("币种"), "人民币", m("手续费"), fee],
        [m("交易时间"), f"{f.at:%Y-%m-%d %H:%M:%S}", m("记账日期"), f"{f.at:%Y-%m-%d}"],
        [m("交易渠道"), random.choice(("掌上银行", "网上银行", "超级柜台")), m("交易摘要"), random.choice(("转支", "转账", "网银转账"))],
        [m("附言"), Cell(use, span=3)],
    ], height=32, colour=green)  # fmt: skip
    f.show("time")
    page.text(40, y + 24, "本回单为您提供交易信息，不作为收款方发货依据", 11, colour=GREY)
    page.stamp(660, y - 40, 120, "中国农业银行", "电子回单", "专用章", strength=0.6)
    return page


@layout("bank_receipt", "document", pdf=True, stack=2)
def cmb(f: Facts, pad: Pad) -> Drawing:
    """招商银行 付款回单: two columns of labels with full-width colons, 13 letters and digits."""
    use, random = basics(f, pad, "cmb"), pad.random
    page = pad.page(790, 380)
    page.text(395, 44, "招商银行", 22, face="title", anchor="ms", colour="#b01020")
    page.text(395, 70, random.choice(("付款回单", "出账回单")), 17, face="title", anchor="ms")
    number = random.choice("CGKNT") + "".join(random.choices(CODE[:22], k=12))
    page.text(50, 100, f"日期：{f.at:%Y年%m月%d日}", 13)
    page.text(430, 100, f"回单编号：{f.serial(number)}", 13)
    page.line(45, 110, 745, 110, colour="#b01020")
    left = [("付款账号：", f.payer_account), ("付款人：", f.payer), ("付款开户行：", branch(f, "cmb")), ("扣账金额：", f"人民币{f.grouped}"),
            ("大写：", f"人民币{spell(f, pad)}")]  # fmt: skip
    right = [
        ("收款账号：", f.payee_account_shown),
        ("收款人：", f.payee),
        ("收款开户行：", "中国工商银行"),
        ("手续费：", "人民币0.00"),
        ("业务类型：", "网银汇款"),
    ]
    for x, side in ((50, left), (430, right)):
        for i, (label, value) in enumerate(side):
            page.text(x, 138 + 28 * i, label, 13)
            page.text(x + 95, 138 + 28 * i, value, page.fit(value, 13, 270))
    page.text(50, 278, "摘要：", 13)
    page.text(145, 278, use, page.fit(use, 13, 590))
    page.line(45, 296, 745, 296, colour="#b01020")
    page.text(50, 318, f"经办：{digits(random, 6)}", 12)
    page.text(240, 318, f"交易流水：{f.serial(random.choice('KG') + digits(random, 13))}", 12)
    page.text(
        50,
        342,
        f"回单验证码：{''.join(random.choices(CODE, k=8))}    提示：1.电子回单验证码相同表示同一笔业务回单，请勿重复记账使用。",
        11,
        colour=GREY,
    )
    page.stamp(660, 240, 120, "招商银行股份有限公司", "电子回单专用章", strength=0.6, turn=random.uniform(-6, 6))
    return page


@layout("bank_receipt", "document", pdf=True, stack=2)
def bocom(f: Facts, pad: Pad) -> Drawing:
    """交通银行 电子回单凭证: one's own and the opposite account."""
    use, random = basics(f, pad, "bocom"), pad.random
    page = pad.page(800, 390)
    page.text(50, 46, "交通银行", 22, face="title", colour="#1d4f91")
    page.text(400, 46, "电子回单凭证", 19, face="title", anchor="ms")
    flow = "EE" + random.choice("ZKQ") + digits(random, 13)
    page.text(50, 78, f"回单编号：{f.serial(digits(random, 12))}", 12)
    page.text(330, 78, "回单类型：支付结算", 12)
    page.text(590, 78, "业务名称：网银支付", 12)
    blocks = [
        ("凭证种类：", "", "凭证号码：", ""),
        ("借贷标志：", "借记", "回单格式码：", "S"),
        ("账号：", f.payer_account, "开户行名称：", branch(f, "bocom")),
        ("户名：", f.payer, "", ""),
        ("对方账号：", f.payee_account_shown, "开户行名称：", OUR_BANK),
        ("对方户名：", f.payee, "", ""),
        ("币种：", "CNY", "金额：", f.figures),
        ("大写金额：", spell(f, pad), "", ""),
        ("兑换信息：", "", "币种：", ""),
        ("摘要：", use, "", ""),
        ("附加信息：", f"交易时间：{f.at:%Y-%m-%d %H:%M:%S}", "", ""),
    ]
    page.line(45, 88, 755, 88, colour="#1d4f91")
    for i, (a, b, c, d) in enumerate(blocks):
        y = 108 + 21 * i
        page.text(50, y, a, 13)
        page.text(140, y, b, page.fit(b or " ", 13, 260 if c else 590))
        page.text(430, y, c, 13)
        page.text(520, y, d, page.fit(d or " ", 13, 225))
    f.show("time")
    page.line(45, 338, 755, 338, colour="#1d4f91")
    page.text(50, 358, f"打印次数：0001    记账日期：{f.at:%Y%m%d}    会计流水号：{f.serial(flow)}", 12)
    page.text(
        50,
        378,
        f"记账机构：0133195{random.randint(1000, 9999)}    记账柜员：EBB0001    打印日期：{f.at + timedelta(days=random.randint(0, 15)):%Y%m%d}",
        12,
    )
    page.stamp(680, 300, 110, "交通银行", "电子回单", "专用章", strength=0.6)
    return page


@layout("bank_receipt", "document", pdf=True, stack=2)
def cib(f: Facts, pad: Pad) -> Drawing:
    """兴业银行 汇款回单: 18 digits."""
    use, random = basics(f, pad, "cib"), pad.random
    page = pad.page(760, 400)
    page.text(380, 46, "兴业银行汇款回单", 21, face="title", anchor="ms", colour="#123a7a")
    page.text(40, 78, f"回单编号：{f.serial(digits(random, 18))}", 12)
    page.text(720, 78, f"交易日期：{f.at:%Y-%m-%d}", 12, anchor="rs")
    y = table(page, 40, 88, [90, 250, 90, 250], [
        [m("汇款人户名"), f.payer, m("收款人户名"), f.payee],
        [m("汇款人账号"), masked(random, f.payer_account), m("收款人账号"), f.payee_account_shown],
        [m("汇出行"), branch(f, "cib"), m("汇入行"), OUR_BANK],
        [m("汇款币种"), "人民币", m("汇款金额"), Cell(f.grouped, face="sans")],
        [m("大写金额"), Cell(spell(f, pad), span=3)],
        [m("手续费"), "0.00", m("汇款方式"), random.choice(("普通", "加急", "实时"))],
        [m("汇款用途"), Cell(use, span=3)],
        [m("交易状态"), "交易成功", m("交易渠道"), random.choice(("手机银行", "网上银行"))],
    ], height=31)  # fmt: skip
    page.text(40, y + 24, f"打印日期：{f.at + timedelta(days=random.randint(0, 30)):%Y年%m月%d日}", 12)
    page.stamp(640, y - 20, 115, "兴业银行", "电子回单章", strength=0.65)
    return page


@layout("bank_receipt", "document", pdf=True)
def plain_bank(f: Facts, pad: Pad) -> Drawing:
    """Some smaller bank: a narrow sheet of label and value lines."""
    random = pad.random
    use = basics(f, pad, random.choice(("icbc", "ccb")))
    name = random.choice(("杭州银行", "浙商银行", "中信银行", "浦东发展银行", "中国邮政储蓄银行", "宁波银行"))
    page = pad.page(520, 640)
    page.text(260, 52, f"{name}电子交易回单", 21, face="title", anchor="ms")
    page.line(30, 70, 490, 70)
    pairs = [
        ("交易日期", f"{f.at:%Y-%m-%d}"),
        ("交易时间", f"{f.at:%H:%M:%S}"),
        ("业务类型", "行外汇款"),
        ("付款方名称", f.payer),
        ("付款方账号", masked(random, f.payer_account)),
        ("收款方名称", f.payee),
        ("收款方账号", f.payee_account_shown),
        ("收款方银行", "中国工商银行"),
        ("交易金额", f"{f.grouped} 元"),
        ("金额大写", spell(f, pad)),
        ("手续费", "0.00 元"),
        ("用途", use),
        ("交易流水号", f.serial(digits(random, random.choice((12, 16, 22))))),
    ]
    f.show("time")
    for i, (label, value) in enumerate(pairs):
        y = 104 + 36 * i
        page.text(50, y, label, 15, colour=GREY)
        page.text(180, y, value, page.fit(value, 15, 300))
        page.line(40, y + 12, 480, y + 12, colour="#dddddd", dash=3)
    page.text(50, 590, "温馨提示：本回单仅表示交易受理情况，最终以账户明细为准。", 12, colour=GREY)
    page.stamp(400, 520, 110, name, "电子回单专用章", strength=0.6, turn=random.uniform(-8, 8))
    return page
