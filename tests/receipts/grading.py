"""A reading held against the truth, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from maild.domain.accounting.receipt import Receipt, is_proof
from tests.receipts.truth import Sample, Truth

FIELDS = ("amount", "payee_account", "ours", "date", "serial", "transactions")
DANGERS = ("wrong amount sure", "false receipt sure", "wrong payee ours", "two receipts mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One truth and what was read for it.

    right     field → whether it was read exactly; only the fields that can be read from the picture
    dangers   what a person would have to pay for: names of DANGERS
    faults    all that is not as it should be, in words
    """

    kind: str
    layout: str
    read_kind: str
    right: dict[str, bool] = field(default_factory=dict)
    proof: bool = False
    sure: bool = False
    dangers: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def grade(sample: Sample, receipts: Sequence[Receipt]) -> list[Grade]:
    """Each truth beside the receipt that fits it best; a proof that fits none counts with the first."""
    left = [one for one in receipts if is_proof(one)]
    if sample.truth.kind == "not_a_receipt":
        return [_nothing(sample.truth, left)]
    grades = []
    for truth in sample.truths:
        best = max(left, key=lambda one: _fit(truth, one), default=None)
        if best is not None and len(sample.truths) > 1 and not _fit(truth, best):
            best = None
        if best is not None:
            left.remove(best)
        grades.append(_receipt(truth, best or Receipt()))
    if any(one.sure for one in left):  # a receipt that is none, acted upon
        first = grades[0]
        grades[0] = Grade(kind=first.kind, layout=first.layout, read_kind=first.read_kind, right=first.right,
                          proof=first.proof, sure=first.sure, dangers=(*first.dangers, "false receipt sure"),
                          faults=(*first.faults, "a further receipt that is not there"))  # fmt: skip
    if len(sample.truths) > 1:
        mixed = [one for one in receipts if is_proof(one) and _is_mixed(sample.truths, one)]
        if mixed:
            first = grades[0]
            dangers = ("two receipts mixed",) if any(one.sure for one in mixed) else ()
            grades[0] = replace(
                first,
                dangers=(*first.dangers, *dangers),
                faults=(*first.faults, f"{len(mixed)} with fields of two receipts"),
            )
    return grades


def _is_mixed(truths: Sequence[Truth], receipt: Receipt) -> bool:
    """Whether what was read of one receipt belongs to two: no single truth has all that any truth has."""
    owners: list[set[int]] = []
    amount = receipt.amount.amount if receipt.amount is not None else None
    for same in (
        lambda t: amount is not None and t.amount == amount,
        lambda t: receipt.date is not None and t.date == receipt.date,
        lambda t: bool(receipt.payer) and t.payer == receipt.payer,
        lambda t: bool(set(t.serials) & set(receipt.serials)),
        lambda t: bool(set(t.transactions) & set(receipt.transactions)),
    ):
        holders = {n for n, truth in enumerate(truths) if same(truth)}
        if holders:
            owners.append(holders)
    several = any(
        len({n for n, t in enumerate(truths) if one in t.serials}) == 1
        and len({n for n, t in enumerate(truths) if other in t.serials}) == 1
        and not any(one in t.serials and other in t.serials for t in truths)
        for one in receipt.serials
        for other in receipt.serials
    )
    return several or (len(owners) > 1 and not set.intersection(*owners))


def _nothing(truth: Truth, proofs: list[Receipt]) -> Grade:
    sure = any(one.sure for one in proofs)
    return Grade(kind=truth.kind, layout=truth.layout, read_kind=str(proofs[0].kind) if proofs else truth.kind,
                 proof=bool(proofs), sure=sure, dangers=("false receipt sure",) * sure,
                 faults=(f"taken for {proofs[0].kind}{', sure' if sure else ''}",) if proofs else ())  # fmt: skip


def _fit(truth: Truth, receipt: Receipt) -> int:
    same_serial = bool(set(truth.serials) & set(receipt.serials))
    same_amount = receipt.amount is not None and receipt.amount.amount == truth.amount
    return (
        4 * same_serial
        + 3 * same_amount
        + 2 * (receipt.date == truth.date)
        + bool(set(truth.transactions) & set(receipt.transactions))
    )


def _receipt(truth: Truth, receipt: Receipt) -> Grade:
    proof = is_proof(receipt)
    amount = receipt.amount.amount if receipt.amount is not None else None
    tests = {
        "amount": ("amount", amount == truth.amount),
        "payee_account": ("payee_account", same_account(receipt.payee_account, truth)),
        "ours": ("payee_is_library", proof and receipt.payee_is_library is truth.payee_is_library),
        "date": ("date", receipt.date == truth.date),
        "serial": ("serials", bool(receipt.serials) and receipt.serials[0] in truth.serials),
        "transactions": ("transactions", set(truth.transactions) <= set(receipt.transactions)),
    }
    right = {
        name: ok
        for name, (shown, ok) in tests.items()
        if shown in truth.shown and getattr(truth, shown) not in (None, "", ())
    }
    faults = [name for name, ok in right.items() if not ok]
    dangers = []
    if receipt.sure and amount != truth.amount:
        dangers.append("wrong amount sure")
    if receipt.payee_is_library and truth.payee_is_library is False and "payee_is_library" in truth.shown:
        dangers.append("wrong payee ours")
    if receipt.payee_is_library is False and truth.payee_is_library and proof:
        faults.append("ours taken for another's")
    if not proof:
        faults.append("not seen as a receipt")
    elif receipt.kind != truth.kind:
        faults.append(f"kind {receipt.kind}")
    return Grade(kind=truth.kind, layout=truth.layout, read_kind=str(receipt.kind), right=right, proof=proof,
                 sure=receipt.sure, dangers=tuple(dangers), faults=(*dangers, *faults))  # fmt: skip


def same_account(read: str, truth: Truth) -> bool:
    """Whether it is what is printed; where that is masked, whether all shown characters are the same."""
    plain = "".join(c for c in read if c.isdigit() or c in "*xX").replace("x", "*").replace("X", "*")
    shown = truth.payee_account_shown.replace(" ", "")
    if plain in (truth.payee_account, shown):
        return True
    if "*" not in shown or not plain:
        return False
    if shown.startswith("*") and plain == _ends(shown)[1]:  # only a tail is printed: with or without stars
        return True
    return _ends(plain) == _ends(shown)


def _ends(masked: str) -> tuple[str, str]:
    """The characters before the first and behind the last star."""
    return masked.split("*", 1)[0], masked.rsplit("*", 1)[-1]
