"""Numbers of accounts, cards and identity cards, shown as far as somebody has to see them: the last four. Pure."""

from __future__ import annotations

import re

_SHOWN = 4
_LEAST = 8  # characters of what is masked: a shorter one is no account
# A bank card (ISO/IEC 7812: 16 to 19 digits, with a check) or an identity number (GB 11643-1999) that stands by itself.
_NUMBER = re.compile(r"(?<![\w.])(?:\d[ -]?){15,18}[\dXx](?!\w)", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def last_four(number: str) -> str:
    """The number of an account as those see it who only have to tell two apart: '•••• 5678'.

    One that the bank has masked already is left as it is.
    """
    plain = re.sub(r"[\s-]", "", number)
    return number if len(plain) < _LEAST or "*" in plain else f"•••• {plain[-_SHOWN:]}"


def masked(text: str) -> str:
    """Text in which the numbers of bank cards and of identity cards show their last four. Numbers of requests, receipts
    and payments stay: their check does not fit, or they have other lengths.
    """
    return _NUMBER.sub(lambda found: last_four(found[0]) if _is_private(found[0]) else found[0], text)


def _is_private(found: str) -> bool:
    plain = re.sub(r"[ -]", "", found).upper()
    return _is_identity(plain) or (plain.isdigit() and plain[0] in "3456" and _luhn(plain))


def _is_identity(plain: str) -> bool:
    if not re.fullmatch(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", plain):
        return False
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, plain, strict=False)) % 11] == plain[-1]


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
