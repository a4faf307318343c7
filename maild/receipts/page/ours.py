"""Whether a payee is the library: by account (also masked), by name (also masked), by the codes of our form.

Compared, never repaired: what was read is what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from maild.config import UNSET, Office
from maild.receipts.layouts import Layouts, label_key

_STARS = re.compile(r"[*×xX✱＊•·.…]{2,}|[*✱＊•]")
_TAIL = re.compile(r"(?:尾号|末四位|后四位|\(|\*{2,}\s*)(\d{4})\)?")
FULL_ACCOUNT = 12  # digits
_LEAST_HEAD, _LEAST_TAIL = 3, 3
_SHORTEST_NEAR = 3  # characters; a shorter name has too many neighbours
_LEAST_LEFT = 3  # characters of a masked name
UNSAID = frozenset({"", UNSET})  # of an office: nothing that is read is held against it


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one value says.

    ours    True, False, or None where it does not say
    exact   nothing had to be forgiven and nothing is hidden
    near    one character off ours: ours misread, or its neighbour (ours is None)
    likely  of these, the two characters are known to be taken for one another
    full    it is all there, and far from ours: another's beyond a slip of the reader's
    """

    ours: bool | None
    exact: bool = False
    near: bool = False
    likely: bool = False
    full: bool = False


UNKNOWN = Verdict(ours=None)
_FAR = 3  # edits; a full account that differs by more was not misread


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


def account_is_ours(text: str, account: str, alike: Sequence[str] = ()) -> Verdict:
    """An account number as read against ours; a mask is compared by what it leaves. alike: digits taken for another."""
    if account in UNSAID:
        return UNKNOWN
    plain = re.sub(r"[\s-]", "", text)
    if _STARS.search(plain):
        pieces = [re.sub(r"\D", "", piece) for piece in re.split(r"[^\d]+", plain) if piece]
        return _masked(pieces, account, alike, starts=plain[:1].isdigit())
    digits = "".join(re.findall(r"\d+", plain))
    if len(digits) >= FULL_ACCOUNT:
        distance = edits(digits, account, _FAR)
        if distance <= 1:
            return _close(digits, account, alike)
        return Verdict(ours=False, full=distance > _FAR)
    if tail := _TAIL.search(plain):
        return Verdict(ours=None if account.endswith(tail[1]) else False)
    if len(digits) == 4:
        return Verdict(ours=None if account.endswith(digits) else False)
    return UNKNOWN


def _close(read: str, ours: str, alike: Sequence[str]) -> Verdict:
    """Of what is ours or one character off."""
    if read == ours:
        return Verdict(ours=True, exact=True)
    return Verdict(ours=None, near=True, likely=_confused(read, ours, alike))


