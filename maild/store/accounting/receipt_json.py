"""A receipt as JSON and back. What a later maild no longer knows is left out; what it adds has its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from maild.domain.accounting.receipt import Frame, Ground, Mark, Purpose, Receipt, ReceiptKind, Stamp
from maild.domain.money import Money
from maild.texts import CODES, codes_of, with_codes

_NAMES = tuple(field.name for field in fields(Receipt))


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """Plain JSON data; only what differs from an empty receipt, and the codes of what it says."""
    data: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(receipt, name)
        if value != getattr(_EMPTY, name):
            data[name] = _plain(name, value)
    return {**data, CODES: codes} if (codes := codes_of(data)) else data


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Money):
        return [str(value.amount), value.currency]
    if isinstance(value, date):
        return value.isoformat()
    if name == "marks":
        return {field: [mark.confidence, mark.source, mark.box] for field, mark in value.items()}
    if name == "frame":
        return [value.width, value.height, list(value.matrix)]
    return value


def receipt_of(data: Mapping[str, Any]) -> Receipt:
    """The receipt that `receipt_data` told of."""
    said = with_codes(data, data.get(CODES))
    return Receipt(**{name: _typed(name, said[name]) for name in _NAMES if name in said})


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    known = _TYPED.get(name)
    return known(value) if known else value


def _marks(data: Mapping[str, Any]) -> Mapping[str, Mark]:
    marks = {
        name: Mark(confidence=confidence, source=source, box=tuple(box) if box else None)
        for name, (confidence, source, box) in data.items()
    }
    return MappingProxyType(marks)


_EMPTY = Receipt()
_TYPED: dict[str, Any] = {
    "amount": lambda pair: Money(Decimal(pair[0]), pair[1]),
    "date": date.fromisoformat,
    "kind": ReceiptKind,
    "ground": Ground,
    "paid_for": Purpose,
    "stamp": Stamp,
    "edited": tuple,
    "serials": tuple,
    "transactions": tuple,
    "warnings": tuple,
    "marks": _marks,
    "frame": lambda values: Frame(width=values[0], height=values[1], matrix=tuple(values[2])),
}
