"""校内转账单: the campus transfer form, printed blank, filled in by hand or printer, signed and sealed."""

from __future__ import annotations

from tests.receipts.drawing import BLACK, Drawing
from tests.receipts.registry import Pad, layout
from tests.receipts.values import OUR_DEPARTMENT, OUR_PROJECT, Facts, person
from tests.receipts.words import by_places, in_words, some_spelling

INKS = ("#1b1b1f", "#1d2a6b", "#20356f", "#27272b", "#0f2f7f")


class Writer:
    """Fills the blanks of one form: always the same hand and ink."""

    def __init__(self, page: Drawing, pad: Pad, *, printed: bool) -> None:
        self.page, self.printed = page, printed
        self.ink = pad.random.choice(INKS)
        self.wild = pad.random.choice((0.15, 0.3, 0.45, 0.6))

    def __call__(self, x: float, y: float, text: str, size: float, width: float) -> None:
        """Fill a blank whose left end is (x, y)."""
        if self.printed:
            self.page.text(x, y, text, self.page.fit(text, size * 0.88, width, "serif"), face="serif")
        else:
            self.page.hand(x, y, text, size, colour=self.ink, wild=self.wild, width=width)


def date_line(page: Drawing, write: Writer, f: Facts, x: float, y: float, size: float) -> None:
    """年 月 日 printed, the numbers filled in."""
    f.show("date")
    at = f.at
    for text, printed, step in ((str(at.year), "年", 2.6), (str(at.month), "月", 1.7), (str(at.day), "日", 1.7)):
        write(x, y, text, size, size * (step + 0.4))
        x += size * step
        page.text(x, y, printed, size, face="serif")
        x += size * 1.2


def purpose(f: Facts, pad: Pad, base: str = "检索费") -> str:
    """What the form is for, with the transaction numbers the payer wrote there."""
    f.purpose = pad.random.choice((base, base, "文献传递费", "检索费（文献传递）"))
    if f.transactions:
        f.show("transactions")
        mark = pad.random.choice(("事务号：", "事务号", "", "申请号：", "编号："))
        return f"{f.purpose} {mark}{pad.random.choice((' ', '、', '，')).join(f.transactions)}"
    return f.purpose


def our_codes(f: Facts, pad: Pad) -> tuple[str, str]:
    """The receiver's codes: ours, or where the payment is not to us, another unit's."""
    f.show("payee_is_library", "department", "project")
    if f.ours:
        return OUR_DEPARTMENT, OUR_PROJECT
    return str(pad.random.randint(100_000, 187_000)), str(pad.random.randint(100_000, 660_000))


def seals(page: Drawing, pad: Pad, f: Facts, x: float, y: float, size: float, *, amount: tuple[float, float]) -> None:
    """The unit's round seal near (x, y), the finance office's often over the amount."""
    random = pad.random
    turn = random.uniform(-14, 14)
    page.stamp(x + random.uniform(-25, 25), y + random.uniform(-15, 15), size, f"浙江大学{f.unit}", turn=turn,
               strength=random.uniform(0.45, 0.9))  # fmt: skip
    draw = random.random()
    if draw < 0.45:
        ax, ay = amount
        page.stamp(ax + random.uniform(-40, 40), ay + random.uniform(-25, 25), size * random.uniform(0.8, 1.0),
                   "浙江大学计划财务处", random.choice(("转讫", "财务专用章", "转账讫")), turn=random.uniform(-20, 20),
                   strength=random.uniform(0.4, 0.85))  # fmt: skip
    else:
        page.stamp(page.width * 0.62, page.height * 0.86, 150, "浙江大学财务处", f"{f.at:%Y.%m.%d}", "转讫", kind="box",
                   turn=random.uniform(-10, 10), strength=random.uniform(0.5, 0.9))  # fmt: skip


def facts_of_form(f: Facts) -> None:
    """What every campus form shows."""
    f.payee, f.payee_account, f.payer = "图书馆", "", f.unit
    f.show("amount", "payer")


