"""The short code that a payer writes into the purpose (用途) of a bank transfer: eight characters for one transaction.

    W7K3-M9PR     a lead, six characters keyed from the transaction's number, a check character

It is no secret and no proof, only a pointer that survives a hurried hand: the alphabet has no look-alikes, what is
commonly misread for a member of it is read as that member, and a single wrong character or two that changed places
are noticed. It is found again by computing it anew for the transactions whose fee is open (a few µs each); a payment
for several transactions carries the code of one of them, which tells the patron, and its amount tells the rest.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence

ALPHABET = "0123456789AEHJKMNPRTWXY"  # 23 characters: a prime, so that the check below has no blind spot
LEAD = "W"
_DATA = 6  # 23^6 = 148 million codes: among 10,000 open fees one in 15,000 codes names two, which a person then sees
_BASE = len(ALPHABET)
_LOOK_ALIKES = str.maketrans("ODQILZSGBFCV", "000112568E0Y")
_SEPARATOR = r"[\s\-‐–—－_.·]{0,2}"
_CODE = re.compile(rf"(?<![0-9A-Za-z])[Ww](?:{_SEPARATOR}[0-9A-Za-z]){{{_DATA + 1}}}(?![0-9A-Za-z])")


def make(secret: bytes, number: str) -> str:
    """The code of a transaction, e.g. 'W7K3-M9PR'. Raises ValueError without a key or a number."""
    if not secret or not number:
        raise ValueError("a reference code needs a key and a request number")
    digest = hmac.digest(secret, b"maild-reference\0" + number.encode(), "sha256")
    value, data = int.from_bytes(digest, "big"), LEAD
    for _ in range(_DATA):
        value, rest = divmod(value, _BASE)
        data += ALPHABET[rest]
    code = data + _check(data)
    return f"{code[:4]}-{code[4:]}"


def find(text: str) -> tuple[str, ...]:
    """The codes in a text, as `make` writes them, each once; what has the shape but a wrong check is not among them."""
    return tuple(dict.fromkeys(f"{c[:4]}-{c[4:]}" for c in _shaped(text) if _right(c)))


def misread(text: str) -> tuple[str, ...]:
    """What has the shape of a code and is none: mistyped, misread, or a word of the payer's."""
    return tuple(dict.fromkeys(f"{c[:4]}-{c[4:]}" for c in _shaped(text) if not _right(c)))


def of(keys: Sequence[bytes], codes: Iterable[str], numbers: Iterable[str]) -> dict[str, list[str]]:
    """Which of `numbers` each code stands for: none, one, or (rarely) several. keys: any of ours. No key, no answer."""
    found: dict[str, list[str]] = {code: [] for code in codes}
    if found:
        for number in numbers:
            for code in {make(key, number) for key in keys if key}:
                if code in found:
                    found[code].append(number)
    return found


def _shaped(text: str) -> list[str]:
    hits = (re.sub(r"[^0-9A-Z]", "", hit.upper()) for hit in _CODE.findall(text))
    return [LEAD + hit[1:].translate(_LOOK_ALIKES) for hit in hits]


def _right(code: str) -> bool:
    return set(code) <= set(ALPHABET) and _check(code[:-1]) == code[-1]


def _check(data: str) -> str:
    """Weights 2, 3, 4 … modulo a prime, the check's own being 1: all differ, so no swap or single error is lost."""
    total = sum(weight * ALPHABET.index(c) for weight, c in enumerate(data, 2))
    return ALPHABET[-total % _BASE]
