"""Payment proofs that somebody else drew or photographed: a folder of files with labels.jsonl, read and counted.

python -m tests.bench.receipts --folder PATH [--out DIR] [--by layout] [--mailed DAYS]
A line of labels.jsonl: {"file", "layout", "kind", "lang", "paid", "why", "amount", "currency", "date", "payer", "payee",
"payee_account", "serial"}; null is not visible. Readings are kept in DIR by content and the reader's version.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import mimetypes
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.meter import Meter, Spent
from tests.receipts import values

if TYPE_CHECKING:
    from maild.confine.receipts import ReceiptPool
    from maild.domain.accounting.receipt import Receipt

_FIELDS = ("amount", "payee", "date", "serial")
_HEAD = "| | honest | amount exact | payee right | date | serial | sure | not paid | wrongly sure | wrong sum sure | CPU s, median |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A file and what was read of it. right: field → exact, for those that its label names; wrong: a sum that is sure
    and is not what its label says.
    """

    label: dict[str, Any]
    right: dict[str, bool]
    sure: bool
    wrong: bool
    cpu: float
    reading: tuple[str, ...]


def read_kept(pool: ReceiptPool, content: bytes, kept: Path, *, filename: str, media_type: str) -> tuple[Any, float]:
    """What the confined reader finds in a file, and its CPU seconds; remembered by content and the reader's version."""
    from maild.confine.codec import decode, encode
    from maild.confine.receipts import _READ

    kept.mkdir(parents=True, exist_ok=True)
    file = kept / f"{pool.version}-{hashlib.sha256(content).hexdigest()[:24]}.json"
    if file.exists():
        row = json.loads(file.read_text("utf-8"))
        return decode(_READ, row["receipts"], []), row["cpu"]
    spent = Spent()
    with Meter(spent):
        found = pool.read(content, filename=filename, media_type=media_type)
    receipts = tuple(replace(one, frame=None) for one in found)
    cpu = max(spent.workers, 0.0)
    file.write_text(json.dumps({"cpu": cpu, "receipts": encode(_READ, receipts, [])}), "utf-8")
    return receipts, cpu


def brought(label: dict[str, Any], receipt: Receipt, days: int) -> Receipt:
    """A receipt as a mail brings it so many days after the label's day, whose writer owes just the label's sum."""
    from maild.domain.accounting.receipt import completed
    from maild.domain.money import Money

    day, amount = _day(label), label.get("amount")
    dues = (Money(Decimal(amount)),) if amount else ()
    return receipt if day is None else completed(receipt, day + timedelta(days=days), dues)


def held_against(label: dict[str, Any], receipts: Sequence[Receipt], cpu: float, reading: Sequence[str]) -> Labelled:
    """A reading beside its label; of several receipts the one that is sure, or that has the label's sum, counts."""
    amount = Decimal(label["amount"]) if label.get("amount") else None
    one = max(receipts, key=lambda r: (r.sure, r.amount is not None and r.amount.amount == amount))
    read = one.amount.amount if one.amount is not None else None
    known = {
        "amount": (label["currency"] == "CNY" and amount is not None, read == amount),
        "payee": (bool(label["payee"] or label["payee_account"]), one.payee_is_library is _ours(label)),
        "date": (bool(label["date"]), one.date is not None and one.date == _day(label)),
        "serial": (bool(label["serial"]), _plain(label["serial"]) in map(_plain, one.serials)),
    }
    return Labelled(
        label=label,
        right={name: good for name, (told, good) in known.items() if told},
        sure=one.sure,
        wrong=any(r.sure and (r.amount is None or r.amount.amount != amount) for r in receipts),
        cpu=cpu,
        reading=tuple(reading),
    )


def _day(label: dict[str, Any]) -> date | None:
    return date.fromisoformat(label["date"]) if label["date"] else None


def _ours(label: dict[str, Any]) -> bool:
    if label["paid"]:
        return True
    account = _plain(label["payee_account"])
    return account == values.OUR_ACCOUNT if account.isdigit() else values.OUR_NAME in str(label["payee"])


def _plain(text: str | None) -> str:
    return (text or "").replace(" ", "").replace("-", "")


def table(found: Sequence[Labelled], by: str) -> str:
    """A row a kind (or what `by` names), and all."""
    groups = sorted({str(one.label[by]) for one in found})
    rows = [_row(name, [one for one in found if str(one.label[by]) == name]) for name in groups]
    return "\n".join((_HEAD, "| --- " * 11 + "|", *rows, _row("**all**", found)))


def _row(name: str, found: Sequence[Labelled]) -> str:
    honest, other = [[one for one in found if one.label["paid"] is paid] for paid in (True, False)]
    cells = [_of([one.right[field] for one in honest if field in one.right]) for field in _FIELDS]
    cells += [_of([one.sure for one in honest]), str(len(other)), str(sum(one.sure for one in other))]
    cpu = statistics.median(one.cpu for one in found)
    return f"| {name} | {len(honest)} | {' | '.join(cells)} | {sum(one.wrong for one in found)} | {cpu:.2f} |"


def _of(flags: Sequence[bool]) -> str:
    return f"{sum(flags)} of {len(flags)}" if flags else "–"


def run(pool: ReceiptPool, options: argparse.Namespace, told: Any) -> int:
    """Read the folder, print the table, write the rows; 1 where something is wrongly sure. told: a receipt in a line."""
    folder: Path = options.folder
    found = []
    for line in (folder / "labels.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        content, name = (folder / label["file"]).read_bytes(), label["file"]
        receipts, cpu = read_kept(
            pool, content, options.out / "readings", filename=name, media_type=mimetypes.guess_type(name)[0] or ""
        )
        if options.mailed is not None:
            receipts = tuple(brought(label, one, options.mailed) for one in receipts)
        found.append(held_against(label, receipts, cpu, tuple(map(told, receipts))))
    print(table(found, options.by))
    rows = [{"label": f.label, "right": f.right, "sure": f.sure, "wrong": f.wrong, "reading": f.reading} for f in found]
    (options.out / "folder.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    print(f"\nEach file: {options.out}/folder.json")
    return int(any(one.wrong or (one.sure and not one.label["paid"]) for one in found))
