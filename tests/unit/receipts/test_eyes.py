"""From pixels to boxes: turned, tilted, in perspective, in tiles, with codes, seals and a look."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
import segno
from PIL import Image, ImageDraw, ImageFont

from maild.receipts.picture.codes import read_codes
from maild.receipts.picture.features import features, look
from maild.receipts.picture.page_reader import Page, find_lines, read_page, speaks_of_money
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.prepare import flat, without_red
from maild.receipts.sheet import Box, Preparation, Region, Sheet
from tests.share import share

pytestmark = pytest.mark.long

CODE = "ILF1:1250:ILL-20261124-001+D7:K7Q2M4XPAB"
ROWS = [
    ("户名", "浙江大学", "账号", "1202024609908808891"),
    ("金额", "123.50元", "大写", "壹佰贰拾叁元伍角整"),
    ("用途", "图书馆文献传递费", "日期", "2026-03-12"),
    ("流水号", "20260012", "柜员", "00817"),
]


FONT = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"


def drawn(width: int = 1600, height: int = 900) -> Image.Image:
    """A small bank receipt."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.text((500, 50), "网上银行电子回单", font=ImageFont.truetype(FONT, 48), fill="black")
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            draw.text((80 + column * 360, 180 + row * 110), cell, font=ImageFont.truetype(FONT, 34), fill="black")
    return image


def pixels(image: Image.Image) -> Pixels:
    """As OpenCV has it."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def box(sheet: Sheet, text: str) -> Box:
    """The box that holds a text."""
    found = [b for b in sheet.boxes if text in b.text.replace(" ", "")]
    assert found, f"{text} is not among {[b.text for b in sheet.boxes]}"
    return found[0]


def check_grid(page: Page) -> None:
    """Every cell is read, cells of a row lie level, labels left of their values."""
    for cells in ROWS:
        boxes = [box(page.sheet, cell) for cell in cells]
        height = boxes[1].bottom - boxes[1].top
        middles = [(b.top + b.bottom) / 2 for b in boxes]
        assert max(middles) - min(middles) < 0.5 * height, cells
        assert [b.left for b in boxes] == sorted(b.left for b in boxes)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_any_way_up(quarters: int) -> None:
    """Turned by quarters without EXIF: the sheet is upright, of the upright size."""
    page = read_page(np.ascontiguousarray(np.rot90(pixels(drawn()), quarters)))
    assert abs(page.sheet.width - 1600) < 20
    assert abs(page.sheet.height - 900) < 20
    check_grid(page)


@pytest.mark.parametrize("degrees", [-21, -4, 6, 78, 101, 197])
def test_tilted(degrees: float) -> None:
    """The page is laid level."""
    check_grid(
        read_page(
            pixels(drawn().rotate(degrees, expand=True, fillcolor=(120, 110, 100), resample=Image.Resampling.BICUBIC))
        )
    )


def test_in_perspective() -> None:
    """A sheet on a desk, seen from its side: lines that run together are laid parallel."""
    source = np.array([[0, 0], [1600, 0], [1600, 900], [0, 900]], dtype=np.float32)
    target = np.array([[250, 150], [1750, 320], [1820, 1130], [120, 1280]], dtype=np.float32)
    seen = cv2.warpPerspective(
        pixels(drawn()), cv2.getPerspectiveTransform(source, target), (2000, 1500), borderValue=(90, 100, 110)
    )
    check_grid(read_page(np.asarray(seen, dtype=np.uint8)))


def test_characters_have_places() -> None:
    """Left edges rise, lie within the box, and fit the glyphs to half a character."""
    account = box(read_page(pixels(drawn())).sheet, "1202024609908808891")
    assert len(account.edges) == len(account.text)
    assert list(account.edges) == sorted(account.edges)
    step = (account.right - account.left) / 19
    for index, edge in enumerate(account.edges):
        assert abs(edge - (80 + 3 * 360 + index * step)) < step * 0.8


def test_dark_mode() -> None:
    """Light on dark reads as well."""
    check_grid(read_page(255 - pixels(drawn())))


def test_a_long_screenshot_in_tiles() -> None:
    """Every line once, in order, at a size that can be read."""
    image = Image.new("RGB", (900, 5000), "white")
    draw = ImageDraw.Draw(image)
    for row in range(40):
        draw.text(
            (60, 40 + row * 122), f"账单第{row + 101}行 {row + 101}.50", font=ImageFont.truetype(FONT, 34), fill="black"
        )
    texts = [b.text.replace(" ", "") for b in read_page(pixels(image)).sheet.boxes]
    numbers = [int(t.partition("第")[2][:3]) for t in texts if t.startswith("账单第")]
    assert numbers == list(range(101, 141))


def test_looking_again_at_a_region() -> None:
    """In the page's own coordinates, whatever is asked for."""
    page = read_page(pixels(drawn()))
    assert page.zoom is not None
    amount = box(page.sheet, "123.50")
    region = Region(left=amount.left - 20, top=amount.top - 20, right=amount.right + 20, bottom=amount.bottom + 20)
    for preparation in Preparation:
        again = page.zoom.look(region, preparation=preparation, side=640)
        found = box(again, "123.50")
        assert abs(found.left - amount.left) < 15
        assert abs(found.bottom - amount.bottom) < 15
        assert len(again.boxes) == 1
    assert page.zoom.look(Region(left=5, top=5, right=6, bottom=6)).boxes == ()
    assert page.zoom.look(Region(left=-100, top=-100, right=9e6, bottom=9e6)).boxes


