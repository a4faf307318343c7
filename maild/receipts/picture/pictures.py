"""Pictures: bytes of any kind a phone, a scanner or an app makes → upright colour arrays of bounded size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maild.receipts import SAY

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels = NDArray[np.uint8]  # height × width × 3, blue, green, red: as OpenCV and the models want it

FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/bmp": ("BMP", "DIB"),
    "image/tiff": ("TIFF",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF",),
    "image/avif": ("AVIF",),
}
_HEIF = ("image/heic", "image/heif")
MASTER_SIDE = 2000  # pixels of the longer side kept: more does not read better (shared measurements)
TALL = 2.6  # a screenshot so much longer than wide is scaled by its width
_TALL_WIDTH = 900
_TALL_SIDE = 16_000
_ORIENTATION = 0x0112
_TURNS = {2: (0,), 3: (3,), 4: (1,), 5: (5,), 6: (4,), 7: (6,), 8: (2,)}  # EXIF orientation → Image.Transpose
_ENDS = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND", "image/gif": b";"}
_TAIL = 66_000  # bytes: some programs append to a picture
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    IndexError,
    KeyError,
    OverflowError,
    ZeroDivisionError,
    AttributeError,
    RuntimeError,
    NotImplementedError,
)
BLANK = 1.5  # standard deviation of brightness, below which nothing is seen


class PictureFault(ValueError):
    """A picture that cannot be shown; the message begins with a stable word: 'broken:', 'too large:' …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a picture may cost. pixels: as stored; draft_pixels: of a JPEG, which can be read at a fraction."""

    pixels: int = 40_000_000
    draft_pixels: int = 150_000_000
    side: int = MASTER_SIDE
    frames: int = 10


def open_frames(content: bytes, kind: str, bounds: Bounds = Bounds(), *, first: int = 1) -> Iterator[Pixels]:
    """The pictures of a file from the `first` on, EXIF orientation applied, transparency on white.

    Raises PictureFault.
    """
    from PIL import Image, UnidentifiedImageError

    _prepare(kind)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS[kind]) as picture:
            for index in range(first - 1, min(getattr(picture, "n_frames", 1), bounds.frames)):
                if index:
                    if kind not in ("image/tiff", "image/gif"):
                        return  # a second frame of the others is a preview, a depth map or an animation
                    picture.seek(index)
                frame = _frame(picture, kind, bounds)
                if _is_cut(content, kind) and float(frame[::4, ::4].std()) < BLANK:
                    raise PictureFault(SAY("picture_cut_off"))
                yield frame
    except UnidentifiedImageError as error:
        raise PictureFault(SAY("picture_unopened")) from error
    except MemoryError as error:
        raise PictureFault(SAY("picture_memory")) from error
    except _BROKEN as error:
        if isinstance(error, PictureFault):
            raise
        raise PictureFault(SAY("picture_undecoded", kind=type(error).__name__)) from error


def count_frames(content: bytes, kind: str) -> int:
    """The pages of a TIFF; 1 for every other kind, whose further frames are an animation or previews; 0: broken."""
    from PIL import Image, UnidentifiedImageError

    if kind != "image/tiff":
        return 1
    _prepare(kind)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS[kind]) as picture:
            return int(getattr(picture, "n_frames", 1))
    except (UnidentifiedImageError, *_BROKEN):
        return 0


def _is_cut(content: bytes, kind: str) -> bool:
    """Whether the mark that ends a file of its kind is missing."""
    return kind in _ENDS and _ENDS[kind] not in content[-_TAIL:]


def _prepare(kind: str) -> None:
    """Load what a kind needs, to work without threads: the confined worker has none to give."""
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = None  # bounded here, by kind
    # A photo that was cut in transit still shows its upper part; a HEIC that fails would show nothing, as if blank.
    ImageFile.LOAD_TRUNCATED_IMAGES = kind not in _HEIF
    if kind in _HEIF:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=0)
    elif kind == "image/avif":
        from PIL import AvifImagePlugin

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def _frame(picture: Image, kind: str, bounds: Bounds) -> Pixels:
    width, height = picture.size
    limit = bounds.draft_pixels if kind == "image/jpeg" else bounds.pixels
    if width * height > limit:
        raise PictureFault(SAY("pixels_too_many", width=width, height=height))
    target = _target(width, height, bounds.side)
    if kind == "image/jpeg":
        picture.draft("RGB", target)
        if picture.size[0] * picture.size[1] > bounds.pixels:
            raise PictureFault(SAY("pixels_too_many", width=width, height=height))
    turn = _orientation(picture) if kind not in (*_HEIF, "image/avif") else ()
    picture = _reduced(picture, int(max(picture.size) / max(_target(*picture.size, bounds.side))))
    return _scaled(_turned(_plain(picture), turn), bounds.side)


def _reduced(picture: Image, shrink: int) -> Image:
    """A whole fraction of the picture, before anything else is made of it: a large one is in memory once."""
    if shrink < 2 or picture.mode.startswith(("I", "F")):
        return picture
    if picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode.startswith("P"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    return picture.reduce(shrink)


def _target(width: int, height: int, side: int) -> tuple[int, int]:
    """The size a picture is kept at: never larger than it is; long screenshots by their width."""
    longer, shorter = max(width, height), max(1, min(width, height))
    scale = min(1.0, side / longer)
    if longer / shorter > TALL:
        scale = min(1.0, max(scale, _TALL_WIDTH / shorter), _TALL_SIDE / longer)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _orientation(picture: Image) -> tuple[int, ...]:
    try:
        value = picture.getexif().get(_ORIENTATION)
    except (SyntaxError, ValueError, OSError, TypeError, KeyError, RuntimeError, AttributeError, OverflowError):
        return ()  # rotten metadata: the pixels may be sound
    return _TURNS.get(value, ()) if isinstance(value, int) else ()


def _plain(picture: Image) -> Pixels:
    """The picture in colour on white."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        return _deep(picture)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        flat = ground
    else:
        flat = picture if picture.mode == "RGB" else picture.convert("RGB")
    array: Pixels = np.asarray(flat)[:, :, ::-1]
    return array


def _deep(picture: Image) -> Pixels:
    """16 and 32 bits a pixel, scaled by the range that is used."""
    values: NDArray[Any] = np.asarray(picture).astype(np.float32)
    values = np.nan_to_num(values)
    low, high = float(values.min()), float(values.max())
    grey = ((values - low) * (255.0 / max(high - low, 1.0))).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _turned(array: Pixels, turn: tuple[int, ...]) -> Pixels:
    from PIL import Image

    for step in turn:
        array = np.asarray(Image.fromarray(np.ascontiguousarray(array)).transpose(Image.Transpose(step)))
    return array


def _scaled(array: Pixels, side: int) -> Pixels:
    import cv2

    height, width = array.shape[:2]
    target = _target(width, height, side)
    if target == (width, height):
        return np.ascontiguousarray(array)
    return np.asarray(cv2.resize(np.ascontiguousarray(array), target, interpolation=cv2.INTER_AREA), dtype=np.uint8)
