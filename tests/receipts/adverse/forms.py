"""Campus transfer forms: the guide's appendix as printed, and our prefilled one; with what people do to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from maild.domain.money import Money
from tests.forms import photos
from tests.receipts import fonts, values
from tests.receipts.adverse.case import Allow, usual
from tests.receipts.drawing import Drawing
from tests.receipts.layouts.open_campus import Writer
from tests.receipts.registry import Pad
from tests.receipts.tables import upright
from tests.receipts.words import Spelling, in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things are on a form, in its own points, and what is in them. unit: a height of writing."""

    figures: tuple[float, float, float, float]
    words: tuple[float, float, float, float]
    seal: tuple[float, float]
    stamp: tuple[float, float]
    empty: tuple[tuple[float, float], ...]
    unit: float
    ink: str


Act = Callable[[Drawing, Places, Random], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done to a form: its class, and what may follow. seal: the unit's seal is pressed as usual."""

    cls: str
    name: str
    act: Act
    allow: Allow
    seal: bool = True
    told: bool = False
    times: int = 1
    bare: bool = False  # no stamp of the finance office beside it


# --- stamps -----------------------------------------------------------------------------------------------


def stamp(*lines: str, kind: str = "round", colour: str = "#c8202a", size: float = 5.6, strength: tuple[float, float] = (0.55, 0.9),
          at: str = "stamp") -> Act:  # fmt: skip
    """Press a stamp with these words."""

    def act(page: Drawing, places: Places, random: Random) -> None:
        x, y = places.stamp if at == "stamp" else places.seal
        u = places.unit
        page.stamp(x + random.uniform(-1, 1) * u, y + random.uniform(-0.5, 0.5) * u, u * size * random.uniform(0.9, 1.1), *lines,
                   kind=kind, colour=colour, strength=random.uniform(*strength), turn=random.uniform(-14, 14))  # fmt: skip

    return act


def scrawl(colour: str, text: str = "") -> Act:
    """A felt pen where the finance office stamps: a loop, or words."""

    def act(page: Drawing, places: Places, random: Random) -> None:
        (x, y), u = places.stamp, places.unit
        if text:
            page.hand(x - 2 * u, y, text, 1.8 * u, colour=colour, wild=0.6)
            return
        page.ellipse(x - 2 * u, y - 1.4 * u, x + 2 * u, y + 1.3 * u, colour=colour, width=0.16 * u)
        page.ellipse(x - 1.9 * u, y - 1.2 * u, x + 2.1 * u, y + 1.4 * u, colour=colour, width=0.12 * u)

    return act


def frame(*lines: str) -> Act:
    """A red rectangle as drawing programs make it, perhaps with words."""

    def act(page: Drawing, places: Places, random: Random) -> None:
        (x, y), u = places.stamp, places.unit
        page.rect(x - 2.4 * u, y - 1.3 * u, x + 2.4 * u, y + 1.3 * u, colour="#ff0000", width=0.1 * u)
        for i, line in enumerate(lines):
            page.text(x, y + (1.2 * i + 0.3) * u, line, u, colour="#ff0000", anchor="ms")

    return act


def twice(page: Drawing, places: Places, random: Random) -> None:
    """Pressed twice, nearly dry: nobody can read it."""
    (x, y), u = places.stamp, places.unit
    for turn in (-9, 16):
        page.stamp(x + random.uniform(-1, 1) * u, y, 5.6 * u, "浙江大学计划财务处", "转讫", turn=turn, strength=0.26)


def nothing(page: Drawing, places: Places, random: Random) -> None:
    """No stamp at all."""


# --- writing ----------------------------------------------------------------------------------------------


def strike(which: str, write: str = "", colour: str = "") -> Act:
    """A line through the sum, perhaps another one beside it."""

    def act(page: Drawing, places: Places, random: Random) -> None:
        x0, y0, x1, y1 = places.figures if which == "figures" else places.words
        middle, u = (y0 + y1) / 2, places.unit
        page.line(x0, middle + 0.1 * u, x1, middle - 0.1 * u, colour=colour or places.ink, width=0.1 * u)
        if write:
            page.hand(x0 + 0.3 * u, y0 - 0.1 * u, write, 1.1 * u, colour=colour or places.ink)

    return act


def cover(page: Drawing, places: Places, random: Random) -> None:
    """Painted white and written anew."""
    x0, y0, x1, y1 = places.figures
    page.rect(x0, y0, x1, y1, colour=None, fill="#fbfbf8")
    page.hand(
        x0 + 0.2 * places.unit,
        y1 - 0.2 * places.unit,
        f"{random.randint(200, 900)}.00",
        1.2 * places.unit,
        colour=places.ink,
    )


def overwrite(page: Drawing, places: Places, random: Random) -> None:
    """Another digit over one of the sum."""
    x0, _, x1, y1 = places.figures
    page.hand(
        x0 + (x1 - x0) * random.uniform(0.1, 0.4),
        y1 - 0.1 * places.unit,
        random.choice("2358"),
        1.5 * places.unit,
        colour=places.ink,
        wild=0.2,
    )


def note(place: int, text: str, colour: str = "") -> Act:
    """Handwriting where no hand has to write."""

    def act(page: Drawing, places: Places, random: Random) -> None:
        x, y = places.empty[place % len(places.empty)]
        page.hand(x, y, text, 1.3 * places.unit, colour=colour or places.ink, wild=0.5)

    return act


FINANCE = (
    stamp("浙江大学计划财务处", "转讫"),
    stamp("浙江大学财务处", "2026.11.20", "转 讫", kind="box"),
    stamp("浙江大学计划财务处", "财务专用章"),
    stamp("财务处", "转账收讫", "2026.11.20", kind="oval"),
    stamp("浙江大学财务处", "业务专用章", kind="oval"),
)

DEEDS = (
    *[Deed(cls="honest", name=f"finance {i}", act=act, allow="apply", times=3) for i, act in enumerate(FINANCE)],
    Deed(cls="stamps", name="void", act=stamp("作 废", kind="box"), allow="person"),
    Deed(cls="stamps", name="void of finance", act=stamp("浙江大学计划财务处", "作废"), allow="person"),
    Deed(cls="stamps", name="returned", act=stamp("退 单", "2026.11.21", kind="box"), allow="person"),
    Deed(cls="stamps", name="refused", act=stamp("财务处", "驳 回", kind="oval"), allow="person"),
    Deed(cls="stamps", name="blue void", act=stamp("作废", kind="box", colour="#22389c"), allow="person"),
    Deed(cls="stamps", name="units own", act=stamp("浙江大学光电学院"), allow="claim", seal=False, told=True),
    Deed(cls="stamps", name="received", act=stamp("图书馆", "收 文", kind="oval"), allow="claim", told=True),
    Deed(cls="stamps", name="felt pen", act=scrawl("#d42a2a"), allow="claim", told=True),
    Deed(cls="stamps", name="felt words", act=scrawl("#d42a2a", "已转"), allow="claim", told=True),
    Deed(cls="stamps", name="rectangle", act=frame(), allow="claim", told=True),
    Deed(cls="stamps", name="typed stamp", act=frame("转讫"), allow="claim", told=True),
    Deed(cls="stamps", name="unreadable", act=twice, allow="claim"),
    Deed(cls="stamps", name="none", act=nothing, allow="claim", told=True, times=2),
    Deed(cls="struck", name="figures", act=strike("figures"), allow="person", times=2),
    Deed(cls="struck", name="other sum", act=strike("figures", "86.00"), allow="person", times=2),
    Deed(cls="struck", name="words", act=strike("words", "叁拾元整"), allow="person", times=2),
    Deed(cls="struck", name="red", act=strike("figures", "", "#cc2222"), allow="person"),
    Deed(cls="struck", name="white", act=cover, allow="person"),
    Deed(cls="struck", name="digit", act=overwrite, allow="person", times=2),
    Deed(cls="hand", name="void by hand", act=note(0, "作废"), allow="person"),
    Deed(cls="hand", name="not yet", act=note(1, "未转，下周办"), allow="person"),
    Deed(cls="hand", name="red void", act=note(0, "此单作废", "#cc2222"), allow="person"),
    Deed(cls="hand", name="sum", act=note(1, "实付 20.00"), allow="person"),
    Deed(cls="hand", name="unit", act=note(2, "改付出版社"), allow="person"),
    Deed(cls="hand", name="returned", act=note(0, "已退回"), allow="person"),
)


# --- the forms --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form with its facts. number: transaction numbers that stand on it."""

    page: Drawing
    places: Places
    facts: values.Facts


def guide_form(pad: Pad, *, hand: bool = True) -> Filled:
    """附件1 as the guide prints it: labels in spread letters over two lines."""
    f = values.facts(pad.random)
    f.transactions, f.amount = (), usual(f.amount)
    page = pad.page(820, 640)
    write = Writer(page, pad, printed=not hand)
    page.text(410, 64, "浙 江 大 学 内 部 转 帐 单", 30, face="title", anchor="ms")
    page.line(180, 74, 640, 74)
    f.at = f.at.replace(year=2026, month=11, day=pad.random.randint(10, 23))
    for x, label, value in ((330, "年", "2026"), (410, "月", "11"), (480, "日", str(f.at.day))):
        write(x - 54, 112, value, 20, 50)
        page.text(x, 112, label, 18, face="serif")
    top, row = 130.0, 66.0
    page.rect(40, top, 780, 590, width=1.4)
    left = (("收 款 单", "位", "图书馆"), ("部 门 代", "码", "188610"), ("项 目 代", "码", "669105"))
    right = (
        ("付 款 单 位", "（公 章）", f.unit),
        ("部　　门", "代　　码", f.payer_department),
        ("项　　目", "代　　码", f.payer_project),
    )
    for i, ((a, b, value), (c, d, filled)) in enumerate(zip(left, right, strict=True)):
        y = top + row * i
        page.line(40, y + row, 780, y + row)
        for x, first, second in ((98, a, b), (482, c, d)):
            page.text(x, y + 27, first, 18, face="serif", anchor="ms")
            page.text(x, y + 53, second, 18, face="serif", anchor="ms")
        page.text(280, y + 40, value, 20, face="serif", anchor="ms")
        write(560, y + 42, filled, 22, 205)
    bottom = top + 3 * row
    for x in (156, 406, 552):
        page.line(x, top, x, bottom)
    page.line(156, bottom, 156, 490)
    page.line(40, 490, 780, 490)
    upright(page, 98, bottom, 490, "转帐说明", 18, "serif")
    page.text(176, bottom + 40, "检索费", 20, face="serif")
    f.words = in_words(f.amount, Spelling())
    page.text(52, 530, "金额（大写）人民币", 18, face="serif")
    write(220, 532, f.words, 23, 290)
    page.text(540, 530, "¥", 18)
    write(562, 532, f.figures, 24, 120)
    page.text(720, 530, "元", 18, face="serif")
    page.text(52, 574, "经费主管：", 18, face="serif")
    page.text(440, 574, "经办人：", 18, face="serif")
    write(150, 576, values.person(pad.random), 24, 120)
    write(520, 576, values.person(pad.random), 24, 120)
    places = Places(
        figures=(556, 508, 556 + page.measure(f.figures, 22, "hand") + 16, 540), words=(216, 508, 480, 540), seal=(660, 170), stamp=(600, 440),
        empty=((330, 420), (590, 96), (170, 460)), unit=20.0, ink=write.ink,
    )  # fmt: skip
    f.purpose, f.payee, f.payee_account, f.payer, f.ours = "检索费", "图书馆", "", f.unit, True
    return Filled(page=page, places=places, facts=f)


def retyped_form(pad: Pad) -> Filled:
    """The guide's form filled in on the computer and printed."""
    return guide_form(pad, hand=False)


def own_form(pad: Pad, style: fonts.Style | None = None) -> Filled:
    """The prefilled form that the office sends, printed and filled in. Units of the page: millimetres."""
    random = pad.random
    form = photos.some_form(random, most=1)
    form = replace(
        form,
        amount=Money(usual(form.amount.amount)),
        numbers=(f"202611{random.randint(1, 9):02d}{random.randint(1, 999):05d}",),
    )
    page = Drawing(210, 297, style or fonts.style("open", random), random)
    page.picture(0, 0, 210, 297, photos.printed(form, 9.0))
    pen = random.choice(photos.PEN)
    unit, day = random.choice(values.UNITS), random.randint(10, 23)
    for x, y, text in (
        (126, 88, unit), (132, 101.5, values.digits(random, 6)), (132, 111.5, values.digits(random, 6)),
        (50, 164, values.person(random)), (50, 179, values.person(random)),
        (74, 74.0, "2026"), (97, 74.0, "11"), (114, 74.0, str(day)),
    ):  # fmt: skip
        page.hand(x, y, text, random.uniform(5.0, 6.2), colour=pen)
    f = values.facts(random)
    f.amount, f.transactions, f.unit, f.ours, f.payee, f.payee_account, f.payer = (
        form.amount.amount,
        form.numbers,
        unit,
        True,
        "图书馆",
        "",
        unit,
    )
    f.at = f.at.replace(year=2026, month=11, day=day)
    places = Places(figures=(140, 139, 172, 146.5), words=(60, 139.5, 110, 146), seal=(160, 92), stamp=(158, 178),
                    empty=((70, 232), (128, 62), (30, 125)), unit=6.0, ink=pen)  # fmt: skip
    return Filled(page=page, places=places, facts=f)
