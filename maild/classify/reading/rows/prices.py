"""A row's price: one sum, or sums of which one is that of the others; else a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from types import MappingProxyType

from maild.classify import SAY
from maild.classify.reading.row_words import RowWords
from maild.domain.incoming.ruling import Field, Kind, Ruling

MOST_PARTS = 6  # of a price


def priced(ruling: Ruling, text: str, words: RowWords) -> Ruling:
    """The ruling with its total; one that tells nothing where its sums do not come to one price. text: of the row"""
    sums = [Decimal(each) for each in ruling.value("sums").split("\n") if each]
    if ruling.kind is not Kind.FEE_QUOTED or not sums or (len(sums) < 2 and ruling.value("total")):
        return ruling
    said = ruling.value("total") if ruling.value("currency") in ("", "CNY") else ""
    total = Decimal(said) if said else max(sums)
    parts = [each for each in sums if each != total]
    alone = len(sums) == 1 and not words.says("of_a_page", text)
    adds_up = alone or _adds_up(parts, total) or (bool(said) and len(parts) < 2)
    if not adds_up:
        why = SAY("sums_misfit", sums=", ".join(map(str, sums)))
        return replace(ruling, kind=Kind.PROVIDER_OTHER, event=None, reasons=(why, *ruling.reasons))
    found = {"total": Field(str(total), 0.9, "sums"), "currency": Field("CNY", 0.9, "sums")}
    return replace(ruling, fields=MappingProxyType({**found, **ruling.fields}))


def _adds_up(parts: Sequence[Decimal], total: Decimal) -> bool:
    """Whether some of the parts come to the total: unit prices stand among them."""
    few = parts[:MOST_PARTS]
    return any(sum(some) == total for n in range(2, len(few) + 1) for some in combinations(few, n))
