"""A Drawing as a picture: print, handwriting, seals."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, radians, sin
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.receipts import fonts
from tests.receipts.drawing import Drawing, Hand, Picture, Shape, Stamp, Text

if TYPE_CHECKING:
    from tests.receipts.fonts import Font, Style


def raster(drawing: Drawing, scale: float) -> Image.Image:
    """The page in RGB, `scale` pixels a point."""
    size = (round(drawing.width * scale), round(drawing.height * scale))
    image = Image.new("RGB", size, drawing.paper)
    pen = ImageDraw.Draw(image)
    for op in drawing.ops:
        if isinstance(op, Text):
            _text(pen, op, drawing.style, scale)
        elif isinstance(op, Shape):
            _shape(pen, op, scale)
        elif isinstance(op, Hand):
            _hand(image, op, drawing.style, scale)
        elif isinstance(op, Stamp):
            _press(image, stamp_picture(op, drawing.style, scale), op, scale)
        else:
            _picture(image, op, scale)
    return image


def _text(pen: ImageDraw.ImageDraw, op: Text, style: Style, scale: float) -> None:
    font = style.font(op.face)
    size = op.size * scale
    length = fonts.width(op.text, font, size) + op.spacing * scale * (len(op.text) - 1)
    x = op.x * scale - {"l": 0.0, "m": length / 2, "r": length}[op.anchor[0]]
    y = op.y * scale + {"s": 0.0, "a": 0.88 * size, "m": 0.36 * size}[op.anchor[1]]
    for piece, use in fonts.runs(op.text, font):
        face = fonts.sized(use, round(size))
        if not op.spacing:
            pen.text((x, y), piece, op.colour, face, anchor="ls")
            x += fonts.width(piece, use, size)
            continue
        for char in piece:
            pen.text((x, y), char, op.colour, face, anchor="ls")
            x += fonts.width(char, use, size) + op.spacing * scale


def _shape(pen: ImageDraw.ImageDraw, op: Shape, scale: float) -> None:
    box = [v * scale for v in op.box]
    width = max(1, round(op.width * scale)) if op.colour else 0
    if op.kind == "ellipse":
        pen.ellipse(box, op.fill, op.colour, width)
    elif op.kind == "rect":
        pen.rounded_rectangle(box, op.radius * scale, op.fill, op.colour, width)
    elif not op.dash:
        pen.line(box, op.colour, width)
    else:
        x0, y0, x1, y1 = box
        steps = max(1, round(max(abs(x1 - x0), abs(y1 - y0)) / (op.dash * scale)))
        for i in range(0, steps, 2):
            a, b = i / steps, (i + 1) / steps
            pen.line([x0 + (x1 - x0) * a, y0 + (y1 - y0) * a, x0 + (x1 - x0) * b, y0 + (y1 - y0) * b], op.colour, width)


def _picture(image: Image.Image, op: Picture, scale: float) -> None:
    x0, y0, x1, y1 = (round(v * scale) for v in op.box)
    image.paste(op.image.resize((max(1, x1 - x0), max(1, y1 - y0))), (x0, y0))


def _hand(image: Image.Image, op: Hand, style: Style, scale: float) -> None:
    """Each character by itself: its slope, size, place and ink differ, on a line that climbs a little."""
    random = Random(op.seed)
    size = op.size * scale
    shear = random.uniform(-0.12, 0.22) * (0.4 + op.wild)
    climb = random.uniform(-0.03, 0.02) * op.wild
    tight = random.uniform(0.86, 1.04)
    small = style.font("hand").spread > 1  # a fine pen, or the strokes run together
    weight = 0 if small else round(size * op.weight)
    tight = max(tight, 0.97) if small else tight
    x = op.x * scale
    for char in op.text:
        for piece, use in fonts.runs(char, style.font("hand")):
            own = size * use.spread * random.uniform(1 - 0.12 * op.wild, 1 + 0.1 * op.wild)
            y = op.y * scale + climb * (x - op.x * scale) + random.uniform(-1, 1) * 0.05 * op.wild * size
            glyph = _glyph(piece, use, own, random.uniform(-6, 6) * op.wild, shear, weight)
            mask = ImageChops.multiply(glyph, Image.new("L", glyph.size, random.randint(184, 255)))
            corner = (round(x - 0.3 * own), round(y - 1.2 * own))
            image.paste(Image.new("RGB", mask.size, op.colour), corner, mask)
            x += fonts.width(piece, use, own / use.spread) * tight


def _glyph(char: str, font: Font, size: float, turn: float, shear: float, weight: int) -> Image.Image:
    side = round(size * 1.7) + 2
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    pen.text((0.3 * size, 1.2 * size), char, 255, fonts.sized(font, round(size)), anchor="ls", stroke_width=weight)
    middle = 0.9 * size
    angle = radians(turn)
    a, b, d, e = cos(angle), sin(angle) + shear, -sin(angle), cos(angle)
    matrix = (a, b, middle - a * middle - b * middle, d, e, middle - d * middle - e * middle)
    return mask.transform(mask.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def _press(image: Image.Image, mask: Image.Image, op: Stamp, scale: float) -> None:
    """Multiply the seal's ink onto the page."""
    x, y = round(op.x * scale - mask.width / 2), round(op.y * scale - mask.height / 2)
    region = image.crop((x, y, x + mask.width, y + mask.height))
    inked = ImageChops.multiply(region, Image.new("RGB", mask.size, op.colour))
    image.paste(Image.composite(inked, region, mask), (x, y))


