"""Boxes of a receipt's marks lie on the page as the viewer shows it, however the picture lay in its file."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from PIL import Image

from maild.bootstrap import Services, build
from maild.config import Settings
from maild.domain.accounting.receipt import Frame, Receipt
from maild.domain.desk.shown import ShownPicture
from maild.receipts.picture.ocr import engine
from maild.receipts.picture.page_reader import PictureZoom, read_page
from maild.receipts.picture.pictures import open_frames
from tests.corpus.bombing import archive
from tests.receipts import generate
from tests.receipts.truth import Sample
from tests.share import WHOLE, in_turn, times

pytestmark = pytest.mark.long

ORIENTED = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """Its receipts and its viewer, each with a confined worker."""
    made = build(Settings())
    yield made
    made.close()


def saved(image: Image.Image, orientation: int = 1) -> bytes:
    """As JPEG; with an orientation, stored turned so that viewers turn it back."""
    turn = ORIENTED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    (image if turn is None else image.transpose(turn)).save(file, "JPEG", quality=92, exif=exif)
    return file.getvalue()


def upright_of(sample: Sample) -> Image.Image:
    """The sample as a person sees it."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(Image.open(io.BytesIO(sample.content))).convert("RGB")


def seen(shown: ShownPicture, frame: Frame, box: tuple[int, int, int, int]) -> str:
    """What is read in a box of the frame, on the picture that is shown."""
    picture = cv2.imdecode(np.frombuffer(shown.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[1::-1] == (shown.width, shown.height)
    scale = shown.width / frame.width
    left, top, right, bottom = (round(side * scale) for side in box)
    part = np.ascontiguousarray(picture[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3])
    height, width = part.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    line = engine().read_one(part, corners)
    return re.sub(r"[^\w.]", "", line.text) if line else ""


def agreeing(services: Services, content: bytes, receipt: Receipt) -> tuple[int, int]:
    """(marks in whose box the value is read again, marks with a box)."""
    assert receipt.frame is not None
    shown = services.viewer.upright(content, receipt, width=2400)
    assert abs(shown.width / shown.height - receipt.frame.width / receipt.frame.height) < 0.01
    good = total = 0
    for name, mark in receipt.marks.items():
        if mark.box is None:
            continue
        total += 1
        value = value_of(receipt, name)
        text = seen(shown, receipt.frame, mark.box)
        good += any(piece in text or (text and text in piece) for piece in value)
    return good, total


def value_of(receipt: Receipt, name: str) -> list[str]:
    """The value of a field as it may stand on the page, one form at least."""
    value = getattr(receipt, name)
    if name == "amount":
        return [f"{value.amount:.2f}", f"{value.amount:.0f}", f"{value.amount:.2f}".replace(".", "")]
    if name == "date":
        return [f"{value.year}", f"{value.month}月{value.day}"]
    if name == "amount_words":
        return [re.sub(r"\W", "", value)[-4:]]
    if isinstance(value, tuple):
        return [re.sub(r"[^\w.]", "", one) for one in value]
    return [re.sub(r"[^\w.]", "", value)]


def only(services: Services, content: bytes) -> Receipt:
    (receipt, *_) = services.receipts.read(content)
    return receipt


def as_sent(kind: str, how: str) -> bytes:
    """A photo or screenshot of the generator's, turned in its pixels or by EXIF."""
    samples = (generate(seed, kind=kind, preset="clean") for seed in range(20))
    image = upright_of(next(s for s in samples if s.media_type != "application/pdf" and not s.more))
    turns = {"turned left": 90, "turned right": 270, "upside down": 180}
    if how in turns:
        return saved(image.rotate(turns[how], expand=True))
    return saved(image, int(how[-1]) if how.startswith("exif") else 1)


@pytest.mark.parametrize(
    "how",
    ["as it is", "turned left", "upside down", "exif 6", *(["turned right", "exif 3", "exif 8"] if WHOLE else [])],
)
def test_what_is_shown_is_what_was_read(services: Services, how: str) -> None:
    """Pixel by pixel, but for the noise of encoding: a form with handwriting, however it lies in its file."""
    content = as_sent("campus_transfer", how)
    page = read_page(next(open_frames(content, "image/jpeg")))
    assert isinstance(page.zoom, PictureZoom)
    shown = services.viewer.upright(content, Receipt(frame=page.frame), width=4000)
    picture = cv2.imdecode(np.frombuffer(shown.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == page.zoom.upright.shape
    assert float(np.abs(picture.astype(int) - page.zoom.upright.astype(int)).mean()) < 3
    other = np.rot90(page.zoom.upright, 2)
    assert float(np.abs(picture.astype(int) - other.astype(int)).mean()) > 6


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (how, kind)
        for n, how in enumerate(("as it is", "turned left", "upside down", "exif 6"))
        for kind in in_turn(("bank_receipt", "wechat"), n)
    ],
)
def test_boxes_lie_on_their_values(services: Services, kind: str, how: str) -> None:
    """Photos and screenshots, turned in the pixels or by EXIF: the boxes hold what was read there."""
    content = as_sent(kind, how)
    receipt = only(services, content)
    good, total = agreeing(services, content, receipt)
    assert total >= 4
    assert good >= 0.8 * total, f"{good} of {total}"


def test_a_photo_taken_askew(services: Services) -> None:
    """Desk, slant and perspective are undone alike in reading and in showing."""
    seeds = times(3, 5)
    good = total = 0
    for seed in range(seeds):
        sample = generate(seed, kind="campus_transfer", preset="ordinary")
        if sample.media_type == "application/pdf":
            continue
        receipt = only(services, sample.content)
        if receipt.frame is None:
            continue
        found = agreeing(services, sample.content, receipt)
        good, total = good + found[0], total + found[1]
    assert total >= 4 * seeds
    assert good >= 0.75 * total, f"{good} of {total}"


def test_pages_of_a_pdf_with_text(services: Services) -> None:
    """The text layer's boxes, in the pixels of the page as rendered."""
    samples = (generate(seed, kind="bank_receipt", preset="clean") for seed in range(60))
    sample = next(s for s in samples if s.media_type == "application/pdf" and s.notes[0].startswith("pdf text"))
    receipt = only(services, sample.content)
    good, total = agreeing(services, sample.content, receipt)
    assert good == total >= 4


def test_the_wrong_frame_is_seen_to_be_wrong(services: Services) -> None:
    """The check can fail: the page shown as stored, not as read, does not hold the values."""
    samples = (generate(seed, kind="bank_receipt", preset="clean") for seed in range(20))
    image = upright_of(next(s for s in samples if s.media_type != "application/pdf" and not s.more))
    content = saved(image.rotate(90, expand=True))
    receipt = only(services, content)
    assert receipt.frame is not None
    as_stored = services.viewer.page(content, 1, width=2400)
    marks = [(name, mark.box) for name, mark in receipt.marks.items() if mark.box]
    good = sum(any(v in seen(as_stored, receipt.frame, box) for v in value_of(receipt, n)) for n, box in marks)
    assert good <= 1


def test_a_receipt_within_an_archive(services: Services) -> None:
    """The page is found by its hash, two levels down."""
    samples = (generate(seed, kind="wechat", preset="clean") for seed in range(20))
    sample = next(s for s in samples if s.media_type != "application/pdf" and not s.more)
    packed = archive({"a.txt": b"hello", "b/proof.jpg": sample.content})
    receipt = only(services, packed)
    assert receipt.sha256 == hashlib.sha256(sample.content).hexdigest()
    good, total = agreeing(services, packed, receipt)
    assert good >= 0.8 * total > 0
