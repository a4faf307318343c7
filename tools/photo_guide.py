"""Draws the picture of proof_unreadable: three poor photos of a receipt and a good one.

python tools/photo_guide.py writes templates/notice/images/proof-photo.png. It holds no words, so that one picture
serves every language: the text beside it says what 1 to 4 are. PNG, since mail systems show no SVG.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

OUT = Path(__file__).resolve().parents[1] / "templates" / "notice" / "images" / "proof-photo.png"
FINE = 3  # drawn so much larger, then reduced: smooth edges
PANEL = (480, 340)
GAP = 20
INK, LINE, PAPER, TABLE = (52, 62, 74), (176, 185, 194), (253, 253, 250), (92, 74, 58)
RED, GREEN, SEAL = (196, 43, 43), (31, 131, 70), (206, 52, 46)
COLOURS = 160
CLEAR = COLOURS  # the palette's place, behind the colours, for what is see-through
SEGMENTS = {1: "bc", 2: "abged", 3: "abgcd", 4: "fgbc"}  # of a seven-segment figure


def slip(scale: float) -> Image.Image:
    """A transfer form as seen from above: head, rows, an amount, a round seal. 330 by 220 units."""
    width, height = round(330 * scale), round(220 * scale)
    paper = Image.new("RGBA", (width, height), (*PAPER, 255))
    draw = ImageDraw.Draw(paper)

    def bar(x: float, y: float, w: float, h: float, colour: tuple[int, int, int]) -> None:
        draw.rounded_rectangle([x * scale, y * scale, (x + w) * scale, (y + h) * scale], h * scale / 2.5, fill=colour)

    bar(105, 16, 120, 13, INK)
    left, top, right, bottom = 24, 44, 306, 200
    for row in range(5):
        y = (top + row * 31.2) * scale
        draw.line([left * scale, y, right * scale, y], fill=LINE, width=round(1.6 * scale))
    draw.line([left * scale, bottom * scale, right * scale, bottom * scale], fill=LINE, width=round(1.6 * scale))
    for x in (left, 104, right):
        draw.line([x * scale, top * scale, x * scale, bottom * scale], fill=LINE, width=round(1.6 * scale))
    for row, length in enumerate((120, 88, 146, 0, 104)):
        y = top + row * 31.2 + 11
        bar(36, y, 44 if row % 2 else 54, 9, LINE)
        if length:
            bar(116, y, length, 9, INK)
    for x1, y1, x2, y2 in ((0, 0, 6, 8), (12, 0, 6, 8), (6, 8, 6, 17), (0, 8, 12, 8), (0, 12, 12, 12)):  # ¥
        x, y = 116, top + 3 * 31.2 + 7
        ends = [(x + x1) * scale, (y + y1) * scale, (x + x2) * scale, (y + y2) * scale]
        draw.line(ends, fill=INK, width=round(2.6 * scale))
    bar(136, top + 3 * 31.2 + 8, 72, 15, INK)
    centre, radius = (252, 150), 38
    for inset, thick in ((0, 4.5), (9, 1.5)):
        r = (radius - inset) * scale
        draw.ellipse([centre[0] * scale - r, centre[1] * scale - r, centre[0] * scale + r, centre[1] * scale + r],
                     outline=(*SEAL, 235), width=max(1, round(thick * scale)))  # fmt: skip
    bar(centre[0] - 15, centre[1] - 4, 30, 8, SEAL)
    return paper


def table() -> Image.Image:
    """An empty panel: a dark wooden table."""
    width, height = PANEL[0] * FINE, PANEL[1] * FINE
    panel = Image.new("RGB", (width, height), TABLE)
    draw = ImageDraw.Draw(panel)
    for place in range(1, 5):
        y = height * place // 5
        draw.line([0, y, width, y], fill=(80, 64, 50), width=3 * FINE)
    return panel


def laid(panel: Image.Image, scale: float, angle: float, shift: tuple[int, int] = (0, 0)) -> Image.Image:
    """The slip on the table, with the soft shadow of a sheet that lies flat."""
    paper = slip(scale * FINE).rotate(angle, Image.Resampling.BICUBIC, expand=True)
    at = ((panel.width - paper.width) // 2 + shift[0] * FINE, (panel.height - paper.height) // 2 + shift[1] * FINE)
    dark = Image.new("RGB", panel.size, (20, 15, 10))
    mask = Image.new("L", panel.size, 0)
    mask.paste(paper.getchannel("A").point(lambda a: a * 0.55), (at[0] + 4 * FINE, at[1] + 6 * FINE))
    panel.paste(dark, (0, 0), mask.filter(ImageFilter.GaussianBlur(6 * FINE)))
    panel.paste(paper, at, paper)
    return panel


def cut_off() -> Image.Image:
    """1: two edges of the receipt lie outside the picture."""
    return laid(table(), 1.55, 0, (112, 74))


def blurred() -> Image.Image:
    """2: out of focus, with a lamp's reflection over the amount."""
    panel = laid(table(), 1.28, 0).filter(ImageFilter.GaussianBlur(5.5 * FINE))
    glare = Image.new("L", panel.size, 0)
    draw = ImageDraw.Draw(glare)
    x, y, r = 250 * FINE, 190 * FINE, 78 * FINE
    draw.ellipse([x - 1.3 * r, y - r, x + 1.3 * r, y + r], fill=235)
    panel.paste(
        Image.new("RGB", panel.size, (255, 255, 255)), (0, 0), glare.filter(ImageFilter.GaussianBlur(26 * FINE))
    )
    return panel