def stamp_picture(op: Stamp, style: Style, scale: float) -> Image.Image:
    """The ink of a seal, 0 … 255, worn as real ones are."""
    random = Random(op.seed)
    size = op.size * scale
    mask = _SHAPES[op.kind](op, style, size)
    worn = _wear(random.randrange(8), mask.size)
    mask = ImageChops.multiply(mask, worn)
    mask = mask.filter(ImageFilter.GaussianBlur(size * random.uniform(0.0005, 0.003)))
    mask = mask.rotate(op.turn, Image.Resampling.BILINEAR, expand=True)
    return Image.eval(mask, lambda v: int(v * op.strength))


@lru_cache(maxsize=16)
def _wear_tile(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed)
    coarse = Image.fromarray((noise.random((24, 24)) * 255).astype("uint8")).resize(
        (512, 512), Image.Resampling.BICUBIC
    )
    fine = (noise.random((512, 512)) * 255).astype("float32")
    ink = 150 + 0.75 * np.asarray(coarse, "float32") - 60 * (fine > 215)
    return Image.fromarray(np.clip(ink, 40, 255).astype("uint8"))


def _wear(seed: int, size: tuple[int, int]) -> Image.Image:
    return _wear_tile(seed).resize(size)


def _round_seal(op: Stamp, style: Style, size: float) -> Image.Image:
    side = round(size)
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    rim = max(2, round(size * 0.025))
    pen.ellipse((1, 1, side - 2, side - 2), outline=255, width=rim)
    _star(pen, size / 2, size * 0.47, size * 0.13)
    _arc(mask, op.lines[0], style.font("title"), size)
    for i, line in enumerate(op.lines[1:]):
        height = min(size * 0.12, size * 0.62 / max(len(line), 1))
        face = fonts.sized(style.font("title"), round(height))
        pen.text((size / 2, size * (0.74 + 0.13 * i)), line, 255, face, anchor="mm")
    return mask


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * 0.382
        points.append((x + r * sin(i * pi / 5), y - r * cos(i * pi / 5)))
    pen.polygon(points, fill=255)


