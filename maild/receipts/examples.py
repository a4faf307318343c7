"""Examples of layouts: sheets in letters, and what must be read from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.extract import extract
from maild.receipts.layouts import Layout, Layouts
from maild.receipts.sheet import Box, Origin, Sheet

_COLUMN, _LINE, _HEIGHT = 10.0, 30.0, 20.0


def sheet_of(text: str, origin: Origin = Origin.TEXT) -> Sheet:
    """A sheet as drawn in letters: a line a row, two blanks between boxes, Chinese characters two columns wide."""
    boxes = []
    lines = text.strip("\n").split("\n")
    for number, line in enumerate(lines):
        for hit in re.finditer(r"\S+(?: \S+)*", line):
            left = 20 + _COLUMN * _columns(line[: hit.start()])
            right = left + _COLUMN * _columns(hit.group())
            boxes.append(
                Box(
                    left=left,
                    right=right,
                    top=20 + number * _LINE,
                    bottom=20 + number * _LINE + _HEIGHT,
                    text=hit.group(),
                    confidence=1.0 if origin is Origin.TEXT else 0.99,
                )
            )
    width = max((box.right for box in boxes), default=0.0) + 20
    return Sheet(width=width, height=40 + len(lines) * _LINE, origin=origin, boxes=tuple(boxes))


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def told(receipt: Receipt) -> dict[str, str]:
    """A receipt's fields as an example writes them."""
    return {
        "kind": str(receipt.kind),
        "layout": receipt.layout,
        "bank": receipt.bank,
        "amount": f"{receipt.amount.amount:.2f}" if receipt.amount else "",
        "amount_words": receipt.amount_words,
        "payer": receipt.payer,
        "payer_account": receipt.payer_account,
        "payee": receipt.payee,
        "payee_account": receipt.payee_account,
        "payee_is_library": _truth(receipt.payee_is_library),
        "date": receipt.date.isoformat() if receipt.date else "",
        "time": receipt.time,
        "serials": " ".join(receipt.serials),
        "purpose": receipt.purpose,
        "transactions": " ".join(receipt.transactions),
        "department": receipt.department,
        "project": receipt.project,
        "payer_department": receipt.payer_department,
        "payer_project": receipt.payer_project,
        "sure": _truth(receipt.sure),
        "ground": str(receipt.ground),
        "warnings": "; ".join(receipt.warnings),
    }


def _truth(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def failures(layouts: Layouts, office: Office) -> Iterator[str]:
    """What the examples say and the reader does not: a line each; nothing where all is well."""
    for layout in layouts.layouts:
        for number, example in enumerate(layout.examples, 1):
            receipt = extract(sheet_of(example.sheet, Origin(example.origin)), layouts=layouts, office=office)[0]
            read = told(receipt)
            for name, wanted in example.fields.items():
                if read.get(name) != wanted:
                    yield (
                        f"{layout.file}: example {number} ({example.title}): {name}: {read.get(name)!r}, not {wanted!r}"
                    )


def count(layouts: Layouts) -> int:
    """How many examples there are."""
    return sum(len(layout.examples) for layout in layouts.layouts)


def layout_named(layouts: Layouts, name: str) -> Layout | None:
    """The layout of that name."""
    return next((layout for layout in layouts.layouts if layout.name == name), None)
