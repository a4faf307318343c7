"""Photographs of transfer forms: printed, filled in, sealed, stamped or altered, then taken as phones take them."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from maild.config import Office
from maild.domain.money import Money
from maild.notify.writing.form import Form, FormWriter
from tests.forms.stamps import CLASSES
from tests.receipts import degrade, fonts
from tests.receipts.drawing import Drawing
from tests.receipts.raster import raster

KEY = b"0123456789abcdef0123456789abcdef"
PEN = ("#1a1a1a", "#1b2a6b", "#20306e")
Note = tuple[float, float, str, str]  # where its left end is, the text, the pen's colour
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙", "珺镕伟芳敏静丽强磊洋勇艳杰娟涛"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A file as a patron sends it, and what it shows. altered: '' or the name of the alteration."""

    content: bytes
    form: Form
    stamped: bool
    altered: str
    size: tuple[int, int]
    notes: tuple[str, ...]


@cache
def writer() -> FormWriter:
    return FormWriter(Office(), KEY)


def some_form(random: Random, most: int = 3) -> Form:
    """A form of one to `most` transactions of a day or two, for 0.50 to 2,000 CNY."""
    day = f"2026{random.randint(1, 12):02}{random.randint(1, 28):02}"
    shape = random.choice(("ILL-{day}-{n:03}", "{day}{n:05}", "CALIS{day}_{n:04}", "ZJU-{day}-{n:06}"))
    count = 1 if random.random() < 0.6 else random.randint(1, most)
    first = random.randint(1, 800)
    amount = Decimal(
        random.choice((random.randint(1, 60) * 50, random.randint(50, 20_000), random.randint(5, 200_000)))
    )
    return Form(
        numbers=tuple(shape.format(day=day, n=first + 7 * n) for n in range(count)),
        amount=Money(amount.scaleb(-2)),
        reader=random.choice(SURNAMES) + random.choice(GIVEN),
    )


def printed(form: Form, scale: float) -> Image.Image:
    """The form on paper, `scale` pixels a millimetre."""
    document = pypdfium2.PdfDocument(writer().write(form))
    return document[0].render(scale=scale * 25.4 / 72).to_pil().convert("RGB")


def filled(
    form: Form,
    random: Random,
    scale: float,
    *,
    stamped: bool = True,
    altered: str = "",
    over_code: bool = False,
    stamp: str = "",
    note: Note | None = None,
) -> Image.Image:
    """Written on, sealed by the payer's unit and stamped by the finance office. Units of the page: millimetres."""
    page = Drawing(210, 297, fonts.style("open", random), random)
    page.picture(0, 0, 210, 297, printed(form, scale))
    pen = random.choice(PEN)
    for x, y, text in (
        (126, 88, random.choice(("光电学院", "化学系", "医学院", "农学院"))),
        (132, 101.5, str(random.randint(100_000, 999_999))),
        (132, 111.5, str(random.randint(100_000, 999_999))),
        (50, 164, _name(random)),
        (50, 179, _name(random)),
    ):
        page.hand(x, y, text, random.uniform(5.0, 7.0), colour=pen)
    if random.random() < 0.8:
        page.hand(74, 74.0, "2026", 4.5, colour=pen)
        page.hand(97, 74.0, str(random.randint(1, 12)), 4.5, colour=pen)
        page.hand(114, 74.0, str(random.randint(1, 28)), 4.5, colour=pen)
    if note:
        page.hand(note[0], note[1], note[2], 7, colour=note[3])
    if altered:
        ALTERATIONS[altered](page, form, random, pen)
    if random.random() < 0.85:
        page.stamp(random.uniform(150, 172), random.uniform(84, 100), random.uniform(36, 42), "浙江大学某某学院",
                   strength=random.uniform(0.6, 0.95), turn=random.uniform(-25, 25))  # fmt: skip
    if stamp:
        CLASSES[stamp].press(page, random, (random.uniform(154, 164), random.uniform(177, 181)))
    elif stamped:
        kind = random.choice(("round", "box", "oval"))
        lines = {
            "round": ("浙江大学计划财务处", "转讫"),
            "box": ("财务处", "转讫", "2026.11.26"),
            "oval": ("财务处", "转讫", "2026.11.26"),
        }
        size = random.uniform(32, 38) if kind == "round" else random.uniform(32, 40)
        page.stamp(random.uniform(150, 168), random.uniform(174, 182), size, *lines[kind], kind=kind,
                   strength=random.uniform(0.5, 0.95), turn=random.uniform(-15, 15))  # fmt: skip
    if over_code:
        page.stamp(18 + random.uniform(-4, 29), 31 + random.uniform(-4, 29), random.uniform(30, 40), "浙江大学某某学院",
                   strength=random.uniform(0.5, 0.9), turn=random.uniform(-25, 25))  # fmt: skip
    return raster(page, scale)