def _confused(read: str, ours: str, alike: Sequence[str]) -> bool:
    """Whether the one character that differs is known to be misread so, or is one of a run that was lost or doubled."""
    if len(read) == len(ours):
        pairs = [(a, b) for a, b in zip(read, ours, strict=True) if a != b]
        return all(any(a in group and b in group for group in alike) for a, b in pairs)
    longer, shorter = (read, ours) if len(read) > len(ours) else (ours, read)
    place = next((n for n, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    return place > 0 and longer[place] == longer[place - 1]


def _masked(pieces: list[str], account: str, alike: Sequence[str], *, starts: bool) -> Verdict:
    """Head and tail: 1202****8891. A tail alone is not enough to say yes."""
    if not pieces:
        return UNKNOWN
    head = "".join(pieces[:-1]) if len(pieces) > 1 and starts else ""
    tail = pieces[-1] if len(pieces) > 1 or not starts else ""
    if starts and len(pieces) == 1:
        head = pieces[0]
    if len(head) + len(tail) > len(account):
        return UNKNOWN
    ours_head, ours_tail = account[: len(head)], account[len(account) - len(tail) :]
    if edits(head, ours_head, 2) + edits(tail, ours_tail, 2) > 1:
        return Verdict(ours=False)
    enough = len(head) >= _LEAST_HEAD and len(tail) >= _LEAST_TAIL
    return _close(head + tail, ours_head + ours_tail, alike) if enough else UNKNOWN


def name_is_ours(text: str, layouts: Layouts) -> Verdict:
    """A payee's name as read against ours; ours with more after it is another's, unless that is harmless.

    A part of our name says nothing; nor does our name with a person's behind it, which is what somebody calls himself.
    """
    key = label_key(re.sub(r"[*×✱＊•]+", "*", text))
    if not key and not text.strip():
        return UNKNOWN
    starred = re.sub(r"[\s()]", "", re.sub(r"[×✱＊•]", "*", text))
    if "*" in starred:
        return _masked_name(starred, layouts.ours)
    names = [label_key(name) for name in layouts.ours]
    for ours in names:
        rest = key[len(ours) :] if key.startswith(ours) else None
        if rest is not None and _only(rest, (*layouts.harmless, *layouts.ours)):  # in two languages, too
            return Verdict(ours=True, exact=True)
    near = [ours for ours in names if len(ours) >= _SHORTEST_NEAR and len(key) >= 2 and edits(key, ours, 1) == 1]
    verdicts = [_close(key, ours, layouts.alike) for ours in near]
    if verdicts:
        return max(verdicts, key=lambda verdict: verdict.likely)
    part = any(key in ours for ours in names)
    return Verdict(ours=False, full=True) if len(key) >= 2 and not part else UNKNOWN


def _only(rest: str, harmless: tuple[str, ...]) -> bool:
    for word in sorted(map(label_key, harmless), key=len, reverse=True):
        rest = rest.replace(word, "")
    return not rest


def _masked_name(text: str, names: tuple[str, ...]) -> Verdict:
    """'浙江**', '*江大学': every character left must be ours, and some must be left."""
    pattern = re.compile(re.sub(r"(?:\\\*)+", ".{1,6}", re.escape(text)))
    left = len(text.replace("*", ""))
    if any(text.rstrip("*") == name for name in names):
        return UNKNOWN  # nothing of ours is hidden: what is hidden is more
    if any(pattern.fullmatch(name) for name in names):
        return Verdict(ours=True if left >= _LEAST_LEFT else None)
    if any(text.startswith(name) for name in names):
        return UNKNOWN
    return Verdict(ours=False) if left >= 2 else UNKNOWN


def codes_are_ours(
    department: str, project: str, payee: str, layouts: Layouts, office: Office, *, coded: bool = True
) -> bool | None:
    """The campus form's codes: both ours True; both another's, and another's name, False; else None, for one may be
    misread. coded: it has a place for the department's; sentences, and systems that name departments, have none.
    """
    if {office.transfer_department, office.transfer_project} & UNSAID:
        return None
    if department == office.transfer_department and project == office.transfer_project:
        return True
    if not coded and project == office.transfer_project and name_is_ours(payee, layouts).exact:
        return True
    far = [
        code
        for code, ours in ((department, office.transfer_department), (project, office.transfer_project))
        if code and edits(code, ours, _FAR) >= _FAR
    ]
    return False if len(far) == 2 and name_is_ours(payee, layouts).full else None


def is_ours(
    name: str,
    account: str,
    layouts: Layouts,
    office: Office,
    *,
    text: bool = True,
    clear: bool = True,
    named: bool = False,
) -> bool | None:
    """The two verdicts together: one exact value carries the other where that is near, or says nothing.

    text   the file's own, where nothing is misread: only what is exact is ours; clear: the account was read clearly
    named  the name was read so clearly that it is what stands there: one character off is another's
    False is told to the payer, so it needs another's account, in full and clear, and another's name.
    """
    by_account = account_is_ours(account, office.bank_account, layouts.alike) if account else UNKNOWN
    by_name = name_is_ours(name, layouts) if name else UNKNOWN
    if by_account.ours is False:
        return False if clear and by_account.full and by_name.full else None
    ours_account = by_account.exact or (not text and by_account.near and (by_account.likely or by_name.exact))
    ours_name = by_name.exact or (not text and _ours_by(by_name, by_account, named=named))
    if ours_account:
        return None if by_name.ours is False or (text and name and not ours_name) else True
    return True if ours_name and not by_account.near else None


def _ours_by(name: Verdict, account: Verdict, *, named: bool) -> bool:
    return name.ours is True or (name.near and ((name.likely and not named) or account.exact))
