"""The transfer form: what the PDF says, where it says it, in which glyphs, and how fast."""

from __future__ import annotations

import random
import statistics
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp
from fontTools.ttLib import TTFont

from maild.config import Office
from maild.domain.accounting import slip
from maild.domain.errors import ConfigError
from maild.domain.money import Money
from maild.notify.writing.form import Form, FormWriter, characters
from maild.resources import data_folder

KEY = b"0123456789abcdef0123456789abcdef"
FOLDER = data_folder("templates") / "form"
GEOMETRY = tomllib.loads((FOLDER / "geometry.toml").read_text("utf-8"))
ONE = Form(numbers=("ILL-20261124-001",), amount=Money.of("12.50"), reader="王珺")
SCALE = 8  # pixels a millimetre


@pytest.fixture(scope="module")
def writer() -> FormWriter:
    return FormWriter(Office(), KEY)


def page(pdf: bytes) -> Any:
    """The one page of a form."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0]


def grey(pdf: bytes) -> np.ndarray:
    return np.asarray(page(pdf).render(scale=SCALE * 25.4 / 72, grayscale=True).to_pil())


def text(pdf: bytes) -> str:
    return str(page(pdf).get_textpage().get_text_range())


def ink(picture: np.ndarray, left: float, top: float, right: float, bottom: float) -> float:
    """The share of black in a rectangle given in millimetres."""
    part = picture[round(top * SCALE) : round(bottom * SCALE), round(left * SCALE) : round(right * SCALE)]
    return float((part < 128).mean())


def test_it_says_what_the_guide_asks_for(writer: FormWriter) -> None:
    """One A4 page with the office's facts, the amount twice, the number, and what is left to fill in."""
    made = writer.write(ONE)
    assert [round(side * 25.4 / 72) for side in page(made).get_size()] == [210, 297]
    for said in ("校内转账单", "收款单位", "图书馆", "188610", "669105", "转帐说明", "检索费", "付款单位", "公章", "部门代码",
                 "项目代码", "人民币壹拾贰元伍角整", "¥12.50元", "经费主管", "经办人", "ILL-20261124-001", "王珺",
                 "转讫章", "zjuill@zju.edu.cn", "年", "Payee", "Budget holder"):  # fmt: skip
        assert said in text(made), said


def test_the_facts_are_those_of_the_configuration() -> None:
    """Another office, other facts: nothing of ours is left on its form."""
    other = replace(
        Office(), transfer_unit="总馆", transfer_department="111111", transfer_project="222222", transfer_item="资料费",
        bank_payee="某某大学", name_zh="某某图书馆", address="ill@lib.example", phones=("010-1",),
        payment_places_zh="一楼", payment_places_en="Desk 1",
    )  # fmt: skip
    said = text(FormWriter(other, KEY).write(ONE))
    for fact in ("总馆", "111111", "222222", "资料费", "某某大学", "ill@lib.example", "一楼", "Desk 1"):
        assert fact in said
    for ours in ("188610", "669105", "检索费", "浙江", "zju", "玉泉", "0571"):
        assert ours not in said


