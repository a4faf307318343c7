"""The fee of a notice, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.domain.money import Money
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import Transaction
from maild.domain.wording.words import Word
from maild.notify.language.locales import ZH, Style, line, to_money
from maild.notify.writing.letter import FeeView

_FEE = Word("文献传递费", "Document delivery fee")
_LOAN_FEE = Word("馆际互借费", "Interlibrary loan fee")
_OTHER = Word("其他", "Other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee in amounts; `lines`: (label in Chinese, label in English, amount)."""

    lines: tuple[tuple[str, str, Money], ...]
    total: Money
    subsidy: Money | None
    payable: Money


def read_fee(transaction: Transaction | None, data: Mapping[str, object]) -> Fee | None:
    """The fee of a notice: its data first (the fee as it was quoted), then the transaction's; None if unknown.

    A missing value follows from the other two; lines that fall short of the total get a line for the rest.
    """
    code = line(data.get("currency"), 3) or "CNY"
    total, subsidy, payable = (
        _first(to_money(data.get(name), code), getattr(transaction, name, None))
        for name in ("total", "subsidy", "payable")
    )
    lines = _lines(data.get("fee_lines"), code)
    if total is None and payable is not None:
        total = payable + subsidy if subsidy is not None and _alike(payable, subsidy) else payable
    if total is None and lines and _alike(*(amount for _, _, amount in lines)):
        total = sum((amount for _, _, amount in lines[1:]), lines[0][2])
    if total is None:
        return None
    if not _alike(total, subsidy):
        subsidy = None
    if payable is None or not _alike(total, payable):
        payable = total - subsidy if subsidy else total
    if subsidy is None and total.amount > payable.amount:
        subsidy = total - payable
    return Fee(lines=_completed(lines, total, transaction), total=total, subsidy=subsidy, payable=payable)


def _first(*amounts: Money | None) -> Money | None:
    return next((amount for amount in amounts if amount is not None), None)


def _alike(*amounts: Money | None) -> bool:
    return None not in amounts and len({amount.currency for amount in amounts if amount}) <= 1


def _lines(value: object, currency: str) -> list[tuple[str, str, Money]]:
    found = []
    for entry in value if isinstance(value, list | tuple) else ():
        amount = to_money(entry.get("amount"), currency) if isinstance(entry, Mapping) else None
        if amount is not None:
            zh, en = line(entry.get("label_zh"), 60), line(entry.get("label_en"), 60)
            found.append((zh or en or _OTHER.zh, en or zh or _OTHER.en, amount))
    return found


def _completed(
    lines: list[tuple[str, str, Money]], total: Money, transaction: Transaction | None
) -> tuple[tuple[str, str, Money], ...]:
    same = [entry for entry in lines if entry[2].currency == total.currency]
    rest = total
    for _, _, amount in same:
        rest = rest - amount
    if rest:
        loan = transaction is not None and transaction.service is Service.LOAN
        word = _OTHER if same else _LOAN_FEE if loan else _FEE
        same.append((word.zh, word.en, rest))
    return tuple(same)


def fee_view(fee: Fee | None, style: Style) -> FeeView | None:
    """The fee as one locale shows it."""
    if fee is None:
        return None
    zh = style.locale == ZH
    return FeeView(
        lines=tuple((a if zh else b, style.short_money(amount)) for a, b, amount in fee.lines),
        total=style.short_money(fee.total),
        subsidy=style.short_money(-fee.subsidy) if fee.subsidy else "",
        payable=style.short_money(fee.payable),
        payable_full=style.money(fee.payable),
        free=fee.payable.amount <= 0,
    )
