"""A photographed transfer form: found, laid flat, compared with what was printed."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.accounting import slip
from maild.domain.accounting.receipt import Ground, Receipt, ReceiptKind
from maild.domain.money import Money
from maild.notify.writing.form import Form
from maild.receipts import SAY
from maild.receipts.picture import slipcheck
from maild.receipts.picture.codes import Code, is_ours, read_codes
from maild.receipts.picture.pictures import Pixels, open_frames
from maild.receipts.picture.slipcheck import SlipCheck, check, doubted, laid_flat, printed, receipt
from maild.receipts.picture.slipplane import Place, geometry, lay_flat
from maild.receipts.picture.straighten import warp
from tests.forms.photos import ALTERATIONS, KEY, Photo, filled, photograph
from tests.forms.photos import printed as on_paper
from tests.share import in_turn, times
from tests.timing import quickest

pytestmark = pytest.mark.long

FORM = Form(numbers=("ILL-20261124-001",), amount=Money.of("138.60"), reader="王珺")


def seen(photo: Photo) -> tuple[Pixels, Code]:
    """The picture as the reader has it, and our code in it."""
    picture = next(open_frames(photo.content, "image/jpeg"))
    (code,) = (code for code in read_codes(picture) if is_ours(code.text))
    return picture, code


def looked_at(photo: Photo) -> SlipCheck:
    picture, code = seen(photo)
    return check(picture, code.text, code.corners)


def flat_page(scale: float = 6.0, **how: object) -> tuple[Pixels, Code]:
    """The page itself, without a camera: (picture, code)."""
    image = filled(FORM, Random(3), scale, **how)  # type: ignore[arg-type]
    picture = cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR)
    (code,) = (code for code in read_codes(picture) if is_ours(code.text))
    return picture, code


@pytest.mark.parametrize("seed", range(times(4, 8)))
def test_an_untouched_stamped_form_is_confirmed(seed: int) -> None:
    """Ordinary photos: the fees are named by the code, the amount is as printed, the stamp is there."""
    photo = photograph(500 + seed, side=(1280, 1600, 2048, 3264)[seed % 4])
    found = looked_at(photo)
    assert found.amount, found.reasons
    assert found.marks >= 5
    assert found.sealed is not False
    read = receipt(seen(photo)[1].text, found)
    assert read is not None
    assert read.amount == photo.form.amount
    assert read.transactions == tuple(sorted(photo.form.numbers))
    assert read.sure == (found.sealed is True)
    assert slip.verify(KEY, read.qr) is not None


@pytest.mark.parametrize(
    ("seed", "alteration"), [(seed, each) for n, each in enumerate(ALTERATIONS) for seed in in_turn(range(2), n)]
)
def test_an_altered_amount_is_never_confirmed(alteration: str, seed: int) -> None:
    """Struck out, added to, overwritten, pasted over, exchanged in our own font: no receipt comes of it."""
    photo = photograph(900 + seed, altered=alteration, side=(1280, 2048)[seed])
    found = looked_at(photo)
    assert not found.amount
    assert found.altered
    assert receipt(seen(photo)[1].text, found) is None


@pytest.mark.parametrize("seed", range(4))
def test_without_the_offices_stamp_it_is_no_payment(seed: int) -> None:
    """The payer's own seal, signatures and codes do not make up for the stamp of the finance office."""
    found = looked_at(photograph(700 + seed, stamped=False, side=1600))
    assert found.sealed is False
    assert not found.confirmed


@pytest.mark.parametrize("quarters", range(4))
def test_it_may_lie_any_way_up(quarters: int) -> None:
    """The code says which way: no EXIF is needed."""
    picture, _ = flat_page()
    turned = np.ascontiguousarray(np.rot90(picture, quarters))
    (code,) = (code for code in read_codes(turned) if is_ours(code.text))
    assert check(turned, code.text, code.corners).confirmed


def test_a_mirrored_form_is_none() -> None:
    """Nobody photographs one; a mirror's code must not lead us to read the wrong cells."""
    picture, code = flat_page()
    mirrored = tuple((picture.shape[1] - 1 - x, y) for x, y in code.corners)
    assert check(np.ascontiguousarray(picture[:, ::-1]), code.text, mirrored).reasons


def test_a_code_for_another_sum_is_not_confirmed() -> None:
    """A genuine code pasted onto another form: the print does not say what it says."""
    picture, code = flat_page()
    other = slip.make(KEY, FORM.numbers, Money.of("138.50"))
    found = check(picture, other, code.corners)
    assert not found.amount
    assert found.altered


def test_a_changed_figure_is_seen_whichever_it_is() -> None:
    """Each figure of the amount against each other figure, in our own font: only the true one is confirmed."""
    picture, code = flat_page()
    for amount in ("138.61", "138.68", "138.80", "188.60", "130.60", "738.60", "158.60", "136.60", "139.60", "38.60"):
        text = slip.make(KEY, FORM.numbers, Money.of(amount))
        assert not check(picture, text, code.corners).amount, amount
    assert check(picture, code.text, code.corners).amount


def test_a_small_picture_is_not_enough() -> None:
    """Where a pen stroke cannot be told from blur, neither amount nor stamp is confirmed."""
    found = check(*_of(flat_page(scale=2.4)))
    assert not found.amount
    assert found.sealed is None
    assert not found.altered
    assert found.reasons[0].startswith("too small")


def test_a_grey_stamp_is_left_open() -> None:
    """Copied in black and white, something is in the place: None, neither yes nor no."""
    picture, code = flat_page(stamped=True)
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    found = check(grey, code.text, code.corners)
    assert found.amount
    assert found.sealed is None


