"""The price list as an answer tells it: what the tariff of the day says for certain. Pure.

A charge or subsidy that is marked as a placeholder is not told; nor is one whose conditions there are no words for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from maild.domain.accounting.fees import ALL, Charge, Conditions, Per, Role, Subsidy, Tariff
from maild.domain.requests.patron import PatronKind
from maild.domain.wording import words

Row = dict[str, str]


def tariff_of(tariffs: Sequence[Tariff], on: date) -> Tariff | None:
    """What the office asks of its patrons on that day."""
    return next((t for t in tariffs if t.role is Role.REQUESTER and t.valid(on)), None)


def charges(tariff: Tariff, kind: PatronKind | None) -> list[Row]:
    """The charges that may be asked of a patron of the kind (None: of anybody)."""
    sure = (c for c in tariff.charges if not c.placeholder and _for(c.when, kind))
    return [_row(c, conditions, tariff.currency) for c in sure if (conditions := _said(c.when)) is not None]


def subsidies(tariff: Tariff) -> Iterator[Row]:
    """Shares that are certain: those of a single tier whose own name says when they apply."""
    for subsidy in tariff.subsidies:
        share = subsidy.tiers[0].share if len(subsidy.tiers) == 1 else None
        if not subsidy.placeholder and share is not None and _named(subsidy) and 0 < share <= ALL:
            yield {"zh": subsidy.zh, "en": subsidy.en, "share": f"{share.normalize():f}"}


def _named(subsidy: Subsidy) -> bool:
    """Whether the name tells the source: no other words stand for sources."""
    return all(source.lower() in f"{subsidy.zh} {subsidy.en}".lower() for source in subsidy.when.sources)


def _for(when: Conditions, kind: PatronKind | None) -> bool:
    return not when.patrons or kind is None or kind in when.patrons


def _said(when: Conditions) -> tuple[str, str] | None:
    """The conditions in both languages; None where some cannot be said."""
    if when.sources or when.readers or when.deliveries:
        return None
    if not when.regions <= set(words.REGIONS) or not when.literature <= set(words.LITERATURE):
        return None
    said = [*(words.REGIONS[r] for r in sorted(when.regions)), *(words.LITERATURE[x] for x in sorted(when.literature))]
    return "、".join(w.zh for w in said), ", ".join(w.en for w in said)


def _row(charge: Charge, conditions: tuple[str, str], currency: str) -> Row:
    zh, en = conditions
    row = {
        "zh": f"{charge.zh}（{zh}）" if zh else charge.zh,
        "en": f"{charge.en} ({en})" if en else charge.en,
        "per": charge.per.value,
    }
    return row if charge.per is Per.COST else {**row, "amount": f"{charge.amount:.2f}", "currency": currency}
