"""Reply tokens: a transaction number and a keyed check that nobody else can make.

A notice carries it in subject and body; an answer that quotes it proves that the writer saw our notice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from itertools import islice

CHECK_LENGTH = 10  # base32 characters: 50 bits, beyond guessing by mail


def check(secret: bytes, text: str) -> str:
    """A keyed check of `text`: CHECK_LENGTH characters of A–Z and 2–7."""
    digest = hmac.new(secret, b"maild-token\0" + text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:CHECK_LENGTH].decode()


def make(secret: bytes, number: str) -> str:
    """The token of a transaction, e.g. 'ILL-20261124001-K7Q2M4XPAB'."""
    return f"ILL-{number}-{check(secret, number)}"


def verify(secret: bytes, token: str) -> str:
    """The transaction number a token vouches for, or '' if the token is not ours."""
    prefix, _, rest = token.strip().partition("-")
    number, _, given = rest.rpartition("-")
    # Without a key there are no tokens: an empty one would let anybody make them.
    if prefix.upper() != "ILL" or not number or not secret:
        return ""
    return number if hmac.compare_digest(check(secret, number), given.upper()) else ""


_WORD = re.compile(r"(?<![0-9A-Za-z])ILL-[0-9A-Za-z_-]{1,80}-[A-Za-z2-7]{10}(?![0-9A-Za-z])")
MOST_WORDS = 50  # a mail with more is playing at guessing


def claimed(token: str) -> str:
    """The number a word of a token's shape speaks of, genuine or not."""
    return token.strip().partition("-")[2].rpartition("-")[0]


def words(text: str) -> list[str]:
    """Everything in `text` that has the shape of a token, at most MOST_WORDS, in order."""
    return [hit.group() for hit in islice(_WORD.finditer(text), MOST_WORDS)]
