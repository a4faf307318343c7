"""The generator of payment proofs: the same every time, and its truths are true."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.cases import each
from tests.receipts import container, degrade, fonts, generate, words
from tests.receipts.generator import KINDS
from tests.receipts.registry import LAYOUTS, layouts
from tests.receipts.truth import Truth
from tests.receipts.values import OUR_ACCOUNT, amount, facts, masked
from tests.share import times

for family in ("open", "held"):
    layouts(family)
NAMES = sorted(LAYOUTS)
NUMERALS = {c: i % 10 for i, c in enumerate("零壹贰叁肆伍陆柒捌玖零壹貳叁肆伍陸柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_words(text: str) -> Decimal:
    """An own reading of an amount in words, apart from how the generator writes them."""
    whole, cents, digit = 0, 0, None
    section = 0
    for char in text:
        if char in NUMERALS:
            digit = NUMERALS[char]
        elif char in UNITS:
            section += (1 if digit is None else digit) * UNITS[char]
            digit = None
        elif char == "万":
            whole, section, digit = (section + (digit or 0)) * 10_000, 0, None
        elif char in "元圆":
            whole, section, digit = whole + section + (digit or 0), 0, None
        elif char in "角分":
            cents += (digit or 0) * (10 if char == "角" else 1)
            digit = None
        else:
            assert char in "整正", char
    return whole + Decimal(cents) / 100


def opened(content: bytes) -> Image.Image:
    """The picture, upright by its EXIF."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return ImageOps.exif_transpose(Image.open(BytesIO(content))).convert("RGB")


def test_words_say_the_amount() -> None:
    """Every spelling of every kind of amount reads back as the amount."""
    random = Random(7)
    edges = [
        "0.01",
        "0.10",
        "0.30",
        "1.05",
        "10.00",
        "10.01",
        "100.50",
        "1001.00",
        "1010.10",
        "5000.00",
        "10203.04",
        "20000.00",
        "30010.30",
    ]
    for value in [*map(Decimal, edges), *(amount(random) for _ in range(2000))]:
        for by_hand in (False, True):
            text = words.in_words(value, words.some_spelling(random, by_hand=by_hand))
            assert read_words(text) == value, (text, value)
        assert read_words("".join(a + b for a, b in words.by_places(value))) == value


def test_words_as_banks_write_them() -> None:
    """Known spellings, letter by letter."""
    plain = words.Spelling()
    assert words.in_words(Decimal("258.66"), plain) == "贰佰伍拾捌元陆角陆分"
    assert words.in_words(Decimal("1005.04"), plain) == "壹仟零伍元零肆分"
    assert words.in_words(Decimal("0.30"), plain) == "叁角整"
    assert words.in_words(Decimal("20300.00"), plain) == "贰万零叁佰元整"
    assert words.in_words(Decimal("12.00"), words.Spelling(ten=True, unit="圆", whole="正")) == "拾贰圆正"


@pytest.mark.parametrize("family", ["open", "held"])
def test_same_seed_same_bytes(family: str) -> None:
    """A seed gives one sample, another seed another."""
    for seed in range(4):
        first, again = generate(seed, family), generate(seed, family)
        assert first == again
    assert generate(1, family).content != generate(2, family).content


@pytest.mark.long
@each("name", NAMES)
def test_every_layout_draws_what_it_claims(name: str) -> None:
    """Each layout makes a file that opens, of its kind, whose truth is consistent."""
    family = name.partition(".")[0]
    for seed in range(times(1, 2)):
        sample = generate(seed, family, preset="clean", layout=name)
        if sample.media_type != "application/pdf":
            assert np.asarray(opened(sample.content).convert("L")).std() > 5, "an empty page"
        for truth in sample.truths:
            assert truth.kind == LAYOUTS[name].kind
            check(truth)


def check(truth: Truth) -> None:
    """What must hold of any truth."""
    if truth.kind == "not_a_receipt":
        assert truth.amount is None
        assert not truth.shown
        return
    assert truth.amount is not None
    assert Decimal("0.01") <= truth.amount <= 5000
    assert "amount" in truth.shown
    assert {name for name in truth.shown if not hasattr(truth, name)} == set()
    assert ("words" in truth.shown) == bool(truth.words)
    if truth.words:
        assert read_words(truth.words) == truth.amount
    if "payee_account" in truth.shown:
        assert truth.payee_is_library == (truth.payee_account == OUR_ACCOUNT)
        head, tail = truth.payee_account_shown.partition("*")[0], truth.payee_account_shown.rpartition("*")[2]
        assert truth.payee_account.startswith(head.strip()) or "*" not in truth.payee_account_shown
        assert truth.payee_account.endswith(tail.strip())
    assert bool(truth.serials) == ("serials" in truth.shown)
    assert all(serial.isalnum() and serial == serial.upper() for serial in truth.serials)


def test_both_families_have_every_kind_in_several_layouts() -> None:
    """No kind hangs on one layout, and no layout is in both families."""
    for family in ("open", "held"):
        for kind in KINDS:
            assert len(layouts(family, kind)) >= 2, (family, kind)
    names = [{name.partition(".")[2] for name in NAMES if name.startswith(family)} for family in ("open", "held")]
    assert not names[0] & names[1]


