"""What the QR code of a transfer form says: transactions, amount due, and a keyed check nobody else can make.

    ILF1:1250:ILL-20261124-001+D7:K7Q2M4XPAB      version, cents (CNY), transactions, check

Only characters of QR's alphanumeric mode (ISO/IEC 18004 section 7.4.4: 5.5 bits each) occur, so that the code
has few, large modules. Other characters of a number are percent-encoded; from the second number on, what it
has in common with the one before is told by its length (one digit of base 36).

It says what was due when the form was made, never what was paid.
"""

from __future__ import annotations

import base64
import hmac
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import unquote

from maild.domain.money import CENT, Money

VERSION = "ILF1"
MOST_NUMBERS = 12  # as many as find room on the form in digits of 3 mm
MOST_CHARACTERS = 311  # version 10 of a QR code at level M: in 25 mm its modules are 0.44 mm, as small as photos bear
MOST_CENTS = 10**10 - 1
# 50 bits, as domain.token has: forging means guessing by mail, one picture a try, and a hit gains no more than
# to name a fee; at a million pictures a day one hit takes a million years. It also makes a misread code of no effect.
CHECK_LENGTH = 10

_RAW = frozenset(string.digits + string.ascii_uppercase + "-./")
_LENGTHS = string.digits + string.ascii_uppercase
_SHAPE = re.compile(rf"{VERSION}:([1-9]\d{{0,9}}):([0-9A-Z./%+-]+):[A-Z2-7]{{{CHECK_LENGTH}}}")
_ESCAPES = re.compile(r"(?:[^%]|%[0-9A-F]{2})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Transactions (sorted) and the sum due for them, CNY."""

    numbers: tuple[str, ...]
    amount: Money


def make(secret: bytes, numbers: Sequence[str], amount: Money) -> str:
    """The text of a form's code. The order of `numbers` does not matter.

    Raises ValueError where there is no key, no number or more than MOST_NUMBERS, the same one twice, an amount that
    is not positive, not in whole cents or not CNY, or where the text would be longer than MOST_CHARACTERS.
    """
    cents = amount.amount.scaleb(2)
    if not secret:
        raise ValueError("without a key there are no forms")
    if not 1 <= len(numbers) <= MOST_NUMBERS:
        raise ValueError(f"a form holds 1 to {MOST_NUMBERS} requests, not {len(numbers)}")
    if len(set(numbers)) < len(numbers) or not all(map(_sound, numbers)):
        raise ValueError("request numbers must be distinct and printable")
    if amount.currency != "CNY" or cents != cents.to_integral_value() or not 1 <= cents <= MOST_CENTS:
        raise ValueError(f"not an amount for a form: {amount}")
    body = f"{VERSION}:{int(cents)}:{_pack(sorted(numbers))}"
    text = f"{body}:{_check(secret, body)}"
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"{len(numbers)} request numbers of this length do not fit on one form")
    return text


def claimed(text: str) -> Slip | None:
    """What a text of a slip's shape says, genuine or not; None for any other text."""
    shape = _SHAPE.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if shape is None:
        return None
    numbers = _unpack(shape[2])
    if not 1 <= len(numbers) <= MOST_NUMBERS or len(set(numbers)) < len(numbers) or not all(map(_sound, numbers)):
        return None
    return Slip(numbers=numbers, amount=Money((Decimal(shape[1]) * CENT).quantize(CENT)))


def looks_like(text: str) -> bool:
    """Whether a code's text has the shape of ours; whether it is ours only the key tells."""
    return claimed(text) is not None


def verify(secret: bytes, text: str) -> Slip | None:
    """What a form of ours says; None where the text is not ours."""
    slip = claimed(text)
    body, _, given = text.rpartition(":")
    if slip is None or not secret or not hmac.compare_digest(_check(secret, body), given):
        return None
    return slip


def _check(secret: bytes, body: str) -> str:
    digest = hmac.digest(secret, b"maild-slip\0" + body.encode(), "sha256")
    return base64.b32encode(digest)[:CHECK_LENGTH].decode()


def _sound(number: str) -> bool:
    return bool(number) and number.isprintable() and not any("\ud800" <= c <= "\udfff" for c in number)


def _pack(numbers: Sequence[str]) -> str:
    packed, before = "", ""
    for number in map(_escaped, numbers):
        shared = min(_shared(before, number), len(_LENGTHS) - 1)
        packed += f"+{_LENGTHS[shared]}{number[shared:]}" if packed else number
        before = number
    return packed


def _shared(a: str, b: str) -> int:
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _unpack(packed: str) -> tuple[str, ...]:
    """The numbers, or () where the text was not made by `_pack`."""
    first, *others = packed.split("+")
    escaped = [first]
    for other in others:
        shared = _LENGTHS.find(other[:1]) if other else -1
        if not 0 <= shared <= len(escaped[-1]):
            return ()
        escaped.append(escaped[-1][:shared] + other[1:])
    if not all(map(_ESCAPES.fullmatch, escaped)):
        return ()
    try:
        return tuple(unquote(number, errors="strict") for number in escaped)
    except UnicodeDecodeError:
        return ()


def _escaped(number: str) -> str:
    return "".join(c if c in _RAW else "".join(f"%{byte:02X}" for byte in c.encode()) for c in number)