def test_the_blank_form_itself_is_no_proof() -> None:
    """The PDF mailed back as it was: amount as printed, no stamp, not sure."""
    picture = cv2.cvtColor(np.asarray(on_paper(FORM, 6.0)), cv2.COLOR_RGB2BGR)
    (code,) = read_codes(picture)
    found = check(picture, code.text, code.corners)
    assert (found.amount, found.sealed) == (True, False)
    read = receipt(code.text, found)
    assert read is not None
    assert not read.sure
    assert read.warnings == ("the form is not stamped",)


@pytest.mark.parametrize(
    ("x", "y", "text", "pen"),
    [(128, 62, "未转，下周办", "#1a1a1a"), (30, 125, "作废", "#1b2a6b"), (48, 100, "改付出版社", "#20306e"),
     (70, 232, "已退回", "#20306e"), (110, 124, "实付 20.00", "#1b2a6b")],
)  # fmt: skip
def test_a_note_where_no_hand_belongs_is_for_a_person(x: float, y: float, text: str, pen: str) -> None:
    """Black or blue, beside print or over it: the amount is not confirmed, and the reason is told."""
    found = looked_at(photograph(530, side=1600, note=(x, y, text, pen)))
    assert not found.amount
    assert SAY("handwriting") in found.reasons


def test_what_is_read_of_a_doubtful_form_is_for_a_person() -> None:
    """Whatever else was read: not sure, no ground, and words and figures no longer count as agreeing."""
    whole = Receipt(
        kind=ReceiptKind.CAMPUS_TRANSFER,
        amount=FORM.amount,
        amount_agrees=True,
        sure=True,
        ground=Ground.WORDS,
        sealed=True,
    )
    found = check(*_of(flat_page(altered="struck")))
    told = doubted(whole, found)
    assert not told.sure
    assert told.ground is Ground.NONE
    assert told.amount_agrees is False
    assert any("not ours" in warning for warning in told.warnings)


def test_it_is_laid_flat_for_reading() -> None:
    """Title to stamp, upright, without instructions; None where too little of it is seen."""
    photo = photograph(512, side=1600)
    picture, code = seen(photo)
    found = laid_flat(picture, code.text, code.corners)
    assert found is not None
    flat, way = found
    assert flat.shape[0] / flat.shape[1] == pytest.approx((201 - 8) / 198, abs=0.02)
    again = warp(picture, way, (flat.shape[1], flat.shape[0]))
    assert float(np.abs(again.astype(int) - flat.astype(int)).mean()) < 1
    cut = np.ascontiguousarray(picture[:, : picture.shape[1] // 3])
    assert laid_flat(cut, code.text, code.corners) is None
    assert laid_flat(picture, "https://patron.example/", code.corners) is None


def test_the_print_is_drawn_as_typst_sets_it() -> None:
    """Words and figures, of all lengths, fall on what the PDF shows: no ink beside it, none missing."""
    for amount in ("0.05", "12.50", "138.60", "99999999.99"):
        form = Form(numbers=("A-1",), amount=Money.of(amount))
        picture = cv2.cvtColor(np.asarray(on_paper(form, 8.0)), cv2.COLOR_RGB2BGR)
        (code,) = read_codes(picture)
        found = check(picture, code.text, code.corners)
        assert found.amount, (amount, found.reasons)
    lines = printed(slip.Slip(numbers=("A-1",), amount=Money.of("138.60")))
    assert lines["figures"].text == "¥138.60元"
    assert lines["words"].text == "人民币壹佰叁拾捌元陆角整"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-500, 2500), st.integers(-500, 2500)), min_size=4, max_size=4))
def test_corners_from_anywhere_do_no_harm(corners: list[tuple[int, int]]) -> None:
    """Any four points: an answer, never an exception, never a confirmation of an empty picture."""
    picture = np.full((900, 640, 3), 250, np.uint8)
    found = check(picture, slip.make(KEY, ["A-1"], Money.of("1")), corners)
    assert not found.amount
    assert found.sealed is not True


def test_the_whole_form_is_found_from_the_code() -> None:
    """The squares take the guess from the code to a third of a millimetre, a page away from it."""
    picture, code = flat_page(scale=6.0)
    rough = [
        (x + dx, y + dy) for (x, y), (dx, dy) in zip(code.corners, ((1, -1), (-1, 1), (1, 1), (-1, -1)), strict=True)
    ]
    plane = lay_flat(picture, rough)
    assert plane is not None
    assert plane.marks == len(geometry().marks)
    quad = plane.quad(Place(left=126, top=156, right=192, bottom=198))
    true = np.array([(126, 156), (192, 156), (192, 198), (126, 198)]) * 6.0
    assert np.abs(quad - true).max() < 2.0


def test_it_takes_a_third_of_a_second() -> None:
    """CPU time of laying flat, comparing, reading the figures and the stamp's words; the models being loaded. A third on
    a core of its own; one that is shared counts up to twice as much for the same work.
    """
    picture, code = flat_page()
    check(picture, code.text, code.corners)
    assert quickest(lambda: check(picture, code.text, code.corners), 0.6) < 0.6


def test_the_figures_are_also_read() -> None:
    """Two witnesses: what is drawn must fit, and what is read must say the same."""
    picture, code = flat_page()
    assert check(picture, code.text, code.corners, read_line=lambda *_: "￥138.60元").amount
    assert check(picture, code.text, code.corners, read_line=lambda *_: "¥138。60 元").amount
    for other in ("¥138.80元", "", "138 60", "1138.60", "138.60 8.00"):
        found = check(picture, code.text, code.corners, read_line=lambda *_, other=other: other)
        assert not found.amount
        assert found.altered
    assert slipcheck.LEAST_SCALE > 2.5


def _of(page: tuple[Pixels, Code]) -> tuple[Pixels, str, tuple[tuple[int, int], ...]]:
    picture, code = page
    return picture, code.text, code.corners
