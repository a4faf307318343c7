"""In which currency a page says that was paid: the words of rules/receipts/currencies.toml, checked key by key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from maild.receipts.words.layoutfile import LayoutFile, Pattern

Key = Callable[[str], str]  # a label as it is looked up


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyWords:
    """currencies.toml: patterns; labels: keys of labels; cny: of a whole text."""

    labels: frozenset[str]
    cny: Pattern
    foreign: Pattern
    harmless: Pattern
    units: Pattern
    behind: Pattern


def load_currencies(file: LayoutFile, key: Key) -> CurrencyWords:
    """currencies.toml. Raises RuleError."""
    data = file.known("", file.data, {"currency"})
    table = file.known(
        "currency", data.get("currency", {}), {"labels", "cny", "foreign", "harmless", "units", "behind"}
    )
    patterns = {
        name: file.any(f"currency.{name}", file.required("currency", table, name))
        for name in ("foreign", "harmless", "units")
    }
    return CurrencyWords(
        labels=frozenset(map(key, file.required("currency", table, "labels"))),
        cny=file.any("currency.cny", file.required("currency", table, "cny"), whole=True),
        behind=file.pattern("currency.behind", str(table.get("behind", ""))),
        **patterns,
    )
