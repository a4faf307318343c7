"""Providers by one name on all pages and in all figures, however a request, an import or a mail has written it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.classify.providers import Providers
from maild.match.words import fold


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom a provider's name means, however it is written. names: id → (zh, en); ours: ids of our own house."""

    ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    ours: frozenset[str] = frozenset()

    @classmethod
    def of(cls, providers: Providers, own_domain: str = "") -> Naming:
        """That of the providers and the directory; `own_domain`: where the office's own mail comes from."""
        directory = providers.institutions
        rows = [(one.id, one.library_names, (one.id, *one.every_name)) for one in directory]
        rows += [(p.id, (p.name_zh, p.name_en), (p.id, p.name_zh, p.name_en, *p.names)) for p in providers.values()]
        found = directory.of_domain(own_domain) if own_domain else None
        return cls(
            ids={fold(name): key for key, _, names in rows for name in names if fold(name)},
            names={key: (zh, en) for key, (zh, en), _ in rows},
            ours=frozenset([found[0].id] if found else []),
        )

    def of_name(self, name: str) -> str:
        """The id of whom the name means; else the name itself."""
        return self.ids.get(fold(name), name.strip())

    def every(self, name: str, written: Iterable[str]) -> tuple[str, ...]:
        """The name, and all others of those written that mean the same, as figures take them."""
        meant = self.of_name(name)
        return tuple({name, *(one for one in written if self.of_name(one) == meant)})

    def name(self, key: str, locale: str) -> str:
        """What whom the name or id means is called, in that language; a name that nobody knows as it is."""
        found = self.names.get(self.of_name(key))
        return key if found is None else found[0 if locale.startswith("zh") else 1] or key
