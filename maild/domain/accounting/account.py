"""Account numbers and serials as they are compared: what a mask leaves, and nothing that was written between."""

from __future__ import annotations

import re
import unicodedata

_LEAST = 8  # digits of a whole number that is an account's
_TAIL = 4  # digits that a mask must leave at the end


def same_account(one: str, other: str) -> bool:
    """Whether two account numbers, either of them masked with * in its middle, can be the same.

    Whole ones must be equal; of a masked one at least its last four digits must show, and all it shows must fit.
    """
    if "*" not in one and "*" not in other:
        return one == other and len(one) >= _LEAST
    (a, z), (b, y) = _ends(one), _ends(other)
    head, tail = min(len(a), len(b)), min(len(z), len(y))
    return tail >= _TAIL and a[:head] == b[:head] and z[-tail:] == y[-tail:]


def _ends(account: str) -> tuple[str, str]:
    """What stands before the mask and behind it; a whole number is both."""
    return account.partition("*")[0], account.rpartition("*")[2]


def serial_of(text: str) -> str:
    """A serial for comparing: width folded, upper case, letters and digits of ASCII only."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
