"""The shipped picture of good and poor photos is the one that its tool draws."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageStat

from tools.photo_guide import GAP, OUT, PANEL, picture


def test_the_shipped_picture_is_current() -> None:
    """Same size and, but for rounding in another version of the library, same colours; run tools/photo_guide.py."""
    with Image.open(OUT) as file:
        shipped = file.convert("RGBA")
    assert shipped.size == (2 * PANEL[0] + GAP, 2 * PANEL[1] + GAP)
    assert shipped.getpixel((PANEL[0] + GAP // 2, 5)) == (255, 255, 255, 0)
    drawn = picture().convert("RGB")
    assert max(ImageStat.Stat(ImageChops.difference(shipped.convert("RGB"), drawn)).mean) < 2
    assert OUT.stat().st_size < 80_000
