"""Pictures and pages made fit to be shown."""

from __future__ import annotations

import io

import numpy as np
import pytest
import segno
from PIL import Image

from maild.domain.accounting.receipt import Frame
from maild.receipts.media.show import ShowFault, codes, leaf, page, pages, upright
from tests.corpus.bombing import archive, picture

SIZE = (60, 40)
CORNER = (255, 0, 0)


def marked(form: str = "PNG", size: tuple[int, int] = SIZE, **options: object) -> bytes:
    """White, its upper left quarter red."""
    image = Image.new("RGB", size, "white")
    image.paste(CORNER, (0, 0, size[0] // 2, size[1] // 2))
    file = io.BytesIO()
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    image.save(file, form, **options)
    return file.getvalue()


def red_corner(content: bytes) -> str:
    """Where the red quarter lies: 'upper left' …"""
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)
    red = (pixels[:, :, 0] > 180) & (pixels[:, :, 1] < 90)
    y, x = np.argwhere(red).mean(axis=0) / pixels.shape[:2]
    return f"{'upper' if y < 0.5 else 'lower'} {'left' if x < 0.5 else 'right'}"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "GIF", "BMP", "TIFF", "AVIF"])
def test_every_kind_is_shown(form: str) -> None:
    """As PNG where it was without loss, else as JPEG; as large as it is."""
    shown = page(marked(form), 1, width=800)
    assert shown.media_type == ("image/jpeg" if form in ("JPEG", "WEBP", "HEIF", "AVIF") else "image/png")
    assert (shown.width, shown.height, shown.pages) == (*SIZE, 1)
    assert Image.open(io.BytesIO(shown.content)).size == SIZE
    assert red_corner(shown.content) == "upper left"


@pytest.mark.parametrize(
    ("turn", "corner"), [(0, "upper left"), (90, "upper right"), (180, "lower right"), (270, "lower left")]
)
def test_turns_are_clockwise(turn: int, corner: str) -> None:
    """And change the sides."""
    shown = page(marked(), 1, width=800, turn=turn)
    assert red_corner(shown.content) == corner
    assert (shown.width, shown.height) == (SIZE if turn in (0, 180) else SIZE[::-1])


@pytest.mark.parametrize(("orientation", "corner"), [
    (1, "upper left"), (2, "upper right"), (3, "lower right"), (4, "lower left"), (6, "upper right"), (8, "lower left"),
])  # fmt: skip
def test_exif_is_obeyed_and_dropped(orientation: int, corner: str) -> None:
    """The camera's turn is in the pixels now; nothing else it wrote is left."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "a camera of mine"
    shown = page(marked("JPEG", exif=exif), 1, width=800)
    assert red_corner(shown.content) == corner
    assert b"a camera of mine" not in shown.content


def test_wide_pictures_are_made_narrower() -> None:
    """Never wider than asked for, never enlarged."""
    assert (page(marked(size=(900, 600)), 1, width=300).width, page(marked(), 1, width=300).width) == (300, 60)
    assert page(marked(size=(900, 600)), 1, width=300, turn=90).width == 300
    assert page(marked(size=(200, 4000)), 1, width=150).height == 3000


def test_pages_of_tiff_and_pdf() -> None:
    """Each by its number; no page beyond the last."""
    more = [Image.new("RGB", (60, 40 + 10 * n), "white") for n in range(3)]
    for form in ("TIFF", "PDF"):
        file = io.BytesIO()
        more[0].save(file, form, save_all=True, append_images=more[1:])
        content = file.getvalue()
        assert pages(content) == 3
        shapes = [(p.width / p.height, p.pages) for p in (page(content, n, width=600) for n in (1, 2, 3))]
        assert shapes == [(pytest.approx(60 / (40 + 10 * n), rel=0.02), 3) for n in range(3)]
        with pytest.raises(ShowFault, match=r"page 4|none of the PDF's pages"):
            page(content, 4, width=600)
    assert pages(picture("GIF", mode="P")) == 1


def test_codes_are_read() -> None:
    """The text of a QR code."""
    file = io.BytesIO()
    segno.make("https://pay.example/42").save(file, kind="png", scale=6)
    assert codes(file.getvalue()) == ("https://pay.example/42",)
    assert codes(marked(size=(300, 300))) == ()


def test_upright_is_the_frame() -> None:
    """The map of the frame is applied, the size is the frame's, or less in proportion."""
    quarter = Frame(width=40.0, height=60.0, matrix=(0.0, -1.0, 39.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    shown = upright(marked(), 1, quarter)
    assert (shown.width, shown.height) == (40, 60)
    assert red_corner(shown.content) == "upper right"
    assert upright(marked(), 1, quarter, width=20).height == 30


@pytest.mark.parametrize("frame", [
    Frame(width=0.0, height=10.0), Frame(width=1e9, height=10.0), Frame(width=19_000.0, height=19_000.0),
])  # fmt: skip
def test_mad_frames_are_refused(frame: Frame) -> None:
    """Before any memory is taken for them."""
    with pytest.raises(ShowFault, match="too large"):
        upright(marked(), 1, frame)


def test_a_file_within_a_file_is_found() -> None:
    """By its hash; what is not there is said so."""
    import hashlib

    inner = marked("JPEG", (400, 300))
    packed = archive({"a.jpg": inner})
    assert leaf(packed, hashlib.sha256(inner).hexdigest()) == inner
    assert leaf(inner, "") == inner
    with pytest.raises(ShowFault, match="not in this file"):
        leaf(packed, "0" * 64)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4 broken", picture("PNG")[:40], b"<svg onload=x>"])
def test_what_is_no_picture_says_so(content: bytes) -> None:
    """In a sentence."""
    with pytest.raises(ShowFault, match=r"broken|no picture"):
        page(content, 1, width=100)
