"""What a request costs and who pays it: tariffs as data, quotes that explain themselves line by line. Pure.

A tariff is one version of a price list, valid between two days, for one role of the office: as requester for its
patrons, or as supplier of other libraries. Its charges make the total, its subsidies the part that the patron does
not pay. Of several charges (or subsidies) of one name the first whose conditions hold applies. What a charge needs
and the request does not say is named in `Quote.missing`; such a quote is no fee. Nothing here remembers: a fee once
quoted stands in the transaction and in the books, and a later tariff never touches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from maild.domain.errors import NotFound
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import PatronKind

ALL = Decimal(100)


class NoTariff(NotFound):
    """No tariff is valid for that role on that day."""


class Role(StrEnum):
    """REQUESTER: we obtain for our patrons. SUPPLIER: we supply another library."""

    REQUESTER = "requester"
    SUPPLIER = "supplier"


class Per(StrEnum):
    """What a charge counts. COST is what a supplier, a post office or an owner asked, at cost."""

    ITEM = "item"
    PAGE = "page"
    VOLUME = "volume"
    COST = "cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one person has had of subsidies in the calendar year, before this request."""

    pages: int = 0
    subsidy: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be priced. `source`: the supplier (calis, nlc, …); `region`: '' for that of the source.

    costs  what was paid or asked at cost, by the names that the tariff uses (postage, owner, supplier)
    used   None where it is not known
    """

    service: Service = Service.COPY
    patron: PatronKind = PatronKind.INTERNAL
    reader: str = ""
    literature: str = ""
    source: str = ""
    region: str = ""
    delivery: str = "electronic"
    rush: bool = False
    pages: int | None = None
    volumes: int = 1
    costs: Mapping[str, Money] = field(default_factory=lambda: MappingProxyType({}))
    used: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """When a charge or subsidy applies; what is empty always holds."""

    services: frozenset[str] = frozenset()
    patrons: frozenset[str] = frozenset()
    readers: frozenset[str] = frozenset()
    literature: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    deliveries: frozenset[str] = frozenset()
    rush: bool | None = None

    def hold(self, request: Request) -> bool:
        """Whether every one of them holds for a request whose words are the tariff's (Tariff.plain)."""
        pairs = (
            (self.services, request.service),
            (self.patrons, request.patron),
            (self.readers, request.reader),
            (self.literature, request.literature),
            (self.sources, request.source),
            (self.regions, request.region),
            (self.deliveries, request.delivery),
        )
        return all(not wanted or said in wanted for wanted, said in pairs) and self.rush in (None, request.rush)

    def need_region(self, request: Request) -> bool:
        """Whether nothing but the region decides if they hold."""
        return bool(self.regions) and replace(self, regions=frozenset()).hold(request)

    def __str__(self) -> str:
        """In words: 'copy, internal, calis'."""
        lists = (
            self.services,
            self.patrons,
            self.readers,
            self.literature,
            self.sources,
            self.regions,
            self.deliveries,
        )
        return ", ".join([word for words in lists for word in sorted(words)] + ["rush"] * bool(self.rush))


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A part of the total. `amount` is for each page, volume or item; at COST the request says it (`cost`).

    free      so many pages or volumes are not counted       optional  a cost that is not told is none
    at_least, at_most  limits of the whole line              placeholder  the value is invented: replace it
    """

    name: str
    zh: str
    en: str
    per: Per
    amount: Decimal = Decimal(0)
    cost: str = ""
    optional: bool = False
    free: int = 0
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    when: Conditions = Conditions()
    placeholder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Up to a fee of `up_to` (None: any) `share` percent of it are subsidised, or a fixed `amount`."""

    up_to: Decimal | None = None
    share: Decimal | None = None
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy:
    """What is taken off the charges named in `of` (all where empty), at most what is left to pay.

    tiers       the first whose limit the fee does not exceed counts; a plain share or amount is a single tier
    free_pages  so many pages of a person and year are free instead
    cap_item, cap_year  most for one request, most for one person and calendar year
    """

    name: str
    zh: str
    en: str
    tiers: tuple[Tier, ...] = ()
    free_pages: int | None = None
    of: frozenset[str] = frozenset()
    cap_item: Decimal | None = None
    cap_year: Decimal | None = None
    when: Conditions = Conditions()
    placeholder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One version of a price list. `valid_until` is its last day, None for none yet.

    regions     region → sources that lie in it      literature  word of the tariff → other words for it
    """

    name: str
    role: Role
    version: str
    valid_from: date
    valid_until: date | None = None
    currency: str = "CNY"
    zh: str = ""
    en: str = ""
    charges: tuple[Charge, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    regions: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    literature: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))

    def valid(self, on: date) -> bool:
        """Whether it counts on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def placeholders(self) -> Iterator[str]:
        """Charges and subsidies whose values are not the office's own."""
        items: tuple[Charge | Subsidy, ...] = (*self.charges, *self.subsidies)
        for item in items:
            if item.placeholder:
                kind = "charge" if isinstance(item, Charge) else "subsidy"
                yield f"{kind} '{item.name}' for {item.when}" if str(item.when) else f"{kind} '{item.name}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """One line of a quote: `amount` is not positive for a subsidy; why_zh, why_en: how it came about ('' plain)."""

    name: str
    zh: str
    en: str
    amount: Money
    why_zh: str = ""
    why_en: str = ""
    subsidy: bool = False
    placeholder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A priced request: total − subsidy = payable. `missing`: what has to be known before it is a fee."""

    lines: tuple[QuoteLine, ...]
    total: Money
    subsidy: Money
    payable: Money
    tariff: str
    version: str
    placeholders: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def charges(self) -> tuple[QuoteLine, ...]:
        """The lines that make the total."""
        return tuple(line for line in self.lines if not line.subsidy)

    def fee_lines(self) -> tuple[Mapping[str, str], ...]:
        """The lines that make the total, as the data of a fee notice have them (notify.fees)."""
        return tuple(
            {
                "label_zh": _with(line.zh, line.why_zh, "（", "）"),
                "label_en": _with(line.en, line.why_en, " (", ")"),
                "amount": f"{line.amount.amount:.2f}",
            }
            for line in self.charges
        )


def _with(label: str, why: str, left: str, right: str) -> str:
    return f"{label}{left}{why}{right}" if why else label
