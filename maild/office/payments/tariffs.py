"""Tariffs from rules/fees/*.toml: read strictly, every fault with file, line and remedy. docs/fees.md has the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from maild.domain.accounting.fees import ALL, Charge, Conditions, Per, Role, Subsidy, Tariff, Tier
from maild.domain.errors import RuleError
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import PatronKind
from maild.resources import data_folder
from maild.tables import Source, read_toml
from maild.tables.table import From, Limits, Some, Wrong, plain, read_as

FOLDER = "fees"
HELP = "see docs/fees.md and the shipped files in rules/fees"
MOST = 1_000_000


def _amount(text: str) -> Decimal:
    """Amounts are written in quotes: TOML's numbers are binary floats."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise ValueError("no amount, or a negative one")
    return amount


def _currency(code: str) -> str:
    if len(code) != 3 or not code.isalpha() or not code.isupper():
        raise ValueError("an ISO 4217 code is needed, such as CNY")
    return code


def _lower(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in words)


def _of(words: type[StrEnum]) -> From:
    """Words of an Enum, in any case."""

    def made(said: tuple[str, ...]) -> frozenset[str]:
        found = _lower(said)
        if wrong := sorted(found - set(words)):
            raise ValueError(f"{wrong[0]!r} is not one of {', '.join(words)}")
        return found

    return From(made, tuple[str, ...])


_Amount = Annotated[Decimal, From(_amount, str, wanted='an amount in quotes, such as "0.30"')]
_Share = Annotated[Decimal, From(Decimal, Annotated[int, Limits(0, int(ALL))])]
_Count = Annotated[int, Limits(0, MOST)]
_Words = Annotated[frozenset[str], From(_lower, tuple[str, ...])]


