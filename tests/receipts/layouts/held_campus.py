"""Held back: the campus transfer form in other prints, other hands."""

from __future__ import annotations

from tests.receipts.drawing import BLACK, Drawing
from tests.receipts.registry import Pad, layout
from tests.receipts.tables import upright
from tests.receipts.values import OUR_DEPARTMENT, OUR_PROJECT, Facts, person
from tests.receipts.words import by_places, in_words, some_spelling

PENS = ("#15151a", "#12225e", "#2a2f4a", "#0a3d91")


def hold(f: Facts, pad: Pad) -> tuple[str, str, str]:
    """Note what every form shows; the receiver's unit and codes."""
    f.payee_account, f.payer = "", f.unit
    f.show(
        "amount",
        "payer",
        "date",
        "words",
        "payee_is_library",
        "department",
        "project",
        "payer_department",
        "payer_project",
    )
    if f.ours:
        f.payee = "图书馆"
        return f.payee, OUR_DEPARTMENT, OUR_PROJECT
    f.payee = pad.random.choice(("校医院", "继续教育学院", "分析测试中心"))
    return f.payee, str(pad.random.randint(100_000, 187_000)), str(pad.random.randint(100_000, 660_000))


def reason(f: Facts, pad: Pad) -> str:
    f.purpose = pad.random.choice(("检索费", "文献传递费", "馆际互借费", "文献检索"))
    if not f.transactions:
        return f.purpose
    f.show("transactions")
    numbers = pad.random.choice(("；", " ", "，")).join(f.transactions)
    return pad.random.choice((f"{f.purpose}({numbers})", f"{numbers} {f.purpose}", f"{f.purpose}，单号 {numbers}"))


@layout("campus_transfer", "paper", family="held", weight=2)
def internal_sheet(f: Facts, pad: Pad) -> Drawing:
    """校内转账单 as a sheet of three blocks: payer, receiver, money; signatures in a row."""
    random = pad.random
    unit, department, project = hold(f, pad)
    ink, wild = random.choice(PENS), random.choice((0.2, 0.4, 0.6, 0.75))
    page = pad.page(900, 620)
    page.text(
        450,
        58,
        random.choice(("浙江大学校内转账单", "校 内 转 账 单", "浙江大学校内经费转帐单")),
        32,
        face="title",
        anchor="ms",
    )
    x = 590.0
    for value, mark in ((f.at.year, "年"), (f.at.month, "月"), (f.at.day, "日")):
        page.hand(x, 98, str(value), 23, colour=ink, wild=wild)
        x += 70 if value > 31 else 38
        page.text(x, 98, mark, 18, face="serif")
        x += 26
    blocks = (("付款部门", f.unit, f.payer_department, f.payer_project), ("收款部门", unit, department, project))
    for i, (side, name, code, number) in enumerate(blocks):
        top = 112 + 118 * i
        page.rect(50, top, 850, top + 118, width=1.4)
        page.line(110, top, 110, top + 118)
        upright(page, 80, top, top + 118, side, 19, "serif")
        page.line(110, top + 59, 850, top + 59)
        page.line(480, top + 59, 480, top + 118)
        for px, py, label, text in (
            (124, top + 38, "部门名称：", name),
            (124, top + 97, "部门代码：", code),
            (494, top + 97, "项目代码：", number),
        ):
            page.text(px, py, label, 18, face="serif")
            if i and f.ours and pad.chance(0.6):
                page.text(px + 95, py, text, 20, face="serif")
            else:
                page.hand(px + 95, py + 2, text, 25, colour=ink, wild=wild, width=600 if label == "部门名称：" else 240)
    page.rect(50, 348, 850, 470, width=1.4)
    page.line(50, 408, 850, 408)
    f.words = in_words(f.amount, some_spelling(random, by_hand=True))
    page.text(64, 386, "转账金额：人民币（大写）", 18, face="serif")
    page.hand(272, 389, f.words, 28, colour=ink, wild=wild, width=330)
    page.text(610, 386, "（小写）￥", 18, face="serif")
    page.hand(702, 389, f.figures, 28, colour=ink, wild=wild, width=140)
    page.text(64, 446, "转账事由：", 18, face="serif")
    page.hand(165, 449, reason(f, pad), 25, colour=ink, wild=wild, width=670)
    for px, label in ((64, "经费负责人："), (360, "经办人："), (620, "联系电话：")):
        page.text(px, 512, label, 18, face="serif")
    page.hand(170, 514, person(random), 27, colour=ink, wild=wild)
    page.hand(436, 514, person(random), 27, colour=ink, wild=wild)
    page.text(64, 566, "注：本单一式两联，第一联财务记账，第二联收款单位留存。", 14, face="serif")
    page.stamp(
        300 + random.uniform(-40, 60),
        190 + random.uniform(-20, 20),
        160,
        f"浙江大学{f.unit}",
        turn=random.uniform(-15, 15),
        strength=random.uniform(0.4, 0.85),
    )
    if pad.chance(0.4):
        page.stamp(
            random.uniform(420, 760),
            388,
            140,
            "浙江大学财务处",
            f"{f.at:%Y-%m-%d}",
            "转讫",
            turn=random.uniform(-15, 15),
            strength=random.uniform(0.4, 0.75),
        )
    elif pad.chance(0.5):
        page.stamp(
            740,
            540,
            150,
            "浙江大学财务处",
            f"{f.at:%Y年%m月%d日}",
            "业务受理章",
            kind="oval",
            turn=random.uniform(-8, 8),
            strength=0.75,
        )
    return page


