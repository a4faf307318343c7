"""What is known of recipients' mail systems (rules/whitelist.toml): whitelist steps and size limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from maild.notify.language.locales import LOCALES, ZH
from maild.tables import Source
from maild.tables.table import Limits, Some, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitelist:
    """The guidance of one mail system in one locale; `steps` still hold {office} and {system}.

    title, lead: what happened to earlier mail and what helps (maild.notify.writing.aftermath); '' where nothing did:
    such guidance stands quietly at the end, the other before everything else
    """

    name: str
    steps: tuple[str, ...]
    note: str = ""
    title: str = ""
    lead: str = ""

    def filled(self, office: str, system: str) -> Whitelist:
        """The same with both addresses in place."""
        steps = tuple(s.replace("{office}", office).replace("{system}", system) for s in self.steps)
        return Whitelist(name=self.name, steps=steps, note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSystem:
    """One mail system. `max_mail_bytes`: the largest mail it is sure to take; 0 where not known."""

    id: str
    whitelist: Mapping[str, Whitelist]
    max_mail_bytes: int = 0


class MailSystems:
    """All mail systems, found by domain."""

    def __init__(self, by_domain: Mapping[str, MailSystem]) -> None:
        self._by_domain = by_domain

    def of(self, address: str) -> MailSystem:
        """The system of an address: its domain, else the nearest parent domain, else the general one."""
        domain = address.rpartition("@")[2].lower().rstrip(".")
        while domain:
            found = self._by_domain.get(domain)
            if found:
                return found
            domain = domain.partition(".")[2]
        return self._by_domain["*"]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all systems."""
        return frozenset(system.id for system in self._by_domain.values())

    @property
    def houses(self) -> tuple[frozenset[str], ...]:
        """The domains of each system that is known by name."""
        named: dict[str, set[str]] = {}
        for domain, system in self._by_domain.items():
            if domain != "*":
                named.setdefault(system.id, set()).add(domain)
        return tuple(frozenset(domains) for domains in named.values())

    @classmethod
    def load(cls, source: Source) -> MailSystems:
        """What a table says (rules/whitelist.toml). Raises RuleError naming file, line and key."""
        by_domain: dict[str, MailSystem] = {}
        for place, row in enumerate(SYSTEMS.read(source).system):
            system = row.made()
            for domain in row.domains:
                if by_domain.setdefault(domain.lower(), system) is not system:
                    what = f"domain {domain!r} is listed twice"
                    raise source.error(f"system[{place}].domains", what, "keep one of them")
        if "*" not in by_domain:
            raise source.error("system", "no system for other domains", 'give one [[system]] domains = ["*"]')
        return cls(MappingProxyType(by_domain))


_Some = Annotated[tuple[str, ...], Some]


@dataclass(frozen=True, slots=True, kw_only=True)
class _System:
    id: str
    name_zh: str
    name_en: str
    domains: _Some
    steps_zh: _Some
    steps_en: _Some
    note_zh: str = ""
    note_en: str = ""
    max_mail_bytes: Annotated[int, Limits(0, 1 << 40)] = 0

    def made(self) -> MailSystem:
        zh = Whitelist(name=self.name_zh, steps=self.steps_zh, note=self.note_zh)
        en = Whitelist(name=self.name_en, steps=self.steps_en, note=self.note_en)
        whitelist = {locale: zh if locale == ZH else en for locale in LOCALES}
        return MailSystem(id=self.id, whitelist=MappingProxyType(whitelist), max_mail_bytes=self.max_mail_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Systems:
    system: Annotated[tuple[_System, ...], Some]


SYSTEMS: Table[_Systems] = Table("whitelist.toml", _Systems, "see the head of the file")
