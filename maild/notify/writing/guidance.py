"""What is known of recipients' mail systems (rules/whitelist.toml): whitelist steps and size limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maild.domain.errors import RuleError
from maild.notify.rendering.locales import LOCALES, ZH
from maild.tables import Source

_TEXTS = ("name_zh", "name_en")
_LISTS = ("domains", "steps_zh", "steps_en")
_OPTIONAL = ("note_zh", "note_en", "max_mail_bytes")


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
        """What a table says (rules/whitelist.toml). Raises RuleError naming file, entry and fault."""
        by_domain: dict[str, MailSystem] = {}
        entries = source.data.get("system")
        for place, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            system = _system(entry, f"{source.where(f'system[{place - 1}]')}: [[system]] no. {place}")
            for domain in entry["domains"]:
                if by_domain.setdefault(domain.lower(), system) is not system:
                    raise RuleError(f"{source.path}: domain {domain!r} is listed twice", remedy="keep one of them")
        if "*" not in by_domain:
            raise RuleError(f"{source.path}: no system for other domains", remedy='give one [[system]] domains = ["*"]')
        return cls(MappingProxyType(by_domain))


def _system(entry: Mapping[str, object], where: str) -> MailSystem:
    where = f"{where} ({entry.get('id', 'no id')})"
    unknown = set(entry) - {"id", *_TEXTS, *_LISTS, *_OPTIONAL}
    if unknown:
        raise RuleError(f"{where}: unknown key {sorted(unknown)[0]!r}", remedy="see the head of the file")
    for key in ("id", *_TEXTS):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise RuleError(f"{where}: {key} must be text", remedy=f'write {key} = "…"')
    for key in _LISTS:
        value = entry.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise RuleError(f"{where}: {key} must be a list of texts", remedy=f'write {key} = ["…"]')
    limit = entry.get("max_mail_bytes", 0)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
        raise RuleError(f"{where}: max_mail_bytes must be a number of bytes", remedy="leave it out if not known")
    guidance = {locale: _guidance(entry, "zh" if locale == ZH else "en") for locale in LOCALES}
    return MailSystem(id=str(entry["id"]), whitelist=MappingProxyType(guidance), max_mail_bytes=limit)


def _guidance(entry: Mapping[str, object], language: str) -> Whitelist:
    steps = entry[f"steps_{language}"]
    return Whitelist(
        name=str(entry[f"name_{language}"]),
        steps=tuple(steps) if isinstance(steps, list) else (),
        note=str(entry.get(f"note_{language}", "")),
    )
