"""电子回单: bank e-receipts in the manner of the large banks."""

from __future__ import annotations

from datetime import timedelta

from tests.receipts.drawing import GREY, Drawing
from tests.receipts.registry import Pad, layout
from tests.receipts.values import BANKS, OUR_BANK, Facts, digits, masked
from tests.receipts.words import in_words, some_spelling


def basics(f: Facts, pad: Pad, bank: str, *, mask: float = 0.3) -> str:
    """What every bank receipt shows; returns the purpose as printed."""
    f.bank = bank
    f.show("amount", "payee", "payee_account", "payee_is_library", "date", "payer")
    f.payee_account_shown = masked(pad.random, f.payee_account) if pad.chance(mask) else f.payee_account
    return purpose(f, pad)


def purpose(f: Facts, pad: Pad) -> str:
    """图书馆文献传递费 with the transaction numbers the payer added."""
    if not f.transactions or pad.chance(0.1):
        f.transactions = ()
        return f.purpose
    f.show("transactions")
    return (
        f.purpose
        + pad.random.choice(("", " ", "，事务号", "事务号：", "-"))
        + pad.random.choice((" ", ",", "、", ";")).join(f.transactions)
    )


def spell(f: Facts, pad: Pad) -> str:
    f.words = in_words(f.amount, some_spelling(pad.random))
    f.show("words")
    return f.words


def branch(f: Facts, bank: str) -> str:
    return f"{BANKS[bank]}{f.random.choice(('杭州', '上海', '南京', '宁波'))}{f.random.choice(('西湖', '文三路', '城东', '高新', '浙大', '解放路'))}支行"


@layout("bank_receipt", "document", weight=2, pdf=True, stack=2)
def icbc(f: Facts, pad: Pad) -> Drawing:
    """中国工商银行 网上银行电子回单."""
    use = basics(f, pad, "icbc", mask=0.4)
    page = pad.page(800, 430)
    random = pad.random
    page.text(400, 42, "中国工商银行 网上银行电子回单", 22, face="title", anchor="ms")
    number = "-".join(f"{random.randint(0, 9999):04d}" for _ in range(4))
    page.text(40, 78, f"电子回单号码:{f.serial(number)}", 13)
    page.text(760, 78, "第1次打印" if pad.chance(0.5) else "", 12, anchor="rs", colour=GREY)
    left, right, top, row = 40, 760, 90, 32
    page.rect(left, top, right, top + row * 9)
    grid = [
        ("户  名", f.payer, f.payee),
        ("账  号", masked(random, f.payer_account), f.payee_account_shown),
        ("开户银行", branch(f, "icbc"), OUR_BANK),
    ]
    for i, (label, one, two) in enumerate(grid):
        y = top + row * i
        page.line(left + 26, y + row, right, y + row)
        for x, value in ((left + 26, one), (left + 386, two)):
            page.text(x + 37, y + 21, label, 13, anchor="ms")
            page.text(x + 84, y + 21, value, page.fit(value, 13, 240), face="sans")
    for x in (left + 26, left + 100, left + 360, left + 386, left + 460):
        page.line(x, top, x, top + row * 3)
    for x, side in ((left + 13, "付款人"), (left + 373, "收款人")):
        for i, char in enumerate(side):
            page.text(x, top + 30 + 24 * i, char, 13, anchor="ms")
    stamp = f.at.strftime("%Y-%m-%d-%H.%M.%S.%f")
    f.show("time")
    flow = str(random.randint(10**6, 10**8 - 1))
    booked = f.at.date() + timedelta(days=random.choice((0, 0, 0, 1)))
    rows = [
        (("金  额", f"¥{f.grouped}元" if pad.chance(0.5) else f"人民币(小写){f.grouped}"), ("金额(大写)", f"人民币{spell(f, pad)}")),
        (("摘  要", random.choice(("转账", "跨行汇款", "汇款", "文献费"))), ("业务(产品)种类", random.choice(("同城转账", "跨行发报", "汇款")))),
        (("用  途", use), None),
        (("交易流水号", flow), ("时间戳", stamp)),
        (("备注:", random.choice(("", f"附言:{use}", "指令编号:HQP" + digits(random, 9)))), None),
    ]  # fmt: skip
    f.serials.append(flow)
    y = float(top + row * 3)
    for first, second in rows:
        page.line(left, y, right, y)
        for x, cell in ((left, first), (left + 360, second)):
            if cell:
                page.text(x + 50, y + 21, cell[0], page.fit(cell[0], 13, 92), anchor="ms")
                page.line(x + 100, y, x + 100, y + row)
                page.line(x, y, x, y + row)
                room = 600 if second is None else 245
                page.text(x + 110, y + 21, cell[1], page.fit(cell[1], 13, room))
        y += row
    check = "".join(random.choices("ABCDEFGHabcdefgh0123456789+/", k=27)) + "="
    page.line(left, y, right, y)
    page.text(left + 10, y + 21, f"验证码:{check}", 12)
    page.text(
        left,
        y + row + 18,
        f"记账网点  {random.randint(100, 999)}    记账柜员  {random.randint(1, 99):05d}    记账日期  {booked:%Y年%m月%d日}",
        12,
    )
    printed = booked + timedelta(days=random.randint(0, 40))
    page.text(right, y + row + 18, f"打印日期：{printed:%Y年%m月%d日}", 12, anchor="rs")
    page.text(
        left,
        y + row + 38,
        "重要提示：本回单不作为收款方发货依据，并请勿重复记账。如您是收款方，请到工行网站核实。",
        10,
        colour=GREY,
    )
    page.stamp(left + 640, y - 20, 130, "中国工商银行", "电子回单", "专用章", turn=random.uniform(-4, 4), strength=0.6)
    return page
