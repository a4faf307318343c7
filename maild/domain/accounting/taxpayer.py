"""Taxpayer numbers (税号, 纳税人识别号): what is odd about one. A warning only: nobody is refused for it.

The unified social credit code is GB 32100-2015: 18 of 0-9A-HJ-NPQRTUWXY (no I, O, S, V, Z), the last a check
character. Some early codes fail the check. Before 2015 there were numbers of 15 characters (six digits of the region
and the organisation code of GB 11714) and of 20, and people in business for themselves have their identity number.
The check is a dozen lines, so that the domain needs no library for it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from maild.domain import SAY
from maild.texts import one_line

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKE = str.maketrans({"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"})
_SEPARATORS = re.compile(r"[\s\-‐-―.·_]+")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, ISO 7064 MOD 11-2


class TaxDoubt(StrEnum):
    """What is odd about a number."""

    LENGTH = "length"  # none of 15, 18, 20 characters
    CHARACTERS = "characters"  # has characters that no number has
    LOOK_ALIKE = "look_alike"  # I, O, S, V or Z in a code of 18: likely 1, 0, 5, U, 2
    CHECK = "check"  # the check character of a code of 18 does not fit


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCheck:
    """A number as folded, and its doubts. `suggestion`: the number that was probably meant, '' for none."""

    number: str
    doubts: tuple[TaxDoubt, ...] = ()
    suggestion: str = ""

    @property
    def warning(self) -> str:
        """The doubts in a sentence for staff, '' for none."""
        if not self.doubts:
            return ""
        said = one_line(SAY(_SAID[doubt]) for doubt in self.doubts)
        if self.suggestion:
            return SAY("tax_number_meant", number=self.number, why=said, meant=self.suggestion)
        return SAY("tax_number", number=self.number, why=said)


_SAID = {
    TaxDoubt.LENGTH: "tax_length",
    TaxDoubt.CHARACTERS: "tax_characters",
    TaxDoubt.LOOK_ALIKE: "tax_look_alike",
    TaxDoubt.CHECK: "tax_check",
}


def folded(number: str) -> str:
    """The number as it is compared and stored: half width, capitals, no blanks or hyphens."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", number)).upper()


def check_character(first: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015 section 5.6). Raises KeyError for a foreign character."""
    total = sum(_VALUES[character] * pow(3, place, 31) for place, character in enumerate(first[:17]))
    return ALPHABET[-total % 31]


def is_code(number: str) -> bool:
    """Whether it is a unified social credit code whose check character fits."""
    return len(number) == 18 and set(number) <= set(ALPHABET) and check_character(number) == number[17]


def is_identity(number: str) -> bool:
    """Whether it is a resident's identity number whose check character fits: never to be shown needlessly."""
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def examine(number: str) -> TaxCheck:
    """What is odd about a number as written by somebody."""
    said = folded(number)
    if not re.fullmatch(r"[0-9A-Z]+", said, re.ASCII):
        return TaxCheck(number=said, doubts=(TaxDoubt.CHARACTERS,))
    if len(said) in (15, 20) or is_code(said) or is_identity(said):
        return TaxCheck(number=said)
    meant = said.translate(_LOOK_ALIKE)
    suggestion = meant if meant != said and is_code(meant) else ""
    if len(said) != 18:
        return TaxCheck(number=said, doubts=(TaxDoubt.LENGTH,))
    if meant != said:
        return TaxCheck(number=said, doubts=(TaxDoubt.LOOK_ALIKE,), suggestion=suggestion)
    return TaxCheck(number=said, doubts=(TaxDoubt.CHECK,))
