"""The trusted providers: rules/providers.toml, found again by domain or address; beside them the institutions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from maild.classify.institutions import Institution, Institutions
from maild.domain.incoming.letter import BY_LETTER

LEAST_BORROWED = 4  # letters of a provider's domain that no library's has by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A supplying library or the request system; `addresses` are trusted though their domain is not.

    contact   the address that takes our queries, '' where none is known
    language  in which it is written to, '' for both
    asks      what the contact takes by mail without a person of ours looking at it first (Asking's values)
    agencies: its ids in ISO 18626 messages, 'TYPE:VALUE'
    institution: only the directory of institutions knows it: what it says needs more than a number
    listed: False: not even that one, but a registry vouches for it
    shown: only its name beside a short address at its domain says that it is the library's
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
    institution: bool = False
    networks: tuple[str, ...] = ()
    listed: bool = True
    shown: bool = False


class Providers(Mapping[str, Provider]):
    """Providers by id; institutions are found by address and by `known`."""

    def __init__(self, providers: Iterable[Provider], institutions: Institutions | None = None) -> None:
        self.institutions = institutions or Institutions()
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

    def of_address(self, address: str, named: str = "", shown: str = "") -> Provider | None:
        """The provider whose address, domain or parent domain it is, else the institution that speaks from there.

        named  id of whom staff said that the address speaks for: a provider or an institution; BY_LETTER: a librarian
               wrote to it, so that it speaks for itself, about what it was asked
        shown  the name beside the address: a library's own may speak for it where the address alone does not, and for a
               library that no file knows
        """
        if address in self._by_address:
            return self._by_address[address]
        if known := next(
            (self._by_domain[d] for d in parents(address.rpartition("@")[2]) if d in self._by_domain), None
        ):
            return known
        if named and named != BY_LETTER:
            return self.speaker(named)
        institution = self.institutions.speaks(address)
        if institution is None and (showing := self.institutions.shows(address, shown)):
            return replace(as_provider(showing), shown=True)
        if institution is None and (unheard := self.institutions.unheard_of(address, shown)) and not named:
            return None if self._borrows(unheard.id) else replace(as_provider(unheard), shown=True)
        if institution is None and named:
            written = self.institutions.by_letter(address)
            return as_provider(written) if written else None
        if institution is None or (not institution.listed and self._borrows(institution.id)):
            return None
        return as_provider(institution)

    def _borrows(self, domain: str) -> bool:
        """Whether a domain that no file lists is made of a provider's name ('notcalis.edu.cn')."""
        label = domain.partition(".")[0]
        known = (name.partition(".")[0] for name in self._by_domain)
        return any(len(name) >= LEAST_BORROWED and name in label for name in known)

    def speaker(self, name: str) -> Provider | None:
        """Whom a person can name as speaking: an institution by id, a provider as if it were no more than one."""
        if institution := self.institutions.by_id.get(name):
            return as_provider(institution)
        provider = self._by_id.get(name)
        return replace(provider, institution=True) if provider and not provider.system else None


def as_provider(institution: Institution) -> Provider:
    """An institution as who supplies."""
    return Provider(
        id=institution.id,
        name_zh=institution.library_names[0],
        name_en=institution.library_names[1],
        names=institution.every_name,
        domains=institution.domains,
        institution=True,
        networks=institution.networks,
        listed=institution.listed,
    )


def parents(domain: str) -> list[str]:
    """The domain and the domains above it, but no top-level domain: 'a.b.c' → ['a.b.c', 'b.c']."""
    labels = domain.lower().rstrip(".").split(".")
    return [".".join(labels[i:]) for i in range(len(labels) - 1)]
