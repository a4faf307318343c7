"""The file a picture is sent as."""

from __future__ import annotations

from io import BytesIO
from random import Random

import numpy as np
from PIL import Image

from tests.receipts.degrade import Look

# format: share among photos, among screenshots, media type, endings
FORMATS: dict[str, tuple[float, float, str, tuple[str, ...]]] = {
    "JPEG": (0.80, 0.50, "image/jpeg", ("jpg", "jpg", "jpeg", "JPG")),
    "PNG": (0.04, 0.42, "image/png", ("png", "PNG")),
    "HEIF": (0.10, 0.01, "image/heic", ("heic", "HEIC")),
    "WEBP": (0.03, 0.05, "image/webp", ("webp",)),
    "TIFF": (0.01, 0.0, "image/tiff", ("tif", "tiff")),
    "BMP": (0.01, 0.01, "image/bmp", ("bmp",)),
    "GIF": (0.01, 0.01, "image/gif", ("gif",)),
}


def choose(random: Random, *, photo: bool) -> str:
    """A format, by how often it is met."""
    return random.choices(list(FORMATS), [row[0 if photo else 1] for row in FORMATS.values()])[0]


def pack(look: Look, form: str, random: Random) -> tuple[bytes, str, str]:
    """(content, media type, ending)."""
    media, endings = FORMATS[form][2:]
    image = Image.fromarray(look.pixels)
    exif = Image.Exif()
    if look.orientation != 1 and form in ("JPEG", "WEBP", "TIFF"):
        image = _sensor(image, look.orientation)
        exif[0x0112] = look.orientation
    out = BytesIO()
    if form == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
        image.save(out, "HEIF", quality=max(look.quality, 30), enc_params={"preset": "ultrafast"})
    elif form == "JPEG":
        image.save(out, form, quality=look.quality, exif=exif)
    elif form == "WEBP":
        image.save(out, form, quality=look.quality, method=0, exif=exif)
    elif form == "TIFF":
        image.save(out, form, compression=random.choice((None, "tiff_lzw", "jpeg")), exif=exif)
    elif form == "PNG":
        image.save(out, form, compress_level=1)
    else:
        image.save(out, form)
    return out.getvalue(), media, random.choice(endings)


def _sensor(image: Image.Image, orientation: int) -> Image.Image:
    """The pixels as the sensor lay, so that applying the orientation gives the picture back."""
    quarters = {3: 2, 6: 1, 8: 3}[orientation]  # counter-clockwise
    return Image.fromarray(np.ascontiguousarray(np.rot90(np.asarray(image), quarters)))