def dark_and_askew() -> Image.Image:
    """3: taken from far and askew, in the shadow of hand and phone."""
    panel = laid(table(), 0.78, 24, (-30, 6))
    panel = Image.blend(panel, Image.new("RGB", panel.size, (12, 12, 18)), 0.5)
    shade = Image.new("L", panel.size, 0)
    draw = ImageDraw.Draw(shade)
    w, h = panel.size
    draw.polygon([(w * 0.42, 0), (w, 0), (w, h), (w * 0.72, h), (w * 0.50, h * 0.45)], fill=150)
    panel.paste(Image.new("RGB", panel.size, (8, 8, 12)), (0, 0), shade.filter(ImageFilter.GaussianBlur(14 * FINE)))
    return panel


def good() -> Image.Image:
    """4: flat, straight, whole, filling the picture, in even light; the camera's corners show the aim."""
    panel = laid(table(), 1.28, 0)
    draw = ImageDraw.Draw(panel)
    edge, length, thick = 12 * FINE, 40 * FINE, 5 * FINE
    w, h = panel.size
    for x, dx in ((edge, 1), (w - edge, -1)):
        for y, dy in ((edge, 1), (h - edge, -1)):
            draw.line([x, y, x + dx * length, y], fill=(255, 255, 255), width=thick)
            draw.line([x, y, x, y + dy * length], fill=(255, 255, 255), width=thick)
    return panel


def badge(panel: Image.Image, figure: int, right: bool) -> Image.Image:
    """The number of the panel at its upper left, a cross or a tick at its lower right; a frame in its colour."""
    draw = ImageDraw.Draw(panel)
    colour = GREEN if right else RED
    w, h = panel.size
    draw.rectangle([0, 0, w - 1, h - 1], outline=colour, width=6 * FINE)
    x, y, r = 42 * FINE, 42 * FINE, 27 * FINE
    draw.ellipse([x - r, y - r, x + r, y + r], fill=(255, 255, 255), outline=colour, width=4 * FINE)
    _figure(draw, figure, x, y, colour)
    x, y, r = w - 54 * FINE, h - 54 * FINE, 38 * FINE
    draw.ellipse([x - r, y - r, x + r, y + r], fill=colour, outline=(255, 255, 255), width=5 * FINE)
    mark = [[(-15, 2), (-4, 14), (17, -12)]] if right else [[(-13, -13), (13, 13)], [(-13, 13), (13, -13)]]
    for stroke in mark:
        points = [(x + a * FINE, y + b * FINE) for a, b in stroke]
        draw.line(points, fill=(255, 255, 255), width=8 * FINE, joint="curve")
        for px, py in (points[0], points[-1]):
            draw.ellipse([px - 4 * FINE, py - 4 * FINE, px + 4 * FINE, py + 4 * FINE], fill=(255, 255, 255))
    return panel


def _figure(draw: ImageDraw.ImageDraw, figure: int, x: int, y: int, colour: tuple[int, int, int]) -> None:
    """A figure of straight strokes: no font is needed, so the picture is the same everywhere."""
    w, h = 8, 15
    ends = {"a": (-w, -h, w, -h), "b": (w, -h, w, 0), "c": (w, 0, w, h), "d": (-w, h, w, h), "e": (-w, 0, -w, h),
            "f": (-w, -h, -w, 0), "g": (-w, 0, w, 0)}  # fmt: skip
    shift = -w // 2 - 4 if figure == 1 else 0
    for name in SEGMENTS[figure]:
        x1, y1, x2, y2 = (v * FINE for v in ends[name])
        at = [x + shift * FINE + x1, y + y1, x + shift * FINE + x2, y + y2]
        draw.line(at, fill=colour, width=5 * FINE)
        for px, py in ((at[0], at[1]), (at[2], at[3])):
            r = 2.5 * FINE
            draw.ellipse([px - r, py - r, px + r, py + r], fill=colour)


def picture() -> Image.Image:
    """All four, two by two; what lies between them is see-through, for light and dark pages alike."""
    panels = [badge(cut_off(), 1, False), badge(blurred(), 2, False), badge(dark_and_askew(), 3, False),
              badge(good(), 4, True)]  # fmt: skip
    whole = Image.new("RGB", (2 * PANEL[0] + GAP, 2 * PANEL[1] + GAP), TABLE)
    for place, panel in enumerate(panels):
        small = panel.resize(PANEL, Image.Resampling.LANCZOS)
        whole.paste(small, ((place % 2) * (PANEL[0] + GAP), (place // 2) * (PANEL[1] + GAP)))
    few = whole.quantize(COLOURS)
    few.putpalette([*(few.getpalette() or [])[: 3 * COLOURS], 255, 255, 255])
    few.paste(CLEAR, (PANEL[0], 0, PANEL[0] + GAP, few.height))
    few.paste(CLEAR, (0, PANEL[1], few.width, PANEL[1] + GAP))
    return few


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    picture().save(OUT, transparency=CLEAR, optimize=False, compress_level=9)
    print(f"{OUT}: {OUT.stat().st_size} bytes")
