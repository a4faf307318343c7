"""Reply tokens: a request's number and a keyed check that nobody else can make.

A notice carries it in subject and body; an answer that quotes it shows that its writer has seen a notice of ours. It is
bound to the day of the notice and to whom it was written, and ends with its time; whoever holds it is no more known for
it: subjects are forwarded, printed and read over shoulders.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

CHECK_LENGTH = 10  # base32 characters: 50 bits, beyond guessing by mail
_SHIFTS = range(5 * CHECK_LENGTH - 5, -1, -5)
_FIRST_DAY = date(2020, 1, 1)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_AHEAD = timedelta(days=1)  # the clocks of two hosts, and time zones


@lru_cache(maxsize=64)  # a letter shows its token in several places
def make(secret: bytes, number: str, addressee: str, day: date) -> str:
    """The token of a request in a notice of that day to that address, e.g. 'ILL-20261124001-RCFJK7Q2M4XPAB'."""
    head = f"{_key_id(secret)}{_base32((day - _FIRST_DAY).days)}"
    return f"ILL-{number}-{head}{_check(secret, number, head, addressee)}"


def verify(keys: Sequence[bytes], token: str, addressees: Iterable[str], *, today: date, days: int) -> str:
    """The number that a token vouches for, or '' where it is not ours, was written to nobody of these, or has ended.

    keys  ours, the newest first; a former one still verifies
    days  from its notice on for which it holds
    """
    shape = _SHAPE.fullmatch(token.strip())
    if shape is None:
        return ""
    number, head, given = shape["number"], shape["head"].upper(), shape["check"].upper()
    written = _FIRST_DAY + timedelta(days=_number(head[1:]))
    if not written - _AHEAD <= today <= written + timedelta(days=days):
        return ""
    # Without a key there are no tokens: an empty one would let anybody make them.
    for key in (key for key in keys if key and _key_id(key) == head[0]):
        # RFC 5321, 2.3.11: the local part's case may matter; nobody's does, and people's programs change it.
        if any(hmac.compare_digest(_check(key, number, head, one), given) for one in addressees if one):
            return number
    return ""


def _check(secret: bytes, number: str, head: str, addressee: str) -> str:
    text = "\0".join(("maild-token-2", number, head, addressee.strip().lower()))
    digest = hmac.digest(secret, text.encode("utf-8", "surrogateescape"), "sha256")
    bits = int.from_bytes(digest[:7], "big") >> 6  # base64.b32encode of the digest, cut: as far as it is wanted
    return "".join([_ALPHABET[bits >> shift & 31] for shift in _SHIFTS])


@lru_cache(maxsize=16)
def _key_id(secret: bytes) -> str:
    """Which key it is: one character, so that a former key is not tried on what a newer one made."""
    return _ALPHABET[hashlib.sha256(b"maild-key\0" + secret).digest()[0] % 32]


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in (10, 5, 0))


def _number(text: str) -> int:
    return sum(_ALPHABET.index(c) << shift for c, shift in zip(text, (10, 5, 0), strict=True))


# Of ten characters: tokens as they were before they knew their day and addressee. They only say their number now.
_WORD = re.compile(r"(?<![0-9A-Za-z])ILL-[0-9A-Za-z_-]{1,80}-(?:[A-Za-z2-7]{14}|[A-Za-z2-7]{10})(?![0-9A-Za-z])")
_SHAPE = re.compile(r"(?ai)ILL-(?P<number>.+)-(?P<head>[A-Z2-7]{4})(?P<check>[A-Z2-7]{10})")
MOST_WORDS = 50  # a mail with more is playing at guessing


def claimed(token: str) -> str:
    """The number a word of a token's shape speaks of, genuine or not."""
    return token.strip().partition("-")[2].rpartition("-")[0]


def words(text: str) -> list[str]:
    """Everything in `text` that has the shape of a token, at most MOST_WORDS, in order."""
    return [hit.group() for hit in islice(_WORD.finditer(text), MOST_WORDS)]