@layout("campus_transfer", "paper", family="held")
def list_form(f: Facts, pad: Pad) -> Drawing:
    """The guide's form again, narrow and tall, computer-filled in half of cases, places printed for the words."""
    random = pad.random
    f.transactions = f.transactions[:2]  # no room for more
    unit, department, project = hold(f, pad)
    ink, wild, typed = random.choice(PENS), random.choice((0.2, 0.45)), pad.chance(0.4)

    def fill(x: float, y: float, text: str, size: float, width: float) -> None:
        if typed:
            page.text(x, y, text, page.fit(text, size * 0.85, width, "serif"), face="serif", colour=BLACK)
        else:
            page.hand(x, y, text, size, colour=ink, wild=wild, width=width)

    page = pad.page(640, 820)
    page.text(320, 70, "浙江大学校内转帐单", 30, face="title", anchor="ms", spacing=4)
    page.text(330, 112, "填单日期：", 18, face="serif")
    fill(424, 113, f"{f.at.year}.{f.at.month}.{f.at.day}", 22, 180)
    rows = (
        ("收款单位", unit),
        ("收款部门代码", department),
        ("收款项目代码", project),
        ("付款单位", f.unit),
        ("付款部门代码", f.payer_department),
        ("付款项目代码", f.payer_project),
        ("转帐说明", reason(f, pad)),
    )
    for i, (label, value) in enumerate(rows):
        y = 130 + 62 * i
        page.rect(50, y, 590, y + 62)
        page.line(200, y, 200, y + 62)
        page.text(125, y + 38, label, 19, face="serif", anchor="ms")
        fill(216, y + 41, value, 26, 360)
    y = 130 + 62 * len(rows)
    page.rect(50, y, 590, y + 120)
    pairs = by_places(f.amount)
    f.words = "".join(digit + place for digit, place in pairs)
    page.text(60, y + 40, "大写", 19, face="serif")
    places = "仟佰拾元角分" if f.amount < 10_000 else "万仟佰拾元角分"
    for i, place in enumerate(places):
        x = 110 + 78 * i
        at = i - (len(places) - len(pairs))
        if at >= 0:
            fill(x, y + 42, pairs[at][0], 30, 44)
        elif at == -1:
            page.text(x + 14, y + 40, random.choice(("⊗", "×", "￥")), 22, face="serif")
        page.text(x + 46, y + 40, place, 19, face="serif")
    page.text(60, y + 98, "小写  ¥", 19, face="serif")
    fill(140, y + 100, f.figures, 28, 200)
    page.text(60, y + 160, "主管签字", 18, face="serif")
    page.text(330, y + 160, "经办人签字", 18, face="serif")
    page.hand(150, y + 162, person(random), 26, colour=ink, wild=wild)
    page.hand(440, y + 162, person(random), 26, colour=ink, wild=wild)
    page.stamp(
        450 + random.uniform(-50, 50),
        360 + random.uniform(-30, 30),
        150,
        f"浙江大学{f.unit}",
        turn=random.uniform(-15, 15),
        strength=random.uniform(0.4, 0.85),
    )
    if pad.chance(0.5):
        page.stamp(
            430,
            y + 70,
            125,
            "浙江大学财务处",
            f"{f.at:%Y.%m.%d}",
            "转讫",
            kind="box",
            turn=random.uniform(-12, 12),
            strength=random.uniform(0.4, 0.8),
        )
    return page