def _arc(mask: Image.Image, text: str, font: Font, size: float) -> None:
    """Letters along the upper rim."""
    height = min(size * 0.15, size * 1.75 / max(len(text), 1))
    face = fonts.sized(font, round(height))
    span = min(250.0, 24.0 * len(text))
    for i, char in enumerate(text):
        angle = -span / 2 + (span * i / (len(text) - 1) if len(text) > 1 else 0)
        tile = Image.new("L", (round(height * 1.5), round(height * 1.5)))
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), char, 255, face, anchor="mm")
        tile = tile.rotate(-angle, Image.Resampling.BILINEAR, expand=True)
        r = size * 0.485 - height * 0.85
        x, y = size / 2 + r * sin(radians(angle)), size / 2 - r * cos(radians(angle))
        mask.paste(255, (round(x - tile.width / 2), round(y - tile.height / 2)), tile)


def _oval_seal(op: Stamp, style: Style, size: float) -> Image.Image:
    mask = Image.new("L", (round(size), round(size * 0.68)))
    pen = ImageDraw.Draw(mask)
    pen.ellipse((1, 1, mask.width - 2, mask.height - 2), outline=255, width=max(2, round(size * 0.02)))
    _lines(pen, op.lines, style, size * 0.74, mask.size)
    return mask


def _box_seal(op: Stamp, style: Style, size: float) -> Image.Image:
    mask = Image.new("L", (round(size), round(size * (0.12 + 0.2 * len(op.lines)))))
    pen = ImageDraw.Draw(mask)
    pen.rectangle((1, 1, mask.width - 2, mask.height - 2), outline=255, width=max(2, round(size * 0.025)))
    _lines(pen, op.lines, style, size * 0.86, mask.size)
    return mask


def _square_seal(op: Stamp, style: Style, size: float) -> Image.Image:
    mask = Image.new("L", (round(size), round(size)))
    pen = ImageDraw.Draw(mask)
    for inset in (1, round(size * 0.05)):
        pen.rectangle((inset, inset, mask.width - 1 - inset, mask.height - 1 - inset), outline=255, width=2)
    _lines(pen, op.lines, style, size * 0.78, mask.size)
    return mask


def _dated_seal(op: Stamp, style: Style, size: float) -> Image.Image:
    """Round, with the office along the rim, the date between two lines, and a word below."""
    mask = Image.new("L", (round(size), round(size)))
    pen = ImageDraw.Draw(mask)
    pen.ellipse((1, 1, mask.width - 2, mask.height - 2), outline=255, width=max(2, round(size * 0.022)))
    _arc(mask, op.lines[0], style.font("title"), size)
    for y in (0.43, 0.59):
        pen.line((size * 0.12, size * y, size * 0.88, size * y), fill=255, width=max(1, round(size * 0.012)))
    for line, y, height in zip(op.lines[1:], (0.51, 0.74), (0.12, 0.17), strict=False):
        face = fonts.sized(style.font("title"), round(size * height))
        pen.text((size / 2, size * y), line, 255, face, anchor="mm")
    return mask


def _bare_words(op: Stamp, style: Style, size: float) -> Image.Image:
    """Large words without a frame."""
    mask = Image.new("L", (round(size), round(size * 0.5)))
    _lines(ImageDraw.Draw(mask), op.lines, style, size * 0.94, (mask.width, round(mask.height * 1.1)))
    return mask


def _lines(pen: ImageDraw.ImageDraw, lines: tuple[str, ...], style: Style, width: float, size: tuple[int, int]) -> None:
    step = size[1] / (len(lines) + 1)
    for i, line in enumerate(lines):
        height = min(step * 0.8, width / max(fonts.width(line, style.font("title"), 1), 1e-6))
        face = fonts.sized(style.font("title"), round(height))
        pen.text((size[0] / 2, step * (i + 1)), line, 255, face, anchor="mm")


_SHAPES = {
    "round": _round_seal,
    "oval": _oval_seal,
    "box": _box_seal,
    "square": _square_seal,
    "dated": _dated_seal,
    "bare": _bare_words,
}
