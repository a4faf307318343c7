"""Tariffs from rules/fees/*.toml: read strictly, every fault with file, line and remedy. docs/fees.md has the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from maild.domain.accounting.fees import ALL, Charge, Conditions, Per, Role, Subsidy, Tariff, Tier
from maild.domain.errors import RuleError
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import PatronKind
from maild.resources import data_folder
from maild.tables import Source, read_toml

FOLDER = "fees"
_HELP = "see docs/fees.md and the shipped files in rules/fees"
_TARIFF = {
    "role",
    "version",
    "valid_from",
    "valid_until",
    "currency",
    "zh",
    "en",
    "regions",
    "literature",
    "charge",
    "subsidy",
}
_CHARGE = {
    "name",
    "zh",
    "en",
    "per",
    "amount",
    "cost",
    "optional",
    "free",
    "at_least",
    "at_most",
    "when",
    "placeholder",
}
_SUBSIDY = {
    "name",
    "zh",
    "en",
    "share",
    "amount",
    "tiers",
    "free_pages",
    "of",
    "cap_item",
    "cap_year",
    "when",
    "placeholder",
}
_TIER = {"up_to", "share", "amount"}
_WHEN = {"services", "patrons", "readers", "literature", "sources", "regions", "deliveries", "rush"}
_MOST = Decimal(1_000_000)

E = TypeVar("E", bound=StrEnum)


def load_tariffs(folders: Iterable[Path]) -> tuple[Tariff, ...]:
    """All tariffs of the rule folders (the shipped one first; a file of the same name replaces it), newest first.

    Raises RuleError for the first thing that is wrong, and where two of one role are valid on one day.
    """
    files = {path.name: path for folder in folders for path in sorted((folder / FOLDER).glob("*.toml"))}
    read = [(path, _Reader(read_toml(path)).tariff()) for _, path in sorted(files.items())]
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


class _Reader:
    """One file."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def tariff(self) -> Tariff:
        data = self._source.data
        self._known("", data, _TARIFF)
        start, end = self._day("valid_from"), self._day("valid_until") if "valid_until" in data else None
        if end is not None and end < start:
            raise self._fault("valid_until", "is before valid_from")
        charges = tuple(self._charge(f"charge[{n}]", item) for n, item in enumerate(self._tables("charge")))
        if not charges:
            raise self._fault("charge", "a tariff needs at least one [[charge]]")
        names = frozenset(charge.name for charge in charges)
        subsidies = [self._subsidy(f"subsidy[{n}]", item, names) for n, item in enumerate(self._tables("subsidy"))]
        tariff = Tariff(
            name=self._source.path.stem,
            role=self._word("role", data.get("role"), Role),
            version=self._text("version", data.get("version")),
            valid_from=start,
            valid_until=end,
            currency=self._currency(data.get("currency", "CNY")),
            zh=self._text("zh", data.get("zh")),
            en=self._text("en", data.get("en")),
            charges=charges,
            subsidies=tuple(subsidies),
            regions=self._groups("regions"),
            literature=self._groups("literature"),
        )
        self._regions_known(tariff)
        return tariff

    def _charge(self, where: str, data: Mapping[str, Any]) -> Charge:
        self._known(where, data, _CHARGE)
        per = self._word(f"{where}.per", data.get("per"), Per)
        if (per is Per.COST) != ("cost" in data) or (per is Per.COST) == ("amount" in data):
            raise self._fault(f"{where}.per", 'per = "cost" needs cost, everything else needs amount')
        if "free" in data and per not in (Per.PAGE, Per.VOLUME):
            raise self._fault(f"{where}.free", "only pages and volumes can be free")
        if "optional" in data and per is not Per.COST:
            raise self._fault(f"{where}.optional", "only a cost can be optional")
        low, high = self._limit(where, data, "at_least"), self._limit(where, data, "at_most")
        if low is not None and high is not None and low > high:
            raise self._fault(f"{where}.at_least", "is more than at_most")
        return Charge(
            **self._common(where, data),
            per=per,
            cost=self._text(f"{where}.cost", data.get("cost", "-")).strip("-"),
            amount=self._amount(f"{where}.amount", data["amount"]) if "amount" in data else Decimal(0),
            optional=self._flag(f"{where}.optional", data.get("optional", False)),
            at_least=low,
            at_most=high,
            free=self._whole(f"{where}.free", data.get("free", 0)),
        )

    def _subsidy(self, where: str, data: Mapping[str, Any], charges: frozenset[str]) -> Subsidy:
        self._known(where, data, _SUBSIDY)
        ways = [name for name in ("share", "amount", "tiers", "free_pages") if name in data]
        if len(ways) != 1:
            raise self._fault(where, "needs exactly one of share, amount, tiers and free_pages")
        of = self._words(f"{where}.of", data.get("of", []))
        if unknown := sorted(of - charges):
            raise self._fault(f"{where}.of", f"there is no charge {unknown[0]!r}")
        tiers: tuple[Tier, ...] = ()
        if ways != ["free_pages"]:
            tiers = self._tiers(where, data["tiers"] if "tiers" in data else [{ways[0]: data[ways[0]]}])
        free = self._whole(f"{where}.free_pages", data["free_pages"]) if "free_pages" in data else None
        return Subsidy(
            **self._common(where, data),
            tiers=tiers,
            free_pages=free,
            of=of,
            cap_item=self._limit(where, data, "cap_item"),
            cap_year=self._limit(where, data, "cap_year"),
        )

    def _tiers(self, where: str, found: object) -> tuple[Tier, ...]:
        where = f"{where}.tiers" if isinstance(found, list) and len(found) > 1 else where
        if not isinstance(found, list) or not found or not all(isinstance(item, Mapping) for item in found):
            raise self._fault(where, "a list of tables is needed")
        tiers = []
        for item in found:
            self._known(where, item, _TIER)
            if ("share" in item) == ("amount" in item):
                raise self._fault(where, "each tier has either share or amount")
            share = self._share(where, item["share"]) if "share" in item else None
            amount = self._amount(where, item["amount"]) if "amount" in item else Decimal(0)
            limit = self._amount(where, item["up_to"]) if "up_to" in item else None
            tiers.append(Tier(up_to=limit, share=share, amount=amount))
        limits = [tier.up_to for tier in tiers]
        ends = [Decimal("Infinity") if limit is None else limit for limit in limits]
        if ends != sorted(set(ends)):
            raise self._fault(where, "limits must rise, and only the last tier may have none")
        return tuple(tiers)

    def _common(self, where: str, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "name": self._text(f"{where}.name", data.get("name")),
            "zh": self._text(f"{where}.zh", data.get("zh")),
            "en": self._text(f"{where}.en", data.get("en")),
            "when": self._when(f"{where}.when", data.get("when", {})),
            "placeholder": self._flag(f"{where}.placeholder", data.get("placeholder", False)),
        }

    def _when(self, where: str, data: object) -> Conditions:
        if not isinstance(data, Mapping):
            raise self._fault(where, "a table is needed")
        self._known(where, data, _WHEN)
        lists = {name: self._words(where, value) for name, value in data.items() if name != "rush"}
        for name, words in (("services", Service), ("patrons", PatronKind)):
            if wrong := sorted(lists.get(name, frozenset()) - set(words)):
                raise self._fault(where, f"{name}: {wrong[0]!r} is not one of {', '.join(words)}")
        rush = self._flag(where, data["rush"]) if "rush" in data else None
        return Conditions(**lists, rush=rush)

    def _regions_known(self, tariff: Tariff) -> None:
        found: tuple[tuple[str, Sequence[Charge | Subsidy]], ...] = (
            ("charge", tariff.charges),
            ("subsidy", tariff.subsidies),
        )
        for kind, items in found:
            for n, item in enumerate(items):
                for name, known in (("regions", tariff.regions), ("literature", tariff.literature)):
                    if wrong := sorted(getattr(item.when, name) - set(known)):
                        raise self._fault(f"{kind}[{n}].when", f"{name}: {wrong[0]!r} is not in [{name}]")

    def _groups(self, name: str) -> Mapping[str, frozenset[str]]:
        table = self._source.data.get(name, {})
        if not isinstance(table, Mapping):
            raise self._fault(name, "a table is needed")
        groups = {key: self._words(f"{name}.{key}", value) for key, value in table.items()}
        members = [member for group in groups.values() for member in group]
        if twice := sorted({member for member in members if members.count(member) > 1}):
            raise self._fault(name, f"{twice[0]!r} is named twice")
        return MappingProxyType(groups)

    def _tables(self, name: str) -> Sequence[Mapping[str, Any]]:
        found = self._source.data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
            raise self._fault(name, f"write it as [[{name}]]")
        return found

    def _known(self, where: str, data: Mapping[str, Any], known: set[str]) -> None:
        for name in data:
            if name not in known:
                field = f"{where}.{name}" if where else name
                raise self._fault(field, f"is not known; known: {', '.join(sorted(known))}")

    def _fault(self, field: str, reason: str) -> RuleError:
        return self._source.error(field, reason, _HELP)

    def _text(self, where: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._fault(where, "a text is needed")
        return value

    def _words(self, where: str, value: object) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise self._fault(where, "a list of texts is needed")
        return frozenset(word.strip().lower() for word in value)

    def _word(self, where: str, value: object, words: type[E]) -> E:
        if value not in set(words):
            raise self._fault(where, f"{value!r} is not one of {', '.join(words)}")
        return words(str(value))

    def _flag(self, where: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._fault(where, "true or false is needed")
        return value

    def _whole(self, where: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= int(_MOST):
            raise self._fault(where, "a whole number, not negative, is needed")
        return value

    def _amount(self, where: str, value: object) -> Decimal:
        """Amounts are written in quotes: TOML's numbers are binary floats."""
        try:
            amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not 0 <= amount <= _MOST:
            raise self._fault(where, 'an amount in quotes, not negative, is needed, such as "0.30"')
        return amount

    def _limit(self, where: str, data: Mapping[str, Any], name: str) -> Decimal | None:
        return self._amount(f"{where}.{name}", data[name]) if name in data else None

    def _share(self, where: str, value: object) -> Decimal:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= ALL:
            raise self._fault(where, "share is a whole number of percent from 0 to 100")
        return Decimal(value)

    def _currency(self, value: object) -> str:
        if not isinstance(value, str) or len(value) != 3 or not value.isalpha() or not value.isupper():
            raise self._fault("currency", "an ISO 4217 code is needed, such as CNY")
        return value

    def _day(self, name: str) -> date:
        value = self._source.data.get(name)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._fault(name, "a day is needed, without quotes, such as 2026-01-01")
        return value
