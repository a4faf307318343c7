"""What a request costs and who pays it: tariffs as data, quotes that explain themselves line by line. Pure.

A tariff is one version of a price list, valid between two days, for one role of the office: as requester for its
patrons, or as supplier of other libraries. Its charges make the total, its subsidies the part that the patron does
not pay. Of several charges (or subsidies) of one name the first whose conditions hold applies. What a charge needs
and the request does not say is named in `Quote.missing`; such a quote is no fee. Nothing here remembers: a fee once
quoted stands in the transaction and in the books, and a later tariff never touches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from maild.domain.accounting.money import Money
from maild.domain.errors import NotFound
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


def quote(tariffs: Sequence[Tariff], request: Request, on: date, *, role: Role = Role.REQUESTER) -> Quote:
    """Price a request by the tariff that is valid on that day. Raises NoTariff."""
    tariff = next((one for one in tariffs if one.role is role and one.valid(on)), None)
    if tariff is None:
        raise NoTariff(f"no {role} tariff is valid on {on.isoformat()}", remedy="add one to the folder rules/fees")
    return _Pricing(tariff, _plain(tariff, request)).quote()


def _plain(tariff: Tariff, request: Request) -> Request:
    """The request in the tariff's own words, with the region of its source."""
    source, kind = request.source.strip().lower(), request.literature.strip().lower()
    kind = next((word for word, others in tariff.literature.items() if kind == word or kind in others), kind)
    region = request.region or next((name for name, among in tariff.regions.items() if source in among), "")
    return replace(request, source=source, literature=kind, region=region, reader=request.reader.strip().lower())


