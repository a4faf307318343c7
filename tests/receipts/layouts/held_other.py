"""Held back: what is no payment, in other shapes and words."""

from __future__ import annotations

from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad, layout
from tests.receipts.screens import DAY, MIST, SLATE, button, rows, status_bar, tick
from tests.receipts.tables import Cell, table
from tests.receipts.values import (
    OUR_ACCOUNT,
    OUR_BANK,
    OUR_DEPARTMENT,
    OUR_NAME,
    OUR_PROJECT,
    Facts,
    company,
    digits,
    person,
)
from tests.receipts.words import in_words, some_spelling

NOTHING = "not_a_receipt"
PROSE = (
    "近年来随着信息技术的发展图书馆的服务方式发生了深刻的变化本文以若干高校为例讨论了资源共建共享的现状与问题并就经费分担与结算办法"
    "提出了建议统计表明每年经由此途径获得的文献数量稳步上升费用由读者与学校共同承担读者满意程度较高但仍存在响应时间较长等不足之处"
)


@layout(NOTHING, "screen", family="held", weight=1.5)
def check_before_paying(f: Facts, pad: Pad) -> Drawing:
    """Check the details, enter the password, choose how: not paid yet."""
    theme = pad.random.choice((DAY, MIST, SLATE))
    page = pad.page(390, 844, theme.paper)
    status_bar(page, pad, theme.text)
    page.text(
        195,
        70,
        pad.random.choice(("转账信息确认", "请确认信息", "支付订单", "付款")),
        17,
        colour=theme.text,
        anchor="ms",
    )
    pairs = [
        ("收款户名", f.payee),
        ("收款账号", f.payee_account),
        ("收款银行", "工商银行"),
        ("转账金额", f"{f.figures}元"),
        ("金额大写", in_words(f.amount, some_spelling(pad.random))),
        ("手续费", "0.00元"),
        ("附言", f"{f.purpose} {' '.join(f.transactions)}"),
    ]
    y = rows(page, theme, pairs, 130, right=362, step=42)
    page.text(
        30,
        y + 30,
        pad.random.choice(("请输入支付密码", "请输入短信验证码", "等待付款，剩余 14:59")),
        15,
        colour=theme.faint,
    )
    button(page, 30, y + 70, 360, pad.random.choice(("确认转账", "确认支付", "立即支付", "提交")), "#c9242b")
    return page


@layout(NOTHING, "screen", family="held", weight=1.5)
def not_done(f: Facts, pad: Pad) -> Drawing:
    """Accepted but not done, refused, given back."""
    page = pad.page(375, 812, "#ffffff")
    status_bar(page, pad, "#191919")
    title, more = pad.random.choice(
        (
            ("转账已受理", "等待银行处理，预计2小时内到账"),
            ("银行受理中", "请勿重复提交"),
            ("转账失败", "余额不足"),
            ("支付未完成", "订单已超时关闭"),
            ("退款成功", "已退回原支付账户"),
            ("已撤销", "款项将于24小时内退回"),
        )
    )
    if title in ("转账已受理", "银行受理中"):
        tick(page, 187, 140, 26, "#f0a020")
    page.text(187, 206, title, 20, face="bold", anchor="ms")
    page.text(187, 236, more, 14, colour="#888888", anchor="ms")
    pairs = [
        ("金额", f"¥{f.figures}"),
        ("收款人", f.payee),
        ("收款账号", f.payee_account),
        ("时间", f"{f.at:%Y-%m-%d %H:%M:%S}"),
        ("备注", f"{f.purpose}{''.join(f.transactions)}"),
    ]
    rows(page, DAY, pairs, 300, right=348, step=42)
    return page