def test_a_glass_after_its_time_sees_nothing() -> None:
    """No second witness rather than an overdue one."""
    page = read_page(pixels(drawn()), deadline=0.0)
    assert page.zoom is not None
    assert page.sheet.boxes
    assert page.zoom.look().boxes == ()


def test_red_ink_and_shadow_go() -> None:
    """Under a seal, and in half shadow, black ink stays dark and paper becomes white."""
    image = pixels(drawn())
    cv2.circle(image, (1250, 330), 140, (40, 30, 220), 14)
    seal_before = image[330, 1250 + 138].tolist()
    assert seal_before == [40, 30, 220]
    assert without_red(image)[330, 1250 + 138].min() > 150
    shadow = (image * np.linspace(0.4, 1.0, image.shape[1])[None, :, None]).astype(np.uint8)
    even = flat(shadow)
    assert even[850, 10].min() > 235
    assert even[850, 1590].min() > 235
    assert even.min() < 60


def test_seals_are_found() -> None:
    """Where red ink is; a page without, or all red, has none."""
    image = pixels(drawn())
    assert features(image)[0] == ()
    cv2.circle(image, (1250, 330), 140, (40, 30, 220), 14)
    (seal,), _ = features(image)
    assert abs(seal.left - 1103) < 20
    assert abs(seal.bottom - 477) < 20
    assert features(np.full((600, 800, 3), (30, 30, 200), dtype=np.uint8))[0] == ()


def apart(one: str, other: str) -> int:
    """Bits that differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_look_alikes() -> None:
    """The same picture smaller and squeezed is near, another receipt of the same layout farther, another page far."""
    image = drawn()
    file = io.BytesIO()
    image.resize((800, 450)).save(file, "JPEG", quality=40)
    again = look(pixels(Image.open(file)))
    first = look(pixels(image))
    assert len(first) == 16
    assert apart(first, again) <= 4
    other = Image.new("RGB", (1600, 900), "white")
    ImageDraw.Draw(other).rectangle((900, 100, 1500, 800), fill="black")
    assert apart(first, look(pixels(other))) > 16


@pytest.mark.parametrize(
    ("width", "degrees"),
    share([(width, degrees) for degrees in (0, 17, 90, 180) for width in (2000, 1600, 700)], 2),
)
def test_a_code_is_found(degrees: int, width: int) -> None:
    """Any way up and in any usual size; its corners lie in the picture."""
    image = drawn()
    file = io.BytesIO()
    segno.make(CODE, error="m").save(file, kind="png", scale=6)
    image.paste(Image.open(file).convert("RGB"), (1200, 620))
    image = image.rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    (code,) = read_codes(pixels(image))
    assert code.text == CODE
    assert all(0 <= x <= image.width and 0 <= y <= image.height for x, y in code.corners)


def test_a_code_under_a_seal() -> None:
    """Red ink over the code disappears in the red channel."""
    file = io.BytesIO()
    segno.make(CODE, error="m").save(file, kind="png", scale=6)
    image = drawn()
    image.paste(Image.open(file).convert("RGB"), (1200, 620))
    array = pixels(image)
    over = array.copy()
    for radius in range(20, 140, 26):
        cv2.circle(over, (1320, 740), radius, (60, 40, 215), 14)
    array = np.minimum(array, over)
    assert [code.text for code in read_codes(array)] == [CODE]


def test_words_of_money() -> None:
    """Two different ones; an article that speaks of one thing often is none."""
    assert speaks_of_money(["付款人 张三", "金额 12.00"])
    assert not speaks_of_money(["account of a journey", "on account of the account"])


@pytest.mark.parametrize(
    ("shape", "side"), [((300, 930), 1344), ((4000, 500), 864), ((900, 900), 2000), ((120, 1400), 864)]
)
def test_no_look_takes_more_memory_than_there_is(shape: tuple[int, int], side: int) -> None:
    """However long a picture and however fine the look: what the detector is given has a bound."""
    asked: list[tuple[int, int]] = []

    class Detector:
        """Finds nothing, and notes what it was asked to look at."""

        def find(self, picture: Pixels, side: int) -> list[object]:
            longer = max(picture.shape[:2])
            asked.append((side, round(side * min(picture.shape[:2]) / longer)))
            return []

    find_lines(np.zeros((*shape, 3), np.uint8), Detector(), side)  # type: ignore[arg-type]
    assert asked
    assert all(a * b <= 1_450_000 for a, b in asked), asked