class _Pricing:
    """One quote in the making."""

    def __init__(self, tariff: Tariff, request: Request) -> None:
        self._tariff, self._request = tariff, request
        self._lines: list[QuoteLine] = []
        self._missing: list[str] = []
        self._unit = "元" if tariff.currency == "CNY" else tariff.currency
        self._pages: list[tuple[str, int, Decimal]] = []  # (charge, pages counted, price of one)

    def quote(self) -> Quote:
        if not self._request.region and any(one.when.need_region(self._request) for one in self._tariff.charges):
            self._missing.append("region")
        for charge in _first_of_each(self._tariff.charges, self._request):
            self._charge(charge)
        total = self._sum()
        for subsidy in _first_of_each(self._tariff.subsidies, self._request):
            self._subsidise(subsidy)
        payable = self._sum()
        return Quote(
            lines=tuple(self._lines),
            total=total,
            subsidy=total - payable,
            payable=payable,
            tariff=self._tariff.name,
            version=self._tariff.version,
            placeholders=tuple(line.name for line in self._lines if line.placeholder),
            missing=tuple(dict.fromkeys(self._missing)),
        )

    def _sum(self, names: frozenset[str] = frozenset()) -> Money:
        amounts = (line.amount for line in self._lines if not names or line.name in names)
        return sum(amounts, self._money(Decimal(0)))

    def _money(self, amount: Decimal) -> Money:
        return Money.of(amount, self._tariff.currency)

    def _charge(self, charge: Charge) -> None:
        found = self._at_cost(charge) if charge.per is Per.COST else self._counted(charge)
        if found is None:
            return
        amount, zh, en = found
        if charge.at_least is not None and amount < charge.at_least:
            amount, zh, en = (
                charge.at_least,
                f"{zh}，最低 {charge.at_least} {self._unit}",
                f"{en}, at least {charge.at_least}",
            )
        if charge.at_most is not None and amount > charge.at_most:
            amount, zh, en = (
                charge.at_most,
                f"{zh}，最高 {charge.at_most} {self._unit}",
                f"{en}, at most {charge.at_most}",
            )
        self._lines.append(
            QuoteLine(
                name=charge.name,
                zh=charge.zh,
                en=charge.en,
                amount=self._money(amount),
                why_zh=zh.lstrip("，"),
                why_en=en.lstrip(", "),
                placeholder=charge.placeholder,
            )
        )

    def _at_cost(self, charge: Charge) -> tuple[Decimal, str, str] | None:
        cost = self._request.costs.get(charge.cost)
        if cost is None:
            if not charge.optional:
                self._missing.append(charge.cost)
            return None
        if cost.currency != self._tariff.currency:
            self._missing.append(f"{charge.cost} in {self._tariff.currency}")
            return None
        return cost.amount, "按实际费用", "at cost"

    def _counted(self, charge: Charge) -> tuple[Decimal, str, str] | None:
        if charge.per is Per.ITEM:
            return charge.amount, "", ""
        count, zh, en = self._request.volumes, "册", "volume"
        if charge.per is Per.PAGE:
            if self._request.pages is None:
                self._missing.append("pages")
                return None
            count, zh, en = self._request.pages, "页", "page"
        counted = max(0, count - charge.free)
        if charge.per is Per.PAGE:
            self._pages.append((charge.name, counted, charge.amount))
        free_zh, free_en = (f"，前 {charge.free} {zh}免费", f", first {charge.free} free") if charge.free else ("", "")
        plural = en if count == 1 else f"{en}s"
        why = (f"{count} {zh} × {charge.amount} {self._unit}{free_zh}", f"{count} {plural} × {charge.amount}{free_en}")
        return counted * charge.amount, *why

    def _subsidise(self, subsidy: Subsidy) -> None:
        base = min(self._sum(subsidy.of) if subsidy.of else self._sum(), self._sum())
        if base.amount <= 0:
            return
        found = (
            self._free_pages(subsidy)
            if subsidy.free_pages is not None
            else _tiered(subsidy.tiers, base.amount, self._unit)
        )
        amount, zh, en = found
        amount = min(amount, base.amount)
        for cap, words in self._caps(subsidy):
            if amount > cap:
                amount, zh, en = cap, f"{zh}，{words[0]}", f"{en}, {words[1]}"
        line = QuoteLine(
            name=subsidy.name,
            zh=subsidy.zh,
            en=subsidy.en,
            amount=-self._money(max(amount, Decimal(0))),
            why_zh=zh,
            why_en=en,
            subsidy=True,
            placeholder=subsidy.placeholder,
        )
        self._lines.append(line)

    def _caps(self, subsidy: Subsidy) -> Iterator[tuple[Decimal, tuple[str, str]]]:
        if subsidy.cap_item is not None:
            yield subsidy.cap_item, (f"每件最高 {subsidy.cap_item} {self._unit}", f"at most {subsidy.cap_item} an item")
        if subsidy.cap_year is not None:
            left = max(Decimal(0), subsidy.cap_year - self._used().subsidy)
            words = (
                f"每人每年最高 {subsidy.cap_year} {self._unit}，尚余 {left} {self._unit}",
                f"at most {subsidy.cap_year} a person and year, {left} left",
            )
            yield left, words

    def _free_pages(self, subsidy: Subsidy) -> tuple[Decimal, str, str]:
        most = subsidy.free_pages or 0
        left = start = max(0, most - self._used().pages)
        amount = Decimal(0)
        for name, pages, price in self._pages:
            if not subsidy.of or name in subsidy.of:
                taken = min(left, pages)
                left -= taken
                amount += taken * price
        words = (
            f"每年 {most} 页免费，本次 {start - left} 页",
            f"{most} pages a year are free, {start - left} of them here",
        )
        return amount, *words

    def _used(self) -> Usage:
        if self._request.used is None:
            self._missing.append("used")
        return self._request.used or Usage()


T = TypeVar("T", Charge, Subsidy)


def _first_of_each(items: Sequence[T], request: Request) -> Iterator[T]:
    """Of each name the first whose conditions hold, in the order of the file."""
    seen: set[str] = set()
    for item in items:
        if item.name not in seen and item.when.hold(request):
            seen.add(item.name)
            yield item


def _tiered(tiers: Sequence[Tier], base: Decimal, unit: str) -> tuple[Decimal, str, str]:
    tier = next((one for one in tiers if one.up_to is None or base <= one.up_to), None)
    if tier is None:
        return Decimal(0), "超出补贴范围", "beyond the subsidised range"
    single = len(tiers) == 1 and tier.up_to is None
    zh, en = ("", "") if single else (f"费用 {base} {unit}：", f"for a fee of {base}: ")
    if tier.share is None:
        return tier.amount, f"{zh}减免 {tier.amount} {unit}", f"{en}less {tier.amount}"
    amount = Money.of(base * tier.share / ALL).amount  # half up to the cent
    share = f"{tier.share:f}%"
    return amount, f"{zh}补贴 {share}", f"{en}{share} subsidised"


def _with(label: str, why: str, left: str, right: str) -> str:
    return f"{label}{left}{why}{right}" if why else label