def photograph(seed: int, *, stamped: bool = True, altered: str = "", preset: str = "ordinary", over_code: bool = False,
               form: Form | None = None, side: int = 0, stamp: str = "", note: Note | None = None) -> Photo:  # fmt: skip
    """A photo, of 800 to 3,264 pixels on its longer side where `side` is not given."""
    random = Random(seed)
    form = form or some_form(random)
    side = side or random.choice((800, 1080, 1280, 1440, 1600, 2048, 2560, 3264))
    scale = side / 297 * random.uniform(0.85, 0.97)
    image = filled(form, random, scale, stamped=stamped, altered=altered, over_code=over_code, stamp=stamp, note=note)
    look = degrade.degrade(image, "paper", preset, random)
    factor = side / max(look.pixels.shape[:2])
    if factor < 1:
        degrade.shrink(look, factor)
    out = io.BytesIO()
    Image.fromarray(look.pixels).save(out, "JPEG", quality=look.quality)
    height, width = look.pixels.shape[:2]
    return Photo(
        content=out.getvalue(),
        form=form,
        stamped=stamped,
        altered=altered,
        size=(width, height),
        notes=tuple(look.notes),
    )


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


# --- alterations: each leaves ink where ours is not, or takes ours away ---
_BASE, _LEFT = 145.3, 140.0


def _digits(form: Form) -> list[tuple[str, float, float]]:
    """Each figure as printed: (character, left, right) in millimetres."""
    face = ImageFont.truetype("templates/form/fonts/MaildForm-Bold.otf", 1000)
    size, x, found = 17 * 25.4 / 72, _LEFT, []
    for character in f"¥{form.amount.amount:.2f}元":
        width = face.getlength(character) / 1000 * size
        found.append((character, x, x + width))
        x += width
    return found


def _stroke(page: Drawing, points: list[tuple[float, float]], pen: str, width: float = 0.5) -> None:
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        page.line(x0, y0, x1, y1, colour=pen, width=width)


def _struck(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """Struck out, another amount written behind it."""
    end = _digits(form)[-1][2]
    _stroke(page, [(_LEFT, _BASE - 2.2), (end, _BASE - 2.0)], pen)
    page.hand(min(end + 2, 172), _BASE, "8.00", 5.5, colour=pen)


def _before(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """A figure squeezed in before the first."""
    left = _digits(form)[1][1]
    _stroke(page, [(left - 0.3, _BASE - 4.2), (left - 0.4, _BASE)], pen, 0.6)


def _seven(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """The first figure gets a bar on top, as 1 becomes 7."""
    _, left, right = _digits(form)[1]
    _stroke(page, [(left + 0.1, _BASE - 4.4), (right - 0.2, _BASE - 4.4), (right - 1.4, _BASE)], pen, 0.55)


def _nine(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """A tail and a bow make 0 or 1 a 9."""
    _, left, right = _digits(form)[1]
    middle = (left + right) / 2
    _stroke(page, [(left + 0.3, _BASE - 3), (middle, _BASE - 1.9), (right - 0.3, _BASE - 2.6)], pen, 0.5)
    _stroke(page, [(right - 0.5, _BASE - 3.6), (right - 0.6, _BASE + 0.9)], pen, 0.5)


def _written(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """Painted white, another amount written over it."""
    page.rect(138.5, 137.2, 176, 149.2, colour=None, fill="#fdfdfb")
    page.hand(_LEFT, _BASE, f"¥{form.amount.amount * 3:.2f}", 6.5, colour=pen)


def _pasted(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """Other figures in print."""
    page.rect(138.5, 137.2, 182, 149.2, colour=None, fill="#ffffff")
    page.text(_LEFT, _BASE, f"¥{form.amount.amount + 1:.2f}元", 6.0, face="sans")


def _doctored(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """One figure exchanged for another in our own font and place."""
    digits = [d for d in _digits(form) if d[0].isdigit()]
    character, left, right = random.choice(digits)
    other = random.choice([c for c in "0123456789" if c != character])
    unit = 40
    tile = Image.new("RGB", (round((right - left) * unit), 6 * unit), "#ffffff")
    face = ImageFont.truetype("templates/form/fonts/MaildForm-Bold.otf", 17 * 25.4 / 72 * unit)
    ImageDraw.Draw(tile).text((0, 5 * unit), other, fill="#000000", font=face, anchor="ls")
    page.picture(left, _BASE - 5, right, _BASE + 1, tile)


def _words(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """Only the words are struck out, others written above."""
    _stroke(page, [(62, 143.4), (62 + 5 * 4.9, 143.0)], pen)
    page.hand(60, 139.5, "叁拾元整", 4.5, colour=pen)


def _red_pen(page: Drawing, form: Form, random: Random, pen: str) -> None:
    """A red line through the figures."""
    end = _digits(form)[-1][2]
    _stroke(page, [(_LEFT + 1, _BASE - 0.5), (end, _BASE - 3.8)], "#d0202a", 0.5)


ALTERATIONS = {
    "struck": _struck, "before": _before, "seven": _seven, "nine": _nine, "written": _written, "pasted": _pasted,
    "doctored": _doctored, "words": _words, "red pen": _red_pen,
}  # fmt: skip
