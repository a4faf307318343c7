"""Text folded for comparing: width, look-alike radicals, invisible characters, white space."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Unicode's EquivalentUnifiedIdeograph for the CJK Radicals Supplement: NFKC maps only two of them, yet the
# text layer of PDFs and some mails use the glyphs in place of the characters ("⻚数" for "页数").
_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬"
    "⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺯糹⺰纟⺱罓⺲罒⺶羊⺹耂⺺肀⺻聿⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角"
    "⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼"
    "⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\x00"
)
_FOLDED: dict[int, str | None] = {
    **{ord(a): b for a, b in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)},
    **dict.fromkeys(map(ord, _INVISIBLE)),
    **dict.fromkeys(map(ord, "\r\x0b\x0c\x85\u2028\u2029"), "\n"),
}
_ODD = re.compile("[" + "".join(re.escape(chr(code)) for code in _FOLDED) + "]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_HIDE: dict[int, None] = dict.fromkeys(map(ord, _INVISIBLE))
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")  # what is not one plain blank already
_EDGES = re.compile(r" \n ?|\n ")
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff"
_IN_BRACKETS = re.compile(r"\(([^()\n]*)\)")
_FULL_WIDTH = str.maketrans(",;:?!", "，；：？！")
_BLANK_LINES = re.compile(r"\n{3,}")


def shape(word: str) -> str:
    """How a number is written: A for each letter, 0 for each figure, marks as they are."""
    return "".join("0" if c.isdigit() else "A" if c.isalpha() else c for c in word)


def visible(text: str) -> str:
    """`text` without invisible characters: zero-width, joiners, direction marks, NUL, soft hyphens."""
    return text.translate(_HIDE) if _HIDDEN.search(text) else text


def _fold(text: str) -> str:
    """Most texts have none of these: looking is much cheaper than translating."""
    return text.translate(_FOLDED) if _ODD.search(text) else text


def normalise(text: str) -> str:
    """Fold `text` for matching: NFKC (full width → half width), CJK radicals → characters, invisible
    characters dropped, runs of blanks → one blank, at most one empty line in a row, edges stripped.

    Line breaks stay, so that patterns can speak of lines. Idempotent.
    """
    text = text.replace("\r\n", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _fold(text))
    text = _fold(text)
    text = _EDGES.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def chinese_marks(text: str) -> str:
    """Folded `text` as it is shown to people: marks and brackets beside Chinese characters in full width again.

    What was folded for matching is not as its author wrote it. Numbers, times and Latin words keep their marks.
    """
    if text.isascii():
        return text
    bracketed = _IN_BRACKETS.sub(lambda m: f"（{m[1]}）" if re.search(f"[{_HAN}]", m[1]) else m[0], text)
    return _beside_han().sub(lambda m: m[0].translate(_FULL_WIDTH), bracketed)


@cache
def _beside_han() -> re.Pattern[str]:
    """Compiled where it is first asked for, which is in few commands: such sets of characters take 5 ms."""
    return re.compile(rf"(?<=[{_HAN}）”》])[,;:?!](?=\D|$)|(?<=[{_HAN}）”》])[,;](?=\d)|[,;?!](?=[{_HAN}（“《])")