@layout(NOTHING, "document", family="held", pdf=True, weight=1.3)
def vat_invoice(f: Facts, pad: Pad) -> Drawing:
    """浙江增值税电子普通发票, the older print."""
    random = pad.random
    page = pad.page(840, 520)
    page.text(420, 48, "浙江增值税电子普通发票", 24, face="title", anchor="ms", colour="#9c4a1a")
    for i, line in enumerate(
        (
            f"发票代码：{digits(random, 12)}",
            f"发票号码：{digits(random, 8)}",
            f"开票日期：{f.at:%Y年%m月%d日}",
            f"校 验 码：{digits(random, 20)}",
        )
    ):
        page.text(620, 36 + 18 * i, line, 11.5)
    brown = "#9c4a1a"
    y = table(
        page,
        40,
        112,
        [90, 670],
        [["购买方", f"名称：{f.payer}   纳税人识别号：{digits(random, 18)}"]],
        height=60,
        colour=brown,
    )
    y = table(
        page,
        40,
        y,
        [260, 90, 70, 110, 120, 110],
        [
            [Cell(t, align="m") for t in ("货物或应税劳务、服务名称", "单位", "数量", "单价", "金额", "税额")],
            ["*研发和技术服务*文献传递费", "次", "1", f.figures, f.figures, "***"],
            ["合 计", "", "", "", f"￥{f.figures}", "***"],
        ],
        height=44,
        colour=brown,
    )
    y = table(
        page,
        40,
        y,
        [140, 360, 260],
        [["价税合计（大写）", f"⊗{in_words(f.amount, some_spelling(random))}", f"（小写）￥{f.figures}"]],
        height=36,
        colour=brown,
    )
    y = table(
        page,
        40,
        y,
        [90, 670],
        [["销售方", f"名称：{OUR_NAME}   开户行及账号：{OUR_BANK} {OUR_ACCOUNT}"]],
        height=60,
        colour=brown,
    )
    page.text(48, y + 28, f"收款人：{person(random)}    复核：{person(random)}    开票人：{person(random)}", 13)
    page.stamp(690, y - 20, 130, OUR_NAME, "发票专用章", kind="oval", strength=0.65)
    return page


@layout(NOTHING, "paper", family="held")
def unfilled_form(f: Facts, pad: Pad) -> Drawing:
    """A blank of the transfer form; sometimes the payer's codes are in, but no amount."""
    page = pad.page(640, 760)
    page.text(320, 70, "浙江大学校内转帐单", 30, face="title", anchor="ms", spacing=4)
    page.text(330, 112, "填单日期：     年    月    日", 18, face="serif")
    given = pad.chance(0.4)
    cells = [
        ("收款单位", "图书馆"),
        ("收款部门代码", OUR_DEPARTMENT),
        ("收款项目代码", OUR_PROJECT),
        ("付款单位", f.unit if given else ""),
        ("付款部门代码", ""),
        ("付款项目代码", ""),
        ("转帐说明", "检索费"),
        ("大写", "仟    佰    拾    元    角    分"),
        ("小写", "¥"),
    ]
    y = table(
        page,
        50,
        132,
        [150, 390],
        [[Cell(a, align="m", face="serif"), Cell(b, face="serif")] for a, b in cells],
        height=60,
        size=19,
    )
    page.text(60, y + 40, "主管签字                经办人签字", 18, face="serif")
    return page


@layout(NOTHING, "paper", family="held")
def arrival_note(f: Facts, pad: Pad) -> Drawing:
    """A strip put into the loaned book."""
    page = pad.page(380, 560, "#fffdf2")
    page.text(190, 50, "馆际互借图书借阅单", 22, face="title", anchor="ms")
    lines = [
        f"请求号：{(f.transactions or ('2026111500333',))[0]}",
        f"读者姓名：{person(pad.random)}",
        "书名：" + pad.random.choice(("农业气象学", "宋代财政史", "有机反应机理")),
        "提供馆：上海图书馆",
        f"借阅费：{f.figures}元",
        f"到馆日：{f.at:%Y/%m/%d}",
        "应还日期：一个月内",
        "取书地点：农医馆2号窗口",
        f"条码：{digits(pad.random, 14)}",
    ]
    for i, line in enumerate(lines):
        page.text(30, 104 + 46 * i, line, page.fit(line, 17, 330))
    return page


@layout(NOTHING, "document", family="held", pdf=True)
def price_page(f: Facts, pad: Pad) -> Drawing:
    """Fees and how to pay, as a page of the web site."""
    page = pad.page(720, 700)
    page.text(40, 60, "馆际互借与文献传递 — 费用说明", 24, face="title")
    y = table(
        page,
        40,
        86,
        [260, 180, 200],
        [
            ["服务项目", "收费（元）", "备注"],
            ["国内高校复制", "0.50/页", "另收5.00"],
            ["扫描传递", "1.00/页", ""],
            ["加急", "10.00/件", ""],
            ["境外文献", "150.00", "按实结算"],
            ["学位论文", "80.00", "全文"],
            ["标准文献", "面议", ""],
        ],
        height=42,
        size=15,
    )
    for i, line in enumerate(
        (
            f"校内：填写校内转账单，部门代码 {OUR_DEPARTMENT}，项目代码 {OUR_PROJECT}。",
            f"校外：户名 {OUR_NAME}；账号 {OUR_ACCOUNT}；{OUR_BANK}。",
            "付款成功后请将凭证发送至 zjuill@zju.edu.cn。",
            f"更新日期：{f.at:%Y-%m-%d}",
        )
    ):
        page.text(44, y + 40 + 32 * i, line, 15)
    return page