def test_the_code_names_fees_and_sum(writer: FormWriter) -> None:
    """25 mm where the geometry says, of level M or better, vouched for by the key."""
    form = Form(numbers=("B-2", "A-1"), amount=Money.of("20.50"))
    picture = grey(writer.write(form))
    (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert slip.verify(KEY, code.text) == slip.Slip(numbers=("A-1", "B-2"), amount=Money.of("20.50"))
    assert code.ec_level in ("M", "Q", "H")
    qr, corner = GEOMETRY["qr"], code.position
    assert (corner.top_left.x, corner.top_left.y) == pytest.approx((qr["left"] * SCALE, qr["top"] * SCALE), abs=3)
    assert corner.bottom_right.x == pytest.approx((qr["left"] + qr["side"]) * SCALE, abs=3)
    assert qr["side"] >= 25
    quiet = 4 * qr["side"] / 25  # four modules of the smallest code there can be
    for left, top, right, bottom in (
        (-quiet, -quiet, 0, 25 + quiet),
        (25, -quiet, 25 + quiet, 25 + quiet),
        (0, -quiet, 25, 0),
    ):
        assert ink(picture, qr["left"] + left, qr["top"] + top, qr["left"] + right - 0.2, qr["top"] + bottom - 0.2) == 0


def test_everything_lies_where_the_geometry_says(writer: FormWriter) -> None:
    """Squares, lines, the cells' insides and the amount's print, measured on the page."""
    picture = grey(writer.write(ONE))
    half = GEOMETRY["marks"]["side"] / 2
    for x, y in GEOMETRY["marks"]["centres"]:
        assert ink(picture, x - half + 0.2, y - half + 0.2, x + half - 0.2, y + half - 0.2) == 1
        assert ink(picture, x - half - 3, y - half - 3, x - half - 0.3, y + half + 3) == 0
    columns, rows = GEOMETRY["table"]["columns"], GEOMETRY["table"]["rows"]
    for y in rows:
        assert ink(picture, columns[0], y - 0.3, columns[-1], y + 0.3) > 0.25
    for x in (columns[0], columns[1], columns[-1]):
        assert ink(picture, x - 0.3, rows[0], x + 0.3, rows[-1]) > 0.25
    stamp = GEOMETRY["cells"]["stamp"]
    assert ink(picture, stamp["left"] + 1, stamp["top"] + stamp["label"], stamp["right"] - 1, stamp["bottom"] - 1) == 0
    amount = GEOMETRY["amount"]
    for name in ("words", "figures"):
        cell, left = GEOMETRY["cells"][name], amount[f"{name}_left"]
        assert ink(picture, cell["left"] + 1, cell["top"] + 1, left - 0.1, cell["bottom"] - 1) == 0
        assert ink(picture, left, amount["baseline"] - 4, left + 15, amount["baseline"] + 0.5) > 0.1
    assert ink(picture, amount["figures_left"], amount["baseline"] + 1.2, 190, 150) == 0


@pytest.mark.parametrize("number", ["2026112400123", "ILL-20261124-001", "CALIS-2026-00000000001"])
@pytest.mark.parametrize("count", [1, 2, 3, 12])
def test_numbers_are_large_enough_to_be_read(writer: FormWriter, number: str, count: int) -> None:
    """Digits of at least 3 mm beside the code, one to twelve of them, none in another's place."""
    numbers = tuple(f"{number[:-2]}{n:02}" for n in range(count))
    made = page(writer.write(Form(numbers=numbers, amount=Money.of("1"))))
    words = made.get_textpage()
    boxes = []
    for n in range(words.count_chars()):
        left, bottom, _, top = (v * 25.4 / 72 for v in words.get_charbox(n))
        if chr(pdfium.FPDFText_GetUnicode(words, n)) in "0123456789" and 30 < 297 - top < 70 and left > 50:
            boxes.append((round(left, 1), round(297 - top, 1), top - bottom))
    assert len(boxes) == count * sum(c.isdigit() for c in number)
    assert (
        min(height for *_, height in boxes) > 2.8
    )  # '1' and '7' are lower than a whole digit by nothing but their box
    assert len({(x, y) for x, y, _ in boxes}) == len(boxes)
    assert max(y for _, y, _ in boxes) < GEOMETRY["table"]["rows"][0] - 7


def test_the_same_form_is_the_same_bytes(writer: FormWriter) -> None:
    """Whoever writes it, whenever, in whatever order its numbers come: a repetition is recognisable."""
    form = Form(numbers=("A-1", "B-2"), amount=Money.of("3"))
    made = writer.write(form)
    writer.write(ONE)
    assert writer.write(replace(form, numbers=("B-2", "A-1"))) == made
    assert FormWriter(Office(), KEY).write(form) == made


@pytest.mark.parametrize("name", ["王珺", "朱镕基", "囧囧", "𬭼𫖯", "陳鄭寶", "Nguyễn Thị Hương", "Zoë Müller-Çelik"])
def test_names_of_people_can_be_printed(writer: FormWriter, name: str) -> None:
    """Rare characters of names, traditional ones, accents."""
    assert writer.unprintable(name) == ""
    assert name in text(writer.write(replace(ONE, reader=name)))


def test_a_name_that_cannot_be_printed_is_left_to_be_written(writer: FormWriter) -> None:
    """Never a box in place of a character: the line stays open and says so."""
    for name in ("𰻝𰻝", "Łukasz", "名" * 40):
        said = text(writer.write(replace(ONE, reader=name)))
        assert "请手写姓名" in said
        assert name not in said


def test_no_glyph_is_missing(writer: FormWriter) -> None:
    """Every character of the page has its glyph, in all languages of the instructions."""
    covered = characters((FOLDER / "fonts" / "MaildForm-Regular.otf").read_bytes())
    for lang in ("", "zh-CN", "en"):
        said = text(writer.write(replace(ONE, lang=lang)))
        assert "\ufffd" not in said
        assert {c for c in said if not c.isspace() and ord(c) not in covered} <= {"\ufffe", "\x02"}
    template = (FOLDER / "transfer.typ").read_text("utf-8")
    assert {c for c in template if ord(c) > 0x2E80 and ord(c) not in covered} == set()
    bold = set(TTFont(FOLDER / "fonts" / "MaildForm-Bold.otf").getBestCmap())
    assert set(map(ord, "校内转账单¥0123456789.元")) <= bold


def test_coverage_is_what_the_font_has() -> None:
    """Our reading of the cmap table agrees with fonttools'; the whole of GB 2312 is in it."""
    path = FOLDER / "fonts" / "MaildForm-Regular.otf"
    regular = characters(path.read_bytes())
    assert regular == frozenset(TTFont(path).getBestCmap())
    hanzi = {bytes((r, c)).decode("gb2312", "ignore") for r in range(0xB0, 0xF8) for c in range(0xA1, 0xFF)} - {""}
    assert len(hanzi) == 6763
    assert {ord(c) for c in hanzi} <= regular


def test_the_fonts_may_be_given_away_and_are_small() -> None:
    """OFL beside them, under a name of their own; 4 MB at most."""
    licence = (FOLDER / "fonts" / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright" in licence
    sizes = [path.stat().st_size for path in (FOLDER / "fonts").iterdir()]
    assert sum(sizes) < 4_000_000
    assert "Maild Form" in str(TTFont(FOLDER / "fonts" / "MaildForm-Regular.otf")["name"].getDebugName(1))


def test_the_pdf_embeds_only_what_it_shows(writer: FormWriter) -> None:
    """Some 40 kB, of a font of 2.5 MB."""
    assert len(writer.write(ONE)) < 60_000


def test_a_form_is_written_quickly(writer: FormWriter) -> None:
    """30 ms of CPU at most, once typst is loaded."""
    writer.write(ONE)
    spent = []
    for n in range(15):
        start = time.process_time()
        writer.write(replace(ONE, numbers=(f"ILL-{n:06}",), amount=Money.of(n + 1)))
        spent.append(time.process_time() - start)
    assert statistics.median(spent) < 0.03


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (replace(ONE, amount=Money.of("0")), "amount"),
        (replace(ONE, amount=Money.of("1", "USD")), "amount"),
        (replace(ONE, numbers=()), "1 to 12"),
        (replace(ONE, numbers=("𰻝",)), "cannot print"),
        (replace(ONE, numbers=tuple(f"{n:040}" for n in range(7))), "do not fit"),
        (replace(ONE, numbers=("9" * 70,)), "do not fit"),
    ],
)
def test_what_there_is_no_form_of(writer: FormWriter, form: Form, why: str) -> None:
    """A ValueError that says why; the caller goes without."""
    with pytest.raises(ValueError, match=why):
        writer.write(form)


def test_facts_that_cannot_be_printed_are_named(tmp_path: Path) -> None:
    """Before the first form, by `maild check`; and no form is made with a gap in it."""
    writer = FormWriter(replace(Office(), transfer_unit="𰻝馆"), KEY)
    with pytest.raises(ConfigError, match="𰻝馆"):
        writer.check()
    with pytest.raises(ValueError, match="𰻝馆"):
        writer.write(ONE)
    FormWriter(Office(), KEY).check()


def test_any_amount_fits_its_cell(writer: FormWriter) -> None:
    """From a cent to the largest, words and figures stay within their lines."""
    cells = GEOMETRY["cells"]
    for amount in ("0.01", "99999999.99", "77777.77", *(f"{random.Random(5).uniform(1, 10**6):.2f}" for _ in range(3))):
        picture = grey(writer.write(replace(ONE, amount=Money.of(amount))))
        for name in ("words", "figures"):
            cell = cells[name]
            assert ink(picture, cell["right"] - 1.2, cell["top"] + 1, cell["right"] - 0.5, cell["bottom"] - 1) == 0
