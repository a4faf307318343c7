"""What patrons send or attach that is no payment, or not yet one, or no longer."""

from __future__ import annotations

from PIL import Image

from tests.receipts.drawing import GREY, Drawing
from tests.receipts.registry import Pad, layout
from tests.receipts.screens import DAY, MIST, NIGHT, button, rows, status_bar, top_bar
from tests.receipts.tables import Cell, table
from tests.receipts.values import OUR_ACCOUNT, OUR_BANK, OUR_DEPARTMENT, OUR_NAME, OUR_PROJECT, Facts, digits, person
from tests.receipts.words import in_words, some_spelling

NOTHING = "not_a_receipt"
TEXT = (
    "摘要目的探讨不同温度条件下样品的结构变化及其对性能的影响方法采用对照实验与数值模拟相结合的方式分析各组数据结果表明随着温度升高"
    "材料的强度先增后减在二百摄氏度附近达到最大值差异具有统计学意义结论该方法可为相关研究提供参考关键词温度结构性能模拟"
)


@layout(NOTHING, "screen")
def confirm_payment(f: Facts, pad: Pad) -> Drawing:
    """确认付款: the amount is there, but nothing is paid yet."""
    page = pad.page(375, 812, "#f5f5f5")
    status_bar(page, pad, "#222222")
    top_bar(page, pad.random.choice(("确认付款", "确认转账", "收银台")), "#222222")
    page.rect(0, 300, 375, 812, colour=None, fill="#ffffff", radius=14)
    page.text(187, 344, f.payee, 16, anchor="ms")
    page.text(187, 394, f"¥{f.figures}", 38, face="bold", anchor="ms")
    pairs = [("订单信息", f.purpose), ("收款账号", f.payee_account), ("付款方式", "储蓄卡(6021)"), ("手续费", "0.00元")]
    rows(page, DAY, pairs, 450, right=345)
    button(page, 24, 720, 351, pad.random.choice(("确认付款", "立即付款", "下一步")), "#1677ff")
    return page


