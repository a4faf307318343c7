"""Characters as PDF fonts give them → characters as people write them: one for one, so that places still fit."""

from __future__ import annotations

import unicodedata
from functools import cache

# CJK Radicals Supplement: Unicode gives (almost) none of these a compatibility mapping, so NFKC leaves them.
_RADICALS = dict(
    zip(
        "⺀⺁⺃⺄⺅⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺨⺩⺪⺫⺬⺭⺮⺯⺱⺲⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "冫厂乛乙亻几刀刂卜㔾小小尢尣尢兀巳幺彑忄心扌攵无日月歹母民氵水灬爫爫犭王疋目示礻竹糹罓罒羊羊羋耂老聿月臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠飠饣首马骨鬼鱼鸟卤麦黄黾齊齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
# Kangxi radicals whose mapping is the traditional form, where PDFs made here mean the simplified one.
_RADICALS |= {"⼾": "户", "⿈": "黄"}
_CJK_BLOCKS = ((0x2F00, 0x2FDF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))
_SPACES = frozenset("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")


@cache
def plain(character: str) -> str:
    """The ordinary character; '' for one that is not seen (controls, zero width, direction marks)."""
    if character in _RADICALS:
        return _RADICALS[character]
    if character in _SPACES:
        return " "
    code = ord(character)
    if any(first <= code <= last for first, last in _CJK_BLOCKS):
        mapped = unicodedata.normalize("NFKC", character)
        return mapped if len(mapped) == 1 else character
    if unicodedata.category(character) in ("Cc", "Cf"):
        return ""
    return character


def is_rubbish(character: str) -> bool:
    """Whether no text holds it: not mapped by its font, private use, a lone surrogate, unassigned."""
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cs", "Cn")