@layout(NOTHING, "document", family="held", pdf=True, weight=1.5)
def one_column(f: Facts, pad: Pad) -> Drawing:
    """A page of a book or thesis, sometimes about money."""
    page = pad.page(560, 800)
    page.text(
        280,
        50,
        pad.random.choice(("第三章  资源共享的经费问题", "第二节  明清票号的汇兑", "结果与讨论")),
        17,
        face="title",
        anchor="ms",
    )
    start = pad.random.randrange(40)
    for i in range(34):
        at = (start + 17 * i) % (len(PROSE) - 32)
        page.text(50, 92 + 20 * i, PROSE[at : at + 32], 14, face="serif")
    page.text(280, 786, str(pad.random.randint(20, 300)), 12, anchor="ms")
    return page


@layout(NOTHING, "screen", family="held")
def chat(f: Facts, pad: Pad) -> Drawing:
    """A chat about the fee: asked, promised, not shown."""
    page = pad.page(390, 844, "#ededed")
    status_bar(page, pad, "#191919")
    page.text(195, 70, "文献传递 服务群", 17, anchor="ms")
    lines = (
        (0, "老师您好，我的文献需要付多少钱？"),
        (1, f"您好，共 {f.figures} 元，转到浙江大学账号"),
        (1, OUR_ACCOUNT),
        (0, "好的，我明天去转账"),
        (1, "转好后把凭证拍照发到邮箱"),
        (0, "收到，谢谢！"),
    )
    y = 120.0
    for mine, text in lines:
        for line in page.wrap(text, 15, 230):
            page.rect(
                130 if mine else 60,
                y,
                340 if mine else 300,
                y + 32,
                colour=None,
                fill="#95ec69" if mine else "#ffffff",
                radius=4,
            )
            page.text(140 if mine else 70, y + 21, line, 15)
            y += 34
        y += 22
    return page


@layout(NOTHING, "screen", family="held")
def movements(f: Facts, pad: Pad) -> Drawing:
    """A list of many movements: which of them would be the payment, it does not say."""
    page = pad.page(390, 844, "#ffffff")
    status_bar(page, pad, "#191919")
    page.text(195, 70, pad.random.choice(("账单", "收支明细", "全部账单")), 17, anchor="ms")
    page.text(
        24,
        112,
        f"{f.at.year}年{f.at.month}月  支出 ¥{pad.random.randint(50_000, 900_000) / 100:.2f}  收入 ¥{pad.random.randint(0, 900_000) / 100:.2f}",
        13,
        colour="#888888",
    )
    for i in range(9):
        y = 156 + 74 * i
        name = pad.random.choice(
            (company(pad.random), "美团外卖", "滴滴出行", "校园超市", "转账-来自" + person(pad.random), OUR_NAME)
        )
        page.text(70, y, name, page.fit(name, 16, 210))
        page.text(
            70,
            y + 24,
            f"{f.at.month}月{max(1, 28 - 2 * i)}日 {pad.random.randint(8, 22)}:{pad.random.randint(10, 59)}",
            13,
            colour="#888888",
        )
        page.text(
            366,
            y + 8,
            f"{pad.random.choice(('-', '-', '+'))}{pad.random.randint(100, 30_000) / 100:.2f}",
            17,
            anchor="rs",
        )
        page.ellipse(22, y - 14, 56, y + 20, colour=None, fill=pad.random.choice(("#f0a020", "#4aa56a", "#3a78d0")))
    return page


@layout(NOTHING, "paper", family="held", weight=0.6)
def scenery(f: Facts, pad: Pad) -> Drawing:
    """Bands and blocks, no letter."""
    page = pad.page(700, 700, "#86a7c4")
    for i in range(14):
        top = 250 + 34 * i
        page.rect(
            0,
            top,
            700,
            top + 40,
            colour=None,
            fill=f"#{pad.random.randrange(0x20, 0x80):02x}{pad.random.randrange(0x50, 0xA0):02x}{pad.random.randrange(0x20, 0x60):02x}",
        )
    for _ in range(12):
        x = pad.random.uniform(0, 660)
        page.rect(
            x,
            pad.random.uniform(120, 300),
            x + pad.random.uniform(10, 60),
            420,
            colour=None,
            fill=f"#{pad.random.randrange(0x404040, 0x909090):06x}",
        )
    return page
