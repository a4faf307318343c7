"""Whether a payee is the library: by account (also masked), by name (also masked), by the codes of our form.

Compared, never repaired: what was read is what is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.config import Office
from maild.receipts.layouts import Layouts, label_key

_STARS = re.compile(r"[*×xX✱＊•·.…]{2,}|[*✱＊•]")
_TAIL = re.compile(r"(?:尾号|末四位|后四位|\(|\*{2,}\s*)(\d{4})\)?")
_FULL_ACCOUNT = 12
_LEAST_HEAD, _LEAST_TAIL = 3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """ours: True, False, or None where the text does not say; exact: nothing had to be forgiven."""

    ours: bool | None
    exact: bool = False


UNKNOWN = Verdict(ours=None)


def edits(a: str, b: str, most: int = 3) -> int:
    """Levenshtein distance, or most + 1 where it is more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return min(row[-1], most + 1)


def account_is_ours(text: str, account: str) -> Verdict:
    """An account number as read against ours; a mask is compared by what it leaves, one edit at most."""
    plain = re.sub(r"[\s-]", "", text)
    if _STARS.search(plain):
        pieces = [re.sub(r"\D", "", piece) for piece in re.split(r"[^\d]+", plain) if piece]
        return _masked(pieces, account, starts=plain[:1].isdigit())
    digits = "".join(re.findall(r"\d+", plain))
    if len(digits) >= _FULL_ACCOUNT:
        distance = edits(digits, account, 1)
        return Verdict(ours=distance <= 1, exact=distance == 0)
    if tail := _TAIL.search(plain):
        return Verdict(ours=None if account.endswith(tail[1]) else False)
    if len(digits) == 4:
        return Verdict(ours=None if account.endswith(digits) else False)
    return UNKNOWN


def _masked(pieces: list[str], account: str, *, starts: bool) -> Verdict:
    """Head and tail: 1202****8891. A tail alone is not enough to say yes."""
    if not pieces:
        return UNKNOWN
    head = "".join(pieces[:-1]) if len(pieces) > 1 and starts else ""
    tail = pieces[-1] if len(pieces) > 1 or not starts else ""
    if starts and len(pieces) == 1:
        head = pieces[0]
    if len(head) + len(tail) > len(account):
        return UNKNOWN
    misses = edits(head, account[: len(head)], 2) + edits(tail, account[len(account) - len(tail) :], 2)
    if misses > 1:
        return Verdict(ours=False)
    if len(head) >= _LEAST_HEAD and len(tail) >= _LEAST_TAIL:
        return Verdict(ours=True, exact=misses == 0)
    return UNKNOWN


def name_is_ours(text: str, names: tuple[str, ...], harmless: tuple[str, ...]) -> Verdict:
    """A payee's name as read against ours; ours with more after it is another's, unless that is harmless."""
    key = label_key(re.sub(r"[*×✱＊•]+", "*", text))
    if not key and not text.strip():
        return UNKNOWN
    starred = re.sub(r"[\s()]", "", re.sub(r"[×✱＊•]", "*", text))
    if "*" in starred:
        return _masked_name(starred, names)
    for name in names:
        ours = label_key(name)
        if key == ours:
            return Verdict(ours=True, exact=True)
        rest = key[len(ours) :] if key.startswith(ours) else None
        if rest and _only(rest, harmless):
            return Verdict(ours=True)
    if any(edits(key, label_key(name), 1) <= 1 for name in names if len(label_key(name)) >= 4 and len(key) >= 3):
        return Verdict(ours=True)
    return Verdict(ours=False) if len(key) >= 2 else UNKNOWN


def _only(rest: str, harmless: tuple[str, ...]) -> bool:
    for word in sorted(map(label_key, harmless), key=len, reverse=True):
        rest = rest.replace(word, "")
    return not rest


def _masked_name(text: str, names: tuple[str, ...]) -> Verdict:
    """'浙江**', '*江大学': every character left must be ours, and some must be left."""
    pattern = re.compile(re.sub(r"(?:\\\*)+", ".{1,6}", re.escape(text)))
    left = len(text.replace("*", ""))
    if any(pattern.fullmatch(name) for name in names):
        return Verdict(ours=True if left >= 3 else None)
    return Verdict(ours=False) if left >= 2 else UNKNOWN


def codes_are_ours(department: str, project: str, payee: str, office: Office) -> bool | None:
    """The campus form's codes: both ours True; both another's False; else None, for one may be misread."""
    if department == office.transfer_department and project == office.transfer_project:
        return True
    wrong = [code for code, ours in ((department, office.transfer_department), (project, office.transfer_project))
             if code and edits(code, ours, 2) > 1]  # fmt: skip
    return False if len(wrong) == 2 and label_key(payee) != label_key(office.transfer_unit) else None


def is_ours(name: str, account: str, layouts: Layouts, office: Office) -> bool | None:
    """The two verdicts together: an account weighs more; a full account or a name that is another's says no."""
    by_account = account_is_ours(account, office.bank_account) if account else UNKNOWN
    by_name = name_is_ours(name, layouts.ours, layouts.harmless) if name else UNKNOWN
    if by_account.ours is False:
        return False
    if by_account.ours:
        return True if by_name.ours is not False else None
    return by_name.ours