@layout(NOTHING, "screen")
def pending(f: Facts, pad: Pad) -> Drawing:
    """Waiting, under way, failed, closed or refunded: by the state alone it is no payment."""
    theme = pad.random.choice((DAY, NIGHT, MIST))
    page = pad.page(390, 844, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("账单详情", "交易详情", "转账详情")), theme.text)
    state = pad.random.choice(
        (
            "待支付",
            "处理中",
            "银行处理中",
            "交易失败",
            "支付失败",
            "已退款",
            "已全额退款",
            "交易关闭",
            "转账失败，资金已退回",
        )
    )
    page.text(195, 150, f.payee, 18, colour=theme.text, anchor="ms")
    page.text(195, 204, f"-{f.figures}", 36, face="bold", colour=theme.text, anchor="ms")
    page.text(195, 236, state, 15, colour=theme.faint, anchor="ms")
    pairs = [
        ("当前状态", state),
        ("创建时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("商品说明", f"{f.purpose} {' '.join(f.transactions)}"),
        ("收款账户", f.payee_account),
        ("交易单号", digits(pad.random, 28)),
    ]
    if "退" in state:
        pairs.append(("退款金额", f"¥{f.figures}"))
    rows(page, theme, pairs, 300)
    return page


@layout(NOTHING, "paper")
def blank_form(f: Facts, pad: Pad) -> Drawing:
    """The transfer form with nothing filled in but what is printed."""
    page = pad.page(860, 520)
    page.text(430, 62, "浙江大学校内转帐单", 34, face="title", anchor="ms", spacing=10)
    page.text(430, 104, "年      月      日", 20, face="serif", anchor="ms")

    def s(text: str, span: int = 1) -> Cell:
        return Cell(text, span, "m", "serif")

    y = table(page, 40, 124, [130, 260, 130, 260], [
        [s("收款单位"), s("图书馆"), s("付款单位(公章)"), ""], [s("部门代码"), s(OUR_DEPARTMENT), s("部门代码"), ""],
        [s("项目代码"), s(OUR_PROJECT), s("项目代码"), ""], [s("转帐说明"), s("检索费", 3)],
    ], height=64, size=20, width=1.5)  # fmt: skip
    page.rect(40, y, 820, y + 64, width=1.5)
    page.text(52, y + 40, "金额（大写）人民币", 20, face="serif")
    page.text(585, y + 40, "¥              元", 20, face="serif")
    page.text(52, y + 106, "经费主管：", 19, face="serif")
    page.text(480, y + 106, "经办人：", 19, face="serif")
    return page


@layout(NOTHING, "paper")
def pickup_slip(f: Facts, pad: Pad) -> Drawing:
    """取件单 of a loan that has arrived."""
    page = pad.page(420, 520)
    page.text(210, 50, "馆际互借 取件通知单", 24, face="title", anchor="ms")
    number = f.transactions[0] if f.transactions else "2026111500121"
    lines = [
        "取件码  " + digits(pad.random, 6),
        "事务号  " + number,
        "读者  " + f.payer,
        f"到馆日期  {f.at:%Y-%m-%d}",
        "取件地点  紫金港校区农医馆一楼大厅2号窗口",
        f"应付费用  {f.figures} 元",
        "请携带校园卡，七日内取件",
        "联系电话  0571-88208470",
    ]
    for i, line in enumerate(lines):
        page.text(36, 110 + 44 * i, line, page.fit(line, 18, 350))
    page.line(16, 80, 404, 80, dash=4)
    return page


@layout(NOTHING, "document", pdf=True)
def invoice(f: Facts, pad: Pad) -> Drawing:
    """电子发票（普通发票): amounts, words and names, but a bill, no payment to us."""
    random = pad.random
    page = pad.page(860, 540)
    page.text(430, 56, "电子发票（普通发票）", 26, face="title", anchor="ms", colour="#8a3a10")
    page.text(640, 44, f"发票号码：{digits(random, 20)}", 12)
    page.text(640, 66, f"开票日期：{f.at:%Y年%m月%d日}", 12)
    brown = "#8a3a10"
    y = table(
        page,
        40,
        92,
        [30, 360, 30, 360],
        [
            ["", f"名称：{f.payer}", "", f"名称：{random.choice((OUR_NAME, '杭州图文服务有限公司'))}"],
            ["", f"统一社会信用代码：{digits(random, 18)}", "", "统一社会信用代码：12100000470095016Q"],
        ],
        height=36,
        colour=brown,
    )
    net = (f.amount / 106 * 100).quantize(f.amount)
    y = table(page, 40, y, [220, 90, 60, 60, 90, 110, 60, 90], [
        ["项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额"],
        ["*信息服务*文献传递费", "", "次", "1", f"{net}", f"{net}", "6%", f"{f.amount - net}"], ["", "", "", "", "", "", "", ""],
        ["合计", "", "", "", "", f"¥{net}", "", f"¥{f.amount - net}"],
    ], height=36, colour=brown)  # fmt: skip
    y = table(
        page,
        40,
        y,
        [160, 620],
        [["价税合计（大写）", f"{in_words(f.amount, some_spelling(random))}     （小写）¥{f.figures}"]],
        height=38,
        colour=brown,
    )
    y = table(page, 40, y, [40, 740], [["备注", ""]], height=70, colour=brown)
    page.text(50, y + 26, f"开票人：{person(random)}", 13)
    page.stamp(430, 50, 120, "国家税务总局", "浙江省税务局", kind="oval", strength=0.6)
    return page


@layout(NOTHING, "document", pdf=True)
def tariff(f: Facts, pad: Pad) -> Drawing:
    """收费标准."""
    page = pad.page(700, 640)
    page.text(350, 52, "文献传递收费标准", 26, face="title", anchor="ms")
    body = [
        ("CALIS 成员馆", "普通", "0.30元/页", "2.00元"),
        ("CALIS 成员馆", "加急", "0.30元/页+10元", "2.00元"),
        ("国家图书馆", "普通", "1.00元/页", "5.00元"),
        ("CASHL", "普通", "0.30元/页", "全额补贴"),
        ("NSTL", "普通", "0.30元/页", "5.00元"),
        ("国外文献", "普通", "100.00元/篇", "10.00元"),
        ("馆际借书", "国家图书馆", "42.00元/册", "—"),
        ("馆际借书", "上海图书馆", "23.00元/册", "—"),
    ]
    y = table(
        page,
        40,
        80,
        [180, 120, 180, 140],
        [["文献来源", "类型", "复制费", "手续费"], *[list(row) for row in body]],
        height=42,
        size=16,
    )
    for i, line in enumerate(
        (
            "说明：",
            "1. 复制费与手续费合计为读者应付金额。",
            f"2. 银行转账：户名 {OUR_NAME}，账号 {OUR_ACCOUNT}，{OUR_BANK}。",
            "3. 用途请填写“图书馆文献传递费”。",
        )
    ):
        page.text(44, y + 36 + 28 * i, line, 14)
    return page


@layout(NOTHING, "screen")
def unpaid_fees(f: Facts, pad: Pad) -> Drawing:
    """图书馆缴费 before paying: items, sum, the button."""
    page = pad.page(375, 720, "#f2f2f5")
    status_bar(page, pad, "#222222")
    top_bar(page, "图书馆缴费", "#222222")
    page.text(18, 112, "温馨提示：如对账单金额有疑问请在支付前查询", 12, colour="#c07020")
    page.rect(0, 130, 375, 420, colour=None, fill="#ffffff")
    page.text(20, 160, "缴费项目名称", 14, colour=GREY)
    page.text(270, 160, "应缴金额", 14, colour=GREY, anchor="rs")
    page.text(350, 160, "选择", 14, colour=GREY, anchor="rs")
    for i, name in enumerate(("超期晚回还", "文献传递费", "合计")):
        page.text(20, 200 + 40 * i, name, 15)
        page.text(270, 200 + 40 * i, f.figures if i else "0.00", 15, anchor="rs")
    rows(
        page,
        DAY,
        [("支付方式", "电子账户 >"), ("选择电子账户", "校园宝 >"), ("缴费金额", f.figures)],
        320,
        right=350,
        step=36,
    )
    button(page, 20, 480, 355, "确认缴费", "#2b7de9")
    return page


@layout(NOTHING, "document", pdf=True, weight=1.5)
def article(f: Facts, pad: Pad) -> Drawing:
    """A page of a journal."""
    page = pad.page(600, 840)
    page.text(
        40,
        40,
        f"第{pad.random.randint(10, 60)}卷 第{pad.random.randint(1, 12)}期    {f.at.year}年{f.at.month}月",
        11,
        colour=GREY,
    )
    page.text(
        300,
        90,
        pad.random.choice(("高温条件下复合材料的力学性能研究", "近代江南市镇的商业与信用", "水稻根系分泌物的成分分析")),
        22,
        face="title",
        anchor="ms",
    )
    page.text(300, 120, f"{person(pad.random)}，{person(pad.random)}，{person(pad.random)}", 13, anchor="ms")
    page.text(300, 140, f"（浙江大学{f.unit}，浙江 杭州 310058）", 11, anchor="ms")
    offset = pad.random.randrange(60)
    for column in (40, 310):
        for i in range(38):
            start = (offset + i * 19 + column) % (len(TEXT) - 24)
            page.text(column, 180 + 16.5 * i, TEXT[start : start + 21], 11.5, face="serif")
    page.text(300, 824, str(pad.random.randint(1, 400)), 11, anchor="ms")
    return page


@layout(NOTHING, "screen")
def mail(f: Facts, pad: Pad) -> Drawing:
    """A mail of the office about a fee, on a phone."""
    page = pad.page(390, 844)
    status_bar(page, pad, "#222222")
    top_bar(page, "收件箱", "#222222")
    page.text(20, 120, "文献传递费用通知", 21, face="bold")
    page.text(20, 150, f"图书馆 <zjuill@zju.edu.cn>  {f.at.month}月{f.at.day}日", 13, colour=GREY)
    number = f.transactions[0] if f.transactions else "2026111500124"
    text = (
        f"您好：您申请的文献（事务号 {number}）已经找到，需付费用 {f.figures} 元。请转账至 户名：{OUR_NAME}，账号：{OUR_ACCOUNT}，{OUR_BANK}，"
        "用途请写图书馆文献传递费。付款后请将凭证拍照发回，我们收到后即发送全文。如有疑问请致电 0571-88208470。"
    )
    for i, line in enumerate(page.wrap(text, 16, 350)):
        page.text(20, 190 + 28 * i, line, 16)
    return page


@layout(NOTHING, "paper", weight=0.7)
def desk_photo(f: Facts, pad: Pad) -> Drawing:
    """No text at all: colours and shapes."""
    page = pad.page(800, 600, pad.random.choice(("#4a6b4a", "#9ab8d8", "#6b4a3a")))
    for _ in range(40):
        x, y, r = (pad.random.uniform(0, 800), pad.random.uniform(0, 600), pad.random.uniform(10, 140))
        page.ellipse(
            x - r, y - r * 0.7, x + r, y + r * 0.7, colour=None, fill=f"#{pad.random.randrange(0x303030, 0xE0E0E0):06x}"
        )
    return page


@layout(NOTHING, "paper", weight=0.7)
def book_cover(f: Facts, pad: Pad) -> Drawing:
    """A title, an author, a publisher, a price on the back."""
    page = pad.page(480, 680, pad.random.choice(("#7a2230", "#1f3a5a", "#d8cba8", "#2f4f3f")))
    ink = "#f4ead0" if page.paper != "#d8cba8" else "#3a2a1a"
    title = pad.random.choice(("会计学原理", "支付结算史", "中国货币史稿", "信息检索导论", "民国银行票据"))
    page.text(240, 180, title, page.fit(title, 60, 400, "title"), face="title", colour=ink, anchor="ms")
    page.text(240, 260, f"{person(pad.random)}  著", 24, colour=ink, anchor="ms")
    page.text(240, 620, pad.random.choice(("科学出版社", "浙江大学出版社", "商务印书馆")), 22, colour=ink, anchor="ms")
    page.text(400, 656, f"定价：{f.figures}元", 14, colour=ink, anchor="ms")
    return page


@layout(NOTHING, "screen", weight=0.7)
def receive_code(f: Facts, pad: Pad) -> Drawing:
    """收款码: a code to be paid by, with an amount."""
    page = pad.page(390, 760, "#2aae67")
    page.rect(40, 120, 350, 600, colour=None, fill="#ffffff", radius=12)
    page.text(195, 168, "扫一扫，向我付款", 18, anchor="ms")
    page.text(195, 210, f"¥{f.figures}", 28, face="bold", anchor="ms")
    page.picture(95, 240, 295, 440, _noise_code(pad))
    page.text(195, 490, person(pad.random), 16, anchor="ms")
    page.text(195, 570, "微信支付", 15, colour="#2aae67", anchor="ms")
    return page


def _noise_code(pad: Pad) -> Image.Image:
    """Squares that look like a code and are none."""
    image = Image.new("L", (29, 29))
    image.putdata([255 * (pad.random.random() < 0.5) for _ in range(29 * 29)])
    return image.resize((290, 290), Image.Resampling.NEAREST).convert("RGB")
