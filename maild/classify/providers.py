"""The trusted providers: rules/providers.toml, found again by domain or address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A supplying library or the request system; `addresses` are trusted though their domain is not.

    contact   the address that takes our queries, '' where none is known
    language  in which it is written to, '' for both
    asks      what the contact takes by mail without a person of ours looking at it first (Asking's values)
    agencies: its ids in ISO 18626 messages, 'TYPE:VALUE'
    """

    id: str
    name_zh: str
    name_en: str
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    system: bool = False
    names: tuple[str, ...] = ()
    contact: str = ""
    language: str = ""
    asks: frozenset[str] = frozenset()
    agencies: tuple[str, ...] = ()


class Providers(Mapping[str, Provider]):
    """Providers by id."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._by_id = {p.id: p for p in providers}
        self._by_domain = {d: p for p in self._by_id.values() for d in p.domains}
        self._by_address = {a: p for p in self._by_id.values() for a in p.addresses}

    def __getitem__(self, key: str) -> Provider:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def of_agency(self, kind: str, value: str) -> Provider | None:
        """The provider with that agency id; failing that, the one whose id or name the value is (any case)."""
        named, plain = f"{kind}:{value}".casefold(), value.strip().casefold()
        for provider in self._by_id.values():
            if named in (agency.casefold() for agency in provider.agencies):
                return provider
        for provider in self._by_id.values():
            known = (provider.id, provider.name_zh, provider.name_en, *provider.names)
            if plain in (name.casefold() for name in known):
                return provider
        return None

    def of_address(self, address: str) -> Provider | None:
        """The provider whose address, domain or parent domain it is."""
        if address in self._by_address:
            return self._by_address[address]
        return next((self._by_domain[d] for d in parents(address.rpartition("@")[2]) if d in self._by_domain), None)


def parents(domain: str) -> list[str]:
    """The domain and the domains above it, but no top-level domain: 'a.b.c' → ['a.b.c', 'b.c']."""
    labels = domain.lower().rstrip(".").split(".")
    return [".".join(labels[i:]) for i in range(len(labels) - 1)]
