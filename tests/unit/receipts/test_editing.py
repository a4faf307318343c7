"""Signs that a file was changed after it was made: measured on forgeries, and on files that are only sent."""

from __future__ import annotations

import io
from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image

from maild.receipts import SAY
from maild.receipts.media.editing import shipped, signs_in, signs_of_pdf, signs_of_picture
from maild.receipts.media.pdfpages import makers
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.strokes import is_struck
from tests.receipts.adverse.forging import amended, resaved
from tests.receipts.pdf import as_pdf

SOFTWARE = 0x0131
BOXES = [(40.0 + 300 * (n % 2), 40.0 + 50 * (n // 2), 230.0 + 300 * (n % 2), 70.0 + 50 * (n // 2)) for n in range(12)]


def photographed(seed: int, *, struck: bool = False) -> Pixels:
    """A page of lines of figures on grainy paper, as a camera and JPEG leave it."""
    noise = np.random.default_rng(seed)
    page = np.full((380, 640, 3), 225, np.uint8)
    for n, (left, top, _, _) in enumerate(BOXES):
        text = f"{noise.integers(1000, 9999)}.{n:02}-{noise.integers(10, 99)}"
        cv2.putText(page, text, (int(left), int(top) + 26), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (40, 40, 40), 2)
    if struck:
        left, top, right, bottom = (int(v) for v in BOXES[5])
        cv2.line(page, (left - 4, (top + bottom) // 2 + 3), (right + 2, (top + bottom) // 2 - 2), (90, 40, 30), 2)
    grained = np.clip(page + noise.normal(0, 4, page.shape), 0, 255).astype(np.uint8)
    return jpeg(cv2.GaussianBlur(grained, (0, 0), 0.6), 85)


def jpeg(picture: Pixels, quality: int) -> Pixels:
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def painted(picture: Pixels, box: tuple[float, float, float, float]) -> Pixels:
    """The figures in a box painted over with the paper's colour, others written there."""
    left, top, right, bottom = (int(v) for v in box)
    made = picture.copy()
    made[top:bottom, left:right] = np.median(picture[top:bottom, left:right], axis=(0, 1))
    cv2.putText(made, "8888.00", (left + 2, top + 26), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (40, 40, 40), 2)
    return made


@pytest.mark.parametrize("seed", range(8))
def test_a_painted_sum_lies_on_other_ground(seed: int) -> None:
    """Seen on the forgery, saved again or not; not on the page itself, nor where a messenger made it smaller."""
    picture = photographed(seed)
    rest = [box for box in BOXES if box != BOXES[5]]
    assert signs_in(picture, BOXES[5], rest) == ()
    assert signs_in(jpeg(picture, 70), BOXES[5], rest) == ()
    assert signs_in(jpeg(painted(picture, BOXES[5]), 92), BOXES[5], rest) == (SAY("ground_differs"),)


def test_where_nothing_can_be_told_nothing_is_said() -> None:
    """A screenshot has no grain; with little other text there is nothing to compare with."""
    flat = np.full((380, 640, 3), 255, np.uint8)
    for left, top, _, _ in BOXES:
        cv2.putText(flat, "123.45", (int(left), int(top) + 26), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    assert signs_in(flat, BOXES[5], BOXES[:5]) == ()
    assert signs_in(painted(photographed(1), BOXES[5]), BOXES[5], BOXES[:3]) == ()


def test_a_stroke_through_figures() -> None:
    """Struck through: seen; the same figures, and a line of a table below them, are not."""
    assert is_struck(photographed(3, struck=True), BOXES[5])
    whole = photographed(3)
    assert not any(is_struck(whole, box) for box in BOXES)
    left, _, right, bottom = (int(v) for v in BOXES[5])
    cv2.line(whole, (left - 60, bottom + 2), (right + 60, bottom + 2), (40, 40, 40), 2)
    assert not is_struck(whole, BOXES[5])


@pytest.mark.parametrize(
    ("software", "told"),
    [("Adobe Photoshop 25.1 (Windows)", True), ("美图秀秀 10.2", True), ("GIMP 2.10.36", True), ("Snapseed 2.0", True),
     ("HarmonyOS 4.2", False), ("17.5.1", False), ("MIUI 14", False), ("Microsoft Windows Photo Viewer", False),
     ("HDR+ 1.0.46", False), ("", False)],
)  # fmt: skip
def test_programs_that_change_pictures(software: str, told: bool) -> None:
    """By the name in EXIF; cameras and viewers are none."""
    exif, out = Image.Exif(), io.BytesIO()
    if software:
        exif[SOFTWARE] = software.encode()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG", exif=exif)
    assert bool(signs_of_picture(out.getvalue(), shipped())) is told
    assert signs_of_picture(out.getvalue()[:90], shipped()) == ()


def test_a_pdf_that_was_changed_behind_its_end() -> None:
    """An amended sum is seen; a PDF as it was made, saved anew, or signed as a whole is not."""
    content = _pdf()
    editors = shipped()
    assert signs_of_pdf(content, makers(content), editors) == ()
    assert signs_of_pdf(resaved(content), [], editors) == ()
    changed = amended(content, "12.50", "92.50")
    assert SAY("pdf_changed") in signs_of_pdf(changed, [], editors)
    signature = b"\n9 0 obj <</Type/Sig/ByteRange[0 10 20 %d]/Contents<00>>> endobj startxref 1 %%%%EOF\n"
    whole = content + signature % (len(content) + 70 - 20)
    assert SAY("pdf_changed") not in signs_of_pdf(whole, [], editors)
    assert signs_of_pdf(content, ["Wondershare PDFelement 10"], editors)[0].startswith("the file was saved by")
    assert signs_of_pdf(b"%PDF-1.4 nothing", makers(b"%PDF-1.4 nothing"), editors) == ()


def _pdf() -> bytes:
    from tests.receipts import fonts
    from tests.receipts.drawing import Drawing

    random = Random(4)
    page = Drawing(400, 300, fonts.style("open", random), random)
    page.text(40, 60, "12.50", 20, face="latin")
    page.text(40, 120, "Amount", 20, face="latin")
    content, _ = as_pdf(page, random, "open")
    return content
