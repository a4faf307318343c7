"""A request priced by the tariff that is valid on a day, line by line. Pure; its nouns are in fees.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from maild.domain.accounting.fees import (
    ALL,
    Charge,
    NoTariff,
    Per,
    Quote,
    QuoteLine,
    Request,
    Role,
    Subsidy,
    Tariff,
    Tier,
    Usage,
)
from maild.domain.money import Money


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