@layout("campus_transfer", "paper", weight=2)
def form_of_the_guide(f: Facts, pad: Pad) -> Drawing:
    """As in the office's guide: two columns of cells, the amount line below."""
    facts_of_form(f)
    page = pad.page(860, 560)
    write = Writer(page, pad, printed=pad.chance(0.25))
    page.text(430, 62, "浙江大学校内转帐单", 34, face="title", anchor="ms", spacing=10)
    page.line(240, 72, 640, 72)
    page.line(240, 76, 640, 76)
    date_line(page, write, f, 340, 112, 22)
    top, left, right, row = 130, 40, 820, 62
    page.rect(left, top, right, 520, width=1.6)
    for i in range(1, 4):
        page.line(left, top + row * i, right, top + row * i)
    bottom = top + row * 3
    for x in (165, 430, 560):
        page.line(x, top, x, bottom)
    department, project = our_codes(f, pad)
    cells = (
        (("收款单位", "图书馆" if f.ours else pad.random.choice(("后勤集团", "出版社"))), ("付款单位（公章）", f.unit)),
        (("部门代码", department), ("部门代码", f.payer_department)),
        (("项目代码", project), ("项目代码", f.payer_project)),
    )
    f.show("payer_department", "payer_project")
    for i, ((label, value), (label2, value2)) in enumerate(cells):
        y = top + row * i + 39
        page.text(102, y, label, 20, face="serif", anchor="ms")
        page.text(495, y, label2, 20 if len(label2) < 6 else 15, face="serif", anchor="ms")
        if f.ours:
            page.text(298, y, value, 22, face="serif", anchor="ms")
        else:
            write(180, y, value, 24, 240)
        write(572, y, value2, 24, 240)
    page.line(165, bottom, 165, 440)
    page.line(left, 440, right, 440)
    for i, char in enumerate("转帐说明"):
        page.text(102, bottom + 28 + 25 * i, char, 20, face="serif", anchor="ms")
    for i, text in enumerate(page.wrap(purpose(f, pad), 25, 590, "hand")[:3]):
        write(185, bottom + 40 + 34 * i, text, 25, 620)
    f.words = in_words(f.amount, some_spelling(pad.random, by_hand=True))
    f.show("words")
    page.text(52, 490, "金额（大写）人民币", 20, face="serif")
    write(245, 490, f.words, 27, 300)
    page.text(585, 490, "¥", 22)
    write(605, 490, f.figures, 27, 130)
    page.text(770, 490, "元", 20, face="serif")
    page.text(52, 546, "经费主管：", 19, face="serif")
    page.text(480, 546, "经办人：", 19, face="serif")
    write(150, 546, person(pad.random), 26, 120)
    write(560, 546, person(pad.random), 26, 120)
    seals(page, pad, f, 660, 190, 165, amount=(520, 478))
    return page


@layout("campus_transfer", "paper")
def form_with_digit_boxes(f: Facts, pad: Pad) -> Drawing:
    """A voucher with printed places 万仟佰拾元角分 and boxes for the digits."""
    facts_of_form(f)
    page = pad.page(980, 560)
    write = Writer(page, pad, printed=False)
    page.text(490, 55, "浙江大学校内转账凭证", 32, face="title", anchor="ms", spacing=4)
    date_line(page, write, f, 390, 95, 20)
    page.rect(40, 112, 940, 505, width=2)
    department, project = our_codes(f, pad)
    f.show("payer_department", "payer_project")
    rows = (
        ("付款", f.unit, f.payer_department, f.payer_project),
        ("收款", "图书馆" if f.ours else "后勤集团", department, project),
    )
    for i, (side, unit, code, number) in enumerate(rows):
        x = 40 + 450 * i
        page.line(x + 45, 112, x + 45, 292)
        page.line(x + 150, 112, x + 150, 292)
        page.line(x + 450, 112, x + 450, 292)
        for k, char in enumerate(side + "单位"):
            page.text(x + 22, 150 + 36 * k, char, 20, face="serif", anchor="ms")
        for k, (label, value) in enumerate((("单位名称", unit), ("部门代码", code), ("项目代码", number))):
            y = 112 + 60 * k
            page.line(x + 45, y + 60, x + 450, y + 60)
            page.text(x + 97, y + 38, label, 19, face="serif", anchor="ms")
            write(x + 162, y + 40, value, 25, 278)
    page.line(40, 370, 940, 370)
    page.line(40, 450, 940, 450)
    page.text(55, 338, "人民币（大写）", 20, face="serif")
    pairs = by_places(f.amount)
    f.words = "".join(digit + unit for digit, unit in pairs)
    f.show("words")
    left, step = 205.0, 58.0
    units = "万仟佰拾元角分"
    page_first = len(units) - len(pairs)
    for i, unit in enumerate(units):
        if i < page_first - 1:
            glyph = ""
        elif i == page_first - 1:
            glyph = pad.random.choice(("¥", "⊗", "〇", ""))
        else:
            glyph = pairs[i - page_first][0]
        if glyph and glyph != "⊗":
            write(left, 341, glyph, 29, 40)
        page.text(left + 33, 338, unit, 19, face="serif")
        left += step
    boxes(page, write, f, 640, 296, 292, 72)
    page.text(55, 418, "用  途", 20, face="serif")
    write(150, 420, purpose(f, pad), 26, 770)
    for x, label in ((55, "主管："), (360, "复核："), (660, "经办人：")):
        page.text(x, 488, label, 19, face="serif")
        if label != "复核：" or pad.chance(0.5):
            write(x + 75, 490, person(pad.random), 26, 110)
    seals(page, pad, f, 280, 200, 160, amount=(700, 335))
    return page


def boxes(page: Drawing, write: Writer, f: Facts, x: float, y: float, width: float, height: float) -> None:
    """The figures in boxes, one a digit, without a point; ¥ before the first."""
    heads = "百十万千百十元角分"
    step = width / len(heads)
    page.rect(x, y, x + width, y + height, colour=BLACK)
    page.line(x, y + height * 0.36, x + width, y + height * 0.36)
    cents = str(int(f.amount * 100))
    marks = ["", *("¥" + cents)][-len(heads) :]
    marks = [""] * (len(heads) - len(marks)) + marks
    for i, (head, mark) in enumerate(zip(heads, marks, strict=True)):
        if i:
            page.line(x + step * i, y, x + step * i, y + height, width=1.6 if i in (3, 7) else 0.8)
        page.text(x + step * (i + 0.5), y + height * 0.28, head, height * 0.22, face="serif", anchor="ms")
        if mark:
            write(x + step * i + step * 0.2, y + height * 0.88, mark, height * 0.46, step)
