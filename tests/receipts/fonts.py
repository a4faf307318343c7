"""The fonts of the two families, from Debian packages: fonts of one are not drawn with in the other.

Only what every receipt has (Latin figures by Liberation) is shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

ROOT = Path("/usr/share/fonts")
HANDS = Path(__file__).parent / "hands"


class NoFontError(Exception):
    """A Debian package of fonts is missing."""


@dataclass(frozen=True, slots=True)
class Font:
    """A file, the number of the face in it, and the Debian package that has it; spread: letters are so much larger
    and further apart than the size says, where a font's are small."""

    path: str
    index: int = 0
    package: str = ""
    spread: float = 1.0

    @property
    def file(self) -> Path:
        path = ROOT / self.path
        if not path.exists():
            raise NoFontError(f"{path} is missing: apt-get install {self.package}")
        return path


NOTO_SANS = Font("opentype/noto/NotoSansCJK-Regular.ttc", 2, "fonts-noto-cjk")
NOTO_BOLD = Font("opentype/noto/NotoSansCJK-Bold.ttc", 2, "fonts-noto-cjk")
NOTO_SERIF = Font("opentype/noto/NotoSerifCJK-Regular.ttc", 2, "fonts-noto-cjk")
NOTO_SERIF_BOLD = Font("opentype/noto/NotoSerifCJK-Bold.ttc", 2, "fonts-noto-cjk")
MICROHEI = Font("truetype/wqy/wqy-microhei.ttc", 0, "fonts-wqy-microhei")
ZENHEI = Font("truetype/wqy/wqy-zenhei.ttc", 0, "fonts-wqy-zenhei")
UMING = Font("truetype/arphic/uming.ttc", 0, "fonts-arphic-uming")
UKAI = Font("truetype/arphic/ukai.ttc", 0, "fonts-arphic-ukai")
SUNGTI = Font("truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0, "fonts-arphic-gbsn00lp")
KAITI = Font("truetype/arphic-gkai00mp/gkai00mp.ttf", 0, "fonts-arphic-gkai00mp")
WENKAI = Font("truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", 0, "fonts-lxgw-wenkai")
WENKAI_MEDIUM = Font("truetype/lxgw-wenkai/LXGWWenKai-Medium.ttf", 0, "fonts-lxgw-wenkai")
WENKAI_LIGHT = Font("truetype/lxgw-wenkai/LXGWWenKai-Light.ttf", 0, "fonts-lxgw-wenkai")
# Two hands of the npm packages @fontsource/long-cang and @fontsource/zhi-mang-xing, cut to the letters used here.
LONG_CANG = Font(str(HANDS / "long-cang.woff"), spread=1.25)
ZHI_MANG = Font(str(HANDS / "zhi-mang-xing.woff"), spread=1.2)
SANS = Font("truetype/liberation/LiberationSans-Regular.ttf", 0, "fonts-liberation")
SANS_BOLD = Font("truetype/liberation/LiberationSans-Bold.ttf", 0, "fonts-liberation")
SERIF = Font("truetype/liberation/LiberationSerif-Regular.ttf", 0, "fonts-liberation")
MONO = Font("truetype/liberation/LiberationMono-Regular.ttf", 0, "fonts-liberation")
DEJAVU = Font("truetype/dejavu/DejaVuSans.ttf", 0, "fonts-dejavu-core")
DEJAVU_MONO = Font("truetype/dejavu/DejaVuSansMono.ttf", 0, "fonts-dejavu-mono")

# face → the fonts one of which draws it in a sample. `pdf`: TrueType outlines, which reportlab can embed.
FAMILIES: dict[str, dict[str, tuple[Font, ...]]] = {
    "open": {
        "sans": (NOTO_SANS, MICROHEI), "bold": (NOTO_BOLD,), "serif": (NOTO_SERIF, UMING),
        "title": (NOTO_SERIF_BOLD, NOTO_BOLD), "hand": (WENKAI, WENKAI_MEDIUM, UKAI, ZHI_MANG),
        "mono": (MONO,), "latin": (SANS, SERIF), "pdf": (MICROHEI, UMING),
    },
    "held": {
        "sans": (ZENHEI,), "bold": (ZENHEI,), "serif": (SUNGTI,),
        "title": (SUNGTI, ZENHEI), "hand": (KAITI, WENKAI_LIGHT, LONG_CANG),
        "mono": (DEJAVU_MONO,), "latin": (DEJAVU, SANS), "pdf": (SUNGTI, ZENHEI),
    },
}  # fmt: skip
FAMILIES["further"] = FAMILIES["open"]
FALLBACK = NOTO_SANS


@dataclass(frozen=True, slots=True)
class Style:
    """The fonts of one sample by face."""

    faces: dict[str, Font]

    def font(self, face: str) -> Font:
        return self.faces[face]


def style(family: str, random: Random) -> Style:
    """Choose the fonts of a sample."""
    return Style({face: random.choice(fonts) for face, fonts in FAMILIES[family].items()})


@lru_cache(maxsize=256)
def sized(font: Font, size: int) -> FreeTypeFont:
    """The font at a size in pixels."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font.file), max(size, 4), index=font.index, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=32)
def covers(font: Font) -> frozenset[int]:
    """The code points it has glyphs for."""
    from fontTools.ttLib import TTFont

    with TTFont(font.file, fontNumber=font.index, lazy=True) as face:
        return frozenset(face.getBestCmap())


def runs(text: str, font: Font) -> list[tuple[str, Font]]:
    """The text in pieces, each with a font that has its glyphs."""
    known = covers(font)
    pieces: list[tuple[str, Font]] = []
    for char in text:
        use = font if ord(char) in known else FALLBACK
        if pieces and pieces[-1][1] == use:
            pieces[-1] = (pieces[-1][0] + char, use)
        else:
            pieces.append((char, use))
    return pieces


def width(text: str, font: Font, size: float) -> float:
    """Of the text in the units of `size`."""
    return sum(sized(use, 100).getlength(piece) * use.spread for piece, use in runs(text, font)) * size / 100
