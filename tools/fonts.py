"""The transfer form's fonts, cut from Debian's Noto CJK (OFL) to what names and forms need: templates/form/fonts.

    python tools/fonts.py [--unihan FILE]

Needs the packages fonts-noto-cjk and unicode-data. The characters: Latin with the accents of names and Vietnamese,
punctuation, GB 2312, the 8,105 of the Table of General Standard Chinese Characters (通用规范汉字表; Unihan's kTGH),
the common ones of Big5 (names from Hong Kong, Macao and Taiwan), and EXTRA. The bold face has Latin, digits and the words of the form alone.
"""

from __future__ import annotations

import argparse
import bz2
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "templates" / "form" / "fonts"
SOURCE = Path("/usr/share/fonts/opentype/noto")
UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")
FAMILY = "Maild Form"
# Of people's names and old place names, in neither list; shapes that forms use.
EXTRA = "囧喆堃淼犇骉飝龘㛃䶮玥堯嬅嫚姵皛桠暒燚垚赟鑫〇¥￥〔〕【】《》「」『』※★●○◎◇◆□■△▲→←↑↓①②③④⑤⑥⑦⑧⑨⑩✓✗–—…·"
LATIN = (*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x2C7, 0x2DE), *range(0x1E00, 0x1F00),
         *range(0x2010, 0x2028), *range(0x2030, 0x203C), *range(0x3000, 0x3018), *range(0xFF01, 0xFF5F))  # fmt: skip
WORDS = "校内转账单收款付单位部门项目代码转帐说明金额大写小写人民币经费主管办理财务章公元角分整零壹贰叁肆伍陆柒捌玖拾佰仟万亿年月日事务号"


def standard(unihan: Path) -> set[int]:
    """Code points of 通用规范汉字表, as Unihan lists them ('U+4E00 kTGH 2013:1')."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        rows = (line.split("\t") for line in lines if line.startswith("U+"))
        return {int(row[0][2:], 16) for row in rows if row[1] == "kTGH"}


def of_charset(charset: str, first: int, last: int) -> set[int]:
    """Code points of a two-byte charset, from row `first` to `last`."""
    pairs = (bytes((row, cell)) for row in range(first, last + 1) for cell in range(0x40, 0xFF))
    return {ord(c) for pair in pairs for c in pair.decode(charset, "ignore") if ord(c) >= 0x80}


def simplified(collection: TTCollection) -> TTFont:
    """The face for mainland China: its forms of characters, not Japan's."""
    return next(f for f in collection.fonts if str(f["name"].getDebugName(4)).startswith("Noto Sans CJK SC"))


def cut(source: Path, target: Path, characters: set[int], style: str, weight: int) -> None:
    """Write a face with these characters alone, under a name of its own."""
    font = simplified(TTCollection(str(source)))
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk"]
    options.name_IDs = [0, 13, 14]
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    for name_id, text in ((1, FAMILY), (2, style), (4, f"{FAMILY} {style}"), (6, f"{FAMILY.replace(' ', '')}-{style}")):
        font["name"].setName(text, name_id, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [f"{FAMILY.replace(' ', '')}-{style}"]
    top[0].FamilyName, top[0].FullName = FAMILY, f"{FAMILY} {style}"
    font["OS/2"].usWeightClass = weight
    font["head"].modified = font["head"].created  # the same cut makes the same bytes
    font.recalcTimestamp = False
    font.save(target)
    missing = "".join(map(chr, sorted(c for c in characters if c not in font.getBestCmap() and c >= 0x2E80)))
    print(
        f"{target.name}: {target.stat().st_size:,} bytes, {len(font.getBestCmap()):,} characters; not in Noto: {missing}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unihan", type=Path, default=UNIHAN)
    args = parser.parse_args()
    for needed, package in ((SOURCE / "NotoSansCJK-Regular.ttc", "fonts-noto-cjk"), (args.unihan, "unicode-data")):
        if not needed.exists():
            sys.exit(f"{needed} is missing: install {package}")
    FONTS.mkdir(parents=True, exist_ok=True)
    charsets = of_charset("gb2312", 0xA1, 0xF7) | of_charset("big5", 0xA4, 0xC6)
    regular = {*LATIN, *charsets, *standard(args.unihan), *map(ord, EXTRA)}
    cut(SOURCE / "NotoSansCJK-Regular.ttc", FONTS / "MaildForm-Regular.otf", regular, "Regular", 400)
    cut(
        SOURCE / "NotoSansCJK-Bold.ttc",
        FONTS / "MaildForm-Bold.otf",
        {*LATIN[:95], *map(ord, WORDS + "¥￥")},
        "Bold",
        700,
    )


if __name__ == "__main__":
    main()