def test_families_share_no_chinese_font() -> None:
    """What is drawn with in one is not seen in the other."""
    sets = [
        {font for faces in fonts.FAMILIES[family].values() for font in faces if font not in (fonts.SANS, fonts.DEJAVU)}
        for family in ("open", "held")
    ]
    assert not sets[0] & sets[1]


def test_hands_have_the_letters_they_write() -> None:
    """The cut fonts hold every letter of amounts, names, units and purposes."""
    from tests.receipts import values

    letters = set(
        "".join(
            (
                values.SURNAMES,
                values.GIVEN,
                *values.UNITS,
                *values.PURPOSES,
                words.FORMAL,
                "拾佰仟万元圆整正角分0123456789.-",
            )
        )
    )
    for font in (fonts.LONG_CANG, fonts.ZHI_MANG):
        missing = {letter for letter in letters if ord(letter) not in fonts.covers(font)}
        assert len(missing) <= 3, f"{font.path}: {missing}"


@pytest.mark.parametrize("medium", ["paper", "screen", "document"])
@pytest.mark.parametrize("preset", ["ordinary", "hard"])
def test_degraded_pages_stay_pages(medium: str, preset: str) -> None:
    """Whatever is done, a picture of a sensible size comes out, and it is another one."""
    page = Image.new("RGB", (900, 600), "white")
    page.paste("black", (100, 100, 500, 160))
    for seed in range(12):
        look = degrade.degrade(page, medium, preset, Random(seed))
        assert look.pixels.dtype == np.uint8
        assert look.pixels.shape[2] == 3
        assert min(look.pixels.shape[:2]) >= 250
        assert max(look.pixels.shape[:2]) <= 2000
        assert look.notes


@pytest.mark.parametrize("fault", [
    lambda look, random: degrade.tilt(look, 3.0, (255, 255, 255)), lambda look, random: degrade.on_desk(look, random, 0.05, 8),
    lambda look, random: degrade.light(look, random, hard=True), lambda look, random: degrade.shadow(look, random, 0.5),
    lambda look, random: degrade.blur(look, random, 2.0), lambda look, random: degrade.grain(look, random, 8.0),
    lambda look, random: degrade.moire(look, random, 0.2), lambda look, random: degrade.crop_edges(look, random, 0.1),
    lambda look, random: degrade.turn(look, random, 1.0), lambda look, random: degrade.shrink(look, 0.5),
])  # fmt: skip
def test_each_fault_changes_the_picture(fault) -> None:  # type: ignore[no-untyped-def]
    """And is noted, and the same for the same seed."""
    page = np.full((300, 400, 3), 255, np.uint8)
    page[50:80, 60:200] = 0
    looks = [degrade.Look(page.copy()) for _ in range(2)]
    for look in looks:
        fault(look, Random(3))
    assert np.array_equal(looks[0].pixels, looks[1].pixels)
    assert looks[0].notes
    assert not np.array_equal(looks[0].pixels, page)


@pytest.mark.parametrize("form", sorted(container.FORMATS))
def test_every_container_opens_upright(form: str) -> None:
    """Each format, with and without an EXIF turn, opens to the picture that went in."""
    page = np.full((200, 300, 3), 240, np.uint8)
    page[10:60, 10:120] = 20  # a mark in the upper left
    for orientation in (1, 3, 6, 8):
        look = degrade.Look(page.copy(), orientation=orientation)
        content, media, _ = container.pack(look, form, Random(1))
        image = np.asarray(opened(content).convert("L"), np.int16)
        assert image.shape == (200, 300), (form, orientation)
        assert abs(int(image[30, 60]) - 20) < 25
        assert abs(int(image[150, 250]) - 240) < 25
        assert media.startswith("image/")


def test_text_of_a_pdf_is_text() -> None:
    """A text PDF of a bank receipt says its amount and the payee's account in its text layer."""
    import pypdfium2

    seen = 0
    for seed in range(40):
        sample = generate(seed, "open", "bank_receipt")
        if any("pdf text" in note for note in sample.notes):
            seen += 1
            text = pypdfium2.PdfDocument(sample.content)[0].get_textpage().get_text_bounded().replace(" ", "")
            assert f"{sample.truth.amount:,.2f}" in text or f"{sample.truth.amount}" in text
            assert sample.truth.payee_account_shown.replace(" ", "") in text
        if seen == 5:
            break
    assert seen >= 5


def test_masks_keep_head_and_tail() -> None:
    """A masked account is neither full nor unrecognisable."""
    for seed in range(50):
        shown = masked(Random(seed), OUR_ACCOUNT)
        assert "*" in shown
        assert OUR_ACCOUNT.startswith(shown.partition("*")[0].strip())
        assert OUR_ACCOUNT.endswith(shown.rpartition("*")[2].strip())


def test_most_payments_are_ours_and_small() -> None:
    """The mixture is an office's: a few per cent to others, half of the sums below 30."""
    some = [facts(Random(seed)) for seed in range(1000)]
    assert 0.02 < sum(not one.ours for one in some) / len(some) < 0.15
    assert sorted(one.amount for one in some)[500] < 30
    assert all(one.amount >= Decimal("0.30") for one in some)