@dataclass(frozen=True, slots=True, kw_only=True)
class _When(Conditions):
    services: Annotated[frozenset[str], _of(Service)] = frozenset()
    patrons: Annotated[frozenset[str], _of(PatronKind)] = frozenset()
    readers: _Words = frozenset()
    literature: _Words = frozenset()
    sources: _Words = frozenset()
    regions: _Words = frozenset()
    deliveries: _Words = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charge:
    name: str
    zh: str
    en: str
    per: Per
    amount: _Amount | None = None
    cost: str = ""
    optional: bool | None = None
    free: _Count | None = None
    at_least: _Amount | None = None
    at_most: _Amount | None = None
    when: _When = _When()
    placeholder: bool = False

    def __post_init__(self) -> None:
        at_cost = self.per is Per.COST
        if at_cost != bool(self.cost) or at_cost != (self.amount is None):
            raise Wrong(("per",), 'per = "cost" needs cost, everything else needs amount')
        if self.free is not None and self.per not in (Per.PAGE, Per.VOLUME):
            raise Wrong(("free",), "only pages and volumes can be free")
        if self.optional is not None and not at_cost:
            raise Wrong(("optional",), "only a cost can be optional")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise Wrong(("at_least",), "is more than at_most")

    def charge(self) -> Charge:
        return Charge(
            name=self.name,
            zh=self.zh,
            en=self.en,
            per=self.per,
            amount=self.amount or Decimal(0),
            cost=self.cost,
            optional=self.optional or False,
            free=self.free or 0,
            at_least=self.at_least,
            at_most=self.at_most,
            when=plain(self.when, Conditions),
            placeholder=self.placeholder,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tier:
    up_to: _Amount | None = None
    share: _Share | None = None
    amount: _Amount | None = None

    def __post_init__(self) -> None:
        if (self.share is None) == (self.amount is None):
            raise ValueError("each tier has either share or amount")

    def tier(self) -> Tier:
        return Tier(up_to=self.up_to, share=self.share, amount=self.amount or Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subsidy:
    name: str
    zh: str
    en: str
    share: _Share | None = None
    amount: _Amount | None = None
    tiers: Annotated[tuple[_Tier, ...], Some] | None = None
    free_pages: _Count | None = None
    of: _Words = frozenset()
    cap_item: _Amount | None = None
    cap_year: _Amount | None = None
    when: _When = _When()
    placeholder: bool = False

    def __post_init__(self) -> None:
        if sum(way is not None for way in (self.share, self.amount, self.tiers, self.free_pages)) != 1:
            raise ValueError("needs exactly one of share, amount, tiers and free_pages")
        ends = [Decimal("Infinity") if tier.up_to is None else tier.up_to for tier in self.tiers or ()]
        if ends != sorted(set(ends)):
            raise Wrong(("tiers",), "limits must rise, and only the last tier may have none")

    def subsidy(self) -> Subsidy:
        tiers = self.tiers or (() if self.free_pages is not None else (_Tier(share=self.share, amount=self.amount),))
        return Subsidy(
            name=self.name,
            zh=self.zh,
            en=self.en,
            tiers=tuple(tier.tier() for tier in tiers),
            free_pages=self.free_pages,
            of=self.of,
            cap_item=self.cap_item,
            cap_year=self.cap_year,
            when=plain(self.when, Conditions),
            placeholder=self.placeholder,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tariff:
    role: Role
    version: str
    valid_from: date
    zh: str
    en: str
    charge: Annotated[tuple[_Charge, ...], Some]
    valid_until: date | None = None
    currency: Annotated[str, From(_currency, str)] = "CNY"
    subsidy: tuple[_Subsidy, ...] = ()
    regions: Mapping[str, _Words] = field(default_factory=dict)
    literature: Mapping[str, _Words] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise Wrong(("valid_until",), "is before valid_from")
        charges = {one.name for one in self.charge}
        for n, one in enumerate(self.subsidy):
            if unknown := sorted(one.of - charges):
                raise Wrong(("subsidy", n, "of"), f"there is no charge {unknown[0]!r}", f"one of: {', '.join(charges)}")
        for name, groups in (("regions", self.regions), ("literature", self.literature)):
            members = [member for group in groups.values() for member in group]
            if twice := sorted({member for member in members if members.count(member) > 1}):
                raise Wrong((name,), f"{twice[0]!r} is named twice")
            for kind, whens in (("charge", [c.when for c in self.charge]), ("subsidy", [s.when for s in self.subsidy])):
                for n, when in enumerate(whens):
                    if wrong := sorted(getattr(when, name) - set(groups)):
                        raise Wrong((kind, n, "when", name), f"{wrong[0]!r} is not in [{name}]")

    def tariff(self, name: str) -> Tariff:
        return Tariff(
            name=name,
            role=self.role,
            version=self.version,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            currency=self.currency,
            zh=self.zh,
            en=self.en,
            charges=tuple(one.charge() for one in self.charge),
            subsidies=tuple(one.subsidy() for one in self.subsidy),
            regions=self.regions,
            literature=self.literature,
        )


def read_tariff(source: Source) -> Tariff:
    """One file. Raises RuleError naming file, line and key."""
    said: _Tariff = read_as(_Tariff, source, HELP)
    return said.tariff(source.path.stem)


def load_tariffs(folders: Iterable[Path]) -> tuple[Tariff, ...]:
    """All tariffs of the rule folders (the shipped one first; a file of the same name replaces it), newest first.

    Raises RuleError for the first thing that is wrong, and where two of one role are valid on one day.
    """
    files = {path.name: path for folder in folders for path in sorted((folder / FOLDER).glob("*.toml"))}
    read = [(path, read_tariff(read_toml(path))) for _, path in sorted(files.items())]
    for place, (path, tariff) in enumerate(read):
        for _, other in read[:place]:
            if tariff.role is other.role and _overlap(tariff, other):
                remedy = "give the older one a valid_until, or put a file of its name into the office's folder"
                raise RuleError(f"{path}: valid at the same time as {other.name}", remedy=remedy)
    return tuple(sorted((tariff for _, tariff in read), key=lambda one: one.valid_from, reverse=True))


def tariffs_in_force(rules_folder: str = "") -> tuple[Tariff, ...]:
    """The shipped tariffs and those of the office's rules folder ('' for none)."""
    return load_tariffs([data_folder("rules"), *([Path(rules_folder)] if rules_folder else [])])


def _overlap(one: Tariff, other: Tariff) -> bool:
    return one.valid_from <= (other.valid_until or date.max) and other.valid_from <= (one.valid_until or date.max)
