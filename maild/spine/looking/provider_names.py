"""How providers and institutions are called, for telling them apart in a transaction's provider field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.classify.providers import Providers
from maild.match.words import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderNames:
    """Who the providers are, for telling them apart in a transaction's provider field.

    names    provider or institution id → its names, folded
    systems  ids that speak for every provider (the request system)
    unchecked institution ids whose domain nobody has looked up: their name beside a number proves nothing
    networks id, or '.' and a registry's suffix → the ids and names, folded, of the networks it supplies in
    passing_on  the folded names of all networks
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    systems: frozenset[str] = frozenset()
    unchecked: frozenset[str] = frozenset()
    networks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    passing_on: frozenset[str] = frozenset()

    def of(self, provider: str) -> tuple[str, ...]:
        """Its names; a library that no file lists is called as its domain is."""
        return self.names.get(provider, (fold(provider),) if provider else ())

    def nets(self, provider: str) -> tuple[str, ...]:
        """The networks it supplies in; of a library that no file lists those of whom its registry lets in."""
        return self.networks.get(provider, self.networks.get(f".{provider.partition('.')[2]}", ()))

    @property
    def system_names(self) -> frozenset[str]:
        return frozenset(name for key in self.systems for name in self.names.get(key, ()))

    def others(self, provider: str) -> frozenset[str]:
        """The names of all for whom that provider does not speak: a network speaks for its libraries."""
        own = set(self.names.get(provider, ()))
        named = set(self.networks.get(provider, ()))
        return frozenset(
            name
            for key, names in self.names.items()
            if key != provider and not (own.intersection(self.networks.get(key, ())))
            for name in names
            if name not in own and name not in named
        )


def provider_names(providers: Providers) -> ProviderNames:
    """Names of providers and institutions, folded for comparison."""
    rows = {p.id: (p.id, *p.names, p.name_zh, p.name_en) for p in providers.values()}
    known = {i.id: i.every_name for i in providers.institutions}
    nets = {each.id: each.networks for each in (*providers.institutions, *providers.values()) if each.networks}
    nets |= {f".{suffix}": said for suffix, said in providers.institutions.speaking.registries.items()}
    networks = {
        key: tuple(name for net in said for name in (fold(net), *map(fold, rows.get(net.lower(), ()))))
        for key, said in nets.items()
    }
    return ProviderNames(
        names=MappingProxyType({k: tuple(dict.fromkeys(map(fold, v))) for k, v in {**known, **rows}.items()}),
        systems=frozenset(p.id for p in providers.values() if p.system),
        unchecked=frozenset(i.id for i in providers.institutions if not i.checked),
        networks=MappingProxyType(networks),
        passing_on=frozenset().union(*networks.values()),
    )
