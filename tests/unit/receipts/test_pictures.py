"""Pictures of every kind become upright arrays of bounded size."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from maild.receipts.picture.pictures import Bounds, PictureFault, open_frames
from tests.cases import each
from tests.share import in_turn

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "BMP": "image/bmp",
         "TIFF": "image/tiff", "AVIF": "image/avif", "HEIF": "image/heic"}  # fmt: skip


def corner(size: tuple[int, int] = (600, 400)) -> Image.Image:
    """White, with a black block in the upper left corner."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="black")
    return image


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The file's bytes."""
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def dark(array: np.ndarray) -> str:
    """In which quarter the block lies: 'top left' …"""
    height, width = array.shape[:2]
    quarters = {
        f"{v} {h}": array[y : y + height // 2, x : x + width // 2].mean()
        for v, y in (("top", 0), ("bottom", height // 2))
        for h, x in (("left", 0), ("right", width // 2))
    }
    return min(quarters, key=lambda name: float(quarters[name]))


def modes() -> list[tuple[str, str]]:
    """(mode, format) pairs that Pillow can write."""
    return [("RGB", form) for form in KINDS] + [
        ("P", "PNG"), ("P", "GIF"), ("1", "PNG"), ("1", "TIFF"), ("L", "JPEG"), ("CMYK", "JPEG"), ("CMYK", "TIFF"),
        ("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("I;16", "PNG"), ("F", "TIFF"), ("YCbCr", "JPEG"),
    ]  # fmt: skip


@pytest.mark.long
@each(
    ("mode", "form", "size"),
    [(mode, form, size) for n, (mode, form) in enumerate(modes()) for size in in_turn(((600, 400), (4100, 1600)), n)],
)
def test_every_kind_and_mode(mode: str, form: str, size: tuple[int, int]) -> None:
    """Colour, palette, grey, bits, CMYK, 16 bits, floats, alpha: white stays white, the block stays in its corner."""
    image = corner(size)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    elif mode == "F":
        image = image.convert("L").convert("F")
    else:
        image = image.convert(mode)
    (array,) = open_frames(saved(image, form), KINDS[form])
    assert array.dtype == np.uint8
    assert array.shape[2] == 3
    assert max(array.shape) == min(2000, size[0])
    assert dark(array) == "top left"
    assert array[-5:, -5:].mean() > 245
    assert array[5:10, 5:10].mean() < 12


def test_colours_are_blue_green_red() -> None:
    """As OpenCV wants them."""
    (array,) = open_frames(saved(Image.new("RGB", (300, 200), (250, 10, 20)), "PNG"), "image/png")
    assert array[100, 100].tolist() == [20, 10, 250]


@pytest.mark.parametrize(
    ("orientation", "where", "shape"),
    [(1, "top left", (400, 600)), (2, "top right", (400, 600)), (3, "bottom right", (400, 600)),
     (4, "bottom left", (400, 600)), (5, "top left", (600, 400)), (6, "top right", (600, 400)),
     (7, "bottom right", (600, 400)), (8, "bottom left", (600, 400))],
)  # fmt: skip
def test_exif_orientation(orientation: int, where: str, shape: tuple[int, int]) -> None:
    """All eight of them (Exif 2.3, tag 0x0112)."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    (array,) = open_frames(saved(corner(), "JPEG", exif=exif), "image/jpeg")
    assert array.shape[:2] == shape
    assert dark(array) == where


def test_transparency_is_white() -> None:
    """A screenshot with transparent ground would be black on black else."""
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    (array,) = open_frames(saved(image, "PNG"), "image/png")
    assert array.min() == 255


def test_long_screenshots_keep_their_width() -> None:
    """Scaled by the longer side their text would be too small to read."""
    (array,) = open_frames(saved(Image.new("L", (1080, 9000), "white"), "PNG"), "image/png")
    assert array.shape[:2] == (7500, 900)


def test_pages_of_a_tiff_and_frames_of_a_gif() -> None:
    """Each is a picture, up to a limit; a WebP animation shows its first frame."""
    pages = [Image.new("L", (300, 200), grey) for grey in (255, 200, 150, 100)]
    for form, most, expected in (("TIFF", 10, 4), ("TIFF", 2, 2), ("GIF", 3, 3), ("WEBP", 3, 1)):
        content = saved(pages[0], form, save_all=True, append_images=pages[1:])
        assert len(list(open_frames(content, KINDS[form], Bounds(frames=most)))) == expected


def test_a_cut_photo_shows_its_upper_part() -> None:
    """Sent over a bad line."""
    whole = saved(corner((1200, 900)), "JPEG", quality=95)
    (array,) = open_frames(whole[: len(whole) * 2 // 3], "image/jpeg")
    assert array[5:200, 5:280].mean() < 12
    assert array[5:200, 400:].mean() > 245


@pytest.mark.parametrize("form", ["HEIF", "AVIF", "WEBP"])
def test_a_cut_picture_of_other_kinds_is_broken_not_blank(form: str) -> None:
    """What shows nothing must not pass for an empty page."""
    whole = saved(Image.effect_noise((400, 300), 90).convert("RGB"), form)
    with pytest.raises(PictureFault, match=r"^broken: "):
        list(open_frames(whole[: len(whole) // 2], KINDS[form]))


def test_too_many_pixels() -> None:
    """Counted before anything is decoded."""
    with pytest.raises(PictureFault, match=r"^too large: 600 × 400 pixels"):
        list(open_frames(saved(corner(), "PNG"), "image/png", Bounds(pixels=200_000)))


def test_a_large_jpeg_is_read_at_a_fraction() -> None:
    """The limit of other kinds does not hold for what libjpeg makes smaller while it decodes."""
    (array,) = open_frames(saved(corner((5000, 4000)), "JPEG"), "image/jpeg", Bounds(pixels=6_000_000, side=1200))
    assert max(array.shape) == 1200
