"""Text folded for comparing: kinds of letters, accents, scripts and spaces are nothing. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache, lru_cache

from maild.match.supply_words import running
from maild.traditional import simplified

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        (
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "omicron",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
        ),
        strict=True,
    )
)
# Small capitals have no compatibility mapping (Unicode, Phonetic Extensions).
_SMALL = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_OTHERS = {"ς": "sigma", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ƒ": "f"}
_TABLE = str.maketrans(_GREEK | _SMALL | _OTHERS)
_ALIKE = str.maketrans("01i曰末士", "oll日未土")
_FEW_WORDS = 40  # of a page: fewer need not hold a common one
_RUBBISH = 0.06
_NO_LETTERS = ("Co", "Cs", "Cn", "Cc")  # Unicode's kinds: private, surrogates, unassigned, control


@lru_cache(maxsize=8)  # a page is asked whether it is text, how much it says, and what
def folded(text: str) -> str:
    """Lower case, no accents, simplified characters, Greek letters by name; spaces and marks stay."""
    text = simplified(unicodedata.normalize("NFKC", text)).casefold().translate(_TABLE)
    if text.isascii():
        return text
    spread = unicodedata.normalize("NFD", text)
    accents = {ord(c): None for c in set(spread) if unicodedata.combining(c) and c not in "\u3099\u309a"}
    return unicodedata.normalize("NFC", spread.translate(accents) if accents else spread)


def squeezed(text: str) -> str:
    """Folded, nothing but letters and digits, and one spelling for what OCR takes for one another."""
    return alike("".join(filter(str.isalnum, folded(text))))


def alike(text: str) -> str:
    """Letters and figures that OCR takes for one another, as one of them."""
    return text.translate(_ALIKE).replace("rn", "m")


@cache
def is_han(character: str) -> bool:
    """Whether it is of a script without spaces: Chinese, kana, hangul."""
    code = ord(character)
    return (
        0x3400 <= code <= 0x9FFF or 0x3040 <= code <= 0x30FF or 0xAC00 <= code <= 0xD7AF or 0x20000 <= code <= 0x3FFFF
    )


def han_share(text: str) -> float:
    """How much of the letters is of these scripts, 0 to 1."""
    letters = [c for c in text if c.isalpha()]
    return sum(map(is_han, letters)) / len(letters) if letters else 0.0


def readable(page: str) -> bool:
    """Whether the text of a page is its text: fonts without a map of their own give letters that mean nothing."""
    if not page.strip():
        return False
    seen = {c: times for c, times in Counter(page).items() if not c.isspace()}
    odd = sum(times for c, times in seen.items() if c == "\ufffd" or unicodedata.category(c) in _NO_LETTERS)
    if odd > sum(seen.values()) * _RUBBISH:
        return False
    text = folded(page)
    words = [w for w in text.split() if w.isalpha() and not any(map(is_han, w))]
    latin, han = running()
    characters = [c for c in text if is_han(c)]
    if len(characters) >= _FEW_WORDS:
        return any(c in han or 0x3040 <= ord(c) <= 0x30FF or ord(c) >= 0xAC00 for c in characters)
    if len(words) >= _FEW_WORDS and all(w.isascii() for w in words):
        return any(w in latin for w in words)
    return True
