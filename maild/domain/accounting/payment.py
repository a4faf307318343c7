"""When two proofs are the same payment. Pure: the same receipts give the same answer.

A proof never pays twice. Each receipt has keys under which it is remembered and found again; what is found is then
held against it here, since a key alone may deceive (a screen of the same app looks alike, a serial may be misread).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.domain.accounting.receipt import Receipt, ReceiptKind, is_proof
from maild.domain.money import Money

LONG = 11  # characters from which a serial is unique by itself; a shorter one counts with date and amount
LOOKS = 6  # bits in which the perceptual hashes of one picture, sent twice, may differ


class Sameness(StrEnum):
    """How surely two receipts are one payment. POSSIBLE means something only between proofs of the same patron."""

    NO = "no"
    POSSIBLE = "possible"  # same day and amount, and nothing tells them apart
    LIKELY = "likely"
    CERTAIN = "certain"


def keys(receipt: Receipt) -> tuple[str, ...]:
    """Where a proof is remembered, most telling first: serials, the file itself, our slip's code, form, moment, day.

    What is no receipt is known by its file alone.
    """
    file = f"file:{receipt.sha256}:{receipt.page}:{receipt.part}" if receipt.sha256 else ""
    if not is_proof(receipt):
        return (file,) if file else ()
    paid = _paid(receipt)
    found = [f"serial:{serial}" for serial in long_serials(receipt)]
    found += [file, f"qr:{receipt.qr[:150]}" if receipt.qr else "", _form(receipt)]
    found.append(f"moment:{paid}:{receipt.time}" if paid and _to_the_second(receipt) else "")
    found += [f"serial:{serial}:{paid}" for serial in receipt.serials if paid and len(serial) < LONG]
    found.append(f"paid:{paid}" if paid else "")
    return tuple(dict.fromkeys(key for key in found if key))


def identity(receipt: Receipt) -> str:
    """The one key that the claim of this receipt is posted under: the same payment claims once."""
    serials = long_serials(receipt)
    if serials and receipt.amount is not None:
        return f"serial:{serials[0]}:{cents(receipt.amount)}"
    return f"file:{receipt.sha256[:40]}:{receipt.page}:{receipt.part}"


def same(one: Receipt, other: Receipt) -> Sameness:
    """How surely both are proofs of one payment."""
    if _same_file(one, other):
        return Sameness.CERTAIN
    if not (is_proof(one) and is_proof(other)):
        return Sameness.NO
    shared = set(keys(one)) & set(keys(other))
    if any(key.startswith("serial:") for key in shared):
        # The same number with another amount or day: one of them is misread, or somebody drew it.
        return Sameness.LIKELY if contradict(one, other) else Sameness.CERTAIN
    if one.qr and one.qr == other.qr:
        return Sameness.LIKELY if contradict(one, other) else Sameness.CERTAIN
    if contradict(one, other):
        return Sameness.NO
    if any(key.startswith(("form:", "moment:")) for key in shared) or _alike(one, other):
        return Sameness.LIKELY
    return Sameness.POSSIBLE if any(key.startswith("paid:") for key in shared) else Sameness.NO


def contradict(one: Receipt, other: Receipt) -> bool:
    """Whether something that both say shows that they are two payments."""
    if one.amount is not None and other.amount is not None and one.amount != other.amount:
        return True
    # A transfer may be booked the day after: one proof says the one, another the other.
    if one.date and other.date and abs((one.date - other.date).days) > 1:
        return True
    if one.qr and other.qr and one.qr != other.qr:
        return True
    if one.date and one.date == other.date and _minutes_apart(one.time, other.time) > 2:
        return True
    return _other_serial(long_serials(one), long_serials(other))


def long_serials(receipt: Receipt) -> tuple[str, ...]:
    """Serials that are unique by themselves; never an account number."""
    accounts = {receipt.payee_account, receipt.payer_account}
    return tuple(s for s in receipt.serials if len(s) >= LONG and s not in accounts)


def cents(amount: Money) -> str:
    """An amount for keys: '1250CNY'."""
    return f"{int(amount.amount * 100)}{amount.currency}"


def bits_apart(one: str, other: str) -> int:
    """Bits in which two perceptual hashes differ; 64 where one is missing or broken."""
    try:
        return (int(one, 16) ^ int(other, 16)).bit_count()
    except ValueError:
        return 64


def edits(one: str, other: str, most: int = 2) -> int:
    """How many single-character changes lead from one to the other; `most` + 1 where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return min(row[-1], most + 1)


def repeated(receipts: Iterable[Receipt]) -> list[int]:
    """Places of receipts that show again, within one mail, what an earlier one of it shows."""
    kept: list[Receipt] = []
    places = []
    for place, receipt in enumerate(receipts):
        if any(same(receipt, earlier) in (Sameness.CERTAIN, Sameness.LIKELY) for earlier in kept):
            places.append(place)
        else:
            kept.append(receipt)
    return places


def _same_file(one: Receipt, other: Receipt) -> bool:
    return bool(one.sha256) and (one.sha256, one.page, one.part) == (other.sha256, other.page, other.part)


def _paid(receipt: Receipt) -> str:
    if receipt.date is None or receipt.amount is None:
        return ""
    return f"{receipt.date.isoformat()}:{cents(receipt.amount)}"


def _to_the_second(receipt: Receipt) -> bool:
    return len(receipt.time) >= 8 and receipt.time != "00:00:00"


def _form(receipt: Receipt) -> str:
    """A campus form has no serial: date, the payer's codes and the amount tell it."""
    codes = f"{receipt.payer_department}:{receipt.payer_project}"
    paid = _paid(receipt)
    if receipt.kind is not ReceiptKind.CAMPUS_TRANSFER or not paid or codes == ":":
        return ""
    return f"form:{codes}:{paid}"


def _alike(one: Receipt, other: Receipt) -> bool:
    """Looks the same, and amount or day say so too: screens of one app all look alike."""
    told = (one.amount is not None and one.amount == other.amount) or (one.date and one.date == other.date)
    return bool(told) and bool(one.look) and bits_apart(one.look, other.look) <= LOOKS


def _minutes_apart(one: str, other: str) -> int:
    try:
        first, second = (int(t[:2]) * 60 + int(t[3:5]) for t in (one, other))
    except ValueError:
        return 0
    return abs(first - second)


def _other_serial(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Both have a serial of one shape, and no two of them are alike (one character may be misread)."""
    pairs = [(a, b) for a in ours for b in theirs if len(a) == len(b) and a.isdigit() == b.isdigit()]
    return bool(pairs) and all(edits(a, b) > 1 for a, b in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReceipt:
    """A proof that came before: in which mail, from whom, for what, and which ledger entry it made ('' none).

    place: among the proofs of its mail, from 0 (of_claims alone tells it)
    """

    mail_id: int | None
    patron_id: str
    receipt: Receipt
    claim: str = ""
    transactions: tuple[str, ...] = ()
    at: datetime | None = None
    place: int = 0
