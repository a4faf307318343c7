"""Outcomes of adversarial proofs held against what a careful librarian would allow, and counted by class."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from maild.domain.accounting.receipt import Receipt, is_proof
from tests.bench.adverse_office import Decided
from tests.receipts.adverse import CLASSES, Case
from tests.receipts.grading import grade

ACTS = ("applied", "claim", "waited", "ignored")
# Where a sure amount is a misreading: no such sum in CNY was paid and stayed paid.
MEANING = ("unpaid", "returned", "struck", "application", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case, read and decided.

    sure      any receipt was; misread: why that, or the payee, is wrong ('' it is not)
    right     field → all receipts exact, for honest ones and for two in a file
    told_wrongly  not paid to us, where that is not so or not sure
    act       'applied' (a document went out), 'claim', 'waited' or 'ignored'; wrong: why that is ('' it is not)
    """

    seed: int
    cls: str
    variant: str
    group: str
    allow: str
    sure: bool
    misread: str
    right: dict[str, bool]
    act: str
    wrong: str
    told: tuple[str, ...]
    told_wrongly: bool
    cause: str
    cpu: float
    reading: str

    def row(self) -> dict[str, Any]:
        return asdict(self)


def judge(case: Case, receipts: Sequence[Receipt], decided: Decided, cpu: float, reading: str) -> Outcome:
    """Hold reading and decision against the case."""
    act = (
        "applied" if decided.released else "claim" if decided.booked else "waited" if not decided.settled else "ignored"
    )
    return Outcome(
        seed=case.sample.seed, cls=case.cls, variant=case.variant, group=case.group, allow=case.allow,
        sure=any(one.sure for one in receipts), misread=_misread(case, receipts), right=_right(case, receipts), act=act,
        wrong=_wrong(case, decided), told=decided.told, told_wrongly=_told_wrongly(case, decided), cause=decided.cause, cpu=cpu,
        reading=reading,
    )  # fmt: skip


def _misread(case: Case, receipts: Sequence[Receipt]) -> str:
    sure = [one.amount.amount for one in receipts if one.sure and one.amount is not None]
    left = [truth.amount for truth in case.sample.truths]
    for amount in sure:
        if case.cls in MEANING or amount in case.never:
            return f"{amount} sure, and it was not paid"
        if amount not in left:
            return f"{amount} sure, and it is not there"
        left.remove(amount)
    if case.cls == "elsewhere" and any(one.payee_is_library for one in receipts):
        return "another's account taken for ours"
    if case.cls == "two" and (mixed := _mixed(case, receipts)):
        return mixed
    return ""


def _mixed(case: Case, receipts: Sequence[Receipt]) -> str:
    """A receipt with the sum of one truth and the serial of another."""
    for one in receipts:
        if not one.sure or one.amount is None or not one.serials:
            continue
        other = [t for t in case.sample.truths if one.serials[0] in t.serials and t.amount != one.amount.amount]
        if other:
            return f"{one.amount} with the serial of {other[0].amount}"
    return ""


def _right(case: Case, receipts: Sequence[Receipt]) -> dict[str, bool]:
    if case.cls not in ("honest", "two"):
        return {}
    grades = grade(case.sample, receipts)
    names = dict.fromkeys(name for one in grades for name in one.right)
    found = {name: all(one.right.get(name, True) for one in grades) for name in names}
    proofs = [one for one in receipts if is_proof(one)]
    if case.sample.truth.payee_is_library is not None:
        found["payee"] = bool(proofs) and all(one.payee_is_library is True for one in proofs)
    return found


def _wrong(case: Case, decided: Decided) -> str:
    if not decided.booked:
        return "the mail is settled and nothing was booked" if decided.settled and case.allow != "person" else ""
    if case.allow == "person":
        return f"booked: {', '.join(map(str, decided.booked))}"
    if case.allow == "claim" and decided.released:
        return "a document went out"
    left = [truth.amount for truth in case.sample.truths if truth.amount not in case.never]
    for amount in decided.booked:
        if amount not in left:
            return f"booked: {amount}, which was not paid"
        left.remove(amount)
    return "a payment was lost: the mail is settled" if left and decided.settled else ""


def _told_wrongly(case: Case, decided: Decided) -> bool:
    """A patron is told that he did not pay us, and he did, or nobody can tell from this proof."""
    return any("not_paid" in text for text in decided.told) and not (case.cls == "elsewhere" and case.told)


def _share(part: Sequence[Any], whole: Sequence[Any]) -> str:
    return f"{len(part)}/{len(whole)}" if whole else "–"


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def table(outcomes: list[Outcome]) -> str:
    """By class: the reading, then the decision; honest ones in full; CPU seconds a file."""
    names = ("class", "files", "sure", "misread", *ACTS, "told of a problem", "told wrongly", "wrong act")
    lines = [_line(names), _line("---" for _ in names)]
    for cls in (*CLASSES, "all but honest"):
        own = [o for o in outcomes if o.cls == cls or (cls.startswith("all") and o.cls != "honest")]
        if not own:
            continue
        acts = Counter(o.act for o in own)
        counts = (len(own), sum(o.sure for o in own), sum(bool(o.misread) for o in own), *(acts[act] for act in ACTS))
        ends = (sum(bool(o.told) for o in own), sum(o.told_wrongly for o in own), sum(bool(o.wrong) for o in own))
        lines.append(_line((cls, *counts, *ends)))
    return "\n".join([*lines, "", *_honest(outcomes), "", _spent(outcomes)])


def _honest(outcomes: list[Outcome]) -> list[str]:
    honest = [o for o in outcomes if o.cls == "honest"]
    if not honest:
        return []
    fields = ("amount", "sure", "payee", "payee_account", "date", "serial")
    names = ("honest", "files", *fields, "applied", "told wrongly")
    lines = [_line(names), _line("---" for _ in names)]
    for group in (*dict.fromkeys(o.group for o in honest), "all"):
        own = [o for o in honest if group in (o.group, "all")]
        cells = [group, str(len(own))]
        for name in fields:
            able = [o for o in own if name == "sure" or name in o.right]
            cells.append(_share([o for o in able if (o.sure if name == "sure" else o.right[name])], able))
        cells += [_share([o for o in own if o.act == "applied"], own), str(sum(o.told_wrongly for o in own))]
        lines.append(_line(cells))
    return lines


def _spent(outcomes: list[Outcome]) -> str:
    seconds = sorted(o.cpu for o in outcomes)
    return f"CPU seconds a file: median {statistics.median(seconds):.2f}, 95th percentile {seconds[int(len(seconds) * 0.95) - 1]:.2f}"
